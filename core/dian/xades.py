"""Checking the signature of a DIAN document (XAdES-EPES, annex 1.9, chapter 10), and judging the certificate behind it.

`verify` answers one question only: does the signature by the embedded certificate cover this document? Who the
certificate belongs to, who issued it and when it was valid is the matter of `trust`.

Only one shape is accepted, so that nothing can be wrapped around it: one signature, in an extension of the root, with a
reference to the whole document, one to its own SignedProperties and at most one to its own KeyInfo.

Findings of `verify`: CO-XAD-01 not signed; ZE01 not the structure of such a signature (`problem`); ZE02 a digest or the
signature's value is wrong (`part`); CO-XAD-02 (warning) cannot be verified here, which does not make it invalid;
CO-XAD-03 (warning) not the known signature policy.
Findings of `trust`: ZE03 neither the sender's certificate nor its provider's; CO-XAD-04 not valid at that moment;
CO-XAD-05 not issued by a given authority; CO-XAD-06 (warning) no authority was given; CO-XAD-07 the key is too weak or
not meant for signatures.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from ..certificates import is_signed_by, load_certificate
from ..errors import CertificateError, InvalidDocument
from ..findings import Finding
from ..signature import decode_base64, is_signed, public_key
from ..xmlio.parse import Limits, parse_untrusted
from .certificate import holder_numbers, may_sign
from .xades_names import (
    C14N,
    DIGESTS,
    ENVELOPED,
    EXCLUSIVE_C14N,
    POLICY,
    POLICY_HASHES,
    SIGNATURES,
    SIGNED_PROPERTIES_TYPE,
    ds,
    ext,
)
from .xades_names import xades as xa

# An AttachedDocument holds two signed documents; a line of an invoice has some 60 elements.
DIAN_LIMITS = Limits(size=8 * 1024 * 1024, elements=200_000, all_attributes=600_000, text=6 * 1024 * 1024)

_WHERE = "Signature"
_LEAST_BITS = 2048
_MOST_NAMESPACES = 40  # in scope at one place; documents that DIAN accepted have up to twenty
_PLACE = (ext("UBLExtensions"), ext("UBLExtension"), ext("ExtensionContent"))
# not //@Id, which walks through every text, too
_IDS = etree.XPath(
    " | ".join(f"descendant-or-self::*/@{name}" for name in ("Id", "ID", "id", "xml:id")), smart_strings=False
)
_XML_ATTRIBUTE = etree.XPath("boolean(ancestor-or-self::*/@*[namespace-uri()='http://www.w3.org/XML/1998/namespace'])")


class _NotThisShape(Exception):
    """A signature that is built differently; the argument says how, in English."""


class _NotVerifiable(Exception):
    """A signature that may be right, but that this machine cannot check."""


@dataclass(frozen=True, slots=True)
class _Reference:
    """What one ds:Reference says: `node` is the element it covers, None for the whole document."""

    part: str
    node: etree._Element | None
    exclusive: bool
    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Signature:
    """The parts of the one signature; every element was looked up once and by its place."""

    element: etree._Element
    signed_info: etree._Element
    exclusive: bool
    method: str
    value: bytes
    certificate: bytes
    properties: etree._Element
    references: tuple[_Reference, ...]


def verify(xml: bytes, *, limits: Limits = DIAN_LIMITS) -> list[Finding]:
    """Whether the signature, by the certificate in it, covers the document; no finding when it does.

    :raises XmlRefused: not acceptable as XML.
    """
    root = parse_untrusted(xml, limits=limits, keep_instructions=True)
    if xml.count(b"xmlns") > _MOST_NAMESPACES and (count := _most_in_scope(root)) > _MOST_NAMESPACES:
        return [Finding.warning("CO-XAD-02", _WHERE, problem=f"{count} namespaces in scope")]
    return verify_tree(root)


def verify_tree(root: etree._Element) -> list[Finding]:
    """The same for a parsed document, processing instructions kept; its signature may be gone afterwards."""
    found = list(root.iter(ds("Signature")))
    if not found:
        return [Finding.error("CO-XAD-01", _WHERE)]
    try:
        signature = _read(root, found)
        findings = _policy_findings(signature.properties)
        wrong = _wrong_parts(root, signature)
    except _NotThisShape as error:
        return [Finding.error("ZE01", _WHERE, problem=str(error))]
    except _NotVerifiable as error:
        return [Finding.warning("CO-XAD-02", _WHERE, problem=str(error))]
    return [Finding.error("ZE02", _WHERE, part=part) for part in wrong] + findings


def trust(xml: bytes, at: datetime, roots: Iterable[bytes] = ()) -> list[Finding]:
    """Whether the embedded certificate may sign for this sender at the moment `at` (aware).

    The signature is not checked: that is the matter of `verify`.

    :param roots: certificates (DER) of the authorities to trust, intermediate ones too.
    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: no certificate to judge.
    """
    root = parse_untrusted(xml, limits=DIAN_LIMITS)
    der = signer_certificate_of(root)
    if der is None:
        raise InvalidDocument("KeyInfo", "no certificate, or more than one signature")
    try:
        certificate, numbers = load_certificate(der), holder_numbers(der)
    except CertificateError as error:
        return [Finding.error("ZE01", "KeyInfo", problem=str(error))]
    findings = []
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        until = certificate.not_valid_after_utc
        findings.append(Finding.error("CO-XAD-04", "KeyInfo", since=certificate.not_valid_before_utc, until=until))
    key = public_key(der)
    if key is None or key.key_size < _LEAST_BITS or not may_sign(certificate):
        findings.append(Finding.error("CO-XAD-07", "KeyInfo"))
    senders = _senders(root)
    if senders and not senders & numbers:
        findings.append(Finding.error("ZE03", "KeyInfo", sender=", ".join(sorted(senders))))
    return findings + _authority_findings(der, list(roots))


def signer_certificate_of(root: etree._Element) -> bytes | None:
    """The certificate (DER) of the one signature, None when there is none or more than one signature.

    `verify` and `trust` must mean the same one: another certificate elsewhere in the document never counts.
    """
    found = list(root.iter(ds("Signature")))
    if len(found) != 1:
        return None
    return decode_base64(found[0].findtext(f"{ds('KeyInfo')}/{ds('X509Data')}/{ds('X509Certificate')}") or "") or None


def _read(root: etree._Element, found: Sequence[etree._Element]) -> _Signature:
    if len(found) != 1:
        raise _NotThisShape(f"{len(found)} signatures")
    element = found[0]
    content = element.getparent()
    extension = None if content is None else content.getparent()
    extensions = None if extension is None else extension.getparent()
    if extensions is None or extensions.getparent() is not root or (
        extensions.tag, extension.tag, content.tag
    ) != _PLACE:
        raise _NotThisShape("the signature is not in an extension of the document")
    _check_unique_ids(root)
    signed_info = _only(element, ds("SignedInfo"))
    key_info = _only(element, ds("KeyInfo"))
    qualifying = _only(_only(element, ds("Object")), xa("QualifyingProperties"))
    if qualifying.get("Target") != f"#{element.get('Id')}":
        raise _NotThisShape("the qualifying properties are another signature's")
    properties = _only(qualifying, xa("SignedProperties"))
    method = _algorithm(signed_info, "SignatureMethod")
    if method not in SIGNATURES:
        raise _NotThisShape(f"signature method {method}")
    value = decode_base64("".join(_only(element, ds("SignatureValue")).itertext()))
    certificate = signer_certificate_of(root)
    if not value or not certificate:
        raise _NotThisShape("no value or no certificate")
    return _Signature(
        element=element,
        signed_info=signed_info,
        exclusive=_is_exclusive(_only(signed_info, ds("CanonicalizationMethod"))),
        method=method,
        value=value,
        certificate=certificate,
        properties=properties,
        references=_references(signed_info, key_info, properties),
    )


def _references(
    signed_info: etree._Element, key_info: etree._Element, properties: etree._Element
) -> tuple[_Reference, ...]:
    """The document and the signed properties, and KeyInfo where it is signed: each once, and nothing else."""
    if not properties.get("Id"):
        raise _NotThisShape("the signed properties have no Id")
    targets = {"": ("document", None), f"#{properties.get('Id')}": ("properties", properties)}
    if key_info.get("Id"):
        targets[f"#{key_info.get('Id')}"] = ("key", key_info)
    references = []
    for node in signed_info.iterchildren(ds("Reference")):
        uri = node.get("URI")
        if uri not in targets:
            raise _NotThisShape(f"a reference to {uri!r:.60}")
        part, target = targets.pop(uri)
        if part == "properties" and node.get("Type", SIGNED_PROPERTIES_TYPE) != SIGNED_PROPERTIES_TYPE:
            raise _NotThisShape("the type of the reference to the signed properties")
        references.append(_reference(node, part, target))
    if "document" not in (parts := {reference.part for reference in references}) or "properties" not in parts:
        raise _NotThisShape("the document or the signed properties are not signed")
    return tuple(references)


def _reference(node: etree._Element, part: str, target: etree._Element | None) -> _Reference:
    transforms = node.findall(f"{ds('Transforms')}/{ds('Transform')}")
    if part == "document":
        if not transforms or transforms[0].get("Algorithm") != ENVELOPED:
            raise _NotThisShape("the document is not signed as an enveloping one")
        transforms = transforms[1:]
    if len(transforms) > 1:
        raise _NotThisShape("transforms that a DIAN document does not have")
    algorithm = _algorithm(node, "DigestMethod")
    if algorithm not in DIGESTS:
        raise _NotThisShape(f"digest method {algorithm}")
    digest = decode_base64("".join(_only(node, ds("DigestValue")).itertext()))
    exclusive = _is_exclusive(transforms[0]) if transforms else False
    return _Reference(part, target, exclusive, DIGESTS[algorithm], digest or b"")


def _wrong_parts(root: etree._Element, signature: _Signature) -> list[str]:
    """The parts whose digest or signature is not the one that the document says."""
    key = public_key(signature.certificate)
    if key is None:
        raise _NotThisShape("the certificate holds no usable RSA key")
    signed = _canonical(signature.signed_info, signature.exclusive)
    algorithm = SIGNATURES[signature.method]
    wrong = [] if is_signed(key, signature.value, signed, algorithm) else ["value"]
    if not _names_certificate(signature):
        wrong.append("certificate")
    # the document last: its digest is taken after the signature was lifted out
    for reference in sorted(signature.references, key=lambda reference: reference.node is None):
        if reference.node is None:
            _lift_out(signature.element)
        data = _canonical(root.getroottree() if reference.node is None else reference.node, reference.exclusive)
        if hashlib.new(reference.algorithm, data).digest() != reference.digest:
            wrong.append(reference.part)
    return wrong


def _names_certificate(signature: _Signature) -> bool:
    """Whether SigningCertificate names the certificate of KeyInfo: else another one could be slipped in."""
    about = signature.properties.find(xa("SignedSignatureProperties"))
    names = [] if about is None else [*about.iter(xa("SigningCertificate"), xa("SigningCertificateV2"))]
    digest = names[0].find(f"{xa('Cert')}/{xa('CertDigest')}") if len(names) == 1 else None
    if digest is None:
        return False
    algorithm = DIGESTS.get(_algorithm(digest, "DigestMethod"))
    named = decode_base64(digest.findtext(ds("DigestValue")) or "")
    return algorithm is not None and hashlib.new(algorithm, signature.certificate).digest() == named


def _policy_findings(properties: etree._Element) -> list[Finding]:
    policy = properties.find(f".//{xa('SignaturePolicyId')}")
    if policy is None:
        return [Finding.warning("CO-XAD-03", _WHERE, policy="")]
    identifier = (policy.findtext(f"{xa('SigPolicyId')}/{xa('Identifier')}") or "").strip()
    digest = policy.find(xa("SigPolicyHash"))
    algorithm = DIGESTS.get(_algorithm(digest, "DigestMethod"), "") if digest is not None else ""
    value = (digest.findtext(ds("DigestValue")) or "").strip() if digest is not None else ""
    if identifier == POLICY and POLICY_HASHES.get(algorithm) == value:
        return []
    return [Finding.warning("CO-XAD-03", _WHERE, policy=identifier[:200])]


def _canonical(node: etree._Element | etree._ElementTree, exclusive: bool) -> bytes:
    if isinstance(node, etree._Element) and not exclusive and _XML_ATTRIBUTE(node):
        raise _NotVerifiable("an attribute of the xml namespace is inherited")
    try:
        return etree.tostring(node, method="c14n", exclusive=exclusive, with_comments=False)
    except (etree.C14NError, ValueError) as error:
        raise _NotVerifiable(str(error)[:200]) from None


def _lift_out(signature: etree._Element) -> None:
    """Take the signature out as the enveloped-signature transform does; the text behind it stays."""
    parent, tail = signature.getparent(), signature.tail
    if parent is None:
        return
    before = signature.getprevious()
    if tail and before is None:
        parent.text = (parent.text or "") + tail
    elif tail and before is not None:
        before.tail = (before.tail or "") + tail
    parent.remove(signature)


def _check_unique_ids(root: etree._Element) -> None:
    """An Id that stands twice could make a reference mean another element for another program."""
    seen = set()
    for value in _IDS(root):
        if value in seen:
            raise _NotThisShape(f"the Id {value[:60]} stands twice")
        seen.add(value)


def _most_in_scope(root: etree._Element) -> int:
    """The most prefixes that are declared around any element.

    At every element C14N looks through all of them, and for each through all again: 30 kB with a thousand cost seconds.
    """
    declared: list[str] = []
    most = 0
    for event, found in etree.iterwalk(root, events=("start-ns", "end-ns")):
        if event == "start-ns":
            declared.append(found[0])
            most = max(most, len(set(declared)))
        else:
            declared.pop()
    return most


def _only(parent: etree._Element, tag: str) -> etree._Element:
    found = list(parent.iterchildren(tag))
    if len(found) != 1:
        raise _NotThisShape(f"{len(found)} times {etree.QName(tag).localname}")
    return found[0]


def _algorithm(parent: etree._Element, local: str) -> str:
    return _only(parent, ds(local)).get("Algorithm", "")


def _is_exclusive(method: etree._Element) -> bool:
    algorithm = method.get("Algorithm", "")
    if algorithm not in (C14N, EXCLUSIVE_C14N):
        raise _NotVerifiable(f"canonicalisation {algorithm[:100]}")
    if len(method):
        raise _NotVerifiable("canonicalisation with InclusiveNamespaces")
    return algorithm == EXCLUSIVE_C14N


def _senders(root: etree._Element) -> frozenset[str]:
    """The numbers that may sign: the document's sender and its software provider.

    A support document (05, 95) is signed by its buyer, everything else by its supplier or sender.
    """
    kind = root.xpath("string(*[local-name()='InvoiceTypeCode' or local-name()='CreditNoteTypeCode'])").strip()
    party = "AccountingCustomerParty" if kind in ("05", "95") else "AccountingSupplierParty"
    sender = root.xpath(
        "*[local-name()=$party or local-name()='SenderParty']"
        "//*[local-name()='PartyTaxScheme']/*[local-name()='CompanyID']",
        party=party,
    )
    provider = root.xpath(
        "*[local-name()='UBLExtensions']//*[local-name()='SoftwareProvider']/*[local-name()='ProviderID']"
    )
    return frozenset("".join(node.itertext()).strip() for node in [*sender, *provider]) - {""}


def _authority_findings(der: bytes, roots: list[bytes]) -> list[Finding]:
    """Every given certificate is trusted as it is, so the first link decides."""
    if not roots:
        return [Finding.warning("CO-XAD-06", "KeyInfo")]
    if any((key := public_key(root)) is not None and is_signed_by(der, key) for root in roots):
        return []
    return [Finding.error("CO-XAD-05", "KeyInfo")]
