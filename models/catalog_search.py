from odoo import _, api, models
from odoo.tools import SQL, format_date

from ..core import clock
from ..core.cfdi import keys, search_words

# what most units of a sale are
USUAL_UNITS = ("H87", "E48", "ACT", "KGM", "LTR", "MTR", "HUR", "XBX")
USUAL_SUGGESTIONS, MOST_SUGGESTIONS = 8, 50
MOST_TYPED = 100  # characters: each word is a condition of the search


class CatalogItem(models.Model):
    """Finding keys: what the fields of products and units offer while somebody types."""
    _inherit = "l10n_mx_co_edi.catalog.item"

    @api.model
    def suggest(self, catalog, text="", limit=USUAL_SUGGESTIONS):
        """Return the keys in force today that fit `text`, best first.

        Everybody who works here may ask: the catalogues are public, and whoever keeps products needs them. The first
        question ever loads the catalogue (some seconds).

        :param catalog: one of the catalogues' codes
        :param text: the beginning of a key, or words in any order, with or without accents; empty for the usual keys
        :return: list of dicts with `code` and `name`; None while the catalogue is being loaded
        """
        if catalog not in self._fields["catalog"].get_values(self.env):
            return []
        if not self.env["l10n_mx_co_edi.catalog"].sudo()._load_if_missing(catalog):
            return None
        limit = min(limit, MOST_SUGGESTIONS) if isinstance(limit, int) and limit > 0 else USUAL_SUGGESTIONS
        words = search_words.query_words(str(text or "")[:MOST_TYPED])
        if words:
            # "tornillo acero 1/4": where no key has all words, those with the most are better than none
            found = self._ranked(catalog, words, limit, " AND ") or self._ranked(catalog, words, limit, " OR ")
        else:
            found = self._usual(catalog, limit)
        return [{"code": code, "name": name} for code, name in found]

    def _ranked(self, catalog, words, limit, junction):
        """Return [(code, name)]: beginnings of keys, everyday words, SAT's description, then the name of the group.

        The unique index narrows it to one catalogue; reading its 52,514 rows takes 20 ms, so no trigram index, which
        doubles the time of loading, is worth its price.
        """
        score = SQL(" + ").join(SQL(
            """CASE WHEN split_part(search_text, ' | ', 1) LIKE %(start)s THEN 7
                    WHEN split_part(search_text, ' | ', 2) LIKE %(word)s THEN 5
                    WHEN split_part(search_text, ' | ', 1) LIKE %(word)s THEN 4
                    WHEN search_text LIKE %(word)s THEN 2 ELSE 0 END""",
            start=f" {word}%", word=f"% {word}%") for word in words)
        today = clock.utc_now().date()
        self.flush_model()
        self.env.cr.execute(SQL(
            """SELECT code, name FROM (
                   SELECT DISTINCT ON (code) code, name, valid_from, valid_to, %(score)s AS score
                     FROM l10n_mx_co_edi_catalog_item
                    WHERE catalog = %(catalog)s AND (%(fits)s)
                 ORDER BY code, source) AS found
                WHERE COALESCE(valid_from, %(today)s) <= %(today)s AND COALESCE(valid_to, %(today)s) >= %(today)s
             ORDER BY score DESC, %(length)s, code
                LIMIT %(limit)s""",
            score=score, catalog=catalog, today=today, limit=limit,
            length=SQL("code" if "".join(words).isdigit() else "length(name)"),
            fits=SQL(junction).join(SQL("search_text LIKE %s", f"%{word}%") for word in words)))
        return self.env.cr.fetchall()

    def _usual(self, catalog, limit):
        """Return [(code, name)] of what is used most: the keys of the products, the common units."""
        codes = []
        if catalog == keys.CLAVE_UNIDAD:
            codes = USUAL_UNITS[:limit]
        elif catalog == keys.CLAVE_PROD_SERV:
            field = "l10n_mx_co_edi_clave_prod_serv"
            groups = self.env["product.template"]._read_group(
                [(field, "!=", False)], [field], ["__count"], order="__count desc", limit=limit)
            codes = [code for code, _count in groups]
        found = self._keys(catalog, codes)
        return [(code, found[code].name) for code in codes if code in found]

    @api.model
    def _keys(self, catalog, codes):
        """Return {code: core Key} of the keys that are known here; rows of an administrator go before the others."""
        codes = [code for code in codes if code]
        own = {}
        if self._has_own_rows():
            rows = self.sudo().search(
                [("catalog", "=", catalog), ("code", "in", codes), ("source", "!=", "shipped")], order="source desc")
            own = {item.code: item._key() for item in rows}
        if catalog not in (keys.CLAVE_PROD_SERV, keys.CLAVE_UNIDAD):
            return own
        return {code: key for code in codes if (key := own.get(code) or keys.find(catalog, code))}

    @api.model
    def _describe(self, catalog, code):
        """Return what is shown below a key: its description, or why it is doubtful. Empty for an empty key."""
        if not code:
            return ""
        key = self._keys(catalog, [code]).get(code)
        today = clock.utc_now().date()
        if key is None:
            day = self.env["l10n_mx_co_edi.catalog"].sudo()._date_of(catalog)
            return _("Not in the catalogue of %(date)s", date=format_date(self.env, day))
        if key.valid_to and key.valid_to < today:
            return _("%(name)s (ended on %(date)s)", name=key.name, date=format_date(self.env, key.valid_to))
        if key.valid_from and key.valid_from > today:
            return _("%(name)s (valid from %(date)s)", name=key.name, date=format_date(self.env, key.valid_from))
        return key.name
