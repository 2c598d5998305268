"""The sandbox's control API, as the commands use it."""
import json
import urllib.request


class Authority:
    """Talks to a sandbox about certificates, taxpayers, accounts and the ledger."""

    def __init__(self, url: str):
        self.url = url
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(self, name: str, data: object) -> dict:
        """Call `/control/<name>`.

        :raise urllib.error.HTTPError: when the sandbox refuses
        """
        request = urllib.request.Request(
            f"{self.url}/control/{name}", json.dumps(data).encode(), {"Content-Type": "application/json"})
        with self._opener.open(request, timeout=60) as answer:
            return json.loads(answer.read())

    def delete(self, name: str) -> None:
        """DELETE `/control/<name>`: take back what was scripted."""
        with self._opener.open(urllib.request.Request(f"{self.url}/control/{name}", b"", method="DELETE"), timeout=60):
            pass

    def get(self, name: str) -> bytes:
        """The bytes of `/control/<name>`."""
        with self._opener.open(f"{self.url}/control/{name}", timeout=60) as answer:
            return answer.read()

    def issue(self, rfc: str, name: str, kind: str = "csd", **options) -> dict[str, str]:
        """A certificate with its key (base64 DER) and the key's password."""
        return self.post("issue", {"rfc": rfc, "name": name, "kind": kind, **options})
