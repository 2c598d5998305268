"""CFDI 4.0 documents written by hand and sealed with SAT's stylesheet, without any code of the product.

``invoice`` makes a valid one; ``edit`` spoils it before it is sealed, so that the seal is never what is wrong.
"""

from __future__ import annotations

import base64
import functools
import importlib.util
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_private_key
from lxml import etree

CFDI = "http://www.sat.gob.mx/cfd/4"
TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
NS = {"cfdi": CFDI, "tfd": TFD}
ISSUER = {"rfc": "EKU9003173C9", "name": "ESCUELA KEMPER URGATE", "postal_code": "42501", "regimes": ["601"]}
BUYER = {"rfc": "URE180429TM6", "name": "UNIVERSIDAD ROBOTICA ESPAÑOLA", "postal_code": "86991", "regimes": ["601"]}
PERSON = {"rfc": "CUSC850516316", "name": "CESAR OSBALDO CRUZ SOLORZANO", "postal_code": "45638", "regimes": ["612"]}
CENTRAL = timezone(timedelta(hours=-6))

_folios = itertools.count(1)


def tag(name: str) -> str:
    return f"{{{CFDI}}}{name}"


def local_now(offset: timedelta = timedelta(0)) -> str:
    """Fecha of a document issued now in central Mexico, which has had no summer time since 2022."""
    return (datetime.now(CENTRAL) + offset).replace(tzinfo=None, microsecond=0).isoformat()


def schemas() -> Path:
    """SAT's XSD and XSLT in the installed test-time distribution."""
    found = importlib.util.find_spec("satcfdi")
    return Path(found.submodule_search_locations[0]) / "transform/schemas/www.sat.gob.mx/sitio_internet/cfd"


@functools.lru_cache
def stylesheet(name: str) -> etree.XSLT:
    return etree.XSLT(etree.parse(str(schemas() / name)))


def original_string(root: etree._Element) -> str:
    return str(stylesheet("4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt")(root))


def stamp_string(stamp: etree._Element) -> str:
    alone = etree.fromstring(etree.tostring(stamp))
    return str(stylesheet("TimbreFiscalDigital/cadenaoriginal_TFD_1_1.xslt")(alone))


@functools.lru_cache(maxsize=64)
def _key(key: bytes, password: str):
    return load_der_private_key(key, password.encode())


def seal(root: etree._Element, csd) -> bytes:
    """Sets NoCertificado, Certificado and Sello, and serialises."""
    root.set("NoCertificado", csd.serial)
    root.set("Certificado", base64.b64encode(csd.cer).decode())
    text = original_string(root).encode()
    signature = _key(csd.key, csd.password).sign(text, padding.PKCS1v15(), hashes.SHA256())
    root.set("Sello", base64.b64encode(signature).decode())
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


TEMPLATE = """<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.sat.gob.mx/cfd/4 http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"
 Version="4.0" Serie="A" Folio="{folio}" Fecha="{date}" Sello="" FormaPago="03" NoCertificado="" Certificado=""
 SubTotal="1100.00" Descuento="100.00" Moneda="MXN" Total="1160.00" TipoDeComprobante="I" Exportacion="01"
 MetodoPago="PUE" LugarExpedicion="42501">
<cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>
<cfdi:Receptor Rfc="URE180429TM6" Nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA" DomicilioFiscalReceptor="86991"
 RegimenFiscalReceptor="601" UsoCFDI="G03"/>
<cfdi:Conceptos>
<cfdi:Concepto ClaveProdServ="43211500" NoIdentificacion="PC-1" Cantidad="3" ClaveUnidad="H87" Unidad="Pieza"
 Descripcion="Computadora &amp; monitor" ValorUnitario="300.000000" Importe="900.000000" Descuento="100.000000"
 ObjetoImp="02"><cfdi:Impuestos><cfdi:Traslados>
<cfdi:Traslado Base="800.000000" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="128.000000"/>
</cfdi:Traslados></cfdi:Impuestos></cfdi:Concepto>
<cfdi:Concepto ClaveProdServ="81111500" Cantidad="1.5" ClaveUnidad="E48" Descripcion="Servicio de instalación"
 ValorUnitario="133.333333" Importe="200.000000" ObjetoImp="02"><cfdi:Impuestos><cfdi:Traslados>
<cfdi:Traslado Base="200.000000" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="32.000000"/>
</cfdi:Traslados></cfdi:Impuestos></cfdi:Concepto>
</cfdi:Conceptos>
<cfdi:Impuestos TotalImpuestosTrasladados="160.00"><cfdi:Traslados>
<cfdi:Traslado Base="1000.00" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="160.00"/>
</cfdi:Traslados></cfdi:Impuestos>
</cfdi:Comprobante>"""


def unsealed(**header: str | None) -> etree._Element:
    """The valid document as a tree, with other attributes of Comprobante (None removes one)."""
    text = TEMPLATE.format(folio=next(_folios), date=local_now())
    root = etree.fromstring(text, etree.XMLParser(remove_blank_text=True))
    change(root, **header)
    return root


def change(node: etree._Element, **attributes: str | None) -> None:
    for name, value in attributes.items():
        if value is None:
            node.attrib.pop(name, None)
        else:
            node.set(name, value)


def invoice(csd, edit: Callable[[etree._Element], object] | None = None, **header: str | None) -> bytes:
    root = unsealed(**header)
    if edit is not None:
        edit(root)
    return seal(root, csd)


def set_on(path: str, **attributes: str | None) -> Callable[[etree._Element], None]:
    """An ``edit`` that changes attributes of the node at ``path`` (``cfdi:Receptor``)."""

    def edit(root: etree._Element) -> None:
        node = root.find(path, NS)
        if node is None:
            raise LookupError(path)
        change(node, **attributes)

    return edit


def both(*edits: Callable[[etree._Element], object]) -> Callable[[etree._Element], None]:
    def edit(root: etree._Element) -> None:
        for one in edits:
            one(root)

    return edit


class Answer:
    """A Finkok receipt, read leniently: members by local name."""

    def __init__(self, answer: tuple[int, bytes]) -> None:
        self.status, self.body = answer
        self.root = etree.fromstring(self.body)

    def text(self, name: str) -> str:
        found = self.root.xpath(f"//*[local-name()='{name}']")
        return (found[0].text or "") if found else ""

    def has(self, name: str) -> bool:
        return bool(self.root.xpath(f"//*[local-name()='{name}']"))

    @property
    def codes(self) -> list[str]:
        return [node.text for node in self.root.xpath("//*[local-name()='CodigoError']")]

    @property
    def where(self) -> str:
        return " ".join(node.text or "" for node in self.root.xpath("//*[local-name()='ExtraInfo']"))

    @property
    def uuid(self) -> str:
        return self.text("UUID")

    @property
    def xml(self) -> bytes:
        return self.text("xml").encode()

    @property
    def stamp(self) -> etree._Element:
        return etree.fromstring(self.xml).find("cfdi:Complemento/tfd:TimbreFiscalDigital", NS)
