"""Texts that people typed, pasted or imported, as they meant them."""

import unicodedata

from .write import ILLEGAL

_JOINER = "\u200d"  # holds the parts of one emoji together
_UNSEEN = ("Cc", "Cf")


def visible(text: str) -> str:
    """`text` composed (NFC) and without what nobody sees: control characters, directions, zero-width blanks.

    Copied from a PDF or imported from another system, a name may hold them; SAT compares names character by character
    and would refuse it (CFDI40145) although it looks right. White space of any kind stays for the caller to collapse;
    characters that XML cannot hold are gone.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return composed
    return "".join([character for character in composed if _is_seen(character)])


def _is_seen(character: str) -> bool:
    if character.isspace() or character == _JOINER:
        return True
    return unicodedata.category(character) not in _UNSEEN and not ILLEGAL.match(character)
