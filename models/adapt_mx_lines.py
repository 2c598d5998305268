"""From invoice lines to Conceptos: quantities, prices and taxes that add up to what the books show, to the cent.

Amounts come from Odoo's tax engine, unrounded; they become Decimal here and are closed by `core.cfdi.amounts`.
"""
from collections import defaultdict
from decimal import Decimal

from ..core.cfdi import amounts
from ..core.cfdi.amounts import LineDraft, Targets, TaxDraft, TaxTarget
from ..core.cfdi.model import (
    Concepto,
    ImpuestosLocales,
    RetencionConcepto,
    RetencionLocal,
    TrasladoConcepto,
    TrasladoLocal,
)
from ..core.findings import Finding
from ..core.money import to_decimal
from .adapt_mx_texts import clean, shortened

IMPUESTOS = {"isr": "001", "iva": "002", "ieps": "003"}
DEFAULT_PRODUCT = "01010101"
RAW_PLACES = 12  # of the engine's unrounded amounts; floats are exact to more than this
# ObjetoImp without a tax breakdown: Impuestos must be absent (CFDI40172)
WITHOUT_TAXES = ("01", "03", "04", "05")
# subject to tax, and no duty to show it: IEPS in the price and nothing else to show
NOT_SHOWN = "03"
# "no IVA is charged, IEPS is": without the breakdown of IEPS that is 08
IEPS_ONLY, NEITHER_SHOWN = "07", "08"


class LineAdapter:
    """The lines of one move, its tax summary and totals; `findings` says what does not fit a CFDI."""

    def __init__(self, move):
        self.move = move
        self.decimals = move.currency_id.decimal_places
        self.findings: list[Finding] = []
        self.shows_ieps = move.commercial_partner_id._l10n_mx_co_edi_shows_ieps()
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        self.base_lines = [line for line in base_lines if self._is_expressible(line)]
        self.findings.extend(self._line_findings())
        closed = amounts.close(
            [self._draft(line) for line in self.base_lines], self._targets(), self.decimals)
        self.findings.extend(closed.findings)
        self.conceptos = tuple(
            self._concepto(line, numbers) for line, numbers in zip(self.base_lines, closed.lines, strict=True))
        self.impuestos = amounts.summary(self.conceptos, self.decimals)
        self.impuestos_locales = self._local_taxes()
        self.totals = amounts.totals(self.conceptos, self.impuestos, self.decimals, self.impuestos_locales)

    def _is_expressible(self, base_line) -> bool:
        """Leave out what is no sale of anything; what changes the total without being a line is a finding."""
        special = base_line.get("special_type")
        if special in ("early_payment", "non_deductible"):
            return False
        if special == "cash_rounding":
            self.findings.append(Finding.error("MX-LINE-01", "Conceptos"))
            return False
        return True

    def _line_findings(self) -> list[Finding]:
        """What people type into lines and no CFDI can show as it is."""
        if not self.base_lines:
            return [Finding.error("MX-LINE-02", "Conceptos")]
        found = []
        for number, line in enumerate(self.base_lines):
            where = f"Conceptos[{number}]"
            if not 0 <= line["discount"] <= 100:
                found.append(Finding.error("MX-LINE-03", where, discount=line["discount"]))
            found += shortened(self._description(line), 1000, f"{where}.Descripcion")
            found += shortened(line["product_id"].default_code, 100, f"{where}.NoIdentificacion")
        return found

    # ------------------------------------------------------------------
    # Amounts
    # ------------------------------------------------------------------

    def _draft(self, base_line) -> LineDraft:
        """Give the solver the exact amounts: quantity, amount before discount, discount, and the base of each tax.

        IEPS that is not shown is part of the price: the rate of the price before and after discount, the quota of both.
        """
        net = base_line["tax_details"]["raw_total_excluded_currency"]
        factor = 1 - base_line["discount"] / 100.0
        hidden = self._hidden_ieps(base_line)
        quota = sum(data["raw_tax_amount_currency"] for data in hidden if data["tax"].amount_type == "fixed")
        net += sum(data["raw_tax_amount_currency"] for data in hidden) - quota
        gross = net / factor if factor else base_line["price_unit"] * base_line["quantity"]
        importe, neto = to_decimal(gross + quota, RAW_PLACES), to_decimal(net + quota, RAW_PLACES)
        untouched = not hidden and not any(tax.price_include for tax in base_line["tax_ids"])
        return LineDraft(
            cantidad=to_decimal(base_line["quantity"], 6),
            importe=importe,
            valor_unitario=to_decimal(base_line["price_unit"], 6) if untouched else None,
            descuento=importe - neto if base_line["discount"] else None,
            taxes=tuple(self._tax_draft(data, base_line, neto) for data in self._federal(base_line)),
        )

    def _tax_draft(self, tax_data, base_line, net: Decimal) -> TaxDraft:
        tax = tax_data["tax"]
        base = to_decimal(tax_data["raw_base_amount_currency"], RAW_PLACES)
        if tax.l10n_mx_factor_type == "Cuota":
            base = to_decimal(base_line["quantity"], 6)
        elif abs(base - net) < Decimal("0.0000005"):
            base = None
        return TaxDraft(**self._tax_key(tax), base=base)

    def _targets(self) -> Targets:
        """What the books show: the untaxed amount and each tax, rounded to the currency by Odoo.

        The IEPS that the customer does not see counts as price.
        """
        untaxed, taxes = Decimal(0), defaultdict(Decimal)
        for base_line in self.base_lines:
            details = base_line["tax_details"]
            untaxed += to_decimal(
                details["total_excluded_currency"] + details["delta_total_excluded_currency"], self.decimals)
            untaxed += sum(
                to_decimal(data["tax_amount_currency"], self.decimals) for data in self._hidden_ieps(base_line))
            for tax_data in self._federal(base_line):
                key = tuple(self._tax_key(tax_data["tax"]).items())
                taxes[key] += abs(to_decimal(tax_data["tax_amount_currency"], self.decimals))
        return Targets(untaxed=untaxed, taxes=tuple(
            TaxTarget(**dict(key), importe=importe) for key, importe in taxes.items()))

    @staticmethod
    def _tax_key(tax) -> dict:
        """Kind, Impuesto, TipoFactor and TasaOCuota of a tax of l10n_mx; a negative amount is a withholding."""
        factor = tax.l10n_mx_factor_type or "Tasa"
        rate = to_decimal(abs(tax.amount), 6)
        return {
            "kind": amounts.RETENCION if tax.amount < 0 else amounts.TRASLADO,
            "impuesto": IMPUESTOS[tax.l10n_mx_tax_type],
            "tipo_factor": factor,
            "tasa_o_cuota": {"Exento": None, "Cuota": rate}.get(factor, to_decimal(rate / 100, 6)),
        }

    def _federal(self, base_line):
        """Return the tax data that belongs into the concept: federal taxes, unless ObjetoImp forbids the breakdown."""
        hidden = {data["tax"] for data in self._hidden_ieps(base_line)}
        taxes_data = [
            data for data in base_line["tax_details"]["taxes_data"]
            if data["tax"].l10n_mx_tax_type in IMPUESTOS and data["tax"] not in hidden]
        if self._explicit_objeto(base_line) in WITHOUT_TAXES and not any(
                data["tax_amount_currency"] for data in taxes_data):
            return []
        return taxes_data

    def _hidden_ieps(self, base_line):
        """Return the IEPS that this customer pays in the price (LIEPS 19 II)."""
        if self.shows_ieps:
            return []
        return [data for data in base_line["tax_details"]["taxes_data"]
                if data["tax"].l10n_mx_tax_type == "ieps" and data["tax"].amount >= 0]

    # ------------------------------------------------------------------
    # Conceptos
    # ------------------------------------------------------------------

    def _concepto(self, base_line, numbers: amounts.ClosedLine) -> Concepto:
        product = base_line["product_id"]
        traslados = [tax for tax in numbers.taxes if tax.kind == amounts.TRASLADO]
        retenciones = [tax for tax in numbers.taxes if tax.kind == amounts.RETENCION]
        return Concepto(
            clave_prod_serv=product.l10n_mx_co_edi_clave_prod_serv or DEFAULT_PRODUCT,
            no_identificacion=clean(product.default_code, 100) or None,
            cantidad=numbers.cantidad,
            clave_unidad=self._unit_code(base_line),
            unidad=clean(self._in_spanish(base_line["product_uom_id"]).name, 20) or None,
            descripcion=clean(self._description(base_line), 1000),
            valor_unitario=numbers.valor_unitario,
            importe=numbers.importe,
            descuento=numbers.descuento,
            objeto_imp=self._objeto(base_line, numbers),
            traslados=tuple(TrasladoConcepto(
                base=tax.base, impuesto=tax.impuesto, tipo_factor=tax.tipo_factor, tasa_o_cuota=tax.tasa_o_cuota,
                importe=tax.importe) for tax in traslados),
            retenciones=tuple(RetencionConcepto(
                base=tax.base, impuesto=tax.impuesto, tipo_factor=tax.tipo_factor, tasa_o_cuota=tax.tasa_o_cuota,
                importe=tax.importe) for tax in retenciones),
        )

    @staticmethod
    def _description(base_line) -> str:
        return base_line["record"].name or base_line["product_id"].display_name or ""

    def _objeto(self, base_line, numbers: amounts.ClosedLine) -> str:
        explicit, hides = self._explicit_objeto(base_line), bool(self._hidden_ieps(base_line))
        if explicit == IEPS_ONLY and hides:
            return NEITHER_SHOWN
        if explicit:
            return explicit
        if numbers.taxes:
            return "02"
        return NOT_SHOWN if hides else "01"

    def _in_spanish(self, record):
        """The CFDI is a Mexican document, whatever language its author works in."""
        spanish = next((code for code, _name in self.move.env["res.lang"].get_installed() if code[:2] == "es"), None)
        return record.with_context(lang=spanish) if spanish else record

    @staticmethod
    def _explicit_objeto(base_line) -> str:
        return base_line["product_id"].l10n_mx_co_edi_objeto_imp or ""

    @staticmethod
    def _unit_code(base_line) -> str:
        """The unit's own code, else the usual one: pieces for goods, E48 for services."""
        service = base_line["product_id"].type == "service"
        return base_line["product_uom_id"].l10n_mx_co_edi_clave_unidad or ("E48" if service else "H87")

    # ------------------------------------------------------------------
    # Local taxes
    # ------------------------------------------------------------------

    def _local_taxes(self) -> ImpuestosLocales | None:
        """State and municipal taxes leave the concept for the complement implocal; rates there are in percent."""
        sums = defaultdict(Decimal)
        for base_line in self.base_lines:
            for data in base_line["tax_details"]["taxes_data"]:
                if data["tax"].l10n_mx_tax_type == "local":
                    sums[data["tax"]] += to_decimal(data["tax_amount_currency"], self.decimals)
        if not sums:
            return None
        held = tuple(RetencionLocal(
            imp_loc_retenido=clean(self._in_spanish(tax).name, 100), tasa_de_retencion=to_decimal(abs(tax.amount), 2),
            importe=abs(amount)) for tax, amount in sums.items() if tax.amount < 0)
        charged = tuple(TrasladoLocal(
            imp_loc_trasladado=clean(self._in_spanish(tax).name, 100), tasa_de_traslado=to_decimal(tax.amount, 2),
            importe=amount)
            for tax, amount in sums.items() if tax.amount >= 0)
        return ImpuestosLocales(
            total_de_retenciones=to_decimal(sum((row.importe for row in held), Decimal(0)), 2),
            total_de_traslados=to_decimal(sum((row.importe for row in charged), Decimal(0)), 2),
            retenciones=held, traslados=charged)
