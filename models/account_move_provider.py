"""What the page "DIAN" of an invoice says about the technology provider, and the preview of the layout for one."""
import base64

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.dian import layout
from ..core.errors import CoreError
from . import strategy
from .company_provider import FACTURATECH, SERVICES
from .finding_texts import alerts
from .service_names import provider_name


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_dian_provider = fields.Char(
        "Through", compute="_compute_l10n_mx_co_edi_dian_provider",
        help="The technology provider that signs the document and hands it to DIAN. A document stays with the service "
             "that it was prepared for.")
    l10n_mx_co_edi_dian_without_container = fields.Boolean(
        "Without Container", compute="_compute_l10n_mx_co_edi_dian_provider")
    l10n_mx_co_edi_dian_has_layout = fields.Boolean(
        "With Layout", compute="_compute_l10n_mx_co_edi_dian_provider")

    @api.depends("l10n_mx_co_edi_document_ids.service", "l10n_mx_co_edi_document_ids.state", "company_id")
    def _compute_l10n_mx_co_edi_dian_provider(self):
        for move in self:
            document = move.l10n_mx_co_edi_document_id
            is_dian = bool(move.l10n_mx_co_edi_dian_code)
            service = is_dian and (
                document.service if document.state not in (False, "draft", "rejected", "cancelled")
                else move.company_id._l10n_mx_co_edi_dian_service())
            through = service in dict(SERVICES[1:])
            move.l10n_mx_co_edi_dian_provider = through and provider_name(service)
            move.l10n_mx_co_edi_dian_has_layout = service == FACTURATECH
            move.l10n_mx_co_edi_dian_without_container = bool(
                through and document.state == "valid" and move.is_sale_document() and not document._has_container())

    def _l10n_mx_co_edi_key_findings(self, numbering):
        # EXTENDS account_move_numbering: who makes the CUFE by itself has the key of the range
        if not self.company_id._l10n_mx_co_edi_names_software():
            return []
        return super()._l10n_mx_co_edi_key_findings(numbering)

    # ------------------------------------------------------------------
    # Layout
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_layout(self):
        """Return the layout of this invoice, draft or not, as it would be now: as XML, as text, and the findings.

        Both are empty where the invoice lacks so much that no document can be built.

        :raise UserError: it is no document of DIAN
        """
        self.ensure_one()
        if not self._l10n_mx_co_edi_is_dian():
            raise UserError(_("%(name)s does not become a document of DIAN.", name=self.display_name))
        lines = self.company_id._l10n_mx_co_edi_layout_fields()
        content, found = strategy.for_kind(self._l10n_mx_co_edi_kind()).content(self)
        found = [*layout.check(lines), *found]
        if content is None:
            return "", "", found
        try:
            return layout.to_xml(content, lines).decode(), layout.to_text(content, lines), found
        except CoreError as error:
            raise UserError(_(
                "The layout of %(name)s cannot be written: %(detail)s", name=self.display_name,
                detail=error)) from error

    def _l10n_mx_co_edi_layout_shown(self):
        """Return the layout as the preview shows it: texts with line breaks to read, files as they would be sent."""
        self.check_access("read")
        xml, text, found = self._l10n_mx_co_edi_layout()
        name = (self.name or "").replace("/", "_") if self.name and self.name != "/" else _("draft")
        return {
            "xml": xml.replace("><", ">\n<") or False, "text": text or False,
            "xml_file": base64.b64encode(xml.encode()) or False,
            "text_file": base64.b64encode(text.encode()) or False,
            "xml_name": f"layout_{name}.xml", "text_name": f"layout_{name}.txt",
            "findings": alerts(self.env, found, self),
        }

    def action_l10n_mx_co_edi_dian_preview_layout(self):
        """Show what the provider would get of this invoice now."""
        self.ensure_one()
        self.check_access("read")
        preview = self.env["l10n_mx_co_edi.layout.preview"].create({"move_id": self.id})
        return {
            "type": "ir.actions.act_window", "name": _("Layout for the Provider"), "res_model": preview._name,
            "res_id": preview.id, "views": [(False, "form")], "target": "new",
        }
