"""A session with Odoo's web server, as a browser has it: JSON-RPC calls of methods and buttons, downloads."""
import http.cookiejar
import itertools
import json
import urllib.error
import urllib.request


class RpcError(Exception):
    """The server's answer was an error; `name` is the exception's class, `debug` its traceback."""

    def __init__(self, error: dict):
        data = error.get("data") or {}
        self.name = data.get("name", "")
        self.debug = data.get("debug", "")
        super().__init__(data.get("message") or error.get("message"))


class Client:
    """One logged-in user.

    :raise RpcError: when the login is refused
    """

    def __init__(self, url: str, database: str, login: str, password: str, *, timeout: float = 300):
        self.url = url
        self.timeout = timeout
        self.context: dict = {}
        self._numbers = itertools.count(1)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        params = {"db": database, "login": login, "password": password}
        session = self.post("/web/session/authenticate", params)
        self.uid = session["uid"]
        self.context = dict(session["user_context"])

    def post(self, path: str, params: dict):
        """One JSON-RPC request.

        :raise RpcError: with the server's message
        """
        body = {"jsonrpc": "2.0", "method": "call", "id": next(self._numbers), "params": params}
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=self.timeout) as answer:
            result = json.loads(answer.read())
        if "error" in result:
            raise RpcError(result["error"])
        return result.get("result")

    def call(self, model: str, method: str, *args, context: dict | None = None, **kwargs):
        """Call a public method of a model; for record methods the first argument is the list of ids."""
        kwargs["context"] = {**self.context, **(context or {})}
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def button(self, model: str, method: str, ids: list[int], context: dict | None = None):
        """Press a button of a form: the call that the web client makes."""
        params = {"model": model, "method": method, "args": [ids],
                  "kwargs": {"context": {**self.context, **(context or {})}}}
        return self.post(f"/web/dataset/call_button/{model}/{method}", params)

    def create(self, model: str, values: dict, **options) -> int:
        """Create one record, return its id."""
        return self.call(model, "create", [values], **options)[0]

    def read(self, model: str, ids: list[int], fields: list[str], **options) -> list[dict]:
        return self.call(model, "read", ids, fields, **options)

    def search(self, model: str, domain: list, **options) -> list[int]:
        return self.call(model, "search", domain, **options)

    def search_read(self, model: str, domain: list, fields: list[str], **options) -> list[dict]:
        return self.call(model, "search_read", domain, fields, **options)

    def ref(self, xmlid: str) -> int:
        """The id of a record by its external identifier.

        :raise LookupError: when there is none
        """
        module, name = xmlid.split(".", 1)
        found = self.search_read("ir.model.data", [["module", "=", module], ["name", "=", name]], ["res_id"])
        if not found:
            raise LookupError(xmlid)
        return found[0]["res_id"]

    def download(self, path: str) -> bytes:
        """GET a file with the session's cookies.

        :raise urllib.error.HTTPError: when the server refuses
        """
        with self._opener.open(self.url + path, timeout=self.timeout) as answer:
            return answer.read()
