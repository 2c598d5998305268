"""Taking documents back that an earlier uninstallation of the add-on left as attachments, see `archive`.

A document that the authority has must never be issued a second time, whatever happened to the files meanwhile. So it
comes back as it was only where its bytes are what their hash says and the stamp belongs to them; where they are not, it
comes back in doubt: locked, and looked up from the bytes that are whole.
"""
import base64
import json
import logging

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.tools import SQL

from ..core import states
from ..core.snapshot import digest
from ..core.states import State
from . import strategy
from .archive import (
    CERTIFICATE_FIELDS,
    CERTIFICATE_SUFFIX,
    DATA_NAME,
    DOCUMENT_FIELDS,
    DOCUMENT_SUFFIX,
    EXCHANGE_FIELDS,
    SOURCE_FIELDS,
    VERSION,
)

_logger = logging.getLogger(__name__)


class Archive(models.AbstractModel):
    _inherit = "l10n_mx_co_edi.archive"

    @api.model
    def _adopt(self):
        """Take back everything that was left and is not here yet; returns the documents."""
        for attachment in self._records(DATA_NAME):
            for model_name, rows in self._content(attachment).get("fields", {}).items():
                self._restore_rows(model_name, rows)
        for attachment in self._records(CERTIFICATE_SUFFIX):
            self._adopt_certificate(self._content(attachment))
        adopted = self.env["l10n_mx_co_edi.document"]
        ids = {}
        records = [(attachment, self._content(attachment)) for attachment in self._records(DOCUMENT_SUFFIX)]
        for attachment, record in sorted(records, key=lambda pair: pair[1].get("id", 0)):
            document = self._adopt_document(attachment, record, ids)
            if document:
                ids[record["id"]] = document.id
                adopted |= document
        adopted.move_id._l10n_mx_co_edi_refresh_state()
        if adopted:
            _logger.info("%s electronic documents of an earlier installation were taken back", len(adopted))
        return adopted

    @api.model
    def _content(self, attachment):
        """Return what a JSON file of an earlier uninstallation says, empty where it cannot be read any more."""
        try:
            content = json.loads(attachment.raw or b"")
        except ValueError:
            content = {}
        if not isinstance(content, dict) or content.get("version") != VERSION:
            _logger.warning("attachment %s (%s) cannot be read as a record", attachment.id, attachment.name)
            return {}
        return content

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    @api.model
    def _adopt_document(self, attachment, record, ids):
        """Return the document of `record`, made if it is not here yet; empty where nobody could say whose it was."""
        documents = self.env["l10n_mx_co_edi.document"]
        company = self.env["res.company"].browse(record.get("company")).exists()
        if not company:
            return documents
        values = {name: record["values"].get(name) for name in DOCUMENT_FIELDS}
        # a draft holds no bytes any more, only the history of what was refused before
        same = [("sha256", "=", values["sha256"])] if values["sha256"] else [
            ("move_id", "=", record["move"]), ("state", "=", State.DRAFT)]
        present = documents.search([("environment", "=", values["environment"]), *same], limit=1)
        if present:
            return present
        document = documents.create({
            **values, **self._judged(attachment, record),
            "company_id": company.id,
            "move_id": self.env["account.move"].browse(record["move"]).exists().id,
            "currency_id": self.env["res.currency"].with_context(active_test=False).search(
                [("name", "=", record["currency"])], limit=1).id,
            "certificate_id": self._certificate(company, record["certificate"]).id,
        })
        self._adopt_sources(document, record["sources"], ids)
        self._adopt_exchanges(document, record["exchanges"])
        self._restore_rows("account.move", record["fields"])
        return document

    @api.model
    def _judged(self, attachment, record):
        """Return bytes and state: as they were left, or in doubt where the files are not what they were."""
        values, files = record["values"], record["files"]
        whole = {field: self._file(file) for field, file in files.items()}
        signed, stamped = whole.get("signed_xml", b""), whole.get("stamped_xml", b"")
        state = State(values["state"])
        untouched = attachment.write_uid.id == SUPERUSER_ID
        genuine = bool(stamped) and strategy.for_kind(values["kind"]).is_stamp_of(
            signed, stamped, values["uuid"], values)
        expected = {field: base64.b64encode(raw) for field, raw in whole.items() if raw}
        # without DIAN's answer there is no container; the look-up brings it again
        genuine = genuine and bool(whole.get("answer_xml", b"") or "answer_xml" not in files)
        if untouched and (genuine if "stamped_xml" in files else (signed or not states.LIVE_STATES & {state})):
            # a container that is not what it was is made anew when it is needed
            return expected if "container_xml" in expected else {**expected, "container_name": False}
        _logger.warning("files of document %s (%s) are not what they were", values["name"], values["uuid"])
        for name in ("stamped_xml", "answer_xml", "container_xml"):
            expected.pop(name, None)
        return {
            **expected, "container_name": False, "state": State.IN_DOUBT, "uuid": False, "stamped_at": False,
            "last_message": f"UUID {values['uuid']}" if values["uuid"] else values["last_message"],
            "next_attempt_at": fields.Datetime.now(), "hold": not signed, "hold_reason": False if signed else _(
                "The files that stayed of this document while electronic invoicing was not installed are missing or "
                "were changed. Restore them from a backup; the document is not issued a second time."),
        }

    @api.model
    def _file(self, file):
        """Return the bytes of a file that was left, empty where they are gone or no longer the same."""
        raw = self.env["ir.attachment"].sudo().browse(file["attachment"]).exists().raw or b""
        return raw if digest(raw) == file["sha256"] else b""

    @api.model
    def _adopt_sources(self, document, sources, ids):
        live = State(document.state) in states.LIVE_STATES
        self.env["l10n_mx_co_edi.document.source"].create([{
            **{name: source.get(name) for name in SOURCE_FIELDS},
            "replaces": ids.get(source.get("replaces"), 0),
            "document_id": document.id,
            "live": live,
        } for source in sources])

    @api.model
    def _adopt_exchanges(self, document, exchanges):
        self.env["l10n_mx_co_edi.exchange"].create([{
            **{name: exchange.get(name) for name in EXCHANGE_FIELDS},
            "document_id": document.id,
            "company_id": document.company_id.id,
            "response": base64.b64encode(self._file(exchange["response"])) if "response" in exchange else False,
        } for exchange in exchanges])

    # ------------------------------------------------------------------
    # Certificates and fields
    # ------------------------------------------------------------------

    @api.model
    def _adopt_certificate(self, record):
        """Take a public certificate back; without its private key it seals nothing."""
        company = self.env["res.company"].browse(record.get("company")).exists()
        content = self._file(record["content"]) if company else b""
        if content and not self._certificate(company, record["values"]["fingerprint"]):
            self.env["l10n_mx_co_edi.certificate"].create({
                **{name: record["values"].get(name) for name in CERTIFICATE_FIELDS},
                "company_id": company.id, "content": base64.b64encode(content)})

    @api.model
    def _certificate(self, company, fingerprint):
        certificates = self.env["l10n_mx_co_edi.certificate"].with_context(active_test=False)
        return certificates.search(
            [("company_id", "parent_of", company.id), ("fingerprint", "=", fingerprint or "")], limit=1)

    @api.model
    def _restore_rows(self, model_name, rows):
        """Write rows of `_rows` back into our columns; what is no longer there, or no longer known, is left out."""
        columns = self._own_columns(self.env[model_name]) if model_name in self.env else []
        known = [name for name in columns if any(name in row for row in rows)]
        if not known:
            return
        self.env.flush_all()
        table = SQL.identifier(self.env[model_name]._table)
        sets = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), SQL.identifier("r", name)) for name in known)
        self.env.cr.execute(SQL(
            "UPDATE %s t SET %s FROM jsonb_populate_recordset(NULL::%s, %s::jsonb) r WHERE t.id = r.id",
            table, sets, table, json.dumps(rows)))
        self.env.invalidate_all()
