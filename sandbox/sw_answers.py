"""The JSON of SW Sapien's answers."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from . import stamping
from .ledger import Entry
from .problems import Problem
from .register import Account
from .reply import Reply

BAD_LOGIN = "AU2000 - El usuario y/o contraseña son inválidos, no se puede autenticar el servicio."
NO_TOKEN = "AU4101 - El token proporcionado viene vacio."
BAD_TOKEN = "AU4000 - No fue posible validar el token."
NOT_THREE_PARTS = "El token debe contener 3 partes"
NO_XML = "Xml CFDI33 no proporcionado o viene vacio."
EMPTY_KEY = "El CustomId viene vacío."
LONG_KEY = "El CustomId no es válido o es mayor a 100 caracteres."
EARLIER_STAMP = "307. El comprobante contiene un timbre previo."
KEY_REUSED = "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."
NOT_STORED = "No es posible obtener el url para descargar el XML"
UNCONTROLLED = "CO1000 - Error no controlado."
# what the authority says in its own numbers -> what this provider says
IN_ITS_WORDS = {
    "702": (401, BAD_TOKEN),
    "703": (401, BAD_TOKEN),
    "705": (400, "301. La estructura del comprobante es incorrecta."),
    "707": (400, "301. La estructura del comprobante es incorrecta."),
    "718": (400, "No cuenta con timbres disponibles."),
}
ADDENDA = re.compile(rb"<(\w+:)?Addenda[\s>].*</\1?Addenda>", re.DOTALL)


def success(data: dict[str, Any]) -> Reply:
    return _envelope(200, {"data": data, "status": "success"})


def error(status: int, message: str, detail: str | None = None, data: dict[str, Any] | None = None) -> Reply:
    return _envelope(status, {"message": message, "messageDetail": detail, "data": data, "status": "error"})


def fault(text: str) -> Reply:
    """The service's own failure, in place of a SOAP fault."""
    return error(500, UNCONTROLLED, text)


def refused(problem: Problem) -> Reply:
    if problem.code in IN_ITS_WORDS:
        status, message = IN_ITS_WORDS[problem.code]
        return error(status, message, problem.message)
    detail = " ".join(part for part in (problem.message, problem.where) if part)
    if problem.code.isdecimal():
        return error(400, f"{problem.code}. {problem.message}", detail)
    return error(400, problem.code, detail)


def stamp_data(entry: Entry, version: str, in_base64: bool, pac_serial: str) -> dict[str, Any]:
    """``data`` of the answer versions v1 to v4."""
    tfd, cfdi = tfd_of(entry), entry.stamped.decode("utf-8")
    if in_base64:
        tfd, cfdi = (base64.b64encode(text.encode("utf-8")).decode("ascii") for text in (tfd, cfdi))
    if version == "v4":
        return {
            "cadenaOriginalSAT": f"||1.1|{entry.uuid}|{entry.stamped_at}||",
            "noCertificadoSAT": pac_serial,
            "noCertificadoCFDI": "",
            "uuid": entry.uuid,
            "selloSAT": entry.sat_seal,
            "selloCFDI": "",
            "fechaTimbrado": entry.stamped_at,
            "qrCode": "",
            "cfdi": cfdi,
        }
    return {"v1": {"tfd": tfd}, "v2": {"tfd": tfd, "cfdi": cfdi}, "v3": {"cfdi": cfdi}}[version]


def tfd_of(entry: Entry) -> str:
    """The stamp alone; empty when a fault took it out."""
    try:
        start, end = stamping.find_stamp(entry.stamped)
    except ValueError:
        return ""
    return entry.stamped[start:end].decode("utf-8")


def without_addenda(stamped: bytes) -> bytes:
    return ADDENDA.sub(b"", stamped)


def balance(account: Account, now: str, expired: bool) -> dict[str, Any]:
    unlimited = account.credits < 0
    bought = {"stampsIn": account.bought, "stampsOut": 0, "date": f"{account.bought_on}T00:00:00"}
    spent = {"stampsIn": 0, "stampsOut": 1, "date": now}
    return {
        "idUserBalance": "00000000-0000-4000-8000-000000000001",
        "idUser": "00000000-0000-4000-8000-000000000002",
        "stampsBalance": 0 if unlimited or expired else account.credits,
        "stampsUsed": account.used,
        "stampsAssigned": 0 if unlimited else account.credits + account.used,
        "unlimited": unlimited,
        "expirationDate": f"{account.expires}T00:00:00" if account.expires else None,
        "lastTransaction": {"folio": 1, **(bought if account.bought else spent)},
    }


def legacy_balance(account: Account, expired: bool) -> dict[str, Any]:
    now = balance(account, "", expired)
    return {
        "idSaldoCliente": now["idUserBalance"],
        "idClienteUsuario": now["idUser"],
        "saldoTimbres": now["stampsBalance"],
        "timbresUtilizados": now["stampsUsed"],
        "fechaExpiracion": now["expirationDate"],
        "unlimited": now["unlimited"],
        "timbresAsignados": now["stampsAssigned"],
    }


def records(entry: Entry, address: str) -> dict[str, Any]:
    record = {
        "status": "VIGENTE",
        "urlXml": address,
        "urlPdf": None,
        "urlAckCfdi": None,
        "urlAckCancellation": None,
        "serie": entry.serie,
        "folio": entry.folio,
        "fecha": entry.issued,
        "total": entry.total,
        "uuid": entry.uuid.lower(),
        "fechaTimbrado": entry.stamped_at,
        "emisorRfc": entry.rfc,
        "receptorRfc": entry.receiver,
    }
    return {"metaData": {"page": 1, "perPage": 10, "pageCount": 1, "totalCount": 1, "links": {}}, "records": [record]}


def _envelope(status: int, content: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(content, ensure_ascii=False).encode(), "application/json; charset=utf-8")
