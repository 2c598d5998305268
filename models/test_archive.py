"""What stays of test sets when the add-on is uninstalled: their files, and above all the numbers that they used.

DIAN takes a number once. So each set leaves one JSON file that names every document it ever had, with what became of
it, and the files themselves as ordinary attachments of the company; the next installation takes them back.
"""
import base64
import logging

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .archive import EXCHANGE_FIELDS, plain

_logger = logging.getLogger(__name__)

SET_SUFFIX = ".l10n_mx_co_edi_test_set.json"
SET_FIELDS = (
    "environment", "service", "family", "state", "verdict", "software", "identifier", "invoice_count", "credit_count",
    "debit_count", "support_count", "adjustment_count", "resolution", "prefix", "first", "last", "valid_from",
    "valid_to", "credit_prefix", "debit_prefix", "adjustment_prefix", "card_issuer", "card_mode", "card_date",
    "card_sync", "ticks", "software_name", "golive_date",
    "production_done_at")
DOCUMENT_FIELDS = (
    "environment", "nit", "kind", "prefix", "number", "is_probe", "is_former", "customer", "state", "issued_at",
    "sent_at", "uuid", "sha256", "sent_as", "zip_key", "last_code", "last_message", "rejections", "attempts",
    "snapshot")
FILES = {"signed_xml": ".xml", "stamped_xml": ".stamped.xml", "answer_xml": ".answer.xml"}


class Archive(models.AbstractModel):
    _inherit = "l10n_mx_co_edi.archive"

    # ------------------------------------------------------------------
    # Leaving
    # ------------------------------------------------------------------

    @api.model
    def _forget_former(self):
        # EXTENDS: the lists of test sets are written anew as well
        super()._forget_former()
        self._records(SET_SUFFIX).unlink()

    @api.model
    def _leave(self):
        # EXTENDS: test sets
        result = super()._leave()
        for test_set in self.env["l10n_mx_co_edi.test.set"].search([("document_ids", "!=", False)], order="id"):
            self._leave_test_set(test_set)
            self.env.invalidate_all()
        self._leave_forms()
        return result

    @api.model
    def _leave_forms(self):
        """Let each form 1876 be an ordinary attachment of its company.

        As a field of its request it would outlive the table, and belong to whichever request gets the same id later.
        """
        attachments = self.env["ir.attachment"].sudo()
        for request in self.env["l10n_mx_co_edi.numbering.request"].search([("form_1876", "!=", False)]):
            attachments.search([
                ("res_model", "=", request._name), ("res_field", "=", "form_1876"), ("res_id", "=", request.id),
            ]).write({
                "res_model": "res.company", "res_id": request.company_id.id, "res_field": False,
                "name": request.form_name})

    @api.model
    def _leave_test_set(self, test_set):
        owner = test_set.company_id
        documents = []
        for document in test_set.document_ids.sorted("id"):
            documents.append(self._left_test_document(owner, document))
            document.invalidate_recordset()  # the bytes of one document at a time
        self._leave_record(owner, f"test_set_{test_set.id}{SET_SUFFIX}", {
            "values": plain(test_set, SET_FIELDS), "company": owner.id, "documents": documents})

    @api.model
    def _left_test_document(self, owner, document):
        stem = f"prueba_{document.name}"
        return {
            "id": document.id,
            "values": plain(document, DOCUMENT_FIELDS),
            "corrects": document.invoice_id.id,
            "files": {
                field: self._leave_file(owner, stem + suffix, raw)
                for field, suffix in FILES.items() if (raw := self._bytes(document, field))},
            "exchanges": [plain(exchange, EXCHANGE_FIELDS) for exchange in document.exchange_ids.sorted("id")],
        }

    # ------------------------------------------------------------------
    # Coming back
    # ------------------------------------------------------------------

    @api.model
    def _adopt(self):
        # EXTENDS: test sets
        adopted = super()._adopt()
        for attachment in self._records(SET_SUFFIX):
            try:
                with self.env.cr.savepoint():
                    self._adopt_test_set(self._content(attachment))
            except (UserError, ValidationError) as error:  # the company is no Colombian one any more, for example
                _logger.warning("the test set in attachment %s was not taken back: %s", attachment.id, error)
        return adopted

    @api.model
    def _adopt_test_set(self, record):
        """Take a set back with every number it used; what is here already is left alone."""
        company = self.env["res.company"].browse(record.get("company")).exists()
        new = [row for row in record.get("documents", ()) if not self._is_known(row["values"])] if company else []
        if not new:
            return
        test_set = self.env["l10n_mx_co_edi.test.set"].with_company(company).create({
            **_known(self.env["l10n_mx_co_edi.test.set"], record["values"], SET_FIELDS), "company_id": company.id})
        ids = {}
        for row in new:
            document = self.env["l10n_mx_co_edi.test.document"].create({
                **_known(self.env["l10n_mx_co_edi.test.document"], row["values"], DOCUMENT_FIELDS),
                **self._judged_test_document(row), "set_id": test_set.id, "invoice_id": ids.get(row["corrects"])})
            ids[row["id"]] = document.id
            self.env["l10n_mx_co_edi.exchange"].create([{
                **_known(self.env["l10n_mx_co_edi.exchange"], exchange, EXCHANGE_FIELDS),
                "test_document_id": document.id, "company_id": company.id} for exchange in row["exchanges"]])

    @api.model
    def _is_known(self, values):
        return self.env["l10n_mx_co_edi.test.document"].search_count([
            (name, "=", values[name] or False) for name in ("environment", "nit", "prefix", "number")], limit=1)

    @api.model
    def _judged_test_document(self, row):
        """Return the files, and the state that follows: nothing is sent whose bytes are not what they were."""
        whole = {field: self._file(file) for field, file in row["files"].items()}
        state = row["values"]["state"]
        if state in ("pending", "signed"):  # never sent; the secrets that a new one needs went with the tables
            state = "unused"
        elif state in ("sending", "sent", "doubt"):
            state = "doubt" if whole.get("signed_xml") else "unused"
        return {**{field: base64.b64encode(raw) for field, raw in whole.items() if raw}, "state": state}


def _known(model, values, names):
    """Return the values of fields that this version still has."""
    return {name: values[name] for name in names if name in values and name in model._fields}
