"""Step 8 of the assistant: the requests for numbers of a test set, see `numbering_request`."""
from odoo import _, api, fields, models


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    request_ids = fields.One2many("l10n_mx_co_edi.numbering.request", "set_id", "Requests for Numbers")

    @api.depends("request_ids.state", "request_ids.form_name", "request_ids.is_associated")
    def _compute_request_cards(self):
        for test_set in self:
            signed = test_set.request_ids.filtered(lambda request: request.state == "signed" and request.form_name)
            test_set.card_numbering = bool(signed)
            test_set.card_prefix = any(signed.mapped("is_associated"))

    def action_new_request(self):
        """Open an empty request of this set in a dialog."""
        self.ensure_one()
        self._check_role()
        kind = "support" if self._is_support() else "invoice"
        return {
            "type": "ir.actions.act_window", "name": _("Request Numbers"),
            "res_model": "l10n_mx_co_edi.numbering.request", "views": [(False, "form")], "target": "new",
            "context": {"default_set_id": self.id, "default_kind": kind}}
