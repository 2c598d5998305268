"""Which visible texts of ours stand in the wrong language, by the add-on's own translations."""
import re
from pathlib import Path

import polib

_TAG = re.compile(r"<[^>]*>")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_LETTERS = re.compile(r"[^\W\d_]")
_WORDS_OF_A_FRAGMENT = 3
_LETTERS_OF_A_SENTENCE = 12


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _TAG.sub(" ", text)).strip()


def _fragments(text: str) -> list[str]:
    """What stands between the tags of a text; a page shows each on its own."""
    return [part for part in (_plain(piece) for piece in _TAG.split(text)) if part]


class Words:
    """The texts of one PO file in both languages.

    :param files: later ones go before earlier ones, as Odoo loads es before es_MX
    """

    def __init__(self, *files: Path):
        pairs = {}
        for file in files:
            pairs.update({entry.msgid: entry.msgstr for entry in polib.pofile(str(file)) if entry.msgstr})
        self._english: set[str] = set()
        self._spanish: set[str] = set()
        self._patterns: list[re.Pattern] = []
        for english, spanish in pairs.items():
            self._learn(english, spanish)
        both = self._english & self._spanish
        self._english -= both
        self._spanish -= both

    def _learn(self, english: str, spanish: str) -> None:
        if _plain(english) == _plain(spanish):
            return
        self._english.add(_plain(english))
        self._spanish.add(_plain(spanish))
        if "<" in english:
            same = set(_fragments(spanish))
            self._english |= {part for part in _fragments(english)
                              if part not in same and len(part.split()) >= _WORDS_OF_A_FRAGMENT}
        parts = _PLACEHOLDER.split(_plain(english))
        if len(parts) > 1 and len(_LETTERS.findall("".join(parts))) >= _LETTERS_OF_A_SENTENCE:
            self._patterns.append(re.compile(".*".join(re.escape(part) for part in parts), re.DOTALL))

    def untranslated(self, texts: list[str], language: str) -> list[str]:
        """Those of the texts that are ours and in the other language, sorted."""
        if language.startswith("en"):
            return sorted(text for text in set(texts) if text in self._spanish)
        return sorted(text for text in set(texts)
                      if text in self._english or any(pattern.fullmatch(text) for pattern in self._patterns))
