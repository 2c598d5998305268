"""Is everything right for sending to DIAN? Certificate, trial signature, clock, line and server are checked.

Each check says one thing and says it also when it is right: `Severity.INFO` is right, WARNING worth a look, ERROR
wrong. Nothing here calls anybody; the one call that is judged was made by somebody else and is handed in.

    CO-DOC-01 in force                CO-DOC-12 the clock is a little off   CO-DOC-19 the signed message is refused
    CO-DOC-02 names the NIT           CO-DOC-13 no time in the answer       CO-DOC-30 libraries
    CO-DOC-03 strong RSA key          CO-DOC-14 the line works              CO-DOC-31 a library is missing or too old
    CO-DOC-04 meant for signatures    CO-DOC-15 name not found              CO-DOC-32 zone data
    CO-DOC-05 whole chain             CO-DOC-16 no TLS                      CO-DOC-33 wrong zone data
    CO-DOC-06 chain without its root  CO-DOC-17 no connection               CO-DOC-20 the clock is wrong
    CO-DOC-07 broken chain            CO-DOC-18 trouble at the service
    CO-DOC-08 authority not in force  CO-DOC-09 trial signature             CO-DOC-10 it failed  CO-DOC-11 clock right
    and CO-CERT-05 to 11 and CO-XAD-03 as at upload and in `xades`.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509

from ..certificates import is_signed_by, load_certificate
from ..errors import CoreError
from ..findings import Finding, blocking
from ..signature import Signer, public_key
from . import xades, xades_sign
from .certificate import check_time, holder_numbers, may_sign
from .cufe import COLOMBIA

CERTIFICATE, SIGNATURE, CLOCK, LINE, SERVER = "certificate", "signature", "clock", "line", "server"
RIGHT, TOLERATED = timedelta(seconds=60), timedelta(minutes=5)  # WS-Security refuses beyond five minutes
_LEAST_BITS = 2048
_NEEDED = (("lxml", (6, 1)), ("cryptography", (42,)), ("zeep", (4, 2)))
_OPTIONAL = ("xmlsec",)
_CREATED = re.compile(rb"<(?:[\w.-]+:)?Created>\s*([0-9T:.+-]+Z?)\s*</")
_NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    'xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2" '
    'xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"'
)
_TRIAL = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice {_NAMESPACES}><ext:UBLExtensions><ext:UBLExtension>'
    "<ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions></Invoice>"
).encode()


class Call(Protocol):
    """What a call to a service left behind (`core.transports.base.Exchange`)."""

    endpoint: str
    started: datetime
    duration_ms: int
    response: bytes
    outcome: str
    date: str


def certificate(cer: bytes, chain: Sequence[bytes], *, at: datetime, nit: str) -> list[Finding]:
    """Whether documents may be signed with this certificate (DER) at the moment `at` (aware).

    :param chain: the certificates above it, the nearest first.
    :param nit: the company's, without check digit; '' when it is not known.
    """
    try:
        loaded, numbers = load_certificate(cer), holder_numbers(cer)
    except CoreError as error:
        return [Finding.error("CO-DOC-10", CERTIFICATE, detail=str(error))]
    in_force = Finding.info("CO-DOC-01", CERTIFICATE, until=_day(loaded.not_valid_after_utc))
    findings = check_time(loaded, at) or [in_force]
    if nit:
        found = ", ".join(sorted(numbers)) or "-"
        findings.append(
            Finding.info("CO-DOC-02", CERTIFICATE, nit=nit)
            if nit in numbers
            else Finding.warning("CO-CERT-10", CERTIFICATE, nit=nit, found=found)
        )
    key = public_key(cer)
    if key is None or key.key_size < _LEAST_BITS:
        detail = f"{key.key_size} bits" if key else "not an RSA key"
        findings.append(Finding.error("CO-CERT-05", CERTIFICATE, detail=detail))
    else:
        findings.append(Finding.info("CO-DOC-03", CERTIFICATE, bits=key.key_size))
    usage = Finding.info("CO-DOC-04", CERTIFICATE) if may_sign(loaded) else Finding.error("CO-CERT-09", CERTIFICATE)
    return [*findings, usage, _chain(cer, chain, at)]


def _chain(cer: bytes, chain: Sequence[bytes], at: datetime) -> Finding:
    """Whether each certificate is signed by the one above it, up to a root that is signed by itself."""
    if not chain:
        return Finding.warning("CO-CERT-11", CERTIFICATE)
    try:
        above = [load_certificate(one) for one in chain]
    except CoreError as error:
        return Finding.error("CO-DOC-07", CERTIFICATE, name=str(error))
    for below, der, loaded in zip([cer, *chain], chain, above, strict=False):
        if (key := public_key(der)) is None or not is_signed_by(below, key):
            return Finding.error("CO-DOC-07", CERTIFICATE, name=_name(loaded))
        if not loaded.not_valid_before_utc <= at <= loaded.not_valid_after_utc:
            return Finding.error("CO-DOC-08", CERTIFICATE, name=_name(loaded), until=_day(loaded.not_valid_after_utc))
    root = above[-1]
    last_key = public_key(chain[-1])
    if root.subject != root.issuer or last_key is None or not is_signed_by(chain[-1], last_key):
        return Finding.warning("CO-DOC-06", CERTIFICATE, name=_name(root))
    return Finding.info("CO-DOC-05", CERTIFICATE, name=_name(root))


def signature(signer: Signer, chain: Sequence[bytes], *, at: datetime) -> list[Finding]:
    """Whether a signature made now by this key, with DIAN's policy in it, verifies; what is signed goes nowhere."""
    try:
        signed = xades_sign.sign(_TRIAL, signer, signing_time=at.astimezone(COLOMBIA), chain=chain)
        findings = xades.verify(signed)
    except CoreError as error:
        return [Finding.error("CO-DOC-10", SIGNATURE, detail=str(error))]
    if wrong := blocking(findings):
        return [Finding.error("CO-DOC-10", SIGNATURE, detail=", ".join(finding.code for finding in wrong))]
    return findings or [Finding.info("CO-DOC-09", SIGNATURE)]


def difference(call: Call) -> timedelta | None:
    """Our clock less the service's, None where its answer names no time: by the header Date, else by its Timestamp.

    Both have whole seconds, and the answer took its time: half a minute may be nothing.
    """
    theirs = _date(call.date) or _created(call.response)
    if theirs is None:
        return None
    return call.started + timedelta(milliseconds=call.duration_ms / 2) - theirs


def clock(call: Call | None) -> Finding:
    """Whether this machine's clock is the service's."""
    off = difference(call) if call else None
    if off is None:
        return Finding.warning("CO-DOC-13", CLOCK)
    seconds = int(abs(off).total_seconds())
    if abs(off) <= RIGHT:
        return Finding.info("CO-DOC-11", CLOCK, seconds=seconds)
    params = {"difference": f"{off.total_seconds():+.0f}", "minutes": round(seconds / 60)}
    if abs(off) <= TOLERATED:
        return Finding.warning("CO-DOC-12", CLOCK, **params)
    return Finding.error("CO-DOC-20", CLOCK, **params)


def line(call: Call) -> Finding:
    """What one call tells about the way to the service."""
    host = urlsplit(call.endpoint).hostname or ""
    kind, _colon, reason = call.outcome.partition(":")
    params = {"host": host, "reason": reason or kind}
    if kind == "not_sent":
        code = {"dns": "CO-DOC-15", "tls": "CO-DOC-16"}.get(reason, "CO-DOC-17")
        return Finding.error(code, LINE, **params)
    if kind == "misconfigured" and reason == "security":
        return Finding.error("CO-DOC-19", LINE, **params)
    if kind in ("in_doubt", "misconfigured", "crashed"):
        return Finding.error("CO-DOC-18", LINE, **params)
    return Finding.info("CO-DOC-14", LINE, host=host, milliseconds=call.duration_ms)


def libraries() -> Finding:
    """Whether the libraries are there and new enough, with the versions for support."""
    missing, found = [], []
    for name, least in _NEEDED:
        version = _version(name)
        if version is None or _numbers(version) < least:
            missing.append(f"{name} {version or '-'} < {'.'.join(map(str, least))}")
        else:
            found.append(f"{name} {version}")
    found += [f"{name} {version}" for name in _OPTIONAL if (version := _version(name))]
    if missing:
        return Finding.error("CO-DOC-31", SERVER, names=", ".join(missing))
    return Finding.info("CO-DOC-30", SERVER, names=", ".join(found))


def zones() -> Finding:
    """Whether this machine knows that Colombia is five hours behind UTC, all the year."""
    try:
        zone = ZoneInfo("America/Bogota")
    except ZoneInfoNotFoundError:
        return Finding.error("CO-DOC-33", SERVER)
    moments = (datetime(2026, month, 1, 12, tzinfo=timezone.utc) for month in (1, 7))
    if any(moment.astimezone(zone).utcoffset() != timedelta(hours=-5) for moment in moments):
        return Finding.error("CO-DOC-33", SERVER)
    return Finding.info("CO-DOC-32", SERVER)


def _date(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header) if header else None
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc) if moment else None


def _created(response: bytes) -> datetime | None:
    """When the answer was signed, by the Timestamp of its security header."""
    match = _CREATED.search(response)
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(match[1].decode("ascii").rstrip("Z").partition(".")[0])
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", version)[:3])


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _day(moment: datetime) -> str:
    return moment.astimezone(COLOMBIA).date().isoformat()
