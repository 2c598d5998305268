"""Texts for the generic codes of stamping services (Anexo 20, service of PACs) and of each provider."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_REPORT = _lt("Nothing in your data causes this. Send this text and the XML to whoever looks after your system.")
_WAIT = _lt("There is nothing to do: it is tried again automatically.")
_CREDENTIALS = _lt("Enter user and password of the provider again in the settings and test the connection.")
_TOKEN = _lt("Enter the provider's token again in the settings, or user and password, and test the connection.")
_PROVIDER = _lt("Ask the provider's support to activate the account and the RFC of your company.")
_UPLOAD = _lt("Upload the CSD of the company again: .cer, .key and its password.")

SAT = {
    "300": Text(
        _lt("The provider did not accept user and password. The invoice itself is not at fault."),
        _CREDENTIALS, "settings"),
    "301": Text(
        _lt("The XML does not have the form that SAT prescribes."),
        _lt("Look for empty or very long texts in the invoice. If there are none, send this text and the XML to "
            "whoever looks after your system."), "move"),
    "302": Text(_lt("The seal does not match the content of the CFDI."), _UPLOAD, "certificates"),
    "303": Text(
        _lt("The CSD belongs to another RFC than your company's."),
        _lt("Compare the RFC of the company with the one of the certificate in use."), "certificates"),
    "304": Text(
        _lt("SAT has revoked the CSD, or it has expired."),
        _lt("Request a new CSD with SAT's program Certifica and upload it."), "certificates"),
    "305": Text(
        _lt("The date of the invoice is outside the validity of the CSD."),
        _lt("Review the date of the invoice, or upload the CSD that is valid on that date."), "certificates"),
    "306": Text(
        _lt("The certificate is not a CSD; probably the e.firma (FIEL) was uploaded."),
        _lt("Upload the CSD, the certificate for sealing invoices."), "certificates"),
    "307": Text(
        _lt("This CFDI was already stamped. That is no error: its stamp is being fetched."), _WAIT),
    "308": Text(
        _lt("The certificate was not issued by SAT for this environment."),
        _lt("Use a test CSD only in the test environment, and your real CSD only in production."), "certificates"),
    "401": Text(
        _lt("The date of the invoice is more than 72 hours old, or in the future."),
        _lt("Use \"Change the date\", which shows what a new date changes."), "redate"),
    "402": Text(
        _lt("The RFC of your company is not in SAT's list of those who may issue (LCO)."),
        _lt("A new CSD needs 24 to 72 hours to get there. If yours is older, look into SAT's mailbox (Buzón "
            "Tributario): the CSD may be restricted."), "certificates"),
    "403": Text(_lt("The date of the invoice is before 2012."), _lt("Correct the date of the invoice."), "move"),
}

FINKOK = {
    "501": Text(
        _lt("The provider did not accept user and password. The invoice itself is not at fault."),
        _CREDENTIALS, "settings"),
    "601": Text(_lt("The RFC of your company is not registered in the provider's account."), _PROVIDER, "settings"),
    "603": Text(_lt("The provider knows no earlier stamp of this CFDI yet."), _WAIT),
    "702": Text(_lt("The RFC of your company is not active in the provider's account."), _PROVIDER, "settings"),
    "703": Text(_lt("The provider has suspended the account."), _PROVIDER, "settings"),
    "704": Text(_lt("The password of the private key is wrong."), _UPLOAD, "certificates"),
    "705": Text(
        _lt("The XML does not have the form that SAT prescribes."),
        _lt("Look for empty or very long texts in the invoice. If there are none, send this text and the XML to "
            "whoever looks after your system."), "move"),
    "706": Text(_lt("The RFC of your company does not belong to this provider's account."), _PROVIDER, "settings"),
    "707": Text(_lt("The XML that was sent carries a stamp already."), _REPORT),
    "708": Text(_lt("The provider cannot reach SAT at the moment."), _WAIT),
    "711": Text(_lt("The provider has a problem with the certificate."), _UPLOAD, "certificates"),
    "718": Text(
        _lt("The provider's account has no stamps left. The invoice waits."),
        _lt("Buy stamps from the provider; the invoice is sent by itself afterwards."), "settings"),
    "719": Text(
        _lt("The package of stamps of the provider's account is used up. The invoice waits."),
        _lt("Buy stamps from the provider; the invoice is sent by itself afterwards."), "settings"),
    "798": Text(_lt("The provider is still busy with an earlier request."), _WAIT),
    "799": Text(_lt("The provider received too many requests."), _WAIT),
}

SW = {
    "AU2000": Text(
        _lt("The provider did not accept user and password. The invoice itself is not at fault."),
        _CREDENTIALS, "settings"),
    "AU4000": Text(_lt("The provider did not accept the token, or the account is not active."), _TOKEN, "settings"),
    "AU4101": Text(_lt("The provider received no token."), _TOKEN, "settings"),
    "CFDI3307": Text(
        _lt("The provider has another document under the same key."),
        _lt("It is looked up again by itself. If this stays, send this text to the provider's support.")),
    "CO1000": Text(_lt("The provider failed, and did not say whether it had stamped the invoice."), _WAIT),
    "CO1001": Text(_lt("A complement of the CFDI is not declared as the provider expects it."), _REPORT),
    "CO1002": Text(_lt("A complement of the CFDI is not declared as the provider expects it."), _REPORT),
    "CO1003": Text(_lt("A complement of the CFDI is not declared as the provider expects it."), _REPORT),
    "CO1004": Text(_lt("A complement of the CFDI is not declared as the provider expects it."), _REPORT),
    "CO1005": Text(_lt("A complement of the CFDI is not declared as the provider expects it."), _REPORT),
    "CC2001": Text(_lt("A complement of the CFDI is not in force."), _REPORT),
    "CC3001": Text(_lt("The XML does not declare the CFDI as SAT prescribes."), _REPORT),
    "CC3002": Text(_lt("The XML does not declare the CFDI as SAT prescribes."), _REPORT),
    "MX-SW-01": Text(_lt("The provider did not accept the key under which the invoice was sent."), _REPORT),
}

STAMPS = {
    "MX-STAMPS-01": Text(
        _lt("The invoice waits, because the provider has no stamps for it: %(message)s"),
        _lt("Buy stamps from the provider; the invoice is sent by itself afterwards."), "settings"),
    "MX-STAMPS-02": Text(
        _lt("Few stamps are left: %(message)s"), _lt("Buy stamps from the provider before they are used up."),
        "settings"),
}

MESSAGES = {**SAT, **FINKOK, **SW, **STAMPS}
