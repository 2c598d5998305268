"""Certificate and seal: codes 302-308, 402, CFDI40102 and CFDI40106 of the published lists."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ..ca import Seen, verify
from ..problems import Problem
from .context import Context
from .dates import issuing_time


def certificate(context: Context) -> Iterator[Problem]:
    """Only the first problem of a certificate is told: each one makes the next questions pointless."""
    seen = _embedded(context)
    if seen is None:
        yield Problem("CFDI40106", "El certificado del emisor no es un certificado válido.", "Certificado")
        return
    ca = context.authorities.ca
    document = context.document
    if not seen.is_ours:
        yield Problem("308", "Certificado no expedido por el SAT.", "Certificado")
    elif not seen.is_csd:
        yield Problem("306", "El certificado no es de tipo CSD.", "Certificado")
    elif seen.rfc != document.issuer:
        yield Problem("303", "Sello no corresponde a emisor.", f"{seen.rfc} ≠ {document.issuer}")
    elif seen.serial != document["NoCertificado"]:
        yield Problem("CFDI40106", "El NoCertificado no es el del certificado.", "NoCertificado")
    elif ca.is_revoked(seen.serial):
        yield Problem("304", "Certificado revocado o caduco.", seen.serial)
    else:
        yield from _may_issue(context, seen)


def _may_issue(context: Context, seen: Seen) -> Iterator[Problem]:
    """The list of issuers (LCO) is asked first: a provider that does not find the certificate knows nothing of it."""
    ca = context.authorities.ca
    if not (context.register.obligations(seen.rfc) and ca.is_listed(seen.serial)):
        message = "RFC del emisor no se encuentra en el régimen de contribuyentes."
        yield Problem("402", message, seen.rfc)
        return
    moment = issuing_time(context)
    if moment is not None and not seen.not_before <= moment <= seen.not_after:
        yield Problem("305", "La fecha de emisión no está dentro de la vigencia del CSD del emisor.", "Fecha")
    elif context.now > seen.not_after:
        yield Problem("304", "Certificado revocado o caduco.", seen.serial)


def seal(context: Context) -> Iterator[Problem]:
    """The seal must verify over the original string that SAT's own stylesheet makes of the document."""
    seen = _embedded(context)
    if seen is None:
        yield Problem("302", "Sello mal formado o inválido.", "Certificado")
        return
    text = context.authorities.official.original_string(context.document.root)
    if text is None:
        context.skip("seal (no official stylesheet)")
        return
    try:
        signature = base64.b64decode("".join(context.document["Sello"].split()), validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    if not verify(seen.public_key, signature, text):
        yield Problem("302", "Sello mal formado o inválido.", "Sello")


def _embedded(context: Context) -> Seen | None:
    try:
        der = base64.b64decode("".join(context.document["Certificado"].split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return context.authorities.ca.look_at(der) if der else None
