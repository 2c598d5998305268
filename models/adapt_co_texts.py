"""Texts of Odoo's records as the elements of a document of DIAN may hold them."""
from odoo.tools.mail import html_to_inner_content

from ..core.findings import Finding
from ..core.xmlio.text import visible

NAME, NOTE = 450, 5000


def clean(text: str | None, size: int = NAME) -> str:
    """Return `text` as an element may hold it: what is seen, single blanks, at most `size` characters."""
    return " ".join(visible(text or "").split())[:size].strip()


def without_markup(html: str | None) -> str:
    """Return what a text of the editor says."""
    return html_to_inner_content(str(html or ""))


def shortened(text: str | None, size: int, where: str) -> list[Finding]:
    """Return the warning that `clean` cuts the end of `text` off, so that nothing is lost in silence."""
    whole = " ".join(visible(text or "").split())
    return [Finding.warning("CO-TEXT-01", where, length=len(whole), longest=size)] if len(whole) > size else []
