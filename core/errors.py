"""Every exception that `core` raises on purpose.

An error carries a stable short `code` and its `params`; `str()` is an English sentence. Texts for people (en, es) are
attached at the Odoo edge by code. Params never hold a password, a key or a whole document.
"""


class CoreError(Exception):
    """Base of all typed errors of the core.

    :param message: English sentence; the default of the class when empty.
    :param params: what the text for people needs; also readable as `error.params["name"]`.
    """

    code = "core_error"
    default_message = "The operation failed."

    def __init__(self, message: str = "", **params: object) -> None:
        super().__init__(message)
        self.params: dict[str, object] = params

    @property
    def message(self) -> str:
        return str(self.args[0]) or self.default_message

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items() if value not in (None, ""))
        return f"{self.message} ({details})" if details else self.message


class _ReasonedError(CoreError):
    """An error whose first argument is a short machine reason and whose second is an English detail."""

    def __init__(self, reason: str, detail: str = "", **params: object) -> None:
        super().__init__("", reason=reason, detail=detail, **params)
        self.args = (reason, detail)
        self.reason = reason
        self.detail = detail

    @property
    def message(self) -> str:
        return self.default_message


class XmlRefused(_ReasonedError):
    """The hardened parser or the writer said no.

    `reason` is one of too_large, too_deep, too_many_elements, too_many_attributes, text_too_long, doctype, encoding,
    malformed, empty, control_character.
    """

    code = "xml_refused"
    default_message = "The XML was refused."


class ArchiveRefused(_ReasonedError):
    """The hardened reader of ZIP files said no.

    `reason` is one of not_a_zip, damaged, empty, too_many_entries, too_large, ratio, name, duplicate, link, encrypted,
    compression, nested.
    """

    code = "archive_refused"
    default_message = "The ZIP file was refused."


class UnknownComplement(CoreError):
    """A complement that the reader or the original string does not know: `namespace`, `name`.

    Guessing would produce a wrong original string, so nothing is returned at all.
    """

    code = "unknown_complement"
    default_message = "The document holds a complement that is not known."

    def __init__(self, namespace: str, name: str = "") -> None:
        super().__init__("", namespace=namespace, name=name)
        self.args = (namespace, name)
        self.namespace = namespace
        self.name = name

    @property
    def message(self) -> str:
        return self.default_message


class InvalidDocument(CoreError):
    """Well formed, but not a document that can be read: `where` is the path, `problem` an English phrase."""

    code = "invalid_document"
    default_message = "The document cannot be read."

    def __init__(self, where: str, problem: str = "") -> None:
        super().__init__("", where=where, problem=problem)
        self.args = (where, problem)
        self.where = where
        self.problem = problem

    @property
    def message(self) -> str:
        return self.default_message


class InvalidAmount(CoreError, ValueError):
    """A value that is not a finite number written with ASCII digits, or too large to be money."""

    code = "invalid_amount"
    default_message = "The value is not an amount."


class SnapshotError(CoreError):
    """A snapshot that cannot be written or rebuilt."""

    code = "snapshot"
    default_message = "The snapshot cannot be read."


class IllegalTransition(CoreError):
    """The life cycle does not allow this event in this state for this kind: `state`, `event`, `kind`."""

    code = "illegal_transition"
    default_message = "The document cannot take this step in its state."


class SettingsInvalid(CoreError, ValueError):
    """A setting of the machine (environment variable, configuration file) that cannot be understood."""

    code = "settings_invalid"
    default_message = "A setting cannot be understood."


class UnknownPostalCode(CoreError, KeyError):
    """A postal code that SAT's c_CodigoPostal does not hold: `code`."""

    code = "unknown_postal_code"
    default_message = "The postal code is not in the catalogue."


class CatalogueInvalid(CoreError):
    """A file that is no packed catalogue: `reason`, and `line` (counted from the first row) where one is at fault.

    Reasons: format, head, rows, code, order, date, encoding, too_large.
    """

    code = "catalogue_invalid"
    default_message = "The file is not a catalogue of this product."


class VaultError(CoreError):
    """Base of the errors about secrets at rest."""

    code = "vault"
    default_message = "The secret store failed."


class MasterKeyMissing(VaultError):
    """No master key is configured, or none of the configured ones sealed this secret."""

    code = "master_key_missing"
    default_message = "The master key is missing."


class MasterKeyInvalid(VaultError):
    """A configured master key is not 32 bytes, or its file can be read by others."""

    code = "master_key_invalid"
    default_message = "The master key is not usable."


class SecretUnreadable(VaultError):
    """The ciphertext was changed, cut, or belongs to another database, record or field."""

    code = "secret_unreadable"
    default_message = "The secret cannot be opened."


class CertificateError(_ReasonedError):
    """A certificate or private key that cannot be used.

    `reason` is the code of the finding that `core.certificates.inspect` gives for the same problem (MX-CERT-NN).
    """

    code = "certificate"
    default_message = "The certificate or its key cannot be used."


class TransportError(CoreError):
    """Trouble between us and a service; business answers are results, never exceptions."""

    code = "transport"
    default_message = "The service could not be used."


class NotSent(TransportError):
    """Proven: nothing was delivered. The same bytes may go again."""

    code = "not_sent"
    default_message = "Nothing reached the service."


class InDoubt(TransportError):
    """The bytes may have arrived; only evidence from the service can tell."""

    code = "in_doubt"
    default_message = "It is not known whether the service took the document."


class Misconfigured(TransportError):
    """Our side is wrong (address, credentials, certificate of the connection); repeating does not help."""

    code = "misconfigured"
    default_message = "The connection to the service is not set up correctly."
