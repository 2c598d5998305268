"""Texts about what keeps a test set from going on, and has to be put right in DIAN's portal or in the set."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

MESSAGES = {
    "CO-SET-01": Text(
        _lt(
            "DIAN knows no test set with this Test Set ID, or it belongs to another company, software or kind of "
            "documents."),
        _lt(
            "Open the software's page in DIAN's portal (habilitación), copy the Test Set ID of this kind of documents "
            "and paste it here. No number was used up: send again afterwards.")),
    "CO-SET-02": Text(
        _lt("The PIN is not the one that this software has at DIAN."),
        _lt(
            "Look the PIN up on the software's page in DIAN's portal and type it in the set, as well as in the "
            "settings of the company. What was signed with the old PIN is replaced under new numbers.")),
    "CO-SET-03": Text(
        _lt("The certificate that signs belongs to the NIT %(sender)s, which may not send for the NIT %(issuer)s."),
        _lt(
            "Compare both with the company's NIT: upload the certificate of this company, or correct the NIT in the "
            "company's contact. Then send again.")),
    "CO-SET-04": Text(
        _lt("DIAN does not know the NIT of the issuer as a taxpayer."),
        _lt(
            "Compare the NIT in the company's contact with the RUT, without its check digit. If it is right, register "
            "the company as an issuer in DIAN's portal first.")),
    "CO-SET-05": Text(
        _lt("DIAN has no software with this Software ID for this NIT."),
        _lt(
            "Compare the Software ID with the software's page in DIAN's portal, and look there whether the operation "
            "mode is associated with the company: own software under its own NIT, a provider's under the provider's.")),
    "CO-SET-06": Text(
        _lt("The test range is not the one that DIAN has for this software and kind of documents."),
        _lt(
            "Copy authorisation, prefix, numbers and dates from the page of the set in DIAN's portal. If they are "
            "right, associate the prefix with the software there; it can take some hours until it counts.")),
    "CO-SET-07": Text(
        _lt("The CUFE was made with another technical key than that of the test range."),
        _lt(
            "Copy the technical key (40 digits and letters a to f) once more from the page of the set. What was signed "
            "with the old one is replaced under new numbers.")),
    "CO-SET-08": Text(
        _lt("The certificate belongs to another NIT than the issuer's."),
        _lt("Upload the certificate of the company that the test set is for, then send another document."), "settings"),
}
