"""Attributes of Comprobante: CFDI40103 to CFDI40127 and CFDI40222."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .. import names
from ..problems import Problem
from .context import Context
from .reading import ZERO, complement, decimals, is_kind, lines, number, rounded, total


def form_of_payment(context: Context) -> Iterator[Problem]:
    form, method = context.document["FormaPago"], context.document["MetodoPago"]
    if form and is_kind(context, "TNP"):
        yield Problem("CFDI40103", "El campo FormaPago no debe existir.", "FormaPago")
    if method == "PPD" and form != "99":
        message = "Si el método de pago es PPD, la forma de pago debe ser 99."
        yield Problem("CFDI40105", message, "FormaPago")
    if method and is_kind(context, "TP"):
        yield Problem("CFDI40125", "El campo MetodoPago no debe existir.", "MetodoPago")


def subtotal(context: Context) -> Iterator[Problem]:
    root = context.document.root
    value = number(root, "SubTotal")
    if value is None:
        return
    if decimals(root, "SubTotal") > context.decimals:
        yield Problem("CFDI40107", "El SubTotal tiene más decimales que la moneda.", "SubTotal")
    if is_kind(context, "TP"):
        if value != ZERO:
            yield Problem("CFDI40109", "El SubTotal debe ser cero en T y P.", "SubTotal")
        return
    expected = rounded(total(number(line, "Importe") for _where, line in lines(context)), context.decimals)
    if value != expected:
        message = "El SubTotal no es el redondeo de la suma de los importes de los conceptos."
        yield Problem("CFDI40108", message, f"SubTotal {value} ≠ {expected}")


def discount(context: Context) -> Iterator[Problem]:
    root = context.document.root
    given = [number(line, "Descuento") for _where, line in lines(context) if line.get("Descuento") is not None]
    value, whole = number(root, "Descuento"), number(root, "SubTotal")
    if value is None:
        if given:
            yield Problem("CFDI40111", "Falta el Descuento: hay conceptos con descuento.", "Descuento")
        return
    if decimals(root, "Descuento") > context.decimals:
        yield Problem("CFDI40112", "El Descuento tiene más decimales que la moneda.", "Descuento")
    if whole is not None and value > whole:
        yield Problem("CFDI40110", "El Descuento es mayor que el SubTotal.", "Descuento")
    expected = rounded(total(given), context.decimals)
    if not given or value != expected:
        message = "El Descuento no es el redondeo de la suma de los descuentos de los conceptos."
        yield Problem("CFDI40111", message, f"Descuento {value} ≠ {expected}")


def exchange_rate(context: Context) -> Iterator[Problem]:
    root, currency = context.document.root, context.document["Moneda"]
    rate = number(root, "TipoCambio")
    if currency == "MXN":
        if rate is not None and rate != 1:
            yield Problem("CFDI40114", "El TipoCambio de MXN solo puede ser 1.", "TipoCambio")
    elif currency == "XXX":
        if root.get("TipoCambio") is not None:
            yield Problem("CFDI40116", "El TipoCambio no debe existir con la moneda XXX.", "TipoCambio")
    elif rate is None:
        yield Problem("CFDI40115", "El TipoCambio debe existir con moneda extranjera.", "TipoCambio")
    if rate is not None and (decimals(root, "TipoCambio") > 6 or rate <= ZERO):
        yield Problem("CFDI40117", "El TipoCambio no cumple con el patrón requerido.", "TipoCambio")


def grand_total(context: Context) -> Iterator[Problem]:
    """SubTotal - Descuento + transferred + local transferred - withheld - local withheld."""
    root = context.document.root
    value, whole = number(root, "Total"), number(root, "SubTotal")
    if value is None or whole is None:
        return
    taxes, local = context.document.child("Impuestos"), complement(context, names.IMPLOCAL)
    parts: list[tuple[int, Decimal | None]] = [
        (1, whole),
        (-1, number(root, "Descuento")),
        (1, number(taxes, "TotalImpuestosTrasladados")),
        (-1, number(taxes, "TotalImpuestosRetenidos")),
        (1, number(local, "TotaldeTraslados")),
        (-1, number(local, "TotaldeRetenciones")),
    ]
    expected = total(sign * part for sign, part in parts if part is not None)
    if value != expected or decimals(root, "Total") > context.decimals:
        message = "El Total no es igual al SubTotal menos descuentos, más y menos los impuestos."
        yield Problem("CFDI40119", message, f"Total {value} ≠ {expected}")


def export(context: Context) -> Iterator[Problem]:
    has_foreign_trade = complement(context, names.FOREIGN_TRADE) is not None
    code = context.document["Exportacion"]
    if code == "02" and not has_foreign_trade:
        yield Problem("CFDI40122", "Exportacion 02 requiere el complemento Comercio Exterior.", "Exportacion")
    if code in ("01", "03") and has_foreign_trade:
        message = "El complemento Comercio Exterior no debe existir con esta Exportacion."
        yield Problem("CFDI40222", message, "Exportacion")


def place_of_issue(context: Context) -> Iterator[Problem]:
    if context.catalogues.installed and context.catalogues.place(context.document["LugarExpedicion"]) is None:
        message = "El LugarExpedicion no contiene un valor del catálogo c_CodigoPostal."
        yield Problem("CFDI40126", message, "LugarExpedicion")


def confirmation(context: Context) -> Iterator[Problem]:
    """The limits that a confirmation would lift are not in force, so there is never a reason for one."""
    if context.document["Confirmacion"]:
        yield Problem("CFDI40127", "El campo Confirmacion no debe existir.", "Confirmacion")
