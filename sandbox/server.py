"""HTTP on loopback: routing, limits, and connections that break on demand."""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .authority import Authority
from .control import Control
from .dian.service import Dian
from .document import MAX_ENVELOPE
from .finkok import Finkok
from .page import Page
from .problems import SandboxError
from .providers.cadena import Cadena
from .providers.facturatech import Facturatech
from .reply import Damage, Reply, Request
from .sat import SatStatus
from .sw import SwSapien

IDLE_SECONDS = 75


def loopback(host: str) -> str:
    """The address to bind; anything but loopback is refused: this server hands out private keys."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError as error:
        raise SandboxError(f"{host!r} is not an IP address") from error
    if not address.is_loopback:
        raise SandboxError(f"{host} is not a loopback address: the sandbox listens on this machine only")
    return str(address)


class Server(ThreadingHTTPServer):
    """One thread per connection; ``stopping`` ends every scripted wait."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, host: str, port: int, authority: Authority) -> None:
        address = loopback(host)
        if ":" in address:
            self.address_family = socket.AF_INET6
        self.stopping = threading.Event()
        self.to_reset: set[socket.socket] = set()
        self._busy = 0
        self._idle = threading.Condition()
        dian = Dian(authority, self.stopping)
        self.routes = (
            Finkok(authority, self.stopping),
            SwSapien(authority, self.stopping),
            dian,
            SatStatus(authority, self.stopping),
            Cadena(authority, self.stopping, dian.validation),
            Facturatech(authority, self.stopping, dian.validation),
            Control(authority, dian.validation),
            Page(authority, dian.validation.register),
        )
        super().__init__((address, port), Handler)

    def server_bind(self) -> None:
        """Without the reverse name look-up of the standard server."""
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """An ordered reset: closing without lingering sends RST, where ending the connection politely sends FIN."""
        if request not in self.to_reset:
            super().shutdown_request(request)
            return
        self.to_reset.discard(request)
        request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_request(request)

    @contextmanager
    def busy(self) -> Iterator[None]:
        with self._idle:
            self._busy += 1
        try:
            yield
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def wait_idle(self, seconds: float) -> None:
        """Lets requests under way get their answers before the ledger is closed."""
        with self._idle:
            self._idle.wait_for(lambda: not self._busy, seconds)

    @property
    def url(self) -> str:
        host = f"[{self.server_name}]" if ":" in self.server_name else self.server_name
        return f"http://{host}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that goes away is what half of the tests do; anything else is a defect and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, *_arguments: object) -> None:
        """Silent: the call log is the log."""

    def _serve(self) -> None:
        with self.server.busy():
            reply = self._refused_early()
            if reply is None:
                reply = self._route(self._request())
            if reply.damage is None:
                self._send(reply, reply.body)
            else:
                self._damage(reply, reply.damage)

    def _refused_early(self) -> Reply | None:
        """Only this machine's own programs may talk to us: a web page cannot reach us by a name of its own."""
        if not _names_loopback(self.headers.get("Host", "")):
            return _plain(403, "the Host header must name loopback")
        if self.headers.get("Origin") not in (None, self.server.url, f"http://{self.headers['Host']}"):
            return _plain(403, "no requests from other web pages")
        length = self.headers.get("Content-Length", "0" if self.command == "GET" else "")
        if not (length.isascii() and length.isdigit()):
            return _plain(411, "Content-Length is required")
        if len(length) > 9 or int(length) > MAX_ENVELOPE:
            return _plain(413, "too large")
        return None

    def _request(self) -> Request:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # half a request is no request
            raise ConnectionAbortedError("the caller went away")
        path, _mark, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, path, dict(parse_qsl(query)), headers, body, f"http://{self.headers['Host']}")

    def _route(self, request: Request) -> Reply:
        for route in self.server.routes:
            reply = route.handle(request)
            if reply is not None:
                return reply
        return _plain(404, f"nothing at {request.path}")

    def _head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def _send(self, reply: Reply, body: bytes) -> None:
        self._head(reply)
        self.wfile.write(body)
        self.wfile.flush()

    def _damage(self, reply: Reply, damage: Damage) -> None:
        self.close_connection = True
        if damage.reset:
            self._send(reply, reply.body[: damage.kept])
            self.server.to_reset.add(self.connection)
        elif damage.drip:
            self._drip(reply, damage)
        elif not damage.drop:
            self._send(reply, reply.body[: damage.kept])

    def _drip(self, reply: Reply, damage: Damage) -> None:
        self._send(reply, b"")
        for start in range(0, len(reply.body), damage.drip):
            self.wfile.write(reply.body[start : start + damage.drip])
            self.wfile.flush()
            if self.server.stopping.wait(damage.every):
                return


def _names_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _plain(status: int, text: str) -> Reply:
    return Reply(status, text.encode(), "text/plain; charset=utf-8", close=True)
