"""Step 8 of the assistant: the request for numbers in MUISCA, from the draft to form 1876 and the associated prefix."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

from .numbering_range_kind import KINDS
from .pdf_evidence import checked

STATES = [("draft", "Draft"), ("definitive", "Definitive"), ("signed", "Signed")]
LONGEST_NUMBER, LONGEST_PREFIX = 10, 4
# as MUISCA calls them in its list "Tipo de facturación"
WORDS = {
    "invoice": "Factura electrónica de venta",
    "contingency": "Factura de talonario o de papel (contingencia)",
    "support": "Documento soporte en adquisiciones a no obligados a facturar",
    "equivalent": "Documento equivalente electrónico",
}


class NumberingRequest(models.Model):
    """A request for one range of numbers, as a person makes it in MUISCA; nothing is sent from here.

    It is signed there by the legal representative; form 1876 is DIAN's answer and is kept here. What documents are
    numbered from is the range that DIAN's service names afterwards, never this request.
    """
    _name = "l10n_mx_co_edi.numbering.request"
    _description = "Request for Numbers at DIAN"
    _order = "set_id, id"

    set_id = fields.Many2one("l10n_mx_co_edi.test.set", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="set_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="invoice", help="What the numbers are for.")
    words = fields.Char("Kind in MUISCA", compute="_compute_words")
    prefix = fields.Char(help="At most four letters or digits, as documents show it before the number.")
    first = fields.Char("From", required=True, default="1")
    last = fields.Char("To", required=True, default="5000")
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", copy=False)
    is_associated = fields.Boolean("Prefix Associated with the Software", readonly=True, copy=False)
    form_1876 = fields.Binary("Form 1876", attachment=True, copy=False, help="DIAN's authorisation, as a PDF.")
    form_name = fields.Char("File", copy=False)
    ticks = fields.Json(readonly=True, copy=False)
    signed_note = fields.Char("Signature Ticked", compute="_compute_notes")
    associated_note = fields.Char("Association Ticked", compute="_compute_notes")
    missing = fields.Char("Still Missing", compute="_compute_missing")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("prefix", "first", "last", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            request.display_name = f"{kinds.get(request.kind, '')} {request.prefix or ''}".strip()

    @api.depends("kind")
    def _compute_words(self):
        for request in self:
            request.words = WORDS.get(request.kind)

    @api.depends("ticks")
    @api.depends_context("lang", "tz")
    def _compute_notes(self):
        for request in self:
            for name in ("signed", "associated"):
                tick = (request.ticks or {}).get(name)
                request[f"{name}_note"] = tick and _(
                    "Done by %(user)s on %(date)s", user=tick["by"], date=format_datetime(
                        self.env, fields.Datetime.to_datetime(tick["at"]), dt_format="short"))

    @api.depends("state", "form_name", "is_associated", "prefix", "kind")
    @api.depends_context("lang")
    def _compute_missing(self):
        for request in self:
            rows = [
                (request.prefix, _("the prefix")),
                (request.state != "draft", _("making it definitive")),
                (request.state == "signed", _("signing it")),
                (request.form_name, _("form 1876")),
                (request.is_associated, _("associating the prefix with the software")),
            ]
            request.missing = ", ".join(words for there, words in rows if not there) or False

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("prefix", "first", "last")
    def _check_numbers(self):
        for request in self:
            prefix = request.prefix or ""
            if prefix and not (prefix.isascii() and prefix.isalnum() and len(prefix) <= LONGEST_PREFIX):
                raise ValidationError(_(
                    "The prefix %(prefix)s is not possible: it has at most four letters or digits, without blanks.",
                    prefix=prefix))
            for number in (request.first, request.last):
                if not (number and number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
                    raise ValidationError(_("From and To are numbers without prefix, of at most ten digits."))
            if not 0 < int(request.first) <= int(request.last):
                raise ValidationError(_("The numbers begin with 1 at least and do not end before they begin."))

    @api.model
    def _cleaned(self, vals):
        """Prefixes are written in capital letters; a form 1876 is a PDF."""
        vals = dict(vals)
        if vals.get("prefix"):
            vals["prefix"] = vals["prefix"].strip().upper()
        if vals.get("form_1876"):
            checked(self.env, vals["form_1876"], _("form 1876"))
            vals.setdefault("form_name", "1876.pdf")
        elif "form_1876" in vals:
            vals["form_name"] = False
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._cleaned(vals) for vals in vals_list])

    def write(self, vals):
        if vals.keys() & {"kind", "prefix", "first", "last"} and any(row.state == "signed" for row in self):
            raise UserError(_(
                "This request is signed. Begin another one, or take it back to the draft if it was not signed after "
                "all."))
        return super().write(self._cleaned(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(request.state == "signed" or request.form_name for request in self):
            raise UserError(_("A request that was signed, or has its form 1876, is kept as evidence."))

    # ------------------------------------------------------------------
    # Buttons: what was done in MUISCA
    # ------------------------------------------------------------------

    def _tick(self, name, **values):
        """Note who did this step in the portal, and when."""
        self.ensure_one()
        self.set_id._check_role()
        tick = {"by": self.env.user.name, "at": fields.Datetime.to_string(fields.Datetime.now())}
        self.write({"ticks": {**(self.ticks or {}), name: tick}, **values})
        self.set_id._message_log(body=f"{self.display_name}: {self._step_words(name)}")
        return self.action_open()

    def _step_words(self, name):
        return {
            "definitive": _("the request is definitive"), "signed": _("the request is signed"),
            "associated": _("the prefix is associated with the software"),
            "draft": _("the request is a draft again")}[name]

    def action_definitive(self):
        """The draft was made definitive in MUISCA."""
        if not self.prefix:
            raise UserError(_("Enter the prefix first, as it was requested in MUISCA."))
        return self._tick("definitive", state="definitive")

    def action_signed(self):
        """It was signed with the dynamic key."""
        if self.state != "definitive":
            raise UserError(_("Only a definitive request can be signed."))
        return self._tick("signed", state="signed")

    def action_associated(self):
        """Its prefix was associated with the software in DIAN's portal of production."""
        if self.state != "signed":
            raise UserError(_("DIAN's portal offers a prefix only once its request is signed."))
        return self._tick("associated", is_associated=True)

    def action_draft(self):
        """Begin the request anew: it was not done in MUISCA after all."""
        return self._tick("draft", state="draft", is_associated=False)

    def action_keep(self):
        """Save what was typed, and go on in the same dialog."""
        return self.action_open()

    def action_open(self):
        """Open the request in a dialog, where it is filled in and ticked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "name": self.display_name, "res_model": self._name, "res_id": self.id,
            "views": [(False, "form")], "target": "new"}
