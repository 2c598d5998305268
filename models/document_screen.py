"""What the screens of electronic documents show by the country of the document."""
from odoo import api, fields, models

from ..core.dian.catalogs import DOCUMENT_TYPE
from .finding_texts import alerts
from .strategy_co import remarks


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    is_dian = fields.Boolean("Of DIAN", compute="_compute_is_dian")
    key_name = fields.Char(
        "Name of the Key", compute="_compute_is_dian", help="UUID of a CFDI; CUFE, CUDE or CUDS at DIAN.")
    remarks = fields.Json(
        "DIAN's Remarks", compute="_compute_remarks", help="What DIAN remarked about a document that it accepted.")

    @api.depends("kind")
    def _compute_is_dian(self):
        for document in self:
            document.is_dian = document._is_dian()
            kind = DOCUMENT_TYPE.get(document.kind.rpartition("_")[2]) if document.is_dian else None
            document.key_name = kind.hash_name.partition("-")[0] if kind else "UUID"

    @api.depends("notifications", "state")
    @api.depends_context("lang")
    def _compute_remarks(self):
        for document in self:
            accepted = document.state == "valid" and document.notifications
            document.remarks = bool(accepted) and alerts(self.env, remarks(document), document.move_id)

    def action_download_answer(self):
        """Download what DIAN signed about the document (ApplicationResponse), byte by byte."""
        self.ensure_one()
        number = f"{self.serie or ''}{self.folio or self.id}"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/answer_xml?download=true&filename=respuesta_{number}.xml",
            "target": "download",
        }
