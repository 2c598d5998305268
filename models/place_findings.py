"""What can be said about postal codes before an invoice is made: which place it is, and which clock it keeps."""
from ..core import clock
from ..core.cfdi import keys, postal
from ..core.findings import Finding


def check(env, code):
    """Return the findings about the issuing postal code `code` (text, may be empty)."""
    if not code:
        return [Finding.warning("MX-PLACE-01", "LugarExpedicion")]
    place = place_of(env, code)
    if place is None:
        return [Finding.warning("CFDI40126", "LugarExpedicion", value=code)]
    if not place.zone_label:
        return [Finding.warning("MX-PLACE-02", "LugarExpedicion", value=code)]
    return ended(env, code, "CFDI40126", "LugarExpedicion")


def ended(env, code, finding_code, where=""):
    """Return a finding if an administrator gave the postal code a last day that is over, or a first one to come."""
    key = env["l10n_mx_co_edi.catalog.item"]._keys(keys.CODIGO_POSTAL, [code]).get(code)
    today = clock.utc_now().date()
    if key is None or key.in_force(today):
        return []
    if key.valid_to and key.valid_to < today:
        return [Finding.warning(finding_code, where, value=code, valid_to=key.valid_to)]
    return [Finding.warning(finding_code, where, value=code, valid_from=key.valid_from)]


def place_of(env, code):
    """Return what SAT's catalogue, or a row that was added, knows about a postal code; None if neither has it."""
    return env["l10n_mx_co_edi.catalog.item"]._place(code)


def zone_of(company, code, at):
    """Return the time zone of Fecha at a postal code at the aware moment `at`, None if it is unknown.

    The label of SAT's catalogue decides, unless the company wants the clock of the town (Ciudad Juárez).
    """
    place = place_of(company.env, code)
    if place is None or not place.zone_label:
        return None
    if company._l10n_mx_co_edi_settings().l10n_mx_co_edi_town_clock:
        return postal.exceptional_zone(code, at.astimezone(place.zone).date()) or place.zone
    return place.zone


def has_clock_of_its_own(code, at):
    """Tell whether the town keeps another clock than SAT's label says."""
    return bool(code) and postal.exceptional_zone(code, at.date()) is not None


def describe_place(env, code):
    """Return "place, state, border region, time zone" of a postal code, an empty text if nobody knows it."""
    place = place_of(env, code) if code else None
    if place is None:
        return ""
    town = postal.place(code)
    state = env["res.country.state"].sudo().search(
        [("country_id.code", "=", "MX"), ("code", "=", place.state)], limit=1).name or place.state
    borders = {"north": env._("northern border"), "south": env._("southern border")}
    parts = [town and town.name, state, borders.get(place.incentive), place.zone_label]
    return ", ".join(part for part in parts if part)
