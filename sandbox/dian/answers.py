"""The results of the service, as it writes them (guide of the service, 5)."""

from __future__ import annotations

import base64
from typing import Any

from ..problems import Problem
from ..reply import Reply
from . import envelope
from .names import CONTRACTS
from .register import Kept, KeptEvent
from .response import NAMES
from .rules.context import NOTIFICATION

KINDS = {"01": "Factura electrónica", "91": "Nota crédito electrónica", "92": "Nota débito electrónica"}


def validated(kept: Kept, notices: list[Problem] | None = None) -> str:
    name = KINDS.get(kept.kind)
    words = f"La {name} {kept.number}, ha sido autorizada." if name else f"{kept.number} ha sido autorizado."
    return dian_response(
        valid=True,
        status="00",
        description="Procesado Correctamente.",
        message=words,
        errors=[rule(notice) for notice in notices or []],
        key=kept.key,
        number=kept.number,
        response=kept.response,
    )


def registered(event: KeptEvent) -> str:
    return dian_response(
        valid=True, status="00", description="Procesado Correctamente.",
        message=f"La {NAMES.get(event.code, 'notificación')} {event.number}, ha sido autorizada.",
        key=event.key, number=event.number, response=event.response,
    )


def events(kept: Kept, word: bytes) -> str:
    """Of a document without events nothing is published; this is our reading."""
    return dian_response(
        valid=True, status="00", description="Procesado Correctamente.",
        message="" if word else "No se encontraron eventos para el documento.",
        key=kept.key, number=kept.number, response=word,
    )


def rejected(problems: list[Problem], key: str, number: str) -> str:
    first = problems[0]
    if first.code == "89":
        return dian_response(valid=False, status="89", description=first.message)
    return dian_response(
        valid=False,
        status="99",
        description="Validación contiene errores en campos mandatorios.",
        message="Documento con errores en campos mandatorios.",
        errors=[rule(problem) for problem in problems],
        key=key,
        number=number,
    )


def set_closed(identity: str, state: str) -> str:
    """What a document of a test set is answered once the set has its verdict; our reading."""
    return dian_response(
        valid=False, status="2", description=f"Set de prueba con identificador {identity} se encuentra {state}."
    )


def unknown() -> str:
    return dian_response(valid=False, status="66", description="TrackId no existe en los registros de la DIAN.")


def in_progress(key: str = "") -> str:
    return dian_response(valid=False, status="", description="Batch en proceso de validación.", key=key)


def rule(problem: Problem) -> str:
    kind = "Notificación" if problem.where == NOTIFICATION else "Rechazo"
    return f"Regla: {problem.code}, {kind}: {problem.message}"


def dian_response(
    *, valid: bool, status: str, description: str, message: str = "", errors: list[str] | None = None, key: str = "",
    number: str = "", response: bytes = b"",
) -> str:
    """The inside of a DianResponse."""
    return "".join((
        envelope.strings("b", "ErrorMessage", errors or []),
        envelope.member("b", "IsValid", "true" if valid else "false"),
        envelope.member("b", "StatusCode", status),
        envelope.member("b", "StatusDescription", description),
        envelope.member("b", "StatusMessage", message or None),
        envelope.member("b", "XmlBase64Bytes", base64.b64encode(response).decode("ascii") if response else None),
        envelope.member("b", "XmlBytes", None),
        envelope.member("b", "XmlDocumentKey", key or None),
        envelope.member("b", "XmlFileName", number or None),
    ))


def response(operation: str, content: str) -> Reply:
    return envelope.answer(operation, "DianResponse", content)


def responses(operation: str, contents: list[str]) -> Reply:
    rows = "".join(f"<b:DianResponse>{content}</b:DianResponse>" for content in contents)
    return envelope.answer(operation, "DianResponse", rows)


def upload(operation: str, zip_key: str | None, problems: list[Problem], key: str = "") -> Reply:
    """UploadDocumentResponse: a ZipKey, or what was refused at the door."""
    rows = "".join(
        "<t:XmlParamsResponseTrackId>"
        + envelope.member("t", "DocumentKey", key)
        + envelope.member("t", "ProcessedMessage", problem.message if problem.code in ("2", "89") else rule(problem))
        + envelope.member("t", "SenderCode", None)
        + envelope.member("t", "Success", "false")
        + envelope.member("t", "XmlFileName", problem.where or None)
        + "</t:XmlParamsResponseTrackId>"
        for problem in problems
    )
    nil = "" if rows else ' i:nil="true"'
    contract = f"{CONTRACTS}XmlParamsResponseTrackId"
    content = f'<b:ErrorMessageList xmlns:t="{contract}"{nil}>{rows}</b:ErrorMessageList>'
    return envelope.answer(operation, "UploadDocumentResponse", content + envelope.member("b", "ZipKey", zip_key))


def document(operation: str, kept: Kept | None) -> Reply:
    """EventResponse of GetXmlByDocumentKey."""
    code, message = ("100", "Acción completada OK") if kept else ("404", "El documento no existe.")
    return envelope.answer(operation, "EventResponse", "".join((
        envelope.member("b", "Code", code),
        envelope.member("b", "Message", message),
        envelope.member("b", "ValidationDate", kept.time if kept else None),
        envelope.member("b", "XmlBytesBase64", base64.b64encode(kept.document).decode("ascii") if kept else None),
    )))


RANGE_MEMBERS = (
    ("FromNumber", "first"), ("Prefix", "prefix"), ("ResolutionDate", "resolution_date"),
    ("ResolutionNumber", "resolution"), ("TechnicalKey", "technical_key"), ("ToNumber", "last"),
    ("ValidDateFrom", "valid_from"), ("ValidDateTo", "valid_to"),
)
# the codes are known, the words of 302 and 404 are ours
RANGES_TEXTS = {
    "100": "Acción completada OK",
    "302": "El NIT no tiene prefijos asociados al código de software.",
    "404": "No se encontraron rangos de numeración.",
}


def ranges(operation: str, code: str, rows: list[dict[str, Any]]) -> Reply:
    """NumberRangeResponseList."""
    written = "".join(
        "<n:NumberRangeResponse>"
        + "".join(envelope.member("n", name, str(row.get(field, "") or "")) for name, field in RANGE_MEMBERS)
        + "</n:NumberRangeResponse>"
        for row in rows
    )
    nil = "" if rows else ' i:nil="true"'
    return envelope.answer(operation, "NumberRangeResponseList", "".join((
        envelope.member("b", "OperationCode", code),
        envelope.member("b", "OperationDescription", RANGES_TEXTS[code]),
        f'<b:ResponseList xmlns:n="{CONTRACTS}NumberRangeResponse"{nil}>{written}</b:ResponseList>',
    )))


def mailboxes(operation: str, taxpayers: list[dict[str, Any]]) -> Reply:
    """ExchangeEmailResponse: a CSV of NIT and mailbox."""
    lines = ["Nit,Email,FechaActualizacion", *(f"{row['nit']},{row['mailbox']}," for row in taxpayers)]
    data = base64.b64encode("\r\n".join(lines).encode()).decode("ascii")
    return envelope.answer(operation, "ExchangeEmailResponse", "".join((
        envelope.member("b", "CsvBase64Bytes", data),
        envelope.member("b", "Message", ""),
        envelope.member("b", "StatusCode", "0"),
        envelope.member("b", "Success", "true"),
    )))


def acquirer(operation: str, row: dict[str, Any] | None) -> Reply:
    return envelope.answer(operation, "AdquirerResponse", "".join((
        envelope.member("b", "Message", None if row else "No se encontró información del adquiriente."),
        envelope.member("b", "ReceiverEmail", row.get("email") if row else None),
        envelope.member("b", "ReceiverName", row.get("name") if row else None),
        envelope.member("b", "StatusCode", "200" if row else "404"),
    )))
