"""What can be said about the place of issue before an invoice is made."""
from ..core import clock
from ..core.errors import UnknownPostalCode
from ..core.findings import Finding


def check(code):
    """Return the findings about the issuing postal code `code` (text, may be empty)."""
    if not code:
        return [Finding.warning("MX-PLACE-01", "LugarExpedicion")]
    return [] if place_of(code) else [Finding.warning("CFDI40126", "LugarExpedicion", value=code)]


def place_of(code):
    """Return what SAT's catalogue knows about a postal code, None if it does not have it."""
    try:
        return clock.postal_code(code)
    except UnknownPostalCode:
        return None


def describe_place(code):
    """Return "postal code, state, time zone" of a place of issue, an empty text if SAT's catalogue does not have it."""
    place = place_of(code) if code else None
    return f"{place.code}, {place.state}, {place.zone_label}" if place else ""
