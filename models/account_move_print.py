"""The printed representation of an invoice: which document it shows, what the files are called, what is stale."""
import base64
from pathlib import PurePath

from odoo import models

from ..core import qr
from ..core.states import State
from . import cfdi_print, dian_print

# by the beginning of a document's kind
TEMPLATES = {"mx": "l10n_mx_co_edi.cfdi_document", "co": "l10n_mx_co_edi.dian_document"}
SUPPORT_KINDS = ("co_dian_05", "co_dian_95")
PRINTABLE_STATES = (
    State.VALID, State.CANCEL_SENDING, State.CANCEL_PENDING, State.CANCEL_IN_DOUBT, State.CANCELLED)
TEST_MARK = "PRUEBA \N{EN DASH} SIN VALIDEZ FISCAL"
# Spanish, as it is the law of these countries that makes such a print worthless
WORTHLESS = {
    "mx": "Sin validez fiscal: no es un CFDI", "co": "Sin validez fiscal: no ha sido validado por la DIAN"}
REFUSED_BY_DIAN = "Sin validez fiscal: rechazado por la DIAN"
CANCELLED_MARKS = {"mx": "CANCELADO", "co": "ANULADO"}
# Fields in which other add-ons keep the folio of a CFDI that they had stamped
OTHER_FOLIOS = ("l10n_mx_edi_cfdi_uuid", "cfdi_uuid")


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    def _printed(self):
        """Return the content of the printed representation, read from the legal files alone.

        :raise InvalidDocument: there is no legal file, or it is not what its kind says
        """
        self.ensure_one()
        if self.kind.startswith("co_"):
            return dian_print.printed(self._stamped_bytes(), self._answer_bytes())
        return cfdi_print.printed(self._stamped_bytes())


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_printable_document(self):
        """Return the stamped document that this invoice is printed from, empty where there is none.

        Production comes first: what the SAT knows stays the invoice also while the company tries something out. A
        document of an environment that the company has left counts for nothing.
        """
        self.ensure_one()
        documents = self.sudo().l10n_mx_co_edi_document_ids
        current = self.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
        for environment in ("production", current):
            latest = documents.filtered_domain([("environment", "=", environment)]).sorted("id")[-1:]
            if latest.state in PRINTABLE_STATES:
                return latest
        return documents.browse()

    def _l10n_mx_co_edi_print_warning(self):
        """Return what a print of this invoice has to say because no authority knows it, else nothing."""
        self.ensure_one()
        country = self._l10n_mx_co_edi_kind()[:2]
        if not country or self._l10n_mx_co_edi_printable_document() or any(
                name in self._fields and self[name] for name in OTHER_FOLIOS):
            return ""
        if country == "co" and self.sudo().l10n_mx_co_edi_document_id.state == State.REJECTED:
            return REFUSED_BY_DIAN
        return WORTHLESS[country]

    def _l10n_mx_co_edi_print(self):
        """Return what the template shows: content of the stamped XML, marks, logo (base64) and QR code (data URI)."""
        self.ensure_one()
        document = self._l10n_mx_co_edi_printable_document()
        page = document._printed()
        marks = [
            TEST_MARK if document.environment != "production" else "",
            CANCELLED_MARKS[document.kind[:2]] if document.state == State.CANCELLED else ""]
        picture = base64.b64encode(qr.png(page.qr_text)).decode()
        return {
            "page": page,
            "marks": " \N{MIDDLE DOT} ".join(filter(None, marks)),
            "logo": document.company_id._l10n_mx_co_edi_logo(),
            "qr": f"data:image/png;base64,{picture}",
        }

    def _get_name_invoice_report(self):
        # EXTENDS account
        self.ensure_one()
        document = self._l10n_mx_co_edi_printable_document()
        return TEMPLATES[document.kind[:2]] if document else super()._get_name_invoice_report()

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_file_stem(self):
        """Return the name that all files of the stamped invoice share, empty where it is not stamped."""
        document = self._l10n_mx_co_edi_printable_document()
        return PurePath(document.xml_name).stem if document else ""

    def _get_report_base_filename(self):
        # EXTENDS account
        return (len(self) == 1 and self._l10n_mx_co_edi_file_stem()) or super()._get_report_base_filename()

    def _get_invoice_report_filename(self, extension="pdf", report=None):
        # EXTENDS account
        stem = self._l10n_mx_co_edi_file_stem()
        return f"{stem}.{extension}" if stem else super()._get_invoice_report_filename(extension, report)

    def _get_invoice_pdf_proforma(self):
        # OVERRIDES account where the invoice is stamped: then the print is the real one, whoever asks for it first
        self.ensure_one()
        if not self._l10n_mx_co_edi_printable_document():
            return super()._get_invoice_pdf_proforma()
        engine = self.env["ir.actions.report"].with_company(self.company_id)
        report = self.env["account.move.send"]._get_default_pdf_report_id(self).report_name
        content, report_type = engine._pre_render_qweb_pdf(report, self.ids)
        return {
            "filename": self._get_invoice_report_filename(),
            "filetype": "pdf",
            "content": engine._get_splitted_report(report, content, report_type)[self.id],
        }

    def _get_invoice_legal_documents_all(self, allow_fallback=False):
        # OVERRIDES account where the invoice is stamped: print and XML belong together, also before it was ever sent
        document = self._l10n_mx_co_edi_printable_document()
        if not document:
            return super()._get_invoice_legal_documents_all(allow_fallback=allow_fallback)
        pdf = self._get_invoice_legal_documents("pdf", allow_fallback=allow_fallback)
        name, content = document._buyer_file()
        xml = {"filename": name, "filetype": "xml", "content": content}
        return [pdf, xml] if pdf else [xml]

    def _l10n_mx_co_edi_drop_stale_print(self, document):
        """Take away a stored PDF that does not show the document as it is now; it stays as an ordinary attachment.

        Odoo reuses the stored PDF for ever, and only the name says what it was made from: a print of before the stamp
        has another one. A cancellation has to be seen on every print from now on.
        """
        self.ensure_one()
        pdf = self.sudo().invoice_pdf_report_id
        fresh = document.state == State.VALID and pdf.name == self._get_invoice_report_filename()
        if pdf and not fresh:
            self._detach_attachments()
            self.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])

    # ------------------------------------------------------------------
    # Who may see it
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_is_trial(self):
        """Tell whether nobody outside the company may see this invoice: it has documents, none of them of production.

        The record rule `rule_move_portal_test` says the same for lists.
        """
        self.ensure_one()
        documents = self.sudo().l10n_mx_co_edi_document_ids
        return bool(documents) and "production" not in documents.mapped("environment")
