"""Documents that wait for a CSD: expired, not yet in SAT's list, restricted or without effect.

Held before they are sealed, postponed where they are sealed already, and resumed by the queue: with the same bytes
where the same CSD may seal again, sealed anew where there is another one. A refusal for the CSD proves that there is
no stamp, so sealing again is safe.
"""
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import SQL

from ..core.cfdi import csd
from ..core.states import Event, State
from .certificate_standing import CODES
from .transaction import commit

LATER = timedelta(days=1)  # for what a person has to clear up first


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    waits_for_certificate = fields.Boolean(
        "Waiting for the CSD", readonly=True, copy=False,
        help="Goes by itself as soon as the company has a CSD that SAT accepts.")

    _without_csd = models.Index("(company_id) WHERE waits_for_certificate")

    # ------------------------------------------------------------------
    # Before sealing
    # ------------------------------------------------------------------

    def _not_waiting(self):
        # EXTENDS document_stamps
        free = self.browse()
        cfdi = self.filtered(lambda document: not document._is_dian())
        for company, documents in cfdi.grouped("company_id").items():
            stop = company._l10n_mx_co_edi_csd_stop()
            if stop:
                for document in documents:
                    document._wait_for_certificate(stop)
            else:
                documents.waits_for_certificate = False
                free |= documents
        return super(Document, free | (self - cfdi))._not_waiting()

    def _wait_for_certificate(self, stop):
        """Hold this document back, not sealed, for the reason that `stop` tells."""
        self.ensure_one()
        if self.state == State.REJECTED:
            self._withdraw()  # what was refused is over; the corrected one waits
        self.write({"waits_for_certificate": True, "last_code": stop.code, "last_message": False})
        self.move_id._l10n_mx_co_edi_ask_person(_("Sending waits for the company's CSD"), self.last_error)

    def _withdraw(self):
        # EXTENDS document_stamps
        super()._withdraw()
        self.sudo().waits_for_certificate = False

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def _pause(self, outcome):
        # EXTENDS document_stamps
        if self._is_dian() or outcome.code != csd.NOT_LISTED:
            super()._pause(outcome)
            return
        self.hold_reason = outcome.message or outcome.code
        self._wait_after_refusal(outcome.code)
        self.move_id._l10n_mx_co_edi_ask_person(_("Sending waits for the company's CSD"), self.last_error)

    def _store_outcome(self, outcome, epoch):
        # EXTENDS document_stamps
        super()._store_outcome(outcome, epoch)
        if self.lease_epoch != epoch or self._is_dian():
            return
        if outcome.event == Event.ACCEPTED and not outcome.recovered:
            self.waits_for_certificate = False
            self.certificate_id.sudo()._note_accepted()
        elif outcome.event == Event.REFUSED and self.certificate_id:
            self._wait_after_refusal(outcome.code)

    def _wait_after_refusal(self, code):
        """Remember what the provider said about the CSD; the document waits if another answer may be had later."""
        certificate = self.certificate_id.sudo()
        standing = certificate._note_refusal(code)
        expired = code == csd.WITHOUT_EFFECT and not standing
        if not (standing or expired):
            return
        values = {"waits_for_certificate": True, "last_code": CODES[standing] if standing else "MX-CSD-01"}
        if self.state == State.READY:
            values["next_attempt_at"] = certificate.next_try if standing == csd.Standing.WAITING else (
                fields.Datetime.now() + LATER)
        self.write(values)
        self._trigger_drain(at=certificate.next_try or None)

    # ------------------------------------------------------------------
    # In the outbox
    # ------------------------------------------------------------------

    @api.model
    def _postpone_without_stamps(self):
        # EXTENDS document_stamps
        self._resume_for_certificates()
        self._postpone_without_certificate()
        super()._postpone_without_stamps()

    @api.model
    def _postpone_without_certificate(self):
        """Let nothing go that was never stamped and whose CSD is known to be refused; doubt is looked up all the same.
        """
        stopped = self.env["l10n_mx_co_edi.certificate"].sudo().with_context(active_test=False).search(
            [("standing", "!=", False)]).filtered(lambda certificate: certificate._is_stopped())
        for certificate in stopped:
            waiting = certificate._standing_now() == csd.Standing.WAITING
            now = fields.Datetime.now()
            self.env.flush_all()
            self.env.cr.execute(SQL(
                """UPDATE l10n_mx_co_edi_document
                      SET next_attempt_at = %(later)s, waits_for_certificate = TRUE, last_code = %(code)s
                    WHERE id IN (SELECT id FROM l10n_mx_co_edi_document
                                  WHERE state = 'ready' AND hold IS NOT TRUE AND certificate_id = %(certificate)s
                                    AND (next_attempt_at IS NULL OR next_attempt_at <= %(now)s)
                                    FOR UPDATE SKIP LOCKED)""",
                later=certificate.next_try if waiting else now + LATER, now=now, certificate=certificate.id,
                code=CODES[certificate._standing_now()]))
            self.invalidate_model(["next_attempt_at", "waits_for_certificate", "last_code"])
        if stopped:
            commit(self.env)

    @api.model
    def _resume_for_certificates(self):
        """Let what waited go on where the company has a CSD again; where SAT's list is only tried, one document."""
        waiting = self.sudo().search([("waits_for_certificate", "=", True)], order="id")
        for company, documents in waiting.grouped("company_id").items():
            certificate = self.env["l10n_mx_co_edi.certificate"]._current_csd(company)
            if not certificate or certificate._is_stopped():
                continue
            if certificate._standing_now() == csd.Standing.WAITING:
                sealed = documents.filtered(lambda document: document.state == State.READY)
                documents = (sealed or documents)[:1]
            documents._resume_with(certificate)

    def _resume_with(self, certificate):
        """Send the same bytes where `certificate` sealed them; else take them back, which is safe, and seal anew."""
        for document in self:
            if document.state not in (State.READY, State.DRAFT, State.REJECTED):
                document.waits_for_certificate = False
                continue
            if document.state != State.DRAFT and (
                    document.certificate_id != certificate or document.state == State.REJECTED):
                document._withdraw()
            document.waits_for_certificate = False
            document._resume_after_waiting()


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_findings(self):
        # EXTENDS document_stamps
        found = super()._l10n_mx_co_edi_findings()
        if not self._l10n_mx_co_edi_is_cfdi():
            return found
        return [*found, *self.company_id._l10n_mx_co_edi_csd_findings()]

    def button_draft(self):
        # EXTENDS document_stamps
        result = super().button_draft()
        # whoever takes an invoice back sends it again, or not: it does not go by itself
        waiting = self.sudo().l10n_mx_co_edi_document_ids.filtered("waits_for_certificate")
        waiting.waits_for_certificate = False
        return result
