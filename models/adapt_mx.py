"""From an invoice to the frozen content of its CFDI: header and parties. Lines and taxes are in `adapt_mx_lines`.

This is the only way from Odoo's records into `core.cfdi`, and the only place where floats become Decimal. It decides
nothing that the law decides: what it produces is judged by `core.cfdi.rules`.
"""
import re
from datetime import datetime, time
from decimal import Decimal

from ..core import clock, rfc
from ..core.cfdi import catalogs
from ..core.cfdi.model import Comprobante, Emisor, InformacionGlobal, Receptor
from ..core.cfdi.rules.window import window
from ..core.findings import Finding
from ..core.money import to_decimal
from .adapt_mx_lines import LineAdapter
from .adapt_mx_relations import related
from .adapt_mx_texts import clean, shortened
from .country_codes import alpha3
from .place_findings import zone_of
from .res_partner import PUBLIC_NAME

TIPOS = {"out_invoice": "I", "out_refund": "E"}
DAILY = "01"


class MoveAdapter:
    """Reads one customer invoice or credit note, posted or not yet; `at` is the aware moment of sealing."""

    def __init__(self, move, at: datetime | None = None):
        self.move = move.with_company(move.company_id)
        self.company = move.company_id
        self.partner = move.commercial_partner_id
        self.at = at or clock.utc_now()
        self.postal_code = move.journal_id._l10n_mx_co_edi_issuing_postal_code()
        self.tipo = TIPOS[move.move_type]

    # ------------------------------------------------------------------
    # What has to be there before anything can be built
    # ------------------------------------------------------------------

    def configuration_findings(self) -> list[Finding]:
        """Return what the company, journal or customer lacks so that no CFDI can be written at all."""
        found = []
        issuer = self._issuer()
        if not issuer.vat:
            found.append(Finding.error("MX-CONF-01", "Emisor.Rfc", company=issuer.name))
        if not issuer.l10n_mx_co_edi_regimen_fiscal:
            found.append(Finding.error("MX-CONF-02", "Emisor.RegimenFiscal", company=issuer.name))
        if not self._zone():
            found.append(Finding.error("MX-CONF-03", "LugarExpedicion", journal=self.move.journal_id.name))
        if not self.partner:
            found.append(Finding.error("MX-PARTNER-07", "Receptor"))
        elif not rfc.normalise(self.partner.vat) and not self._is_foreign():
            found.append(Finding.error("MX-PARTNER-08", "Receptor.Rfc", partner=self.partner.name))
        return found

    # ------------------------------------------------------------------
    # The document
    # ------------------------------------------------------------------

    def comprobante(self) -> tuple[Comprobante, list[Finding]]:
        """Return the unsealed CFDI and what could not be expressed exactly."""
        move = self.move
        serie, folio = self._serie_and_folio()
        fecha, findings = self._fecha()
        lines = LineAdapter(move)
        receptor = self._receptor()
        relations, doubtful = related(move, self.tipo, receptor.rfc)
        comprobante = Comprobante(
            serie=serie,
            folio=folio,
            fecha=fecha,
            forma_pago=move.l10n_mx_co_edi_forma_pago or None,
            condiciones_de_pago=self._payment_conditions(),
            sub_total=lines.totals.sub_total,
            descuento=lines.totals.descuento,
            moneda=move.currency_id.name,
            tipo_cambio=self._exchange_rate(),
            total=lines.totals.total,
            tipo_de_comprobante=self.tipo,
            exportacion=move.l10n_mx_co_edi_exportacion or "01",
            metodo_pago=move.l10n_mx_co_edi_metodo_pago or None,
            lugar_expedicion=self.postal_code,
            informacion_global=self._global_period(fecha),
            cfdi_relacionados=relations,
            emisor=self._emisor(),
            receptor=receptor,
            conceptos=lines.conceptos,
            impuestos=lines.impuestos,
            impuestos_locales=lines.impuestos_locales,
        )
        comprobante = move._l10n_mx_co_edi_complete(comprobante)
        return comprobante, [
            *findings, *doubtful, *lines.findings, *self._rate_finding(), *self._text_findings(),
            *self._total_finding(comprobante), *self._global_finding(comprobante)]

    def _total_finding(self, comprobante: Comprobante) -> list[Finding]:
        """The CFDI and the books must show the same total, to the cent."""
        booked = to_decimal(self.move.amount_total, self.move.currency_id.decimal_places)
        if comprobante.total == booked:
            return []
        return [Finding.error("MX-TOTAL-01", "Total", total=comprobante.total, booked=booked)]

    @staticmethod
    def _global_finding(comprobante: Comprobante) -> list[Finding]:
        """A single sale under another name is as legal as a global invoice: people should know both ways."""
        period, receptor = comprobante.informacion_global, comprobante.receptor
        if period is None and comprobante.tipo_de_comprobante == "I" and receptor.rfc == rfc.GENERIC_NATIONAL:
            return [Finding.info("MX-GLOBAL-02", "Receptor.Nombre", name=receptor.nombre)]
        if period is None:
            return []
        return [Finding.info("MX-GLOBAL-01", "InformacionGlobal", month=period.meses, year=period.anio)]

    # ------------------------------------------------------------------
    # Header
    # ------------------------------------------------------------------

    def _serie_and_folio(self) -> tuple[str | None, str | None]:
        """Split the invoice's number: letters and year are the serie, the counter is the folio.

        A journal with a serie of its own keeps the year in the folio, so that a counter that starts again each year
        never repeats a folio. Credit and debit notes with a sequence of their own have their own serie, too.
        """
        move = self.move
        if not move.name or move.name == "/":
            return None, None
        own = move.journal_id.l10n_mx_co_edi_serie
        if not own:
            serie = re.sub(r"[^A-Z0-9]", "", (move.sequence_prefix or "").upper())[:25]
            return serie or None, str(move.sequence_number)
        prefix = ""
        if move.move_type == "out_refund" and move.journal_id.refund_sequence:
            prefix = "R"
        elif move.debit_origin_id and move.journal_id.debit_sequence:
            prefix = "D"
        years = re.sub(r"[^0-9]", "", (move.sequence_prefix or "").replace(move.journal_id.code, "", 1))
        return f"{prefix}{own}"[:25], f"{years}{move.sequence_number:05}"

    def _zone(self):
        return zone_of(self.company, self.postal_code, self.at)

    def _now(self):
        """Return the moment of sealing as Fecha writes it."""
        return self.at.astimezone(self._zone()).replace(microsecond=0, tzinfo=None)

    def today(self):
        """Return the date at the place of issue, or None while that place is unknown."""
        return self._now().date() if self._zone() else None

    def _fecha(self) -> tuple[datetime, list[Finding]]:
        """Return Fecha in the local time of the issuing place, and whether the SAT can still take it.

        Dated today it is the moment of sealing. A day within the last 72 hours keeps its date, with the last second of
        that day, which leaves the longest time to send. Older or future days are findings: a person has to re-date.
        """
        now = self._now()
        day = self.move.invoice_date or now.date()
        if day == now.date():
            return now, []
        fecha = datetime.combine(day, time(23, 59, 59))
        return min(fecha, now), window(fecha, now)

    def _exchange_rate(self) -> Decimal | None:
        """Pesos for one unit of the invoice's currency, six decimals; absent for pesos."""
        move = self.move
        if move.currency_id.name == "MXN":
            return None
        return to_decimal(1 / (move.invoice_currency_rate or 1.0), 6)

    def _rate_finding(self) -> list[Finding]:
        """Odoo takes 1 for a currency that nobody gave a rate; the CFDI would say that one dollar is one peso."""
        move, currency = self.move, self.move.currency_id
        if currency == self.company.currency_id or move.invoice_currency_rate != 1.0:
            return []
        known = move.env["res.currency.rate"].sudo().search_count([
            ("currency_id", "=", currency.id), ("company_id", "in", (False, self.company.root_id.id))], limit=1)
        return [] if known else [Finding.error("MX-RATE-01", "TipoCambio", currency=currency.name)]

    def _text_findings(self) -> list[Finding]:
        """What is cut off at the end because the CFDI has no room for it."""
        term = not self._global_receiver() and self.move.invoice_payment_term_id.name
        return [
            *shortened(self.partner._l10n_mx_co_edi_legal_name(), 300, "Receptor.Nombre"),
            *shortened(term or "", 1000, "CondicionesDePago")]

    def _payment_conditions(self) -> str | None:
        if self._global_receiver() or not self.move.invoice_payment_term_id:
            return None
        return clean(self.move.invoice_payment_term_id.name, 1000) or None

    # ------------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------------

    def _issuer(self):
        return self.company._l10n_mx_co_edi_issuer()

    def _emisor(self) -> Emisor:
        issuer = self._issuer()
        return Emisor(
            rfc=rfc.normalise(issuer.vat or ""),
            nombre=clean(issuer.partner_id._l10n_mx_co_edi_legal_name(), 300),
            regimen_fiscal=issuer.l10n_mx_co_edi_regimen_fiscal or "",
        )

    def _is_foreign(self) -> bool:
        """A foreigner without a Mexican RFC is invoiced with the generic RFC for foreigners (matrix, CFDI40151)."""
        number = rfc.normalise(self.partner.vat or "")
        return bool(self.partner.country_id) and self.partner.country_code != "MX" and not rfc.is_well_formed(number)

    def _global_receiver(self) -> bool:
        return (
            self.tipo == "I" and rfc.normalise(self.partner.vat or "") == rfc.GENERIC_NATIONAL
            and self.partner._l10n_mx_co_edi_legal_name() == PUBLIC_NAME)

    def _global_period(self, fecha: datetime) -> InformacionGlobal | None:
        """An invoice to the general public is a global one of its day (CFDI40130)."""
        if not self._global_receiver():
            return None
        return InformacionGlobal(periodicidad=DAILY, meses=f"{fecha.month:02}", anio=fecha.year)

    def _foreign_number(self, country: str) -> str:
        """The foreigner's own tax number; separators are dropped where the SAT's pattern for the country has none."""
        number = clean(self.partner.l10n_mx_co_edi_foreign_tax_id or self.partner.vat or "", 40)
        compact = re.sub(r"[\s.-]", "", number)
        pattern = catalogs.TAX_ID_PATTERNS.get(country)
        return compact if pattern and re.fullmatch(pattern, compact) else number

    def _receptor(self) -> Receptor:
        partner = self.partner
        name = clean(partner._l10n_mx_co_edi_legal_name(), 300)
        if self._is_foreign():
            country = alpha3(partner.country_id)
            return Receptor(
                rfc=rfc.GENERIC_FOREIGN, nombre=name, domicilio_fiscal_receptor=self.postal_code,
                residencia_fiscal=country or None, num_reg_id_trib=self._foreign_number(country) or None,
                regimen_fiscal_receptor="616", uso_cfdi="S01")
        number = rfc.normalise(partner.vat or "")
        uso = self.move.l10n_mx_co_edi_uso_cfdi or ""
        if number in rfc.GENERIC:
            return Receptor(
                rfc=number, nombre=name, domicilio_fiscal_receptor=self.postal_code, regimen_fiscal_receptor="616",
                uso_cfdi=uso if self.tipo == "E" and uso == "G02" else "S01")
        return Receptor(
            rfc=number, nombre=name, domicilio_fiscal_receptor=partner._l10n_mx_co_edi_postal_code(),
            regimen_fiscal_receptor=partner.l10n_mx_co_edi_regimen_fiscal or "", uso_cfdi=uso)
