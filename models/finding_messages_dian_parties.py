"""Texts about issuer, buyer and seller of DIAN's documents (annex 1.9, FAJ, FAK, FAM)."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_PARTNER = _lt("Correct it in the contact, as it stands in its RUT or identity document.")
_COMPANY = _lt("Correct it in the company's contact, as it stands in the RUT.")
_HOME = _lt("Choose the municipality of the company from the list and complete its address.")
_ADDRESS = _lt("Choose the municipality of the contact from the list, or remove the address.")
_RANGE = _lt("Load the numbering ranges from DIAN again and choose the range in the journal.")
_DELIVERY = _lt("Correct the delivery address, or remove it.")

MESSAGES = {
    "CO-PARTY-01": Text(
        _lt("The name is missing."), _PARTNER, "by_place"),
    "CO-PARTY-02": Text(
        _lt("It is not said whether this is a company or a person."), _PARTNER, "by_place"),
    "CO-PARTY-03": Text(
        _lt(
            "222222222222 stands for the final consumer only: citizen's card, natural person,"
            " without responsibilities."), _PARTNER, "partner"),
    "CO-PARTY-04": Text(
        _lt("The postal code does not have six digits."), _PARTNER, "by_place"),
    "CO-ID-01": Text(
        _lt("Only a NIT has a check digit; the identification is of another type."), _PARTNER, "by_place"),
    "CO-ID-02": Text(
        _lt("The NIT has other characters than digits."), _PARTNER, "by_place"),
    "CO-ID-03": Text(
        _lt("The NIT seems to include its check digit."), _PARTNER, "by_place"),
    "FAJ20": Text(
        _lt("The issuer has no identification."), _COMPANY, "company"),
    "FAJ21": Text(
        _lt("The type of the issuer's identification is not allowed."), _COMPANY, "company"),
    "FAJ24": Text(
        _lt("The check digit of the issuer's NIT is wrong."), _COMPANY, "company"),
    "FAJ26": Text(
        _lt(
            "The tax responsibilities of the issuer are not those of the list (O-13, O-15, "
            "O-23, O-47 or R-99-PN)."), _COMPANY, "company"),
    "FAJ40": Text(
        _lt("The tax of the issuer is not one of IVA, INC, IVA e INC and No aplica."), _COMPANY, "company"),
    "FAJ41": Text(
        _lt("The tax of the issuer is not one of IVA, INC, IVA e INC and No aplica."), _COMPANY, "company"),
    "FAJ09": Text(
        _lt("The municipality of the issuer is missing or not the code of the list."), _HOME, "company"),
    "FAJ29": Text(
        _lt("The municipality of the issuer is missing or not the code of the list."), _HOME, "company"),
    "FAJ10": Text(
        _lt("The city of the issuer is missing."), _HOME, "company"),
    "FAJ30": Text(
        _lt("The city of the issuer is missing."), _HOME, "company"),
    "FAJ11": Text(
        _lt("The department of the issuer is not in the list."), _HOME, "company"),
    "FAJ31": Text(
        _lt("The department of the issuer is not in the list."), _HOME, "company"),
    "FAJ12": Text(
        _lt("The department of the issuer is not in the list."), _HOME, "company"),
    "FAJ32": Text(
        _lt("The department of the issuer is not in the list."), _HOME, "company"),
    "FAJ28": Text(
        _lt("The fiscal address of the issuer is missing."), _HOME, "company"),
    "FAJ16": Text(
        _lt("The country of the issuer is not Colombia."), _HOME, "company"),
    "FAJ17": Text(
        _lt("The country of the issuer is not spelled as in the list."), _HOME, "company"),
    "FAJ71": Text(
        _lt("The issuer has no e-mail to which documents are sent."), _COMPANY, "company"),
    "FAJ55": Text(
        _lt("The e-mail of the issuer is not one address."), _COMPANY, "company"),
    "FAJ43a": Text(
        _lt("The name of the issuer is not the one in its RUT."), _COMPANY, "company"),
    "FAJ73": Text(
        _lt("DIAN has no mailbox of the issuer for the documents that it receives."),
        _lt("Register the reception mailbox in DIAN's portal.")),
    "FAK20": Text(
        _lt("The buyer has no identification."), _PARTNER, "partner"),
    "FAK21": Text(
        _lt("The type of the buyer's identification is not allowed."), _PARTNER, "partner"),
    "FAK24": Text(
        _lt("The check digit of the buyer's NIT is wrong."), _PARTNER, "partner"),
    "FAK26": Text(
        _lt(
            "The tax responsibilities of the buyer are not those of the list (O-13, O-15, "
            "O-23, O-47 or R-99-PN)."), _PARTNER, "partner"),
    "FAK40": Text(
        _lt("The tax of the buyer is not one of IVA, INC, IVA e INC and No aplica."), _PARTNER, "partner"),
    "FAK41": Text(
        _lt("The tax of the buyer is not one of IVA, INC, IVA e INC and No aplica."), _PARTNER, "partner"),
    "FAK09": Text(
        _lt("The municipality of the buyer is missing or not the code of the list."), _ADDRESS, "partner"),
    "FAK29": Text(
        _lt("The municipality of the buyer is missing or not the code of the list."), _ADDRESS, "partner"),
    "FAK10": Text(
        _lt("The city of the buyer is missing."), _ADDRESS, "partner"),
    "FAK30": Text(
        _lt("The city of the buyer is missing."), _ADDRESS, "partner"),
    "FAK11": Text(
        _lt("The department of the buyer is not in the list."), _ADDRESS, "partner"),
    "FAK31": Text(
        _lt("The department of the buyer is not in the list."), _ADDRESS, "partner"),
    "FAK12": Text(
        _lt("The department of the buyer is not in the list."), _ADDRESS, "partner"),
    "FAK32": Text(
        _lt("The department of the buyer is not in the list."), _ADDRESS, "partner"),
    "FAK28": Text(
        _lt("The fiscal address of the buyer is missing."), _ADDRESS, "partner"),
    "FAK16": Text(
        _lt("The country of the buyer is not Colombia."), _ADDRESS, "partner"),
    "FAK17": Text(
        _lt("The country of the buyer is not spelled as in the list."), _ADDRESS, "partner"),
    "FAK71": Text(
        _lt("The buyer has no e-mail to which documents are sent."), _PARTNER, "partner"),
    "FAK55": Text(
        _lt("The e-mail of the buyer is not one address."), _PARTNER, "partner"),
    "FAJ49": Text(
        _lt("The prefix beside the issuer's name is not that of the range."), _RANGE, "journal"),
    "FAJ50": Text(
        _lt("The prefix beside the issuer's name is not that of the range."), _RANGE, "journal"),
    "FAJ51": Text(
        _lt("The matrícula mercantil does not have 6 to 12 digits."), _COMPANY, "company"),
    "FAK61": Text(
        _lt("A natural person needs the type and number of the identification."), _PARTNER, "partner"),
    "FAK62": Text(
        _lt("A natural person needs the type and number of the identification."), _PARTNER, "partner"),
    "FAM02a": Text(
        _lt("The place of the delivery is not in the lists."), _DELIVERY, "move"),
    "FAM02b": Text(
        _lt("The place of the delivery is not in the lists."), _DELIVERY, "move"),
}
