"""What a person decides about the DIAN document of an invoice: proposals with override."""
from odoo import api, fields, models

from ..core.dian import catalogs
from . import dian_defaults, dian_selection
from .column_guard import add_empty_columns
from .document import LOCKED_STATES

# A computed column must never be recomputed for the invoices that exist when the add-on is installed.
STORED = (
    "l10n_mx_co_edi_dian_type", "l10n_mx_co_edi_dian_operation", "l10n_mx_co_edi_dian_payment_form",
    "l10n_mx_co_edi_dian_payment_form_manual", "l10n_mx_co_edi_dian_payment_means", "l10n_mx_co_edi_dian_concept",
    "l10n_mx_co_edi_dian_reason", "l10n_mx_co_edi_dian_period_start", "l10n_mx_co_edi_dian_period_end")


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_dian_type = fields.Selection(
        dian_selection.invoice_types, "Type of Invoice (DIAN)", compute="_compute_l10n_mx_co_edi_dian_type",
        store=True, readonly=False, copy=False,
        help="Tipo de factura. Proposed from where the customer is. 03 transcribes an invoice that was issued on paper "
             "while your system was down; 04 is for a time when DIAN itself is down.")
    l10n_mx_co_edi_dian_operation = fields.Selection(
        dian_selection.operations, "Type of Operation", compute="_compute_l10n_mx_co_edi_dian_operation", store=True,
        readonly=False, copy=False,
        help="Tipo de operación. Standard for nearly every sale. A note without reference to an invoice needs a "
             "period.")
    l10n_mx_co_edi_dian_payment_form = fields.Selection(
        dian_selection.payment_forms, "Form of Payment (DIAN)", compute="_compute_l10n_mx_co_edi_dian_payment_form",
        inverse="_inverse_l10n_mx_co_edi_dian_payment_form", store=True, readonly=False, copy=False,
        help="Forma de pago: cash or credit. Proposed from the due date; change it if you know better.")
    l10n_mx_co_edi_dian_payment_form_manual = fields.Boolean(
        "Form of Payment Set by Hand", copy=False,
        help="The form of payment was chosen by a person and no longer follows the due date.")
    l10n_mx_co_edi_dian_payment_means = fields.Selection(
        dian_selection.payment_means, "Means of Payment", compute="_compute_l10n_mx_co_edi_dian_payment_means",
        store=True, readonly=False, copy=False,
        help="Medio de pago: how it is paid. Proposed from the payment method of the invoice or from the customer's "
             "last invoice.")
    l10n_mx_co_edi_dian_concept = fields.Selection(
        dian_selection.concepts, "Correction Concept", compute="_compute_l10n_mx_co_edi_dian_concept", store=True,
        readonly=False, copy=False, help="Concepto de corrección: why the note is made, as DIAN's list numbers it.")
    l10n_mx_co_edi_dian_credit_concept = fields.Selection(
        dian_selection.credit_concepts, "Concept of the Credit Note",
        compute="_compute_l10n_mx_co_edi_dian_concepts", inverse="_inverse_l10n_mx_co_edi_dian_credit_concept",
        help="Concepto de corrección: why the credit note is made.")
    l10n_mx_co_edi_dian_debit_concept = fields.Selection(
        dian_selection.debit_concepts, "Concept of the Debit Note",
        compute="_compute_l10n_mx_co_edi_dian_concepts", inverse="_inverse_l10n_mx_co_edi_dian_debit_concept",
        help="Concepto de corrección: why the debit note is made.")
    l10n_mx_co_edi_dian_support_concept = fields.Selection(
        dian_selection.support_concepts, "Concept of the Adjustment",
        compute="_compute_l10n_mx_co_edi_dian_concepts", inverse="_inverse_l10n_mx_co_edi_dian_support_concept",
        help="Concepto de corrección: why the support document is adjusted.")
    l10n_mx_co_edi_dian_reason = fields.Char(
        "Reason", copy=False, help="The reason for the note in your own words; it is part of the document.")
    l10n_mx_co_edi_dian_period_start = fields.Date(
        "Period From", copy=False, help="First day of the invoices that a note without reference speaks of.")
    l10n_mx_co_edi_dian_period_end = fields.Date(
        "Period To", copy=False, help="Last day of the invoices that a note without reference speaks of.")
    l10n_mx_co_edi_dian_code = fields.Char(
        "Type of Document (DIAN)", compute="_compute_l10n_mx_co_edi_dian_code",
        help="DIAN's code of what this entry becomes: 01 to 04 invoice, 91 credit note, 92 debit note, 05 support "
             "document, 95 its adjustment. Empty for other entries and in other countries.")

    # what the proposal from a customer's last invoice looks up, however many invoices the customer has
    _l10n_mx_co_edi_last_means = models.Index(
        "(partner_id, company_id, id) WHERE l10n_mx_co_edi_dian_payment_means IS NOT NULL")

    def _auto_init(self):
        add_empty_columns(self, *STORED)
        return super()._auto_init()

    # ------------------------------------------------------------------
    # Proposals
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_takes_dian_proposals(self):
        """Return the entries whose proposals may change: Colombian documents that DIAN neither has nor may have."""
        return self.filtered(
            lambda move: dian_defaults.type_code(move) and move.l10n_mx_co_edi_state not in LOCKED_STATES)

    @api.depends("move_type", "company_id", "journal_id", "debit_origin_id", "l10n_mx_co_edi_dian_type")
    def _compute_l10n_mx_co_edi_dian_code(self):
        for move in self:
            move.l10n_mx_co_edi_dian_code = dian_defaults.type_code(move)

    @api.depends(
        "move_type", "company_id", "debit_origin_id", "commercial_partner_id", "partner_shipping_id", "journal_id")
    def _compute_l10n_mx_co_edi_dian_type(self):
        open_moves = self._l10n_mx_co_edi_takes_dian_proposals()
        for move in self:
            move.l10n_mx_co_edi_dian_type = (
                dian_defaults.invoice_type(move) if move in open_moves else move.l10n_mx_co_edi_dian_type)

    @api.depends(
        "move_type", "company_id", "journal_id", "debit_origin_id", "reversed_entry_id", "commercial_partner_id",
        "l10n_mx_co_edi_dian_type")
    def _compute_l10n_mx_co_edi_dian_operation(self):
        open_moves = self._l10n_mx_co_edi_takes_dian_proposals()
        for move in self:
            move.l10n_mx_co_edi_dian_operation = (
                dian_defaults.operation(move) if move in open_moves else move.l10n_mx_co_edi_dian_operation)

    @api.depends(
        "move_type", "company_id", "journal_id", "invoice_date", "invoice_date_due", "invoice_payment_term_id",
        "l10n_mx_co_edi_dian_payment_form_manual")
    def _compute_l10n_mx_co_edi_dian_payment_form(self):
        open_moves = self._l10n_mx_co_edi_takes_dian_proposals()
        for move in self:
            keep = move not in open_moves or (
                move.l10n_mx_co_edi_dian_payment_form_manual and move.l10n_mx_co_edi_dian_payment_form)
            move.l10n_mx_co_edi_dian_payment_form = (
                move.l10n_mx_co_edi_dian_payment_form if keep else dian_defaults.payment_form(move))

    @api.depends(
        "move_type", "company_id", "journal_id", "partner_id", "reversed_entry_id", "preferred_payment_method_line_id")
    def _compute_l10n_mx_co_edi_dian_payment_means(self):
        open_moves = self._l10n_mx_co_edi_takes_dian_proposals()
        proposed = dian_defaults.payment_means(
            open_moves.filtered(lambda move: move.partner_id and not move.l10n_mx_co_edi_dian_payment_means))
        for move in self:
            # what somebody chose stays
            move.l10n_mx_co_edi_dian_payment_means = move.l10n_mx_co_edi_dian_payment_means or proposed.get(move)

    @api.onchange("partner_id", "preferred_payment_method_line_id")
    def _onchange_l10n_mx_co_edi_dian_payment_means(self):
        if self.l10n_mx_co_edi_dian_code and self.partner_id:
            self.l10n_mx_co_edi_dian_payment_means = dian_defaults.payment_means(self).get(self)

    @api.depends("move_type", "company_id", "journal_id", "debit_origin_id", "reversed_entry_id")
    def _compute_l10n_mx_co_edi_dian_concept(self):
        open_moves = self._l10n_mx_co_edi_takes_dian_proposals()
        for move in self:
            move.l10n_mx_co_edi_dian_concept = (
                dian_defaults.concept(move) if move in open_moves else move.l10n_mx_co_edi_dian_concept)

    def copy_data(self, default=None):
        # EXTENDS account: who sells by AIU or mandate does so with the duplicate, too; notes begin anew
        data = super().copy_data(default)
        for move, values in zip(self, data, strict=True):
            changed = {"move_type", "debit_origin_id", "reversed_entry_id"} & set(default or {})
            if dian_defaults.type_code(move) in dian_defaults.INVOICES and not changed:
                values["l10n_mx_co_edi_dian_operation"] = move.l10n_mx_co_edi_dian_operation
        return data

    @api.depends("reversed_entry_id")
    def _compute_invoice_currency_rate(self):
        """EXTENDS account: a credit note takes back pesos at the rate of its invoice, else it could not annul it."""
        super()._compute_invoice_currency_rate()
        for move in self:
            origin = move.reversed_entry_id
            is_note = dian_defaults.type_code(move) in (dian_defaults.CREDIT_NOTE, dian_defaults.ADJUSTMENT)
            if is_note and origin.currency_id == move.currency_id != move.company_currency_id:
                move.invoice_currency_rate = origin.invoice_currency_rate

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS account
        values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, values_list, strict=True):
            if dian_defaults.type_code(move):
                values.setdefault("l10n_mx_co_edi_dian_concept", dian_defaults.ANNULMENT)
        return super()._reverse_moves(values_list, cancel=cancel)

    # ------------------------------------------------------------------
    # Override
    # ------------------------------------------------------------------

    @api.onchange("l10n_mx_co_edi_dian_payment_form")
    def _inverse_l10n_mx_co_edi_dian_payment_form(self):
        """A value that differs from the proposal is somebody's decision, from the form or from a program."""
        for move in self:
            value = move.l10n_mx_co_edi_dian_payment_form
            move.l10n_mx_co_edi_dian_payment_form_manual = bool(value) and value != dian_defaults.payment_form(move)

    def action_l10n_mx_co_edi_dian_payment_form_automatic(self):
        """Let the form of payment follow the due date again."""
        self.l10n_mx_co_edi_dian_payment_form_manual = False
        return True

    @api.depends("l10n_mx_co_edi_dian_concept", "l10n_mx_co_edi_dian_code")
    def _compute_l10n_mx_co_edi_dian_concepts(self):
        for move in self:
            code, concept = move.l10n_mx_co_edi_dian_code, move.l10n_mx_co_edi_dian_concept
            move.l10n_mx_co_edi_dian_credit_concept = (
                code == dian_defaults.CREDIT_NOTE and concept in catalogs.CREDIT_CONCEPT and concept)
            move.l10n_mx_co_edi_dian_debit_concept = (
                code == dian_defaults.DEBIT_NOTE and concept in catalogs.DEBIT_CONCEPT and concept)
            move.l10n_mx_co_edi_dian_support_concept = (
                code == dian_defaults.ADJUSTMENT and concept in catalogs.SUPPORT_CONCEPT and concept)

    @api.onchange("l10n_mx_co_edi_dian_credit_concept")
    def _inverse_l10n_mx_co_edi_dian_credit_concept(self):
        self._l10n_mx_co_edi_take_concept("l10n_mx_co_edi_dian_credit_concept", dian_defaults.CREDIT_NOTE)

    @api.onchange("l10n_mx_co_edi_dian_debit_concept")
    def _inverse_l10n_mx_co_edi_dian_debit_concept(self):
        self._l10n_mx_co_edi_take_concept("l10n_mx_co_edi_dian_debit_concept", dian_defaults.DEBIT_NOTE)

    @api.onchange("l10n_mx_co_edi_dian_support_concept")
    def _inverse_l10n_mx_co_edi_dian_support_concept(self):
        self._l10n_mx_co_edi_take_concept("l10n_mx_co_edi_dian_support_concept", dian_defaults.ADJUSTMENT)

    def _l10n_mx_co_edi_take_concept(self, name, code):
        for move in self.filtered(lambda move: move.l10n_mx_co_edi_dian_code == code):
            move.l10n_mx_co_edi_dian_concept = move[name]
