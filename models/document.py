import base64

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import snapshot, states
from ..core.states import Event, State
from . import strategy
from .transaction import commit

STATES = [
    (State.DRAFT, "Draft"),
    (State.READY, "Ready to Send"),
    (State.SENDING, "Sending"),
    (State.AWAITING, "Waiting for the Authority"),
    (State.REJECTED, "Rejected"),
    (State.IN_DOUBT, "In Doubt"),
    (State.VALID, "Valid"),
    (State.CANCEL_SENDING, "Sending Cancellation"),
    (State.CANCEL_PENDING, "Cancellation Requested"),
    (State.CANCEL_IN_DOUBT, "Cancellation in Doubt"),
    (State.CANCELLED, "Cancelled"),
]
ENVIRONMENTS = [
    ("sandbox", "Local sandbox"),
    ("test", "Provider's test environment"),
    ("production", "Production"),
]
KINDS = [
    ("mx_cfdi_i", "CFDI income (I)"),
    ("mx_cfdi_e", "CFDI credit note (E)"),
    ("co_dian_01", "Electronic invoice (01)"),
    ("co_dian_02", "Export invoice (02)"),
    ("co_dian_03", "Contingency invoice on paper (03)"),
    ("co_dian_04", "Contingency invoice of DIAN (04)"),
    ("co_dian_91", "Credit note (91)"),
    ("co_dian_92", "Debit note (92)"),
    ("co_dian_05", "Support document (05)"),
    ("co_dian_95", "Adjustment of a support document (95)"),
]
# States in which the authority has the document or may have it: whatever it was made from must not change.
LOCKED_STATES = tuple(states.LOCKED_STATES)
IN_FLIGHT_STATES = tuple(state for state in LOCKED_STATES if state != State.VALID)
LEGAL_FIELDS = {
    "snapshot", "signed_xml", "stamped_xml", "answer_xml", "container_xml", "container_name", "sha256", "uuid",
    "sent_as"}


class Document(models.Model):
    """A fiscal document: the outbox row that carries it to the authority and the archive that keeps it.

    Life cycle (the table with every transition is `core/states.py`, the story is `docs/life-cycle.md`)::

        draft -> ready -> sending -> valid | awaiting | rejected | in_doubt

    Invariants: the exact signed bytes are committed here before the first byte leaves; they are sent as stored and
    never rebuilt for a retry; "we do not know" is a state (`in_doubt`) that only evidence ends. Nobody has write
    access to this model: the verbs of `document_queue` and the buttons below change it, one transition at a time.
    Legal bytes are ordinary columns (base64, as the web client expects them), committed with the row they belong to.
    """
    _name = "l10n_mx_co_edi.document"
    _inherit = ["l10n_mx_co_edi.export.guard"]
    _description = "Electronic Document"
    _order = "id desc"
    _check_company_auto = True

    # What it is
    name = fields.Char(readonly=True, required=True, default="/")
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    service = fields.Char("Provider", readonly=True, help="Who stamps or validates it. Never changed while in doubt.")
    source_ids = fields.One2many("l10n_mx_co_edi.document.source", "document_id", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True, index=True, ondelete="restrict")
    serie = fields.Char(readonly=True)
    folio = fields.Char(readonly=True)
    issued_at = fields.Datetime(
        "Issued", readonly=True, help="The document's own date and time (Fecha), here in your time zone.")
    receiver_tax_id = fields.Char("Receiver", readonly=True)
    receiver_name = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    total = fields.Monetary(readonly=True)
    certificate_id = fields.Many2one("l10n_mx_co_edi.certificate", "Sealed With", readonly=True, ondelete="restrict")

    # Legal content
    snapshot = fields.Text(readonly=True, copy=False, groups="l10n_mx_co_edi.group_officer")
    signed_xml = fields.Binary("Sealed XML", attachment=False, readonly=True, copy=False)
    sha256 = fields.Char("SHA-256", readonly=True, copy=False, help="Of the exact bytes that are sent.")
    stamped_xml = fields.Binary("Stamped XML", attachment=False, readonly=True, copy=False)
    answer_xml = fields.Binary(
        "Answer of DIAN", attachment=False, readonly=True, copy=False,
        help="DIAN's signed ApplicationResponse, byte by byte.")
    sent_as = fields.Char(
        "File Name", readonly=True, copy=False, help="The name of the file that goes to DIAN; its ZIP is called alike.")
    uuid = fields.Char(
        "UUID", readonly=True, copy=False, index="btree_not_null",
        help="What the authority knows the document by: the UUID of a CFDI; CUFE, CUDE or CUDS at DIAN.")
    stamped_at = fields.Datetime("Stamped", readonly=True, copy=False)
    xml_name = fields.Char(compute="_compute_xml_name")

    # State
    state = fields.Selection(STATES, required=True, readonly=True, default=State.DRAFT, index=True)
    attempts = fields.Integer(readonly=True, copy=False, help="How often the document was sent or looked up.")
    next_attempt_at = fields.Datetime("Next Attempt", readonly=True, copy=False)
    lease_until = fields.Datetime(readonly=True, copy=False, help="Until when the process that took it may answer.")
    lease_epoch = fields.Integer(
        readonly=True, copy=False, help="Counts the takers: a late answer of an old one is ignored.")
    crashes = fields.Integer(
        readonly=True, copy=False, help="How many processes stopped over it, one after the other.")
    hold = fields.Boolean("On Hold", readonly=True, copy=False)
    hold_reason = fields.Char(readonly=True, copy=False)
    unsent_warned = fields.Boolean(readonly=True, copy=False)
    last_code = fields.Char("Last Code", readonly=True, copy=False)
    last_message = fields.Text("Last Answer", readonly=True, copy=False)
    notifications = fields.Json(readonly=True, copy=False, help="What DIAN remarked without refusing: code, message.")
    rejections = fields.Json(readonly=True, copy=False, help="What DIAN refused it for: code, message.")
    last_error = fields.Text("What to Do", compute="_compute_last_error")
    delivery = fields.Json(readonly=True, copy=False, help="How to send it to the customer once it is valid.")
    follow_up = fields.Boolean(
        readonly=True, copy=False, help="The invoice has still to follow the last answer: state, files, delivery.")
    follow_up_after = fields.Datetime(readonly=True, copy=False, help="Somebody is at it; take over only afterwards.")
    follow_up_tries = fields.Integer(readonly=True, copy=False)
    exchange_ids = fields.One2many("l10n_mx_co_edi.exchange", "document_id", "Timeline", readonly=True)

    _uuid_once = models.UniqueIndex(
        "(environment, uuid) WHERE uuid IS NOT NULL", "This UUID is already in the archive.")
    _bytes_once = models.UniqueIndex(
        "(environment, sha256) WHERE sha256 IS NOT NULL", "These exact bytes are already in the archive.")
    _name_once = models.UniqueIndex(
        "(environment, sent_as) WHERE sent_as IS NOT NULL", "A file of this name was already sent.")
    _folio_once = models.UniqueIndex(
        "(company_id, environment, kind, serie, folio) WHERE state NOT IN ('draft', 'rejected', 'cancelled')",
        "A live document with this serie and folio already exists.")
    _due = models.Index(
        "(next_attempt_at, id) WHERE state IN ('ready', 'sending', 'awaiting', 'in_doubt') AND hold IS NOT TRUE")
    _following = models.Index("(id) WHERE follow_up")
    _last_of_receiver = models.Index("(company_id, receiver_tax_id, id) WHERE snapshot IS NOT NULL")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("serie", "folio", "uuid", "sent_as")
    def _compute_xml_name(self):
        for document in self:
            document.xml_name = strategy.for_kind(document.kind).file_name(document)

    @api.depends_context("lang")
    @api.depends("last_code", "last_message", "state", "rejections")
    def _compute_last_error(self):
        for document in self:
            document.last_error = strategy.for_kind(document.kind).explain(document)

    def _is_live(self):
        """Tell whether the document exists for the authority, or may."""
        self.ensure_one()
        return State(self.state) in states.LIVE_STATES

    def _is_dian(self):
        """Tell whether DIAN validates this document, and no provider stamps it."""
        self.ensure_one()
        return self.kind.startswith("co_")

    def _signed_bytes(self) -> bytes:
        """Return the exact bytes that are, or were, sent."""
        self.ensure_one()
        return base64.b64decode(self.sudo().with_context(bin_size=False).signed_xml or b"")

    def _stamped_bytes(self) -> bytes:
        """Return the legal XML as the authority returned it, empty while there is none."""
        self.ensure_one()
        return base64.b64decode(self.sudo().with_context(bin_size=False).stamped_xml or b"")

    def _answer_bytes(self) -> bytes:
        """Return DIAN's signed ApplicationResponse, empty while there is none."""
        self.ensure_one()
        return base64.b64decode(self.sudo().with_context(bin_size=False).answer_xml or b"")

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    def write(self, vals):
        if LEGAL_FIELDS & set(vals) and any(document.state in LOCKED_STATES for document in self):
            self._check_legal_write(vals)
        return super().write(vals)

    def _check_legal_write(self, vals):
        """A stamp may be added to a document that has none; nothing else of a sent document ever changes."""
        for document in self:
            added = {name for name in LEGAL_FIELDS & set(vals) if not document[name]}
            if added != LEGAL_FIELDS & set(vals):
                raise UserError(_("The legal content of %(name)s cannot be changed.", name=document.name))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_untouched_drafts(self):
        if any(document.state != State.DRAFT or document.exchange_ids for document in self):
            raise UserError(_("Electronic documents are legal records and cannot be deleted."))

    # ------------------------------------------------------------------
    # State
    # ------------------------------------------------------------------

    def _transition(self, event: Event, **values):
        """Move every document of the set along the edge `event`, together with `values`.

        :raise IllegalTransition: the table has no such edge for the state and kind
        """
        for document in self.sudo():
            state = states.next_state(State(document.state), event, document.kind)
            document.write({**document._waits_from(state), **values, "state": state, "follow_up": True})
            document.source_ids.write({"live": state in states.LIVE_STATES})

    def _waits_from(self, state):
        """Return what changes about the waiting of this document when it comes into `state`."""
        return {}

    def _prepared(self, prepared: "strategy.Prepared"):
        """Store the frozen content and the signed bytes: from here on these bytes are the document."""
        self.ensure_one()
        self._transition(Event.PREPARED, **{
            **prepared.values,
            "snapshot": snapshot.dump(prepared.content),
            "signed_xml": base64.b64encode(prepared.signed),
            "sha256": snapshot.digest(prepared.signed),
            "next_attempt_at": fields.Datetime.now(),
            "last_code": False,
            "last_message": False,
            "notifications": False,
            "rejections": False,
        })

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_open_move(self):
        self.ensure_one()
        return self.move_id._get_records_action()

    def _check_issuer(self):
        """:raise AccessError: the user may not issue, or not see these documents"""
        self.check_access("read")
        if not self.env.user.has_group("l10n_mx_co_edi.group_issuer"):
            raise AccessError(_("Only issuers of electronic documents may do this."))

    def action_withdraw(self):
        """Take a document out of the outbox that certainly never reached the authority, so that it can be corrected."""
        self._check_issuer()
        self._withdraw_each()
        commit(self.env)
        self._follow_up_moves()
        return True

    def _withdraw_each(self):
        for document in self:
            document._withdraw()

    def _withdraw(self):
        self.ensure_one()
        self.sudo().lock_for_update(allow_referencing=True)
        self.invalidate_recordset()
        if self.state not in (State.READY, State.REJECTED):
            raise UserError(_(
                "%(name)s cannot be withdrawn: it is %(state)s.", name=self.name,
                state=dict(self._fields["state"]._description_selection(self.env))[self.state]))
        self._transition(
            Event.WITHDRAW, snapshot=False, signed_xml=False, sha256=False, certificate_id=False, sent_as=False,
            next_attempt_at=False, hold=False, hold_reason=False)

    def action_download_xml(self):
        self.ensure_one()
        field = "stamped_xml" if self.stamped_xml else "signed_xml"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}?download=true&filename={self.xml_name}",
            "target": "download",
        }
