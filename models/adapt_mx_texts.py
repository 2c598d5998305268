"""Texts of Odoo's records as the attributes of a CFDI may hold them."""
from ..core.findings import Finding
from ..core.xmlio.text import visible


def clean(text: str | None, size: int) -> str:
    """Return `text` as an attribute may hold it: what is seen, single blanks, no pipe (it separates the cadena)."""
    return _tidy(text)[:size].strip()


def shortened(text: str | None, size: int, where: str) -> list[Finding]:
    """Return the warning that `clean` cuts the end of `text` off, so that nothing is lost in silence."""
    if len(text or "") <= size or len(_tidy(text)) <= size:
        return []
    return [Finding.warning("MX-TEXT-01", where, length=len(_tidy(text)), longest=size)]


def _tidy(text: str | None) -> str:
    return " ".join(visible(text or "").replace("|", "/").split())
