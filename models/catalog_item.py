import re

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..core import clock
from ..core.cfdi import keys, search_words
from ..core.cfdi.rate_keys import parse_rate

CATALOGS = [
    (keys.CLAVE_PROD_SERV, "Products and services (c_ClaveProdServ)"),
    (keys.CLAVE_UNIDAD, "Units (c_ClaveUnidad)"),
    (keys.CODIGO_POSTAL, "Postal codes (c_CodigoPostal)"),
    (keys.TASA_O_CUOTA, "Tax rates (c_TasaOCuota)"),
]
ADMINISTRATOR = "administrator"
SHAPES = {keys.CLAVE_PROD_SERV: r"[0-9]{8}", keys.CLAVE_UNIDAD: r"[A-Za-z0-9]{2,3}", keys.CODIGO_POSTAL: r"[0-9]{5}"}


class CatalogItem(models.Model):
    """The keys of SAT's large catalogues, to look them up by code and words.

    Rows come from the shipped files or from a newer file and cannot be changed; an administrator adds rows, which go
    before them: a key that SAT has just published, or the last day of one that it has ended. All companies share them.
    """
    _name = "l10n_mx_co_edi.catalog.item"
    _inherit = ["l10n_mx_co_edi.export.guard"]
    _description = "Key of a SAT Catalogue"
    _order = "catalog, code, id"

    catalog = fields.Selection(
        CATALOGS, required=True, index=True, help="The catalogue of SAT that the key belongs to.")
    code = fields.Char(
        "Key", required=True,
        help="As SAT writes it: eight digits for products and services, two or three characters for units, five digits "
             "for a postal code. A tax rate is written as \"003 Tasa 0.320000\": tax (001 ISR, 002 IVA, 003 IEPS), "
             "Tasa or Cuota, and the value.")
    name = fields.Char("Description", required=True, help="SAT's description, in Spanish.")
    words = fields.Char("Further Words", help="Other words under which people look for the key.")
    search_text = fields.Char(
        compute="_compute_search_text", store=True,
        help="Key, description and words in small letters and without accents.")
    zone_label = fields.Selection(
        [(label, label) for label in clock.ZONE_OF_LABEL], "Time Zone",
        help="SAT's time zone of a postal code that you add. Without it the code can be a customer's, but no place "
             "of issue: the local time of the CFDI would be unknown.")
    state_id = fields.Many2one(
        "res.country.state", "State", domain=[("country_id.code", "=", "MX")],
        help="State of a postal code that you add.")
    border = fields.Selection(
        [("north", "Northern border"), ("south", "Southern border")], "Border Region",
        help="Region of the reduced IVA that a postal code that you add belongs to.")
    valid_from = fields.Date("Valid From", help="First day on which SAT accepts the key. Empty means always.")
    valid_to = fields.Date("Valid Until", help="Last day on which SAT accepts the key. Empty means that it has no end.")
    source = fields.Selection(
        [("shipped", "Shipped"), ("file", "Newer file"), (ADMINISTRATOR, "Administrator")], required=True,
        readonly=True, default=ADMINISTRATOR, copy=False,
        help="Where the row comes from. Rows of an administrator go before the others and survive every update.")

    _once = models.UniqueIndex("(catalog, code, source)", "This key is already in the catalogue.")

    # ------------------------------------------------------------------
    # Compute and constraints
    # ------------------------------------------------------------------

    @api.depends("code", "name", "words")
    def _compute_search_text(self):
        for item in self:
            item.search_text = search_words.search_text(item.code or "", item.name or "", item.words or "")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.code} - {item.name}" if item.code else item.name

    @api.model
    def _search_display_name(self, operator, value):
        # EXTENDS base: accents, capitals and plurals make no difference
        if operator in ("ilike", "like") and isinstance(value, str):
            return Domain.AND(
                Domain("search_text", "like", f" {word}") for word in search_words.query_words(value))
        return super()._search_display_name(operator, value)

    @api.constrains("catalog", "code")
    def _check_code(self):
        for item in self:
            shape = SHAPES.get(item.catalog)
            fits = re.fullmatch(shape, item.code) if shape else parse_rate(item.code)
            if not fits:
                raise ValidationError(_(
                    "\"%(code)s\" is not a key of the catalogue %(catalog)s. %(help)s",
                    code=item.code, catalog=item._label(), help=self._fields["code"]._description_help(self.env)))

    @api.constrains("valid_from", "valid_to")
    def _check_dates(self):
        for item in self:
            if item.valid_from and item.valid_to and item.valid_to < item.valid_from:
                raise ValidationError(_(
                    "The last day of the key %(code)s is before its first day.", code=item.code))

    def _label(self):
        return dict(self._fields["catalog"]._description_selection(self.env))[self.catalog]

    # ------------------------------------------------------------------
    # Only rows of an administrator can be changed
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create([{**vals, "source": ADMINISTRATOR} for vals in vals_list])
        self.env.registry.clear_cache()
        return items

    def write(self, vals):
        self._refuse_if_not_own()
        result = super().write({name: value for name, value in vals.items() if name != "source"})
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        self._refuse_if_not_own()
        self.env.registry.clear_cache()

    def _refuse_if_not_own(self):
        if any(item.source != ADMINISTRATOR for item in self):
            raise UserError(_(
                "Rows of SAT's own files are not changed. Add a row of your own with the same key: it goes before "
                "this one."))
