"""What the page "DIAN" of an invoice shows about its document, and the buttons there."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.dian import identity
from ..core.dian.catalogs import DOCUMENT_TYPE
from . import dian_defaults, dian_selection

_DIAN_ENVIRONMENTS = {"production": identity.PRODUCTION, "test": identity.TEST}


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_dian_operations = fields.Json(
        "Operations", compute="_compute_l10n_mx_co_edi_dian_shown",
        help="The operations that this type of document may have.")
    l10n_mx_co_edi_dian_operation_name = fields.Char(
        "Operation", compute="_compute_l10n_mx_co_edi_dian_shown",
        help="Tipo de operación of a support document: whether the seller lives in Colombia.")
    l10n_mx_co_edi_dian_key_name = fields.Char(
        "Name of the Key", compute="_compute_l10n_mx_co_edi_dian_shown", help="CUFE, CUDE or CUDS.")
    l10n_mx_co_edi_dian_address = fields.Char(
        "Page at DIAN", compute="_compute_l10n_mx_co_edi_dian_address",
        help="Where anybody can see the document at DIAN; its QR code leads there, too.")
    l10n_mx_co_edi_dian_notifications = fields.Json(
        "Notifications", compute="_compute_l10n_mx_co_edi_dian_notifications",
        help="What DIAN remarked about a document that it accepted.")
    l10n_mx_co_edi_dian_has_answer = fields.Boolean(
        "With Answer of DIAN", compute="_compute_l10n_mx_co_edi_dian_notifications")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("l10n_mx_co_edi_dian_code", "l10n_mx_co_edi_dian_operation", "reversed_entry_id", "debit_origin_id")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_dian_shown(self):
        for move in self:
            code = move.l10n_mx_co_edi_dian_code
            kind = DOCUMENT_TYPE.get(code)
            move.l10n_mx_co_edi_dian_operations = list(dian_defaults.operations(move))
            move.l10n_mx_co_edi_dian_operation_name = kind and dian_selection.operation_name(
                self.env, code, move.l10n_mx_co_edi_dian_operation)
            move.l10n_mx_co_edi_dian_key_name = kind and kind.hash_name.partition("-")[0]

    @api.depends("l10n_mx_co_edi_uuid", "l10n_mx_co_edi_dian_code")
    def _compute_l10n_mx_co_edi_dian_address(self):
        for move in self:
            environment = _DIAN_ENVIRONMENTS.get(move.l10n_mx_co_edi_document_id.sudo().environment)
            known = environment and move.l10n_mx_co_edi_dian_code and move.l10n_mx_co_edi_uuid
            move.l10n_mx_co_edi_dian_address = known and identity.search_address(move.l10n_mx_co_edi_uuid, environment)

    @api.depends("l10n_mx_co_edi_document_ids.remarks")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_dian_notifications(self):
        for move in self:
            document = move.l10n_mx_co_edi_document_id
            move.l10n_mx_co_edi_dian_notifications = document.remarks
            move.l10n_mx_co_edi_dian_has_answer = bool(document.with_context(bin_size=True).answer_xml)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_l10n_mx_co_edi_dian_download_answer(self):
        self.ensure_one()
        return self.l10n_mx_co_edi_document_id.action_download_answer()

    def action_l10n_mx_co_edi_dian_annul(self):
        """Open the credit note of the whole invoice: the only way to annul what DIAN has accepted.

        :raise UserError: the document is not valid, or is no invoice
        """
        self.ensure_one()
        is_valid = self._l10n_mx_co_edi_is_valid()
        if is_valid and self.l10n_mx_co_edi_dian_code in dian_defaults.NOTES:
            raise UserError(_(
                "%(name)s is a note that DIAN has accepted: it stays. What it says too much or too little is corrected "
                "by another note for the same invoice.", name=self.display_name))
        if not is_valid:
            raise UserError(_(
                "%(name)s is not an invoice that DIAN has accepted, so there is nothing to annul by a credit note.",
                name=self.display_name))
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_view_account_move_reversal")
        return {
            **action, "name": _("Annul by Credit Note"), "views": [(False, "form")], "context": {
                "active_model": self._name, "active_ids": self.ids, "active_id": self.id,
                "default_l10n_mx_co_edi_dian_credit_concept": dian_defaults.ANNULMENT,
                "default_l10n_mx_co_edi_dian_support_concept": dian_defaults.ANNULMENT}}
