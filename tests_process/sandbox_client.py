"""Starts a sandbox as the separate process that it is, and talks to it over HTTP.

Needs nothing but the standard library, so that every kind of test (pytest, Odoo's) can use it.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY = "sandbox ready "
START_SECONDS = 60
STOP_SECONDS = 20
# what ``control("reset", {"what": EVERYTHING})`` clears; keys and issued certificates stay
EVERYTHING = ["ledger", "scripts", "clock", "calls", "settings", "taxpayers", "accounts", "lco"]


class SandboxRefused(Exception):
    """The control API said no."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status
        self.text = text


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate file, its encrypted key file and the key's password, as SAT hands them to a taxpayer."""

    cer: bytes
    key: bytes
    password: str
    serial: str


class SandboxProcess:
    """``with SandboxProcess(directory) as sandbox: ...`` or ``start()`` and ``stop()``."""

    def __init__(self, state_dir, *, port: int = 0, light: bool = False, xsd_dir=None, python: str = sys.executable,
                 options: tuple[str, ...] = ()):
        self.state_dir = Path(state_dir)
        self.url = ""
        self.process: subprocess.Popen | None = None
        self._port = port
        self._python = python
        self._options = [*options, *(["--light"] if light else []), *(["--xsd-dir", str(xsd_dir)] if xsd_dir else [])]

    # -- process

    def start(self) -> SandboxProcess:
        command = [self._python, "-m", "sandbox", "--port", str(self._port), "--state-dir", str(self.state_dir)]
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command + self._options, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        timer = threading.Timer(START_SECONDS, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                if line.startswith(READY):
                    self.url = line[len(READY):].strip()
                    self._port = int(self.url.rsplit(":", 1)[1])
                    return self
        finally:
            timer.cancel()
        raise RuntimeError(f"the sandbox did not start (exit code {self.process.wait()})")

    def stop(self) -> int | None:
        """SIGTERM; returns the exit code. ``start`` again keeps port and state."""
        return self._end(lambda process: process.terminate())

    def kill(self) -> int | None:
        """SIGKILL, as a crash would."""
        return self._end(lambda process: process.kill())

    def _end(self, how) -> int | None:
        process, self.process = self.process, None
        if process is None:
            return None
        how(process)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            process.stdout.close()

    def __enter__(self) -> SandboxProcess:
        return self.start()

    def __exit__(self, *_exception) -> None:
        self.stop()

    # -- HTTP

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None,
                timeout: float = 60) -> tuple[int, bytes]:
        """Status and body, whatever the status."""
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def control(self, path: str, payload=None, method: str | None = None):
        """``control("clock", {"offset_seconds": 60})`` posts, ``control("status")`` gets; JSON in, JSON out."""
        body = None if payload is None else json.dumps(payload).encode()
        method = method or ("GET" if payload is None else "POST")
        if method != "GET" and body is None:
            body = b"{}"
        status, answer = self.request(method, f"/control/{path}", body, {"Content-Type": "application/json"})
        if status != 200:
            raise SandboxRefused(status, answer.decode("utf-8", "replace"))
        return json.loads(answer)

    def issue(self, rfc: str, name: str, kind: str = "csd", **more) -> IssuedCertificate:
        answer = self.control("issue", {"rfc": rfc, "name": name, "kind": kind, **more})
        return IssuedCertificate(
            base64.b64decode(answer["cer"]), base64.b64decode(answer["key"]), answer["password"], answer["serial"]
        )

    def issue_csd(self, rfc: str, name: str, **more) -> IssuedCertificate:
        return self.issue(rfc, name, "csd", **more)

    def issue_efirma(self, rfc: str, name: str, **more) -> IssuedCertificate:
        return self.issue(rfc, name, "efirma", **more)

    def register(self, *taxpayers: dict) -> None:
        """Each ``{"rfc", "name", "postal_code", "regimes"}``."""
        self.control("taxpayers", list(taxpayers))

    def script(self, action: dict, times: int = 1, skip: int = 0, probability: float = 1.0, **match) -> int:
        """``script({"drop_after_stamp": True}, folio="7")``; returns the script's number."""
        request = {"match": match, "times": times, "skip": skip, "probability": probability, "action": action}
        return self.control("script", request)["number"]

    def faults(self) -> dict[str, int]:
        """How often each fault was really injected."""
        return self.control("script")["faults"]

    def calls(self, **query) -> list[dict]:
        """The call log, oldest first; ``since`` and ``limit``."""
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return self.control(f"calls?{text}")

    def ledger(self) -> list[dict[str, str]]:
        """One dictionary per stamped document, in the order of stamping."""
        return list(csv.DictReader(io.StringIO(self.file("ledger.csv").decode())))

    def file(self, name: str) -> bytes:
        """``pac.cer``, ``ca.cer``, ``ledger.csv`` or ``document/<uuid>.xml``."""
        status, answer = self.request("GET", f"/control/{name}")
        if status != 200:
            raise SandboxRefused(status, answer.decode("utf-8", "replace"))
        return answer

    # -- the provider's SOAP, by hand

    def soap(self, service: str, operation: str, timeout: float = 60, action: str | None = None,
             **parameters: str) -> tuple[int, bytes]:
        """One call of the provider's service with an envelope written here; returns status and body."""
        namespace = f"http://facturacion.finkok.com/{service}"
        content = "".join(f"<f:{name}>{_escaped(value)}</f:{name}>" for name, value in parameters.items())
        envelope = (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
            f'xmlns:f="{namespace}"><soapenv:Body><f:{operation}>{content}</f:{operation}>'
            "</soapenv:Body></soapenv:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action or operation}"'}
        return self.request("POST", f"/servicios/soap/{service}", envelope.encode(), headers, timeout)

    def send(self, xml: bytes, operation: str = "stamp", username: str = "sandbox", password: str = "sandbox",
             timeout: float = 60) -> tuple[int, bytes]:
        """``stamp``, ``quick_stamp`` or ``stamped`` with a document."""
        data = base64.b64encode(xml).decode("ascii")
        return self.soap("stamp", operation, timeout, xml=data, username=username, password=password)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
