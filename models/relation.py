"""Which CFDI an invoice is related to (CfdiRelacionados), as records that a person sees and changes."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.states import State
from . import catalog_selection
from .document import STATES

CREDIT_NOTE = "01"
DEBIT_NOTE = "02"
# an invoice with a document in one of these states may be given other relations: nothing of it is sealed
OPEN_STATES = (False, State.DRAFT, State.REJECTED, State.CANCELLED)


def normalised(uuid):
    """Return a UUID as the SAT writes it, however it was typed or pasted; nothing is judged."""
    return "".join((uuid or "").split()).strip("{}").upper()


class Relation(models.Model):
    """One related CFDI of an invoice: an invoice of ours, or the typed UUID of what another system issued.

    An invoice of ours is kept as the record, not as its UUID: a credit note may be written before the invoice that it
    corrects is stamped. Once the document is sealed, its snapshot and bytes say what was written, and the rows are
    frozen with it.
    """
    _name = "l10n_mx_co_edi.relation"
    _description = "Related CFDI"
    _order = "id"

    move_id = fields.Many2one("account.move", "Invoice", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    tipo_relacion = fields.Selection(
        catalog_selection.tipo_relacion, "Relation", required=True, default=CREDIT_NOTE,
        help="Tipo de relación of SAT's catalogue. Each one that is used becomes a node of its own in the CFDI.")
    related_move_id = fields.Many2one(
        "account.move", "Related Invoice", index="btree_not_null", ondelete="set null",
        help="An invoice of this company. For what another system issued, type its UUID instead.")
    typed_uuid = fields.Char(readonly=True, help="UUID of a CFDI that is not among the invoices of this company.")
    uuid = fields.Char(
        "UUID", compute="_compute_uuid", inverse="_inverse_uuid",
        help="Fiscal folio of the related CFDI. Type or paste it where the CFDI was issued with another system.")
    document_id = fields.Many2one("l10n_mx_co_edi.document", compute="_compute_related", string="Related Document")
    related_folio = fields.Char("Folio", compute="_compute_related")
    related_receiver = fields.Char("Receiver", compute="_compute_related")
    related_total = fields.Monetary("Total", compute="_compute_related", currency_field="related_currency_id")
    related_currency_id = fields.Many2one("res.currency", compute="_compute_related")
    related_state = fields.Selection(STATES, "State", compute="_compute_related")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("related_move_id", "typed_uuid")
    def _compute_uuid(self):
        for relation in self:
            relation.uuid = relation._of_move().uuid if relation.related_move_id else relation.typed_uuid

    def _inverse_uuid(self):
        for relation in self:
            relation._point_to(normalised(relation.uuid))

    @api.onchange("uuid")
    def _onchange_uuid(self):
        self._point_to(normalised(self.uuid))

    @api.onchange("related_move_id")
    def _onchange_related_move_id(self):
        if self.related_move_id:
            self.typed_uuid = False

    def _point_to(self, uuid):
        """Relate the invoice of ours that has this UUID, else keep the UUID as it was typed."""
        self.ensure_one()
        if self.related_move_id and uuid == (self._of_move().uuid or ""):
            return
        document = self._find_ours(uuid)
        # an earlier document of the same invoice can only be named by its UUID
        is_current = document.move_id.l10n_mx_co_edi_document_id == document
        current = document.move_id if is_current else document.move_id.browse()
        self.related_move_id = current
        self.typed_uuid = False if current else uuid or False

    def _of_move(self):
        """Return the document that stands for the related invoice, empty while it is not sealed."""
        return self.related_move_id.sudo().l10n_mx_co_edi_document_id

    def _find_ours(self, uuid):
        """Return the document with this UUID among those of the company, its branches and its ancestors."""
        documents = self.env["l10n_mx_co_edi.document"].sudo()
        company = self.move_id.company_id or self.company_id or self.env.company
        domain = [("uuid", "=", uuid), ("company_id", "child_of", company.root_id.id)]
        return documents.search(domain, limit=1) if uuid else documents

    @api.depends("related_move_id", "typed_uuid")
    def _compute_related(self):
        for relation in self:
            document = relation._of_move() if relation.related_move_id else relation._find_ours(relation.typed_uuid)
            sealed = document if document.state not in (False, State.DRAFT) else document.browse()
            move = relation.related_move_id.sudo()
            relation.document_id = document
            relation.related_folio = sealed.name or move.name
            relation.related_receiver = sealed.receiver_name or move.commercial_partner_id.name
            relation.related_currency_id = sealed.currency_id or move.currency_id
            relation.related_total = sealed.total if sealed else move.amount_total
            relation.related_state = document.state

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    def _check_open(self):
        for move in self.move_id:
            document = move.sudo().l10n_mx_co_edi_document_id
            if document.state not in OPEN_STATES:
                raise UserError(_(
                    "The CFDI of %(name)s is sealed, so its related CFDI can no longer be changed.\n\nWhat was not "
                    "sent yet can be withdrawn first; a valid CFDI is corrected by a credit note.",
                    name=move.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        relations = super().create(vals_list)
        relations._check_open()
        return relations

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        if "move_id" in vals:
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_open_related(self):
        """Open the related invoice, or its electronic document where there is no invoice."""
        self.ensure_one()
        target = self.related_move_id or self.document_id.move_id or self.document_id
        if not target:
            raise UserError(_("This CFDI was issued with another system: there is nothing here to open."))
        return target._get_records_action()


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_relation_ids = fields.One2many(
        "l10n_mx_co_edi.relation", "move_id", "Related CFDI", copy=False,
        help="The CFDI that this one names: corrected, substituted, or whose advance it applies.")
    l10n_mx_co_edi_sealed = fields.Boolean(
        "CFDI Sealed", compute="_compute_l10n_mx_co_edi_sealed",
        help="The CFDI is sealed: what it names can no longer be changed.")

    @api.depends("l10n_mx_co_edi_document_ids.state")
    def _compute_l10n_mx_co_edi_sealed(self):
        for move in self:
            move.l10n_mx_co_edi_sealed = move.l10n_mx_co_edi_document_id.sudo().state not in OPEN_STATES

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        moves = super().create(vals_list)
        moves._l10n_mx_co_edi_relate_origin()
        return moves

    def write(self, vals):
        # EXTENDS account
        result = super().write(vals)
        if {"reversed_entry_id", "debit_origin_id"} & set(vals):
            self._l10n_mx_co_edi_relate_origin()
        return result

    def _l10n_mx_co_edi_relate_origin(self):
        """A credit note gets the invoice that it corrects as a row (01), a debit note the one that it adds to (02)."""
        rows = []
        for move in self:
            origin, kind = move._l10n_mx_co_edi_origin()
            if origin and not move.l10n_mx_co_edi_sealed and not move.sudo().l10n_mx_co_edi_relation_ids:
                rows.append({"move_id": move.id, "tipo_relacion": kind, "related_move_id": origin.id})
        # whoever makes a credit note has the row with it, whatever the rights on electronic documents
        self.env["l10n_mx_co_edi.relation"].sudo().create(rows)

    def _l10n_mx_co_edi_origin(self):
        self.ensure_one()
        if self.company_id.account_fiscal_country_id.code != "MX":
            return self.browse(), ""
        if self.move_type == "out_refund":
            return self.reversed_entry_id, CREDIT_NOTE
        return (self.debit_origin_id if self.move_type == "out_invoice" else self.browse()), DEBIT_NOTE
