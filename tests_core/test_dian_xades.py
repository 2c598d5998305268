"""DIAN's signature: made by us and verified by xmlsec and signxml, made by xmlsec and verified by us, and attacked."""

import base64
import hashlib
import importlib.util
import random
import re
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import signxml.xades
import xmlsec
from cryptography import x509
from lxml import etree

from core.certificates import RsaSigner
from core.dian import container, xades, xades_sign
from core.dian.xades_names import POLICY, POLICY_HASHES, ds, ext
from core.errors import CertificateError, InvalidDocument, XmlRefused
from core.findings import blocking

BOGOTA = timezone(timedelta(hours=-5))
AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=BOGOTA)
NIT = "901002487"  # invented; its check digit is 0
SLOT = b"<ext:ExtensionContent></ext:ExtensionContent>"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def unsigned(*, extra: str = "", sender: str = NIT, kind: str = "01", party: str = "AccountingSupplierParty") -> bytes:
    """A small document with everything that the signature has to get right: two prefixes, a default one, odd texts."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
  xmlns:cbc="{_UBL}CommonBasicComponents-2" xmlns:ext="{_UBL}CommonExtensionComponents-2"
  xmlns:sts="dian:gov:co:facturaelectronica:Structures-2-1"><ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>
  <sts:DianExtensions><sts:SoftwareProvider><sts:ProviderID>{sender}</sts:ProviderID></sts:SoftwareProvider>
  </sts:DianExtensions></ext:ExtensionContent></ext:UBLExtension>
  <ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
  <cbc:ID>SETP990000001</cbc:ID><cbc:InvoiceTypeCode>{kind}</cbc:InvoiceTypeCode>
  <cbc:Note languageID="a&#10;b &quot;&#9;">Caña &amp; ron &lt; 5 &#13; ñandú 🙂</cbc:Note>{extra}
  <cac:{party}><cac:Party><cac:PartyTaxScheme><cbc:CompanyID schemeID="0">{sender}</cbc:CompanyID>
  </cac:PartyTaxScheme></cac:Party></cac:{party}></Invoice>""".encode()


@pytest.fixture(scope="module")
def pair(certificate):
    return certificate(rfc=f"NIT {NIT}-0", name="COMERCIAL INVENTADA SAS", days=900)


@pytest.fixture(scope="module")
def signer(pair):
    return RsaSigner(pair.cer, pair.private_key)


@pytest.fixture(scope="module")
def signed(signer):
    return xades_sign.sign(unsigned(), signer, signing_time=AT)


def codes(findings):
    return [finding.code for finding in findings]


def parts(findings):
    return [finding.params["part"] for finding in findings if finding.code == "ZE02"]


def verify_with_xmlsec(xml: bytes, cer: bytes) -> None:
    root = etree.fromstring(xml)
    xmlsec.tree.add_ids(root, ["Id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(cer, xmlsec.constants.KeyDataFormatCertDer, None)
    context.verify(root.find(f".//{ds('Signature')}"))


def test_another_library_verifies_what_we_sign(signed, pair):
    verify_with_xmlsec(signed, pair.cer)
    configuration = signxml.xades.XAdESSignatureConfiguration(require_x509=True)
    verified = signxml.xades.XAdESVerifier().verify(
        signed, x509_cert=x509.load_der_x509_certificate(pair.cer), expect_references=3, expect_config=configuration
    )
    assert len(verified) == 3
    assert xades.verify(signed) == []


def test_the_document_itself_is_not_changed(signed):
    before, after = etree.fromstring(unsigned()), etree.fromstring(signed)
    signature = after.find(f".//{ds('Signature')}")
    signature.getparent().remove(signature)
    assert etree.tostring(before, method="c14n") == etree.tostring(after, method="c14n")


def test_the_signature_names_time_policy_role_and_chain(pair, signer, certificate):
    above = certificate(rfc="NIT 901002488-8", name="ENTIDAD INVENTADA", slot=1).cer
    xml = xades_sign.sign(unsigned(), signer, signing_time=AT, chain=[above], role=xades_sign.Role.THIRD_PARTY)
    text = {etree.QName(node).localname: node.text for node in etree.fromstring(xml).iter("*")}
    assert text["SigningTime"] == "2026-11-20T09:30:15-05:00"
    assert text["Identifier"] == POLICY
    assert text["ClaimedRole"] == "third party"
    digests = re.findall(rb"<xades:CertDigest>.*?DigestValue>([^<]+)<", xml)
    assert [base64.b64decode(digest) for digest in digests] == [
        hashlib.sha256(der).digest() for der in (pair.cer, above)
    ]
    assert xades.verify(xml) == []
    # another library wants to see every certificate that is named
    verified = signxml.xades.XAdESVerifier().verify(
        xml, x509_cert=x509.load_der_x509_certificate(pair.cer), expect_references=3,
        expect_config=signxml.xades.XAdESSignatureConfiguration(require_x509=True))
    assert len(verified) == 3
    verify_with_xmlsec(xml, pair.cer)


def test_the_policy_hashes_are_those_of_the_published_file():
    facho = importlib.util.find_spec("facho")
    policy = Path(facho.origin).parent / "fe" / "data" / "dian" / "politicadefirmav2.pdf"
    data = policy.read_bytes()
    for name, published in POLICY_HASHES.items():
        assert base64.b64encode(hashlib.new(name, data).digest()).decode() == published


@pytest.mark.parametrize("xml", [
    unsigned().replace(SLOT, SLOT.replace(b"><", b">x<")),
    unsigned().replace(b"<ext:UBLExtension>" + SLOT + b"</ext:UBLExtension>", b""),
    b"<Invoice/>",
], ids=["text in the slot", "no slot", "no extensions"])
def test_there_has_to_be_an_empty_slot(xml, signer):
    with pytest.raises(InvalidDocument):
        xades_sign.sign(xml, signer, signing_time=AT)


def test_nothing_is_signed_twice_nor_without_a_time_zone_nor_with_a_foreign_key(signed, signer, pair, certificate):
    with pytest.raises(InvalidDocument):
        xades_sign.sign(signed, signer, signing_time=AT)
    with pytest.raises(InvalidDocument):
        xades_sign.sign(unsigned(), signer, signing_time=AT.replace(tzinfo=None))
    with pytest.raises(CertificateError):
        xades_sign.sign(unsigned(), RsaSigner(pair.cer, certificate(slot=1).private_key), signing_time=AT)


def test_every_changed_text_and_attribute_is_found(signed):
    """Every text and attribute, one after the other; only the Id of SignatureValue means nothing to anybody."""
    root = etree.fromstring(signed)
    for element in root.iter("*"):
        if element.text and element.text.strip():
            keep, element.text = element.text, _changed(element.text)
            assert xades.verify(etree.tostring(root)), element.tag
            element.text = keep
        for name, value in element.items() if element.tag != ds("SignatureValue") else ():
            element.set(name, _changed(value))
            assert xades.verify(etree.tostring(root)), (element.tag, name)
            element.set(name, value)
    assert xades.verify(etree.tostring(root)) == []


def _changed(text: str) -> str:
    """Another text of the same shape: a digit or letter of it is another one."""
    at = next((index for index, character in enumerate(text) if character.isalnum()), 0)
    return text[:at] + ("b" if text[at : at + 1] != "b" else "c") + text[at + 1 :]


def test_what_xmlsec_refuses_we_refuse(signed, pair):
    """Bytes changed at random: whatever still verifies here also does there."""
    rng = random.Random(20261120)
    for _round in range(300):
        data = bytearray(signed)
        data[rng.randrange(len(data))] = rng.randrange(33, 127)
        try:
            ours = xades.verify(bytes(data))
        except XmlRefused:
            continue
        if not ours:
            verify_with_xmlsec(bytes(data), pair.cer)


def sign_with_xmlsec(pair, template: str) -> bytes:
    """The signature of another library around `template`, a ds:Signature with empty values."""
    xml = unsigned().replace(SLOT,
                             b"<ext:ExtensionContent>" + template.encode() + b"</ext:ExtensionContent>")
    root = etree.fromstring(xml)
    xmlsec.tree.add_ids(root, ["Id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        pair.key, xmlsec.constants.KeyDataFormatPkcs8Der, pair.password
    )
    context.sign(root.find(f".//{ds('Signature')}"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"


def template(
    pair, *, c14n=_C14N, method=_MORE + "rsa-sha256", digest=_ENC + "sha256", properties=True, document=True, extra="",
    transforms="", policy=POLICY,
) -> str:
    """A signature as other issuers make it: two references, the signed properties' after the document's."""
    cert = base64.b64encode(hashlib.sha256(pair.cer).digest()).decode()
    reference = '<ds:Reference {}><ds:Transforms>{}</ds:Transforms><ds:DigestMethod Algorithm="' + digest + '"/>' \
        "<ds:DigestValue/></ds:Reference>"
    enveloped = '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>' + transforms
    return f"""<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="s"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{c14n}"/><ds:SignatureMethod Algorithm="{method}"/>
{reference.format('URI=""', enveloped) if document else ""}
{reference.format('URI="#p"', f'<ds:Transform Algorithm="{c14n}"/>') if properties else ""}{extra}
</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo Id="k"><ds:X509Data><ds:X509Certificate>
{base64.encodebytes(pair.cer).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object Id="o">
<xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#s"><xades:SignedProperties Id="p">
<xades:SignedSignatureProperties><xades:SigningTime>2026-11-20T09:30:15-05:00</xades:SigningTime>
<xades:SigningCertificate><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="{_ENC}sha256"/>
<ds:DigestValue>{cert}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificate>
<xades:SignaturePolicyIdentifier><xades:SignaturePolicyId><xades:SigPolicyId><xades:Identifier>{policy}
</xades:Identifier></xades:SigPolicyId><xades:SigPolicyHash><ds:DigestMethod Algorithm="{_ENC}sha256"/>
<ds:DigestValue>{POLICY_HASHES["sha256"]}</ds:DigestValue></xades:SigPolicyHash></xades:SignaturePolicyId>
</xades:SignaturePolicyIdentifier></xades:SignedSignatureProperties></xades:SignedProperties>
</xades:QualifyingProperties></ds:Object></ds:Signature>"""


@pytest.mark.parametrize("given", [
    {},
    {"c14n": _EXCLUSIVE},
    {"method": _MORE + "rsa-sha384", "digest": _MORE + "sha384"},
    {"method": _MORE + "rsa-sha512", "digest": _ENC + "sha512"},
    {"transforms": f'<ds:Transform Algorithm="{_C14N}"/>'},
    {"extra": f'<ds:Reference URI="#k"><ds:DigestMethod Algorithm="{_ENC}sha256"/><ds:DigestValue/></ds:Reference>'},
], ids=["two references", "exclusive", "SHA-384", "SHA-512", "second transform", "key info signed"])
def test_the_signature_of_another_library_is_understood(given, pair):
    assert xades.verify(sign_with_xmlsec(pair, template(pair, **given))) == []


@pytest.mark.parametrize(("row", "given"), [
    (54, {"extra": f'<ds:Reference URI="#o"><ds:DigestMethod Algorithm="{_ENC}sha256"/><ds:DigestValue/>'
                   "</ds:Reference>"}),
    (55, {"transforms": '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath>'
                        f'</ds:Transform><ds:Transform Algorithm="{_C14N}"/>'}),
    (57, {"digest": "http://www.w3.org/2000/09/xmldsig#sha1"}),
    (0, {"method": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}),
    (0, {"properties": False}),
    (0, {"document": False}),
], ids=["another reference", "XPath transform", "SHA-1 digest", "SHA-1 signature", "no properties", "no document"])
def test_what_xmlsec_accepts_is_refused_when_it_is_no_dian_signature(row, given, pair):
    xml = sign_with_xmlsec(pair, template(pair, **given))
    verify_with_xmlsec(xml, pair.cer)
    assert codes(xades.verify(xml)) == ["ZE01"]


def test_an_unknown_policy_is_a_warning(pair):
    findings = xades.verify(sign_with_xmlsec(pair, template(pair, policy="https://example.com/policy")))
    assert codes(findings) == ["CO-XAD-03"] and not blocking(findings)


def test_row_51_a_wrapped_document_is_refused(signed):
    """The signed document moved below a forged root, its signature left where a careless reader finds it."""
    inner = signed.split(b"?>", 1)[1].strip()
    forged = unsigned().replace(b"</cbc:Note>", b"</cbc:Note><cac:Old>" + inner + b"</cac:Old>")
    assert codes(xades.verify(forged)) == ["ZE01"]


def test_row_51_a_signature_moved_into_the_body_is_refused(signed):
    root = etree.fromstring(signed)
    signature = root.find(f".//{ds('Signature')}")
    root.append(signature)
    assert codes(xades.verify(etree.tostring(root))) == ["ZE01"]


def test_row_52_an_id_that_stands_twice_is_refused(signed):
    identity = re.search(rb'Id="(xmldsig-[^"]+-signedprops)"', signed).group(1)
    assert codes(xades.verify(signed.replace(b"<cbc:ID>", b'<cbc:ID Id="' + identity + b'">', 1))) == ["ZE01"]


def test_row_53_two_signatures_are_refused(signed):
    signature = re.search(rb"<ds:Signature .*</ds:Signature>", signed, re.DOTALL).group()
    end = b"</sts:DianExtensions>"
    assert codes(xades.verify(signed.replace(end, end + signature))) == ["ZE01"]


def test_row_54_an_external_reference_is_refused_and_never_fetched(signed):
    assert codes(xades.verify(signed.replace(b'URI=""', b'URI="http://127.0.0.1:9/x"'))) == ["ZE01"]


def test_row_56_an_hmac_with_the_public_key_is_refused(signed):
    forged = signed.replace(b"xmldsig-more#rsa-sha256", b"xmldsig-more#hmac-sha256")
    assert codes(xades.verify(forged)) == ["ZE01"]


def test_row_58_a_comment_inside_a_digest_does_not_change_what_is_read(signed):
    assert xades.verify(signed.replace(b"<ds:DigestValue>", b"<ds:DigestValue><!-- x -->")) == []
    assert parts(xades.verify(re.sub(rb"<ds:DigestValue>....", b"<ds:DigestValue>AAAA<!---->", signed, count=1))) == [
        "value", "document",
    ]


def test_row_59_the_certificate_of_somebody_else_is_refused(signed, pair, certificate):
    other = certificate(rfc="NIT 901002488-8", name="OTRA", slot=1)
    forged = signed.replace(base64.b64encode(pair.cer), base64.b64encode(other.cer))
    assert parts(xades.verify(forged)) == ["value", "certificate", "key"]


def test_a_trusted_certificate_elsewhere_in_the_document_does_not_count(pair, certificate):
    """Trust is asked of the certificate that verified, not of the first one that stands in the text."""
    attacker = certificate(rfc="NIT 901002488-8", name="ATACANTE", slot=1)
    bait = f'<ds:X509Certificate xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{base64.b64encode(pair.cer).decode()}' \
        "</ds:X509Certificate>"
    xml = unsigned().replace(b"<sts:DianExtensions>", b"<sts:DianExtensions>" + bait.encode())
    forged = xades_sign.sign(xml, RsaSigner(attacker.cer, attacker.private_key), signing_time=AT)
    assert xades.verify(forged) == []
    assert codes(xades.trust(forged, AT, [pair.cer])) == ["ZE03", "CO-XAD-05"]


def test_comments_do_not_count_and_instructions_do(signed):
    assert xades.verify(signed.replace(b"<cbc:ID>", b"<!-- x --><cbc:ID>")) == []
    assert parts(xades.verify(signed.replace(b"<cbc:ID>", b"<?x y?><cbc:ID>"))) == ["document"]
    assert parts(xades.verify(signed + b"<?x y?>")) == ["document"]


@pytest.mark.parametrize("xml", [
    unsigned(extra='<x xmlns="relative"/>'),
    unsigned().replace(b"<Invoice ", b'<Invoice xml:lang="es" '),
], ids=["relative namespace", "xml:lang on the root"])
def test_what_cannot_be_canonicalised_is_not_called_invalid(xml, pair):
    if b"relative" in xml:
        xml = xml.replace(SLOT, b"<ext:ExtensionContent>" + template(pair).replace(
            "<ds:SignatureValue/>", "<ds:SignatureValue>AAAA</ds:SignatureValue>"
        ).replace("<ds:DigestValue/>", "<ds:DigestValue>AAAA</ds:DigestValue>").encode() + b"</ext:ExtensionContent>")
    else:
        text = template(pair).replace("/>", "/>", 1)
        root = etree.fromstring(xml)
        slot = root.findall(f".//{ext('ExtensionContent')}")[-1]
        slot.append(etree.fromstring(text))
        xmlsec.tree.add_ids(root, ["Id"])
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(pair.key, xmlsec.constants.KeyDataFormatPkcs8Der, pair.password)
        context.sign(slot[0])
        xml = etree.tostring(root)
    findings = xades.verify(xml)
    assert codes(findings) == ["CO-XAD-02"] and not blocking(findings)


def test_an_unsigned_document_says_so():
    assert codes(xades.verify(unsigned())) == ["CO-XAD-01"]
    with pytest.raises(InvalidDocument):
        xades.trust(unsigned(), AT)


def test_trust_is_for_the_sender_at_that_moment_by_a_known_authority(signed, pair, certificate, signer):
    assert codes(xades.trust(signed, AT, [pair.cer])) == []
    assert codes(xades.trust(signed, AT)) == ["CO-XAD-06"]
    assert codes(xades.trust(signed, AT, [certificate(slot=1).cer])) == ["CO-XAD-05"]
    assert codes(xades.trust(signed, AT + timedelta(days=4000), [pair.cer])) == ["CO-XAD-04"]
    foreign = xades_sign.sign(unsigned(sender="901002488"), signer, signing_time=AT)
    assert codes(xades.trust(foreign, AT, [pair.cer])) == ["ZE03"]


def test_a_support_document_is_signed_by_its_buyer(signer, pair):
    parties = """<cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>10254102</cbc:CompanyID>
    </cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>"""
    buyers = unsigned(kind="05", party="AccountingCustomerParty", extra=parties)
    assert codes(xades.trust(xades_sign.sign(buyers, signer, signing_time=AT), AT, [pair.cer])) == []
    sellers = unsigned(kind="05", sender="901002488", extra=parties.replace("10254102", NIT))
    sellers = sellers.replace(b"<sts:ProviderID>901002488", b"<sts:ProviderID>901002489")
    assert codes(xades.trust(xades_sign.sign(sellers, signer, signing_time=AT), AT, [pair.cer])) == ["ZE03"]


@pytest.mark.parametrize("given", [{"kind": "efirma"}, {"bits": 1024, "slot": 3}], ids=["may sign", "too short a key"])
def test_the_key_has_to_be_meant_and_long_enough(given, certificate):
    pair = certificate(rfc=f"NIT {NIT}-0", **given)
    xml = xades_sign.sign(unsigned(), RsaSigner(pair.cer, pair.private_key), signing_time=AT)
    expected = ["CO-XAD-07"] if "bits" in given else []
    assert codes(xades.trust(xml, AT, [pair.cer])) == expected


# --- what costs more than it weighs ---------------------------------------------------------------------------------


def declaring(depth: int, each: int, leaves: int) -> str:
    """Elements inside one another, each with namespaces of its own, and empty ones in the innermost."""
    text = "<b/>" * leaves
    for level in range(depth):
        names = "".join(f' xmlns:p{level}_{at}="urn:{level}:{at}"' for at in range(each))
        text = f"<b{names}>{text}</b>"
    return text


def test_a_bomb_of_namespaces_is_not_canonicalised(pair):
    """60 kB on which C14N works for minutes; it may even be signed rightly, so that it is not called invalid."""
    filled = template(pair).replace("<ds:SignatureValue/>", "<ds:SignatureValue>AAAA</ds:SignatureValue>").replace(
        "<ds:DigestValue/>", "<ds:DigestValue>AAAA</ds:DigestValue>")
    xml = unsigned(extra=declaring(40, 50, 1000)).replace(
        SLOT, b"<ext:ExtensionContent>" + filled.encode() + b"</ext:ExtensionContent>")
    started = time.process_time()
    [finding] = xades.verify(xml)
    assert (finding.code, finding.params["problem"]) == ("CO-XAD-02", "2005 namespaces in scope")
    assert time.process_time() - started < 5


def test_as_many_namespaces_as_documents_have_are_verified(signer, pair):
    """Twenty around everything, and every element of a list with one of its own, as some programs write."""
    many = "".join(f' xmlns:n{number}="urn:n:{number}"' for number in range(20)).encode()
    each = '<cbc:Note xmlns:own="urn:own">x</cbc:Note>' * 60
    xml = xades_sign.sign(
        unsigned(extra=each).replace(b"<Invoice ", b"<Invoice" + many + b" ", 1), signer, signing_time=AT)
    assert xades.verify(xml) == []
    verify_with_xmlsec(xml, pair.cer)


@pytest.mark.parametrize("many", [2, 2_000])
def test_a_reference_that_stands_more_than_once_is_refused(signed, many):
    reference = re.search(rb'<ds:Reference Id=.*?</ds:Reference>', signed, re.DOTALL).group()
    forged = signed.replace(reference, reference * many)
    assert codes(xades.verify(forged)) == ["ZE01"]


_ENTITY = b'<!DOCTYPE Invoice [<!ENTITY e "901002487">]>'
_EXTERNAL = b'<!DOCTYPE Invoice [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
_LAUGHS = b'<!DOCTYPE Invoice [<!ENTITY a "ha"><!ENTITY e "' + b"&a;" * 1000 + b'">]>'


@pytest.mark.parametrize("dtd", [_ENTITY, _EXTERNAL, _LAUGHS, b'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/x.dtd">'])
@pytest.mark.parametrize("judge", [xades.verify, lambda xml: xades.trust(xml, AT), container.contents],
                         ids=["verify", "trust", "container"])
def test_a_dtd_is_refused_before_anything_is_read(signed, dtd, judge):
    xml = signed.replace(b"<Invoice ", dtd + b"<Invoice ", 1).replace(b"SETP990000001<", b"&e;<", 1)
    with pytest.raises(XmlRefused) as refused:
        judge(xml)
    assert refused.value.reason == "doctype"


def test_nothing_is_signed_that_has_a_dtd(signer):
    with pytest.raises(XmlRefused):
        xades_sign.sign(unsigned().replace(b"<Invoice ", _ENTITY + b"<Invoice ", 1), signer, signing_time=AT)


@pytest.mark.parametrize("attribute", ["Id", "ID", "id", "xml:id"])
def test_a_second_element_with_the_signed_id_is_refused_however_the_attribute_is_spelled(signed, attribute):
    """xmlsec would have taken one of them, and a reader the other."""
    identity = re.search(rb'Id="(xmldsig-[^"]+-signedprops)"', signed).group(1)
    forged = signed.replace(b"<cbc:ID>", b"<cbc:ID " + attribute.encode() + b'="' + identity + b'">', 1)
    assert codes(xades.verify(forged)) == ["ZE01"]


def test_properties_beside_the_signed_ones_are_refused(signed):
    """A second SignedProperties with another certificate and policy, which a careless reader might find first."""
    properties = re.search(rb"<xades:SignedProperties .*</xades:SignedProperties>", signed, re.DOTALL).group()
    other = re.sub(rb'Id="[^"]+"', b'Id="x"', properties, count=1)
    assert codes(xades.verify(signed.replace(properties, other + properties))) == ["ZE01"]


def test_what_is_signed_is_what_was_given_byte_by_byte(signer):
    """Canonical or not: only the slot is filled, and another library finds the same digests."""
    for xml in (unsigned(), unsigned(extra="<cbc:Note><![CDATA[a < b]]></cbc:Note><!-- x -->\r\n<cbc:Note/>")):
        signed = xades_sign.sign(xml, signer, signing_time=AT)
        before, after = xml.split(SLOT)
        assert signed.startswith(before + b"<ext:ExtensionContent><ds:Signature")
        assert signed.endswith(b"</ds:Signature></ext:ExtensionContent>" + after)
        verify_with_xmlsec(signed, signer.certificate_der)
