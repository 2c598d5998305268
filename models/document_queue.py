"""The outbox: claiming, sending, recovering. What a person sees of it is in `document` and `account_move`."""
import logging
import random
import threading
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

        The statement is the first of its transaction and skips rows that others hold, so any number of processes on
        any number of hosts may run it at once.
        """
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "SELECT id FROM l10n_mx_co_edi_document WHERE " + DUE
            + " ORDER BY next_attempt_at NULLS FIRST, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED",
            now=fields.Datetime.now(), limit=limit))
        claimed = self.sudo().browse(row[0] for row in self.env.cr.fetchall())
        claimed.invalidate_recordset()
        return claimed._take()

    def _claim(self):
        """Take exactly these documents, as far as they are due and free; the return value says which."""
        claimed = self.sudo().try_lock_for_update(allow_referencing=True)
        claimed.invalidate_recordset()
        return claimed.filtered(lambda document: document._is_free())._take()

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
            if document.state == State.SENDING:
                # The process that took it never answered. What it did is unknown, whatever the reason.
                document._transition(Event.STALE)
                document.exchange_ids.filtered(lambda row: row.outcome == "started").write({"outcome": "lost"})
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
        return allowed

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
            outcomes.update(zip(jobs, pool.map(lambda job: job.run(), jobs.values()), strict=True))
        for document, outcome in outcomes.items():
            run_durably(self.env, partial(document._store_outcome, outcome, epochs[document]))
        return outcomes

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
        return fields.Datetime.now() + timedelta(seconds=random.uniform(0, ceiling))

    # ------------------------------------------------------------------
    # Drain
    # ------------------------------------------------------------------

    @api.model
    def _cron_drain(self):
        """Send what is due until nothing is, or until half of the worker's time is used."""
        deadline = clock.utc_now() + self._drain_time()
        while clock.utc_now() < deadline:
            self._before_claiming()
            claimed = self._claim_batch(min(clock.delays().drain_limit, clock.delays().threads))
            if claimed:
                claimed._run_claimed(wait=threading.Event().wait)
                claimed._follow_up_moves()
            elif not self._wait_for_due(deadline):
                break
        self._schedule_next_drain()
        self._warn_unsent()
        self._follow_up_pending()

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
        """Return when the next document of the outbox is due (naive UTC), or None."""
        self.env.cr.execute(
            "SELECT min(GREATEST(next_attempt_at, lease_until)) FROM l10n_mx_co_edi_document "
            "WHERE state IN ('ready', 'sending', 'awaiting', 'in_doubt') AND hold IS NOT TRUE")
        return self.env.cr.fetchone()[0]

    @api.model
    def _schedule_next_drain(self):
        """Wake up for the next document that is not due yet, never at once: that would spin on a row others hold."""
        moment = self._next_due_moment()
        if moment:
            soonest = fields.Datetime.now() + timedelta(seconds=clock.delays().backoff_first)
            self._trigger_drain(at=max(moment, soonest))
        commit(self.env)

    @api.model
    def _trigger_drain(self, at=None):
        cron = self.env.ref("l10n_mx_co_edi.ir_cron_drain", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(at=at)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_send_now(self):
        """Send or look up these documents at once, if this request holds no other work; else queue them."""
        self._check_issuer()
        self.sudo().filtered("hold").write({"hold": False, "hold_reason": False})
        claimed = self._send_claimable()
        if not claimed:
            return self._notify(_("It is already being sent by another process. Its state will follow by itself."))
        if len(self) > 1:
            return self._notify(_("%(count)s documents were sent or looked up.", count=len(claimed)))
        return self._notify(claimed._state_sentence())

    action_look_up = action_send_now

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
