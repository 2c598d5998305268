"""The Colombian strategy: every document that DIAN validates, by whatever service it goes there (`co_channel`)."""
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from odoo import _
from odoo.exceptions import UserError

from ..core import clock, findings, snapshot
from ..core.dian import identity, layout, rules
from ..core.dian.cufe import COLOMBIA
from ..core.dian.model import Document
from ..core.dian.rules import against
from ..core.dian.rules.file import check_size
from ..core.errors import CoreError, SnapshotError
from ..core.findings import Finding, Severity
from ..core.states import State
from . import co_notes, strategy
from .adapt_co import DianAdapter
from .co_channel import channel_of
from .co_job import TAKEN
from .company_dian import SOFTWARE_PIN
from .finding_texts import describe

KINDS = tuple(f"co_dian_{code}" for code in ("01", "02", "03", "04", "05", "91", "92", "95"))
NUMBER_FREE, NUMBER_TAKEN = "CO-FREE-01", "CO-FREE-02"


def now_in_colombia() -> datetime:
    """Return the moment as DIAN wants it: Colombia's time, whole seconds."""
    return clock.utc_now().astimezone(COLOMBIA).replace(microsecond=0)


class _Secrets:
    """What the documents of one batch share: each secret is opened once."""

    def __init__(self):
        self._known = {}

    def pin(self, settings) -> str:
        """Return the PIN of the company's software."""
        return self._once(settings, lambda: settings.env["l10n_mx_co_edi.secret"].sudo()._reveal_text(
            settings, SOFTWARE_PIN))

    def technical_key(self, numbering_range) -> str:
        """Return the key of a range, empty where it has none or there is no range."""
        return self._once(numbering_range, numbering_range._technical_key) if numbering_range else ""

    def certificate(self, company):
        """Return the certificate that signs for `company`, or nothing."""
        return self._once(company, lambda: company.env["l10n_mx_co_edi.certificate"]._current_dian(company))

    def chain(self, certificate) -> tuple[bytes, ...]:
        """Return the certificates above the company's, as DIAN wants them named in the signature."""
        return tuple(self._once(certificate, certificate._chain_der))

    def layout(self, company):
        """Return the map of the provider's layout, and what is wrong with it."""
        def read():
            fields = company._l10n_mx_co_edi_layout_fields()
            return fields, findings.blocking(layout.check(fields))
        return self._once(company, read)

    def _once(self, record, reveal):
        key = record._name, record.id, reveal.__qualname__
        if key not in self._known:
            self._known[key] = reveal() or ""
        return self._known[key]


@strategy.register(*KINDS)
class DianStrategy:

    def today(self, move):
        """Return today in Colombia."""
        return now_in_colombia().date()

    # ------------------------------------------------------------------
    # Checking and signing
    # ------------------------------------------------------------------

    def findings(self, move) -> list[Finding]:
        """Return everything that can be known to be wrong before the document is signed; calls nobody."""
        found, _document = self._judged(move, now_in_colombia())
        if not findings.blocking(found):
            found += self._channel(move.company_id).missing(move.company_id)
        return found

    def content(self, move) -> tuple[Document | None, list[Finding]]:
        """Return the document of `move` as it would be now, without its key, and what speaks against it."""
        found, content = self._judged(move, now_in_colombia())
        return content, found

    @staticmethod
    def _channel(company):
        """Return what differs by the service that the company's next documents go to."""
        return channel_of(company._l10n_mx_co_edi_dian_service())

    def _judged(
            self, move, moment: datetime, secrets: _Secrets | None = None) -> tuple[list[Finding], Document | None]:
        """Return the findings about `move` as it would be signed at `moment`, and its content if it could be built.

        With `secrets` it is to be signed: the content has its CUFE, CUDE or CUDS, and is judged with it.
        """
        settings, channel = move.company_id._l10n_mx_co_edi_settings(), self._channel(move.company_id)
        adapter = DianAdapter(move, at=moment, has_pin=bool(secrets.pin(settings)) if secrets else None)
        found = list(adapter.configuration_findings())
        if findings.blocking(found):
            return found, None
        document, adapting = adapter.document()
        document = co_notes.stand_in(move, document)
        known = self._known(move, document, moment)
        if secrets:
            document = self._identified(move, document, secrets)
        found += channel.relevant([
            *adapting, *rules.check(document, is_final=bool(secrets) and channel.is_final),
            *against.differences(document, known), *check_size(document)])
        return [*co_notes.without_waiting(move, found), *co_notes.findings(move, document)], document

    def _identified(self, move, document: Document, secrets: _Secrets) -> Document:
        """Return the document with its CUFE, CUDE or CUDS, its security code and the address of its QR code.

        A provider that computes them may know a key that the company does not: then they stay empty.
        """
        settings = move.company_id._l10n_mx_co_edi_settings()
        pin, key = secrets.pin(settings), secrets.technical_key(self._range(move, document))
        if not (key if identity.needs_technical_key(document.type_code) else pin):
            return document
        return identity.identify(document, pin=pin, technical_key=key)

    def _known(self, move, document: Document, moment: datetime) -> against.Company:
        """Return what the company knows: its range, its software, the environment, today.

        Without its secrets: they are opened to sign, so that an invoice can be read where the master key is not.
        """
        settings = move.company_id._l10n_mx_co_edi_settings()
        numbering_range = self._range(move, document)
        return against.Company(
            range=numbering_range._control() if numbering_range else None,
            software_id=settings.l10n_mx_co_edi_dian_software or "",
            environment=environment_code(settings.l10n_mx_co_edi_environment),
            signing_day=moment.date())

    @staticmethod
    def _range(move, document: Document):
        """Return the range of the move's number, or of the next one; None where its type has no range."""
        if document.extensions.invoice_control is None:
            return None
        number = move.name if move._l10n_mx_co_edi_dian_number() else None
        return move.journal_id._l10n_mx_co_edi_range(document.issue_date, number).sudo()

    def prepare(self, documents, refused=None) -> Iterator[tuple[Any, strategy.Prepared]]:
        """Freeze and sign each document's posted move; give them one after the other.

        :param refused: a dict that takes the errors by document, instead of raising the first one
        :raise Refused: a finding blocks one; it was not signed
        """
        secrets = _Secrets()
        # the adapter reads line by line, and Odoo would ask for the taxes of each invoice on its own
        documents.move_id.line_ids.fetch(["tax_ids", "tax_tag_ids"])
        for document in documents:
            try:
                prepared = self._prepared(document, secrets)
            except UserError as error:
                if refused is None:
                    raise
                refused[document] = error
            else:
                yield document, prepared

    @staticmethod
    def _refusal(env, problems, record=None) -> strategy.Refused:
        return strategy.Refused(
            "\n".join(describe(env, problem, record)["message"] for problem in problems), problems)

    def _prepared(self, document, secrets: _Secrets) -> strategy.Prepared:
        """Make of the move of `document`, as it is now and dated this second, the bytes that leave."""
        move, moment = document.move_id, now_in_colombia()
        channel = self._channel(document.company_id)
        if problems := findings.blocking(channel.missing(document.company_id)):
            raise self._refusal(move.env, problems)
        found, content = self._judged(move, moment, secrets)
        if co_notes.waits_for(move):  # its reference stands in for one that is not known yet
            raise self._refusal(move.env, [finding for finding in found if finding.code == co_notes.WAITS], move)
        if problems := findings.blocking(found):
            raise self._refusal(move.env, problems, move)
        try:
            sealed = channel.seal(move, content, moment, document.environment, secrets)
        except CoreError as error:
            raise UserError(_("%(name)s could not be signed: %(detail)s", name=move.name, detail=error)) from error
        if sealed.problems:
            raise self._refusal(move.env, sealed.problems, move)
        return strategy.Prepared(content=content, signed=sealed.data, values={
            **self._values(document, content, moment), **sealed.values, "service": channel.service})

    def _values(self, document, content: Document, moment: datetime) -> dict[str, Any]:
        move = document.move_id
        prefix, number = move._l10n_mx_co_edi_dian_number()
        other = content.supplier if identity.issuer(content) is content.customer else content.customer
        return {
            "name": move.name,
            "serie": prefix,
            "folio": str(number),
            "issued_at": moment.astimezone(timezone.utc).replace(tzinfo=None),
            "receiver_tax_id": identity.number_of(other),
            "receiver_name": other.registration_name or (other.names[0] if other.names else ""),
            "currency_id": move.env.ref("base.COP").id,
            "total": float(content.monetary_total.payable_amount),
        }

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def job(self, document, wait=None) -> strategy.Job:
        """Return the job that sends or looks up the stored bytes, with the service that they were prepared for.

        :raise UserError: the service cannot be called (access, certificate, environment); or the bytes did not survive
            an uninstallation
        """
        if not document._signed_bytes() or not document.sudo().snapshot:
            raise UserError(document.env._(
                "The signed bytes of %(name)s are lost, so nothing can be sent or looked up with them. Restore them "
                "from a backup of the database.", name=document.name))
        return channel_of(document.service).job(document, snapshot.load(document.sudo().snapshot))

    def is_stamp_of(self, signed: bytes, stamped: bytes, uuid: str, values=None) -> bool:
        """Tell whether `stamped` is the legal file with this key of what was sent, where that is known."""
        values, content = values or {}, None
        if values.get("snapshot"):
            try:
                content = snapshot.load(values["snapshot"])
            except SnapshotError:
                content = None  # of a later release: the key has to do
        return channel_of(values.get("service")).is_stamp_of(content, signed, stamped, uuid)

    # ------------------------------------------------------------------
    # Names and words
    # ------------------------------------------------------------------

    def file_name(self, document) -> str:
        """Return the name under which DIAN got the file; it is the legal one."""
        return document.sent_as or f"{document.serie or ''}{document.folio or document.id}.xml"

    def explain(self, document) -> str:
        """Return what the last answer means and what to do, in the user's language; empty when all is well."""
        if document.state == State.VALID or not document.last_code:
            return ""
        return "\n".join(
            describe(document.env, finding, document.move_id)["message"] for finding in self.answers(document)
            if finding.severity != Severity.WARNING)

    def answers(self, document) -> list[Finding]:
        """Return what the last answer says: every rule that the document was refused for, then DIAN's remarks."""
        if document.waits_for_invoice:
            return [Finding.info(co_notes.WAITS, name=document.last_message)]
        refused = [Finding.error(row["code"] or document.last_code, message=row["message"])
                   for row in document.rejections or ()]
        refused = refused or [Finding.error(document.last_code, message=document.last_message or "")]
        return [*refused, *remarks(document), *_about_number(document)]


def _about_number(document) -> list[Finding]:
    """Whether the number of a refused document may be used again: DIAN spends it on what it validates, only."""
    if document.state != State.REJECTED:
        return []
    code = NUMBER_TAKEN if document.last_code == TAKEN else NUMBER_FREE
    return [Finding.info(code, name=document.name)]


def environment_code(environment: str) -> str:
    """Return ProfileExecutionID of an environment of ours."""
    return identity.PRODUCTION if environment == "production" else identity.TEST


def remarks(document) -> list[Finding]:
    """Return what DIAN remarked without refusing, one finding for each."""
    return [Finding.warning(row["code"], message=row["message"]) for row in document.notifications or ()]
