"""Lines that add up: the solver hits the totals of the entry or says so, inside SAT's limits."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cfdi import amounts
from core.cfdi.amounts import RETENCION, TRASLADO, LineDraft, Targets, TaxDraft, TaxTarget
from core.cfdi.limits import importe_limits, impuesto_limits
from core.cfdi.model import ImpuestosLocales, TrasladoConcepto
from core.money import decimals_of
from tests_core.cfdi_models import a_line, books, cents, concepto, line_drafts, summed
from tests_core.official import examples

D = Decimal
IVA = TaxDraft(kind=TRASLADO, impuesto="002", tipo_factor="Tasa", tasa_o_cuota=D("0.16"))
QUANTUM = Fraction(1, 10**12)


def iva(importe: str) -> TaxTarget:
    return TaxTarget(kind=TRASLADO, impuesto="002", tipo_factor="Tasa", tasa_o_cuota=D("0.16"), importe=D(importe))


def limits_of(first: Decimal, second: Decimal | None, rate: Decimal | None, places: int) -> tuple[Fraction, Fraction]:
    """The formula of the guide in fractions, written a second time."""
    half_first = Fraction(1, 10 ** decimals_of(first)) / 2
    low, high = Fraction(first) - half_first, Fraction(first) + half_first - QUANTUM
    if second is not None:
        half_second = Fraction(1, 10 ** decimals_of(second)) / 2
        low *= Fraction(second) - half_second
        high *= Fraction(second) + half_second - QUANTUM
    else:
        low, high = low * Fraction(rate), high * Fraction(rate)
    scale = 10**places
    truncated = floor(low * scale) if low >= 0 else ceil(low * scale)
    return Fraction(truncated, scale), Fraction(ceil(high * scale), scale)


def assert_inside_limits(lines, places: int) -> None:
    for line in lines:
        low, high = limits_of(line.cantidad, line.valor_unitario, None, places)
        assert low <= Fraction(line.importe) <= high
        for tax in line.taxes:
            if tax.importe is not None:
                low, high = limits_of(tax.base, None, tax.tasa_o_cuota, places)
                assert low <= Fraction(tax.importe) <= high


def sums(lines, decimals: int) -> tuple[Decimal, Decimal, dict]:
    sub_total = cents(sum((line.importe for line in lines), D(0)), decimals)
    descuento = cents(sum((line.descuento or D(0) for line in lines), D(0)), decimals)
    taxes: dict = {}
    for line in lines:
        for tax in line.taxes:
            if tax.importe is not None:
                rate = (tax.tipo_factor, tax.tasa_o_cuota) if tax.kind == TRASLADO else ()
                key = (tax.kind, tax.impuesto, *rate)
                taxes[key] = taxes.get(key, D(0)) + tax.importe
    return sub_total, descuento, {key: cents(value, decimals) for key, value in taxes.items()}


def wanted(targets: Targets) -> dict:
    result: dict = {}
    for tax in targets.taxes:
        rate = (tax.tipo_factor, tax.tasa_o_cuota) if tax.kind == TRASLADO else ()
        key = (tax.kind, tax.impuesto, *rate)
        result[key] = result.get(key, D(0)) + tax.importe
    return result


drafts = st.lists(line_drafts().map(lambda drawn: drawn[1]), min_size=1, max_size=12)
currencies = st.sampled_from([2, 2, 2, 0, 3, 4])


@settings(max_examples=examples(60), deadline=None)
@given(lines=drafts, decimals=currencies, line_by_line=st.booleans())
def test_every_entry_is_hit_to_the_cent_or_a_finding_says_so(lines, decimals, line_by_line):
    targets = books(lines, decimals, line_by_line=line_by_line)
    closed = amounts.close(lines, targets, decimals)
    sub_total, descuento, taxes = sums(closed.lines, decimals)
    is_hit = sub_total - descuento == targets.untaxed and taxes == wanted(targets)
    assert is_hit is (closed.findings == ())
    assert_inside_limits(closed.lines, decimals)


@settings(max_examples=examples(60), deadline=None)
@given(lines=drafts, decimals=currencies)
def test_an_entry_rounded_once_is_always_hit_in_the_strict_reading(lines, decimals):
    lines = [replace(line, descuento=None, taxes=tuple(_on_net(line.taxes))) for line in lines]
    closed = amounts.close(lines, books(lines, decimals, line_by_line=False), decimals)
    assert closed.findings == ()
    assert_inside_limits(closed.lines, 6)


def _on_net(taxes):
    """One rate per withheld tax: an entry rounds each rate apart, which is not rounding once."""
    held = {"001": D("0.100000"), "002": D("0.106667"), "003": D("0.080000")}
    for tax in taxes:
        if tax.kind == RETENCION:
            yield replace(tax, tasa_o_cuota=held[tax.impuesto])
        else:
            yield tax if tax.tipo_factor == "Cuota" else replace(tax, base=None)


@settings(max_examples=examples(40), deadline=None)
@given(lines=drafts, decimals=currencies)
def test_an_entry_rounded_line_by_line_is_hit_without_touching_prices(lines, decimals):
    closed = amounts.close(lines, books(lines, decimals, line_by_line=True), decimals)
    assert closed.findings == ()
    for draft, line in zip(lines, closed.lines, strict=True):
        assert line.valor_unitario == cents(draft.valor_unitario, 6)
        assert line.cantidad == cents(draft.cantidad, 6)


def test_every_amount_is_written_with_six_decimals():
    closed = amounts.close(
        [LineDraft(cantidad=D(3), importe=D(100), descuento=D(1), taxes=(IVA,))],
        Targets(untaxed=D("99.00"), taxes=(iva("15.84"),)),
        2,
    )
    [line] = closed.lines
    written = (line.cantidad, line.valor_unitario, line.importe, line.descuento)
    assert [decimals_of(value) for value in written] == [6] * 4
    [tax] = line.taxes
    assert [decimals_of(value) for value in (tax.base, tax.tasa_o_cuota, tax.importe)] == [6] * 3


def test_a_price_with_tax_included_becomes_a_price_without_and_no_discount():
    line = LineDraft(cantidad=D(1), importe=D(100) / D("1.16"), taxes=(IVA,))
    closed = amounts.close([line] * 3, Targets(untaxed=D("258.62"), taxes=(iva("41.38"),)), 2)
    assert closed.findings == ()
    assert {line.valor_unitario for line in closed.lines} == {D("86.206897")}
    assert {line.descuento for line in closed.lines} == {None}


def test_cents_rounded_line_by_line_are_spread_over_the_lines():
    line = LineDraft(cantidad=D(1), importe=D(100) / D("1.16"), taxes=(IVA,))
    closed = amounts.close([line] * 3, Targets(untaxed=D("258.63"), taxes=(iva("41.37"),)), 2)
    assert closed.findings == ()
    assert [(line.importe, line.taxes[0].importe) for line in closed.lines] == [(D("86.21"), D("13.79"))] * 3


def test_a_cent_too_far_is_a_finding_with_both_figures():
    line = LineDraft(cantidad=D(1), importe=D("100.00"), taxes=(IVA,))
    closed = amounts.close([line], Targets(untaxed=D("100.00"), taxes=(iva("16.05"),)), 2)
    assert [(f.code, f.params["target"], f.params["reached"]) for f in closed.findings] == [
        ("CFDI40221", "16.05", "16.01")
    ]


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        (Targets(untaxed=D("100.05"), taxes=(iva("16.00"),)), "CFDI40108"),
        (Targets(untaxed=D("100.00"), sub_total=D("101.00"), taxes=(iva("16.00"),)), "CFDI40111"),
        (Targets(untaxed=D("100.00")), "CFDI40221"),
        (Targets(untaxed=D("100.00"), taxes=(iva("16.00"), replace(iva("1.00"), kind=RETENCION))), "CFDI40211"),
    ],
)
def test_what_does_not_fit_is_named_with_the_code_of_its_total(targets, code):
    line = LineDraft(cantidad=D(1), importe=D("100.00"), taxes=(IVA,))
    assert code in [finding.code for finding in amounts.close([line], targets, 2).findings]


@pytest.mark.parametrize("line", [{"importe": D("-1")}, {"descuento": D("-1")}, {"cantidad": D(0)}])
def test_negative_or_empty_lines_are_refused_and_left_alone(line):
    draft = replace(LineDraft(cantidad=D(1), importe=D("10"), taxes=(IVA,)), **line)
    closed = amounts.close([draft], Targets(untaxed=D("10.00"), taxes=(iva("1.60"),)), 2)
    assert [finding.code for finding in closed.findings] == ["MX-AMT-01"]


def test_a_line_given_away_keeps_a_discount_of_its_whole_amount():
    free = LineDraft(cantidad=D(3), importe=D("10.333333333"), descuento=D("10.333333333"))
    paid = LineDraft(cantidad=D(1), importe=D("50.00"), taxes=(IVA,))
    closed = amounts.close([free, paid], Targets(untaxed=D("50.00"), taxes=(iva("8.00"),)), 2)
    assert closed.findings == ()
    assert closed.lines[0].descuento == closed.lines[0].importe


def test_iva_stands_on_ieps_and_a_quota_on_its_quantity():
    ieps = TaxDraft(kind=TRASLADO, impuesto="003", tipo_factor="Tasa", tasa_o_cuota=D("0.08"))
    quota = TaxDraft(kind=TRASLADO, impuesto="003", tipo_factor="Cuota", tasa_o_cuota=D("3.0818"), base=D(24))
    draft = LineDraft(cantidad=D(24), importe=D("240"), taxes=(replace(IVA, base=D("259.2")), ieps, quota))
    targets = Targets(
        untaxed=D("240.00"),
        taxes=(
            iva("41.47"),
            TaxTarget(**{name: getattr(ieps, name) for name in KEY}, importe=D("19.20")),
            TaxTarget(**{name: getattr(quota, name) for name in KEY}, importe=D("73.96")),
        ),
    )
    closed = amounts.close([draft], targets, 2)
    assert closed.findings == ()
    assert [tax.base for tax in closed.lines[0].taxes] == [D("259.2"), D("240"), D("24")]


KEY = ("kind", "impuesto", "tipo_factor", "tasa_o_cuota")


def test_a_thousand_lines_are_closed_quickly_and_exactly():
    line = LineDraft(cantidad=D(7), importe=D("33.333333333"), taxes=(IVA,))
    closed = amounts.close([line] * 1000, Targets(untaxed=D("33333.33"), taxes=(iva("5333.33"),)), 2)
    assert closed.findings == ()


# --- limits --------------------------------------------------------------------------------------------------------


def test_the_example_of_the_guide():
    """924.224956 is 924.22 at least and 924.23 at most when truncated and raised to pesos and cents."""
    low, high = importe_limits(D("1.000000"), D("924.224956"), 2)
    assert (low, high) == (D("924.22"), D("924.23"))


def test_an_amount_written_with_few_decimals_has_wide_limits():
    assert importe_limits(D("2"), D("10.00"), 2) == (D("14.99"), D("25.02"))
    assert importe_limits(D("2.000000"), D("10.000000"), 6) == (D("19.999994"), D("20.000006"))
    assert impuesto_limits(D("100.00"), D("0.160000"), 2) == (D("15.99"), D("16.01"))
    assert impuesto_limits(D("100.000000"), D("0.160000"), 6) == (D("15.999999"), D("16.000001"))


positive = st.decimals("0.000001", "999999999", places=6).map(lambda value: value.normalize())


@settings(max_examples=examples(60), deadline=None)
@given(first=positive, second=positive, places=st.sampled_from([0, 2, 3, 4, 6]))
def test_the_limits_are_those_of_the_formula(first, second, places):
    low, high = importe_limits(first, second, places)
    assert (Fraction(low), Fraction(high)) == limits_of(first, second, None, places)
    low, high = impuesto_limits(first, second, places)
    assert (Fraction(low), Fraction(high)) == limits_of(first, None, second, places)


# --- sums ----------------------------------------------------------------------------------------------------------


def test_the_summary_has_one_row_per_combination_and_keeps_exempt_apart_from_zero():
    def line(**tax):
        return a_line(traslados=(replace(a_line().traslados[0], **tax),))

    exempt = {"tipo_factor": "Exento", "tasa_o_cuota": None, "importe": None}
    zero = {"tasa_o_cuota": D("0.000000"), "importe": D("0.000000")}
    summary = amounts.summary([line(), line(), line(**zero), line(**exempt)], 2)
    assert [(row.tipo_factor, row.tasa_o_cuota, row.base, row.importe) for row in summary.traslados] == [
        ("Tasa", D("0.160000"), D("400.00"), D("64.00")),
        ("Tasa", D("0.000000"), D("200.00"), D("0.00")),
        ("Exento", None, D("200.00"), None),
    ]
    assert summary.total_impuestos_trasladados == D("64.00")


def test_with_exempt_rows_only_there_is_no_total_of_charged_taxes():
    exempt = TrasladoConcepto(base=D("200.000000"), impuesto="002", tipo_factor="Exento")
    summary = amounts.summary([a_line(traslados=(exempt,))], 2)
    assert summary.total_impuestos_trasladados is None
    assert len(summary.traslados) == 1


def test_without_taxes_there_is_no_summary():
    assert amounts.summary([a_line(traslados=(), objeto_imp="01")], 2) is None


def test_sums_are_rounded_once():
    thirds = a_line(importe=D("0.333333"), descuento=D("0.003333"))
    totals = amounts.totals([thirds] * 3, None, 2)
    assert (totals.sub_total, totals.descuento, totals.total) == (D("1.00"), D("0.01"), D("0.99"))


def test_local_taxes_enter_the_total():
    local = ImpuestosLocales(total_de_retenciones=D("1.00"), total_de_traslados=D("6.00"))
    assert amounts.totals([a_line()], None, 2, local).total == D("205.00")


def test_closed_lines_make_a_document_without_findings():
    from core.cfdi import rules
    from tests_core.cfdi_models import an_invoice

    line = LineDraft(cantidad=D(1), importe=D(100) / D("1.16"), taxes=(IVA,))
    closed = amounts.close([line] * 3, Targets(untaxed=D("258.63"), taxes=(iva("41.37"),)), 2)
    fixed = {"clave_prod_serv": "50211502", "clave_unidad": "H87", "descripcion": "x", "objeto_imp": "02"}
    invoice = an_invoice(conceptos=tuple(concepto(numbers, **fixed) for numbers in closed.lines))
    assert rules.check(summed(invoice)) == []
    assert invoice.total == D("300.00")
