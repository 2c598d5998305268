"""What this database knows about SAT's catalogues beyond the files that the product ships."""
from odoo import api, models, tools

from ..core import clock
from ..core.cfdi import keys
from ..core.cfdi.packed import Key
from ..core.cfdi.rate_keys import parse_rate
from ..core.clock import PostalCode
from ..core.errors import UnknownPostalCode


class CatalogItem(models.Model):
    """Gives the rows of a newer file and of an administrator to the checks of the core."""
    _inherit = "l10n_mx_co_edi.catalog.item"

    @api.model
    @tools.ormcache()
    def _has_own_rows(self):
        """Tell whether there is any row that the product does not ship: mostly there is none, and nothing is read."""
        return bool(self.sudo().search_count([("source", "!=", "shipped")], limit=1))

    @api.model
    def _place(self, code):
        """Return the core `PostalCode` of a postal code, None if nobody knows it; a row that was added goes first.

        :return: with an empty `zone_label` where the row that was added has none
        """
        if code and self._has_own_rows():
            own = self.sudo().search(
                [("catalog", "=", keys.CODIGO_POSTAL), ("code", "=", code), ("source", "=", "administrator")], limit=1)
            if own:
                return PostalCode(code, own.state_id.code or "", own.border or "", own.zone_label or "")
        try:
            return clock.postal_code(code)
        except UnknownPostalCode:
            return None

    def _key(self):
        self.ensure_one()
        return Key(self.code, self.name, self.valid_from or None, self.valid_to or None, self.words or "")

    @api.model
    def _additions_for(self, comprobante):
        """Return the core `Additions` that the checks of one CFDI need."""
        if not self._has_own_rows():
            return keys.Additions()
        wanted = set(_codes_of(comprobante))
        items = self.sudo().search(
            [("source", "!=", "shipped"), "|", ("catalog", "=", keys.TASA_O_CUOTA),
             ("code", "in", list({code for _catalog, code in wanted}))],
            order="source desc")
        newer = self.env["l10n_mx_co_edi.catalog"].sudo().search([("source", "=", "file")])
        rates = (parse_rate(item.code, item.valid_from or None, item.valid_to or None)
                 for item in items if item.catalog == keys.TASA_O_CUOTA)
        return keys.Additions(
            keys={(item.catalog, item.code): item._key() for item in items if (item.catalog, item.code) in wanted},
            dates={catalog.catalog: catalog.date for catalog in newer},
            rates=tuple(rate for rate in rates if rate))


def _codes_of(comprobante):
    yield keys.CODIGO_POSTAL, comprobante.lugar_expedicion
    yield keys.CODIGO_POSTAL, comprobante.receptor.domicilio_fiscal_receptor
    for line in comprobante.conceptos:
        yield keys.CLAVE_UNIDAD, line.clave_unidad
        yield keys.CLAVE_PROD_SERV, line.clave_prod_serv
        for part in line.partes:
            yield keys.CLAVE_PROD_SERV, part.clave_prod_serv
