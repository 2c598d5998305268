"""The sandbox's certification authority: its own root, the PAC's certificate, and whatever it issues."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from . import certificates, names
from .certificates import Holder, Validity
from .clock import Clock
from .problems import SandboxError
from .store import Store

SERIAL_PREFIX = "300010000005"
LONG = timedelta(days=3650)
KINDS = ("csd", "efirma")
Identity = tuple[rsa.RSAPrivateKey, x509.Certificate]


@dataclass(frozen=True)
class Issued:
    serial: str
    kind: str
    cer: bytes
    key: bytes
    password: str


@dataclass(frozen=True)
class Seen:
    """What the authority knows about a certificate found in a document; made once per certificate."""

    serial: str
    rfc: str
    is_csd: bool
    is_ours: bool
    not_before: datetime
    not_after: datetime
    public_key: rsa.RSAPublicKey


class CertificateAuthority:
    """Root key and PAC key live in the state directory, so certificates stay valid over restarts."""

    CACHE = 4096

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[bytes, Seen | None] = {}
        self._seen_lock = threading.Lock()
        self._root_key, self.root = self._identity("ca")
        self._pac_key, self.pac = self._identity("pac")
        self._revoked = {row["serial"] for row in store.query("SELECT serial FROM certificates WHERE revoked")}
        rows = store.query("SELECT serial, listed_from FROM certificates WHERE listed_from <> ''")
        self._listed_from = {row["serial"]: datetime.fromisoformat(row["listed_from"]) for row in rows}

    def _identity(self, which: str, nit: str = "", name: str = "") -> Identity:
        """``nit`` and ``name`` are the holder's, of a certificate for signatures."""
        rows = {row["key"]: row["value"] for row in self._store.query("SELECT key, value FROM meta")}
        if f"{which}_key" not in rows:
            rows = self._create_identity(which, nit, name)
        key = serialization.load_der_private_key(rows[f"{which}_key"], None, unsafe_skip_rsa_key_validation=True)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise SandboxError(f"the stored key '{which}' is not an RSA key")
        return key, x509.load_der_x509_certificate(rows[f"{which}_cer"])

    def _create_identity(self, which: str, nit: str, name: str) -> dict[str, bytes]:
        key = certificates.new_key()
        now = self._clock.real()
        validity = Validity(now - LONG, now + LONG)
        serial = self._free_serial()
        if which == "ca":
            certificate = certificates.self_signed_authority(key, serial, validity)
        elif nit:
            certificate = certificates.issue_for_signatures(
                self.root, self._root_key, nit, name, key.public_key(), serial, validity
            )
        else:
            holder = Holder(names.PAC_RFC, names.PAC_NAME, "SAAA800101AB1", "SAAA800101HDFNNN01", "CERTIFICACION")
            certificate = certificates.issue(self.root, self._root_key, holder, key.public_key(), serial, validity)
        encoding, clear = serialization.Encoding.DER, serialization.NoEncryption()
        rows = {
            f"{which}_key": key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, clear),
            f"{which}_cer": certificate.public_bytes(encoding),
        }
        for name, value in rows.items():
            self._store.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (name, value))
        return rows

    def _free_serial(self) -> str:
        while True:
            serial = f"{SERIAL_PREFIX}{secrets.randbelow(10**8):08d}"
            if not self._store.query("SELECT 1 FROM certificates WHERE serial = ?", (serial,)):
                return serial

    # -- issuing

    def issue(self, holder: Holder, password: str, validity: Validity) -> Issued:
        kind = "csd" if holder.branch is not None else "efirma"
        key = certificates.new_key()
        serial = self._free_serial()
        try:
            certificate = certificates.issue(self.root, self._root_key, holder, key.public_key(), serial, validity)
        except ValueError as error:
            raise SandboxError(f"that certificate cannot be made: {error}") from error
        cer = certificate.public_bytes(serialization.Encoding.DER)
        try:
            self._store.execute(
                "INSERT INTO certificates (serial, rfc, kind, name, cer) VALUES (?, ?, ?, ?, ?)",
                (serial, holder.rfc, kind, holder.name, cer),
            )
        except sqlite3.IntegrityError:  # two requests drew the same number
            return self.issue(holder, password, validity)
        return Issued(serial, kind, cer, certificates.encrypted_pkcs8(key, password), password)

    def revoke(self, serial: str, revoked: bool = True) -> bool:
        """False when no such certificate was issued here."""
        touched = self._store.execute("UPDATE certificates SET revoked = ? WHERE serial = ?", (int(revoked), serial))
        if touched and revoked:
            self._revoked.add(serial)
        elif touched:
            self._revoked.discard(serial)
        return bool(touched)

    def is_revoked(self, serial: str) -> bool:
        return serial in self._revoked

    def list_from(self, serial: str, moment: datetime | None) -> bool:
        """From when the list of issuers (LCO) has the certificate, None: already; False when it is not ours."""
        text = moment.isoformat() if moment else ""
        touched = self._store.execute("UPDATE certificates SET listed_from = ? WHERE serial = ?", (text, serial))
        if touched and moment:
            self._listed_from[serial] = moment
        elif touched:
            self._listed_from.pop(serial, None)
        return bool(touched)

    def list_all(self) -> None:
        self._store.execute("UPDATE certificates SET listed_from = ''")
        self._listed_from.clear()

    def is_listed(self, serial: str) -> bool:
        return serial not in self._listed_from or self._listed_from[serial] <= self._clock.now()

    def issue_for_signatures(self, nit: str, name: str, password: str, validity: Validity) -> bytes:
        """PKCS#12 with key, certificate and this authority's own: what a Colombian certifier hands to a company."""
        key = certificates.new_key()
        serial = self._free_serial()
        certificate = certificates.issue_for_signatures(
            self.root, self._root_key, nit, name, key.public_key(), serial, validity
        )
        cer = certificate.public_bytes(serialization.Encoding.DER)
        self._store.execute(
            "INSERT INTO certificates (serial, rfc, kind, name, cer) VALUES (?, ?, ?, ?, ?)",
            (serial, nit, "dian", name, cer),
        )
        encryption = serialization.BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, [self.root], encryption)

    def issued_for_signatures(self) -> list[bytes]:
        """The certificates (DER) that Colombian companies got here."""
        return [row["cer"] for row in self._store.query("SELECT cer FROM certificates WHERE kind = 'dian'")]

    def dian(self) -> Identity:
        """DIAN's own key, for its answers; made when it is needed first."""
        with self._seen_lock:
            return self._identity("dian", names.DIAN_NIT, names.DIAN_NAME)

    def provider(self, nit: str, name: str) -> Identity:
        """The key with which a technology provider signs its customers' documents."""
        with self._seen_lock:
            return self._identity(f"provider_{nit}", nit, name or f"PROVEEDOR {nit}")

    # -- checking

    def look_at(self, der: bytes) -> Seen | None:
        """None when the bytes are no certificate with an RSA key."""
        with self._seen_lock:
            if der in self._seen:
                return self._seen[der]
        seen = self._inspect(der)
        with self._seen_lock:
            if len(self._seen) >= self.CACHE:
                self._seen.clear()
            self._seen[der] = seen
        return seen

    def _inspect(self, der: bytes) -> Seen | None:
        try:
            certificate = x509.load_der_x509_certificate(der)
            key = certificate.public_key()
            if not isinstance(key, rsa.RSAPublicKey):
                return None
            return Seen(
                serial=certificates.serial_digits(certificate),
                rfc=certificates.subject_rfc(certificate),
                is_csd=certificates.is_csd(certificate),
                is_ours=self._is_ours(certificate),
                not_before=certificate.not_valid_before_utc,
                not_after=certificate.not_valid_after_utc,
                public_key=key,
            )
        except ValueError:  # cryptography's word for every kind of malformed certificate
            return None

    def _is_ours(self, certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(self.root)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    # -- the provider's own signature

    @property
    def pac_serial(self) -> str:
        return certificates.serial_digits(self.pac)

    def sign_as_pac(self, text: str) -> bytes:
        return self._pac_key.sign(text.encode("utf-8"), padding.PKCS1v15(), hashes.SHA256())


def verify(key: rsa.RSAPublicKey, signature: bytes, text: str) -> bool:
    """RSA PKCS#1 v1.5 over SHA-256 of the UTF-8 original string (Anexo 20)."""
    try:
        key.verify(signature, text.encode("utf-8"), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
