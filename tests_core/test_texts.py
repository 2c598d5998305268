"""Texts as people see them: what nobody sees is gone, everything else stays."""

import pytest

from core.xmlio.text import visible
from core.xmlio.write import legal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Plain ASCII, 100 %", "Plain ASCII, 100 %"),
        ("Ñandú Ü & Cía. 日本 ☕", "Ñandú Ü & Cía. 日本 ☕"),
        ("ESPAN\u0303OLA", "ESPAÑOLA"),
        ("a\x00b\x01c\x1bd\x7fe\x9ff", "abcdef"),
        ("a\u200bb\u200ec\u202ed\u2060e\ufefff\u00adg", "abcdefg"),
        ("a\tb\nc\u00a0d\u2028e\x0bf", "a\tb\nc\u00a0d\u2028e\x0bf"),
        ("a\ufffeb\uffffc\ud800d", "abcd"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_what_nobody_sees_is_gone(text, expected):
    assert visible(text) == expected


def test_every_character_that_is_left_can_stand_in_xml_or_is_white_space():
    everything = "".join(map(chr, range(0x11000)))
    legal("".join(visible(everything).split()))
