import hashlib
import io
import logging

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import clock
from ..core.cfdi import keys, packed, postal, search_words
from ..core.cfdi.rate_keys import shipped_rates
from ..core.errors import CatalogueInvalid
from .catalog_item import CATALOGS

_logger = logging.getLogger(__name__)

# any two numbers: one transaction at a time replaces the rows of the catalogues
LOCK = (1908, 4162)
NEEDED = (keys.CLAVE_PROD_SERV, keys.CLAVE_UNIDAD, keys.TASA_O_CUOTA)
STORED_FORMS = (keys.CLAVE_PROD_SERV, keys.CLAVE_UNIDAD, keys.CODIGO_POSTAL)


class Catalog(models.Model):
    """Which edition of each of SAT's large catalogues this database has.

    The rows of a catalogue are loaded when they are needed: at installation and at an update where a company is
    Mexican, in the background when electronic invoicing is switched on, else when somebody looks for a key. Postal
    codes wait for somebody who looks for them. A database without a Mexican company never has any.
    """
    _name = "l10n_mx_co_edi.catalog"
    _description = "SAT Catalogue"
    _order = "catalog"
    _rec_name = "title"

    catalog = fields.Selection(CATALOGS, required=True, readonly=True)
    title = fields.Char("Catalogue", readonly=True)
    date = fields.Date(
        "As Of", required=True, readonly=True, help="The day of SAT's catalogue that these rows are from.")
    item_count = fields.Integer("Keys", readonly=True)
    own_count = fields.Integer("Added Keys", compute="_compute_own_count", help="Rows that an administrator added.")
    source = fields.Selection(
        [("shipped", "Shipped"), ("file", "Newer file")], required=True, readonly=True,
        help="Shipped with the version of this module that is installed, or loaded from a newer file.")
    digest = fields.Char("Digest", readonly=True, help="SHA-256 of the file that the rows come from.")
    loaded_at = fields.Datetime("Loaded On", readonly=True)

    _once = models.UniqueIndex("(catalog)")

    @api.depends("catalog")
    def _compute_own_count(self):
        groups = dict(self.env["l10n_mx_co_edi.catalog.item"]._read_group(
            [("source", "=", "administrator")], ["catalog"], ["__count"]))
        for catalog in self:
            catalog.own_count = groups.get(catalog.catalog, 0)

    @api.model
    def _date_of(self, catalog):
        """Return the day of a catalogue in use, loaded or not."""
        found = self.search([("catalog", "=", catalog)])
        return found.date if found else keys.date_of(catalog)

    # ------------------------------------------------------------------
    # Loading what is shipped
    # ------------------------------------------------------------------

    @api.model
    def _refresh(self):
        """At installation, update and by schedule: bring the rows up to the shipped files if a company is Mexican."""
        if self.env["res.company"].sudo().search_count(
                [("account_fiscal_country_id.code", "=", "MX")], limit=1) and self._lock():
            self._load_shipped({*NEEDED, *self.search([]).mapped("catalog")})

    @api.model
    def _refresh_soon(self):
        """Let the scheduled action load what is missing as soon as this transaction is committed."""
        cron = self.env.ref("l10n_mx_co_edi.ir_cron_catalogs", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _load_if_missing(self, catalog):
        """Return whether the catalogue is there; False while another transaction is loading it."""
        if self.search_count([("catalog", "=", catalog)], limit=1):
            return True
        if not self._lock():
            return False
        self._load_shipped({catalog})
        return True

    @api.model
    def _lock(self):
        """Return whether this transaction is the one that may replace rows, until its end."""
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK)
        return self.env.cr.fetchone()[0]

    @api.model
    def _load_shipped(self, names):
        """Load those of the catalogues whose shipped file changed; a newer file that an administrator loaded stays."""
        present = {row.catalog: row for row in self.search([])}
        for catalog in sorted(names):
            row, digest, day = present.get(catalog), self._shipped_digest(catalog), keys.date_of_shipped(catalog)
            if row and (row.digest == digest or (row.source == "file" and row.date >= day)):
                continue
            self._replace(catalog, self._shipped_title(catalog), day, digest, "shipped", self._shipped_keys(catalog))

    @api.model
    def _shipped_keys(self, catalog):
        if catalog == keys.TASA_O_CUOTA:
            return shipped_rates()
        return self._postal_keys() if catalog == keys.CODIGO_POSTAL else list(keys.shipped(catalog))

    @api.model
    def _shipped_title(self, catalog):
        if catalog in (keys.CLAVE_PROD_SERV, keys.CLAVE_UNIDAD):
            return keys.shipped(catalog).title
        return "c_CodigoPostal (SAT, CFDI 4.0)" if catalog == keys.CODIGO_POSTAL else "c_TasaOCuota (SAT, CFDI 4.0)"

    @api.model
    def _shipped_digest(self, catalog):
        if catalog == keys.TASA_O_CUOTA:
            content = "\n".join(packed.write_row(key) for key in shipped_rates()).encode()
        else:
            content = keys.shipped_path(catalog).read_bytes()
            if catalog == keys.CODIGO_POSTAL:
                content += postal.PLACES.read_bytes()
        return hashlib.sha256(content).hexdigest()

    @api.model
    def _postal_keys(self):
        states = dict(self.env["res.country.state"].sudo().search([("country_id.code", "=", "MX")]).mapped(
            lambda state: (state.code, state.name)))
        border = {"north": ", estímulo frontera norte", "south": ", estímulo frontera sur"}
        for place in clock.postal_codes():
            state, town = states.get(place.state, place.state), postal.place(place.code)
            parts = [town.name, state] if town else [state]
            yield packed.Key(
                place.code, f"{', '.join(parts)}, {place.zone_label}{border.get(place.incentive, '')}")

    # ------------------------------------------------------------------
    # A newer file
    # ------------------------------------------------------------------

    @api.model
    def _read_file(self, data):
        """Return the core `Packed` of a file that somebody hands in.

        :raise UserError: it is no catalogue, with the line that is wrong
        """
        try:
            found = packed.read_untrusted(data)
        except CatalogueInvalid as error:
            raise UserError(self._sentence(error)) from error
        if found.catalogue not in STORED_FORMS:
            raise UserError(_("The catalogue \"%(name)s\" is not one of those that are kept here.",
                              name=found.catalogue))
        return found

    @api.model
    def _sentence(self, error):
        line = error.params.get("line", "")
        sentences = {
            "format": _("This is not a file of a catalogue. It starts with \"%(start)s\".", start=packed.FORMAT),
            "encoding": _("This is not a text file in UTF-8."),
            "too_large": _("The file is too large for a catalogue."),
            "head": _("A line is missing at the top of the file: %(name)s.", name=error.params.get("missing", "")),
            "rows": _("The file says that it has %(rows)s rows, but it has %(found)s. It is not complete.",
                      rows=error.params.get("rows", ""), found=error.params.get("found", "")),
            "code": _("Row %(line)s has no key or no description.", line=line),
            "order": _("Row %(line)s is not in the order of the keys, or is there twice.", line=line),
            "date": _("Row %(line)s has a date that is not written as 2026-12-31.", line=line),
        }
        return sentences[error.params["reason"]]

    @api.model
    def _load_file(self, data):
        """Replace the rows of one catalogue by those of a newer file and return its row here.

        :raise UserError: it is no catalogue, or not newer
        """
        found = self._read_file(data)
        present = self._date_of(found.catalogue)
        if found.date < present:
            raise UserError(_(
                "The file is of %(date)s, but the catalogue here is of %(present)s already.",
                date=fields.Date.to_string(found.date), present=fields.Date.to_string(present)))
        digest = hashlib.sha256(data).hexdigest()
        return self._replace(found.catalogue, found.title, found.date, digest, "file", list(found))

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    def _replace(self, catalog, title, day, digest, source, rows):
        """Put `rows` (core keys) in the place of all rows of the catalogue but those of an administrator."""
        started = fields.Datetime.now()
        if not self._lock():
            raise UserError(_("The catalogues of SAT are being loaded. Try again in a minute."))
        self.env.cr.execute(SQL(
            "DELETE FROM l10n_mx_co_edi_catalog_item WHERE catalog = %s AND source != 'administrator'", catalog))
        count = self._insert(catalog, source, rows)
        self.env["l10n_mx_co_edi.catalog.item"].invalidate_model()
        self.env.registry.clear_cache()
        vals = {"title": title, "date": day, "digest": digest, "source": source, "item_count": count,
                "loaded_at": started}
        row = self.search([("catalog", "=", catalog)])
        if row:
            row.write(vals)
        else:
            row = self.create({"catalog": catalog, **vals})
        _logger.info("Catalogue %s of %s: %s rows loaded", catalog, day, count)
        return row

    def _insert(self, catalog, source, rows):
        groups, values = {}, []
        for key in rows:
            if catalog == keys.CLAVE_PROD_SERV and key.code.endswith("00"):
                groups[key.code[:6]] = key.name
            group = groups.get(key.code[:6], "") if not key.code.endswith("00") else ""
            values.append((
                catalog, key.code, key.name, key.words or None,
                search_words.search_text(key.code, key.name, key.words, group), key.valid_from, key.valid_to, source))
        rows = io.StringIO("".join("\t".join(map(_copied, value)) + "\n" for value in values))
        self.env.cr.copy_expert(
            """COPY l10n_mx_co_edi_catalog_item
                    (catalog, code, name, words, search_text, valid_from, valid_to, source) FROM STDIN""", rows)
        return len(values)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_open_items(self):
        """Open the keys of this catalogue, or of all."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_catalog_item")
        action["context"] = {
            f"search_default_{self.catalog}": 1, "default_catalog": self.catalog} if len(self) == 1 else {}
        return action

    @api.model
    def action_open_catalogs(self):
        """Open the list of catalogues, loaded."""
        self._load_shipped(dict(CATALOGS))
        return self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_catalog")


def _copied(value):
    """Return a value as PostgreSQL's COPY reads it."""
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
