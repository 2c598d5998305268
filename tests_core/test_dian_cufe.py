"""Hashes, check digits, QR and names: the published vectors, then what must not change."""

from datetime import date, datetime, time, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dian import cufe, nit, numbering
from core.dian.numbering import FileKind
from core.errors import InvalidAmount, InvalidDocument

KEY = "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"  # of DIAN's public test range
SOFTWARE = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
_HEAD = ("number", "issue_date", "issue_time")
INVOICE_FIELDS = (
    *_HEAD, "line_extension", "01", "iva", "04", "inc", "03", "ica", "payable", "supplier", "customer", "secret",
    "environment",
)  # fmt: skip
SUPPORT_FIELDS = (*_HEAD, "value", "01", "iva", "total", "seller", "buyer", "pin", "environment")
EVENT_FIELDS = (*_HEAD, "sender", "receiver", "response_code", "document_number", "document_type", "pin")


def split(text: str, fields: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(fields, text.split("|"), strict=True))


def arguments(text: str, secret: str) -> dict:
    """Arguments of `cufe` and `cude` from the text of the annex."""
    given = split(text, INVOICE_FIELDS)
    taxes = {code: Decimal(given.pop(name)) for code, name in (("01", "iva"), ("04", "inc"), ("03", "ica"))}
    for code in taxes:
        assert given.pop(code) == code
    money = {name: Decimal(given.pop(name)) for name in ("line_extension", "payable")}
    return {secret: given.pop("secret"), **given, **money, "taxes": taxes}


CUFES = {
    "annex 1.9, 11.1": (
        "323200000129|2019-01-16|10:53:10-05:00|1500000.00|01|285000.00|04|0.00|03|0.00|1785000.00|700085371"
        "|800199436|693ff6f2a553c3646a063436fd4dd9ded0311471|1",
        "8bb918b19ba22a694f1da11c643b5e9de39adf60311cf179179e9b33381030bcd4c3c3f156c506ed5908f9276f5bd9b4",
    ),
    "an old sample": (
        "SETP990000008|2019-06-12|12:53:36-05:00|1720000.00|01|342000.00|04|0.00|03|0.00|2023060.00|901210113"
        f"|901210113|{'x' * 40}|2",
        "d48db2461fc229b54a1b92df388fc66844d23cddd120bf0cc952dda6243c9db9046b23ca3cea0185aac2a985d1fb6c7c",
    ),
    "our own": (
        "SETP990000123|2026-11-20|09:30:15-05:00|100000.00|01|19000.00|04|0.00|03|0.00|119000.00|900373076"
        f"|222222222222|{KEY}|2",
        "bf737dec84c47ddbc5f8932f78320f3864500982da0244e124f172313ad184e40abbd54d0eacb11eb659d759de09dc2e",
    ),
}
CUDES = {
    "type 03": (
        "8110007871|2019-02-20|16:46:55-05:00|235.28|01|19.00|04|0.00|03|8.28|262.56|900373076|8355990|12345|2",
        "955327eb55f8bdf16d069358a063d87e1577a292cb088ec186ed60bbc38e750b7b3980659b278ead789b95f9c51a9ef7",
    ),
    "credit note": (
        "8110007871|2019-01-12|07:00:00-05:00|5000.00|01|950.00|04|0.00|03|0.00|5950.00|900373076|8355990|12301|1",
        "907e4444decc9e59c160a2fb3b6659b33dc5b632a5008922b9a62f83f757b1c448e47f5867f2b50dbdb96f48c7681168",
    ),
    # an erratum: the annex prints b9483dc2...8ecd4 below this very text
    "debit note": (
        "ND1001|2019-01-18|10:58:00-05:00|30000.00|01|0.00|04|2400.00|03|0.00|32400.00|900197264|10254102|10201|2",
        "3fa73a86d57d9341c536afde1f85c4efd9d4591c2c22bce4dfb0e6b0d2e83b8f047a8bde7098292e9d2493e60d1c31da",
    ),
    "ND1": (
        "ND1|2019-06-21|09:15:23-05:00|12600.06|01|2394.01|04|0.00|03|0.00|14994.07|800197268|900108281|xxxxx|2",
        "17ef520059982ca6443c543a7f3b2af2c836af88bf7479e2eb4cf538ef1b2957ce77a3ba3bff80df3c8aef4dabebdfed",
    ),
    "nothing to pay": (
        "NC1000|2019-06-27|08:00:20-05:00|0.00|01|0.00|04|0.00|03|0.00|0.00|9000000|9000000|xxxxx|2",
        "60a024139af65a986830609895271ad17f4d5d51effc4d8ad9db09096bce5786bba43003fd47211d72417866bc61642c",
    ),
    "our own": (
        "NC45|2026-11-20|09:31:00-05:00|100000.00|01|19000.00|04|0.00|03|0.00|119000.00|900373076|222222222222|75315|2",
        "2cad8736d1d9c9b69a605744a7cd2ad74905d82fe553a45740977e8977d717c150fccecf677f9776ed9fd5fd3fdcb1e6",
    ),
}
CUDSS = {
    # DIAN's sample hashes the 19 percent only; its whole IVA is 432,530.00
    "DIAN's sample": (
        "DS236000000|2022-02-18|13:34:59-05:00|3899000.00|01|322430.00|4152176.00|1020|800197268|12345|2",
        "c96a728f4453822bfc69b94253880d21d29dd1a9424444da07610799c203506d33fa4f16830dbd6ee0febb4711bfa23a",
    ),
    "our own": (
        "SEDS984000007|2026-11-20|10:00:00-05:00|50000.00|01|0.00|50000.00|10254102|900373076|75315|2",
        "0084a67d5ad31a63636e48db4641092f179b39af8bcd7eee7adc4d307472dcda741062005278112f71b49e15e9c46c60",
    ),
}
EVENTS = {
    "annex": (
        "1|2019-04-30|19:48:50-05:00|99998888|800197268|030|FE123|01|11111",
        "0d91ba25b01f5e7dbda870a11b274501d3a62a73e91932c473c86c93f12a142a2ac45876efcde3e679024a01c0be41f9",
    ),
    "our own": (
        "TAC1|2026-11-25|08:00:00-05:00|900373076|800197268|034|SETP990000123|01|75315",
        "4986c22cc30b62570f62f2804126bf0e47917385a7df8763c43a94dd8b69ebfeb4eee4155e585e68fa8a09d97f10e843",
    ),
}
SECURITY_CODES = [
    (SOFTWARE, "12345", "SETP990000008",
     "54d15940890b5ed395e7476d294a972cee650200942adb7a899de35cb0cf22f98831e7c9a95d90b961c6845340b09efd"),
    (SOFTWARE, "12345", "ND1",
     "31e48a81d2d90d1cd81d386d9c4fc5c0030ef582b401b3825bcd0d1d17e1d6441b5b7b95e10d11d5c65861daa2bada67"),
    (SOFTWARE, "12345", "NC1000",
     "eb7ff57a48c4bc5840e846382346e2a5546a3903c150fdf34bec4e7e8fb29c6437ef9c99575f0f78f80f7dfcc97d3e02"),
    ("abc", "12345", "SETP990000001",
     "ef061d791ea17f22a34df2d5d18726509bcbe69139a7527a7e3d94c5d534899d5ff886f5a360c0fe87a71d600b67e3eb"),
    ("00000000-0000-4000-8000-000000000001", "12345", "SETP1",
     "d57afa74725d6766c300677799962d0fec2ef422ac71733dd74a4884e02d0ab8cff8451726e5020450265d049dd6a6ba"),
    ("00000000-0000-4000-8000-0000000000aa", "75315", "SETP990000123",
     "173058c12dc00c1f02f3de46d3705498c283bf64a0f6c5e3aed2659e4962693c773509c7d09e35a7abd6f8851ac9115b"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CUFES.values(), ids=CUFES)
def test_the_cufe_is_the_published_one(text, expected):
    assert cufe.cufe(**arguments(text, "technical_key")) == expected


@pytest.mark.parametrize(("text", "expected"), CUDES.values(), ids=CUDES)
def test_the_cude_is_the_published_one(text, expected):
    assert cufe.cude(**arguments(text, "pin")) == expected


@pytest.mark.parametrize(("text", "expected"), CUDSS.values(), ids=CUDSS)
def test_the_cuds_is_the_published_one(text, expected):
    given = split(text, SUPPORT_FIELDS)
    del given["01"]
    assert cufe.cuds(**given) == expected


@pytest.mark.parametrize(("text", "expected"), EVENTS.values(), ids=EVENTS)
def test_the_cude_of_an_event_is_the_published_one(text, expected):
    assert cufe.event_cude(**split(text, EVENT_FIELDS)) == expected


@pytest.mark.parametrize(("software", "pin", "number", "expected"), SECURITY_CODES)
def test_the_security_code_is_the_published_one(software, pin, number, expected):
    assert cufe.software_security_code(software, pin, number) == expected


def test_dates_times_missing_taxes_and_cut_decimals_count_as_their_texts():
    text, expected = CUFES["our own"]
    given = arguments(text, "technical_key")
    given |= {
        "issue_date": date(2026, 11, 20),
        "issue_time": time(9, 30, 15, 999999),
        "taxes": {"01": Decimal("19000.009"), "22": Decimal("70")},
        "line_extension": Decimal("100000.0099"),
        "payable": Decimal("119000"),
    }
    assert cufe.cufe(**given) == expected
    moment = datetime(2026, 11, 20, 9, 30, 15, tzinfo=cufe.COLOMBIA)
    assert cufe.cufe(**{**given, "issue_date": moment, "issue_time": moment.timetz()}) == expected
    # another zone is written as it is, and is then a finding (FAD10), not silently another hour
    assert cufe.clock_time(time(14, 30, 15, tzinfo=timezone.utc)) == "14:30:15+00:00"


def test_what_is_no_amount_is_refused():
    with pytest.raises(InvalidAmount):
        cufe.cufe(**{**arguments(CUFES["our own"][0], "technical_key"), "payable": Decimal("NaN")})


# of the annex's examples, and small numbers that can be worked out on paper: 3, 7, 13, 17 from the right, modulo eleven
NITS = {
    "800197268": "4", "700085371": "1", "900373076": "4", "901002487": "0",
    "1": "8", "2": "5", "3": "2", "4": "1", "10": "4", "22": "2", "1000": "5",
}  # fmt: skip


@pytest.mark.parametrize(("number", "digit"), NITS.items())
def test_the_check_digit_is_right(number, digit):
    assert nit.check_digit(number) == digit


@pytest.mark.parametrize("number", ["", "90037307A", "900.373.076", "٩٠٠", "1" * 16, "-1"])
def test_what_is_no_nit_has_no_check_digit(number):
    assert nit.check_digit(number) == ""


@given(st.from_regex("[0-9]{5,14}", fullmatch=True).filter(str.isascii), st.data())
def test_one_wrong_digit_nearly_always_changes_the_check_digit(number, data):
    """Not always: the remainders 0 and 1 stand for 0 and 1, 10 for 1, too."""
    place = data.draw(st.integers(0, len(number) - 1))
    other = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert nit.check_digit(number) != nit.check_digit(other) or nit.check_digit(number) == "1"


def test_names_of_files_are_those_of_the_annex():
    assert numbering.xml_name(FileKind.INVOICE, "800197268", date(2026, 5, 1), 11) == "fv0800197268000260000000B.xml"
    assert numbering.zip_name("fv0800197268000260000000B.xml") == "z0800197268000260000000B.zip"
    support = numbering.xml_name(FileKind.SUPPORT_ADJUSTMENT, "900373076", date(2031, 1, 1), 1, provider="011")
    assert (support, numbering.zip_name(support)) == (
        "nas09003730760113100000001.xml", "z09003730760113100000001.zip")


@pytest.mark.parametrize(("code", "kind"), [
    ("01", "fv"), ("02", "fv"), ("03", "fv"), ("04", "fv"), ("91", "nc"), ("92", "nd"), ("05", "ds"), ("95", "nas")])
def test_every_type_has_its_name(code, kind):
    assert numbering.file_kind(code).value == kind


@pytest.mark.parametrize(("nit_", "counter", "provider"), [
    ("900373076-4", 1, "000"), ("90037307600", 1, "000"), ("", 1, "000"), ("900373076", 0, "000"),
    ("900373076", 1 << 32, "000"), ("900373076", 1, "00"), ("900373076", 1, "0000")])
def test_a_wrong_name_is_never_made(nit_, counter, provider):
    with pytest.raises(InvalidDocument):
        numbering.xml_name(FileKind.INVOICE, nit_, date(2026, 1, 1), counter, provider=provider)


@pytest.mark.parametrize("name", ["", "fv0800197268000260000000b.xml", "xx0800197268000260000000B.xml", "../a.xml"])
def test_a_name_of_another_shape_gets_no_zip(name):
    with pytest.raises(InvalidDocument):
        numbering.zip_name(name)


def test_a_type_without_a_file_name_is_refused():
    with pytest.raises(InvalidDocument):
        numbering.file_kind("20")
