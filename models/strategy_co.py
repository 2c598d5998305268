"""The Colombian strategies: every document that DIAN validates, signed by the company and sent by ourselves."""
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from odoo import _
from odoo.exceptions import UserError

from ..core import clock, findings, snapshot
from ..core.dian import build, identity, numbering, rules, xades_sign
from ..core.dian.cufe import COLOMBIA
from ..core.dian.model import Document
from ..core.dian.rules import against
from ..core.dian.rules.file import check_file
from ..core.errors import CoreError
from ..core.findings import Finding, Severity
from ..core.states import State
from . import co_notes, strategy
from .adapt_co import DianAdapter
from .co_job import DianJob
from .company_dian import SERVICE, SOFTWARE_PIN
from .file_counter import next_counter
from .finding_texts import describe

KINDS = tuple(f"co_dian_{code}" for code in ("01", "02", "03", "04", "05", "91", "92", "95"))
NOTES = ("91", "92", "95")


def now_in_colombia() -> datetime:
    """Return the moment as DIAN wants it: Colombia's time, whole seconds."""
    return clock.utc_now().astimezone(COLOMBIA).replace(microsecond=0)


@dataclass(frozen=True, kw_only=True)
class _Signing:
    """What one company signs with; `signer` holds a secret."""
    certificate: Any
    signer: Any = field(repr=False)


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
        if not findings.blocking(found) and not self._certificate(move.company_id):
            found.append(Finding.error("CO-CERT-12", company=move.company_id.name))
        return found

    def _judged(self, move, moment: datetime) -> tuple[list[Finding], Document | None]:
        """Return the findings about `move` as it would be signed at `moment`, and its content if it could be built."""
        adapter = DianAdapter(move, at=moment)
        found = list(adapter.configuration_findings())
        if findings.blocking(found):
            return found, None
        document, adapting = adapter.document()
        document = co_notes.stand_in(move, document)
        found += [*adapting, *rules.check(document), *self._differences(move, document, moment)]
        return [*co_notes.without_waiting(move, found), *co_notes.findings(move, document)], document

    def _differences(self, move, document: Document, moment: datetime) -> list[Finding]:
        return against.differences(document, self._known(move, document, moment))

    def _known(self, move, document: Document, moment: datetime) -> against.Company:
        """Return what the company knows: its range, its software with its secrets, the environment, today."""
        settings = move.company_id._l10n_mx_co_edi_settings()
        numbering_range = self._range(move, document)
        return against.Company(
            range=numbering_range._control() if numbering_range else None,
            software_id=settings.l10n_mx_co_edi_dian_software or "",
            pin=self._pin(settings),
            technical_key=self._technical_key(move, document),
            environment=environment_code(settings.l10n_mx_co_edi_environment),
            signing_day=moment.date())

    @staticmethod
    def _range(move, document: Document):
        """Return the range of the move's number, or of the next one; None where its type has no range."""
        if document.extensions.invoice_control is None:
            return None
        number = move.name if move._l10n_mx_co_edi_dian_number() else None
        return move.journal_id._l10n_mx_co_edi_range(document.issue_date, number).sudo()

    @staticmethod
    def _pin(settings) -> str:
        return settings.env["l10n_mx_co_edi.secret"].sudo()._reveal_text(settings, SOFTWARE_PIN) or ""

    def _technical_key(self, move, document: Document) -> str:
        """Return the key of the range for what has a CUFE, else nothing."""
        if not identity.needs_technical_key(document.type_code):
            return ""
        numbering_range = self._range(move, document)
        return numbering_range._technical_key() if numbering_range else ""

    def prepare(self, documents, refused=None) -> Iterator[tuple[Any, strategy.Prepared]]:
        """Freeze and sign each document's posted move; give them one after the other.

        :param refused: a dict that takes the errors by document, instead of raising the first one
        :raise Refused: a finding blocks one; it was not signed
        """
        signing = {}
        for document in documents:
            try:
                company = document.company_id
                if company not in signing:
                    signing[company] = self._signing(company)
                prepared = self._prepared(document, signing[company])
            except UserError as error:
                if refused is None:
                    raise
                refused[document] = error
            else:
                yield document, prepared

    def _signing(self, company) -> _Signing:
        """:raise UserError: no certificate"""
        certificate = self._certificate(company)
        if not certificate:
            raise self._refusal(company.env, [Finding.error("CO-CERT-12", company=company.name)])
        return _Signing(certificate=certificate, signer=certificate._signer())

    @staticmethod
    def _refusal(env, problems, record=None) -> strategy.Refused:
        return strategy.Refused(
            "\n".join(describe(env, problem, record)["message"] for problem in problems), problems)

    def _prepared(self, document, signing: _Signing) -> strategy.Prepared:
        """Sign the move of `document` as it is now, dated this second."""
        move, moment = document.move_id, now_in_colombia()
        found, content = self._judged(move, moment)
        if co_notes.waits_for(move):  # its reference stands in for one that is not known yet
            raise self._refusal(move.env, [finding for finding in found if finding.code == co_notes.WAITS], move)
        if problems := findings.blocking(found):
            raise self._refusal(move.env, problems, move)
        settings = move.company_id._l10n_mx_co_edi_settings()
        try:
            content = identity.identify(
                content, pin=self._pin(settings), technical_key=self._technical_key(move, content))
            signed = xades_sign.sign(
                build.to_xml(content), signing.signer, signing_time=moment)
        except CoreError as error:
            raise UserError(_("%(name)s could not be signed: %(detail)s", name=move.name, detail=error)) from error
        if problems := findings.blocking([*check_file(signed), *self._differences(move, content, moment)]):
            raise self._refusal(move.env, problems, move)
        return strategy.Prepared(
            content=content, signed=signed, values=self._values(document, content, signing.certificate, moment))

    def _values(self, document, content: Document, certificate, moment: datetime) -> dict[str, Any]:
        move = document.move_id
        prefix, number = move._l10n_mx_co_edi_dian_number()
        other = content.supplier if identity.issuer(content) is content.customer else content.customer
        nit = identity.number_of(identity.issuer(content))
        counter = next_counter(move.env, document.environment, nit, moment.date())
        return {
            "name": move.name,
            "serie": prefix,
            "folio": str(number),
            "issued_at": moment.astimezone(timezone.utc).replace(tzinfo=None),
            "receiver_tax_id": identity.number_of(other),
            "receiver_name": other.registration_name or (other.names[0] if other.names else ""),
            "currency_id": move.env.ref("base.COP").id,
            "total": float(content.monetary_total.payable_amount),
            "certificate_id": certificate.id,
            "service": SERVICE,
            "sent_as": numbering.xml_name(numbering.file_kind(content.type_code), nit, moment.date(), counter),
        }

    @staticmethod
    def _certificate(company):
        return company.env["l10n_mx_co_edi.certificate"]._current_dian(company)

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def job(self, document, wait=None) -> DianJob:
        """Return the job that sends or looks up the stored bytes.

        :raise UserError: DIAN cannot be called (certificate, environment); or the bytes did not survive an
            uninstallation
        """
        signed = document._signed_bytes()
        if not signed or not document.sudo().snapshot:
            raise UserError(document.env._(
                "The signed bytes of %(name)s are lost, so nothing can be sent or looked up with them. Restore them "
                "from a backup of the database.", name=document.name))
        content = snapshot.load(document.sudo().snapshot)
        return DianJob(
            client=document.company_id._l10n_mx_co_edi_dian(document.environment), signed=signed,
            file_name=document.sent_as, key=content.uuid, state=State(document.state),
            corrects=co_notes.corrected_keys(content))

    def is_stamp_of(self, signed: bytes, stamped: bytes, uuid: str) -> bool:
        """Tell whether `stamped` is the signed document with this key, byte by byte where our copy is known."""
        return bool(uuid) and uuid.encode() in stamped and signed in (b"", stamped)

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
        return [*refused, *remarks(document)]


def environment_code(environment: str) -> str:
    """Return ProfileExecutionID of an environment of ours."""
    return identity.PRODUCTION if environment == "production" else identity.TEST


def remarks(document) -> list[Finding]:
    """Return what DIAN remarked without refusing, one finding for each."""
    return [Finding.warning(row["code"], message=row["message"]) for row in document.notifications or ()]
