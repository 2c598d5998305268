"""The date of issue: codes 401 and 403."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..catalogues import CENTRAL
from ..problems import Problem
from .context import Context

WINDOW = timedelta(hours=72)
TOLERANCE = timedelta(minutes=5)
FIRST_YEAR = 2012


def issuing_time(context: Context) -> datetime | None:
    """``Fecha`` as a moment: it is the local time of LugarExpedicion. None when it is no date at all."""
    try:
        local = datetime.fromisoformat(context.document["Fecha"])
    except ValueError:
        return None
    if local.tzinfo is not None:
        return None
    place = context.catalogues.place(context.document["LugarExpedicion"])
    if place is None:
        context.skip("time zone of LugarExpedicion (no catalogue, or unknown code): central time assumed")
    return local.replace(tzinfo=place.zone if place else ZoneInfo(CENTRAL))


def date(context: Context) -> Iterator[Problem]:
    """At most 72 hours old and not in the future, five minutes allowed for two clocks that differ."""
    moment = issuing_time(context)
    if moment is None:
        yield Problem("CFDI40101", "El campo Fecha no cumple con el patrón requerido.", "Fecha")
    elif moment.year < FIRST_YEAR:
        yield Problem("403", "La fecha de emisión no es posterior al 01 de enero de 2012.", "Fecha")
    elif context.now - moment > WINDOW:
        yield Problem("401", "Fecha y hora de generación fuera de rango: más de 72 horas.", "Fecha")
    elif moment - context.now > TOLERANCE:
        yield Problem("401", "Fecha y hora de generación fuera de rango: en el futuro.", "Fecha")
