"""A company that DIAN's part of the sandbox knows, and the product's own client for it."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from core.certificates import RsaSigner
from core.dian import xades_sign
from core.transports.base import Refused
from core.transports.dian import Dian
from tests_process import dian_samples as samples
from tests_process.dian_samples import BUYER, BUYER_NAME, PIN, RANGE, SELLER, SELLER_NAME, SOFTWARE, ZIP_NAME, packed
from tests_process.sandbox_client import EVERYTHING

_numbers = count(990000200)


def signer_of(authority, nit: str, name: str, **options) -> RsaSigner:
    """A new certificate of this NIT."""
    data, password = samples.p12_bytes(authority.control("dian/issue", {"nit": nit, "name": name, **options}))
    key, certificate, _others = pkcs12.load_key_and_certificates(data, password)
    return RsaSigner(certificate.public_bytes(Encoding.DER), key)


def open_dian(authority) -> None:
    """The sandbox as if just started, with the seller, its software and its range, and a buyer that is known."""
    authority.control("reset", {"what": EVERYTHING})
    for kind, row in (
        ("taxpayer", {"nit": SELLER, "name": SELLER_NAME, "mailbox": "recepcion@example.co"}),
        ("taxpayer", {"nit": BUYER, "name": BUYER_NAME}),
        ("software", {"id": SOFTWARE, "nit": SELLER, "pin": PIN}),
        ("range", RANGE),
        ("test_set", {"id": "set-1", "nit": SELLER, "software": SOFTWARE, "needed": 1}),
        ("acquirer", {"type": "31", "number": BUYER, "name": BUYER_NAME, "email": "a@example.co"}),
    ):
        authority.control("dian/register", {"kind": kind, "row": row})


def new_number() -> str:
    """A number of the range that no other test uses."""
    return f"SETP{next(_numbers)}"


def signed(sample, signer: RsaSigner, at: datetime | None = None) -> bytes:
    return xades_sign.sign(sample.xml(), signer, signing_time=at or sample.moment)


def send(dian, signer: RsaSigner, document: bytes, **options):
    return Dian(dian.url, signer, **options).send_bill(ZIP_NAME, packed(document), document)


def rules(result) -> list[str]:
    """The rules that reject, notifications left out."""
    assert isinstance(result, Refused), result
    return [incident.code for incident in result.incidents if incident.extra != "notification"]
