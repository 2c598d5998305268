"""No spelling of a secret survives, and every call leaves exactly one exchange, however it ends."""

import base64
import hashlib
import html
import json
import urllib.parse
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.errors import InDoubt, NotSent
from core.transports.base import KEPT_BYTES, Category, NotFound, Refused, Stamped
from core.transports.record import MASK, Journal, Redactor

SECRETS = st.text(st.characters(codec="utf-8", exclude_characters="*"), min_size=8, max_size=30).filter(str.strip)
SPELLINGS = (
    str,
    html.escape,
    lambda secret: html.escape(secret, quote=False),
    lambda secret: html.escape(secret, quote=False).replace('"', "&quot;").replace("'", "&apos;"),
    lambda secret: urllib.parse.quote(secret, safe=""),
    urllib.parse.quote_plus,
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: repr(secret)[1:-1],
    lambda secret: base64.b64encode(secret.encode()).decode(),
    str.upper,
)


@given(SECRETS, st.sampled_from(SPELLINGS))
def test_every_spelling_of_a_secret_is_masked(secret, spelling):
    if spelling is str.upper and not secret.isascii():
        return
    # The frame is the one character that no secret has here: a word could itself be the secret that was drawn.
    assert Redactor([secret]).text(f"*{spelling(secret)}*") == f"*{MASK}*"


@given(st.binary(max_size=200))
def test_without_secrets_nothing_changes(data):
    assert Redactor(["", ""]).data(data) == data


def test_a_short_secret_is_masked_as_a_word_only():
    redactor = Redactor(["abc"])
    assert redactor.text("<p>abc</p> 'ABC' xabcx YWJj") == "<p>***</p> '***' xabcx ***"


def test_the_longer_of_two_secrets_is_masked_first():
    assert Redactor(["somebody", "somebody@example.mx"]).text("somebody@example.mx") == MASK


def test_an_error_is_cleaned_in_place():
    error = InDoubt("no answer to s3cret-pass", detail="s3cret-pass!", http_status=500)
    Redactor(["s3cret-pass"]).clean(error)
    assert str(error) == "no answer to *** (detail=***!, http_status=500)"


def journal():
    return Journal(Redactor(["s3cret-pass"]))


def test_a_result_is_recorded_with_its_code():
    record = journal()
    now = datetime(2026, 11, 20, tzinfo=timezone.utc)
    with clock.frozen(now), record.call("stamp", "http://x", b"document") as call:
        call.request, call.response, call.http_status = b"asks s3cret-pass", b"no s3cret-pass", 200
        call.conclude(Refused(code="705", message="bad s3cret-pass", category=Category.CONTENT))
    (exchange,) = record.exchanges
    assert (exchange.operation, exchange.endpoint, exchange.http_status) == ("stamp", "http://x", 200)
    assert (exchange.request, exchange.response) == (b"asks ***", b"no ***")
    assert (exchange.authority_code, exchange.authority_message) == ("705", "bad ***")
    assert exchange.outcome == "refused:content"
    assert exchange.started == datetime(2026, 11, 20, tzinfo=timezone.utc)
    assert exchange.request_sha256 == hashlib.sha256(b"document").hexdigest()
    assert 0 <= exchange.duration_ms < 1000


def test_without_document_the_hash_is_the_one_of_the_redacted_request():
    record = journal()
    with record.call("get", "http://x") as call:
        call.request = b"asks s3cret-pass"
    assert record.exchanges[0].request_sha256 == hashlib.sha256(b"asks ***").hexdigest()


def test_a_transport_error_is_recorded_with_its_reason_and_passes_on():
    record = journal()
    with pytest.raises(NotSent), record.call("stamp", "http://x", b"d"):
        raise NotSent(reason="dns")
    assert record.exchanges[0].outcome == "not_sent:dns"


def test_a_fault_of_our_own_is_recorded_as_one_and_passes_on():
    record = journal()
    with pytest.raises(ZeroDivisionError), record.call("stamp", "http://x", b"d"):
        raise ZeroDivisionError
    assert record.exchanges[0].outcome == "crashed"


def test_what_is_kept_is_bounded_but_for_a_stamp():
    record = journal()
    big = b"x" * (KEPT_BYTES + 100)
    for result in (NotFound(code="603", message=""), Stamped(xml=b"<x/>", uuid="u")):
        with record.call("stamp", "http://x", b"d") as call:
            call.request = call.response = big
            call.conclude(result)
    assert [len(exchange.response) for exchange in record.exchanges] == [KEPT_BYTES, len(big)]
    assert [len(exchange.request) for exchange in record.exchanges] == [KEPT_BYTES, KEPT_BYTES]
