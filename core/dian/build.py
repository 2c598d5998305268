"""Document -> XML: Invoice, CreditNote or DebitNote, with an empty slot for the signature in the last extension.

What stands where is decided by `tables` and `tables_documents`. The writer checks nothing except that every character
may stand in XML; what a root has no element for is left out, which `rules` report (ZB01).
"""

from ..xmlio.write import Element, child, element, to_bytes
from . import names, nodes, tables, tables_documents
from .model import Document


def to_xml(document: Document) -> bytes:
    """The document as UTF-8 bytes with declaration, ready to be signed.

    The empty slot makes it invalid by the official schema until it is signed: ExtensionContent needs a child.

    :raises XmlRefused: a character that cannot stand in XML.
    """
    return to_bytes(to_tree(document))


def to_tree(document: Document) -> Element:
    """The same as an element that can be walked."""
    tag = names.root(document.root)
    root = element(tag, nsmap={None: tag[1:].partition("}")[0], **names.PREFIXES})
    extensions = child(root, names.clark("ext:UBLExtensions"), {})
    content = _extension(extensions)
    nodes.write(
        child(content, names.clark("sts:DianExtensions"), {}),
        tables.EXTENSIONS,
        document.extensions,
        document.document_currency_code,
    )
    _extension(extensions)
    nodes.write(root, tables_documents.DOCUMENTS[document.root], document, document.document_currency_code)
    return root


def _extension(extensions: Element) -> Element:
    return child(child(extensions, names.clark("ext:UBLExtension"), {}), names.clark("ext:ExtensionContent"), {})
