"""Texts for what happens between a signed document and DIAN: the way, the answer, the order of notes and invoices."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_BY_ITSELF = _lt("There is nothing to do: it is looked up again by itself.")

MESSAGES = {
    "CO-CERT-12": Text(
        _lt("The company %(company)s has no valid certificate to sign with."),
        _lt("Upload its .p12 file under Settings > Invoicing > Electronic invoicing."), "settings"),
    "CO-CERT-13": Text(
        _lt("The certificate %(number)s expired on %(date)s. Nothing is signed with it."),
        _lt("An administrator buys a new one from a certifier accredited by ONAC and uploads the .p12 file."),
        "certificates"),
    "CO-CERT-14": Text(
        _lt("The certificate %(number)s expires on %(date)s (days left: %(days)s)."),
        _lt("An administrator buys a new one from a certifier accredited by ONAC and uploads the .p12 file; both can "
            "be used meanwhile."), "certificates"),
    "CO-CONF-10": Text(
        _lt("The document could not be sent: %(message)s"),
        _lt("It waits, and is sent as soon as the settings are complete."), "settings"),
    "CO-NET-01": Text(
        _lt("DIAN could not be reached. Nothing was sent."),
        _lt("There is nothing to do: the document goes by itself as soon as the connection works.")),
    "CO-NET-02": Text(
        _lt("The connection broke before the answer came. DIAN may have validated the document."),
        _lt("There is nothing to do: it is looked up by itself, and is never validated twice.")),
    "CO-NET-03": Text(
        _lt("The connection to DIAN is not set up correctly, or DIAN does not accept the signature of the message."),
        _lt("Check the environment and the certificate in the settings, and the clock of the server."), "settings"),
    "CO-NET-04": Text(
        _lt("DIAN has the document and works on it."), _lt("There is nothing to do: it is asked again by itself.")),
    "CO-ANS-01": Text(_lt("DIAN's answer cannot be read. It was not adopted."), _BY_ITSELF),
    "CO-ANS-02": Text(_lt("DIAN's answer speaks of another document. It was not adopted."), _BY_ITSELF),
    "CO-ANS-03": Text(
        _lt("DIAN's answer does not say that the document was validated. It was not adopted."), _BY_ITSELF),
    "CO-ANS-04": Text(_lt("DIAN's answer was changed after it was signed. It was not adopted."), _BY_ITSELF),
    "CO-ANS-05": Text(
        _lt("DIAN has a document with this CUFE, but it is not the one that was signed here. It was not adopted."),
        _lt("Compare it in DIAN's portal. Somebody may issue with the same range in another system.")),
    "CO-ANS-06": Text(
        _lt("DIAN has validated another document with this number before."),
        _lt("Somebody issues with the same range in another system. Compare the number in DIAN's portal, and go on "
            "with a number that is free."), "journal"),
    "CO-FREE-01": Text(
        _lt("The number %(name)s is free: DIAN has not validated it."),
        _lt("Correct what was refused and send it again; it keeps its number.")),
    "CO-FREE-02": Text(
        _lt("The number %(name)s is not free any more."),
        _lt("Give the invoice the next free number of its range.")),
    "CO-NOTE-10": Text(
        _lt("The note waits until DIAN has validated %(name)s."),
        _lt("There is nothing to do: it is signed and sent by itself after that."), "related"),
    "CO-NOTE-11": Text(
        _lt("The note is for %(amount)s, but only %(left)s is left of %(name)s."),
        _lt("Lower the amounts. What other notes credited already counts."), "move"),
    "CO-NOTE-12": Text(
        _lt("The buyer has accepted the invoice (event %(message)s). No note is possible after that."),
        _lt("Agree with the buyer on a new invoice, or on a payment outside of it.")),
    "CO-WS-66": Text(_lt("DIAN does not know the document yet."), _BY_ITSELF),
    "CO-WS-90": Text(
        _lt("DIAN says that it got this document before, but does not hand it out yet."), _BY_ITSELF),
    "CO-WS-02": Text(
        _lt("The set of test documents is closed. DIAN takes no more documents for it."),
        _lt("Ask for a new set in DIAN's portal, or switch to production."), "settings"),
}
