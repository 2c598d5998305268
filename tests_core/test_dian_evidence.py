"""Papers of DIAN that a person attaches: what is refused, and whose RUT it is."""

import pytest

from core.dian import evidence

OWN, OTHER = "901002487", "901002488"  # check digits 0 and 8; nobody's


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<html>session expired</html>", "not_pdf"),
        (b"%PDF-1.7\nhalf", "cut_off"),
        (b"%PDF-1.7\n" + b"0" * evidence.MOST_BYTES + b"%%EOF", "too_large"),
        (b"%PDF-1.7\n...\n%%EOF\n", ""),
        (b"\xef\xbb\xbf%PDF-1.4\n%%EOF", ""),  # some programs put a mark before it
    ],
)
def test_what_is_refused(content: bytes, reason: str) -> None:
    assert evidence.problem(content) == reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"NIT {OWN}-0", OWN),
        ("5. Número de Identificación Tributaria (NIT)\n9 0 1 0 0 2 4 8 7   0\nImpuestos de Bogotá", OWN),
        ("901.002.487", OWN),
        ("9 0 1 0 0 2 4 8 8 8\n14. Buzón", OTHER),
        (f"Representante {OTHER}8, empresa {OWN}0", OWN),  # whoever else is named in it
        ("9 0 1 0 0 2 4 8 8 1", ""),  # its check digit is wrong: no NIT
        ("Formulario 14612345678", ""),
        ("", ""),
    ],
)
def test_whose_rut_it_is(text: str, found: str) -> None:
    assert evidence.nit_in(text, OWN) == found


def test_without_a_nit_of_one_s_own_the_first_one_is_told() -> None:
    assert evidence.nit_in(f"{OTHER}8", "") == OTHER
