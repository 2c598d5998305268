"""What differs by the service that a Colombian document goes to, behind one interface.

`DianStrategy` is one, whatever the service is: it builds the content, asks DIAN's rules, and knows about days, notes
and numbers. A channel answers four questions for it:

* **What is prepared?** DIAN takes the XML that the company signed (`Direct`). A provider takes what it signs itself:
  the same XML without signature, naming the provider's software, or its own layout (`ThroughProvider`). The content is
  judged by the same rules before.
* **What is stored?** `signed_xml` is what leaves, byte by byte, and `sha256` its hash, committed before the first byte
  leaves; `stamped_xml` is the legal file: the same bytes at DIAN, at a provider what that signed. `snapshot` is the
  content, with the CUFE, CUDE or CUDS that is expected where its key is known. `service` says who has it: a document
  stays there, whatever the company chooses later.
* **What proves?** DIAN answers with its own signed word about a key that is known before. A provider hands out a file
  under a number: it is ours only if issuer, number, type, date, currency, totals, buyer and the recomputed key agree
  (`core.dian.provider_proof`).
* **What happens on doubt?** DIAN is asked by the key, and the same bytes may go again at once. A provider is asked by
  the number, and nothing is uploaded again before that; in doubt it is only asked (`co_provider_job`).
"""
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from odoo import _
from odoo.exceptions import UserError

from ..core.dian import build, catalogs, identity, layout, numbering, provider_proof, xades_sign
from ..core.dian.model import Document
from ..core.dian.rules.file import check_file, too_large
from ..core.errors import InvalidDocument, XmlRefused
from ..core.findings import Finding
from ..core.findings import blocking as _blocking
from ..core.states import State
from ..core.transports import registry
from ..core.transports.provider import UBL, Asked
from . import co_notes
from .co_job import BuyersEvents, DianJob
from .co_provider_job import ProviderJob
from .company_dian import SERVICE
from .company_provider import XML
from .file_counter import next_counter

SOFTWARE = "DianExtensions.SoftwareProvider"


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """The bytes that leave and the columns that describe them; or what speaks against them, and then nothing else."""
    data: bytes = b""
    values: dict[str, Any] | None = None
    problems: tuple[Finding, ...] = ()


class Channel(Protocol):
    """`is_final`: the content must have its key, security code and QR before it leaves."""
    service: str
    is_final: bool

    def missing(self, company) -> list[Finding]:
        """Return what the company lacks to send this way; calls nobody."""

    def relevant(self, found: list[Finding]) -> list[Finding]:
        """Return the findings that concern what leaves this way."""

    def seal(self, move, content: Document, moment: datetime, environment: str, secrets) -> Sealed:
        """Return the bytes that leave.

        :raise CoreError: they cannot be made
        """

    def job(self, document, content: Document):
        """Return the job that sends or looks up the stored bytes.

        :raise UserError: the service cannot be called
        """

    def is_stamp_of(self, content: Document | None, signed: bytes, stamped: bytes, uuid: str) -> bool:
        """Tell whether `stamped` is the legal file of what was sent, as far as what is left of it tells."""


class Direct:
    """DIAN's own service: signed with the company's certificate."""
    service = SERVICE
    is_final = True

    def missing(self, company) -> list[Finding]:
        return company._l10n_mx_co_edi_dian_certificate_findings()

    def relevant(self, found: list[Finding]) -> list[Finding]:
        return found

    def seal(self, move, content: Document, moment: datetime, environment: str, secrets) -> Sealed:
        certificate = secrets.certificate(move.company_id)
        if not certificate:
            return Sealed(problems=(Finding.error("CO-CERT-12", company=move.company_id.name),))
        xml = build.to_xml(content)
        # before the signature, which verifies by itself the bytes that leave
        if problems := _blocking(check_file(xml, judged=content)):
            return Sealed(problems=problems)
        signed = xades_sign.sign(
            xml, certificate._signer(), signing_time=moment, chain=secrets.chain(certificate))
        nit = identity.number_of(identity.issuer(content))
        counter = next_counter(move.env, environment, nit, moment.date())
        return Sealed(data=signed, problems=tuple(too_large(signed)), values={
            "certificate_id": certificate.id,
            "sent_as": numbering.xml_name(numbering.file_kind(content.type_code), nit, moment.date(), counter),
        })

    def job(self, document, content: Document) -> DianJob:
        return DianJob(
            client=document.company_id._l10n_mx_co_edi_dian(document.environment), signed=document._signed_bytes(),
            file_name=document.sent_as, key=content.uuid, state=State(document.state),
            corrects=co_notes.corrected_keys(content))

    def is_stamp_of(self, content: Document | None, signed: bytes, stamped: bytes, uuid: str) -> bool:
        """Tell whether `stamped` is the signed document with this key, byte by byte where our copy is known."""
        return bool(uuid) and uuid.encode() in stamped and signed in (b"", stamped)


class ThroughProvider:
    """A technology provider: it signs, hands the document to DIAN, and returns what it signed."""

    def __init__(self, service: str):
        self.service = service
        self.is_final = registry.PROVIDERS[service].capabilities.payload == UBL

    def missing(self, company) -> list[Finding]:
        return company._l10n_mx_co_edi_provider_findings(self.service)

    def relevant(self, found: list[Finding]) -> list[Finding]:
        """A layout does not say whose software made it: the provider writes that."""
        if self.is_final:
            return found
        return [finding for finding in found if not (finding.where or "").startswith(SOFTWARE)]

    def seal(self, move, content: Document, moment: datetime, environment: str, secrets) -> Sealed:
        if self.is_final:
            xml = build.to_xml(content)
            problems = tuple(_blocking(check_file(xml, judged=content)))
            return Sealed(data=xml, problems=problems, values=self._values())
        fields, problems = secrets.layout(move.company_id)
        if problems:
            return Sealed(problems=tuple(problems))
        form = move.company_id._l10n_mx_co_edi_layout_form_of(_is_support(content))
        data = layout.to_xml(content, fields) if form == XML else layout.to_text(content, fields).encode()
        return Sealed(data=data, values=self._values())

    @staticmethod
    def _values() -> dict[str, Any]:
        return {"certificate_id": False, "sent_as": False}

    def job(self, document, content: Document) -> ProviderJob:
        company, payload = document.company_id, document._signed_bytes()
        form = company._l10n_mx_co_edi_layout_form_of(_is_support(content), payload)
        return ProviderJob(
            client=company._l10n_mx_co_edi_provider(self.service, document.environment, layout_form=form),
            payload=payload, content=content, asked=asked(content, document), state=State(document.state),
            attempts=document.attempts, was_refused=document._was_refused(), track_id=document.track_id or "",
            technical_key=company._l10n_mx_co_edi_key_of(content, document.environment),
            pin=company._l10n_mx_co_edi_software_pin(), events=self._events(document, content))

    @staticmethod
    def _events(document, content: Document) -> BuyersEvents | None:
        """Return what asks DIAN about the invoices that a note corrects; None where the company cannot ask DIAN."""
        keys = co_notes.corrected_keys(content)
        if not keys or not document.env["l10n_mx_co_edi.certificate"]._current_dian(document.company_id):
            return None
        return BuyersEvents(document.company_id._l10n_mx_co_edi_dian(document.environment), keys)

    def is_stamp_of(self, content: Document | None, signed: bytes, stamped: bytes, uuid: str) -> bool:
        """Tell whether `stamped` has this key and is what the content says, where that is known."""
        if not uuid or uuid.encode() not in stamped:
            return False
        try:
            return content is None or not _blocking(provider_proof.belongs(content, stamped))
        except (InvalidDocument, XmlRefused):
            return False


def _is_support(content: Document) -> bool:
    return catalogs.DOCUMENT_TYPE[content.type_code].is_support


def asked(content: Document, document) -> Asked:
    """Return what a document is looked up by at a provider."""
    return Asked(
        identity.number_of(identity.issuer(content)), document.serie or "", int(document.folio), content.type_code)


def channel_of(service: str) -> Channel:
    """Return the channel of a service, as documents and companies name it.

    :raise UserError: this version does not know the service any more
    """
    if service in (SERVICE, False, None, ""):
        return Direct()
    if service in registry.PROVIDERS:
        return ThroughProvider(service)
    raise UserError(_("This version does not know the service %(name)s.", name=service))
