"""Facturatech: SOAP, user and hash of the password in every body; it builds, signs and sends from its own vocabulary.

An upload is answered with a number (transaccionID) and decided later: SIGNED_XML, PROCESSING, or a text that says why
not. There is no key of ours and no word about repeated uploads, so a lost answer is looked up by prefix and number.
The codes: 200 and 201 taken, 404 unknown, 405 not allowed, 409 conflict (of settings or of the document).
Support documents have a server of their own.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ..errors import InDoubt, Misconfigured
from . import facturatech_answers as answers
from . import facturatech_wire as wire
from .base import Category, Credentials, Exchange, NotFound, Refused
from .dian_answers import AlreadyProcessed, InProgress, NumberingRanges, SetClosed
from .facturatech_answers import Fields, SignedThere
from .facturatech_wire import INVOICES, SUPPORT_DOCUMENTS, Product
from .http import HttpClient, check_address, throttled
from .provider import (
    LAYOUT,
    LAYOUT_FORMS,
    AccessWorks,
    Asked,
    ProviderCapabilities,
    ProviderOptions,
    ProviderSigned,
    repeated,
)
from .record import Journal, Redactor

CAPABILITIES = ProviderCapabilities(payload=LAYOUT, has_ranges=False)
HOSTS = {"production": INVOICES.host, "test": INVOICES.host}  # another path and another user
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
ResultT = TypeVar("ResultT")


class Facturatech:
    """See `provider.Provider`; `credentials.password` is the hash (`provider.facturatech_password_hash`).

    :param environment: production goes to `pro`, everything else to `demo`.
    """

    capabilities = CAPABILITIES

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        environment: str,
        options: ProviderOptions,
        secrets: tuple[str, ...] = (),
    ) -> None:
        check_address(base_url)
        if not credentials.username or not credentials.password:
            raise Misconfigured(reason="credentials_missing")
        if not credentials.username.isprintable():
            raise Misconfigured(reason="username_malformed")
        if not _HASH.fullmatch(credentials.password):
            raise Misconfigured(reason="password_not_hashed")
        if options.layout_form not in LAYOUT_FORMS:
            raise Misconfigured(reason="layout_form", layout_form=options.layout_form)
        self._login = {"username": credentials.username, "password": credentials.password}
        self._options = options
        self._journal = Journal(Redactor((credentials.username, credentials.password, *secrets)))
        self._http = HttpClient()
        self._base = base_url.rstrip("/")
        self._stage = "pro" if environment == "production" else "demo"

    @property
    def exchanges(self) -> list[Exchange]:
        return self._journal.exchanges

    def send(
        self, payload: bytes, *, asked: Asked
    ) -> ProviderSigned | InProgress | AlreadyProcessed | SetClosed | Refused:
        """As `provider.Provider.send`. XML is recognised by its first sign; anything else is the one-line form.

        :raises Misconfigured: also for the one-line form of a support document (no operation for it is known) and for
            signs that XML cannot hold.
        """
        product = _product(asked)
        operation, parameters = self._upload(product, payload)
        return self._call(product, operation, parameters, answers.upload, payload)

    def follow(self, track_id: str, *, asked: Asked) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        if not track_id:
            return self.find(asked)
        product = _product(asked)
        reader = partial(answers.status, track_id=track_id)
        state = self._call(product, product.status, {"transaccionID": track_id}, reader)
        if not isinstance(state, SignedThere):
            return state
        found = self._download(product, asked)
        if isinstance(found, ProviderSigned):
            return replace(found, recovered=False)
        if isinstance(found, SetClosed) or (isinstance(found, Refused) and found.category is not Category.CONTENT):
            return found
        # whatever is said of the file: the document is signed, so this is no verdict about it
        return InProgress(track_id=track_id, message=found.message)

    def find(self, asked: Asked) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        """As `provider.Provider.find`. A number that has a key but no file is in progress."""
        product = _product(asked)
        return repeated(lambda: self._found(product, asked), self._options.waits)

    def check(self) -> AccessWorks | Refused:
        """Asks for the documents left; where that operation does not exist, for the key of a number nobody has."""
        try:
            return self._call(INVOICES, INVOICES.credits, {}, answers.credits_left)
        except InDoubt as error:
            if error.params.get("reason") != "fault":
                raise
        return self._call(INVOICES, INVOICES.key, {INVOICES.prefix: "", INVOICES.number: "0"}, answers.access)

    def numbering_ranges(self, nit: str, software_id: str) -> NumberingRanges | Refused:
        """:raises Misconfigured: always; the service has no such operation."""
        raise Misconfigured(reason="no_ranges")

    def _upload(self, product: Product, payload: bytes) -> tuple[str, dict[str, wire.Parameter]]:
        if payload.lstrip().startswith(b"<"):
            return product.upload, {"xmlBase64": base64.b64encode(payload).decode()}
        if not product.upload_layout:
            raise Misconfigured(reason="layout_form", layout_form=self._options.layout_form)
        if self._options.layout_form == "text64":
            return product.upload_layout, {"layout": base64.b64encode(payload).decode()}
        try:
            return product.upload_layout, {"layout": payload.decode("utf-8")}
        except UnicodeDecodeError as error:
            raise Misconfigured(reason="not_xml", name="layout") from error

    def _found(self, product: Product, asked: Asked) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        found = self._download(product, asked)
        if not isinstance(found, NotFound):
            return found
        key = self._call(product, product.key, _number(product, asked), answers.key)
        return found if isinstance(key, NotFound) else key

    def _download(
        self, product: Product, asked: Asked
    ) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        return self._call(product, product.download, _number(product, asked), answers.download)

    def _call(
        self,
        product: Product,
        operation: str,
        parameters: dict[str, wire.Parameter],
        reader: Callable[[Fields], ResultT],
        document: bytes | None = None,
    ) -> ResultT | Refused:
        url = self._address(product)
        with self._journal.call(operation.partition(".")[2] or operation, url, document) as call:
            body = wire.request(product, self._stage, operation, {**self._login, **parameters})
            answer = self._http.post(url, body, wire.headers(product, self._stage, operation), call)
            refused = throttled(answer)
            if refused:
                return call.conclude(refused)
            given = wire.fields(answer, operation, call)
            given |= {name: self._journal.redactor.text(given[name]) for name in answers.MESSAGES if name in given}
            call.authority_code, call.authority_message = given.get("code", ""), answers.words(given)
            return call.conclude(reader(given))

    def _address(self, product: Product) -> str:
        """Each server has its own host; on this machine they are at the same address."""
        host = product.host if self._base == INVOICES.host else self._base
        file = "index.php" if product is INVOICES else ""
        return f"{host}{product.path.format(stage=self._stage)}{file}"


def _product(asked: Asked) -> Product:
    return SUPPORT_DOCUMENTS if asked.is_support else INVOICES


def _number(product: Product, asked: Asked) -> dict[str, wire.Parameter]:
    number = asked.number if asked.is_support else str(asked.number)
    return {product.prefix: asked.prefix, product.number: number}
