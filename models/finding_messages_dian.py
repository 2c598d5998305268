"""Texts about the certificate of a Colombian company and the signature that it makes."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_ASK_CERTIFIER = _lt("Ask the certifier that sold it (accredited by ONAC) for a certificate for electronic invoicing.")
_NOT_OURS = _lt("Ask the sender for the file again; do not book what it says.")

CERTIFICATE = {
    "CO-CERT-01": Text(
        _lt("The file is not a certificate with its key."),
        _lt("Choose the file that ends in .p12 or .pfx, as the certifier delivered it.")),
    "CO-CERT-02": Text(
        _lt("The password does not open the file."),
        _lt("Type the password that came with the certificate; capitals and small letters differ.")),
    "CO-CERT-03": Text(
        _lt("The file holds no private key or no certificate."),
        _lt("Choose the file with the key in it; a file that ends in .cer or .crt is not enough.")),
    "CO-CERT-04": Text(_lt("The private key does not belong to the certificate in the file."), _ASK_CERTIFIER),
    "CO-CERT-05": Text(_lt("The key is of a kind that DIAN does not accept: %(detail)s."), _ASK_CERTIFIER),
    "CO-CERT-06": Text(
        _lt("The certificate expired on %(not_after)s."),
        _lt("Buy a new one from a certifier accredited by ONAC and upload it.")),
    "CO-CERT-07": Text(
        _lt("The certificate is only valid from %(not_before)s on."),
        _lt("Wait until that day, and check the clock of the server.")),
    "CO-CERT-08": Text(
        _lt("The certificate expires on %(not_after)s (days left: %(days)s)."),
        _lt("Buy a new one in time and upload it; both can be used meanwhile."), "settings"),
    "CO-CERT-09": Text(_lt("The certificate is not meant for signatures."), _ASK_CERTIFIER),
    "CO-CERT-10": Text(
        _lt("The certificate does not name the NIT %(nit)s of the company; found: %(found)s."),
        _lt("Compare it with the company's NIT: DIAN refuses documents signed by another company (rule ZE03)."),
        "company"),
    "CO-CERT-11": Text(
        _lt("The file does not hold the certificates of the certifier."),
        _lt("It can be used; if DIAN refuses the signature, ask the certifier for the file with the whole chain.")),
}

SIGNATURE = {
    "CO-XAD-01": Text(_lt("The document is not signed."), _NOT_OURS),
    "CO-XAD-02": Text(
        _lt("The signature cannot be checked here: %(problem)s."),
        _lt("It may be right all the same. Look the document up at DIAN.")),
    "CO-XAD-03": Text(
        _lt("The document names another signature policy than DIAN's."),
        _lt("Look the document up at DIAN before you rely on it.")),
    "CO-XAD-04": Text(
        _lt("The certificate was not valid when the document was signed."), _NOT_OURS),
    "CO-XAD-05": Text(_lt("The certificate was not issued by a known certifier."), _NOT_OURS),
    "CO-XAD-06": Text(
        _lt("Who issued the certificate was not checked, as no certifier is registered."),
        _lt("Look the document up at DIAN before you rely on it.")),
    "CO-XAD-07": Text(_lt("The certificate's key is too weak or not meant for signatures."), _NOT_OURS),
    "ZE01": Text(
        _lt("The signature does not have the structure that DIAN prescribes."),
        _lt("A document of your own is signed again when it is sent again; another's is asked for again.")),
    "ZE02": Text(
        _lt("The document was changed after it was signed, or the signature is wrong."),
        _lt("A document of your own is signed again when it is sent again; another's is asked for again.")),
    "ZE03": Text(
        _lt("The certificate belongs to another NIT than the issuer's and its provider's."),
        _lt("Upload the certificate of the company whose documents are sent."), "settings"),
}

MESSAGES = {**CERTIFICATE, **SIGNATURE}
