"""The container that the buyer of a Colombian document gets: DIAN's AttachedDocument, signed once and kept.

It is made when the document has become valid, with the copies for the invoice; what hindered it then (no certificate)
is made good when it is needed.
"""
import base64
import logging
from pathlib import PurePath

from odoo import SUPERUSER_ID, _, fields, models
from odoo.exceptions import UserError

from ..core import clock
from ..core.dian import container, identity, numbering, read, xades_sign
from ..core.dian.cufe import COLOMBIA
from ..core.errors import CoreError, InvalidDocument
from ..core.states import State
from ..core.xmlio.parse import OWN_LIMITS
from .account_move_print import SUPPORT_KINDS
from .file_counter import next_counter

_logger = logging.getLogger(__name__)


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    container_xml = fields.Binary(
        "Container", attachment=False, readonly=True, copy=False,
        help="The signed AttachedDocument with this document and DIAN's answer, as the buyer gets it.")
    container_name = fields.Char(readonly=True, copy=False)

    def _has_container(self):
        """Tell whether the buyer of this document gets a container: an invoice or note that DIAN validated.

        The vendor of a support document gets the print; there is no duty of a container.
        """
        self.ensure_one()
        return (
            self._is_dian() and self.kind not in SUPPORT_KINDS and self.state in (State.VALID, State.CANCELLED)
            and bool(self.sudo().answer_xml))

    def _container(self):
        """Return name and bytes of the container; it is signed and kept when it is first asked for.

        :raise UserError: it cannot be signed, and what to do
        """
        self.ensure_one()
        document = self.sudo().with_context(bin_size=False)
        if not document.container_xml:
            document._make_container()
        return document.container_name, base64.b64decode(document.container_xml)

    def _buyer_file(self):
        """Return name and bytes of the XML that the buyer downloads: the container, else the legal document itself."""
        self.ensure_one()
        if self._has_container():
            try:
                with self.env.cr.savepoint():
                    return self._container()
            except UserError as error:
                _logger.info("document %s has no container: %s", self.id, error)
        return self.xml_name, self._stamped_bytes()

    def _make_container(self):
        certificate = self.env["l10n_mx_co_edi.certificate"]._current_dian(self.company_id)
        if not certificate:
            raise UserError(_(
                "The container of %(name)s cannot be signed: %(company)s has no valid certificate. Upload the .p12 "
                "file under Settings > Invoicing > Electronic invoicing.",
                name=self.name, company=self.company_id.name))
        now = clock.utc_now().astimezone(COLOMBIA).replace(microsecond=0)
        legal = self._stamped_bytes()
        try:
            name = self._next_container_name(read.parse(legal, limits=OWN_LIMITS), now.date())
            made = container.attached_document(
                legal, self._answer_bytes(), identity=PurePath(name).stem, issued=now)
            signed = xades_sign.sign(
                made, certificate._signer(), signing_time=now, chain=tuple(certificate._chain_der()))
        except CoreError as error:
            raise UserError(_(
                "The container of %(name)s could not be made: %(detail)s", name=self.name, detail=error)) from error
        self.write({"container_name": name, "container_xml": base64.b64encode(signed)})

    def _next_container_name(self, content, day):
        """Return the name of the issuer's next file, of the kind ad."""
        nit = identity.number_of(identity.issuer(content))
        counter = next_counter(self.env, self.environment, nit, day)
        return numbering.xml_name(numbering.FileKind.ATTACHED_DOCUMENT, nit, day, counter)

    def action_download_container(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/container_xml?download=true&filename={self.container_name}",
            "target": "download",
        }

    def _follow_up(self, deliver):
        # EXTENDS document_follow_up
        super()._follow_up(deliver)
        if self.move_id and self.state == State.VALID and self._has_container():
            self._attach_container()

    def _attach_container(self):
        """Attach a copy of the container to the invoice; where it cannot be made a person is told."""
        try:
            with self.env.cr.savepoint():
                name, content = self._container()
        except UserError as error:
            _logger.info("document %s is valid, its container could not be made", self.id)
            self.move_id._l10n_mx_co_edi_ask_person(_("The container for the buyer could not be made"), str(error))
            return
        attachments = self.env["ir.attachment"].with_user(SUPERUSER_ID)
        place = [("res_model", "=", "account.move"), ("res_id", "=", self.move_id.id), ("name", "=", name)]
        if not attachments.search_count(place, limit=1):
            attachments.create({
                "name": name, "raw": content, "mimetype": "application/xml", "res_model": "account.move",
                "res_id": self.move_id.id, "description": f"AttachedDocument {self.uuid}"})

    def _package(self, files):
        """Return name and bytes of the ZIP that is mailed: the container and `files`, names with their bytes.

        :raise UserError: it cannot be made, or is larger than may be mailed
        """
        name, content = self._container()
        try:
            return numbering.zip_name(name), container.package({**files, name: content})
        except InvalidDocument as error:
            size = sum(len(data) for data in (content, *files.values()))
            raise UserError(_(
                "The ZIP file of %(name)s is too large to be mailed: DIAN allows 2 MB, and its files have %(size)s MB. "
                "Take attachments away, use a smaller logo, or let the customer download it from the portal.",
                name=self.name, size=f"{size / 2 ** 20:.1f}")) from error
