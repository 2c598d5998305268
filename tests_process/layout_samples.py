"""Facturatech's vocabulary made by hand, and calls of its services; without any code of the product."""

from __future__ import annotations

import base64
import copy
import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from .dian_samples import BUYER, BUYER_NAME, RANGE, RESOLUTION, SELLER, SELLER_NAME, Sample, check_digit

PROVIDER, PROVIDER_NAME = "901002491", "PROVEEDOR DE PRUEBAS B"
SOFTWARE, PIN = "00000000-0000-4000-8000-0000000000f1", "13579"
USER, PASSWORD = "inventada", "clave inventada"
HASH = hashlib.sha256(PASSWORD.encode()).hexdigest()
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
INVOICES, SUPPORT = "/v2/demo/index.php", "/v1/demo/"
VENDOR = "901002492"

Fields = dict  # position: text, or the name of a group inside it: its fields, or a list of such


def open_facturatech(sandbox, **more) -> None:
    """Facturatech with one customer; its software has the test range."""
    row = {
        "service": "facturatech", "nit": PROVIDER, "name": PROVIDER_NAME, "software": SOFTWARE, "pin": PIN,
        "username": USER, "password": PASSWORD, "customer": SELLER, **more,
    }
    sandbox.control("dian/register", {"kind": "provider", "row": row})
    sandbox.control("dian/associate", {"nit": SELLER, "prefix": "SETP", "software": SOFTWARE})


def party(nit: str, name: str, levels: str, place: str, entry: str, contact: str, tribute: str) -> Fields:
    """EMI, or ADQ with its own names of the groups inside."""
    fiscal = {1: "11001", 2: "11", 3: "CO", 4: "110111", 5: "Colombia", 6: "Bogotá", 7: "Bogotá, D.C.", 8: "Calle 1"}
    return {
        1: "1", 2: nit, 3: "31", 4: "48", 6: name, 7: name, 10: "Calle 1", 11: "11", 13: "Bogotá, D.C.", 14: "110111",
        15: "CO", 19: "Bogotá", 21: "Colombia", 22: check_digit(nit), 23: "11001",
        levels: {1: "R-99-PN"}, place: fiscal,
        entry: {9: "SETP"} if levels == "TAC" else {}, contact: {1: "1", 2: "Ana", 3: "6010000000", 4: "a@example.co"},
        tribute: {1: "01", 2: "IVA"},
    }


def factura(sample: Sample) -> Fields:
    """The same invoice as `Sample` is."""
    tax = {1: "01", 2: "100000.00", 3: "COP", 4: sample.tax, 5: "COP", 6: "19.00"}
    return {
        "ENC": {
            1: "INVOIC", 2: SELLER, 3: BUYER, 4: "UBL 2.1", 5: "DIAN 2.1", 6: sample.number, 7: sample.day,
            8: sample.hour, 9: "01", 10: "COP", 15: "1", 16: sample.day, 20: sample.environment, 21: "10",
        },
        "EMI": party(SELLER, SELLER_NAME, "TAC", "DFE", "ICC", "CDE", "GTE"),
        "ADQ": party(BUYER, BUYER_NAME, "TCR", "DFA", "ICR", "CDA", "GTA"),
        "TOT": {
            1: "100000.00", 2: "COP", 3: "100000.00", 4: "COP", 5: sample.payable, 6: "COP", 7: "119000.00", 8: "COP",
        },
        "TIM": {1: "false", 2: sample.tax, 3: "COP", "IMP": tax},
        "DRF": {
            1: RESOLUTION, 2: RANGE["valid_from"], 3: RANGE["valid_to"], 4: "SETP", 5: str(RANGE["first"]),
            6: str(RANGE["last"]),
        },
        "MEP": {1: "10", 2: "1", 3: sample.day},
        "ITE": {
            1: "1", 3: sample.quantity, 4: "94", 5: "100000.00", 6: "COP", 7: "50000.00", 8: "COP", 11: "Servicio",
            20: "COP", 21: "119000.00", 27: "2.000000", 28: "94", "IAE": {1: "S1", 2: "999"},
            "TII": {
                1: "19000.00", 2: "COP", 3: "false",
                "IIM": {1: "01", 2: "19000.00", 3: "COP", 4: "100000.00", 5: "COP", 6: "19.00"},
            },
        },
    }


def nota(sample: Sample, kind: str, invoice: Sample, key: str) -> Fields:
    """A note about all of an invoice: kind 91 or 92."""
    fields = copy.deepcopy(factura(sample))
    fields["ENC"] |= {1: "NC" if kind == "91" else "ND", 9: kind, 21: "20" if kind == "91" else "30"}
    fields["EMI"]["ICC"] = {}
    del fields["DRF"]
    concept = {1: "2", 2: "Anulación"} if kind == "91" else {1: "1", 2: "Intereses"}
    reference = {1: "IV", 2: invoice.number, 3: invoice.day, 4: key, 5: "CUFE-SHA384"}
    return fields | {"CDN": concept, "REF": reference}


def soporte(sample: Sample) -> Fields:
    """A support document: the vendor is PRO, and our company the buyer."""
    fields = factura(sample)
    fields["ENC"] = {**fields["ENC"], 1: "DS", 3: "", 9: "05"}
    fields["PRO"] = party(VENDOR, "VENDEDOR INVENTADO SAS", "TAC", "DFE", "ICC", "CDE", "GTE") | {"ICC": {}}
    fields["ADQ"] = {1: "1", 2: SELLER, 3: "31", 6: SELLER_NAME, 22: check_digit(SELLER), "TCR": {1: "R-99-PN"},
                     "GTA": {1: "01", 2: "IVA"}}
    fields["ITE"]["IBS"] = {1: sample.day, 2: "1", 3: "Por operación"}
    del fields["EMI"]
    return fields


def as_xml(fields: Fields, root: str = "FACTURA") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{_xml(root, fields)}'.encode()


def _xml(name: str, fields: Fields) -> str:
    inside = ""
    for key, value in fields.items():
        if isinstance(key, int):
            inside += f"<{name}_{key}>{escape(value)}</{name}_{key}>"
        else:
            inside += "".join(_xml(key, one) for one in (value if isinstance(value, list) else [value]))
    return f"<{name}>{inside}</{name}>"


def as_text(fields: Fields, root: str = "FACTURA") -> str:
    inside = "".join(_text(name, value) for name, value in fields.items())
    return f"[{root}]{inside}[/{root}]"


def _text(name: str, fields: Fields) -> str:
    inside = "".join(
        f"{name}_{key}:{value};" if isinstance(key, int) else _text(key, value) for key, value in fields.items()
    )
    return f"({name}){inside}(/{name})"


@dataclass(frozen=True)
class Said:
    """One answer: HTTP status, the operation's element, and the fields of its return."""

    status: int
    name: str
    fields: dict[str, str]

    @property
    def code(self) -> str:
        return self.fields.get("code", "")

    @property
    def error(self) -> str:
        return self.fields.get("error", "") or self.fields.get("messageError", "")


def call(sandbox, operation: str, path: str = INVOICES, login: tuple[str, str] = (USER, HASH), **parameters) -> Said:
    """``operation`` without its prefix on the server of invoices."""
    name = operation if path.startswith("/v1/") else f"FtechAction.{operation}"
    values = {"username": login[0], "password": login[1], **parameters}
    inside = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in values.items())
    body = (
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:urn="urn:Whatever"><soapenv:Header/><soapenv:Body>'
        f"<urn:{name}>{inside}</urn:{name}></soapenv:Body></soapenv:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"urn:Whatever#{name}"'}
    status, answer = sandbox.request("POST", path, body.encode(), headers)
    return said(status, answer)


def said(status: int, answer: bytes) -> Said:
    content = etree.fromstring(answer).find(f"{{{SOAP}}}Body")[0]
    values = content.find("return")
    leaves = content if values is None else values
    fields = {etree.QName(node).localname: node.text or "" for node in leaves}
    return Said(status, etree.QName(content).localname, fields)


def upload(sandbox, document: bytes, path: str = INVOICES, **more) -> Said:
    operation = "uploadDocument" if path.startswith("/v1/") else "uploadInvoiceFile"
    return call(sandbox, operation, path, xmlBase64=base64.b64encode(document).decode(), **more)


def download(sandbox, number: str, operation: str = "downloadXMLFile") -> Said:
    return call(sandbox, operation, prefijo="SETP", folio=number.removeprefix("SETP"))
