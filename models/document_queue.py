"""The outbox: claiming, sending, recovering. What a person sees of it is in `document` and `account_move`."""
import logging
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from functools import partial

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, config

from ..core import clock
from ..core.states import Event, State
from . import strategy
from .transaction import assert_nothing_uncommitted, commit, in_test, run_durably

_logger = logging.getLogger(__name__)

DUE = """
    hold IS NOT TRUE AND (
        (state IN ('ready', 'awaiting', 'in_doubt') AND (next_attempt_at IS NULL OR next_attempt_at <= %(now)s)
            AND (lease_until IS NULL OR lease_until <= %(now)s))
        OR (state = 'sending' AND lease_until <= %(now)s)
    )
"""
PAUSE_MINUTES = 15
UNLIMITED_SECONDS = 600  # what a worker without a limit gives to one run
SHORTEST_WAIT = 0.2
DRAINS = 4  # scheduled actions that send; as many as max_cron_threads really run side by side


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    # ------------------------------------------------------------------
    # Before
    # ------------------------------------------------------------------

    def _not_waiting(self):
        """Return the documents that may be made now; the others are held back until they can be sent."""
        return self

    # ------------------------------------------------------------------
    # Claim
    # ------------------------------------------------------------------

    @api.model
    def _claim_batch(self, limit):
        """Take up to `limit` due documents for this process: lock, lease, attempt row, commit.

        The statements are the first of their transaction and skip rows that others hold, so any number of processes
        on any number of hosts may run them at once; who collides all the same claims again.
        """
        commit(self.env)
        return run_durably(self.env, partial(self._claim_admitted, limit))

    @api.model
    def _claim_admitted(self, limit):
        """Lock and take due documents, as many as the way to each service admits (`service_gate`).

        Services with a limit come first, so that a probe does not wait until all others are done, with half of the
        batch at most, so that the others do not wait either.
        """
        gates = self.env["l10n_mx_co_edi.service.gate"].sudo()
        plan, ids, share = gates._plan(), [], (limit + 1) // 2
        self.env.flush_all()
        for pair, most in plan.items():
            if (count := min(most, share - len(ids))) > 0:
                ids += self._lock_due(SQL("(service, environment) = %s", pair), count)
        others = SQL("(service, environment) NOT IN %s", tuple(plan)) if plan else SQL("TRUE")
        if limit > len(ids):
            ids += self._lock_due(others, limit - len(ids))
        claimed = self.sudo().browse(ids)
        claimed.invalidate_recordset()
        gates._spend(Counter((document.service, document.environment) for document in claimed))
        return claimed._take()

    def _lock_due(self, which, limit):
        """Lock up to `limit` due documents; returns their ids, those that wait for the longest first."""
        self.env.cr.execute(SQL(
            "SELECT id FROM l10n_mx_co_edi_document WHERE %(which)s AND " + DUE
            + " ORDER BY next_attempt_at NULLS FIRST, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED",
            which=which, now=fields.Datetime.now(), limit=limit))
        return [row[0] for row in self.env.cr.fetchall()]

    def _claim(self):
        """Take exactly these documents, as far as they are free and may go; the return value says which."""
        claimed = self.sudo().try_lock_for_update(allow_referencing=True)
        claimed.invalidate_recordset()
        return claimed.filtered(lambda document: document._is_free())._admitted()._take()

    def _admitted(self):
        """Return the documents whose service may be tried now, one each where it has not answered for a while."""
        gates = self.env["l10n_mx_co_edi.service.gate"].sudo()
        plan = gates._plan_of_people() if self else {}
        admitted = self.browse()
        for pair, documents in self.grouped(lambda document: (document.service, document.environment)).items():
            admitted |= documents[:plan[pair]] if pair in plan else documents
        gates._note_probes({(document.service, document.environment) for document in admitted})
        return admitted

    def _is_free(self):
        """Something is left to do, not on hold, and in nobody's hands."""
        leased = self.lease_until and self.lease_until > fields.Datetime.now()
        open_states = (State.READY, State.AWAITING, State.IN_DOUBT, State.SENDING)
        return self.state in open_states and not self.hold and not leased

    def _take(self):
        """Write the lease and the attempt row of locked documents and commit: from here the call may start."""
        lease_until = fields.Datetime.now() + timedelta(seconds=clock.delays().lease)
        allowed = self._allowed_to_send()
        for document in allowed:
            if document.state == State.SENDING or document.lease_until:  # whoever finishes gives the lease back
                document._left_behind()
        for document in allowed.filtered(lambda document: not document.hold):
            sending = "send" if document._is_dian() else "stamp"
            operation = "look_up" if document.state in (State.IN_DOUBT, State.AWAITING) else sending
            if document.state == State.READY:
                document._transition(Event.CLAIMED)
            document.write({
                "lease_until": lease_until,
                "lease_epoch": document.lease_epoch + 1,
                "attempts": document.attempts + 1,
            })
            self.env["l10n_mx_co_edi.exchange"]._start(document, operation)
        commit(self.env)
        return allowed.filtered(lambda document: not document.hold)

    def _left_behind(self):
        """The process that took it never answered: what became of one being sent is unknown, whatever the reason.

        A document over which processes die again and again, sending or looking up, is set aside, so that it does not
        take the others along.
        """
        if self.state == State.SENDING:
            self._transition(Event.STALE)
        self.crashes += 1
        self.exchange_ids.filtered(lambda row: row.outcome == "started").write({"outcome": "lost"})
        if self.crashes >= clock.delays().crashes:
            reason = _(
                "The server stopped %(count)s times while it was busy with this document, so it is set aside. Look "
                "into the server's log, then send it again.", count=self.crashes)
            self.write({"hold": True, "hold_reason": reason, "crashes": 0, "lease_until": False})
            self.move_id._l10n_mx_co_edi_ask_person(_("A document was set aside"), f"{self.name}: {reason}")

    def _allowed_to_send(self):
        """Hold back what a copy of the production database must not send; see `_l10n_mx_co_edi_may_send`."""
        refused = self.browse()
        for (company, environment), documents in self.grouped(lambda doc: (doc.company_id, doc.environment)).items():
            if not company._l10n_mx_co_edi_may_send(environment):
                refused |= documents
        refused.write({"hold": True, "hold_reason": _(
            "This database is not the one that production was switched on in. An administrator has to confirm it in "
            "the settings of electronic invoicing.")})
        return self - refused

    # ------------------------------------------------------------------
    # Run
    # ------------------------------------------------------------------

    def _run_claimed(self, wait=None):
        """Call the services for claimed documents and store every answer; returns the outcomes by document.

        The calls run in threads that touch only bytes and core objects, while this cursor holds no work.
        """
        epochs = {document: document.lease_epoch for document in self}
        jobs, outcomes = self._jobs(wait)
        commit(self.env)  # ends the transaction that read the secrets: none may be open during the calls
        assert_nothing_uncommitted(self.env)
        with ThreadPoolExecutor(max_workers=max(1, min(len(jobs), clock.delays().threads))) as pool:
            calls = {document: pool.submit(job.run) for document, job in jobs.items()}
        for document, call in calls.items():
            if error := call.exception():  # a fault of our own: nobody else's answer may be lost for it
                _logger.error("document %s: the call ended in a fault", document.id, exc_info=error)
            else:
                outcomes[document] = call.result()
        for document, outcome in outcomes.items():
            run_durably(self.env, partial(document._store_outcome, outcome, epochs[document]))
        run_durably(self.env, partial(self._tell_gates, outcomes))
        return outcomes

    def _tell_gates(self, outcomes):
        """Let the ways to the services take notice of what became of the calls."""
        gates = self.env["l10n_mx_co_edi.service.gate"].sudo()
        answered = self.filtered(lambda document: document in outcomes)
        for (service, environment), documents in answered.grouped(
                lambda document: (outcomes[document].service or document.service, document.environment)).items():
            gates._learn(service, environment, [outcomes[document] for document in documents])

    def _jobs(self, wait):
        """Return the jobs by document, and the outcomes of those that cannot even start (no credentials, no key)."""
        jobs, failed = {}, {}
        for document in self:
            try:
                jobs[document] = strategy.for_kind(document.kind).job(document, wait=wait)
            except UserError as error:
                event = Event.NOT_SENT if document.state == State.SENDING else None
                failed[document] = strategy.Outcome(
                    event=event, code="CO-CONF-10" if document._is_dian() else "MX-CONF-10", message=str(error),
                    pause="credentials")
        return jobs, failed

    def _store_outcome(self, outcome, epoch):
        """Store what the authority said, raw answer first; a late answer of an old taker is only recorded."""
        self.ensure_one()
        # Waits for whoever holds the row: an answer must not be dropped because somebody else is looking.
        self.env.cr.execute(SQL("SELECT id FROM l10n_mx_co_edi_document WHERE id = %s FOR NO KEY UPDATE", self.id))
        self.invalidate_recordset()
        row = self.exchange_ids.filtered(lambda exchange: exchange.outcome == "started")[:1]
        if row:
            row._complete(list(outcome.exchanges))
        if self.lease_epoch != epoch:
            _logger.warning("late answer for document %s ignored, it has another taker", self.id)
            return
        values = {
            "lease_until": False,
            "crashes": 0,
            "last_code": outcome.code,
            "last_message": outcome.message,
            "next_attempt_at": self._next_attempt(outcome),
        }
        if self._is_dian():
            values.update(
                notifications=list(outcome.notifications) or False, rejections=list(outcome.rejections) or False)
        if outcome.stamped:
            values.update(strategy.stamp_values(outcome))
        if outcome.event:
            self._transition(outcome.event, **values)
        else:
            self.write(values)
        if outcome.pause:
            self._pause(outcome)

    def _next_attempt(self, outcome):
        """Return when to try again: full jitter, doubling, capped; None where the state needs no further attempt."""
        if outcome.event in (Event.ACCEPTED, Event.FOUND, Event.REFUSED):
            return False
        delays = clock.delays()
        if outcome.pause:
            return fields.Datetime.now() + timedelta(minutes=PAUSE_MINUTES)
        ceiling = min(delays.backoff_cap, delays.backoff_first * 2 ** min(self.attempts, 20))
        asked = max((exchange.retry_after or 0 for exchange in outcome.exchanges[-1:]), default=0)
        wait = max(random.uniform(0, ceiling), min(asked, delays.retry_after_cap))
        return fields.Datetime.now() + timedelta(seconds=wait)

    # ------------------------------------------------------------------
    # Drain
    # ------------------------------------------------------------------

    @api.model
    def _cron_drain(self):
        """Send what is due until nothing is, or until half of the worker's time is used."""
        deadline = clock.utc_now() + self._drain_time()
        while clock.utc_now() < deadline:
            if not self._drain_once() and not self._wait_for_due(deadline):
                break
        self._schedule_next_drain()
        self._warn_unsent()
        self._watch_waiting()
        self.env["l10n_mx_co_edi.service.gate"].sudo()._tell_administrators()
        commit(self.env)
        self._follow_up_pending()

    @api.model
    def _cron_help_drain(self):
        """Send beside the first scheduled action while there is much to do, and leave the slot to who needs it."""
        deadline = clock.utc_now() + self._drain_time()
        while clock.utc_now() < deadline and not self._others_wait() and self._drain_once():
            pass

    @api.model
    def _drain_once(self):
        """Claim, send and follow up one batch; returns what was claimed."""
        self._before_claiming()
        claimed = self._claim_batch(min(clock.delays().drain_limit, clock.delays().threads))
        if claimed:
            claimed._run_claimed(wait=threading.Event().wait)
            claimed._follow_up_moves()
        return claimed

    @api.model
    def _others_wait(self):
        """Tell whether a scheduled action that nobody runs, and that does not send, is due."""
        self.env.cr.execute(SQL(
            "SELECT 1 FROM ir_cron WHERE active AND nextcall <= %s AND id NOT IN %s LIMIT 1 "
            "FOR NO KEY UPDATE SKIP LOCKED", fields.Datetime.now(), tuple(self._drain_crons().ids) or (0,)))
        waiting = bool(self.env.cr.fetchone())
        commit(self.env)
        return waiting

    @api.model
    def _before_claiming(self):
        """Let go on what waited for something that is there now, and hold back what cannot be sent."""
        self._postpone_without_stamps()

    @api.model
    def _drain_time(self):
        """Half of the worker's time, and never so long that a call that times out outlives the worker."""
        limit = max(config["limit_time_real_cron"], 0) or config["limit_time_real"] or UNLIMITED_SECONDS
        return timedelta(seconds=max(min(limit / 2, limit - clock.delays().total_timeout - 10), 10))

    @api.model
    def _wait_for_due(self, deadline):
        """Wait for a document that is due soon: Odoo would notice its trigger only once a minute.

        :return: False where nothing becomes due before `deadline` or within the bound of one wait
        """
        moment = self._next_due_moment()
        commit(self.env)  # no transaction is open while waiting
        now = clock.utc_now()
        if in_test() or not moment:
            return False
        until = moment.replace(tzinfo=timezone.utc)
        if until >= min(deadline, now + timedelta(seconds=clock.delays().drain_wait)):
            return False
        threading.Event().wait(max((until - now).total_seconds(), SHORTEST_WAIT))
        return True

    @api.model
    def _next_due_moment(self):
        """Return when the next document of the outbox is due and may go (naive UTC), or None."""
        self.env.cr.execute(
            "SELECT service, environment, min(GREATEST(next_attempt_at, lease_until)) FROM l10n_mx_co_edi_document "
            "WHERE state IN ('ready', 'sending', 'awaiting', 'in_doubt') AND hold IS NOT TRUE GROUP BY 1, 2")
        gates, moments = self.env["l10n_mx_co_edi.service.gate"].sudo(), []
        for service, environment, due in self.env.cr.fetchall():
            opening = gates._next_opening(service, environment)
            moments.append(max(filter(None, (due, opening)), default=None))
        return min(filter(None, moments), default=None)

    @api.model
    def _schedule_next_drain(self):
        """Wake up for the next document that is not due yet, never at once: that would spin on a row others hold."""
        moment = self._next_due_moment()
        if moment:
            soonest = fields.Datetime.now() + timedelta(seconds=clock.delays().backoff_first)
            self._trigger_drain(at=max(moment, soonest))
        commit(self.env)

    @api.model
    def _trigger_drain(self, at=None, all_of_them=False):
        """Wake a scheduled action that sends, or all of them: they work side by side, on as many hosts as there are."""
        crons = self._drain_crons().sudo()
        for cron in crons if all_of_them else crons[:1]:
            cron._trigger(at=at)

    @api.model
    def _drain_crons(self):
        """Return the scheduled actions that send, the first one first."""
        names = ["ir_cron_drain", *(f"ir_cron_drain_{number}" for number in range(2, DRAINS + 1))]
        found = (self.env.ref(f"l10n_mx_co_edi.{name}", raise_if_not_found=False) for name in names)
        return self.env["ir.cron"].union(*filter(None, found))

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_send_now(self):
        """Send or look up these documents at once, if this request holds no other work; else queue them."""
        self._check_issuer()
        self.sudo().filtered("hold").write({"hold": False, "hold_reason": False})
        claimed = self._send_claimable()
        if not claimed:
            return self._notify(self._why_not_claimed())
        if len(self) > 1:
            return self._notify(_("%(count)s documents were sent or looked up.", count=len(claimed)))
        return self._notify(claimed._state_sentence())

    action_look_up = action_send_now

    def _why_not_claimed(self):
        """Return why nothing was sent: the service does not answer, or another process has it in its hands."""
        gates = self.env["l10n_mx_co_edi.service.gate"].sudo().search([
            ("service", "in", self.mapped("service")), ("environment", "in", self.mapped("environment"))])
        return next(filter(None, (gate._sentence() for gate in gates)), _(
            "It is already being sent by another process. Its state will follow by itself."))

    def _send_claimable(self):
        """Claim, send and follow up; returns the documents that were claimed."""
        commit(self.env)
        claimed = self._claim()
        if claimed:
            claimed._run_claimed()
            claimed._follow_up_moves()
        return claimed

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("Electronic document"),
                "message": message,
                "sticky": False,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _state_sentence(self):
        """Return one sentence for people: what became of the document, and what happens next."""
        self.ensure_one()
        sentences = {
            State.VALID: _("DIAN validated %(name)s. %(key)s: %(uuid)s") if self._is_dian() else _(
                "%(name)s is stamped and valid. UUID %(uuid)s."),
            State.AWAITING: _("DIAN has %(name)s and works on it. It is asked again by itself."),
            State.REJECTED: _("%(name)s was refused: %(error)s"),
            State.IN_DOUBT: _(
                "%(name)s was sent, but the answer was lost. It is safe: it is being looked up at DIAN, is not "
                "validated twice, and goes to the customer as soon as it is valid.") if self._is_dian() else _(
                "%(name)s was sent, but the answer was lost. It is safe: it is being looked up with the provider, will "
                "not be stamped twice, and goes to the customer as soon as it is valid."),
            # why it waits tells what happens next
            State.READY: _("%(name)s is not sent yet. %(error)s") if self.last_error else _(
                "%(name)s is in the queue and goes by itself."),
            State.SENDING: _("%(name)s is being sent."),
            State.DRAFT: _("%(name)s is not signed yet. %(error)s") if self._is_dian() else _(
                "%(name)s is not sealed yet. %(error)s"),
        }
        sentence = sentences.get(State(self.state), "%(name)s")
        return sentence % {"name": self.name, "uuid": self.uuid, "key": self.key_name, "error": self.last_error or ""}
