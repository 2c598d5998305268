"""What a range may be used for: its kind, which a person confirms, its state at DIAN, and ranges typed by hand.

DIAN's service says neither what a range is for nor that it was disabled, and where a technology provider has no
service for ranges it says nothing at all. What people decide about it here is kept with who decided it.
"""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.dian import series
from .company_dian import SERVICE
from .numbering_range import KEY_LENGTH

INVOICE, CONTINGENCY, SUPPORT, EQUIVALENT = "invoice", "contingency", "support", "equivalent"
KINDS = [
    (INVOICE, "Electronic Invoices"), (CONTINGENCY, "Contingency (paper)"), (SUPPORT, "Support Documents"),
    (EQUIVALENT, "Equivalent Documents (POS)"),
]
TYPED = "typed"
# what the authority decides; of a range that came from it nobody changes these here
AUTHORISED = frozenset({
    "company_id", "environment", "resolution", "resolution_date", "prefix", "first", "last", "valid_from", "valid_to",
    "source"})
_KEPT = frozenset({"company_id", "environment", "prefix", "first"})  # once a document has a number of the range


class NumberingRange(models.Model):
    _inherit = "l10n_mx_co_edi.numbering.range"

    kind = fields.Selection(
        KINDS, "For", tracking=True,
        help="What the numbers were requested for, as form 1876 says it. DIAN's service does not tell, so a person "
             "confirms it.")
    kind_confirmed = fields.Boolean(
        "Kind Confirmed", tracking=True, copy=False,
        help="A person has compared the kind with DIAN's authorisation (form 1876). Without it no journal can be "
             "chosen on the screen.")
    enabled = fields.Boolean(
        default=True, readonly=True, tracking=True, copy=False,
        help="A range that was disabled (inhabilitada) at DIAN or here gives no more numbers. What has one keeps it.")
    disabled_reason = fields.Char(readonly=True, copy=False)
    source = fields.Selection(
        [("dian", "DIAN's Service"), ("provider", "Technology Provider"), (TYPED, "Typed")], required=True,
        readonly=True, default=lambda self: "dian" if self.env.su else TYPED, copy=False,
        help="Where what stands here comes from. Only what was typed can be corrected by hand.")
    key = fields.Char(
        "Technical Key", compute="_compute_key", inverse="_inverse_key",
        help="40 hexadecimal digits, as DIAN's portal shows them. Ranges for electronic invoices need it; the others "
             "are signed with the PIN and come without. Stored encrypted and never shown again.")

    def _compute_key(self):
        self.key = False

    def _inverse_key(self):
        for numbering in self.filtered("key"):
            key, numbering.key = numbering.key.strip(), False
            if numbering.source != TYPED and numbering.has_key:
                raise UserError(_("The key of this range came from the service. Fetch the ranges again to renew it."))
            if not series.is_technical_key(key):
                raise ValidationError(_(
                    "The technical key has %(length)s hexadecimal digits (0 to 9, a to f); this one has %(count)s "
                    "characters. Copy it once more from DIAN's portal.", length=KEY_LENGTH, count=len(key)))
            numbering._keep_key(key)
            numbering.sudo().key_length = len(key)

    def _needs_key(self):
        """Tell whether we make a CUFE (types 01, 02 and 04) with the key of this range.

        A technology provider makes it itself; without the key its CUFE can only not be proven.
        """
        self.ensure_one()
        return (self.kind or INVOICE) == INVOICE and self.company_id.sudo()._l10n_mx_co_edi_dian_service() == SERVICE

    def _may_be_of_support(self):
        """Tell whether this can be the range of support documents: a person said so, or DIAN gave it no key."""
        self.ensure_one()
        if self.kind_confirmed:
            return self.kind == SUPPORT and self.state in ("ready", "soon")
        return not self.key_length and not self.has_key and self.state == "no_key"

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("journal_id", "kind")
    def _check_kind_of_journal(self):
        for numbering in self.filtered("journal_id"):
            if problem := numbering._why_not(numbering.journal_id.sudo()):
                raise ValidationError(problem)

    def _why_not(self, journal):
        """Return why documents of `journal` cannot take their numbers here, empty when they can."""
        self.ensure_one()
        return self._kind_conflict(self.kind, self.display_name, journal)

    @api.model
    def _kind_conflict(self, kind, name, journal):
        """Return why the range called `name`, of `kind`, is none for `journal`; empty when it is."""
        label = dict(self._fields["kind"]._description_selection(self.env)).get
        if kind == EQUIVALENT:
            return _("%(range)s is for equivalent documents, which no journal issues yet. Keep it without a journal.",
                     range=name)
        wanted = journal._l10n_mx_co_edi_range_kind()
        if not wanted:
            return _(
                "DIAN does not number the documents of the journal %(journal)s. Choose a sales journal, or a purchase "
                "journal for support documents.", journal=journal.display_name)
        if wanted != kind:
            return _(
                "The journal %(journal)s needs a range of the kind \"%(wanted)s\", and %(range)s is of the kind "
                "\"%(kind)s\": DIAN would refuse its documents. Choose a journal of that kind, or make one.",
                journal=journal.display_name, wanted=label(wanted), range=name, kind=label(kind) or "?")
        return ""

    @api.constrains("resolution", "prefix", "first", "last", "valid_from", "valid_to", "source", "company_id")
    def _check_typed(self):
        for numbering in self.filtered(lambda row: row.source == TYPED):
            if problem := numbering._typing_error():
                raise ValidationError(problem)

    def _typing_error(self):
        """Return what cannot be right in a range that was typed, empty when nothing is wrong."""
        self.ensure_one()
        if self.company_id.sudo().account_fiscal_country_id.code != "CO":
            return _("Only Colombian companies have numbering ranges of DIAN.")
        numbers = (self.first or "", self.last or "")
        if not all(number.isascii() and number.isdigit() and len(number) <= 10 for number in numbers):
            return _("From and To are numbers without prefix, of at most ten digits.")
        if any(number != str(int(number)) or number == "0" for number in numbers):
            return _("From and To begin at 1 and have no zeros in front.")
        if int(numbers[0]) > int(numbers[1]):
            return _("The range ends before it begins.")
        if len(self.prefix or "") > series.LONGEST_PREFIX or not series.is_prefix(self.prefix or ""):
            return _("A prefix has at most four letters or digits.")
        if not (self.resolution.isascii() and self.resolution.isdigit()):
            return _("The number of the authorisation has digits only, as form 1876 shows it.")
        if not self.valid_from or not self.valid_to or self.valid_from > self.valid_to:
            return _("Enter the first and the last day on which the range is valid, as form 1876 shows them.")
        return ""

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_kind(vals) for vals in vals_list])

    def _with_kind(self, vals):
        """Return the values with a kind: what a person said, what the journal needs, else what the key hints at."""
        vals = dict(vals)
        if not self.env.su:
            vals["source"] = TYPED
        for name in ("prefix", "resolution", "first", "last"):
            if isinstance(vals.get(name), str):
                vals[name] = vals[name].strip() or False
        journal = self.env["account.journal"].sudo().browse(vals.get("journal_id") or [])
        if vals.get("kind"):
            vals.setdefault("kind_confirmed", not self.env.su)
        elif journal:
            vals |= {"kind": journal._l10n_mx_co_edi_range_kind() or INVOICE, "kind_confirmed": True}
        elif vals.get("key_length"):
            vals["kind"] = INVOICE
        return vals

    def write(self, vals):
        vals = dict(vals)
        if not self.env.su:
            self._check_may_change(vals)
        if vals.get("kind") and "kind_confirmed" not in vals and not self.env.su:
            vals["kind_confirmed"] = True  # who chooses it says so
        if vals.get("journal_id") and "kind" not in vals:
            open_ones = self.filtered(lambda row: not row.kind_confirmed)
            journal = self.env["account.journal"].sudo().browse(vals["journal_id"])
            if open_ones and (kind := journal._l10n_mx_co_edi_range_kind()):
                super(NumberingRange, open_ones.with_context(tracking_disable=True)).write(
                    {"kind": kind, "kind_confirmed": True})
        if "kind" in vals:
            for numbering in self.filtered(lambda row: row.kind and row.kind != vals["kind"]):
                if numbering._last_number_used():
                    raise UserError(_(
                        "Documents have numbers of %(range)s, so its kind stays.", range=numbering.display_name))
        return super().write(vals)

    def _check_may_change(self, vals):
        if vals.keys() & {"enabled", "disabled_reason", "key_length", "fetched_at"}:
            raise UserError(_("Ranges are enabled and disabled with their buttons, which ask for the reason."))
        for numbering in self:
            changed = {name for name in AUTHORISED & vals.keys() if numbering._fields[name].convert_to_cache(
                vals[name], numbering) != numbering._fields[name].convert_to_cache(numbering[name], numbering)}
            if changed and numbering.source != TYPED:
                raise UserError(_(
                    "%(range)s came from DIAN, which decides about it. Fetch the ranges again; nobody changes them "
                    "here.", range=numbering.display_name))
            if changed & _KEPT and numbering._last_number_used():
                raise UserError(_(
                    "Documents have numbers of %(range)s, so its prefix and first number stay.",
                    range=numbering.display_name))

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _check_administrator(self):
        if not self.env.su and not self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            raise UserError(_("Only an administrator of electronic invoicing may change numbering ranges."))

    def action_confirm_kind(self):
        """A person's word that the kind is what form 1876 says."""
        self._check_administrator()
        for numbering in self:
            if not numbering.kind:
                raise UserError(_("Choose first what %(range)s is for.", range=numbering.display_name))
        self.write({"kind_confirmed": True})

    def action_enable(self):
        """Let the range give numbers again (habilitar)."""
        self._check_administrator()
        for numbering in self.filtered(lambda row: not row.enabled):
            numbering.sudo().write({"enabled": True, "disabled_reason": False})
            numbering.sudo().message_post(
                body=_("Enabled by %(user)s.", user=self.env.user.name), author_id=self.env.user.partner_id.id)

    def action_disable(self):
        """Ask why, and then let the range give no more numbers (inhabilitar)."""
        self._check_administrator()
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_numbering_range_disable")
        return {**action, "context": {"default_range_ids": self.ids}}

    def _disable(self, reason):
        """Let the ranges give no more numbers; what has a number keeps it."""
        for numbering in self.filtered("enabled"):
            numbering.sudo().write({"enabled": False, "disabled_reason": reason})
            numbering.sudo().message_post(
                body=_("Disabled by %(user)s: %(reason)s", user=self.env.user.name, reason=reason),
                author_id=self.env.user.partner_id.id)
