"""CFDI of others that are well formed and wrong (bad input, rows 27 to 50), and everything that is asked about one."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from core.certificates import RsaSigner
from core.cfdi import build, cadena, read, seal, stamp
from core.cfdi.rules.file import check_file
from core.errors import CoreError
from core.rfc import check_digit
from tests_core.cfdi_models import an_invoice
from tests_core.conftest import make_certificate
from tests_core.test_cfdi_read_write import a_stamp

ISSUED = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
DER = serialization.Encoding.DER


@dataclass(frozen=True)
class World:
    """An authority, a taxpayer with its CSD, a provider, and a document that all of them stand for."""

    authority: bytes
    signer: RsaSigner
    pac: object
    xml: bytes


def make_world() -> World:
    authority = make_certificate(rfc="SAT970701NN3", name="AC DE PRUEBA", slot=2, serial_number="3" * 20)
    pair = make_certificate(not_before=ISSUED - timedelta(days=100))
    signer = RsaSigner(issued_by(authority, pair.cer), pair.private_key)
    pac = make_certificate(rfc="SAN010101AB1", name="PAC", serial_number="30001000000500003456", slot=1)
    return World(authority.cer, signer, pac, stamped(pac, seal.seal(an_invoice(), signer)))


def issued_by(authority, der: bytes) -> bytes:
    """The same certificate with the signature of the authority."""
    old = x509.load_der_x509_certificate(der)
    builder = x509.CertificateBuilder(
        x509.load_der_x509_certificate(authority.cer).subject, old.subject, old.public_key(), old.serial_number,
        old.not_valid_before_utc, old.not_valid_after_utc, list(old.extensions),
    )
    return builder.sign(authority.private_key, hashes.SHA256()).public_bytes(DER)


def stamped(pac, sealed: bytes, **changes: str) -> bytes:
    content = read.parse(sealed)
    tfd = a_stamp(**{"sello_cfd": content.sello, "sello_sat": "", **changes})
    text = cadena.tfd_string(build.to_xml(replace(content, timbre=tfd)))
    signature = pac.private_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return build.to_xml(replace(content, timbre=replace(tfd, sello_sat=base64.b64encode(signature).decode())))


def judge(world: World, xml: bytes) -> tuple[set[str], float]:
    """What everything that reads a document of others says, and the CPU milliseconds of the dearest answer.

    Said are the codes of findings and the names of typed errors.
    """
    said: set[str] = set()
    most = 0.0
    for ask in (
        lambda: read.parse(xml),
        lambda: cadena.original_string(xml),
        lambda: check_file(xml),
        lambda: seal.verify(xml),
        lambda: seal.trust(xml, ISSUED, [world.authority]),
        lambda: stamp.verify(xml, [world.pac.cer]),
        lambda: stamp.read(xml),
        lambda: stamp.belongs(world.xml, xml),
    ):
        start = time.process_time()
        try:
            answer = ask()
        except CoreError as error:
            said.add(type(error).__name__)
        else:
            said.update(finding.code for finding in (answer if isinstance(answer, list) else ()))
        most = max(most, (time.process_time() - start) * 1000)
    return said, most


# ours is another document, of course
EXPECTED_OF_OTHERS = {"MX-TFD-05", "MX-TFD-04"}


def _edit(old: str, new: str, count: int = 1) -> Callable[[World], bytes]:
    def edited(world: World) -> bytes:
        assert old.encode() in world.xml, old
        return world.xml.replace(old.encode(), new.encode(), count)

    return edited


def _total(text: str) -> Callable[[World], bytes]:
    return _edit(' Total="232.00"', f' Total="{text}"')


def _sealed(**changes: object) -> Callable[[World], bytes]:
    """What somebody really sealed and a provider really stamped."""
    return lambda world: stamped(world.pac, seal.seal(an_invoice(**changes), world.signer))


def _sealed_by(**certificate: object) -> Callable[[World], bytes]:
    def made(world: World) -> bytes:
        pair = make_certificate(**certificate)
        return stamped(world.pac, seal.seal(an_invoice(), RsaSigner(pair.cer, pair.private_key)))

    return made


def _with_complement(node: str) -> Callable[[World], bytes]:
    return _edit("<cfdi:Complemento>", f"<cfdi:Complemento>{node}")


def _stamp_twice(world: World) -> bytes:
    start, end = world.xml.index(b"<tfd:"), world.xml.index(b"</cfdi:Complemento>")
    return world.xml[:end] + world.xml[start:end] + world.xml[end:]


def _stamp_of_another(world: World) -> bytes:
    other = stamp.read(_sealed(folio="2")(world))
    return build.to_xml(replace(read.parse(world.xml), timbre=other))


def _seal_of_another(world: World) -> bytes:
    other = read.parse(_sealed(folio="2")(world)).sello
    return build.to_xml(replace(read.parse(world.xml), sello=other))


def _other_number(world: World) -> bytes:
    return world.xml.replace(b'NoCertificado="3', b'NoCertificado="4', 1)


def _expired(world: World) -> bytes:
    return _sealed_by(not_before=ISSUED - timedelta(days=1_500), days=1_400)(world)


def _prefix(new: str) -> Callable[[World], bytes]:
    def renamed(world: World) -> bytes:
        colon = f"{new}:" if new else ""
        text = world.xml.decode().replace("<cfdi:", f"<{colon}").replace("</cfdi:", f"</{colon}")
        return text.replace("xmlns:cfdi=", f"xmlns:{new}=" if new else "xmlns=").encode()

    return renamed


def _addenda(piece: int, count: int) -> Callable[[World], bytes]:
    nodes = f"<x>{'y' * piece}</x>" * count
    return _edit("</cfdi:Comprobante>", f"<cfdi:Addenda>{nodes}</cfdi:Addenda></cfdi:Comprobante>")


_AMPERSAND = "Ñ&A010101AA" + check_digit("Ñ&A010101AA0")
NO_CFDI = {"InvalidDocument", "MX-XSD-01"}
RFC = 'Rfc="URE180429TM6"'
# name -> (document, what has to be said; nothing: it is right, though not the one that we sent)
CASES: dict[str, tuple[Callable[[World], bytes], set[str]]] = {
    "27 Total is NaN": (_total("NaN"), NO_CFDI),
    "28 Total is 1e400": (_total("1e400"), NO_CFDI),
    "29 Total is 1E-999999999": (_total("1E-999999999"), NO_CFDI),
    "30 negative Total": (_total("-232.00"), {"MX-FORM-04", "CFDI40102"}),
    "31 seven decimals": (_total("232.0000000"), {"MX-FORM-04", "CFDI40102"}),
    "31b 60,000 digits": (_total("2" * 60_000), NO_CFDI),
    "32 Arabic digits": (_total("\u0661\u0662\u0663"), NO_CFDI),
    "33 two stamps": (_stamp_twice, {"InvalidDocument", "MX-TFD-02"}),
    "34 stamp of another CFDI": (_stamp_of_another, {"MX-TFD-04"}),
    "35 UUID that is not hexadecimal": (
        lambda world: stamped(world.pac, world.xml, uuid="5fb2822e-396d-4725-8521-cda4bdd20ccg"), {"MX-TFD-03"}
    ),
    "35b UUID in both cases is legal": (
        lambda world: stamped(world.pac, world.xml, uuid="5fB2822E-396d-4725-8521-CDA4bdd20ccF"), set()
    ),
    "36 seal of another document": (_seal_of_another, {"CFDI40102", "MX-TFD-04"}),
    "37 another NoCertificado": (_other_number, {"CFDI40102", "CFDI40106"}),
    "38 a CSD that nobody issued, with the real RFC": (_sealed_by(not_before=ISSUED - timedelta(days=9)), {"308"}),
    "39 a CSD that had expired at Fecha": (_expired, {"305"}),
    "39b an e.firma": (_sealed_by(kind="efirma", not_before=ISSUED - timedelta(days=9)), {"306"}),
    "40 one blank more inside a word": (_edit('Descripcion="Cigarros"', 'Descripcion="Ciga rros"'), {"CFDI40102"}),
    "40b blanks around a value say nothing": (_edit('Descripcion="Cigarros"', 'Descripcion=" Cigarros  "'), set()),
    "41 a pipe that moves a field, under the same seal": (
        _edit('Serie="F" Folio="1"', 'Serie="F|1"'), {"MX-FORM-03"}
    ),
    "41b a pipe in a description": (_edit('"Cigarros"', '"Ciga|rros"'), {"MX-FORM-03", "CFDI40102"}),
    "42 line break in a value": (_edit('"Cigarros"', '"Ciga\nrros"'), {"CFDI40102"}),
    "42b tab by reference in a value": (_edit('"Cigarros"', '"Ciga&#9;rros"'), {"CFDI40102"}),
    "42c line breaks around a value say nothing": (_edit('"Cigarros"', '"&#10;Cigarros\n"'), set()),
    "43 a letter that only looks like E": (_edit(RFC, 'Rfc="UR\u0415180429TM6"'), {"MX-RFC-03", "CFDI40102"}),
    "43b full-width letters": (_edit(RFC, 'Rfc="\uff35RE180429TM6"'), {"MX-RFC-03", "CFDI40102"}),
    "43c Ñ and ampersand are letters of an RFC": (
        _sealed(receptor=replace(an_invoice().receptor, rfc=_AMPERSAND)), set()
    ),
    "44 version 3.2": (_edit('Version="4.0"', 'version="3.2"'), NO_CFDI),
    "44b version 3.3": (_edit('Version="4.0"', 'Version="3.3"'), NO_CFDI),
    "44c version 5.0": (_edit('Version="4.0"', 'Version="5.0"'), NO_CFDI),
    "44d name space of 3.3": (_edit("sat.gob.mx/cfd/4", "sat.gob.mx/cfd/3"), NO_CFDI),
    "45 cfdi is the prefix of something else": (_edit("http://www.sat.gob.mx/cfd/4", "urn:cfd/4"), NO_CFDI),
    "45b another prefix is legal": (_prefix("x"), set()),
    "46 the default name space is legal": (_prefix(""), set()),
    "47 unknown complement": (
        _with_complement('<d:Donatarias xmlns:d="urn:donat" version="1.1"/>'),
        {"UnknownComplement", "MX-SEAL-02", "MX-COMP-06"},
    ),
    "48 addenda of 3 MB in one text": (_addenda(3_000_000, 1), {"XmlRefused", "MX-XSD-01"}),
    "48b addenda of 3 MB in texts of 60 kB": (_addenda(60_000, 50), set()),
    "48c addenda of 5 MB": (_addenda(60_000, 84), {"XmlRefused", "MX-XSD-01"}),
    "49 Fecha in the year 9999": (_edit("2026-03-02T12:00:00", "9999-12-31T23:59:59"), {"CFDI40101", "CFDI40102"}),
    "49b Fecha in the year 1": (_edit("2026-03-02T12:00:00", "0001-01-01T00:00:00"), {"CFDI40101", "CFDI40102"}),
    "49c Fecha with a zone": (_edit("2026-03-02T12:00:00", "2026-03-02T12:00:00Z"), NO_CFDI),
    "49d Fecha in the year 0": (_edit("2026-03-02T12:00:00", "0000-01-01T00:00:00"), NO_CFDI),
}
