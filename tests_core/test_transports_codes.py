"""The table of answer codes: categories that decide who acts, and what is proven about a stamp."""

import pytest

from core.transports import codes
from core.transports.base import Category


@pytest.mark.parametrize(
    ("code", "category", "retry", "folio_spent"),
    [
        ("300", Category.CREDENTIALS, True, False),
        ("501", Category.CREDENTIALS, True, False),
        ("301", Category.CONTENT, False, False),
        ("302", Category.CONTENT, False, False),
        ("303", Category.CERTIFICATE, False, False),
        ("304", Category.CERTIFICATE, False, False),
        ("305", Category.CERTIFICATE, False, False),
        ("306", Category.CERTIFICATE, False, False),
        ("307", Category.DUPLICATE, True, True),
        ("308", Category.CERTIFICATE, False, False),
        ("401", Category.CONTENT, False, False),
        ("402", Category.CERTIFICATE, True, False),
        ("403", Category.CONTENT, False, False),
        ("601", Category.ACCOUNT, True, False),
        ("603", Category.TEMPORARY, True, None),
        ("702", Category.ACCOUNT, True, False),
        ("703", Category.ACCOUNT, True, False),
        ("704", Category.CERTIFICATE, False, False),
        ("705", Category.CONTENT, False, False),
        ("706", Category.ACCOUNT, True, False),
        ("707", Category.CONTENT, False, False),
        ("708", Category.TEMPORARY, True, None),
        ("711", Category.CERTIFICATE, False, False),
        ("718", Category.ACCOUNT, True, False),
        ("719", Category.ACCOUNT, True, False),
        ("798", Category.TEMPORARY, True, False),
        ("799", Category.TEMPORARY, True, False),
        ("CFDI40138", Category.CONTENT, False, False),
        ("CFDI40106", Category.CERTIFICATE, False, False),
        ("CFDI40999", Category.CONTENT, False, False),
        ("40138", Category.CONTENT, False, False),
        ("CRP20999", Category.CONTENT, False, False),
        ("CCE999", Category.CONTENT, False, False),
        ("CP101", Category.CONTENT, False, False),
        ("NOM132", Category.CONTENT, False, False),
    ],
)
def test_a_known_code_has_its_meaning(code, category, retry, folio_spent):
    meaning = codes.meaning(f" {code} ")
    assert (meaning.category, meaning.retry, meaning.folio_spent) == (category, retry, folio_spent)
    assert meaning.known


@pytest.mark.parametrize("code", ["", "999", "7051", "CFDI401", "XCFDI40101", "ERROR", "40138x", "31"])
def test_an_unknown_code_is_about_the_content_but_proves_nothing(code):
    meaning = codes.meaning(code)
    assert (meaning.category, meaning.known, meaning.folio_spent) == (Category.CONTENT, False, None)
    assert not meaning.proves_absence


def test_a_code_of_the_service_wins_over_the_generic_one():
    own = {"301": codes.Meaning(Category.ACCOUNT)}
    assert codes.meaning("301", own).category is Category.ACCOUNT
    assert codes.meaning("703", own).known is False


@pytest.mark.parametrize(
    ("code", "finding"),
    [("40138", "CFDI40138"), ("CFDI40138", "CFDI40138"), (" 307 ", "307"), ("in_doubt", "in_doubt")],
)
def test_findings_spell_codes_as_the_matrices_do(code, finding):
    assert codes.finding_code(code) == finding


@pytest.mark.parametrize(
    ("code", "category", "folio_spent"),
    [
        ("AU2000", Category.CREDENTIALS, False),
        ("AU4000", Category.CREDENTIALS, False),
        ("AU4101", Category.CREDENTIALS, False),
        ("CFDI3307", Category.DUPLICATE, None),
        ("CO1000", Category.TEMPORARY, None),
        ("CO1003", Category.CONTENT, False),
        ("CC3001", Category.CONTENT, False),
        ("718", Category.ACCOUNT, False),
        ("307", Category.DUPLICATE, True),
        ("CFDI40138", Category.CONTENT, False),
    ],
)
def test_a_code_of_the_second_service_has_its_meaning(code, category, folio_spent):
    meaning = codes.meaning(code, codes.SW_CODES)
    assert (meaning.category, meaning.folio_spent, meaning.known) == (category, folio_spent, True)


def test_the_codes_for_no_stamps_left_are_all_about_the_account():
    assert codes.NO_STAMPS
    for code in codes.NO_STAMPS:
        assert (codes.meaning(code).category, codes.meaning(code).retry) == (Category.ACCOUNT, True)
