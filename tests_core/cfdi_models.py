"""Comprobantes for tests: one plain invoice to start from, and hypothesis strategies for every ordinary document."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import assume
from hypothesis import strategies as st

from core.cfdi import amounts, catalogs
from core.cfdi.amounts import EXENTO, RETENCION, TRASLADO, LineDraft, Targets, TaxDraft, TaxTarget
from core.cfdi.model import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Emisor,
    ImpuestosLocales,
    InformacionGlobal,
    Parte,
    Receptor,
    RetencionConcepto,
    RetencionLocal,
    TrasladoConcepto,
    TrasladoLocal,
)

D = Decimal
KEMPER = Emisor(rfc="EKU9003173C9", nombre="ESCUELA KEMPER URGATE", regimen_fiscal="601")
ROBOTICA = Receptor(
    rfc="URE180429TM6",
    nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA",
    domicilio_fiscal_receptor="86991",
    regimen_fiscal_receptor="601",
    uso_cfdi="G03",
)


def cents(value: Decimal, decimals: int = 2) -> Decimal:
    """Half up, by the standard library and not by the core."""
    return value.quantize(D(1).scaleb(-decimals), ROUND_HALF_UP)


def a_line(**changes: object) -> Concepto:
    """Two pieces at 100.00 with IVA 16 %."""
    iva = TrasladoConcepto(
        base=D("200.000000"), impuesto="002", tipo_factor="Tasa", tasa_o_cuota=D("0.160000"), importe=D("32.000000")
    )
    line = Concepto(
        clave_prod_serv="50211502",
        cantidad=D("2.000000"),
        clave_unidad="H87",
        descripcion="Cigarros",
        valor_unitario=D("100.000000"),
        importe=D("200.000000"),
        objeto_imp="02",
        traslados=(iva,),
    )
    return replace(line, **changes)


def summed(comprobante: Comprobante, decimals: int = 2) -> Comprobante:
    """The same with the header that belongs to its lines."""
    impuestos = amounts.summary(comprobante.conceptos, decimals)
    totals = amounts.totals(comprobante.conceptos, impuestos, decimals, comprobante.impuestos_locales)
    return replace(
        comprobante,
        impuestos=impuestos,
        sub_total=totals.sub_total,
        descuento=totals.descuento,
        total=totals.total,
    )


def an_invoice(**changes: object) -> Comprobante:
    """A valid invoice of 232.00 MXN; changed lines bring their own header along."""
    invoice = Comprobante(
        serie="F",
        folio="1",
        fecha=datetime(2026, 3, 2, 12, 0, 0),
        forma_pago="03",
        sub_total=D(0),
        moneda="MXN",
        total=D(0),
        tipo_de_comprobante="I",
        exportacion="01",
        metodo_pago="PUE",
        lugar_expedicion="26015",
        emisor=KEMPER,
        receptor=ROBOTICA,
        conceptos=(a_line(),),
    )
    lines = {name: changes.pop(name) for name in ("conceptos", "impuestos_locales") if name in changes}
    return replace(summed(replace(invoice, **lines)), **changes)


# --- strategies ----------------------------------------------------------------------------------------------------

_LETTERS = st.characters(
    min_codepoint=0x21, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="|"
)
# no pictures, no joiners: SAT registers nobody under them (MX-NAME-01)
_IN_NAMES = st.characters(
    min_codepoint=0x21, max_codepoint=0x2FFF, exclude_characters="|",
    exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "So", "Sk", "Cf", "Co", "Cn"),
)
_EDGES = st.sampled_from(["Tornillo", "Ñandú", "A&B", "<b>", '"x"', "it's", "50%", "日本", "€", "]]>", "&amp;"])


def texts(
    longest: int, shortest: int = 1, letters: st.SearchStrategy[str] = _LETTERS
) -> st.SearchStrategy[str]:
    """Words parted by single blanks, as the writer leaves them."""
    words = st.one_of(_EDGES, st.text(letters, min_size=1, max_size=12))
    joined = st.lists(words, min_size=1, max_size=6).map(" ".join)
    return joined.filter(lambda text: shortest <= len(text) <= longest)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


PLACES = st.sampled_from(["26015", "01000", "64000", "22000", "77500", "83000", "32000"])
UUIDS = st.uuids().flatmap(lambda uuid: st.sampled_from([str(uuid), str(uuid).upper()]))
PEDIMENTOS = st.from_regex(r"[0-9]{2}  [0-9]{2}  [0-9]{4}  [0-9]{7}", fullmatch=True).filter(str.isascii)
PROD_SERV = st.sampled_from(["01010101", "84111506", "50211502", "43232408", "10101500", "80101500"])
UNITS = st.sampled_from(["H87", "E48", "ACT", "KGM", "LTR", "Gd", "X1w", "18"])
RATES = {"16": "0.160000", "8": "0.080000", "0": "0.000000"}


def _tax(kind: str, impuesto: str, factor: str, rate: str | None) -> TaxDraft:
    return TaxDraft(kind=kind, impuesto=impuesto, tipo_factor=factor, tasa_o_cuota=None if rate is None else D(rate))


@st.composite
def _iva(draw: st.DrawFn) -> TaxDraft:
    rate = draw(st.sampled_from([*RATES.values(), None]))
    return _tax(TRASLADO, "002", "Tasa" if rate else EXENTO, rate)


_IEPS_RATES = st.sampled_from(["0.265000", "0.300000", "0.530000", "0.080000", "1.600000"])
_QUOTAS = st.decimals("0.01", "72", places=4).map(lambda quota: str(quota) + "00")
_ISR_HELD = st.sampled_from(["0.012500", "0.100000", "0.200000"])
_IVA_HELD = st.sampled_from(["0.106667", "0.160000", "0.040000"])


@st.composite
def _tax_set(draw: st.DrawFn) -> tuple[str, tuple[TaxDraft, ...]]:
    """ObjetoImp with taxes that may stand beside it."""
    objeto = draw(st.sampled_from(["02"] * 8 + ["01", "03", "04", "05", "06", "07", "08"]))
    held = []
    if objeto in ("02", "06", "07", "08") and draw(st.integers(0, 3)) == 0:
        held.append(_tax(RETENCION, "001", "Tasa", draw(_ISR_HELD)))
    if objeto == "02":
        charged = [draw(_iva())]
        if draw(st.integers(0, 3)) == 0:
            held.append(_tax(RETENCION, "002", "Tasa", draw(_IVA_HELD)))
        if draw(st.integers(0, 3)) == 0:
            charged.append(draw(_ieps()))
        if draw(st.integers(0, 7)) == 0:
            held.append(_tax(RETENCION, "003", "Tasa", "0.080000"))
        return objeto, (*charged, *held)
    if objeto == "07":
        return objeto, (draw(_ieps()), *held)
    return objeto, tuple(held)


@st.composite
def _ieps(draw: st.DrawFn) -> TaxDraft:
    if draw(st.booleans()):
        return _tax(TRASLADO, "003", "Tasa", draw(_IEPS_RATES))
    return _tax(TRASLADO, "003", "Cuota", draw(_QUOTAS))


@st.composite
def line_drafts(draw: st.DrawFn) -> tuple[str, LineDraft]:
    """ObjetoImp and a line as an accounting program knows it: IVA on top of IEPS, prices with or without tax."""
    objeto, taxes = draw(_tax_set())
    quantity = draw(st.one_of(st.integers(1, 50).map(D), st.decimals("0.001", "999", places=3)))
    price = draw(st.one_of(st.decimals("0.01", "99999", places=2), st.decimals("0.5", "9999", places=6)))
    if draw(st.integers(0, 3)) == 0:
        price = price / D("1.16")  # the price was given with tax
    importe = quantity * price
    percent = draw(st.sampled_from([None, None, D("0.05"), D("0.333"), D("0.5")]))
    descuento = None if percent is None else importe * percent
    net = importe - (descuento or 0)
    ieps = sum((net * tax.tasa_o_cuota for tax in taxes if (tax.impuesto, tax.tipo_factor) == ("003", "Tasa")), D(0))
    drafted = tuple(_with_base(tax, quantity, net, ieps) for tax in taxes)
    return objeto, LineDraft(
        cantidad=quantity, importe=importe, valor_unitario=price, descuento=descuento, taxes=drafted
    )


def _with_base(tax: TaxDraft, quantity: Decimal, net: Decimal, ieps: Decimal) -> TaxDraft:
    if tax.tipo_factor == "Cuota":
        return replace(tax, base=quantity)
    is_on_top = tax.impuesto == "002" and tax.kind == TRASLADO and ieps
    return replace(tax, base=net + ieps) if is_on_top else tax


def books(drafts: list[LineDraft], decimals: int, *, line_by_line: bool) -> Targets:
    """The totals of an accounting entry for these lines, rounded once per tax or line by line."""
    untaxed, taxes = D(0), {}
    for draft in drafts:
        net = draft.importe - (draft.descuento or 0)
        untaxed += cents(net, decimals) if line_by_line else net
        for tax in draft.taxes:
            if tax.tipo_factor == EXENTO:
                continue
            key = (tax.kind, tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota)
            amount = (net if tax.base is None else tax.base) * tax.tasa_o_cuota
            taxes[key] = taxes.get(key, D(0)) + (cents(amount, decimals) if line_by_line else amount)
    return Targets(
        untaxed=cents(untaxed, decimals),
        taxes=tuple(
            TaxTarget(kind=kind, impuesto=tax, tipo_factor=factor, tasa_o_cuota=rate, importe=cents(amount, decimals))
            for (kind, tax, factor, rate), amount in taxes.items()
        ),
    )


@st.composite
def _partes(draw: st.DrawFn) -> Parte:
    price = draw(maybe(st.decimals("0.01", "500", places=2)))
    quantity = draw(st.integers(1, 9))
    return Parte(
        clave_prod_serv=draw(PROD_SERV),
        no_identificacion=draw(maybe(texts(100))),
        cantidad=D(quantity),
        unidad=draw(maybe(texts(20))),
        descripcion=draw(texts(1000)),
        valor_unitario=price,
        importe=None if price is None else price * quantity,
        informacion_aduanera=tuple(draw(st.lists(PEDIMENTOS, max_size=2))),
    )


@st.composite
def _third_parties(draw: st.DrawFn, place: str) -> ACuentaTerceros:
    rfc, regime = draw(st.sampled_from([("EXT990101NI1", "616"), ("IXS7607092R5", "601"), ("WERX631016S30", "612")]))
    return ACuentaTerceros(
        rfc_a_cuenta_terceros=rfc,
        nombre_a_cuenta_terceros=draw(texts(300)),
        regimen_fiscal_a_cuenta_terceros=regime,
        domicilio_fiscal_a_cuenta_terceros=place if rfc == "EXT990101NI1" else draw(PLACES),
    )


def concepto(closed: amounts.ClosedLine, **texts_of_line: object) -> Concepto:
    """A Concepto with the amounts of a closed line."""
    charged = [tax for tax in closed.taxes if tax.kind == TRASLADO]
    held = [tax for tax in closed.taxes if tax.kind == RETENCION]

    def content(tax: amounts.ClosedTax) -> dict:
        names = ("base", "impuesto", "tipo_factor", "tasa_o_cuota", "importe")
        return {name: getattr(tax, name) for name in names}

    return Concepto(
        cantidad=closed.cantidad,
        valor_unitario=closed.valor_unitario,
        importe=closed.importe,
        descuento=closed.descuento,
        traslados=tuple(TrasladoConcepto(**content(tax)) for tax in charged),
        retenciones=tuple(RetencionConcepto(**content(tax)) for tax in held),
        **texts_of_line,
    )


@st.composite
def _conceptos(draw: st.DrawFn, decimals: int, place: str) -> tuple[Concepto, ...]:
    drawn = draw(st.lists(line_drafts(), min_size=1, max_size=5))
    drafts = [draft for _objeto, draft in drawn]
    targets = books(drafts, decimals, line_by_line=draw(st.booleans()))
    closed = amounts.close(drafts, targets, decimals)
    assume(not closed.findings)
    # a cheap thing in small pieces may have nothing left to tax
    assume(all(tax.base > 0 for line in closed.lines for tax in line.taxes))
    assume(all(line.importe > 0 and line.valor_unitario > 0 for line in closed.lines))
    return tuple(
        concepto(
            numbers,
            objeto_imp=objeto,
            clave_prod_serv=draw(PROD_SERV),
            no_identificacion=draw(maybe(texts(100))),
            clave_unidad=draw(UNITS),
            unidad=draw(maybe(texts(20))),
            descripcion=draw(texts(1000)),
            a_cuenta_terceros=draw(maybe(_third_parties(place))) if draw(st.integers(0, 4)) == 0 else None,
            informacion_aduanera=tuple(draw(st.lists(PEDIMENTOS, max_size=2))),
            cuenta_predial=tuple(draw(st.lists(st.from_regex("[0-9A-Za-z]{1,20}", fullmatch=True), max_size=2))),
            partes=tuple(draw(st.lists(_partes(), max_size=2))),
        )
        for (objeto, _draft), numbers in zip(drawn, closed.lines, strict=True)
    )


@st.composite
def _receivers(draw: st.DrawFn, place: str, tipo: str) -> Receptor:
    kind = draw(st.sampled_from(["company", "person", "public", "nominative", "foreigner"]))
    if kind in ("public", "nominative", "foreigner"):
        abroad = kind == "foreigner" and draw(st.booleans())
        return Receptor(
            rfc="XEXX010101000" if kind == "foreigner" else "XAXX010101000",
            nombre="PUBLICO EN GENERAL" if kind == "public" else draw(texts(300)),
            domicilio_fiscal_receptor=place,
            residencia_fiscal="USA" if abroad else None,
            num_reg_id_trib="123456789" if abroad else None,
            regimen_fiscal_receptor="616",
            uso_cfdi="G02" if tipo == "E" else "S01",
        )
    person, rfc = ("M", "URE180429TM6") if kind == "company" else ("F", "WATM640917J45")
    regimes = [entry.code for entry in catalogs.REGIMEN_FISCAL if person in entry.persons]
    regime = draw(st.sampled_from(regimes))
    # a donation (D04) needs a complement that is not there
    usable = [entry.code for entry in catalogs.USO_CFDI if entry.code != "D04"]
    uses = [code for code in usable if catalogs.use_allowed(code, regime, person)]
    assume(uses)
    return Receptor(
        rfc=rfc,
        nombre=draw(texts(300, letters=_IN_NAMES)),
        domicilio_fiscal_receptor=draw(PLACES),
        regimen_fiscal_receptor=regime,
        uso_cfdi=draw(st.sampled_from(uses)),
    )


@st.composite
def _local_taxes(draw: st.DrawFn) -> ImpuestosLocales:
    rates, money = st.decimals("0", "10", places=2), st.decimals("0.01", "50", places=2)
    held = draw(
        st.lists(
            st.builds(RetencionLocal, imp_loc_retenido=texts(50), tasa_de_retencion=rates, importe=money), max_size=2
        )
    )
    charged = draw(
        st.lists(
            st.builds(TrasladoLocal, imp_loc_trasladado=texts(50), tasa_de_traslado=rates, importe=money), max_size=2
        )
    )
    assume(held or charged)
    return ImpuestosLocales(
        total_de_retenciones=sum((row.importe for row in held), D("0.00")),
        total_de_traslados=sum((row.importe for row in charged), D("0.00")),
        retenciones=tuple(held),
        traslados=tuple(charged),
    )


_ADDENDAS = st.sampled_from(
    [
        "<orden>4500012345</orden>",
        '<x:Factura xmlns:x="urn:cadena:1" folio="A &amp; B"><x:Linea>uno<x:b></x:b></x:Linea></x:Factura>',
        '<a></a><b xmlns="urn:b"></b>',
    ]
)


@st.composite
def comprobantes(draw: st.DrawFn) -> Comprobante:
    """Ordinary documents of type I and E that no rule should block, sealed by nobody yet."""
    tipo = draw(st.sampled_from(["I", "I", "E"]))
    moneda, decimals = draw(st.sampled_from([("MXN", 2), ("MXN", 2), ("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)]))
    place = draw(PLACES)
    fecha = draw(st.datetimes(datetime(2024, 12, 13), datetime(2029, 12, 31))).replace(microsecond=0)
    receptor = draw(_receivers(place, tipo))
    emisor = draw(st.sampled_from([KEMPER, Emisor(rfc="CACX7605101P8", nombre="XOCHILT", regimen_fiscal="621")]))
    is_global = tipo == "I" and receptor.nombre == "PUBLICO EN GENERAL"
    conceptos = draw(_conceptos(decimals, place))
    local = draw(_local_taxes()) if decimals >= 2 and draw(st.integers(0, 3)) == 0 else None
    metodo = draw(st.sampled_from(["PUE", "PPD"]))
    result = summed(
        Comprobante(
            serie=draw(maybe(texts(25))),
            folio=draw(maybe(texts(40))),
            fecha=fecha,
            forma_pago="99" if metodo == "PPD" else draw(st.sampled_from(["01", "03", "04", "28", "31"])),
            condiciones_de_pago=draw(maybe(texts(1000))),
            sub_total=D(0),
            moneda=moneda,
            tipo_cambio=_exchange_rate(draw, moneda),
            total=D(0),
            tipo_de_comprobante=tipo,
            exportacion=draw(st.sampled_from(["01", "03", "04"])),
            metodo_pago=metodo,
            lugar_expedicion=place,
            confirmacion=draw(maybe(st.from_regex("[0-9a-zA-Z]{5}", fullmatch=True))),
            informacion_global=draw(_periods(fecha, emisor)) if is_global else None,
            cfdi_relacionados=tuple(draw(st.lists(_relations(), max_size=3))),
            emisor=emisor,
            receptor=receptor,
            conceptos=conceptos,
            impuestos_locales=local,
            addenda=draw(maybe(_ADDENDAS)),
        ),
        decimals,
    )
    assume(result.total >= 0)
    return result


def _exchange_rate(draw: st.DrawFn, moneda: str) -> Decimal | None:
    if moneda == "MXN":
        return draw(st.sampled_from([None, D("1")]))
    return draw(st.decimals("0.05", "900", places=6))


@st.composite
def _periods(draw: st.DrawFn, fecha: datetime, emisor: Emisor) -> InformacionGlobal:
    period = draw(st.sampled_from(["01", "02", "03", "04", "05"] if emisor.regimen_fiscal == "621" else ["01", "04"]))
    low, high = (13, 18) if period == "05" else (1, 12)
    return InformacionGlobal(
        periodicidad=period, meses=f"{draw(st.integers(low, high)):02}", anio=fecha.year - draw(st.integers(0, 5))
    )


@st.composite
def _relations(draw: st.DrawFn) -> CfdiRelacionados:
    return CfdiRelacionados(
        tipo_relacion=draw(st.sampled_from([entry.code for entry in catalogs.TIPO_RELACION])),
        uuids=tuple(draw(st.lists(UUIDS, min_size=1, max_size=3))),
    )
