"""What an answer code of a PAC means for us: who acts, whether the same bytes may go again, whether a stamp was made.

Data, not texts: sentences for people are attached at the Odoo edge by the same code. The codes of SAT's validation
matrices (CFDI40nnn, CRPnnnnn, ...) are families, the generic ones (Anexo 20, "Especificaciones del servicio de
timbrado") and the PAC's own are listed one by one. A code that is in neither is treated as a remark on the content
whose effect is not proven.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .base import Category


@dataclass(frozen=True, slots=True)
class Meaning:
    """`retry`: the same bytes may be accepted later. `folio_spent`: True = a stamp for these bytes exists, False = none
    was made by this call, None = the answer does not prove either. `known`: the code is in the table.
    """

    category: Category
    retry: bool = False
    folio_spent: bool | None = False
    known: bool = True

    @property
    def proves_absence(self) -> bool:
        return self.folio_spent is False


_CONTENT = Meaning(Category.CONTENT)
_CREDENTIALS = Meaning(Category.CREDENTIALS, retry=True)
_ACCOUNT = Meaning(Category.ACCOUNT, retry=True)
_CERTIFICATE = Meaning(Category.CERTIFICATE)
_UNKNOWN = Meaning(Category.CONTENT, folio_spent=None, known=False)

BAD_LOGIN = "300"
DUPLICATE = "307"
UNKNOWN_ISSUER = "601"
NO_EARLIER_STAMP = "603"
WITHOUT_EFFECT = "304"
NOT_LISTED = "402"

SAT_CODES: Mapping[str, Meaning] = {
    BAD_LOGIN: _CREDENTIALS,  # user or password of the PAC
    "301": _CONTENT,  # not valid against the schema
    "302": _CONTENT,  # seal does not verify
    "303": _CERTIFICATE,  # seal of another RFC
    WITHOUT_EFFECT: _CERTIFICATE,  # revoked or expired
    "305": _CERTIFICATE,  # Fecha outside the validity of the CSD
    "306": _CERTIFICATE,  # not a CSD
    DUPLICATE: Meaning(Category.DUPLICATE, retry=True, folio_spent=True),
    "308": _CERTIFICATE,  # not issued by SAT: a test CSD in production or the reverse
    "401": _CONTENT,  # Fecha older than 72 hours, or in the future
    # RFC not in the list of obligated taxpayers; a new CSD gets there within 24 to 72 hours
    NOT_LISTED: Meaning(Category.CERTIFICATE, retry=True),
    "403": _CONTENT,  # Fecha before 2012
}

FINKOK_CODES: Mapping[str, Meaning] = {
    "501": _CREDENTIALS,  # authentication failed
    UNKNOWN_ISSUER: _ACCOUNT,  # RFC not registered in the account
    # `stamped` found nothing: proves nothing by itself, not even that no stamp exists (it shows up seconds late)
    NO_EARLIER_STAMP: Meaning(Category.TEMPORARY, retry=True, folio_spent=None),
    "702": _ACCOUNT,  # RFC not registered or not active
    "703": _ACCOUNT,  # account suspended
    "704": _CERTIFICATE,  # password of the private key
    "705": _CONTENT,  # structure of the XML
    "706": _ACCOUNT,  # not a client of this partner
    "707": _CONTENT,  # carries a TimbreFiscalDigital already
    # The PAC could not reach SAT: whether it had stamped before is not said (procedure after a lost answer: in doubt)
    "708": Meaning(Category.TEMPORARY, retry=True, folio_spent=None),
    "711": _CERTIFICATE,
    "718": _ACCOUNT,  # no stamps left
    "719": _ACCOUNT,  # package used up
    "798": Meaning(Category.TEMPORARY, retry=True),  # an earlier request is still waiting
    "799": Meaning(Category.TEMPORARY, retry=True),  # too many requests
}

KEY_REUSED = "CFDI3307"
BAD_KEY = "MX-SW-01"
NO_STAMPS_LEFT = "718"

# Every code that means that the package of stamps is used up or has expired
NO_STAMPS = frozenset({NO_STAMPS_LEFT, "719"})

SW_CODES: Mapping[str, Meaning] = {
    "AU2000": _CREDENTIALS,  # user or password
    "AU4000": _CREDENTIALS,  # the token could not be validated
    "AU4101": _CREDENTIALS,  # no token
    # The key under which we sent the document was used within 72 hours for another one, whose stamp comes with it
    KEY_REUSED: Meaning(Category.DUPLICATE, retry=True, folio_spent=None),
    BAD_KEY: _CONTENT,  # ours: the service does not accept the form of the key
    NO_STAMPS_LEFT: _ACCOUNT,  # said in words
    # "Uncontrolled error": how far it had got is not said
    "CO1000": Meaning(Category.TEMPORARY, retry=True, folio_spent=None),
    "CO1001": _CONTENT,  # where complements and their namespaces are declared
    "CO1002": _CONTENT,
    "CO1003": _CONTENT,
    "CO1004": _CONTENT,
    "CO1005": _CONTENT,
    "CC2001": _CONTENT,  # the complement is not in force
    "CC3001": _CONTENT,  # namespaces of the CFDI
    "CC3002": _CONTENT,
}

# One matrix per schema or complement, always about the content but for these.
_FAMILIES = re.compile(r"(?:CFDI\d{5}|CRP\d{3,5}|NOM\d{2,3}|CCE\d{2,3}|CP\d{3}|ECC\d{3}|IMPLOCAL\d*|T\d{3,4})")
_BARE_CFDI = re.compile(r"40\d{3}")
_FAMILY_EXCEPTIONS: Mapping[str, Meaning] = {
    "CFDI40106": _CERTIFICATE,  # Certificado is not a certificate
}


def meaning(code: str, own: Mapping[str, Meaning] = FINKOK_CODES) -> Meaning:
    """The meaning of `code`; `own` are the codes that belong to the answering PAC and win over SAT's."""
    code = finding_code(code)
    found = own.get(code) or SAT_CODES.get(code) or _FAMILY_EXCEPTIONS.get(code)
    if found:
        return found
    return _CONTENT if _FAMILIES.fullmatch(code) else _UNKNOWN


def finding_code(code: str) -> str:
    """The code as findings and texts spell it: some services leave SAT's prefix away (40138 for CFDI40138)."""
    code = code.strip()
    return f"CFDI{code}" if _BARE_CFDI.fullmatch(code) else code
