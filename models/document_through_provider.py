"""Documents that a technology provider signed: what it calls them, the container that it gives, and the files of the
buyer where it gives none.
"""
import base64

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core import clock
from ..core.dian import container, read
from ..core.dian.cufe import COLOMBIA
from ..core.errors import InvalidDocument
from ..core.states import Event, State
from ..core.transports.base import Category
from ..core.xmlio.parse import OWN_LIMITS
from .account_move_print import SUPPORT_KINDS
from .co_job import TAKEN
from .co_provider_job import OTHER_DOCUMENT
from .company_dian import SERVICE
from .transaction import commit


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    track_id = fields.Char(
        "Transaction", readonly=True, copy=False, help="What the technology provider calls the upload.")
    is_of_provider = fields.Boolean("Through a Provider", compute="_compute_is_of_provider")
    is_taken_by_another = fields.Boolean(
        "Another Document Has the Number", compute="_compute_is_of_provider",
        help="The provider has a document under this number that is not the one of the invoice.")

    @api.depends("service", "kind", "state", "last_code")
    def _compute_is_of_provider(self):
        for document in self:
            document.is_of_provider = document._is_of_provider()
            document.is_taken_by_another = document.state == State.IN_DOUBT and document.last_code == OTHER_DOCUMENT

    def _is_of_provider(self):
        """Tell whether a technology provider signs this document, and not the company."""
        self.ensure_one()
        return self._is_dian() and self.service not in (False, SERVICE)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def _prepared(self, prepared):
        # EXTENDS document: what an earlier upload was called says nothing about these bytes
        self.track_id = False
        super()._prepared(prepared)

    def _store_outcome(self, outcome, epoch):
        # EXTENDS document_standing
        super()._store_outcome(outcome, epoch)
        if self.lease_epoch != epoch or not self._is_of_provider():
            return
        if outcome.track_id:
            self.track_id = outcome.track_id
        if outcome.container and outcome.stamped and not self.container_xml:
            day = clock.utc_now().astimezone(COLOMBIA).date()
            self.write({
                "container_name": self._next_container_name(read.parse(outcome.stamped, limits=OWN_LIMITS), day),
                "container_xml": base64.b64encode(outcome.container)})

    def _was_refused(self):
        """Tell whether the last thing that a service said about this document was a refusal of its content."""
        self.ensure_one()
        last = self.exchange_ids.filtered(lambda row: row.outcome != "started").sorted("id")[-1:]
        return last.outcome == "refused" and last.reason == Category.CONTENT

    def action_taken_by_another(self):
        """An officer's word that the document under this number was issued elsewhere: this one was never issued.

        DIAN validates a number once, so the other document shows that this one is not valid.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("l10n_mx_co_edi.group_officer"):
            raise UserError(_("Only an officer of electronic documents may decide this."))
        document = self.sudo()
        document.lock_for_update(allow_referencing=True)
        document.invalidate_recordset()
        if not document.is_taken_by_another:
            raise UserError(_("%(name)s is not in doubt because of another document any more.", name=self.name))
        difference = document.last_message
        document._transition(
            Event.REFUSED, next_attempt_at=False, last_code=TAKEN, last_message=False,
            rejections=[{"code": TAKEN, "message": difference}])
        if document.move_id:
            document.move_id.message_post(body=_(
                "%(user)s decided that another document has the number %(name)s: %(difference)s",
                user=self.env.user.name, name=self.name, difference=difference))
        commit(self.env)
        self._follow_up_moves()
        return True

    def _state_sentence(self):
        # EXTENDS document_queue
        if self._is_of_provider() and self.state in (State.IN_DOUBT, State.AWAITING):
            sentence = _(
                "%(name)s was sent, but the answer was lost. It is safe: it is looked up at %(provider)s by its "
                "number, is not validated twice, and goes to the customer as soon as it is valid.") if (
                    self.state == State.IN_DOUBT) else _(
                "%(provider)s has %(name)s, and DIAN works on it. It is asked again by itself.")
            return sentence % {"name": self.name, "provider": self.provider}
        return super()._state_sentence()

    def action_download_sent(self):
        """Download what the provider got, byte by byte."""
        self.ensure_one()
        is_xml = self._signed_bytes().startswith(b"<")
        name = f"{self.serie or ''}{self.folio or self.id}_enviado.{'xml' if is_xml else 'txt'}"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/signed_xml?download=true&filename={name}",
            "target": "download",
        }

    # ------------------------------------------------------------------
    # Files of the buyer
    # ------------------------------------------------------------------

    def _has_container(self):
        # EXTENDS document_package
        if not self._is_of_provider():
            return super()._has_container()
        if self.kind in SUPPORT_KINDS or self.state not in (State.VALID, State.CANCELLED):
            return False
        document = self.sudo().with_context(bin_size=True)
        if document.container_xml:
            return True
        can_sign = self.env["l10n_mx_co_edi.certificate"]._current_dian(self.company_id)
        return bool(document.answer_xml and can_sign)

    def _package(self, files):
        # EXTENDS document_package: without a container, the signed XML itself goes
        if not self._is_of_provider() or self._has_container():
            return super()._package(files)
        name = f"{self.serie or ''}{self.folio}"
        try:
            return f"{name}.zip", container.package({**files, self.xml_name: self._stamped_bytes()})
        except InvalidDocument as error:
            raise UserError(_(
                "The ZIP file of %(name)s is too large to be mailed: DIAN allows 2 MB. Take attachments away, use a "
                "smaller logo, or let the customer download it from the portal.", name=self.name)) from error
