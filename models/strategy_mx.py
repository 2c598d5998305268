"""The Mexican strategies: CFDI 4.0 of type I and E, stamped by a PAC."""
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from odoo import _
from odoo.exceptions import UserError

from ..core import clock, findings
from ..core.cfdi import keys, rules, seal, stamp
from ..core.cfdi.model import Comprobante
from ..core.cfdi.rules.file import check_file
from ..core.errors import CoreError
from ..core.findings import Finding
from ..core.xmlio.parse import OWN_LIMITS
from . import mx_doubts, strategy
from .adapt_mx import MoveAdapter
from .finding_texts import describe
from .mx_causes import without_consequences
from .mx_job import CfdiJob
from .place_findings import zone_of

# answers that name no reason: our own checks name the suspects
UNEXPLAINED = ("301", "705", "CFDI40999")


@strategy.register("mx_cfdi_i", "mx_cfdi_e")
class CfdiStrategy:

    def today(self, move):
        """Return today at the place of issue, None if it is unknown."""
        return MoveAdapter(move).today()

    # ------------------------------------------------------------------
    # Checking and sealing
    # ------------------------------------------------------------------

    def findings(self, move) -> list[Finding]:
        """Return everything that can be known to be wrong before the CFDI is sealed; calls nobody."""
        found, comprobante = self._judged(move)
        return [*found, *mx_doubts.of_receiver(move, comprobante.receptor)] if comprobante else found

    def _judged(self, move, certificate=None) -> tuple[list[Finding], Comprobante | None]:
        """Return the findings that may block, and what they are about if it could be built."""
        adapter = MoveAdapter(move)
        found = adapter.configuration_findings()
        if findings.blocking(found):
            return found, None
        comprobante, adapting = adapter.comprobante()
        with keys.also(move.env["l10n_mx_co_edi.catalog.item"]._additions_for(comprobante)):
            found = without_consequences(
                [*found, *adapting, *mx_doubts.of_taxes(move), *rules.check(comprobante)])
        if not findings.blocking(found) and not (certificate or self._can_seal(move.company_id)):
            found.append(Finding.error("MX-CONF-04", "Certificado", company=move.company_id.name))
        return found, comprobante

    def prepare(self, documents, refused=None) -> Iterator[tuple[Any, strategy.Prepared]]:
        """Freeze and seal the CFDI of each document's posted move; give them one after the other.

        :param refused: a dict that takes the errors by document, instead of raising the first one
        :raise Refused: a finding blocks one; it was not sealed, no stamp was spent
        """
        certificates = {company: self._certificate(company) for company in documents.company_id}
        for document in documents:
            try:
                prepared = self._prepared(document.move_id, certificates[document.company_id])
            except UserError as error:
                if refused is None:
                    raise
                refused[document] = error
            else:
                yield document, prepared

    def _prepared(self, move, certificate) -> strategy.Prepared:
        found, comprobante = self._judged(move, certificate)
        problems = findings.blocking(found)
        if problems:
            raise strategy.Refused(
                "\n".join(describe(move.env, problem, move)["message"] for problem in problems), problems)
        try:
            signed = seal.seal(comprobante, certificate._signer())
        except CoreError as error:
            raise UserError(_("%(name)s could not be sealed: %(detail)s", name=move.name, detail=error)) from error
        zone = zone_of(move.company_id, comprobante.lugar_expedicion, clock.utc_now())
        return strategy.Prepared(
            content=comprobante, signed=signed, values=self._values(comprobante, move, certificate, zone))

    def _values(self, comprobante, move, certificate, zone: ZoneInfo):
        issued_at: datetime = comprobante.fecha.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)
        return {
            "name": move.name,
            "serie": comprobante.serie,
            "folio": comprobante.folio,
            "issued_at": issued_at,
            "receiver_tax_id": comprobante.receptor.rfc,
            "receiver_name": comprobante.receptor.nombre,
            "currency_id": move.currency_id.id,
            "total": float(comprobante.total),
            "certificate_id": certificate.id,
            "service": move.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_pac,
        }

    def _can_seal(self, company):
        """There is a CSD, or a finding of its own that says why it cannot be used."""
        return self._certificate(company) or company._l10n_mx_co_edi_csd_findings()

    @staticmethod
    def _certificate(company):
        return company.env["l10n_mx_co_edi.certificate"]._current_csd(company)

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def job(self, document, wait=None) -> CfdiJob:
        """Return the job that sends or looks up the stored bytes.

        :raise UserError: no access to the provider; or the bytes did not survive an uninstallation
        """
        if not document.signed_xml:
            raise UserError(document.env._(
                "The sealed bytes of %(name)s are lost, so nothing can be sent or looked up with them. Restore them "
                "from a backup of the database.", name=document.name))
        client = document.company_id._l10n_mx_co_edi_stamper(
            document.service, document.environment, waiter=wait)
        return CfdiJob(
            client=client, signed=document._signed_bytes(), key=document.sha256,
            in_doubt=document.state == "in_doubt")

    def is_stamp_of(self, signed: bytes, stamped: bytes, uuid: str, values=None) -> bool:
        """Tell whether `stamped` is a stamped CFDI with this UUID, made from exactly `signed` where that is known."""
        try:
            timbre = stamp.read(stamped)
            return bool(timbre) and timbre.uuid.upper() == (uuid or "").upper() and not (
                signed and stamp.belongs(signed, stamped))
        except CoreError:
            return False

    # ------------------------------------------------------------------
    # Names and words
    # ------------------------------------------------------------------

    def file_name(self, document) -> str:
        """Return `<RFC>_<serie>_<folio>_<UUID>.xml`, the name accountants sort their archives by."""
        rfc = (document.company_id.vat or "").upper()
        parts = [rfc, document.serie, document.folio, document.uuid]
        return re.sub(r"[^A-Z0-9&Ñ_.-]", "", "_".join(part for part in parts if part), flags=re.IGNORECASE) + ".xml"

    def answers(self, document) -> list[Finding]:
        """Return what the document was refused for."""
        return [Finding.error(document.last_code, message=document.last_message or "")]

    def explain(self, document) -> str:
        """Return what the last answer means and what to do, in the user's language; empty when all is well."""
        if document.state in ("valid", "cancelled") or not document.last_code:
            return ""
        found = [Finding.error(document.last_code, message=document.last_message or "")]
        if document.waits_for_certificate:
            found = document.company_id._l10n_mx_co_edi_csd_findings()[:1] or found
        if document.last_code in UNEXPLAINED and document.state == "rejected":
            found += findings.blocking(check_file(document._signed_bytes(), limits=OWN_LIMITS))
        return "\n".join(describe(document.env, finding)["message"] for finding in found)
