"""Invoices and their electronic documents: state, guards, and the verbs behind the buttons."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..core import findings as core_findings
from . import strategy
from .account_move_dian import STORED as DIAN_FIELDS
from .account_move_support import STORED as SUPPORT_FIELDS
from .column_guard import add_empty_columns
from .document import LOCKED_STATES, STATES
from .finding_texts import describe
from .transaction import commit, holds_uncommitted_work

# What the snapshot of a document was made from; changing it behind a document's back would make the books lie.
LOCKED_FIELDS = {
    "name", "partner_id", "commercial_partner_id", "invoice_date", "currency_id", "journal_id", "company_id",
    "invoice_line_ids", "line_ids", "move_type", "invoice_currency_rate", "invoice_payment_term_id", "invoice_date_due",
    "l10n_mx_co_edi_uso_cfdi", "l10n_mx_co_edi_forma_pago", "l10n_mx_co_edi_metodo_pago",
    "l10n_mx_co_edi_exportacion", *DIAN_FIELDS, *SUPPORT_FIELDS,
}
LOCKED_LINE_FIELDS = {
    "product_id", "quantity", "price_unit", "discount", "tax_ids", "name", "product_uom_id",
    "l10n_mx_co_edi_dian_purchase_date"}
ACTIVITY_TYPE = "l10n_mx_co_edi.mail_activity_type_document"


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_document_ids = fields.One2many(
        "l10n_mx_co_edi.document", "move_id", "Electronic Documents", readonly=True, copy=False)
    l10n_mx_co_edi_document_id = fields.Many2one(
        "l10n_mx_co_edi.document", "Electronic Document", compute="_compute_l10n_mx_co_edi_document_id",
        help="The electronic document of this invoice: the legal one, else that of the company's environment.")
    # Computed from the documents, but on purpose without a dependency on their state: the answer of an authority is
    # committed before anything is written to the invoice (`_l10n_mx_co_edi_refresh_state` follows in a later
    # transaction).
    l10n_mx_co_edi_state = fields.Selection(
        STATES, "Electronic State", compute="_compute_l10n_mx_co_edi_state", store=True, readonly=True, copy=False,
        index="btree_not_null", tracking=False, help="Where the electronic document of the invoice stands.")
    l10n_mx_co_edi_uuid = fields.Char(
        "UUID", compute="_compute_l10n_mx_co_edi_state", store=True, readonly=True, copy=False, index="btree_not_null",
        help="What the authority knows the invoice by: the fiscal folio (UUID) of the SAT; CUFE, CUDE or CUDS at DIAN.")

    def _auto_init(self):
        add_empty_columns(self, "l10n_mx_co_edi_state", "l10n_mx_co_edi_uuid")
        return super()._auto_init()

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("l10n_mx_co_edi_document_ids", "company_id")
    def _compute_l10n_mx_co_edi_document_id(self):
        for move in self:
            environment = move.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
            documents = move.sudo().l10n_mx_co_edi_document_ids.sorted("id", reverse=True)
            # what is legal stays legal, whatever environment the company tries something in afterwards
            legal = documents.filtered(lambda document: document.environment == "production" and document._is_live())
            current = documents.filtered(lambda document, current=environment: document.environment == current)
            move.l10n_mx_co_edi_document_id = (legal or current)[:1]

    def _compute_l10n_mx_co_edi_state(self):
        for move in self:
            document = move.l10n_mx_co_edi_document_id.sudo()
            move.l10n_mx_co_edi_state = document.state
            move.l10n_mx_co_edi_uuid = document.uuid

    def _l10n_mx_co_edi_refresh_state(self):
        """Let state and UUID follow the documents; called after the answer is committed."""
        moves = self.sudo().exists()
        moves.invalidate_recordset(["l10n_mx_co_edi_document_id"])
        for name in ("l10n_mx_co_edi_state", "l10n_mx_co_edi_uuid"):
            self.env.add_to_compute(self._fields[name], moves)
        moves._recompute_recordset(["l10n_mx_co_edi_state", "l10n_mx_co_edi_uuid"])

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_locked_documents(self):
        """Return the documents that the authority has or may have, of every environment in which they are legal."""
        if not self.ids:
            return self.env["l10n_mx_co_edi.document"]
        return self.env["l10n_mx_co_edi.document"].sudo().search([
            ("move_id", "in", self.ids), ("state", "in", LOCKED_STATES)]).filtered(
                lambda document: document == document.move_id.l10n_mx_co_edi_document_id)

    def _l10n_mx_co_edi_check_unlocked(self):
        document = self._l10n_mx_co_edi_locked_documents()[:1]
        if not document:
            return
        states = dict(document._fields["state"]._description_selection(self.env))
        what = _(
            "%(name)s has an electronic document that is \"%(state)s\", so it cannot be changed, renumbered, reset to "
            "draft, cancelled or deleted here.", name=document.name, state=states[document.state])
        instead = _(
            "What DIAN has validated is annulled or corrected by a credit note only.") if document._is_dian() else _(
            "A valid CFDI is corrected by a credit note, or by a cancellation that the SAT has confirmed.")
        doubt = _("A document in doubt is looked up by itself; wait until its state is known.")
        raise UserError(f"{what}\n\n{instead} {doubt}")

    def write(self, vals):
        if LOCKED_FIELDS & set(vals):
            changed = self.filtered(lambda move: move._l10n_mx_co_edi_changes(vals))
            changed._l10n_mx_co_edi_check_unlocked()
        return super().write(vals)

    def _l10n_mx_co_edi_changes(self, vals):
        """Tell whether `vals` gives a locked field another value; commands on lines are judged line by line."""
        self.ensure_one()
        for name in LOCKED_FIELDS & set(vals):
            field = self._fields[name]
            if field.type == "one2many":
                continue
            if field.convert_to_cache(vals[name], self) != field.convert_to_cache(self[name], self):
                return True
        return False

    def _check_draftable(self):
        # EXTENDS account
        self._l10n_mx_co_edi_check_unlocked()
        return super()._check_draftable()

    @api.ondelete(at_uninstall=False)
    def _l10n_mx_co_edi_unlink_guard(self):
        self._l10n_mx_co_edi_check_unlocked()
        if self.env["l10n_mx_co_edi.document"].sudo().search_count(
                [("move_id", "in", self.ids), ("state", "!=", "draft")], limit=1):
            raise UserError(_("An invoice with an electronic document is kept: its history is a legal record."))

    @api.depends("l10n_mx_co_edi_state")
    def _compute_need_cancel_request(self):
        # EXTENDS account
        return super()._compute_need_cancel_request()

    def _need_cancel_request(self):
        # EXTENDS account
        return super()._need_cancel_request() or bool(self._l10n_mx_co_edi_locked_documents())

    def button_request_cancel(self):
        # EXTENDS account
        documents = self._l10n_mx_co_edi_locked_documents()
        if documents and all(document._is_dian() for document in documents):
            if not all(document.state == "valid" for document in documents):
                self._l10n_mx_co_edi_check_unlocked()
            return self.action_l10n_mx_co_edi_dian_annul()
        if documents:
            raise UserError(_(
                "%(name)s is a CFDI that the SAT has, or may have. This version does not send cancellation requests "
                "yet: cancel it on the SAT's or your provider's site, or correct it with a credit note.",
                name=self.name))
        return super().button_request_cancel()

    def button_draft(self):
        # EXTENDS account
        result = super().button_draft()
        waiting = self.sudo().l10n_mx_co_edi_document_ids.filtered(lambda document: document.state == "ready")
        waiting._withdraw_each()
        return result

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_strategy(self):
        return strategy.for_kind(self._l10n_mx_co_edi_kind())

    def _l10n_mx_co_edi_complete(self, comprobante):
        """Return the content that is checked and sealed, completed by other add-ons: an addenda, a customs number.

        :param comprobante: the frozen `core.cfdi.model.Comprobante` made from this invoice; `dataclasses.replace` it
        """
        return comprobante

    def _l10n_mx_co_edi_findings(self):
        """Return what can be known to be wrong before this invoice is sealed; never stored."""
        self.ensure_one()
        if not self.l10n_mx_co_edi_applies:
            return []
        return self._l10n_mx_co_edi_strategy().findings(self)

    def _post(self, soft=True):
        # EXTENDS account
        ours = self.filtered("l10n_mx_co_edi_applies")
        by_person = not soft and not self._l10n_mx_co_edi_is_machine()
        if by_person:
            ours._l10n_mx_co_edi_check_before_posting()
        ours._l10n_mx_co_edi_date_locally()
        posted = super()._post(soft)
        if not by_person:
            (posted & ours)._l10n_mx_co_edi_ask_for_correction()
        return posted

    def _l10n_mx_co_edi_date_locally(self):
        """Date undated invoices by the clock of their place of issue; Odoo would take the user's or UTC."""
        for move in self.filtered(lambda move: not move.invoice_date):
            today = move._l10n_mx_co_edi_today()
            if today:
                move.invoice_date = today

    def _l10n_mx_co_edi_today(self):
        """Return today at the place of issue, which may be another day than the user's; None if it is unknown."""
        return self._l10n_mx_co_edi_strategy().today(self)

    def _l10n_mx_co_edi_ask_for_correction(self):
        """A machine's invoice is never stopped in the middle of a batch: it waits, and a person is told why."""
        for move in self:
            problems = core_findings.blocking(move._l10n_mx_co_edi_findings())
            if problems:
                move._l10n_mx_co_edi_ask_person(
                    _("DIAN would not accept the document yet") if move._l10n_mx_co_edi_is_dian() else _(
                        "The invoice cannot be stamped yet"),
                    "\n".join(describe(self.env, finding, move)["message"] for finding in problems))

    def _l10n_mx_co_edi_is_machine(self):
        """Tell whether no person waits for an answer: scheduled actions, point of sale, online shop."""
        return bool(self.env.context.get("cron_id")) or self.env.user._is_superuser() or self.env.user._is_public()

    def _l10n_mx_co_edi_check_before_posting(self):
        """Stop a person before a number is taken, with everything that is wrong and what to do.

        :raise UserError: a finding blocks; a Mexican company may want its invoices checked later, when they are sent
        """
        problems = []
        for move in self:
            settings = move.company_id._l10n_mx_co_edi_settings()
            if not (move._l10n_mx_co_edi_is_dian() or settings.l10n_mx_co_edi_block_posting):
                continue
            for finding in core_findings.blocking(move._l10n_mx_co_edi_findings()):
                subject = (len(self) == 1 and (move.partner_id.display_name or "").strip()) or move.display_name
                problems.append(f"• {subject}: {describe(self.env, finding, move)['message']}")
        if problems:
            listed = "\n".join(problems)
            raise UserError(_(
                "DIAN would not accept this document yet. Nothing was numbered, signed or sent.\n\n%(problems)s",
                problems=listed) if self[:1]._l10n_mx_co_edi_is_dian() else _(
                "The SAT would not accept this invoice yet. Nothing was numbered, sealed or sent.\n\n%(problems)s",
                problems=listed))

    # ------------------------------------------------------------------
    # Issuing
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_prepare(self):
        """Seal this posted invoice and put it into the outbox; returns its document.

        Called again, it finds the document and leaves it alone: whatever was sealed stays as it is.

        :raise UserError: a finding blocks; nothing was sealed
        """
        self.ensure_one()
        return self._l10n_mx_co_edi_prepare_batch()

    def _l10n_mx_co_edi_prepare_batch(self, refused=None):
        """The same for many invoices, which share whatever has to be looked up; returns their documents.

        :param refused: a dict that takes the error of each invoice that may not be sealed, by invoice; such an invoice
            is left as it was
        :raise UserError: without `refused`, a finding blocks one of them; the caller's savepoint decides what becomes
            of the others
        """
        moves = self.sudo()
        moves.lock_for_update(allow_referencing=True)
        others = {} if refused is None else refused
        for move in moves:
            try:
                move._l10n_mx_co_edi_check_other_edi()
            except UserError as error:
                if refused is None:
                    raise
                others[self.browse(move.id)] = error
        moves -= moves.browse(move.id for move in others)
        created = moves.filtered(
            lambda move: move.l10n_mx_co_edi_document_id.state in (False, "cancelled"))._l10n_mx_co_edi_new_documents()
        documents = moves.l10n_mx_co_edi_document_id
        to_prepare = documents.filtered(lambda document: document.state in ("draft", "rejected"))._not_waiting()
        errors = None if refused is None else {}
        for kind, of_kind in to_prepare.grouped("kind").items():
            for document, prepared in strategy.for_kind(kind).prepare(of_kind, errors):
                document._prepared(prepared)
        for document, error in (errors or {}).items():
            refused[self.browse(document.move_id.id)] = error
        unsealed = created.filtered(lambda document: document in (errors or {}))
        if unsealed:
            documents -= unsealed
            unsealed.unlink()
            self.invalidate_recordset(["l10n_mx_co_edi_document_ids", "l10n_mx_co_edi_document_id"])
        return documents

    def _l10n_mx_co_edi_new_documents(self):
        settings = {company: company._l10n_mx_co_edi_settings() for company in self.company_id}
        documents = self.env["l10n_mx_co_edi.document"].sudo().create([{
            "kind": move._l10n_mx_co_edi_kind(),
            "company_id": move.company_id.id,
            "environment": settings[move.company_id].l10n_mx_co_edi_environment,
            "service": move._l10n_mx_co_edi_service(),
            "move_id": move.id,
            "name": move.name,
        } for move in self])
        self.env["l10n_mx_co_edi.document.source"].sudo().create([{
            "document_id": document.id, "environment": document.environment, "family": "invoice",
            "res_model": self._name, "res_id": document.move_id.id} for document in documents])
        self.invalidate_recordset(["l10n_mx_co_edi_document_ids", "l10n_mx_co_edi_document_id"])
        return documents

    def _l10n_mx_co_edi_service(self):
        """Return the service that this invoice goes to if it is prepared now."""
        self.ensure_one()
        if self._l10n_mx_co_edi_is_dian():
            return self.company_id._l10n_mx_co_edi_dian_service()
        return self.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_pac

    def _l10n_mx_co_edi_check_other_edi(self):
        """Refuse where another add-on already holds a fiscal folio for this invoice: two stampers make two CFDI."""
        for name in ("l10n_mx_edi_cfdi_uuid", "l10n_co_edi_cufe_cude_ref", "cfdi_uuid"):
            if name in self._fields and self[name]:
                raise UserError(_(
                    "%(move)s was already stamped by another add-on (%(uuid)s). It is not stamped a second time.",
                    move=self.display_name, uuid=self[name]))

    def action_l10n_mx_co_edi_send_now(self):
        """Seal and send this invoice at once; what a person sees next is one sentence about its state."""
        self.ensure_one()
        self.check_access("write")
        document = self._l10n_mx_co_edi_send(synchronously=not holds_uncommitted_work(self.env))
        return document._notify(document._state_sentence())

    def _l10n_mx_co_edi_send(self, synchronously, delivery=None, deliver=True):
        """Put the invoice into the outbox and, where the transaction is ours, send it right away.

        :param delivery: how to send it to the customer once it is valid, see `account.move.send`
        :param deliver: False where the caller prints and mails by itself after a valid answer
        :return: the document, in whatever state it reached
        """
        self.ensure_one()
        document = self._l10n_mx_co_edi_prepare()
        if delivery is not None:
            document.delivery = delivery
        self._l10n_mx_co_edi_refresh_state()
        if not synchronously:
            document._trigger_drain()
            return document
        commit(self.env)
        claimed = document._claim()
        if claimed:
            claimed._run_claimed()
            claimed._follow_up_moves(deliver=deliver)
        document.invalidate_recordset()
        return document

    def _l10n_mx_co_edi_is_valid(self):
        """Tell whether the authority has validated this invoice in the company's environment."""
        self.ensure_one()
        return self.sudo().l10n_mx_co_edi_document_id.state == "valid"

    # ------------------------------------------------------------------
    # Telling people
    # ------------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        # EXTENDS mail
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if "l10n_mx_co_edi_only_recipients" not in self.env.context:
            return recipients
        allowed = set(self.env.context["l10n_mx_co_edi_only_recipients"])
        return [recipient for recipient in recipients if recipient["id"] in allowed]

    def _l10n_mx_co_edi_ask_person(self, summary, note):
        """Give the responsible person an activity with `note` (text), once for each summary.

        A valid document closes it.
        """
        self.ensure_one()
        responsible = self.invoice_user_id.filtered("active") or self.create_uid.filtered("active")
        if not self.activity_ids.filtered(lambda activity: activity.summary == summary):
            self.activity_schedule(
                ACTIVITY_TYPE, summary=summary, note=plaintext2html(note), user_id=(responsible or self.env.user).id)

    def _l10n_mx_co_edi_close_activities(self):
        """What a person was asked to look after is settled."""
        self.activity_unlink([ACTIVITY_TYPE])


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        lines = super().create(vals_list)
        lines._l10n_mx_co_edi_check_unlocked()
        return lines

    @api.ondelete(at_uninstall=False)
    def _l10n_mx_co_edi_unlink_guard(self):
        self._l10n_mx_co_edi_check_unlocked()

    def _l10n_mx_co_edi_check_unlocked(self):
        """The lines of an invoice that the authority has, or may have, stay as they were sealed."""
        moves = self.filtered(lambda line: line.display_type == "product").move_id
        moves.filtered(lambda move: move.state == "posted")._l10n_mx_co_edi_check_unlocked()

    def write(self, vals):
        # EXTENDS account
        if LOCKED_LINE_FIELDS & set(vals):
            self._l10n_mx_co_edi_check_unlocked()
        return super().write(vals)
