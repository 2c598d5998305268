"""Texts for what happens between a document and a technology provider that signs it and hands it to DIAN."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_BY_ITSELF = _lt("There is nothing to do: it is looked up again by itself.")
_ACCESS = _lt("Enter it under Settings > Invoicing > Electronic invoicing.")
_LAYOUT = _lt(
    "Correct it under Invoicing > Configuration > Electronic Invoicing > Layout of the Provider.")
_COMPARE = _lt("Compare it in the provider's portal.")

MESSAGES = {
    "CO-PT-01": Text(_lt("%(company)s has no token of its technology provider."), _ACCESS, "settings"),
    "CO-PT-02": Text(
        _lt("%(company)s has no user and password of its technology provider's web service."), _ACCESS, "settings"),
    "CO-PT-03": Text(
        _lt("The technology provider could not be reached. Nothing was sent."),
        _lt("There is nothing to do: the document goes by itself as soon as the connection works.")),
    "CO-PT-04": Text(
        _lt("The answer of the technology provider was lost, or is none that can be read. It may have the document."),
        _lt("There is nothing to do: it is looked up by its number, and is not sent again before that.")),
    "CO-PT-05": Text(
        _lt("The technology provider does not accept the access that is stored."),
        _lt("Enter token, or user and password, again under Settings > Invoicing > Electronic invoicing, and check the "
            "access there."), "settings"),
    "CO-PT-06": Text(
        _lt("The technology provider has the document, and DIAN works on it."),
        _lt("There is nothing to do: it is asked again by itself.")),
    "CO-PT-07": Text(
        _lt("Under this number the provider has a document that is not the one of this invoice: %(message)s. It was "
            "not adopted."),
        _lt("Compare it in the provider's portal. If it was issued in another system, an officer can say so on the "
            "details of the document; the invoice then takes another number.")),
    "CO-PT-08": Text(
        _lt("What the technology provider returned is no signed document of DIAN. It was not adopted."), _BY_ITSELF),
    "CO-PT-09": Text(
        _lt("The technology provider does not know the number yet."),
        _lt("There is nothing to do: it is looked up again by itself, and sent again only when it is certain that the "
            "first one did not arrive.")),
    "CO-PT-12": Text(
        _lt("The technology provider did not accept the document: %(message)s"),
        _lt("Correct what it says and send the document again.")),
    "CO-PT-13": Text(
        _lt("The technology provider does not serve the account: %(message)s"),
        _lt("Ask the provider about the contract; the document waits, and goes by itself after that."), "settings"),
    "CO-PT-14": Text(
        _lt("The technology provider did not answer the question about the number: %(message)s"), _BY_ITSELF),
    "CO-PT-15": Text(
        _lt("What the technology provider returned is this document, but its signature does not cover it "
            "(%(message)s). It is no legal file and was not adopted."),
        _lt("It is fetched again by itself. If it stays so, ask the provider for the file as it was signed.")),
    "CO-PT-16": Text(
        _lt("DIAN has validated the document, but in the file that the technology provider returned the signature does "
            "not cover it (%(message)s). It is no legal file and was not adopted."),
        _lt("Nothing is sent a second time, and the file is fetched again by itself. If it stays so, ask the provider "
            "for the file as it was signed.")),
    "CO-LAYOUT-01": Text(
        _lt("The field %(field)s of the provider's layout holds \"%(source)s\", which is no value of a document."),
        _LAYOUT, "layout"),
    "CO-LAYOUT-02": Text(
        _lt("\"%(field)s\" is no field of a layout: a group has three to six capital letters, and a field is numbered "
            "from 1 to 99."), _LAYOUT, "layout"),
    "CO-LAYOUT-03": Text(
        _lt("The field %(field)s stands twice in the provider's layout, for documents of type %(type)s."), _LAYOUT,
        "layout"),
    "CO-LAYOUT-04": Text(
        _lt("The value of the field %(field)s repeats in another way than the rest of its group."),
        _lt("Give the field to another group, or let the whole group speak of the same part of the document."),
        "layout"),
    "CO-LAYOUT-05": Text(
        _lt("The field %(field)s of the provider's layout is for a type of document that does not exist: %(type)s."),
        _LAYOUT, "layout"),
    "CO-LAYOUT-06": Text(
        _lt("The provider's layout has %(rows)s fields; it needs some, and may have %(most)s."),
        _lt("Restore the fields that come with the product, under Invoicing > Configuration > Electronic Invoicing."),
        "layout"),
    "CO-PROOF-01": Text(_lt("What the technology provider returned cannot be read."), _BY_ITSELF),
    "CO-PROOF-02": Text(_lt("What the technology provider returned is another document."), _COMPARE),
    "CO-PROOF-03": Text(_lt("What the technology provider returned has other amounts."), _COMPARE),
    "CO-PROOF-04": Text(_lt("What the technology provider returned has other lines."), _COMPARE),
    "CO-PROOF-05": Text(
        _lt("The CUFE, CUDE or CUDS of what the technology provider returned is not that of its content."), _COMPARE),
    "CO-PROOF-06": Text(
        _lt("The CUFE, CUDE or CUDS could not be recomputed, because its key is not known here. Everything else of the "
            "document agrees."),
        _lt("Enter the technical key of the range, or the PIN, to have it recomputed the next time.")),
    "CO-PROOF-08": Text(
        _lt("The signature of what the technology provider returned does not cover it (%(problem)s)."),
        _lt("It is looked up again by itself. If it stays so, ask the provider for the file as it was signed.")),
    "CO-PROOF-07": Text(
        _lt("The technology provider wrote the description of a line in other words."), _COMPARE),
}
