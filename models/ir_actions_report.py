"""Odoo's print engine, with a page of our own for stamped invoices: letter size, and nothing to be fetched."""
import base64
import functools
from collections import OrderedDict

from markupsafe import Markup

from odoo import api, models
from odoo.tools import file_open

from .account_move_print import TEMPLATE

# The web client's own typeface, in the two weights that the page uses
FONTS = {400: "web/static/fonts/lato/Lato-Reg-webfont.ttf", 700: "web/static/fonts/lato/Lato-Bol-webfont.ttf"}
PRINT = "l10n_mx_co_edi_print"


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
            f'@font-face {{ font-family: "CFDI Sans"; font-weight: {weight}; '
            f"src: url(data:font/ttf;base64,{data}) format('truetype'); }}")
    return "\n".join(faces)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Print stamped invoices on their own page, apart from others: one run of the engine has one page format."""
        # EXTENDS base
        ours = self._l10n_mx_co_edi_printed_as_cfdi(report_ref, res_ids)
        others = [res_id for res_id in res_ids or [] if res_id not in ours]
        if not ours or (others and len(set(res_ids)) != len(res_ids)):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        engine = super(IrActionsReport, self.with_context(**{PRINT: True}))
        if not others:
            return engine._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        streams = {
            **engine._render_qweb_pdf_prepare_streams(report_ref, dict(data or {}), res_ids=ours),
            **super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=others)}
        known = [res_id for res_id in res_ids if res_id in streams]
        return OrderedDict((res_id, streams[res_id]) for res_id in [*known, *(streams.keys() - set(known))])

    @api.model
    def _l10n_mx_co_edi_printed_as_cfdi(self, report_ref, res_ids):
        """Return those of `res_ids` that the report prints as a CFDI."""
        if not res_ids or not self._is_invoice_report(report_ref):
            return []
        moves = self.env["account.move"].browse(res_ids)
        return [move.id for move in moves if move._get_name_invoice_report() == TEMPLATE]

    def get_paperformat(self):
        # EXTENDS base
        own = self.env.context.get(PRINT) and self.env.ref("l10n_mx_co_edi.paperformat_cfdi", raise_if_not_found=False)
        return own or super().get_paperformat()

    def _get_layout(self):
        # EXTENDS base
        own = self.env.context.get(PRINT) and self.env.ref("l10n_mx_co_edi.cfdi_layout", raise_if_not_found=False)
        return own or super()._get_layout()

    @api.model
    def _l10n_mx_co_edi_font_faces(self):
        return Markup(_font_faces())
