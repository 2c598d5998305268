"""What every technology provider does: it knows its customers, signs, has DIAN validate, and keeps what came of it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from ..authority import Authority
from ..calls import Call
from ..dian import container, sign
from ..dian.bill import Bill
from ..dian.names import DS, EXT
from ..dian.register import Kept
from ..dian.rules import header
from ..dian.rules.codes import TABLE
from ..dian.rules.context import NOTIFICATION
from ..dian.validation import Through, Validation
from ..problems import Problem, SandboxError
from ..register import password_hash
from .uploads import Upload, Uploads

Account = dict[str, Any]
PRODUCTION, TEST = "1", "2"
ALTERED = re.compile(rb"(<cac:Item>\s*<cbc:Description[^>]*>)")


class Desk:
    """The back office of one provider (``service``)."""

    def __init__(self, service: str, authority: Authority, validation: Validation) -> None:
        self.service = service
        self._authority = authority
        self.validation = validation
        self.uploads = Uploads(authority.store)

    def accounts(self, environment: str) -> list[Account]:
        """Those that are good in an environment: 1 production, 2 tests, '' whatever it is."""
        rows = [row for row in self.validation.register.all("provider") if row["service"] == self.service]
        return [row for row in rows if not environment or row.get("environment") in (None, "", environment)]

    def take(
        self, account: Account, document: bytes, received_sha256: str, environment: str, log: Call, test_set: str = ""
    ) -> Upload:
        """Signs the document, has it validated, and keeps the outcome before anybody hears of it."""
        bill = Bill.read(document)
        if isinstance(bill, Problem):
            return self._kept_upload(account, environment, bill, None)
        log.rfc, log.serie, log.folio, log.sha256 = bill.issuer, bill.kind, bill.number, received_sha256
        known = self.validation.register.get("test_set", test_set) if test_set else None
        refused = self.validation.refused_by_set(known, test_set, bill) if test_set else None
        refused = refused or next(_of_the_provider(bill, account), None)
        if refused is not None:
            return self._kept_upload(account, environment, refused, bill)
        identity = self._authority.ca.provider(str(account.get("nit")), str(account.get("name") or ""))
        signed = sign.signed(with_place(bill), identity, self._signing_time(bill))
        through = Through(self.service, account_name(account), received_sha256)
        verdict = self.validation.validate(
            signed, str(account.get("nit")), log, production=environment == PRODUCTION, through=through
        )
        if not isinstance(verdict.kept, Kept):
            return self._kept_upload(account, environment, verdict.problems, bill)
        attached = container.build(bill, verdict.kept, self._authority.clock.now(), identity)
        if known is not None:
            self.validation.count_towards(known)
        return self._kept_upload(account, environment, verdict.problems, bill, signed, attached)

    def word(self, upload: Upload) -> bytes:
        """DIAN's ApplicationResponse about it."""
        kept = self.validation.register.by_key(upload.key)
        return kept.response if kept else b""

    def age(self, upload: Upload) -> float:
        return time.time() - upload.taken

    def by_number(self, account: Account, environment: str, number: str, kinds: tuple[str, ...]) -> Upload | None:
        return self.uploads.by_number((self.service, account_name(account), environment), number, kinds)

    def by_transaction(self, account: Account, environment: str, transaction_id: str) -> Upload | None:
        return self.uploads.by_transaction((self.service, account_name(account), environment), transaction_id)

    def _kept_upload(
        self, account: Account, environment: str, problems: Problem | list[Problem], bill: Bill | None,
        document: bytes = b"", attached: bytes = b"",
    ) -> Upload:
        upload = Upload(
            transaction_id=secrets.token_hex(20),
            service=self.service,
            account=account_name(account),
            environment=environment,
            issuer=bill.issuer if bill else "",
            kind=bill.kind if bill else "",
            number=bill.number if bill else "",
            key=bill.key if bill else "",
            taken=time.time(),
            problems=(problems,) if isinstance(problems, Problem) else tuple(problems),
            document=document,
            container=attached,
        )
        self.uploads.keep(upload)
        return upload

    def _signing_time(self, bill: Bill) -> datetime:
        """The document's own moment, as DIAN wants the days to be the same (FAD09e), but never a later one than now."""
        now = self._authority.clock.now()
        try:
            own = datetime.fromisoformat(f"{bill.text('cbc:IssueDate')}T{bill.text('cbc:IssueTime')}")
        except ValueError:
            return now
        return own if own.tzinfo is not None and own <= now else now


def account_name(account: Account) -> str:
    """What tells the customer's accounts apart, without their secrets."""
    return str(account.get("username") or account.get("partner") or account.get("customer") or account["service"])


def altered(document: bytes) -> bytes:
    """The file with a word in front of the description of its first line: what the CUFE covers stays."""
    return ALTERED.sub(rb"\1Otro ", document, count=1)


def refusals(upload: Upload) -> list[Problem]:
    return [problem for problem in upload.problems if problem.where != NOTIFICATION]


def with_place(bill: Bill) -> bytes:
    """The document with an empty signature for signxml to fill: in the extension left for it, or in one more."""
    root = etree.fromstring(bill.data)
    extensions = root.find(f"{{{EXT}}}UBLExtensions")
    if extensions is None:
        extensions = etree.Element(f"{{{EXT}}}UBLExtensions")
        root.insert(0, extensions)
    contents = [node for node in extensions.iter(f"{{{EXT}}}ExtensionContent") if not len(node)]
    if not contents:
        extension = etree.SubElement(extensions, f"{{{EXT}}}UBLExtension")
        contents = [etree.SubElement(extension, f"{{{EXT}}}ExtensionContent")]
    contents[-1].text = None
    contents[-1].append(sign.placeholder())
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _of_the_provider(bill: Bill, account: Account) -> Iterator[Problem]:
    """The document names this provider and its software, and leaves the signature to it."""
    if next(bill.root.iter(f"{{{DS}}}Signature"), None) is not None:
        yield Problem("ZE01", "El documento ya contiene una firma: la firma es del proveedor tecnológico.")
    provider = bill.text("ext:UBLExtensions//sts:SoftwareProvider/sts:ProviderID")
    if provider != str(account.get("nit")):
        yield Problem(f"{bill.prefix}AB19b", TABLE["AB19b"].text)
    elif bill.text(header.SOFTWARE_ID) != str(account.get("software")):
        yield Problem(f"{bill.prefix}AB24b", TABLE["AB24b"].text)
    customer = str(account.get("customer") or "")
    if customer and customer != bill.issuer:
        text = f"NIT {account.get('nit')} no autorizado a enviar documentos para emisor con NIT {bill.issuer}."
        yield Problem("89", text)


def open_account(validation: Validation, row: Account) -> Account:
    """Keeps an account as the register has it: the password as the hash that travels, the provider and its software
    known to DIAN.

    :raises SandboxError: not a row of an account.
    """
    nit, software = str(row.get("nit") or ""), str(row.get("software") or "")
    if not re.fullmatch(r"[0-9]{5,15}", nit) or not software:
        raise SandboxError("a provider has a 'nit' of digits and a 'software'")
    password = str(row.get("password") or "")
    if password and not is_hash(password):
        row = row | {"password": password_hash(password)}
    saved = validation.register.save("provider", row)
    if validation.register.get("taxpayer", nit) is None:
        validation.register.save("taxpayer", {"nit": nit, "name": str(row.get("name") or "")})
    of_nit = {"id": software, "nit": nit, "pin": str(row.get("pin") or ""), "provider": nit}
    validation.register.save("software", of_nit)
    return saved


def is_hash(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)
