"""Texts for our own codes about the form of a CFDI, its seal and its stamp."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_REPORT = _lt("Nothing in your data causes this. Send this text and the XML to whoever looks after your system.")
_NOT_OURS = _lt("Do not use this XML. Download the one of the electronic document, or look it up again.")
_RFC_SOURCE = _lt("Compare it with the Constancia de Situación Fiscal.")

FORM = {
    "MX-FORM-01": Text(_lt("%(attribute)s is missing."), _lt("Fill it in."), "by_place"),
    "MX-FORM-02": Text(
        _lt("%(attribute)s has %(length)s characters; SAT accepts up to %(longest)s and at least one."),
        _lt("Shorten or fill it in."), "by_place"),
    "MX-FORM-03": Text(
        _lt("%(attribute)s has a character or a form that SAT does not accept."),
        _lt("Write it without the character |, line breaks and blanks at the ends, in the form SAT prescribes."),
        "by_place"),
    "MX-FORM-04": Text(
        _lt("%(attribute)s is a number that SAT does not accept: %(value)s."),
        _lt("Review quantity, price and amounts; SAT accepts up to six decimals and no negative numbers."), "by_place"),
    "MX-FORM-05": Text(_lt("%(attribute)s is not of the kind that SAT prescribes."), _REPORT),
    "MX-ADD-01": Text(
        _lt("The addenda is not a valid XML."), _lt("Correct the addenda of the customer."), "partner"),
    "MX-XSD-01": Text(_lt("The XML does not have the form that SAT prescribes: %(message)s"), _REPORT),
    "MX-LOC-01": Text(
        _lt("The totals of the local taxes are not the sums of their rows."),
        _lt("Review local taxes that were changed by hand in the totals of the invoice."), "move"),
}

CONTENT = {
    "MX-PAY-01": Text(
        _lt("The payment method or the form of payment is empty."),
        _lt("Choose both on the tab CFDI of the invoice."), "move"),
    "MX-PAY-02": Text(
        _lt("The invoice is paid now (PUE), but its form of payment is 99 (to be defined)."),
        _lt("Choose the real form of payment, or the payment method PPD if it is paid later."), "move"),
    "MX-RFC-01": Text(
        _lt("The last character of the RFC %(rfc)s does not fit the others, so probably one is mistyped."),
        _RFC_SOURCE, "by_place"),
    "MX-RFC-03": Text(
        _lt("The RFC does not have the form of an RFC: three or four letters, a date and three characters."),
        _RFC_SOURCE, "by_place"),
    "MX-NAME-01": Text(
        _lt("The fiscal name has characters that no name in the SAT's register has: %(characters)s"),
        _lt("Enter the fiscal name of the Constancia de Situación Fiscal in the customer's page for electronic "
            "invoicing; the contact may keep its own name."), "by_place"),
    "MX-RFC-02": Text(_lt("The RFC %(rfc)s holds a date that does not exist."), _RFC_SOURCE, "by_place"),
}

SEAL = {
    "MX-SEAL-01": Text(_lt("The CFDI is not sealed."), _lt("Confirm the invoice and send it.")),
    "MX-SEAL-02": Text(
        _lt("The CFDI has a complement (%(name)s) that this system does not know, so its seal cannot be checked."),
        _lt("Check it on SAT's site.")),
    "MX-SEAL-03": Text(
        _lt("Whether SAT issued the certificate of the seal was not checked."), _lt("Check it on SAT's site.")),
    "MX-TFD-01": Text(_lt("The XML has no stamp (Timbre Fiscal Digital)."), _NOT_OURS),
    "MX-TFD-02": Text(_lt("The XML has more than one stamp."), _NOT_OURS),
    "MX-TFD-03": Text(_lt("The UUID of the stamp is malformed."), _NOT_OURS),
    "MX-TFD-04": Text(_lt("The stamp belongs to another CFDI: its seal is not ours."), _NOT_OURS),
    "MX-TFD-05": Text(_lt("The stamped XML is not the one that was sent: something in it was changed."), _NOT_OURS),
    "MX-TFD-06": Text(
        _lt("The certificate of the stamp (%(serial_number)s) is not known."),
        _lt("Check the UUID on SAT's site.")),
    "MX-TFD-07": Text(_lt("The stamp was not signed by the provider that it names."), _NOT_OURS),
    "MX-TFD-08": Text(_lt("The stamp cannot be read: %(problem)s"), _NOT_OURS),
}

MESSAGES = {**FORM, **CONTENT, **SEAL}
