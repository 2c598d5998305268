"""What stays when the add-on is uninstalled: every legal file as an ordinary attachment, and what makes it whole again.

Uninstalling drops our tables, and with them the documents. Before that, each document leaves its files (stamped and
sealed XML, answers of the authority) on its invoice, else on its company, with one JSON file that says what they are:
UUID, state, environment, what the document covers, and the SHA-256 of every file. `archive_adopt` reads them back when
the add-on is installed again. Nothing secret is left: private keys and passwords go with their table.
"""
import base64
import json
from pathlib import PurePath

from odoo import SUPERUSER_ID, _, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.snapshot import digest
from ..core.states import State
from .document import IN_FLIGHT_STATES

PREFIX = "l10n_mx_co_edi"
DOCUMENT_SUFFIX = ".l10n_mx_co_edi.json"
CERTIFICATE_SUFFIX = ".l10n_mx_co_edi_certificate.json"
DATA_NAME = "fields.l10n_mx_co_edi_data.json"
VERSION = 1
# Leaving in one of these could lose a stamp, or make a second one later.
UNSETTLED_STATES = (State.READY, *IN_FLIGHT_STATES)
NAMED = 10
DOCUMENT_FIELDS = (
    "name", "kind", "environment", "service", "serie", "folio", "issued_at", "receiver_tax_id", "receiver_name",
    "total", "snapshot", "sha256", "uuid", "stamped_at", "state", "attempts", "last_code", "last_message",
    "sent_as", "track_id", "container_name", "notifications", "rejections")
DOCUMENT_FILES = {
    "stamped_xml": ".xml", "signed_xml": ".sealed.xml", "answer_xml": ".answer.xml",
    "container_xml": ".container.xml"}
SOURCE_FIELDS = ("environment", "family", "res_model", "res_id", "replaces")
EXCHANGE_FIELDS = (
    "service", "operation", "endpoint", "started", "duration_ms", "http_status", "authority_code",
    "authority_message", "request_sha256", "outcome", "reason")
CERTIFICATE_FIELDS = (
    "kind", "holder_name", "tax_id", "serial_number", "issuer", "not_before", "not_after", "fingerprint", "active")
# Rows of these are restored with their document, not as a whole: there may be millions.
WITH_DOCUMENT = ("account.move", "account.move.line")


def plain(record, names):
    """Return stored values of `record` as JSON knows them."""
    values = {}
    for name in names:
        field, value = record._fields[name], record[name]
        values[name] = field.to_string(value) if field.type in ("datetime", "date") and value else value
    return values


class Archive(models.AbstractModel):
    _name = "l10n_mx_co_edi.archive"
    _description = "What Stays of Electronic Invoicing"

    # ------------------------------------------------------------------
    # May we leave?
    # ------------------------------------------------------------------

    @api.model
    def _unsettled(self):
        """Return the documents of all companies whose fate is open: sealed and waiting, on their way, in doubt."""
        return self.env["l10n_mx_co_edi.document"].sudo().search([("state", "in", UNSETTLED_STATES)], order="id")

    @api.model
    def _unsettled_sentence(self):
        """Return why the add-on cannot be uninstalled and what to do, empty where it can."""
        documents = self._unsettled()
        if not documents:
            return ""
        states = dict(documents._fields["state"]._description_selection(self.env))
        lines = [
            f"• {document.name} ({document.company_id.name}): {states[document.state]}"
            for document in documents[:NAMED]]
        if len(documents) > NAMED:
            lines.append(_("… and %(count)s more", count=len(documents) - NAMED))
        return _(
            "Electronic invoicing cannot be uninstalled while the fate of a document is open: the answer of the "
            "authority could be lost, and the document issued a second time later.\n\n%(documents)s\n\nSend or "
            "withdraw what is ready to send. What is on its way or in doubt is looked up by itself; wait until it is "
            "valid or rejected.",
            documents="\n".join(lines))

    @api.model
    def _check_may_leave(self):
        """:raise UserError: a document is in flight or in doubt; says which and what to do"""
        sentence = self._unsettled_sentence()
        if sentence:
            raise UserError(sentence)

    # ------------------------------------------------------------------
    # Leaving
    # ------------------------------------------------------------------

    @api.model
    def _leave(self):
        """Leave every legal file as an attachment. The tables stay locked for others until they are dropped.

        :raise UserError: a document became unsettled since somebody asked
        """
        self.env.flush_all()
        self.env.cr.execute("LOCK TABLE l10n_mx_co_edi_document IN SHARE ROW EXCLUSIVE MODE")
        self.env.invalidate_all()
        self._check_may_leave()
        self._forget_former()
        for certificate in self.env["l10n_mx_co_edi.certificate"].with_context(active_test=False).search([]):
            self._leave_certificate(certificate)
        documents = self.env["l10n_mx_co_edi.document"].search(
            ["|", ("sha256", "!=", False), ("exchange_ids", "!=", False)], order="id")
        for document in documents:
            self._leave_document(document)
            document.invalidate_recordset()  # the bytes of one document at a time
        self._leave_fields()

    @api.model
    def _records(self, *suffixes):
        """Return the JSON files of an earlier uninstallation: made by the system itself, not uploaded by anybody."""
        named = Domain.OR([("name", "=like", f"%{suffix}")] for suffix in suffixes)
        return self.env["ir.attachment"].sudo().search(
            named & Domain("create_uid", "=", SUPERUSER_ID) & Domain("res_field", "=", False), order="id")

    @api.model
    def _forget_former(self):
        """The new JSON files replace those of an earlier uninstallation; the legal files themselves stay."""
        self._records(DOCUMENT_SUFFIX, CERTIFICATE_SUFFIX, DATA_NAME).unlink()

    @api.model
    def _attach(self, owner, name, raw, mimetype):
        """Return the attachment of `owner` (a record, or an empty set: nobody but administrators reads it) with these
        bytes, made where there is none yet.
        """
        attachments = self.env["ir.attachment"].sudo()
        place = {"res_model": owner._name if owner else False, "res_id": owner.id if owner else 0}
        present = attachments.search([
            *((key, "=", value) for key, value in place.items()), ("name", "=", name), ("res_field", "=", False),
            ("checksum", "=", attachments._compute_checksum(raw))], limit=1) if owner else attachments
        return present or attachments.create({**place, "name": name, "raw": raw, "mimetype": mimetype})

    @api.model
    def _leave_file(self, owner, name, raw, mimetype="application/xml"):
        attachment = self._attach(owner, name, raw, mimetype)
        return {"name": name, "attachment": attachment.id, "sha256": digest(raw)}

    @api.model
    def _leave_record(self, owner, name, data):
        text = json.dumps({"version": VERSION, **data}, ensure_ascii=False, sort_keys=True, indent=1)
        self._attach(owner, name, text.encode(), "application/json")

    @api.model
    def _leave_document(self, document):
        owner = document.move_id or document.company_id
        stem = PurePath(document.xml_name).stem
        files = {
            field: self._leave_file(owner, stem + suffix, raw)
            for field, suffix in DOCUMENT_FILES.items() if (raw := self._bytes(document, field))}
        self._leave_record(owner, stem + DOCUMENT_SUFFIX, {
            "id": document.id,
            "values": plain(document, DOCUMENT_FIELDS),
            "company": document.company_id.id,
            "move": document.move_id.id,
            "currency": document.currency_id.name,
            "certificate": document.certificate_id.fingerprint,
            "sources": [plain(source, SOURCE_FIELDS) for source in document.source_ids],
            "files": files,
            "exchanges": [
                self._left_exchange(owner, f"{stem}.{number}-{exchange.operation}", exchange)
                for number, exchange in enumerate(document.exchange_ids.sorted("id"), start=1)],
            "fields": self._rows("account.move", [document.move_id.id]) if document.move_id else [],
        })

    @api.model
    def _left_exchange(self, owner, stem, exchange):
        raw = self._bytes(exchange, "response")
        left = plain(exchange, EXCHANGE_FIELDS)
        if raw:
            kind = "xml" if raw.lstrip().startswith(b"<") else "json" if raw.lstrip().startswith(b"{") else "txt"
            mimetype = {"xml": "application/xml", "json": "application/json", "txt": "text/plain"}[kind]
            left["response"] = self._leave_file(owner, f"{stem}.answer.{kind}", raw, mimetype)
        return left

    @api.model
    def _leave_certificate(self, certificate):
        stem = f"{certificate.tax_id or certificate.id}_{certificate.serial_number or certificate.fingerprint}"
        owner = certificate.company_id
        content = self._leave_file(
            owner, f"{stem}.cer", self._bytes(certificate, "content"), "application/pkix-cert")
        self._leave_record(owner, stem + CERTIFICATE_SUFFIX, {
            "values": plain(certificate, CERTIFICATE_FIELDS), "company": owner.id, "content": content})

    @api.model
    def _bytes(self, record, field) -> bytes:
        return base64.b64decode(record.sudo().with_context(bin_size=False)[field] or b"")

    # ------------------------------------------------------------------
    # Fields of ours on Odoo's own records
    # ------------------------------------------------------------------

    @api.model
    def _own_columns(self, model):
        """Return the names of the stored fields that this add-on gave to `model`, without references to our tables."""
        return [
            name for name, field in model._fields.items()
            if name.startswith(f"{PREFIX}_") and field.store and field.column_type
            and not (field.comodel_name or "").startswith(f"{PREFIX}.")]

    @api.model
    def _extended_models(self):
        """Yield the models of others that have stored fields of ours."""
        for name, model in self.env.items():
            ours = name.startswith(f"{PREFIX}.") or model._abstract or model._transient or not model._auto
            if not ours and self._own_columns(model):
                yield model

    @api.model
    def _rows(self, model_name, ids=None):
        """Return what our columns of a model hold, as PostgreSQL writes it; rows without any value are left out."""
        model = self.env[model_name]
        columns = [SQL.identifier(name) for name in self._own_columns(model)]
        if not columns:
            return []
        filled = SQL("num_nonnulls(%s) > 0", SQL(", ").join(columns))
        wanted = SQL("id = ANY(%s)", ids) if ids is not None else SQL("TRUE")
        self.env.cr.execute(SQL(
            "SELECT to_jsonb(r) FROM (SELECT id, %s FROM %s WHERE %s AND %s ORDER BY id) r",
            SQL(", ").join(columns), SQL.identifier(model._table), filled, wanted))
        return [row for row, in self.env.cr.fetchall()]

    @api.model
    def _leave_fields(self):
        """Leave the settings and the fiscal data of contacts and products, so that nobody has to type them again."""
        rows = {
            model._name: self._rows(model._name)
            for model in self._extended_models() if model._name not in WITH_DOCUMENT}
        self._leave_record(self.env["res.company"], DATA_NAME, {"fields": rows})
