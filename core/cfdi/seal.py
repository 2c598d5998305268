"""Sealing a CFDI with a CSD, checking a seal, and judging the certificate behind it.

`verify` answers one question only: does the signature by the embedded certificate cover this document? Who the
certificate belongs to, who issued it and when it was valid is the matter of `trust`.

Findings of `verify`: CFDI40102 the seal is not the one of this document; CFDI40106 no certificate that can be read;
MX-SEAL-01 not sealed; MX-SEAL-02 a complement is not known, so the seal cannot be checked.
Findings of `trust`: 303 another taxpayer's certificate; 305 not valid at that moment; 306 an e.firma, no CSD;
308 not issued by a given authority; CFDI40106 NoCertificado is not the certificate's; MX-SEAL-03 (warning) no authority
was given, so the issuer is not checked.
"""

import base64
from collections.abc import Iterable
from datetime import datetime
from weakref import WeakKeyDictionary

from lxml import etree

from .. import certificates
from ..errors import CertificateError, InvalidDocument, UnknownComplement
from ..findings import Finding
from ..rfc import normalise
from ..signature import Signer, decode_base64, is_signed, public_key
from ..xmlio.parse import CFDI_LIMITS, Limits, parse_untrusted
from ..xmlio.write import legal, to_bytes
from . import build, names
from .cadena import normalized, original_string_of, require_comprobante
from .model import Comprobante


def seal(comprobante: Comprobante, signer: Signer) -> bytes:
    """The sealed document: NoCertificado, Certificado and Sello are set, whatever the model had there.

    :raises InvalidDocument: it is stamped already; a new seal would make the stamp worthless.
    :raises CertificateError: the certificate has no SAT number, or the key is not the one of the certificate.
    :raises XmlRefused: a character that cannot stand in XML.
    """
    if comprobante.timbre is not None:
        raise InvalidDocument("Complemento.TimbreFiscalDigital", "stamped already")
    certificate = signer.certificate_der
    if public_key(certificate) is None:
        raise CertificateError("MX-CERT-01")
    root = build.to_tree(comprobante)
    root.set("Sello", "")
    root.set("NoCertificado", certificates.serial_of(certificate))
    root.set("Certificado", base64.b64encode(certificate).decode("ascii"))
    text = legal(original_string_of(root)).encode("utf-8")
    signature = signer.sign(text)
    _prove(signer, certificate, signature, text)
    root.set("Sello", base64.b64encode(signature).decode("ascii"))
    return to_bytes(root)


# the certificate that a signer's own signature has been checked by; signers live as long as their key is loaded
_proven: WeakKeyDictionary[Signer, bytes] = WeakKeyDictionary()


def _prove(signer: Signer, certificate: bytes, signature: bytes, text: bytes) -> None:
    """Check the first signature of every signer: with another key each of them would cost a folio.

    :raises CertificateError: the key is not the one of the certificate.
    """
    if _proven.get(signer) == certificate:
        return
    key = public_key(certificate)
    if key is None or not is_signed(key, signature, text):
        raise CertificateError("MX-CERT-04")
    _proven[signer] = certificate


def verify(xml: bytes, *, limits: Limits = CFDI_LIMITS) -> list[Finding]:
    """Whether Sello, by the certificate in the document, covers it; no finding when it does.

    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: not a CFDI 4.0.
    """
    return verify_tree(parse_untrusted(xml, limits=limits))


def verify_tree(root: etree._Element) -> list[Finding]:
    """The same for a parsed document."""
    require_comprobante(root)
    seal_text = normalized(root.get("Sello", ""))
    if not seal_text:
        return [Finding.error("MX-SEAL-01", "Sello")]
    certificate = decode_base64(root.get("Certificado", ""))
    key = public_key(certificate) if certificate else None
    if key is None:
        return [Finding.error("CFDI40106", "Certificado")]
    signature = decode_base64(seal_text)
    try:
        text = original_string_of(root).encode("utf-8")
    except UnknownComplement as error:
        return [Finding.error("MX-SEAL-02", "Complemento", namespace=error.namespace, name=error.name)]
    if signature is None or not is_signed(key, signature, text):
        return [Finding.error("CFDI40102", "Sello")]
    return []


def trust(xml: bytes, at: datetime, roots: Iterable[bytes] = ()) -> list[Finding]:
    """Whether the embedded certificate may seal for this issuer at the moment `at` (aware); the seal is not checked.

    :param roots: certificates (DER) of the authorities to trust, intermediate ones too.
    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: not a CFDI 4.0.
    """
    root = parse_untrusted(xml)
    require_comprobante(root)
    der = decode_base64(root.get("Certificado", "")) or b""
    issuer = root.find(names.cfdi("Emisor"))
    rfc = "" if issuer is None else normalized(issuer.get("Rfc", ""))
    report = certificates.inspect(der, at=at)
    if any(finding.code == "MX-CERT-01" for finding in report.findings):
        return [Finding.error("CFDI40106", "Certificado")]
    findings = [
        Finding.error(_CODES[finding.code], "Certificado", **finding.params)
        for finding in report.findings
        if finding.code in _CODES
    ]
    if report.rfc != normalise(rfc):
        findings.append(Finding.error("303", "Emisor.Rfc", rfc=rfc, certificate=report.rfc))
    if report.serial_number != normalized(root.get("NoCertificado", "")):
        findings.append(Finding.error("CFDI40106", "NoCertificado", certificate=report.serial_number))
    return findings + _issuer_findings(der, list(roots))


# what `certificates.inspect` says, under the codes that SAT gives for a seal
_CODES = {"MX-CERT-02": "306", "MX-CERT-05": "305", "MX-CERT-06": "305"}


def _issuer_findings(der: bytes, roots: list[bytes]) -> list[Finding]:
    """The chain: each certificate signed by the next, up to one of `roots`."""
    if not roots:
        return [Finding.warning("MX-SEAL-03", "Certificado")]
    # every given certificate is trusted as it is, so the first link decides
    if any(_is_issued_by(der, root) for root in roots):
        return []
    return [Finding.error("308", "Certificado")]


def _is_issued_by(der: bytes, issuer_der: bytes) -> bool:
    """Whether the issuer's key made the certificate's signature; names are not compared (some cannot be parsed)."""
    key = public_key(issuer_der)
    return key is not None and certificates.is_signed_by(der, key)
