"""The rows about a document of DIAN that need no Odoo: its signature beside two libraries, and its whole way."""
import datetime
import re
from dataclasses import replace
from functools import cache

import signxml
import signxml.xades
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from core.certificates import RsaSigner
from core.dian import build, identity, rules, xades, xades_sign
from core.dian.model import Document
from core.dian.xades_names import POLICY, POLICY_DESCRIPTION, POLICY_HASHES, SHA256, ds, ext
from core.findings import blocking
from lib.measure import Row, compared, in_turns
from tests_core.conftest import Pair, make_certificate
from tests_core.dian_models import KEY, PIN, a_document, a_line

LINES = 10
_SLOT = b"<ext:ExtensionContent></ext:ExtensionContent>"
_PLACEHOLDER = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>'


@cache
def pair() -> Pair:
    return make_certificate(rfc="NIT 901002487-0", name="COMERCIAL INVENTADA SAS")


@cache
def signer() -> RsaSigner:
    return RsaSigner(pair().cer, pair().private_key)


def invoice(lines: int) -> Document:
    """An invoice with IVA, its totals added up by the core."""
    line = a_line()
    return a_document("01", lines=tuple(
        replace(line, id=str(number), item=replace(line.item, descriptions=(f"Producto número {number} de la lista",)))
        for number in range(1, lines + 1)))


def moment(document: Document) -> datetime.datetime:
    return datetime.datetime.combine(document.issue_date, document.issue_time)


def finished(document: Document) -> bytes:
    """The way of every document: CUFE, rules, XML, signature and its verification."""
    done = identity.identify(document, pin=PIN, technical_key=KEY)
    if blocking(rules.check(done, is_final=True)):
        raise AssertionError("the sample breaks a rule")
    return xades_sign.sign(build.to_xml(done), signer(), signing_time=moment(document))


def chain() -> list[Row]:
    document = invoice(LINES)
    key, text = pair().private_key, build.to_xml(document)[:1000]
    pairs = in_turns(
        lambda: finished(document), lambda: key.sign(text, padding.PKCS1v15(), hashes.SHA256()),
        rounds=60, ours_times=10, anchor_times=20)
    what = f"CUFE, rules, XML, XAdES and its verification, of {LINES} lines, to one RSA-2048 signature"
    return [compared("dian-chain", what, pairs, "<= 8")]


def signatures() -> list[Row]:
    """Unsigned bytes to signed bytes; ours with the verification before sending, the others without any."""
    document = invoice(LINES)
    xml = build.to_xml(identity.identify(document, pin=PIN, technical_key=KEY))
    rows = []
    for name, theirs in (("signxml", _signxml()), ("xmlsec", _xmlsec(document, xml))):
        if (wrong := xades.verify(theirs(xml))) and name == "xmlsec":  # signxml's own order of properties is not DIAN's
            raise AssertionError(wrong)
        pairs = in_turns(
            lambda: xades_sign.sign(xml, signer(), signing_time=moment(document)), lambda theirs=theirs: theirs(xml),
            rounds=40, ours_times=10, anchor_times=10)
        rows.append(compared(
            f"xades-{name}", f"XAdES of {LINES} lines, verified, to {name} without verification", pairs, ">= 1"))
    return rows


def _signxml():
    policy = signxml.xades.XAdESSignaturePolicy(
        Identifier=POLICY, Description=POLICY_DESCRIPTION, DigestMethod=SHA256, DigestValue=POLICY_HASHES["sha256"])
    maker = signxml.xades.XAdESSigner(
        signature_policy=policy, claimed_roles=["supplier"], signature_algorithm="rsa-sha256",
        digest_algorithm="sha256", c14n_algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315")
    key, chain_of = pair().private_key, [x509.load_der_x509_certificate(pair().cer)]
    filled = _SLOT.replace(b"><", b">" + _PLACEHOLDER + b"<")

    def sign(xml: bytes) -> bytes:
        root = etree.fromstring(xml.replace(_SLOT, filled))
        return etree.tostring(maker.sign(root, key=key, cert=chain_of, always_add_key_value=False))

    return sign


def _xmlsec(document: Document, xml: bytes):
    """A signature of the same form, whose digests and value the library makes."""
    ours = xades_sign.sign(xml, signer(), signing_time=moment(document))
    template = etree.tostring(etree.fromstring(ours).find(f".//{ds('Signature')}"))
    template = re.sub(rb"(<ds:SignatureValue[^>]*>)[^<]+", rb"\1", template)
    head, info, tail = re.split(rb"(<ds:SignedInfo.*</ds:SignedInfo>)", template, flags=re.DOTALL)
    template = head + re.sub(rb"<ds:DigestValue>[^<]+<", b"<ds:DigestValue><", info) + tail
    key = xmlsec.Key.from_memory(pair().key, xmlsec.constants.KeyDataFormatPkcs8Der, pair().password)

    def sign(data: bytes) -> bytes:
        root = etree.fromstring(data)
        node = etree.fromstring(template)
        root.findall(f".//{ext('ExtensionContent')}")[-1].append(node)
        xmlsec.tree.add_ids(node, ["Id"])
        context = xmlsec.SignatureContext()
        context.key = key
        context.sign(node)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    return sign


ROWS = {"dian-chain": chain, "xades-signxml": signatures, "xades-xmlsec": signatures}
