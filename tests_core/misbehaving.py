"""A server on the loopback that does to its callers whatever a test tells it, byte by byte."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ENVELOPE = (
    '<senv:Envelope xmlns:senv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:tns="http://facturacion.finkok.com/{folder}" xmlns:s0="apps.services.soap.core.views">'
    "<senv:Body>{content}</senv:Body></senv:Envelope>"
)
UUID = "5B0C1D6E-0000-4000-8000-000000000001"
Behaviour = Callable[[socket.socket, bytes], None]


class Server:
    """Serves one connection after another; `requests` are the complete requests that arrived."""

    def __init__(self, behaviour: Behaviour, *, reads: bool = True, tls: ssl.SSLContext | None = None) -> None:
        self.behaviour = behaviour
        self.requests: list[bytes] = []
        self.done = threading.Event()
        self._reads = reads
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), contextlib.closing(connection):
                if self._tls:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                request = receive(connection) if self._reads else b""
                self.requests.append(request)
                self.behaviour(connection, request)
                connection.close()

    def close(self) -> None:
        self.done.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextlib.contextmanager
def serving(behaviour: Behaviour, **options) -> Iterator[Server]:
    server = Server(behaviour, **options)
    try:
        yield server
    finally:
        server.close()


def receive(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _separator, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(body: bytes | str = b"", status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """The bytes of an answer; `length` lies about the body."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/xml; charset=utf-8", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answer(*args, **kwargs) -> Behaviour:
    data = http(*args, **kwargs)
    return lambda connection, request: connection.sendall(data)


def answers(*bodies: str) -> Behaviour:
    """One body per call; the last one stays."""
    waiting = list(bodies)
    return lambda connection, request: connection.sendall(http(waiting.pop(0) if len(waiting) > 1 else waiting[0]))


def silence(connection: socket.socket, request: bytes) -> None:
    time.sleep(4)  # longer than every patience of the tests


def drip(data: bytes, every: float) -> Behaviour:
    def behave(connection: socket.socket, request: bytes) -> None:
        for position in range(len(data)):
            connection.sendall(data[position : position + 1])
            time.sleep(every)

    return behave


def reset_after(data: bytes) -> Behaviour:
    def behave(connection: socket.socket, request: bytes) -> None:
        connection.sendall(data)
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def envelope(content: str, folder: str = "stamp") -> str:
    return ENVELOPE.format(content=content, folder=folder)


def fault(text: str = "local variable 'x' referenced before assignment", code: str = "senv:Server") -> str:
    return envelope(f"<senv:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></senv:Fault>")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stamped_document(uuid: str = UUID, stamps: int = 1) -> str:
    stamp = (
        f'<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1" UUID="{uuid}"/>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Folio="ñ&amp;1">'
        f"<cfdi:Complemento>{stamp * stamps}</cfdi:Complemento></cfdi:Comprobante>"
    )


def incident(code: str, message: str = "x", uuid: str = "", extra: str = "") -> str:
    return (
        f"<s0:Incidencia><s0:IdIncidencia>ID_incidencia</s0:IdIncidencia><s0:Uuid>{uuid}</s0:Uuid>"
        f"<s0:CodigoError>{code}</s0:CodigoError><s0:WorkProcessId>WorkProcessId</s0:WorkProcessId>"
        f"<s0:MensajeIncidencia>{message}</s0:MensajeIncidencia><s0:ExtraInfo>{extra}</s0:ExtraInfo>"
        "<s0:FechaRegistro>2026-11-20T10:11:12</s0:FechaRegistro></s0:Incidencia>"
    )


def receipt(
    operation: str = "stamp",
    *,
    xml: str = "",
    uuid: str = "",
    status: str = "",
    incidents: str = "",
    more: str = "",
) -> str:
    """Finkok's AcuseRecepcionCFDI in its envelope."""
    return envelope(
        f"<tns:{operation}Response><tns:{operation}Result><s0:xml>{escaped(xml)}</s0:xml><s0:UUID>{uuid}</s0:UUID>"
        f"<s0:CodEstatus>{status}</s0:CodEstatus>{more}<s0:Incidencias>{incidents}</s0:Incidencias>"
        f"</tns:{operation}Result></tns:{operation}Response>"
    )


def success(operation: str = "stamp", uuid: str = UUID, incidents: str = "") -> str:
    status = "Comprobante timbrado satisfactoriamente"
    return receipt(operation, xml=stamped_document(uuid), uuid=uuid, status=status, incidents=incidents)


def tls_server(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """A server context for `host` and the file with the certificate that has to be trusted for it."""
    from datetime import datetime, timedelta, timezone

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.crt", folder / "server.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
