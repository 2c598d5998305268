"""How people find a key: words without accents, capitals and plural endings."""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
# Spanish and English words that say nothing about what is looked for
_EMPTY = frozenset(_WORD.findall("a al and con de del el en la las los of or para por sin the un una y"))
SEPARATOR = " | "


# each accented Latin letter -> its letter; marks that stand alone -> nothing
_PLAIN = {number: unicodedata.normalize("NFKD", chr(number))[0] for number in range(0xC0, 0x250)} | dict.fromkeys(
    range(0x300, 0x370)
)


def fold(text: str) -> str:
    """Small letters without accents: "Consultoría" -> "consultoria", "Año" -> "ano"."""
    text = text.lower()
    return text if text.isascii() else text.translate(_PLAIN)


def search_text(code: str, name: str, words: str = "", group: str = "") -> str:
    """What a key is found by: code and name, further words, and the name of its group, in this order.

    A blank stands before each word, so that " word" finds the beginnings of words only.
    """
    return SEPARATOR.join((f" {fold(code)} {fold(name)}", f" {fold(words)}", f" {fold(group)}"))


def query_words(text: str) -> list[str]:
    """The beginnings of words to look for; the ending of a plural is cut off, so that "llantas" finds "Llanta" too."""
    words = [word for word in _WORD.findall(fold(text)) if word not in _EMPTY]
    return list(dict.fromkeys(_singular(word) for word in words))


def _singular(word: str) -> str:
    if word.isdigit():
        return word
    if len(word) > 5 and word.endswith("es"):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
