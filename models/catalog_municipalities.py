"""What the field of a municipality offers while somebody types: DANE's table, too small for the database."""
from odoo import api, models

from ..core.dian import municipalities
from .catalog_search import MOST_TYPED, USUAL_SUGGESTIONS

MUNICIPALITY = "municipality"
MOST = 12


class CatalogItem(models.Model):
    _inherit = "l10n_mx_co_edi.catalog.item"

    @api.model
    def suggest(self, catalog, text="", limit=USUAL_SUGGESTIONS):
        # EXTENDS l10n_mx_co_edi.catalog.item
        if catalog != MUNICIPALITY:
            return super().suggest(catalog, text, limit)
        found = municipalities.search(str(text or "")[:MOST_TYPED], MOST)
        return [{"code": place.code, "name": place.label} for place in found]
