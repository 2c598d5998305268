"""Documents whose day has passed: DIAN takes a document only on the day on which it was signed, in Colombia.

What certainly never reached DIAN is withdrawn, dated today and signed again, with its number; so is what DIAN refused
for its date alone. What may have reached DIAN keeps its bytes until DIAN has shown for a day that it does not have it.
"""
import logging
from datetime import datetime, time, timedelta, timezone

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core import clock
from ..core.dian.cufe import COLOMBIA
from ..core.states import Event, State
from .co_job import TAKEN, is_about_date
from .company_dian import SERVICE
from .transaction import commit

_logger = logging.getLogger(__name__)

# how a document is looked up by its key or number, at DIAN and at providers
LOOK_UPS = ("GetStatus", "find", "downloadXMLFile", "getCUFEFile", "downloadXML", "downloadCUDS")
# of an upload, not of a number: it neither proves nor contradicts
OTHER_CALLS = ("documentStatusFile", "documentStatus", "GetStatusEvent", "GetXmlByDocumentKey")
# of a call that ended like this nothing was learnt
UNANSWERED = ("in_doubt", "lost", "crashed")
NOTHING_LEARNT = (*UNANSWERED, "not_sent", "misconfigured", "refused")


def midnight():
    """Return when today began in Colombia, as Odoo stores it (naive UTC)."""
    today = clock.utc_now().astimezone(COLOMBIA).date()
    return datetime.combine(today, time(), COLOMBIA).astimezone(timezone.utc).replace(tzinfo=None)


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    # ------------------------------------------------------------------
    # Which
    # ------------------------------------------------------------------

    def _is_past(self):
        """Tell whether this document was signed on a day that has passed, and may be signed again."""
        self.ensure_one()
        if not (self._is_dian() and self.issued_at and self.issued_at < midnight()):
            return False
        return self.state == State.READY or (self.state == State.REJECTED and is_about_date(self.rejections))

    def _is_signed_by_another(self):
        """Tell whether it waits with the signature of a certificate that the company does not use any more."""
        self.ensure_one()
        current = self.env["l10n_mx_co_edi.certificate"]._current_dian(self.company_id)
        is_ours = self._is_dian() and not self._is_of_provider()
        return is_ours and self.state == State.READY and bool(current) and self.certificate_id != current

    # ------------------------------------------------------------------
    # Signing again
    # ------------------------------------------------------------------

    def _sign_again_where_needed(self):
        """Sign again what would be refused for its day or its certificate; a person is told where that is impossible.
        """
        for document in self.sudo():
            if not document.try_lock_for_update(allow_referencing=True):
                continue
            document.invalidate_recordset()
            is_past = document._is_past()
            if is_past or document._is_signed_by_another():
                document._sign_again(with_date=is_past)
                commit(self.env)

    def _sign_again(self, with_date):
        """Withdraw this document, date its invoice today where asked, and sign it anew with the same number."""
        self.ensure_one()
        move = self.move_id.with_user(SUPERUSER_ID).with_company(self.company_id)
        today = move._l10n_mx_co_edi_today()
        effects = move._l10n_mx_co_edi_effects_of(today) if with_date else []
        old = move.invoice_date
        self._withdraw()
        try:
            with self.env.cr.savepoint():
                if with_date:
                    move._l10n_mx_co_edi_change_date(today)
                move._l10n_mx_co_edi_send(synchronously=False)
        except UserError as error:
            _logger.info("document %s could not be signed again: %s", self.id, error)
            move._l10n_mx_co_edi_refresh_state()
            move._l10n_mx_co_edi_ask_person(
                _("The document could not be signed again") if not with_date else _(
                    "The document could not be dated today"), str(error))
            return
        if with_date:
            self._tell_new_date(move, old, effects)

    def _tell_new_date(self, move, old, effects):
        """Say in the invoice's messages that it was dated anew and what changed; a person looks at the books."""
        lines = [_(
            "It did not reach DIAN on %(old)s, and DIAN takes a document only on the day of its signature. It was "
            "dated %(new)s and signed again, with its number.", old=old, new=move.invoice_date), *effects]
        move.message_post(body="\n".join(lines))
        if effects:
            move._l10n_mx_co_edi_ask_person(_("The invoice has a new date"), "\n".join(lines))

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    @api.model
    def _before_claiming(self):
        # EXTENDS document_waiting
        super()._before_claiming()
        ready = Domain("kind", "=like", "co_%") & Domain("state", "=", State.READY) & Domain("hold", "=", False)
        overtaken = Domain("issued_at", "<", midnight())
        for company, in self.sudo()._read_group(ready, ["company_id"]):
            current = self.env["l10n_mx_co_edi.certificate"]._current_dian(company)
            if current:
                overtaken |= Domain("company_id", "=", company.id) & Domain("service", "in", (SERVICE, False)) & Domain(
                    "certificate_id", "!=", current.id)
        self.sudo().search(ready & overtaken, order="id")._sign_again_where_needed()

    def _send_claimable(self):
        # EXTENDS document_queue
        self.filtered(lambda document: document._is_dian())._sign_again_where_needed()
        return super()._send_claimable()

    def _allowed_to_send(self):
        # EXTENDS document_queue: midnight may pass between signing again and claiming
        late = self.filtered(lambda document: document._is_dian() and document._is_past())
        return super(Document, self - late)._allowed_to_send()

    def _follow_up(self, deliver):
        # EXTENDS document_waiting
        if self.state == State.REJECTED and self._is_past():
            self._sign_again(with_date=True)
        super()._follow_up(deliver)

    # ------------------------------------------------------------------
    # Proven absence
    # ------------------------------------------------------------------

    def _store_outcome(self, outcome, epoch):
        # EXTENDS document_standing
        super()._store_outcome(outcome, epoch)
        if not (self._is_dian() and self.lease_epoch == epoch and outcome.event is None and self._is_proven_absent()):
            return
        if self.exchange_ids.filtered(lambda row: row.outcome == "already_processed"):
            # rule 90 about a number whose key DIAN does not know: another document has it
            self._transition(
                Event.REFUSED, next_attempt_at=False, last_code=TAKEN, last_message=False,
                rejections=[{"code": TAKEN, "message": ""}])
        else:
            self._transition(Event.ABSENT, next_attempt_at=fields.Datetime.now())

    def _is_proven_absent(self):
        """Tell whether every look-up of a document in doubt was negative for as long as proves that DIAN lacks it.

        The time begins anew with every sending that was not answered.
        """
        self.ensure_one()
        if self.state != State.IN_DOUBT:
            return False
        rows = self.exchange_ids.filtered(lambda row: row.outcome != "started").sorted(
            lambda row: (row.started, row.id))
        unanswered = rows.filtered(
            lambda row: row.operation not in (*LOOK_UPS, *OTHER_CALLS) and row.outcome in UNANSWERED)[-1:]
        since = rows.filtered(
            lambda row: row.operation in LOOK_UPS and row.outcome not in NOTHING_LEARNT
            and (not unanswered or row.started > unanswered.started))
        return bool(since) and all(row.outcome == "not_found" for row in since) and (
            since[-1].started - since[0].started >= timedelta(hours=clock.delays().absence_hours))
