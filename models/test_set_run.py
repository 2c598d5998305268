"""Running a test set: signing, sending, asking. The promise is that of every document.

The bytes are committed before the first of them leaves; every call has its record, committed before and completed after
it; no work is open during a call. What got no answer is looked up by its key, and only what DIAN does not know goes
again, with the same bytes. Another document never takes the number of one that was sent.
"""
import base64
import logging
from collections import Counter
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import clock
from ..core.dian import answer, container, numbering, trial
from ..core.errors import InDoubt, Misconfigured, NotSent
from ..core.transports.base import Category, NotFound, Refused
from ..core.transports.dian_answers import AlreadyProcessed, InProgress, SetClosed, Validated
from .co_job import ACCESS, NO_ANSWER, NOT_SENT, NOTIFICATION, WORKING
from .strategy_co import now_in_colombia
from .transaction import assert_nothing_uncommitted, commit, in_test, run_durably

_logger = logging.getLogger(__name__)

CLICK_SECONDS = 20  # how long a click may work; the scheduled action goes on
TO_SEND, TO_ASK = ("pending", "signed"), ("sending", "sent", "doubt")
MOST_VISITS = 3  # of one document in one round: sign and send, ask, and once more
# what says nothing about the document: access, certificate, DIAN itself
NOT_ABOUT_IT = {Category.CREDENTIALS, Category.ACCOUNT, Category.CERTIFICATE, Category.TEMPORARY}


class TestDocument(models.Model):
    _inherit = "l10n_mx_co_edi.test.document"

    # ------------------------------------------------------------------
    # One call
    # ------------------------------------------------------------------

    def _call(self, operation, ask, settle):
        """Make one call about this document, between two commits, and store what came of it.

        :param ask: gets the client and returns a result
        :param settle: gets the result, or the transport's error, and returns the values to write
        """
        self.ensure_one()
        client = self._client()
        exchange = self.env["l10n_mx_co_edi.exchange"].sudo().create({
            "company_id": self.company_id.id, "test_document_id": self.id, "service": self.set_id.service,
            "operation": operation, "started": fields.Datetime.now(), "request_sha256": self.sha256})
        self.write({"lease_until": fields.Datetime.now() + timedelta(seconds=clock.delays().lease)})
        commit(self.env)
        assert_nothing_uncommitted(self.env)
        try:
            result = ask(client)
        except (NotSent, InDoubt, Misconfigured) as error:
            result = error

        def keep():
            exchange._complete(client.exchanges)
            values = {"lease_until": False, "attempts": self.attempts + 1, **settle(result)}
            if values.get("state", self.state) in ("sent", "doubt"):
                values["next_attempt_at"] = self._again_at()
            self.write(values)

        run_durably(self.env, keep)
        return result

    def _client(self):
        """Return the client of the service that the set is sent through."""
        return self.company_id._l10n_mx_co_edi_dian(self.environment)

    def _again_at(self):
        delays = clock.delays()
        wait = min(delays.backoff_cap, delays.backoff_first * 2 ** min(self.attempts, 20))
        return fields.Datetime.now() + timedelta(seconds=wait)

    def _claim(self, states):
        """Take this document for this process; False where another one has it or it moved on."""
        locked = self.try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset()
        leased = locked.lease_until and locked.lease_until > fields.Datetime.now()
        return bool(locked) and locked.state in states and not leased

    @staticmethod
    def _said(result):
        """Return the last answer as it is stored."""
        if isinstance(result, Exception):
            codes = {NotSent: NOT_SENT, InDoubt: NO_ANSWER, Misconfigured: ACCESS}
            return {"last_code": codes[type(result)], "last_message": str(result), "rejections": False}
        code = WORKING if isinstance(result, InProgress) else getattr(result, "code", "")
        named = f"CO-WS-{code:0>2}" if code.isdigit() else code
        rows = [
            {"code": incident.code, "message": incident.message} for incident in getattr(result, "incidents", ())
            if incident.extra != NOTIFICATION]
        return {"last_code": named, "last_message": result.message, "rejections": rows or False}

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def _advance(self):
        """Do what is next for this document; False where nothing can be done now."""
        self.ensure_one()
        if self.state in ("pending", "signed"):
            return self._send()
        if self.state == "sending" and self._claim(("sending",)):  # whoever sent it never came back
            self.exchange_ids.filtered(lambda row: row.outcome == "started").write({"outcome": "lost"})
            self.write({"state": "doubt", "last_code": NO_ANSWER, "lease_until": False})
            commit(self.env)
        return self._ask() if self.state in ("sent", "doubt") else False

    def _is_stale(self):
        """Tell whether DIAN would refuse what was signed, for its date or for a certificate that was changed since."""
        if self.state != "signed":
            return False
        signer = self.env["l10n_mx_co_edi.certificate"]._current_dian(self.company_id)
        is_other = self.certificate_id and signer and self.certificate_id != signer
        return is_other or self._day_of_issue() != now_in_colombia().date()

    def _send(self):
        """Sign if that is to be done, and send; a note only once its invoice is accepted."""
        if self._is_note() and self.state == "pending" and not self._corrected():
            return False
        if not self._claim(("pending", "signed")):
            return False
        if self._is_stale():
            self._drop()
            self._generate(self.set_id, self.kind, 1, is_probe=self.is_probe, invoice_id=self.invoice_id.id)
            commit(self.env)
            return False
        if self.state == "pending":
            self._sign()
            commit(self.env)
            if not self._claim(("signed",)):
                return False
        self.write({"state": "sending", "sent_at": fields.Datetime.now()})
        self._deliver()
        return True

    def _deliver(self):
        """Make the call that delivers the bytes, which were committed before."""
        signed, name, identifier = self._bytes(), self.sent_as, self.set_id.identifier
        package, zip_name = container.package({name: signed}), numbering.zip_name(name)
        if self.is_probe:
            self._call("SendBillSync", lambda client: client.send_bill(zip_name, package, signed), self._settle_bill)
        else:
            self._call(
                "SendTestSetAsync", lambda client: client.send_test_set(zip_name, package, identifier),
                self._settle_upload)

    def _settle_upload(self, result):
        said = self._said(result) if not isinstance(result, SetClosed) else {}
        if isinstance(result, InProgress):
            return {**said, "state": "sent", "zip_key": result.track_id}
        if isinstance(result, SetClosed):
            self.set_id._close(result)
            return {"state": "unused", "last_code": False, "last_message": result.message}
        if isinstance(result, AlreadyProcessed | InDoubt):
            return {**said, "state": "doubt"}
        if isinstance(result, Refused) and result.category not in NOT_ABOUT_IT and any(
                row["code"] and row["code"] != "89" for row in said["rejections"] or ()):
            return {**said, "state": "rejected"}
        # not taken, and not for what is in it: the same bytes may go again
        return {**said, "state": "signed"}

    def _settle_bill(self, result):
        """What SendBillSync or a look-up by the key said."""
        if isinstance(result, Validated):
            return self._settle_validated(result)
        if isinstance(result, Refused) and result.category != Category.TEMPORARY:
            return {**self._said(result), "state": "rejected"}
        if isinstance(result, NotSent | Misconfigured):
            return {**self._said(result), "state": "signed"}
        if isinstance(result, SetClosed):
            self.set_id._close(result)
            return {"state": "unused", "last_code": False, "last_message": result.message}
        return {**self._said(result), "state": "doubt"}

    def _settle_validated(self, result):
        wrong = answer.belongs(result.application_response, self.uuid)
        if wrong:
            return {"last_code": wrong[0].code, "last_message": wrong[0].params.get("value", ""), "state": "doubt"}
        return {
            **self._said(result), "state": "accepted", "next_attempt_at": False,
            "answer_xml": base64.b64encode(result.application_response)}

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    def _ask(self):
        """Ask DIAN what became of a document that was sent."""
        if not self._claim(("sent", "doubt")):
            return False
        if self.state == "sent" and self.zip_key:
            zip_key = self.zip_key
            result = self._call(
                "GetStatusZip", lambda client: client.status_of_package(zip_key)[0], self._settle_package)
            if not isinstance(result, AlreadyProcessed | SetClosed):
                return True
            if self.state not in ("sent", "doubt") or not self._claim(("sent", "doubt")):
                return True
        key = self.uuid
        self._call("GetStatus", lambda client: client.status(key), self._settle_look_up)
        return True

    def _settle_package(self, result):
        if isinstance(result, Validated):
            return self._settle_validated(result)
        if isinstance(result, Refused) and result.category not in (Category.TEMPORARY, Category.CREDENTIALS):
            return {**self._said(result), "state": "rejected", "next_attempt_at": False}
        if isinstance(result, SetClosed):
            self.set_id._close(result)
            return {}
        return self._said(result)

    def _settle_look_up(self, result):
        if isinstance(result, Validated):
            return self._settle_validated(result)
        if isinstance(result, NotFound):
            # DIAN does not know it: the same bytes may go again, unless it is in one of DIAN's packages
            return {**self._said(result), "state": "sent" if self.zip_key else "signed"}
        if isinstance(result, Refused) and result.category == Category.CONTENT and self._said(result)["rejections"]:
            return {**self._said(result), "state": "rejected", "next_attempt_at": False}
        return {} if isinstance(result, SetClosed) else self._said(result)

    def _settle_verdict(self, result):
        """What was asked about an accepted document says nothing new of it; the set may have its verdict."""
        if isinstance(result, SetClosed):
            self.set_id._close(result)
        return {}

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_process(self):
        """Sign, send or ask: what is next for each of these documents."""
        self.set_id._check_role()
        for document in self.sudo():
            if not document.set_id._is_open() and document.state in ("pending", "signed"):
                raise UserError(_("The set has its verdict; DIAN takes no more documents for it."))
            if document._is_note() and document.state == "pending" and not document._corrected():
                raise UserError(_("%(name)s waits until DIAN has accepted its invoice.", name=document.name))
            document._advance()
        self.sudo().set_id._go_on_after_probe()
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    def _is_open(self):
        return self.state not in ("accepted", "rejected")

    def _close(self, closed):
        """Keep DIAN's verdict; it takes no more documents for this set."""
        self.write({
            "state": "accepted" if closed.accepted else "rejected", "verdict": closed.message, "is_running": False,
            "stopped": False})
        self._live().filtered(lambda document: document.state in ("pending", "signed"))._drop()

    def _lock(self):
        """Let others who press at once wait, and then see what was made: a change makes Odoo ask them again."""
        self.env.cr.execute(SQL(
            "UPDATE l10n_mx_co_edi_test_set SET write_date = write_date WHERE id = %s", self.id))

    def _soft_reload(self):
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_probe(self):
        """Send one invoice alone through SendBillSync, which answers at once with every error there is."""
        self.ensure_one()
        self._check_role()
        self._check_ready()
        test_set = self.sudo()
        test_set._lock()
        documents = test_set.document_ids.filtered(lambda document: document.is_probe and not document.is_former)
        probe = documents.filtered(lambda document: document.state not in ("accepted", "rejected", "unused"))[:1]
        first = trial.FAMILIES[test_set.family][0]
        probe = probe or test_set.document_ids._generate(test_set, first, 1, is_probe=True)
        if test_set.state == "setup":
            test_set.state = "probe"
        probe._advance()
        if probe.state == "sent":  # a provider answers a moment later
            probe._advance()
        test_set._go_on_after_probe()
        return self._soft_reload()

    def _go_on_after_probe(self):
        for test_set in self:
            if test_set.state == "probe" and test_set._last_probe().state == "accepted":
                test_set.state = "running"

    def action_generate(self):
        """Create the documents that the set still lacks; what DIAN refused is replaced under other numbers."""
        self.ensure_one()
        self._check_role()
        self._check_ready()
        if not self._is_open():
            raise UserError(_("The set has its verdict; DIAN takes no more documents for it."))
        wanted = self._wanted()
        if not any(wanted.values()):
            raise UserError(_("Enter first how many documents of each kind DIAN's portal asks for."))
        first = trial.FAMILIES[self.family][0]
        if not wanted[first]:
            raise UserError(_("Notes correct other documents of the set: enter at least one that is no note."))
        test_set = self.sudo()
        test_set._lock()
        for kind, count in test_set._missing().items():
            created = test_set.document_ids._generate(test_set, kind, count) if count else test_set.document_ids[:0]
            if kind != first:
                invoices = test_set._live().filtered(lambda document: document.kind == first).sorted("id")
                for position, note in enumerate(created):
                    note.invoice_id = invoices[position % len(invoices)]
        if test_set.state in ("setup", "probe"):
            test_set.state = "running"
        return self._soft_reload()

    def action_send_all(self):
        """Send everything, invoices first, and ask until DIAN has decided; what a click cannot do goes on by itself."""
        self.ensure_one()
        self._check_role()
        self._check_ready()
        test_set = self.sudo()
        test_set.write({"is_running": True, "stopped": False})
        test_set._work_until(clock.utc_now() + timedelta(seconds=CLICK_SECONDS), ask_now=True)
        test_set._wake()
        return self._soft_reload()

    def action_stop(self):
        """Do not go on by itself; what was sent is asked for by hand."""
        self._check_role()
        self.sudo().is_running = False

    def action_ask(self):
        """Ask DIAN about everything that has no answer yet, else whether the set has its verdict."""
        self.ensure_one()
        self._check_role()
        test_set = self.sudo()
        waiting = test_set.document_ids.filtered(lambda document: document.state in ("sending", "sent", "doubt"))
        for document in waiting:
            document._advance()
        test_set._go_on_after_probe()
        if not waiting and test_set._is_open():
            test_set._ask_for_verdict()
        return self._soft_reload()

    def _ask_for_verdict(self):
        """Ask with the last accepted document: once the set is closed, DIAN answers with its verdict."""
        last = self._live().filtered(lambda row: row.state == "accepted" and row.zip_key).sorted("id")[-1:]
        if last and last._claim(("accepted",)):
            zip_key = last.zip_key
            last._call("GetStatusZip", lambda client: client.status_of_package(zip_key)[0], last._settle_verdict)

    # ------------------------------------------------------------------
    # All of them
    # ------------------------------------------------------------------

    def _next_document(self, tried, ask_now):
        """Return what can be done next: invoices before notes, sending before asking.

        :param tried: ids of documents that can go no further in this round
        """
        documents = self.env["l10n_mx_co_edi.test.document"]
        due = Domain.TRUE if ask_now else Domain("next_attempt_at", "=", False) | Domain(
            "next_attempt_at", "<=", fields.Datetime.now())
        for kind in trial.FAMILIES[self.family]:
            own = Domain([
                ("set_id", "=", self.id), ("is_probe", "=", False), ("is_former", "=", False), ("kind", "=", kind),
                ("id", "not in", list(tried))])
            for states in (Domain("state", "in", TO_SEND), Domain("state", "in", TO_ASK) & due):
                if found := documents.search(own & states, order="id", limit=1):
                    return found
        return documents

    def _work_until(self, deadline, ask_now=False):
        """Do one document after the other until the time is used or nothing is due."""
        tried, visits, progressed = set(), Counter(), False
        while clock.utc_now() < deadline:
            # somebody may have stopped it, or done the next one; and no more than one document is in memory
            commit(self.env)
            self.env.invalidate_all()
            if not self.is_running or not self._is_open():
                break
            document = self._next_document(tried, ask_now)
            if not document:
                break
            before = document.state
            document._advance()
            visits[document.id] += 1
            progressed = progressed or document.state != before
            if document.state == before or visits[document.id] >= MOST_VISITS:
                tried.add(document.id)
        self._finish_round(progressed)

    def _finish_round(self, progressed):
        if not self._is_open():  # what was taken before the verdict has an answer of its own
            for document in self._live().filtered(lambda row: row.state in ("sent", "doubt")):
                document._ask()
        states = set(self._live().mapped("state"))
        if not progressed and not states & {"sending", "sent", "doubt"}:
            self.is_running = False  # only a person can help; each document says how
        if self.is_running and (not self._is_open() or not states - {"accepted"}):
            self.is_running = False
            if self._is_open() and not sum(self._missing().values()) and states:
                commit(self.env)
                self._ask_for_verdict()
        commit(self.env)

    def _wake(self):
        if self.is_running:
            moments = [moment for moment in self._live().mapped("next_attempt_at") if moment]
            soonest = fields.Datetime.now() + timedelta(seconds=clock.delays().backoff_first)
            at = max(min(moments, default=soonest), soonest)
            self.env.ref("l10n_mx_co_edi.ir_cron_test_set").sudo()._trigger(at=at)

    @api.model
    def _cron_run(self):
        """Go on with the sets that somebody started, a minute at most."""
        deadline = clock.utc_now() + timedelta(minutes=1)
        for test_set in self.search([("is_running", "=", True)]):
            try:
                test_set._work_until(deadline)
            except UserError as error:  # data that a person has to correct: it stops, and says why
                if not in_test():
                    self.env.cr.rollback()
                _logger.warning("test set %s stopped: %s", test_set.id, error)
                test_set.write({"is_running": False, "stopped": str(error)})
                commit(self.env)
            test_set._wake()
