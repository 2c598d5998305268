"""Chromium over its DevTools protocol: one page, its console, its clicks, its pictures."""
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

_SCRIPT = (Path(__file__).parent / "shots_page.js").read_text(encoding="utf-8")
_START_SECONDS = 60
# a picture may be this high at most; what lies below is cut off
HIGHEST = 6000
_FIRST_HEIGHT = 900
_LEAVING = "'beforeunload' confirmation"
# seconds without news after which nothing more is waited for
_ENDLESS = 5


class PageError(Exception):
    """The page did not become what it had to be."""


class Browser:
    """A Chromium of its own, with a profile of its own; use it as a context manager."""

    def __init__(self, program: str):
        self._profile = Path(tempfile.mkdtemp(prefix="shots-"))
        self._process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self._profile}",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio",
             "--disable-extensions", "--disable-background-networking", "--hide-scrollbars=false", "--lang=en",
             "--disable-features=Translate,PasswordManagerOnboarding", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *exc_info) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def page(self) -> "Page":
        """Its first page."""
        port = self._port()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=_START_SECONDS) as answer:
            targets = json.loads(answer.read())
        address = next(target["webSocketDebuggerUrl"] for target in targets if target["type"] == "page")
        return Page(address)

    def _port(self) -> int:
        file = self._profile / "DevToolsActivePort"
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if file.exists() and "\n" in file.read_text():
                return int(file.read_text().splitlines()[0])
            time.sleep(0.1)
        raise PageError("Chromium did not start")


class Page:
    """One page. `console` collects what went wrong in it; whoever reads it empties it."""

    def __init__(self, address: str):
        self._socket = websocket.create_connection(address, timeout=120, suppress_origin=True)
        self._numbers = itertools.count(1)
        self._requests: set[str] = set()
        self._changed = time.monotonic()
        self.console: list[str] = []
        self.width = 0
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setTimezoneOverride", timezoneId="America/Mexico_City")
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])

    # -- protocol ----------------------------------------------------------------------------------------------

    def call(self, method: str, **params) -> dict:
        """One command.

        :raise PageError: when the browser refuses it
        """
        number = next(self._numbers)
        self._socket.settimeout(120)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise PageError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def listen(self, seconds: float) -> None:
        """Let events come in for a while."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                self._note(json.loads(self._socket.recv()))
            except websocket.WebSocketTimeoutException:
                return

    def _note(self, message: dict) -> None:
        method, params = message.get("method", ""), message.get("params", {})
        if method == "Network.requestWillBeSent":
            # the end of a worker's script is told to the worker alone
            address = params["request"]["url"]
            if not address.startswith(("data:", "blob:")) and "worker" not in address:
                self._requests.add(params["requestId"])
                self._changed = time.monotonic()
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self._requests.discard(params["requestId"])
            self._changed = time.monotonic()
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.console.append(" ".join(
                str(one.get("value", one.get("description", ""))) for one in params["args"])[:600])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description", details["text"])[:600])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            entry = params["entry"]
            if _LEAVING in entry["text"] or entry.get("url", "").endswith("/favicon.ico"):
                return  # the camera leaves a form that somebody would have saved; a preview has no icon
            self.console.append(f"{entry['text']} {entry.get('url', '')}"[:600])
        elif method == "Page.javascriptDialogOpening":
            self._socket.send(json.dumps({"id": next(self._numbers), "method": "Page.handleJavaScriptDialog",
                                          "params": {"accept": True}}))

    # -- what a person does ------------------------------------------------------------------------------------

    def resize(self, width: int, height: int = _FIRST_HEIGHT) -> None:
        """Make the window so large, in CSS pixels; a narrow one is a telephone's."""
        self.width = width
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)

    def open(self, address: str) -> None:
        """Go to an address."""
        self._requests.clear()
        answer = self.call("Page.navigate", url=address)
        if answer.get("errorText"):
            raise PageError(f"{address}: {answer['errorText']}")

    def evaluate(self, expression: str):
        """The value of an expression; promises are waited for.

        :raise PageError: with the exception
        """
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise PageError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def ask(self, function: str, *arguments):
        """Call a function of `shots_page.js`."""
        words = ", ".join(json.dumps(argument) for argument in arguments)
        return self.evaluate(f"({_SCRIPT.strip()}).{function}({words})")

    def wait_for(self, selector: str, *, timeout: float = 30) -> None:
        """Wait until one element of this selector is seen.

        :raise PageError: when none is
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.seen(selector):
                return
            self.listen(0.15)
        raise PageError(f"not seen: {selector}; seen is {self.evaluate('document.body.innerText')[:400]!r}")

    def seen(self, selector: str) -> bool:
        """Whether one element of this selector is seen now."""
        try:
            return self.ask("seen", selector)
        except PageError as error:
            if "Cannot find context" in str(error) or "context was destroyed" in str(error):
                return False  # between two pages
            raise

    def settle(self, *, quiet: float = 0.5, timeout: float = 60) -> None:
        """Wait until nothing is loaded and nothing moves; what polls for ever is not waited for."""
        deadline = time.monotonic() + timeout
        self._changed = time.monotonic()
        while time.monotonic() < deadline:
            self.listen(0.1)
            silent = time.monotonic() - self._changed
            if silent > _ENDLESS or (silent > quiet and not self._requests and self.ask("calm")):
                return

    def click(self, selector: str) -> None:
        """Click in the middle of the first visible element of this selector."""
        self.wait_for(selector)
        self.settle(quiet=0.2)
        place = self.ask("place", selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place["x"], y=place["y"], button="left", clickCount=1)
        self.settle()

    def type(self, selector: str, text: str) -> None:
        """Put a text in place of what the field holds."""
        self.click(selector)
        self.evaluate(f"document.activeElement.select?.() ?? {json.dumps(selector)}")
        self.call("Input.insertText", text=text)
        self.settle(quiet=1)

    def login(self, site: str, database: str, login: str, password: str, language: str) -> None:
        """Become this user; the language is that of the pages for customers, which keep it in a cookie."""
        self.call("Network.clearBrowserCookies")
        self.call("Network.setCookie", name="frontend_lang", value=language, url=site)
        self.open(f"{site}/web/login")
        self.wait_for("body")
        body = json.dumps({"jsonrpc": "2.0", "params": {"db": database, "login": login, "password": password}})
        answer = self.evaluate(
            "fetch('/web/session/authenticate', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
            f"body: {json.dumps(body)}}}).then((answer) => answer.json())")
        if "error" in answer:
            raise PageError(f"{login} cannot log in: {answer['error']}")
        self.console.clear()

    def picture(self, crop: str = "") -> bytes:
        """A PNG of the whole page, or of the height that some elements take."""
        for _ in range(3):
            height = self.evaluate("innerHeight")
            below = self.ask("hiddenBelow")
            if not below or height >= HIGHEST:
                break
            self.resize(self.width, min(HIGHEST, height + below))
            self.settle(quiet=0.3)
        clip = {}
        if crop:
            clip = {"clip": {"x": 0, "width": self.width, "scale": 1, **self.ask("span", crop)}}
        data = self.call("Page.captureScreenshot", format="png", **clip)["data"]
        return base64.b64decode(data)
