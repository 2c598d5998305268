"""Every way in which an HTTP call can end, and the one verdict that each deserves."""

import socket
import time

import pytest
import requests

from core import clock
from core.errors import InDoubt, Misconfigured, NotSent
from core.transports import http
from core.transports.record import Call
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(30)
PATIENCE, DEADLINE, SLACK = 0.3, 0.8, 3  # seconds; silence lasts longer than all of them


@pytest.fixture(autouse=True)
def short_delays():
    with clock.overridden(connect_timeout=PATIENCE, read_timeout=PATIENCE, total_timeout=DEADLINE):
        yield


def post(url, body=b"<document/>", **options):
    call = Call("stamp", url, body)
    return http.HttpClient(**options).post(url, body, {"Content-Type": "text/xml"}, call), call


def verdict(url, kind, body=b"<document/>", **options):
    call = Call("stamp", url, body)
    with pytest.raises(kind) as caught:
        http.HttpClient(**options).post(url, body, {}, call)
    assert type(caught.value) is kind
    return caught.value.params["reason"], call


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


# --- nothing left us ---------------------------------------------------------------------------------------------


def test_a_refused_connection_was_not_sent():
    assert verdict(f"http://127.0.0.1:{closed_port()}/", NotSent)[0] == "refused"


def test_an_unknown_name_was_not_sent(monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert verdict("https://pac.invalid/", NotSent)[0] == "dns"


def test_a_connection_that_nobody_takes_was_not_sent_and_ends_in_time():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:  # fill the queue of the kernel, which then ignores further calls
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        began = time.monotonic()
        assert verdict(f"http://127.0.0.1:{listener.getsockname()[1]}/", NotSent)[0] == "connect_timeout"
        assert PATIENCE * 0.9 < time.monotonic() - began < PATIENCE + SLACK
        for client in waiting:
            client.close()


def test_a_peer_that_speaks_no_tls_was_not_sent_to():
    with bad.serving(bad.answer("hello"), reads=False) as server:
        assert verdict(server.url.replace("http:", "https:"), NotSent)[0] == "tls"


def test_a_certificate_that_nobody_trusts_was_not_sent_to(tmp_path):
    context, _public = bad.tls_server(tmp_path, "localhost")
    with bad.serving(bad.answer("hello"), tls=context) as server:
        assert verdict(f"https://localhost:{server.port}/", NotSent)[0] == "tls"
        assert server.requests == []


def test_a_peer_that_hangs_up_during_the_handshake_was_not_sent_to():
    with bad.serving(lambda connection, request: None, reads=False) as server:
        verdict(server.url.replace("http:", "https:"), NotSent)


def test_a_handshake_that_never_ends_was_not_sent():
    with bad.serving(bad.silence, reads=False) as server:
        assert verdict(server.url.replace("http:", "https:"), NotSent)[0] == "connect_timeout"


def test_an_unreachable_proxy_was_not_sent_to(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    assert verdict("https://pac.invalid/", NotSent)[0] == "proxy"


def test_a_proxy_that_refuses_the_tunnel_was_not_sent_through(monkeypatch):
    with bad.serving(bad.answer("no", "502 Bad Gateway")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert verdict("https://pac.invalid/", NotSent)[0] == "proxy"
        assert proxy.requests and b"<document/>" not in proxy.requests[0]


# --- something may have left us ----------------------------------------------------------------------------------


def test_silence_after_the_request_is_in_doubt():
    with bad.serving(bad.silence) as server:
        began = time.monotonic()
        assert verdict(server.url, InDoubt)[0] == "read_timeout"
        assert time.monotonic() - began < PATIENCE + SLACK
        assert b"<document/>" in server.requests[0]


def test_a_body_that_drips_ends_at_the_deadline():
    with bad.serving(bad.drip(bad.http("x" * 1000), 0.1)) as server:
        began = time.monotonic()
        reason, _call = verdict(server.url, InDoubt)
        assert reason == "deadline"
        assert DEADLINE * 0.9 < time.monotonic() - began < DEADLINE + SLACK


def test_headers_that_drip_end_at_the_deadline():
    endless = b"HTTP/1.1 200 OK\r\n" + b"X-Filler: " + b"y" * 5000
    with bad.serving(bad.drip(endless, 0.05)) as server:
        began = time.monotonic()
        assert verdict(server.url, InDoubt)[0] == "deadline"
        assert time.monotonic() - began < DEADLINE + SLACK


def test_a_peer_that_stops_reading_is_in_doubt():
    with bad.serving(bad.silence, reads=False) as server:
        began = time.monotonic()
        verdict(server.url, InDoubt, body=b"x" * 20_000_000)
        assert time.monotonic() - began < DEADLINE + SLACK


@pytest.mark.parametrize("sent", [b"", bad.http("x" * 100, length=5000)[:60], bad.http("x" * 100, length=5000)])
def test_a_reset_is_in_doubt(sent):
    with bad.serving(bad.reset_after(sent)) as server:
        assert verdict(server.url, InDoubt)[0] in ("reset", "truncated")


def test_a_connection_closed_without_answer_is_in_doubt():
    with bad.serving(lambda connection, request: None) as server:
        assert verdict(server.url, InDoubt)[0] == "reset"


def test_a_body_shorter_than_announced_is_in_doubt_and_kept():
    with bad.serving(bad.answer("<half", length=500)) as server:
        reason, call = verdict(server.url, InDoubt)
        assert reason == "truncated"
        assert (call.http_status, call.response) == (200, b"<half")


def test_a_chunked_body_that_breaks_off_is_in_doubt():
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with bad.serving(lambda connection, request: connection.sendall(head + b"ff\r\nhalf")) as server:
        verdict(server.url, InDoubt)


def test_an_answer_that_is_not_http_is_in_doubt():
    with bad.serving(lambda connection, request: connection.sendall(b"220 mail ready\r\n")) as server:
        verdict(server.url, InDoubt)


def test_an_answer_beyond_the_size_limit_is_in_doubt():
    with bad.serving(bad.answer("x" * 300_000)) as server:
        assert verdict(server.url, InDoubt, max_bytes=200_000)[0] == "too_large"


def test_an_answer_without_length_beyond_the_size_limit_is_in_doubt():
    with bad.serving(bad.answer("x" * 300_000, length=-1)) as server:
        assert verdict(server.url, InDoubt, max_bytes=200_000)[0] == "too_large"


def test_a_compressed_answer_is_not_unpacked():
    with bad.serving(bad.answer(b"\x1f\x8b", Content_Encoding="gzip")) as server:
        assert b"accept-encoding: identity" in server_request(server).lower()
        assert verdict(server.url, InDoubt)[0] == "encoding"


def server_request(server):
    with pytest.raises(InDoubt):
        post(server.url)
    return server.requests[0]


def test_after_the_handshake_tls_trouble_is_in_doubt(tmp_path, monkeypatch):
    context, public = bad.tls_server(tmp_path, "pac.example.test")
    with bad.serving(bad.reset_after(bad.http("half", length=100)), tls=context) as server:
        url = trusted(monkeypatch, public, server)
        verdict(url, InDoubt)
        assert b"<document/>" in server.requests[0]


def test_a_deadline_works_inside_tls(tmp_path, monkeypatch):
    context, public = bad.tls_server(tmp_path, "pac.example.test")
    with bad.serving(bad.drip(bad.http("x" * 1000), 0.1), tls=context) as server:
        assert verdict(trusted(monkeypatch, public, server), InDoubt)[0] == "deadline"


def test_a_trusted_peer_is_answered(tmp_path, monkeypatch):
    context, public = bad.tls_server(tmp_path, "pac.example.test")
    with bad.serving(bad.answer("<yes/>"), tls=context) as server:
        assert post(trusted(monkeypatch, public, server))[0].body == b"<yes/>"


def trusted(monkeypatch, public, server):
    """The address of `server` under a name from outside, with its certificate among the trusted ones."""
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kwargs: real("127.0.0.1", *args, **kwargs))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(public))
    monkeypatch.setenv("NO_PROXY", "*")
    return f"https://pac.example.test:{server.port}/"


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "408 Timeout", "500 X", "502 X", "504 X"])
def test_other_statuses_are_in_doubt(status):
    with bad.serving(bad.answer("<html>nginx</html>", status)) as server:
        error = http.verdict_on_status(post(server.url)[0])
        assert type(error) is InDoubt and error.params["http_status"] == int(status[:3])


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_closed_door_is_a_matter_of_settings(status):
    with bad.serving(bad.answer("", status)) as server:
        assert type(http.verdict_on_status(post(server.url)[0])) is Misconfigured


def test_a_503_with_retry_after_proves_nothing_but_tells_how_long_to_wait():
    with bad.serving(bad.answer("", "503 Service Unavailable", Retry_After="7")) as server:
        error = http.verdict_on_status(post(server.url)[0])
        assert type(error) is InDoubt and error.params["retry_after"] == 7


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("99999999", http.MAX_RETRY_AFTER),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_in_both_spellings(text, seconds):
    from datetime import datetime, timezone

    with clock.frozen(datetime(2026, 11, 20, 12, tzinfo=timezone.utc)):
        assert http.HttpAnswer(429, {"retry-after": text}, b"").retry_after == seconds


def test_redirects_are_not_followed():
    with bad.serving(bad.answer("never")) as other:
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"):
            with bad.serving(bad.answer("", status, Location=other.url)) as server:
                assert type(http.verdict_on_status(post(server.url)[0])) is InDoubt
        assert other.requests == []


# --- the request -----------------------------------------------------------------------------------------------------


def test_each_call_has_its_own_connection_and_no_cookie_returns():
    with bad.serving(bad.answer("<yes/>", Set_Cookie="sessionid=abc")) as server:
        post(server.url)
        post(server.url)
        assert all(b"Connection: close" in request and b"abc" not in request for request in server.requests)


def test_the_credentials_file_of_the_user_is_not_read(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine pac.example.test login somebody password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    context, public = bad.tls_server(tmp_path, "pac.example.test")
    with bad.serving(bad.answer("<yes/>"), tls=context) as server:
        post(trusted(monkeypatch, public, server))
        assert b"authorization" not in server.requests[0].lower()


def test_a_proxy_of_the_environment_is_not_asked_about_this_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with bad.serving(bad.answer("<yes/>")) as server:
        assert post(server.url)[0].body == b"<yes/>"


def test_the_timeout_is_one_number_for_whoever_wraps_the_session(monkeypatch):
    seen = []
    real = requests.Session.send

    def wrapped(session, request, **kwargs):
        seen.append(kwargs["timeout"])
        kwargs["timeout"] = max(kwargs["timeout"], 10)  # what Odoo's test classes do
        return real(session, request, **kwargs)

    monkeypatch.setattr(requests.Session, "send", wrapped)
    with bad.serving(bad.silence) as server:
        began = time.monotonic()
        assert verdict(server.url, InDoubt)[0] == "read_timeout"
        assert time.monotonic() - began < PATIENCE + SLACK
    assert seen == [PATIENCE]


@pytest.mark.parametrize(
    "url",
    [
        "http://facturacion.example/",
        "http://127.0.0.1.example/",
        "https://user:secret@pac.example/",
        "https://user@pac.example/",
        "ftp://127.0.0.1/",
        "https:///x",
        "https://pac.example:99999/",
        "https://[::1/",
        "",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_safe_is_refused_before_anything_happens(url):
    reason, _call = verdict(url, Misconfigured)
    assert reason == "address"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_this_machine_is_recognised(host):
    assert http.is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "10.0.0.1", "localhost.example", "169.254.169.254", "", "::", "127.0.0.1."]
)
def test_other_machines_are_not_this_one(host):
    assert not http.is_loopback(host)


def test_an_answer_is_handed_on_with_its_status():
    with bad.serving(bad.answer("<yes/>", "200 OK", X_Any="1")) as server:
        answer, call = post(server.url)
        assert (answer.status, answer.body, answer.headers["x-any"]) == (200, b"<yes/>", "1")
        assert (call.request, call.response, call.http_status) == (b"<document/>", b"<yes/>", 200)


def test_the_shipped_patience_reaches_the_socket(monkeypatch):
    """Connect 10 s and read 60 s, not whatever a library defaults to."""
    waits = []
    monkeypatch.setattr(socket.socket, "settimeout", _noting(waits))
    with (
        clock.overridden(connect_timeout=10, read_timeout=60, total_timeout=90),
        bad.serving(bad.answer("<y/>")) as server,
    ):
        post(server.url)
    assert any(9 < wait <= 10 for wait in waits) and any(59 < wait <= 60 for wait in waits)
    assert all(wait <= 60 for wait in waits)


def _noting(waits):
    import _socket

    def settimeout(self, value):
        if isinstance(value, (int, float)):
            waits.append(value)
        return _socket.socket.settimeout(self, value)

    return settimeout
