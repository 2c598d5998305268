"""Every rule code that this DIAN can answer about a document, with its words and the kinds of documents it is for.

DIAN numbers the same rule for each kind: AU14 is FAU14 of an invoice, CAU14 of a credit note, DAU14 of a debit note,
DSAU14 of a support document, NSAU14 of its adjustment. A rule that is not listed for a kind is not applied to it. The
groups AJ and AK are those of the elements: AccountingSupplierParty and AccountingCustomerParty, whoever of them issues.

Ours, as DIAN publishes no code that we could find: AD09c for a date far from today, BF01 for a note that does not say
why, SALDO for a note above what is left of its invoice, ACEPTADA for one about an accepted invoice.
"""

from __future__ import annotations

from dataclasses import dataclass

F, C, D, DS, NS = "F", "C", "D", "DS", "NS"
ALL = (F, C, D, DS, NS)
SALES, NOTES, SUPPORT = (F, C, D), (C, D), (DS, NS)
RANGED = (F, DS)
EVENT = "A"
PAPERS = (*ALL, EVENT)


@dataclass(frozen=True)
class Row:
    """`kinds` as prefixes of the code; `notices` those for which it only notifies."""

    text: str
    kinds: tuple[str, ...] = ALL
    notices: tuple[str, ...] = ()


def _parties() -> dict[str, Row]:
    """The issuer is the supplier, but of a support document the customer."""
    rows = {}
    for group, issuing in (("AJ", SALES), ("AK", SUPPORT)):
        other = SUPPORT if issuing is SALES else SALES
        rows |= {
            f"{group}{number}": Row(text, *more)
            for number, text, *more in (
                ("09", "El código del municipio de la dirección no corresponde a la lista."),
                ("10", "No se informó el nombre de la ciudad."),
                ("11", "El nombre del departamento no corresponde a la lista."),
                ("12", "El código del departamento no corresponde a la lista."),
                ("16", "El país del emisor no es Colombia.", issuing),
                ("17", "El nombre del país no corresponde a la lista."),
                ("20", "No se informó la identificación del participante."),
                ("21", "El tipo de identificación no está en la lista o no es el que corresponde."),
                ("24", "El DV del NIT no está correctamente calculado."),
                ("26", "Responsabilidad informada no válida según la lista.", ALL, other),
                ("28", "No se informó la dirección fiscal del emisor.", issuing),
                ("29", "El código del municipio de la dirección fiscal no corresponde a la lista."),
                ("30", "No se informó el nombre de la ciudad de la dirección fiscal."),
                ("31", "El nombre del departamento de la dirección fiscal no corresponde a la lista."),
                ("32", "El código del departamento de la dirección fiscal no corresponde a la lista."),
                ("40", "El código del tributo del participante no está en la lista."),
                ("41", "El nombre del tributo del participante no corresponde a su código."),
                ("43a", "El nombre del emisor no corresponde al registrado en el RUT.", issuing, issuing),
                ("43b", "El nombre del receptor no corresponde al registrado en el RUT.", other, other),
                ("44a", "El NIT del emisor no está registrado en el RUT.", issuing),
                ("44b", "El NIT del receptor está cancelado en el RUT.", other, other),
                ("55", "El correo del receptor no es válido.", other, other),
                ("71", "No se informó el correo del emisor.", issuing, issuing),
                ("73", "El emisor no tiene buzón de recepción registrado.", issuing, issuing),
            )
        }
    return rows


def _taxes() -> dict[str, Row]:
    rows = {}
    for group, what, kinds in (("AS", "tributo", ALL), ("AT", "retención", RANGED)):
        one = "a" if group == "AS" else ""
        rows |= {
            f"{group}01{one}": Row(f"Más de un grupo, o un código y nombre desconocidos, de {what}.", kinds),
            f"{group}02": Row(f"El valor de {what} no es la suma de sus subtotales.", kinds),
            f"{group}04": Row(f"Más de un subtotal con la misma tarifa de {what}.", kinds),
            f"{group}05": Row(f"Base o valor de {what} no son la suma de las líneas.", kinds),
            f"{group}07": Row(f"El valor de {what} no es la base por la tarifa.", kinds),
        }
    return rows


TABLE: dict[str, Row] = {
    "AA02": Row("Se encuentran menos de dos UBLExtension."),
    # the range and the software
    "AB05a": Row("No se encuentra el número de la autorización.", RANGED),
    "AB05b": Row("La autorización no corresponde a este emisor y tipo de documento.", RANGED),
    "AB07a": Row("No se informó la fecha inicial de la autorización.", RANGED),
    "AB07b": Row("La fecha inicial no corresponde a la autorización.", RANGED),
    "AB08a": Row("No se informó la fecha final de la autorización.", RANGED),
    "AB08b": Row("La fecha final no corresponde a la autorización.", RANGED),
    "AB10a": Row("No se informó el prefijo del número.", RANGED),
    "AB10b": Row("El prefijo no corresponde al de la autorización o al del número del documento.", RANGED),
    "AB11b": Row("El inicio del rango no corresponde a la autorización.", RANGED),
    "AB12b": Row("El fin del rango no corresponde a la autorización.", RANGED),
    "AB19a": Row("No se informó el NIT del prestador de servicios.", PAPERS),
    "AB19b": Row("El NIT del prestador de servicios no está registrado.", PAPERS),
    "AB22": Row("El DV del NIT del prestador no está correctamente calculado.", PAPERS),
    "AB23": Row("El prestador de servicios no se identifica con NIT.", PAPERS),
    "AB24a": Row("No se informó el identificador del software.", PAPERS),
    "AB24b": Row("El identificador del software no corresponde a un software autorizado de este prestador.", PAPERS),
    "AB25": Row("schemeAgencyID del software no es 195.", PAPERS),
    "AB26": Row("schemeAgencyName del software no contiene el literal.", PAPERS),
    "AB27a": Row("No se informó la huella del software.", PAPERS),
    "AB27b": Row("Huella no corresponde a un software autorizado para este OFE.", PAPERS),
    "AB31": Row("El NIT del proveedor de autorización no es el de la DIAN.", PAPERS),
    "AB35": Row("El DV del proveedor de autorización no es 4.", PAPERS),
    "AB36": Row("El código QR no fue informado.", PAPERS),
    # the head
    "AD01": Row("UBLVersionID no contiene el literal UBL 2.1."),
    "AD02": Row("CustomizationID no indica un tipo de operación permitido.", (F, DS, NS)),
    "AD02a": Row("CustomizationID no indica un tipo de operación permitido.", NOTES),
    "AD03": Row("ProfileID no contiene el literal.", ALL, NOTES),
    "AD04": Row("ProfileExecutionID no corresponde al ambiente de destino."),
    "AD05a": Row("El número contiene caracteres adicionales como espacios o guiones."),
    "AD05b": Row("El número es inferior al rango autorizado.", RANGED),
    "AD05c": Row("El número es superior al rango autorizado.", RANGED),
    "AD05e": Row("El prefijo no está asociado al software que envía.", RANGED),
    "AD06": Row("Valor del CUFE, CUDE o CUDS no está calculado correctamente."),
    "AD09a": Row("La fecha de emisión es anterior a la vigencia del rango.", RANGED),
    "AD09b": Row("La fecha de emisión es posterior a la vigencia del rango.", RANGED),
    "AD09c": Row("La fecha de emisión está fuera del plazo permitido."),
    "AD09e": Row("La fecha de emisión no es igual a la fecha de firma del documento."),
    "AD10": Row("La hora de emisión no está en la zona horaria de Colombia (-05:00)."),
    "AD12": Row("Tipo de documento inválido.", (F, C)),
    "AD15a": Row("La divisa del documento no es COP."),
    "AD16": Row("LineCountNumeric no es igual al número de líneas."),
    # references
    "AE02": Row("No se informó el inicio del periodo de la nota sin referencia.", NOTES),
    "AE04": Row("No se informó el fin del periodo de la nota sin referencia.", NOTES),
    "BF01": Row("No se informó la naturaleza de la corrección, o no está en la lista.", (C, D, NS)),
    "BF03a": Row("CustomizationID no corresponde con la referencia a la factura.", NOTES),
    "BG04a": Row("El documento referenciado no existe en los registros de la DIAN.", (C, D, NS)),
    **_parties(),
    "AJ49": Row("No se informó el prefijo en el registro del emisor.", (F,)),
    "AJ50": Row("El prefijo del registro del emisor no es el de la autorización.", (F,)),
    "AJ51": Row("La matrícula mercantil no tiene el formato.", (F,), (F,)),
    "AK61": Row("La persona natural no tiene el grupo PartyIdentification.", SALES),
    "AK62": Row("El tipo de identificación de la persona natural no está en la lista.", SALES),
    "AM02a": Row("El municipio de entrega no corresponde a la lista.", (F,)),
    "AM02b": Row("El departamento de entrega no corresponde a la lista.", (F,)),
    "AN01": Row("No se informó el grupo de medios de pago."),
    "AN02": Row("La forma de pago no es 1 (contado) ni 2 (crédito)."),
    "AN03": Row("El medio de pago no está en la lista."),
    "AN04": Row("No se informó la fecha de vencimiento de la operación a crédito."),
    "AR02": Row("La divisa base de la tasa de cambio no es COP."),
    "AR03": Row("No se informó la base de la divisa de origen."),
    "AR04": Row("La divisa de destino de la tasa de cambio no es válida."),
    "AR05": Row("La base de la divisa de destino no es 1.00."),
    "AR06": Row("No se informó la tasa de cambio."),
    "AR07": Row("No se informó la fecha de la tasa de cambio."),
    # taxes and totals
    **_taxes(),
    "AS01b": Row("Las líneas y el encabezado no tienen los mismos tributos y tarifas."),
    "AU02": Row("LineExtensionAmount no es la suma de las líneas."),
    "AU04": Row("TaxExclusiveAmount no es la suma de las bases de las líneas."),
    "AU06": Row("TaxInclusiveAmount no es el valor bruto más tributos."),
    "AU08": Row("AllowanceTotalAmount no es la suma de los descuentos."),
    "AU10": Row("ChargeTotalAmount no es la suma de los cargos."),
    "AU14": Row("PayableAmount no es el total menos descuentos más cargos."),
    "AV03": Row("No se informó el objeto del contrato AIU.", SALES),
    "AV04b": Row("La cantidad de la línea no es superior a cero."),
    "AV06": Row("El valor de la línea no es precio por cantidad menos descuentos."),
    "AX01": Row("Más de un grupo, o un código y nombre desconocidos, de un tributo de la línea."),
    "AX02": Row("El valor del tributo de la línea no es la suma de sus subtotales."),
    "AX04": Row("Más de un subtotal con la misma tarifa en la línea."),
    "AX05": Row("No se informó la base del tributo de la línea."),
    "AX07": Row("El valor del tributo de la línea no es la base por la tarifa."),
    "AY05": Row("La base del ReteIVA no es el valor del IVA.", RANGED),
    "AY10": Row("La retención de la línea es inconsistente.", RANGED),
    "AZ02": Row("No se informó la descripción del bien o servicio."),
    "AZ09": Row("No se informó el código estándar del bien o servicio."),
    "BB05": Row("El tipo del precio de referencia no está en la lista.", ALL, ALL),
    "BE01": Row("El descuento o cargo de la línea está incompleto."),
}
# of no kind: the code is the whole of it
PLAIN: dict[str, str] = {
    "VLR01": "Un valor es negativo.",
    "SALDO": "El valor de las notas supera el saldo del documento.",
    "ACEPTADA": "La factura fue aceptada y no admite notas.",
}
# what is said about a package, its file, its certificate or its sender, before any rule
BEFORE_RULES = ("2", "89", "90", "ZA01", "ZB01", "ZB02", "ZD01", "ZD02", "ZD05", "ZE01", "ZE02", "ZE03")


# about events, besides those of their software
OF_EVENTS = (
    *("AAD01", "AAD02", "AAD03", "AAD04", "AAD05", "AAD06", "AAD09e", "AAF01", "AAG01", "AAH03", "AAH07"),
    *("DC24", "DC24a", "DC24b", "LGC01", "LGC03", "LGC04", "LGC12", "LGC62"),
)


def of_rules() -> set[str]:
    """All codes of all kinds of documents, and those about the software of an event."""
    return {f"{kind}{rest}" for rest, row in TABLE.items() for kind in row.kinds} | {*PLAIN}


def every_code() -> set[str]:
    return of_rules() | {*BEFORE_RULES, *OF_EVENTS}
