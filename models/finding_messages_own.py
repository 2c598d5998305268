"""Texts for our own codes: configuration, certificates, places, taxes and contacts."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_UPLOAD_CSD = _lt("Upload the CSD, the certificate for sealing invoices, not the e.firma (FIEL).")

CERTIFICATE = {
    "MX-CERT-01": Text(
        _lt("The file chosen as certificate is not a certificate."),
        _lt("Choose the file that ends in .cer, as SAT delivered it.")),
    "MX-CERT-02": Text(_lt("This is an e.firma (FIEL), not a CSD."), _UPLOAD_CSD),
    "MX-CERT-03": Text(
        _lt("The password does not open the private key."),
        _lt("Type the password that was chosen when the CSD was requested; capitals and small letters differ.")),
    "MX-CERT-04": Text(
        _lt("The private key does not belong to this certificate."),
        _lt("Choose the .cer and the .key of the same request; their names usually match.")),
    "MX-CERT-05": Text(
        _lt("The certificate has expired."),
        _lt("Request a new CSD with SAT's program Certifica and upload it.")),
    "MX-CERT-06": Text(
        _lt("The certificate is not valid yet."),
        _lt("Wait until its first day, and check the clock of the server.")),
    "MX-CERT-07": Text(
        _lt("The certificate belongs to another RFC than this company's."),
        _lt("Upload the CSD of this company, or correct the company's RFC.")),
    "MX-CERT-08": Text(
        _lt("The private key is of a kind that SAT does not use."),
        _lt("Choose the .key that SAT's program Certifica made (RSA, 2048 bits or more).")),
    "MX-CERT-09": Text(
        _lt("The certificate expires soon."),
        _lt("Request a new CSD with SAT's program Certifica before that day; both can be used meanwhile."),
        "certificates"),
    "MX-CERT-10": Text(
        _lt("It cannot be told whether this certificate is a CSD or an e.firma."),
        _lt("Check with SAT's site that it is the CSD of your company.")),
    "MX-CERT-11": Text(
        _lt("The file chosen as private key is not a private key."),
        _lt("Choose the file that ends in .key, as SAT delivered it.")),
    "MX-CERT-12": Text(_lt("The certificate does not name an RFC."), _UPLOAD_CSD),
    "MX-CERT-13": Text(
        _lt("The certificate does not have a number of 20 digits, so SAT did not issue it."), _UPLOAD_CSD),
}

CSD = {
    "MX-CSD-01": Text(
        _lt("The CSD %(number)s expired on %(date)s. Nothing is sealed and no stamp is used."),
        _lt("An administrator requests a new CSD with SAT's program Certifica and uploads it; what waits then goes by "
            "itself."), "certificates"),
    "MX-CSD-02": Text(
        _lt("The CSD %(number)s expires on %(date)s (days left: %(days)s)."),
        _lt("An administrator requests a new CSD with SAT's program Certifica and uploads it; both can be used "
            "meanwhile."), "certificates"),
    "MX-CSD-03": Text(
        _lt("SAT's list of issuers (LCO) does not have the new CSD %(number)s yet; that takes up to 72 hours, here "
            "until %(until)s."),
        _lt("There is nothing to do: the invoice waits and is sent by itself."), "certificates"),
    "MX-CSD-04": Text(
        _lt("SAT does not let this company issue with the CSD %(number)s: it is restricted (CFF 17-H Bis), or the "
            "RFC has no obligations for it. Nothing is sealed and no stamp is used."),
        _lt("An administrator looks into SAT's mailbox (Buzón Tributario) and clears it up. Then a new CSD is "
            "uploaded, or \"Cleared Up with SAT\" is pressed at the certificate; what waits goes by itself."),
        "certificates"),
    "MX-CSD-05": Text(
        _lt("SAT has left the CSD %(number)s without effect (CFF 17-H): it was revoked. Nothing is sealed and no "
            "stamp is used."),
        _lt("An administrator requests a new CSD with SAT's program Certifica, after clearing up why, and uploads it; "
            "what waits then goes by itself."), "certificates"),
}

PLACE = {
    "MX-PLACE-01": Text(
        _lt("The place of issue is unknown, and with it the local time of the CFDI."),
        _lt("Enter the issuing postal code of the journal, or the postal code of the company."), "journal"),
    "MX-PLACE-02": Text(
        _lt("The postal code %(value)s was added here without a time zone, so the local time of the CFDI is unknown."),
        _lt("An administrator enters the time zone at the row in SAT's catalogues."), "journal"),
}

SERVER = {
    "MX-TIME-01": Text(
        _lt("The server's time zone data are too old for Mexico."),
        _lt("Ask the server's administrator to update the package tzdata.")),
}

TAX = {
    "MX-TAX-01": Text(
        _lt("The name of the tax %(tax)s says ISR, but its SAT tax type is another one."),
        _lt("Set the SAT tax type to ISR, otherwise the CFDI calls it IVA."), "tax"),
    "MX-TAX-02": Text(
        _lt("The name of the tax %(tax)s says IEPS, but its SAT tax type is another one."),
        _lt("Set the SAT tax type to IEPS."), "tax"),
    "MX-TAX-03": Text(
        _lt("The tax %(tax)s is a fixed amount per unit, but its factor type is not Cuota."),
        _lt("Set the factor type to Cuota."), "tax"),
    "MX-TAX-04": Text(
        _lt("The tax %(tax)s is exempt, but it has a rate."),
        _lt("Set its amount to 0, or its factor type to Tasa."), "tax"),
}

PARTNER = {
    "MX-PARTNER-01": Text(
        _lt("The RFC is missing."),
        _lt("Copy it from the Constancia de Situación Fiscal. Use XAXX010101000 for customers without an RFC and "
            "XEXX010101000 for foreigners."), "partner"),
    "MX-PARTNER-02": Text(
        _lt("The RFC does not have the form of an RFC: three or four letters, a date and three characters."),
        _lt("Compare it with the Constancia de Situación Fiscal."), "partner"),
    "MX-PARTNER-03": Text(
        _lt("The last character of the RFC does not fit the others, so probably one is mistyped."),
        _lt("Compare it with the Constancia de Situación Fiscal. A few old RFC are right all the same."), "partner"),
    "MX-PARTNER-04": Text(
        _lt("The name ends in a kind of company (%(suffix)s), which SAT usually does not register as part of it."),
        _lt("Enter the fiscal name exactly as in the Constancia de Situación Fiscal."), "partner"),
    "MX-PARTNER-05": Text(
        _lt("The tax regime is missing."),
        _lt("Choose it from the Constancia de Situación Fiscal."), "partner"),
    "MX-PARTNER-06": Text(
        _lt("The fiscal postal code is missing."),
        _lt("Copy the postal code of the tax domicile from the Constancia de Situación Fiscal."), "partner"),
}

MESSAGES = {**CERTIFICATE, **CSD, **PLACE, **SERVER, **TAX, **PARTNER}
