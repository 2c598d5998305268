"""What a person decides or sees about the CFDI of an invoice: proposals with override, state, timeline, problems."""
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..core import clock
from . import catalog_selection, cfdi_defaults, strategy
from .column_guard import add_empty_columns
from .document import ENVIRONMENTS, LOCKED_STATES, STATES
from .finding_texts import alerts

WAITING_STATES = ("ready", "sending", "awaiting", "in_doubt", "rejected")
# A computed column must never be recomputed for the invoices that exist when the add-on is installed.
STORED = (
    "l10n_mx_co_edi_uso_cfdi", "l10n_mx_co_edi_metodo_pago", "l10n_mx_co_edi_metodo_pago_manual",
    "l10n_mx_co_edi_forma_pago", "l10n_mx_co_edi_exportacion")


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_uso_cfdi = fields.Selection(
        catalog_selection.uso_cfdi, "Use of the CFDI", compute="_compute_l10n_mx_co_edi_uso_cfdi", store=True,
        readonly=False, copy=False,
        help="Uso CFDI: what the customer will do with the purchase. Proposed from the customer; SAT only accepts "
             "some uses for each tax regime.")
    l10n_mx_co_edi_metodo_pago = fields.Selection(
        catalog_selection.metodo_pago, "Payment Method", compute="_compute_l10n_mx_co_edi_metodo_pago",
        inverse="_inverse_l10n_mx_co_edi_metodo_pago", store=True, readonly=False, copy=False,
        help="Método de pago. PUE: paid in full by the end of the month of issue. PPD: paid later or in instalments, "
             "each payment then needs its payment complement. Proposed from the due date; change it if you know "
             "better.")
    l10n_mx_co_edi_metodo_pago_manual = fields.Boolean(
        "Payment Method Set by Hand", copy=False,
        help="The payment method was chosen by a person and no longer follows the due date.")
    l10n_mx_co_edi_forma_pago = fields.Selection(
        catalog_selection.forma_pago, "Form of Payment", compute="_compute_l10n_mx_co_edi_forma_pago", store=True,
        readonly=False, copy=False,
        help="Forma de pago: how the invoice is paid. With several forms, the one of the largest amount. "
             "Always 99 (to be defined) with PPD.")
    l10n_mx_co_edi_exportacion = fields.Selection(
        catalog_selection.exportacion, "Export", compute="_compute_l10n_mx_co_edi_exportacion", store=True,
        readonly=False, copy=False,
        help="Exportación. 01 unless goods leave Mexico; a definitive export (02) needs the foreign trade complement.")
    l10n_mx_co_edi_environment = fields.Selection(
        ENVIRONMENTS, "CFDI Environment", compute="_compute_l10n_mx_co_edi_environment",
        help="Outside production an invoice has no fiscal validity.")
    l10n_mx_co_edi_document_state = fields.Selection(
        STATES, "State of the CFDI", compute="_compute_l10n_mx_co_edi_document_state",
        help="Where the CFDI stands right now.")
    l10n_mx_co_edi_last_error = fields.Text(
        "What to Do", compute="_compute_l10n_mx_co_edi_document_state",
        help="What the provider's last answer means and what to do.")
    l10n_mx_co_edi_badge = fields.Char("Electronic State (Badge)", compute="_compute_l10n_mx_co_edi_document_state")
    l10n_mx_co_edi_answer = fields.Json(
        "Answer", compute="_compute_l10n_mx_co_edi_alerts",
        help="Why the document was refused, and where to correct it.")
    l10n_mx_co_edi_locked = fields.Boolean(
        "CFDI Locked", compute="_compute_l10n_mx_co_edi_document_state",
        help="The authority has the document or may have it: what it was made from cannot be changed.")
    l10n_mx_co_edi_exchange_ids = fields.One2many(
        "l10n_mx_co_edi.exchange", compute="_compute_l10n_mx_co_edi_exchange_ids", string="Timeline",
        help="Every call to the provider about this invoice, newest first.")
    l10n_mx_co_edi_alerts = fields.Json(
        "CFDI Review", compute="_compute_l10n_mx_co_edi_alerts",
        help="What SAT would refuse, found before anything is sent.")
    l10n_mx_co_edi_unsent_too_long = fields.Boolean(
        "Unsent for Too Long", compute="_compute_l10n_mx_co_edi_unsent_too_long",
        search="_search_l10n_mx_co_edi_unsent_too_long",
        help="The CFDI has waited so long that the 72 hours SAT accepts it for are nearly over.")

    def _auto_init(self):
        add_empty_columns(self, *STORED)
        return super()._auto_init()

    # ------------------------------------------------------------------
    # Proposals
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_takes_proposals(self):
        """Return the invoices whose proposals may change: CFDI that no authority has, or may have, in its hands."""
        return self.filtered(
            lambda move: move._l10n_mx_co_edi_is_cfdi() and move.l10n_mx_co_edi_state not in LOCKED_STATES)

    @api.depends("commercial_partner_id", "move_type", "company_id")
    def _compute_l10n_mx_co_edi_uso_cfdi(self):
        open_moves = self._l10n_mx_co_edi_takes_proposals()
        for move in self:
            move.l10n_mx_co_edi_uso_cfdi = (
                cfdi_defaults.uso_cfdi(move) if move in open_moves else move.l10n_mx_co_edi_uso_cfdi)

    @api.depends(
        "move_type", "company_id", "invoice_date", "invoice_date_due", "invoice_payment_term_id",
        "l10n_mx_co_edi_metodo_pago_manual")
    def _compute_l10n_mx_co_edi_metodo_pago(self):
        open_moves = self._l10n_mx_co_edi_takes_proposals()
        for move in self:
            keep = move not in open_moves or (
                move.l10n_mx_co_edi_metodo_pago_manual and move.l10n_mx_co_edi_metodo_pago)
            move.l10n_mx_co_edi_metodo_pago = (
                move.l10n_mx_co_edi_metodo_pago if keep else cfdi_defaults.metodo_pago(move))

    @api.depends("commercial_partner_id", "move_type", "company_id", "reversed_entry_id", "l10n_mx_co_edi_metodo_pago")
    def _compute_l10n_mx_co_edi_forma_pago(self):
        open_moves = self._l10n_mx_co_edi_takes_proposals()
        for move in self:
            present = move.l10n_mx_co_edi_forma_pago
            if move in open_moves and move.commercial_partner_id:
                # what somebody chose stays, unless it contradicts the payment method: 99 belongs to PPD alone
                chosen = present if present != cfdi_defaults.FORM_TO_BE_DEFINED else False
                later = move.l10n_mx_co_edi_metodo_pago == cfdi_defaults.PAID_LATER
                present = (not later and chosen) or cfdi_defaults.forma_pago(move, move.l10n_mx_co_edi_metodo_pago)
            move.l10n_mx_co_edi_forma_pago = present

    @api.onchange("partner_id")
    def _onchange_l10n_mx_co_edi_partner_id(self):
        if self._l10n_mx_co_edi_is_cfdi() and self.partner_id:
            self.l10n_mx_co_edi_forma_pago = cfdi_defaults.forma_pago(self, self.l10n_mx_co_edi_metodo_pago)

    @api.depends("move_type", "company_id")
    def _compute_l10n_mx_co_edi_exportacion(self):
        open_moves = self._l10n_mx_co_edi_takes_proposals()
        for move in self:
            move.l10n_mx_co_edi_exportacion = (
                move.l10n_mx_co_edi_exportacion or cfdi_defaults.NO_EXPORT
                if move in open_moves else move.l10n_mx_co_edi_exportacion)

    # ------------------------------------------------------------------
    # What is shown
    # ------------------------------------------------------------------

    @api.depends("l10n_mx_co_edi_document_ids", "company_id")
    def _compute_l10n_mx_co_edi_environment(self):
        for move in self:
            environment = move.l10n_mx_co_edi_applies and (
                move.l10n_mx_co_edi_document_id.sudo().environment
                or move.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment)
            move.l10n_mx_co_edi_environment = environment

    @api.depends("l10n_mx_co_edi_document_ids.state", "l10n_mx_co_edi_document_ids.last_code")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_document_state(self):
        labels = dict(self._fields["l10n_mx_co_edi_document_state"]._description_selection(self.env))
        for move in self:
            document = move.l10n_mx_co_edi_document_id
            move.l10n_mx_co_edi_document_state = document.state
            name = document and ("DIAN" if document._is_dian() else "CFDI")
            move.l10n_mx_co_edi_badge = document.state and f"{name}: {labels[document.state]}"
            move.l10n_mx_co_edi_last_error = document.last_error
            move.l10n_mx_co_edi_locked = document.state in LOCKED_STATES

    @api.depends("l10n_mx_co_edi_document_ids.exchange_ids")
    def _compute_l10n_mx_co_edi_exchange_ids(self):
        for move in self:
            move.l10n_mx_co_edi_exchange_ids = move.l10n_mx_co_edi_document_ids.exchange_ids

    # No dependencies on purpose: checking builds the whole CFDI, so it is done when the form is read, not at each key.
    def _compute_l10n_mx_co_edi_alerts(self):
        for move in self:
            saved = move._origin
            document = saved.l10n_mx_co_edi_document_id
            checked = saved and saved.l10n_mx_co_edi_applies and saved.state != "cancel" and (
                document.state in (False, "draft", "rejected"))
            move.l10n_mx_co_edi_alerts = checked and alerts(self.env, saved._l10n_mx_co_edi_findings(), saved)
            refused = document.state == "rejected" and document.last_code
            if refused and document.sudo().waits_for_certificate:
                refused = False  # the findings tell it
            said = strategy.for_kind(document.kind).answers(document) if refused else []
            move.l10n_mx_co_edi_answer = alerts(self.env, said, saved)

    def _compute_l10n_mx_co_edi_unsent_too_long(self):
        late = self.filtered_domain(self._l10n_mx_co_edi_unsent_domain())
        for move in self:
            move.l10n_mx_co_edi_unsent_too_long = move in late

    def _search_l10n_mx_co_edi_unsent_too_long(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._l10n_mx_co_edi_unsent_domain()
        return domain if True in value else ~domain

    @api.model
    def _l10n_mx_co_edi_unsent_domain(self):
        """Return the domain of invoices that wait in the outbox for longer than the limit after their date (Fecha)."""
        limit = fields.Datetime.now() - timedelta(hours=clock.delays().warn_unsent_hours)
        return Domain("l10n_mx_co_edi_state", "in", WAITING_STATES) & Domain(
            "l10n_mx_co_edi_document_ids", "any", [("state", "in", WAITING_STATES), ("issued_at", "<=", limit)])

    # ------------------------------------------------------------------
    # Override of the payment method
    # ------------------------------------------------------------------

    @api.onchange("l10n_mx_co_edi_metodo_pago")
    def _inverse_l10n_mx_co_edi_metodo_pago(self):
        """A value that differs from the proposal is somebody's decision, from the form or from a program."""
        for move in self:
            value = move._l10n_mx_co_edi_is_cfdi() and move.l10n_mx_co_edi_metodo_pago
            move.l10n_mx_co_edi_metodo_pago_manual = bool(value) and value != cfdi_defaults.metodo_pago(move)

    def action_l10n_mx_co_edi_metodo_pago_automatic(self):
        """Let the payment method follow the due date again."""
        self.l10n_mx_co_edi_metodo_pago_manual = False
        return True

    # ------------------------------------------------------------------
    # Buttons that act on the document
    # ------------------------------------------------------------------

    def action_l10n_mx_co_edi_look_up(self):
        self.ensure_one()
        return self.l10n_mx_co_edi_document_id.action_look_up()

    def action_l10n_mx_co_edi_withdraw(self):
        self.ensure_one()
        return self.l10n_mx_co_edi_document_id.action_withdraw()

    def action_l10n_mx_co_edi_download_xml(self):
        self.ensure_one()
        return self.l10n_mx_co_edi_document_id.action_download_xml()

    def action_l10n_mx_co_edi_open_document(self):
        """Open the electronic document, or the list of them if there was more than one."""
        self.ensure_one()
        return self.l10n_mx_co_edi_document_ids._get_records_action()

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_concept_lines(self):
        """Return the invoice lines that become lines (Conceptos) of the CFDI, in their order."""
        return self.invoice_line_ids.filtered(lambda line: line.display_type == "product").sorted()
