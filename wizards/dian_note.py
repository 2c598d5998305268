"""What DIAN wants to know about a credit or debit note, asked where Odoo makes it."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..models import dian_defaults, dian_selection

WITHOUT_REFERENCE = ("22", "32")


class DianNote(models.AbstractModel):
    """What both wizards share. The codes follow the documents: a support document is adjusted by other concepts."""
    _name = "l10n_mx_co_edi.dian.note"
    _description = "Data of a Note for DIAN"

    l10n_mx_co_edi_dian_code = fields.Char("Type of Document (DIAN)", compute="_compute_l10n_mx_co_edi_dian_code")
    l10n_mx_co_edi_dian_operation = fields.Selection(
        dian_selection.operations, "Type of Operation", compute="_compute_l10n_mx_co_edi_dian_operation", store=True,
        readonly=False,
        help="A note names the electronic invoice that it corrects. Without reference it speaks of a period instead: "
             "for invoices that another system issued, or that were none of DIAN's.")
    l10n_mx_co_edi_dian_operations = fields.Json("Operations", compute="_compute_l10n_mx_co_edi_dian_code")
    l10n_mx_co_edi_dian_period_start = fields.Date("Period From")
    l10n_mx_co_edi_dian_period_end = fields.Date("Period To")
    l10n_mx_co_edi_dian_waits = fields.Boolean(
        "Invoice Not Validated Yet", compute="_compute_l10n_mx_co_edi_dian_waits")

    def _l10n_mx_co_edi_dian_note_code(self, move):
        """Return DIAN's type of the note that this wizard makes from `move`, empty where it makes none."""
        raise NotImplementedError

    @api.depends("move_ids")
    def _compute_l10n_mx_co_edi_dian_code(self):
        for wizard in self:
            codes = {wizard._l10n_mx_co_edi_dian_note_code(move) for move in wizard.move_ids}
            wizard.l10n_mx_co_edi_dian_code = codes.pop() if len(codes) == 1 else ""
            wizard.l10n_mx_co_edi_dian_operations = list(
                dian_selection.operations_of(wizard.l10n_mx_co_edi_dian_code))

    @api.depends("l10n_mx_co_edi_dian_code")
    def _compute_l10n_mx_co_edi_dian_operation(self):
        for wizard in self:
            allowed = wizard.l10n_mx_co_edi_dian_operations
            is_support = wizard.l10n_mx_co_edi_dian_code == dian_defaults.ADJUSTMENT
            wizard.l10n_mx_co_edi_dian_operation = allowed[0] if allowed and not is_support else False

    @api.depends("move_ids", "l10n_mx_co_edi_dian_operation")
    def _compute_l10n_mx_co_edi_dian_waits(self):
        for wizard in self:
            named = wizard.l10n_mx_co_edi_dian_code and (
                wizard.l10n_mx_co_edi_dian_operation not in WITHOUT_REFERENCE)
            wizard.l10n_mx_co_edi_dian_waits = bool(named) and any(
                move.l10n_mx_co_edi_state != "valid" for move in wizard.move_ids._origin)

    @api.model
    def default_get(self, fields):
        # EXTENDS account
        values = super().default_get(fields)
        move = self.env["account.move"].browse(self.env.context.get("active_ids") or [])[:1]
        if "date" in fields and self.env.context.get("active_model") == "account.move" and (
                self._l10n_mx_co_edi_dian_note_code(move)):
            values["date"] = dian_selection.today()  # the date of a note is the day on which it is signed, in Colombia
        return values

    def _l10n_mx_co_edi_check_dian_note(self):
        """:raise UserError: something that DIAN wants to know is missing or contradicts the rest"""
        for wizard in self.filtered("l10n_mx_co_edi_dian_code"):
            if wizard.l10n_mx_co_edi_dian_operation not in WITHOUT_REFERENCE:
                continue
            start, end = wizard.l10n_mx_co_edi_dian_period_start, wizard.l10n_mx_co_edi_dian_period_end
            if not start or not end or start > end:
                raise UserError(_(
                    "A note without reference to an invoice needs a period: choose the first and the last day of the "
                    "invoices that it speaks of."))

    def _l10n_mx_co_edi_dian_note_values(self, move, concept):
        """Return what the note made from `move` gets, in addition to what Odoo gives it."""
        if not self.l10n_mx_co_edi_dian_code:
            return {}
        values = {
            "l10n_mx_co_edi_dian_concept": concept,
            "l10n_mx_co_edi_dian_reason": self.reason,
            "l10n_mx_co_edi_dian_operation": self.l10n_mx_co_edi_dian_operation,
        }
        if self.l10n_mx_co_edi_dian_operation in WITHOUT_REFERENCE:
            values["l10n_mx_co_edi_dian_period_start"] = self.l10n_mx_co_edi_dian_period_start
            values["l10n_mx_co_edi_dian_period_end"] = self.l10n_mx_co_edi_dian_period_end
        return {name: value for name, value in values.items() if value}


class AccountMoveReversal(models.TransientModel):
    _name = "account.move.reversal"
    _inherit = ["account.move.reversal", "l10n_mx_co_edi.dian.note"]

    l10n_mx_co_edi_dian_credit_concept = fields.Selection(
        dian_selection.credit_concepts, "Concept", help="Concepto de corrección: why the credit note is made.")
    l10n_mx_co_edi_dian_support_concept = fields.Selection(
        dian_selection.support_concepts, "Concept of the Adjustment",
        help="Concepto de corrección: why the support document is adjusted.")

    def _l10n_mx_co_edi_dian_note_code(self, move):
        return {
            "": "", dian_defaults.SUPPORT: dian_defaults.ADJUSTMENT, dian_defaults.ADJUSTMENT: "",
            dian_defaults.CREDIT_NOTE: "",
        }.get(dian_defaults.type_code(move), dian_defaults.CREDIT_NOTE)

    def reverse_moves(self, is_modify=False):
        # EXTENDS account
        self._l10n_mx_co_edi_check_dian_note()
        return super().reverse_moves(is_modify)

    def _l10n_mx_co_edi_check_dian_note(self):
        super()._l10n_mx_co_edi_check_dian_note()
        for wizard in self.filtered(lambda wizard: wizard.l10n_mx_co_edi_dian_code == dian_defaults.CREDIT_NOTE):
            if wizard.l10n_mx_co_edi_dian_credit_concept == dian_defaults.ANNULMENT and (
                    wizard.l10n_mx_co_edi_dian_operation in WITHOUT_REFERENCE):
                raise UserError(_(
                    "An annulment names the invoice that it annuls: choose the operation with reference, or another "
                    "concept."))

    def _prepare_default_reversal(self, move):
        # EXTENDS account
        values = super()._prepare_default_reversal(move)
        if not self.l10n_mx_co_edi_dian_code:
            return values
        if self.date == dian_selection.today():
            values["auto_post"] = "no"  # today in Colombia is no future date, whatever the user's clock says
        concept = (
            self.l10n_mx_co_edi_dian_support_concept
            if self.l10n_mx_co_edi_dian_code == dian_defaults.ADJUSTMENT else self.l10n_mx_co_edi_dian_credit_concept)
        return {**values, **self._l10n_mx_co_edi_dian_note_values(move, concept)}


class AccountDebitNote(models.TransientModel):
    _name = "account.debit.note"
    _inherit = ["account.debit.note", "l10n_mx_co_edi.dian.note"]

    l10n_mx_co_edi_dian_debit_concept = fields.Selection(
        dian_selection.debit_concepts, "Concept", help="Concepto de corrección: why the debit note is made.")

    def _l10n_mx_co_edi_dian_note_code(self, move):
        is_sale = dian_defaults.type_code(move) in (*dian_defaults.INVOICES, dian_defaults.CREDIT_NOTE)
        return dian_defaults.DEBIT_NOTE if is_sale else ""

    def create_debit(self):
        # EXTENDS account
        self._l10n_mx_co_edi_check_dian_note()
        return super().create_debit()

    def _prepare_default_values(self, move):
        # EXTENDS account
        return {
            **super()._prepare_default_values(move),
            **self._l10n_mx_co_edi_dian_note_values(move, self.l10n_mx_co_edi_dian_debit_concept)}
