"""The list of official codes with the function that finds each, or the reason why none does: `dev/rules`."""
import argparse
import csv
import importlib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

from . import rules_dian, say
from .messages import messages, translations
from .paths import ROOT

CODES = ROOT / "dev" / "official-codes.tsv"
REMOTE, OUTSIDE = "remote", "out of scope"
RULES = "tests_core/test_cfdi_rules.py"
FILES = "tests_core/test_cfdi_rules_file.py"
SEALS = "tests_core/test_cfdi_seal_stamp.py"
KEYS = "tests_core/test_certificates.py"
REASONS = {
    "P": "Only the provider or SAT can say it; its answer is explained by this text.",
    "R": "Needs SAT's list of taxpayers, which is not published.",
}
SECTIONS = {
    "payments": "Payment documents (REP) are not issued yet.",
    "foreign trade": "The complement is not written yet; such a sale is refused (CFDI40122).",
    "carta porte": "The complement is not written yet; such a sale is refused (MX-COMP-01).",
    "withholdings": "Documents of withholdings are not issued yet.",
    "cancellation": "Cancelling is not part of this version.",
    "status": "Asking SAT for the status is not part of this version.",
    "download": "Downloading from SAT is not part of this version.",
}
_SEAL_IS_RIGHT = f"{SEALS}::test_a_csd_of_the_issuer_by_a_known_authority_is_trusted"
# code: (function, failing test, passing test, remark) where it is not a rule of the registry
OTHERS = {
    **dict.fromkeys(("301", "705"), (
        "core.cfdi.rules.shape.check_shape", f"{RULES}::test_the_wrong_document_is_found[MX-FORM-01]",
        f"{RULES}::test_the_right_document_passes[MX-FORM-01]", "Given as MX-FORM-01 to MX-FORM-05.")),
    **dict.fromkeys(("302", "CFDI40102"), (
        "core.cfdi.seal.verify", f"{FILES}::test_a_changed_document_has_a_wrong_seal",
        f"{FILES}::test_a_sealed_document_is_right", "")),
    "303": ("core.cfdi.seal.trust", f"{SEALS}::test_a_certificate_of_another_taxpayer_is_seen", _SEAL_IS_RIGHT, ""),
    "305": ("core.cfdi.seal.trust", f"{SEALS}::test_a_certificate_is_good_in_its_time_only", _SEAL_IS_RIGHT, ""),
    "306": ("core.cfdi.seal.trust", f"{SEALS}::test_an_efirma_is_no_csd", _SEAL_IS_RIGHT, ""),
    "308": ("core.cfdi.seal.trust", f"{SEALS}::test_a_certificate_that_nobody_known_issued_is_not_trusted",
            _SEAL_IS_RIGHT, ""),
    "401": ("core.cfdi.rules.window.window", f"{FILES}::test_a_day_that_sat_does_not_take_is_found",
            f"{FILES}::test_the_last_72_hours_are_right", "Given as MX-DATE-01 and MX-DATE-02."),
    "704": ("core.certificates.inspect", f"{KEYS}::test_a_wrong_password_is_named",
            f"{KEYS}::test_a_good_csd_of_a_company_is_read_completely", "Given as MX-CERT-03."),
    "707": ("core.cfdi.seal.seal", f"{SEALS}::test_a_stamped_document_is_not_sealed_again",
            f"{SEALS}::test_a_sealed_document_carries_number_certificate_and_seal", "Refused while sealing."),
    "CFDI40145": (
        "core.cfdi.rules.accepted.differences", f"{FILES}::test_a_change_since_the_last_stamp_is_found",
        f"{FILES}::test_the_same_receiver_and_another_one_are_right",
        "MX-SEEN-01 warns of a change since the last stamp; the list itself is SAT's."),
    "CFDI40148": (
        "core.cfdi.rules.accepted.differences", f"{FILES}::test_a_change_since_the_last_stamp_is_found",
        f"{FILES}::test_the_same_receiver_and_another_one_are_right",
        "MX-SEEN-02 warns of a change since the last stamp; the list itself is SAT's."),
    "CFDI40173": ("core.cfdi.rules.file.empty_tax_nodes", f"{FILES}::test_an_empty_tax_node_is_found",
                  f"{FILES}::test_no_tax_node_is_right", "Our own documents cannot have it."),
    "CFDI40222": (
        "core.cfdi.rules.file.foreign_trade_without_export",
        f"{FILES}::test_foreign_trade_without_definitive_export_is_found",
        f"{FILES}::test_foreign_trade_with_definitive_export_is_right", "Our own documents cannot have it."),
}
WARNING_ONLY_OTHERS = {"CFDI40145", "CFDI40148"}
REMARKS = {
    "CFDI40187": "Needs SAT's list of who may issue (LCO), which is not published to us.",
    "CFDI40163": "For fuels since 2026-04-24 (HidroYPetro); SAT's column of compulsory complements is empty.",
    "CFDI40164": "For fuels (IVA); SAT's column of compulsory taxes is empty.",
    "CFDI40193": "For the foreign third party; of others only SAT knows it.",
    "CFDI140225": "A warning: SAT's mark for the taxpayer is not published.",
    "CFDI3307": "Cannot happen: the key is the fingerprint of the bytes that are sent.",
}


def main() -> int:
    """Print the table, or write it as JSON; exit code 0 unless a code that can be known offline is not checked."""
    parser = argparse.ArgumentParser(prog="dev/rules", description=__doc__)
    parser.add_argument("--json", metavar="FILE", type=Path, help="write {rows: [...]} to this file ('-' prints it)")
    options = parser.parse_args()
    if problem := _unready():
        say.plain(problem)
        return 2
    rows = table()
    if options.json:
        text = json.dumps({"rows": rows}, ensure_ascii=False, indent=1) + "\n"
        if str(options.json) == "-":
            sys.stdout.write(text)
        else:
            options.json.write_text(text, encoding="utf-8")
    else:
        _print(rows)
    return 1 if unchecked(rows) else 0


def table() -> list[dict[str, str]]:
    """Return one row for each official code, in the order of the list."""
    registered, texts, spanish = _registered(), messages(), translations()
    return [_row(official, code, registered, texts, spanish) for official in officials() for code in official["codes"]]


def officials() -> list[dict]:
    """Return the rows of the list of codes, their ranges expanded."""
    with CODES.open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return [{**row, "codes": expand(row["codes"])} for row in csv.DictReader(lines, delimiter="\t")]


def expand(text: str) -> list[str]:
    """Return the codes of "A B" or of a range "FAK09..FAK12", whose numbers keep their width."""
    found = []
    for part in text.split():
        if ".." not in part:
            found.append(part)
            continue
        first, last = (re.fullmatch(r"(\D*)(\d+)", end) for end in part.split(".."))
        width = len(first[2])
        found += [f"{first[1]}{number:0{width}}" for number in range(int(first[2]), int(last[2]) + 1)]
    return found


def unchecked(rows: list[dict[str, str]]) -> list[str]:
    """Return the codes of plain documents that can be known offline and have no function."""
    return [
        row["code"] for row in rows
        if row["offline"] == "Y" and row["section"] in ("stamping", "cfdi", "dian")
        and not row["status"].startswith("core.") and row["status"] != OUTSIDE]


def _row(official: dict, code: str, registered: dict, texts: dict, spanish: dict) -> dict[str, str]:
    if official["section"] == "dian":
        return _dian_row(official, code, texts, spanish)
    plain = official["section"] in ("stamping", "cfdi")
    function, failing, passing, remark = (registered.get(code) or OTHERS.get(code) or ("",) * 4) if plain else ("",) * 4
    if function:
        status, reason, severity = function, REMARKS.get(code, remark), _severity(code)
    elif plain:
        status, reason, severity = REMOTE, REMARKS.get(code, REASONS[official["offline"]]), "error"
    else:
        status, reason, severity = OUTSIDE, SECTIONS[official["section"]], ""
    text = texts.get(code) if plain else None
    return {
        "country": "MX", "code": code,
        "section": official["section"], "offline": official["offline"],
        "status": status, "reason": reason, "severity": severity, "failing_test": failing, "passing_test": passing,
        "en": text.what if text else official["english"] or "",
        "es": spanish.get(text.what, "") if text else official["spanish"] or "",
        "fix": text.fix if text else "",
        "fix_es": spanish.get(text.fix, "") if text else "",
    }


def _dian_row(official: dict, code: str, texts: dict, spanish: dict) -> dict[str, str]:
    """A row about Colombia: found here, said by DIAN only, or of a document that is not issued."""
    found = rules_dian.status(code)
    if found:
        status, failing, passing, reason = found
        severity = "warning" if code in rules_dian.DOUBTS else "error"
    else:
        failing = passing = severity = ""
        status = OUTSIDE if code in rules_dian.OUTSIDE else REMOTE
        reason = rules_dian.OUTSIDE.get(code) or rules_dian.REMOTE.get(code, rules_dian.REMOTE_REASON)
        severity = "error" if status == REMOTE else ""
    known = rules_dian.WORDS.get(code, code)
    text = texts.get(known) or texts.get(rules_dian.of_invoice(known))
    return {
        "country": "CO", "code": code, "section": "dian", "offline": official["offline"], "status": status,
        "reason": reason, "severity": severity, "failing_test": failing, "passing_test": passing,
        "en": text.what if text else official["english"], "es": _es(text, "what", spanish) or official["spanish"],
        "fix": text.fix if text else "", "fix_es": _es(text, "fix", spanish),
    }


def _es(text, part: str, spanish: dict) -> str:
    return spanish.get(getattr(text, part), "") if text else ""


def _severity(code: str) -> str:
    registry = importlib.import_module("core.cfdi.rules.registry")
    return "warning" if code in registry.DOUBTS | WARNING_ONLY_OTHERS else "error"


def _registered() -> dict[str, tuple[str, str, str, str]]:
    """Return the codes of the registry and of the shapes with their function and tests."""
    sys.path.insert(0, str(ROOT))
    rules = importlib.import_module("core.cfdi.rules")
    tables = importlib.import_module("core.cfdi.tables")
    shapes = [row.code for rows in tables.NODES.values() for row in rows if row.code]
    shapes += [row.code for row in vars(tables).values() if isinstance(row, tables.Attribute) and row.code]
    functions = dict.fromkeys(shapes, "core.cfdi.rules.shape.check_shape")
    functions |= {code: rule.name for rule in rules.RULES for code in rule.codes}
    return {
        code: (name, f"{RULES}::test_the_wrong_document_is_found[{code}]",
               f"{RULES}::test_the_right_document_passes[{code}]", "")
        for code, name in functions.items()}


def _unready() -> str:
    """The rules need lxml and cryptography: take the interpreter of the test environment if this one lacks them."""
    try:
        importlib.import_module("lxml.etree")
        importlib.import_module("cryptography")
    except ImportError:
        if os.environ.get("L10N_MX_CO_EDI_RULES"):
            return "lxml and cryptography are needed: pip install -r requirements.txt"
        from . import venv
        python = str(venv.ensure())
        os.environ["L10N_MX_CO_EDI_RULES"] = "1"
        os.execv(python, [python, str(ROOT / "dev" / "rules"), *sys.argv[1:]])
    return ""


def _print(rows: list[dict[str, str]]) -> None:
    say.table(["code", "status", "severity", "what happened"], [
        [row["code"], row["status"], row["severity"], row["en"][:70]] for row in rows])
    say.plain()
    groups = Counter((row["section"], row["offline"]) for row in rows)
    done = Counter((row["section"], row["offline"]) for row in rows if row["status"].startswith("core."))
    meaning = {"Y": "can be known offline", "R": "needs SAT's list", "P": "only the provider or SAT"}
    say.table(["section", "kind", "found here", "of"], [
        [section, meaning[kind], str(done[section, kind]), str(count)]
        for (section, kind), count in groups.items()])
    say.plain()
    say.plain(f"{sum(done.values())} of {len(rows)} codes are found before a document is sent.")
