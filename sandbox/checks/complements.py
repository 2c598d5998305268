"""Names the complements whose own rules are not implemented, so that nobody takes silence for approval."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .. import names
from ..problems import Problem
from .context import Context
from .reading import tag

WITHOUT_OWN_RULES = (names.IMPLOCAL, names.TFD)


def unchecked(context: Context) -> Iterator[Problem]:
    root = context.document.root
    places = (f"{tag('Complemento')}/*", f"{tag('Conceptos')}/{tag('Concepto')}/{tag('ComplementoConcepto')}/*")
    for place in places:
        for node in root.iterfind(place):
            name = etree.QName(node)
            if name.namespace not in WITHOUT_OWN_RULES:
                context.skip(f"rules of complement {name.localname} ({name.namespace})")
    if context.document["Moneda"] not in ("", "MXN", "XXX"):
        context.skip("official exchange rate")
    context.skip("what each ClaveProdServ but fuels requires (CFDI40163, CFDI40164)")
    return iter(())
