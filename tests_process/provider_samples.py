"""Accounts with technology providers, and calls as their customers make them; without any code of the product."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from urllib.parse import urlencode

from lxml import etree

from . import dian_samples
from .dian_samples import SELLER, SOFTWARE, Sample

CADENA, CADENA_NAME = "890930534", "PROVEEDOR DE PRUEBAS A"  # the NIT that the documents of its customers name
CADENA_SOFTWARE, CADENA_PIN = "00000000-0000-4000-8000-0000000000c1", "24680"
TOKEN, PRODUCTION_TOKEN = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
PARTNER_TOKEN, PARTNER = "00000000-0000-4000-8000-00000000000c", "901002490"
OWN, ALLIED = (f"/staging/vp/documentos/proceso/{name}" for name in ("sincrono", "alianzas"))
IN_PRODUCTION, TEST_SET = "/v1/vp/documentos/proceso/sincrono", "/staging/vp-hab/documentos/proceso/alianzas"
NS = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}


def open_cadena(sandbox, *, test_set: str = "") -> None:
    """CADENA with one customer of its own (tests and production) and one partner; its software has the test range."""
    own = {
        "service": "cadena", "nit": CADENA, "name": CADENA_NAME, "software": CADENA_SOFTWARE, "pin": CADENA_PIN,
        "customer": SELLER,
    }
    for row in (
        own | {"token": TOKEN, "environment": "2", "test_set": test_set},
        own | {"token": PRODUCTION_TOKEN, "environment": "1"},
        {**own, "token": PARTNER_TOKEN, "environment": "2", "partner": PARTNER},
    ):
        sandbox.control("dian/register", {"kind": "provider", "row": row})
    sandbox.control("dian/associate", {"nit": SELLER, "prefix": "SETP", "software": CADENA_SOFTWARE})


def unsigned(sample: Sample) -> bytes:
    """The sample as CADENA takes it: its NIT, software and security code, and no signature."""
    code = hashlib.sha384(f"{CADENA_SOFTWARE}{CADENA_PIN}{sample.number}".encode()).hexdigest()
    own = hashlib.sha384(f"{SOFTWARE}{sample.pin}{sample.number}".encode()).hexdigest()
    digit = dian_samples.check_digit(SELLER)
    text = sample.xml().decode()
    text = text.replace(
        f'<sts:ProviderID schemeID="{digit}" schemeName="31" {dian_samples._AGENCY}>{SELLER}</sts:ProviderID>',
        f'<sts:ProviderID schemeID="{dian_samples.check_digit(CADENA)}" schemeName="31" {dian_samples._AGENCY}>'
        f"{CADENA}</sts:ProviderID>",
    )
    return text.replace(SOFTWARE, CADENA_SOFTWARE).replace(own, code).encode()


@dataclass(frozen=True)
class Told:
    """One answer of CADENA's."""

    status: int
    content: dict

    @property
    def document(self) -> bytes:
        return base64.b64decode(self.content.get("document") or "")

    @property
    def rules(self) -> list[str]:
        return [line.split(",")[0].removeprefix("Regla: ") for line in self.content["errorReason"]]


def post(sandbox, document: bytes, path: str = OWN, token: str = TOKEN, headers: dict | None = None) -> Told:
    headers = {"Content-Type": "text/plain", "efacturaAuthorizationToken": token} | (headers or {})
    status, body = sandbox.request("POST", path, base64.b64encode(document), headers)
    return Told(status, json.loads(body))


def query(
    sandbox, number: str, stage: str = "staging", token: str = TOKEN, headers: dict | None = None, **more
) -> Told:
    asked = {"nit_emisor": SELLER, "id_documento": number, "codigo_tipo_documento": "01", "prefijo": ""} | more
    path = f"/{stage}/vp/consulta/documentos?{urlencode(asked)}"
    status, body = sandbox.request("GET", path, headers={"efacturaAuthorizationToken": token} | (headers or {}))
    return Told(status, json.loads(body))


def parts(container: bytes) -> tuple[bytes, bytes]:
    """The signed document and DIAN's word, of an AttachedDocument."""
    root = etree.fromstring(container)
    paths = ("cac:Attachment", "cac:ParentDocumentLineReference/cac:DocumentReference/cac:Attachment")
    found = [root.findtext(f"{path}/cac:ExternalReference/cbc:Description", namespaces=NS) for path in paths]
    return found[0].encode(), found[1].encode()
