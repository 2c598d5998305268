"""From the code of a finding to words for people and to the record where it is put right.

`core` only knows codes. Here a code becomes "what happened, what to do" in the user's language, and an action that
opens the right record. A code without a text is shown as it came, with the authority's own words.
"""
import re

from odoo.tools import LazyTranslate

from ..core.findings import Severity
from . import (
    finding_messages_cfdi,
    finding_messages_complements,
    finding_messages_dian,
    finding_messages_dian_amounts,
    finding_messages_dian_head,
    finding_messages_dian_issuing,
    finding_messages_dian_masters,
    finding_messages_dian_odoo,
    finding_messages_dian_parties,
    finding_messages_doctor,
    finding_messages_form,
    finding_messages_issuing,
    finding_messages_lines,
    finding_messages_numbering,
    finding_messages_own,
    finding_messages_pac,
    finding_messages_provider,
    finding_messages_support,
    finding_messages_test_set,
    finding_messages_watch,
    finding_targets,
)
from .finding_text import Text

_lt = LazyTranslate(__name__)

TEXTS: dict[str, Text] = {
    **finding_messages_cfdi.MESSAGES,
    **finding_messages_form.MESSAGES,
    **finding_messages_lines.MESSAGES,
    **finding_messages_own.MESSAGES,
    **finding_messages_numbering.MESSAGES,
    **finding_messages_support.MESSAGES,
    **finding_messages_issuing.MESSAGES,
    **finding_messages_pac.MESSAGES,
    **finding_messages_complements.MESSAGES,
    **finding_messages_dian.MESSAGES,
    **finding_messages_dian_head.MESSAGES,
    **finding_messages_dian_parties.MESSAGES,
    **finding_messages_dian_amounts.MESSAGES,
    **finding_messages_dian_masters.MESSAGES,
    **finding_messages_dian_odoo.MESSAGES,
    **finding_messages_dian_issuing.MESSAGES,
    **finding_messages_provider.MESSAGES,
    **finding_messages_test_set.MESSAGES,
    **finding_messages_watch.MESSAGES,
    **finding_messages_doctor.MESSAGES,
}
LEVELS = {Severity.ERROR: "danger", Severity.WARNING: "warning", Severity.INFO: "info"}


class _Params(dict):
    """A text must never fail because a check did not give a parameter."""

    def __missing__(self, key):
        return "?"


def text_of(code):
    """Return the `Text` of a code, or None.

    Codes of providers are found with or without a prefix ("MX-PAC-301"); DIAN numbers the same rule for each type of
    document, so that CAU02, DAU02, DSAU02 and NSAU02 share the words of FAU02.
    """
    return (
        TEXTS.get(code) or TEXTS.get(re.sub(r"^.*-", "", code))
        or TEXTS.get(re.sub(r"^(?:C|D|DS|NS)(?=[AB][A-Z]\d\d[a-e]?$)", "F", code)))


def describe(env, finding, record=None):
    """Return the words and the way out of one finding.

    :param finding: a core `Finding`
    :param record: the record that was checked (invoice, contact, journal, tax), to find the one to correct
    :return: dict with `code`, `level` (danger, warning, info), `what`, `fix`, `message` (all in one line of text)
        and `action` (a window action or None) with its `action_text`
    """
    text = text_of(finding.code)
    params = _Params(finding.params, attribute=(finding.where or "").rsplit(".", 1)[-1])
    what = env._(text.what) % params if text else finding.params.get("message") or _fallback(env, finding)
    fix = env._(text.fix) % params if text else ""
    line = finding_targets.line_label(env, finding.where, record)
    action, action_text = finding_targets.action_for(
        env, text.target if text else "", finding.where, record, finding.params)
    sentences = [f"{line}:" if line else "", what, _detail(env, text, finding.params), fix, f"[{finding.code}]"]
    return {
        "code": finding.code,
        "level": LEVELS[finding.severity],
        "what": what,
        "fix": fix,
        "message": " ".join(part for part in sentences if part),
        "action": action,
        "action_text": action_text,
    }


def _detail(env, text, params):
    """Return what was found and what was expected, unless the text says it already."""
    if not text or not params.get("value") or "%(value)s" in text.what._source:
        return ""
    if params.get("catalogue_date"):
        return env._(
            "It says \"%(value)s\"; the catalogue here is of %(catalogue_date)s.",
            **_only(params, "value", "catalogue_date"))
    if params.get("valid_to"):
        return env._("\"%(value)s\" ended on %(valid_to)s.", **_only(params, "value", "valid_to"))
    if params.get("valid_from"):
        return env._("\"%(value)s\" is valid from %(valid_from)s only.", **_only(params, "value", "valid_from"))
    if params.get("expected"):
        return env._("It says %(value)s instead of %(expected)s.", **_only(params, "value", "expected"))
    if params.get("low") and params.get("high"):
        return env._(
            "It says %(value)s; allowed is %(low)s to %(high)s.", **_only(params, "value", "low", "high"))
    return env._("It says \"%(value)s\".", value=params["value"])


def _only(params, *names):
    return {name: params[name] for name in names}


def _fallback(env, finding):
    details = ", ".join(f"{name}: {value}" for name, value in finding.params.items())
    return env._("The check %(code)s failed.", code=finding.code) + (f" ({details})" if details else "")


def alerts(env, findings, record=None):
    """Return findings as the value of a Json field for Odoo's widget `actionable_errors`, False if there are none."""
    found = {}
    for number, finding in enumerate(findings):
        described = describe(env, finding, record)
        found[f"{finding.code}_{number}"] = {
            key: described[key] for key in ("level", "message", "action", "action_text")}
    return found or False
