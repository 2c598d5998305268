"""Document -> XML: Invoice, CreditNote or DebitNote, with an empty slot for the signature in the last extension.

What stands where is decided by `tables` and `tables_documents`. The writer checks nothing except that every character
may stand in XML; what a root has no element for is left out, which `rules` report (ZB01).
"""

from . import names, tables, tables_documents, text
from .model import Document

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_BEFORE = "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><sts:DianExtensions>"
_AFTER = (
    "</sts:DianExtensions></ext:ExtensionContent></ext:UBLExtension>"
    "<ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"
)


def to_xml(document: Document) -> bytes:
    """The document as UTF-8 bytes with declaration, ready to be signed; behind the declaration it is canonical.

    The empty slot makes it invalid by the official schema until it is signed: ExtensionContent needs a child.

    :raises XmlRefused: a character that cannot stand in XML.
    """
    root, currency = document.root, document.document_currency_code
    parts = [_DECLARATION, text.root_tag(names.root(root)), _BEFORE]
    text.write(parts, tables.EXTENSIONS, document.extensions, currency)
    parts.append(_AFTER)
    text.write(parts, tables_documents.DOCUMENTS[root], document, currency)
    parts.append(f"</{root}>")
    return "".join(parts).encode("utf-8")
