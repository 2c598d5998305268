"""Time: now, the delays of the whole product, and the legal local time of a place in Mexico.

Nothing else in the product asks the system for the time or holds a time-out, so that tests can move and shrink them.
Overrides are per process, on purpose: the threads that send documents must see them too.
"""

import json
import os
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import SettingsInvalid, UnknownPostalCode
from .findings import Finding

DELAYS_VARIABLE = "L10N_MX_CO_EDI_DELAYS"

Seconds = int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Every time constant and bound of the product with its shipped value; seconds unless the name says otherwise."""

    connect_timeout: Seconds = 10
    read_timeout: Seconds = 60
    total_timeout: Seconds = 90  # of one call, whatever the other side drips
    lease: Seconds = 120  # how long a claimed document belongs to its worker
    crashes: int = 3  # processes that may die over one document before it is set aside
    backoff_first: Seconds = 2
    backoff_cap: Seconds = 900
    lookup_attempts: int = 5
    lookup_pause: Seconds = 2
    breaker_failures: int = 5  # calls in a row without an answer, after which a service is left alone
    breaker_probe: Seconds = 15
    retry_after_cap: Seconds = 3600  # of what a service may ask to wait
    tell_interrupted: Seconds = 3600  # administrators are told then
    stamp_window_hours: Seconds = 72  # code 401: the PAC refuses an older Fecha
    warn_unsent_hours: Seconds = 60
    tell_waiting: Seconds = 600  # a person is told of what is pending or in doubt for so long
    absence_hours: Seconds = 24  # look-ups must have been negative for so long
    absence_register_hours: Seconds = 72  # after Fecha, before SAT's register proves anything
    key_cache: Seconds = 900
    lco_hours: Seconds = 72  # until then a new CSD may be unknown to SAT's list of issuers
    lco_retry: Seconds = 1800  # how often that is tried
    pac_clock_tolerance: Seconds = 300
    drain_wait: Seconds = 45
    drain_limit: int = 50
    threads: int = 8
    wsse_lifetime: Seconds = 600  # of a signed SOAP header; DIAN takes 60 s and more

    @property
    def stale_after(self) -> Seconds:
        """A claim older than its lease is in doubt."""
        return self.lease


_now_override: datetime | None = None
_delay_overrides: dict[str, Seconds] = {}


def utc_now() -> datetime:
    """The present, aware, in UTC."""
    return _now_override or datetime.now(timezone.utc)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """For tests: `utc_now` answers `moment` (aware) inside the block."""
    global _now_override
    if moment.tzinfo is None:
        raise ValueError("a frozen moment needs a time zone")
    before, _now_override = _now_override, moment.astimezone(timezone.utc)
    try:
        yield
    finally:
        _now_override = before


def delays() -> Delays:
    """The delays in force: shipped values, then the environment variable (JSON object), then `overridden` blocks.

    :raises SettingsInvalid: an unknown name or a value that is not a number >= 0.
    """
    configured = _configured(os.environ.get(DELAYS_VARIABLE, ""))
    return replace(configured, **_delay_overrides) if _delay_overrides else configured


@contextmanager
def overridden(**values: Seconds) -> Iterator[None]:
    """For tests: `delays()` answers these values inside the block; blocks may be nested."""
    global _delay_overrides
    _check_delays(values)
    before, _delay_overrides = _delay_overrides, {**_delay_overrides, **values}
    try:
        yield
    finally:
        _delay_overrides = before


@lru_cache(maxsize=8)
def _configured(text: str) -> Delays:
    if not text.strip():
        return Delays()
    try:
        values = json.loads(text)
    except ValueError:
        raise SettingsInvalid("The delays are not JSON.", variable=DELAYS_VARIABLE) from None
    if not isinstance(values, dict):
        raise SettingsInvalid("The delays are not a JSON object.", variable=DELAYS_VARIABLE)
    _check_delays(values)
    return Delays(**values)


def _check_delays(values: dict[str, Seconds]) -> None:
    known = {field.name for field in fields(Delays)}
    for name, value in values.items():
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if name not in known or not is_number or not 0 <= value < 10**9:
            raise SettingsInvalid("A delay is unknown or no number.", name=name)


# SAT's labels (c_CodigoPostal) -> the zone with the same clock today. The label decides, not geography: a PAC computes
# the local time of Ciudad Juarez from "Centro en Frontera" although the town itself keeps mountain time since 2022.
# Since October 2022 only the northern border has summer time, on the dates of the United States.
ZONE_OF_LABEL = {
    "Tiempo del Centro": "America/Mexico_City",  # UTC-6
    "Tiempo del Centro en Frontera": "America/Matamoros",  # UTC-6, summer UTC-5
    "Tiempo del Pacífico": "America/Mazatlan",  # UTC-7, Sonora too
    "Tiempo del Noroeste": "America/Tijuana",  # UTC-8, summer UTC-7
    "Tiempo del Sureste": "America/Cancun",  # UTC-5
}


@dataclass(frozen=True, slots=True)
class PostalCode:
    """A code of SAT's c_CodigoPostal. `state` is c_Estado ("BCN"), `zone_label` SAT's own words.

    `incentive`: "" none, "north" or "south" border region (reduced IVA for those in the register).
    """

    code: str
    state: str
    incentive: str
    zone_label: str

    @property
    def border(self) -> bool:
        return bool(self.incentive)

    @property
    def zone(self) -> ZoneInfo:
        return _zone(ZONE_OF_LABEL[self.zone_label])

    def local_fecha(self, now: datetime, zone: ZoneInfo | None = None) -> datetime:
        """`now` (aware) as Fecha is written here: naive local time in whole seconds; `zone` in place of the label's."""
        if now.tzinfo is None:
            raise ValueError("Fecha needs an aware moment")
        return now.astimezone(zone or self.zone).replace(microsecond=0, tzinfo=None)


def postal_code(code: str) -> PostalCode:
    """What SAT's catalogue says about a postal code.

    :raises UnknownPostalCode: not five ASCII digits, or not in the catalogue.
    """
    firsts, runs = _postal_runs()
    if isinstance(code, str) and len(code) == 5 and code.isascii() and code.isdigit():
        index = bisect_right(firsts, code) - 1
        last, state, incentive, label = runs[index]
        if index >= 0 and code <= last:
            return PostalCode(code, state, incentive, label)
    raise UnknownPostalCode(code=str(code)[:20])


def postal_codes() -> Iterator[PostalCode]:
    """Every code of the packed catalogue in order."""
    firsts, runs = _postal_runs()
    for first, (last, state, incentive, label) in zip(firsts, runs, strict=True):
        for number in range(int(first), int(last) + 1):
            yield PostalCode(f"{number:05}", state, incentive, label)


def postal_codes_date() -> date:
    """The day of the packed catalogue of postal codes."""
    return date.fromisoformat(_postal_facts()["date"])


def zone_for_postal_code(code: str) -> ZoneInfo:
    """The time zone of Fecha for a document issued at this postal code (Anexo 20, Fecha and LugarExpedicion).

    :raises UnknownPostalCode:
    """
    return postal_code(code).zone


def local_fecha(code: str, now: datetime) -> datetime:
    """`now` (aware) as Fecha is written at this postal code: naive local time in whole seconds.

    :raises UnknownPostalCode:
    """
    return postal_code(code).local_fecha(now)


def zone_findings() -> list[Finding]:
    """Health check: MX-TIME-01 when this machine's zone data predate the end of summer time in Mexico (2022)."""
    summer = datetime(2024, 7, 1, 12, tzinfo=timezone.utc)
    offsets = {"America/Mexico_City": -6, "America/Mazatlan": -7, "America/Tijuana": -7, "America/Matamoros": -5}
    return [
        Finding.error("MX-TIME-01", name)
        for name, hours in offsets.items()
        if summer.astimezone(_zone(name)).utcoffset() != timedelta(hours=hours)
    ]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        raise SettingsInvalid("The time zone data are missing; install tzdata.", zone=name) from None


@lru_cache(maxsize=1)
def _postal_runs() -> tuple[list[str], list[tuple[str, str, str, str]]]:
    """First codes, and per run of equal codes: last code, state, incentive, label (written by dev/update-catalogs)."""
    firsts, runs = [], []
    incentives = {"0": "", "1": "north", "2": "south"}
    for line in _postal_lines():
        if line[:1].isdigit():
            first, last, state, incentive, label = line.split("\t")
            firsts.append(first)
            runs.append((last, state, incentives[incentive], label))
    return firsts, runs


@lru_cache(maxsize=1)
def _postal_facts() -> dict[str, str]:
    """The lines "# name: value" above the rows."""
    heads = (line[2:].partition(": ") for line in _postal_lines() if line.startswith("# "))
    return {name: value for name, colon, value in heads if colon}


def _postal_lines() -> list[str]:
    return (Path(__file__).parent / "data" / "postal_codes.tsv").read_text(encoding="utf-8").splitlines()
