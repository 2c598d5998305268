"""Odoo's print engine, with a page of our own for stamped invoices: letter size, and nothing to be fetched."""
import base64
import functools
from collections import OrderedDict

from markupsafe import Markup

from odoo import api, models
from odoo.tools import file_open

from odoo.addons.base.models.ir_actions_report import _wkhtml

from .account_move_print import TEMPLATES

# The web client's own typeface, in the two weights that the page uses
FONTS = {400: "web/static/fonts/lato/Lato-Reg-webfont.ttf", 700: "web/static/fonts/lato/Lato-Bol-webfont.ttf"}
# in the context while a legal document is printed: by which engine, and of which country
PRINT, COUNTRY = "l10n_mx_co_edi_print", "l10n_mx_co_edi_print_country"
PATCHED, PLAIN = "patched", "plain"
PAPER = {"mx": "paperformat_print", "co": "paperformat_dian"}


def _engine() -> str:
    """Return which wkhtmltopdf there is: without Qt's patches it knows no heads, no feet and one document at a time."""
    return PATCHED if _wkhtml().is_patched_qt else PLAIN


def _streams(engine, report_ref, data, res_ids, among_others) -> dict:
    """Return the PDF of each record as `engine` prints them, together where that can be taken apart again."""
    if len(res_ids) < 2 or _engine() == PATCHED:
        together = engine(report_ref, dict(data or {}), res_ids=res_ids) if res_ids else {}
        # what could not be taken apart is the last resort of a print that nothing else goes into
        if False not in together or not among_others:
            return together
    return {key: stream for res_id in res_ids
            for key, stream in engine(report_ref, dict(data or {}), res_ids=[res_id]).items()}


@functools.cache
def _font_faces() -> str:
    """Return the typeface as style sheet with the files inside; a system font stands in for a missing one."""
    faces = []
    for weight, path in FONTS.items():
        try:
            with file_open(path, "rb") as file:
                data = base64.b64encode(file.read()).decode()
        except FileNotFoundError:
            continue
        faces.append(
            f'@font-face {{ font-family: "EDI Sans"; font-weight: {weight}; '
            f"src: url(data:font/ttf;base64,{data}) format('truetype'); }}")
    return "\n".join(faces)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Print stamped invoices on their own page, apart from others: one run of the engine has one page format.

        An engine without Qt's patches makes one document at a time, and neither it nor an outline of somebody else's
        making says where one invoice ends: those are printed one by one.
        """
        # EXTENDS base
        ours = self._l10n_mx_co_edi_printed_by_us(report_ref, res_ids)
        others = [res_id for res_id in res_ids or [] if not any(res_id in ids for ids in ours.values())]
        if (others and len(set(res_ids)) != len(res_ids)) or not (
                ours or self._l10n_mx_co_edi_one_by_one(report_ref, others)):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        base = super()._render_qweb_pdf_prepare_streams
        streams = _streams(base, report_ref, data, others, bool(ours))
        for country, ids in ours.items():
            own = super(IrActionsReport, self.with_context(**{PRINT: _engine(), COUNTRY: country}))
            streams |= _streams(
                own._render_qweb_pdf_prepare_streams, report_ref, data, ids, bool(others) or len(ours) > 1)
        known = [res_id for res_id in dict.fromkeys(res_ids) if res_id in streams]
        return OrderedDict((res_id, streams[res_id]) for res_id in [*known, *(streams.keys() - set(known))])

    @api.model
    def _l10n_mx_co_edi_one_by_one(self, report_ref, res_ids):
        """Tell whether several invoices of ours, none stamped, are printed by an engine that makes one at a time."""
        return (
            len(res_ids) > 1 and _engine() == PLAIN and self._is_invoice_report(report_ref)
            and any(self.env["account.move"].browse(res_ids).mapped("l10n_mx_co_edi_applies")))

    @api.model
    def _l10n_mx_co_edi_printed_by_us(self, report_ref, res_ids):
        """Return those of `res_ids` that the report prints on a page of ours, by country."""
        if not res_ids or not self._is_invoice_report(report_ref):
            return {}
        names = {move.id: move._get_name_invoice_report() for move in self.env["account.move"].browse(res_ids)}
        found = {country: [res_id for res_id in res_ids if names[res_id] == template]
                 for country, template in TEMPLATES.items()}
        return {country: ids for country, ids in found.items() if ids}

    def get_paperformat(self):
        # EXTENDS base
        country = self.env.context.get(COUNTRY, "mx")
        name = {PATCHED: PAPER[country], PLAIN: "paperformat_print_plain"}.get(self.env.context.get(PRINT))
        own = name and self.env.ref(f"l10n_mx_co_edi.{name}", raise_if_not_found=False)
        return own or super().get_paperformat()

    def _get_layout(self):
        # EXTENDS base
        own = self.env.context.get(PRINT) and self.env.ref("l10n_mx_co_edi.print_layout", raise_if_not_found=False)
        return own or super()._get_layout()

    @api.model
    def _l10n_mx_co_edi_font_faces(self):
        # an engine without Qt's patches would draw such a typeface letter by letter: a file ten times as large, and
        # nothing in it could be found or copied; it takes a typeface of the system
        return Markup("" if self.env.context.get(PRINT) == PLAIN else _font_faces())
