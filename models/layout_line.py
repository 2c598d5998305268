"""The map of a provider's layout as records: which field of which group holds what of a document.

The shipped map is what working clients agree on, as there is no official sheet; a company corrects rows where its own
sheet says otherwise. A company without rows uses the shipped map.
"""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.dian import layout
from .finding_texts import describe
from .layout_labels import label_of

FIXED = layout.CONSTANT


class LayoutLine(models.Model):
    _name = "l10n_mx_co_edi.layout.line"
    _description = "Field of a Provider's Layout"
    _order = "company_id, sequence, id"
    _rec_name = "name"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company)
    sequence = fields.Integer(default=10_000, help="The order in which groups and fields are written.")
    name = fields.Char("Field", compute="_compute_name")
    group = fields.Char(
        required=True, help="Group that the field is in, with the groups around it, such as ENC or EMI/TAC.")
    position = fields.Integer(required=True, default=1, help="Number of the field in its group: ENC_6 has 6.")
    source = fields.Selection(
        "_selection_source", "Holds", required=True, default=FIXED,
        help="Which value of the document the field holds. What repeats, such as lines and taxes, makes its group "
             "repeat.")
    constant = fields.Char("Fixed Text", help="The text of the field, where it is always the same.")
    kinds = fields.Char(
        "Types", help="Types of document that have the field, such as 01 91, with blanks between them. Empty: all.")
    is_changed = fields.Boolean(
        "Changed", compute="_compute_is_changed", help="It is not a field of the map that came with the product.")

    _position_in_form = models.Constraint(
        "CHECK (position BETWEEN 1 AND 99)", "The number of a field is between 1 and 99.")

    @api.model
    def _selection_source(self):
        return [(FIXED, _("Fixed text")), *(
            (name, label_of(self.env, source.label)) for name, source in layout.SOURCES.items())]

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("group", "position")
    def _compute_name(self):
        for line in self:
            line.name = line._field().name

    @api.depends("group", "position", "source", "constant", "kinds")
    def _compute_is_changed(self):
        shipped = set(layout.default_fields())
        for line in self:
            line.is_changed = line._field() not in shipped

    def _field(self):
        """Return the row as the core knows it."""
        self.ensure_one()
        source = f"{FIXED}{self.constant or ''}" if self.source == FIXED else self.source or FIXED
        return layout.LayoutField(
            (self.group or "").strip(), self.position or 0, source, tuple((self.kinds or "").split()))

    @api.constrains("group", "position", "source", "constant", "kinds", "company_id")
    def _check_map(self):
        """A map with an error would stop every invoice of the company."""
        if self.env.context.get("l10n_mx_co_edi_whole_map"):
            return
        for company in self.company_id:
            found = layout.check(company._l10n_mx_co_edi_layout_fields())
            if found:
                raise ValidationError("\n".join(describe(self.env, finding)["message"] for finding in found[:5]))

    # ------------------------------------------------------------------
    # The shipped map
    # ------------------------------------------------------------------

    @api.model
    def _fill(self, company):
        """Make the rows of the shipped map for `company`."""
        self.with_context(l10n_mx_co_edi_whole_map=True).create([{
            "company_id": company.id, "sequence": number * 10, "group": field.group, "position": field.position,
            "source": FIXED if field.is_constant else field.source,
            "constant": field.source.removeprefix(FIXED) if field.is_constant else False,
            "kinds": " ".join(field.kinds) or False,
        } for number, field in enumerate(layout.default_fields(), 1)])

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            raise UserError(_("Only an administrator of electronic invoicing may change the layout."))

    @api.model
    def action_open_layout(self):
        """Open the map of the current company; the first time it is the shipped one."""
        self._check_administrator()
        company = self.env.company._l10n_mx_co_edi_settings()
        if not self.sudo().search_count([("company_id", "=", company.id)], limit=1):
            self.sudo()._fill(company)
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_layout_line")
        return {**action, "domain": [("company_id", "=", company.id)], "context": {"default_company_id": company.id}}

    @api.model
    def action_reset(self):
        """Put the shipped map in the place of the current company's."""
        self._check_administrator()
        company = self.env.company._l10n_mx_co_edi_settings()
        self.sudo().search([("company_id", "=", company.id)]).unlink()
        self.sudo()._fill(company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def copy_data(self, default=None):
        # the same field twice is an error; the copy is the next one of its group
        data = super().copy_data(default)
        for line, values in zip(self, data, strict=True):
            used = line.search([("company_id", "=", line.company_id.id), ("group", "=", line.group)])
            values["position"] = min(max(used.mapped("position")) + 1, 99)
        return data


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_mx_co_edi_layout_fields(self):
        """Return the map of the company's layout as the core takes it: its own, else the shipped one."""
        self.ensure_one()
        company = self._l10n_mx_co_edi_settings()
        lines = self.env["l10n_mx_co_edi.layout.line"].sudo().search([("company_id", "=", company.id)])
        return tuple(line._field() for line in lines) or layout.default_fields()
