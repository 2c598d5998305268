"""Who finds DIAN's codes: the part of `dev/rules` about Colombia."""
import importlib
import re
import sys

from .paths import ROOT

RULES = "tests_core/test_dian_rules.py"
SIGNATURES = "tests_core/test_dian_xades.py"
# rules that only warn
DOUBTS = {"FAJ51", "FAK26", "FAK44", "FAK55", "FBB05"}
REMOTE_REASON = "Only DIAN can say it; its answer is explained by this text."
# codes of documents that are not issued, and what cannot happen
OUTSIDE = {
    **dict.fromkeys(("DC24", "DC24a", "DC24b", "DC24c", "DC24d", "DC24e", "AAD02", "AAD03", "AAD05", "AAD09e", "AAH",
                     "LGC62"), "Events are not sent yet."),
    **dict.fromkeys(("DEAD01", "DEAD02", "DEAD03", "DEAD12", "DEAK", "DEPD11", "DEPD21"),
                    "Electronic POS documents are not issued yet."),
    **dict.fromkeys(("NIE", "NIAE"), "Payrolls are not issued."),
    **dict.fromkeys(("ZB03", "ZB04"), "About the ZIP that is sent: ours is always one XML made in one place."),
    "FAD05e": "Which billing point a range belongs to is known to DIAN only.",
}
_FILE = (f"{RULES}::test_what_is_wrong_with_a_file_is_found", f"{RULES}::test_a_signed_file_has_nothing_to_say")
_COMPANY = (f"{RULES}::test_what_the_company_knows_better_is_found",
            f"{RULES}::test_what_the_company_knows_is_right")
_TRUST = (f"{SIGNATURES}::test_trust_is_for_the_sender_at_that_moment_by_a_known_authority",) * 2
_VERIFY = (f"{SIGNATURES}::test_every_changed_text_and_attribute_is_found",
           f"{SIGNATURES}::test_another_library_verifies_what_we_sign")
_CHECK_FILE, _DIFFERENCES = "core.dian.rules.file.check_file", "core.dian.rules.against.differences"
# code: (function, failing test, passing test, remark)
OTHERS = {
    **dict.fromkeys(("ZA01", "ZB01", "ZB02", "FAB20", "FAB21", "FAB25", "FAB26"), (_CHECK_FILE, *_FILE, "")),
    "FAA02": (_CHECK_FILE, f"{RULES}::test_a_file_with_one_extension_is_found", _FILE[1], ""),
    **dict.fromkeys(("FAB05b", "FAB07b", "FAB08b", "FAB11b", "FAB12b", "FAB19b", "FAB24b", "FAB27b", "FAD06", "CAD06",
                     "DAD06", "FAD09e", "CAD09e", "DAD09e"), (_DIFFERENCES, *_COMPANY, "")),
    "VLR01": ("core.dian.rules.shape.check_shape", f"{RULES}::test_the_wrong_document_is_found[VLR01]",
              f"{RULES}::test_the_right_document_passes[VLR01]", ""),
    "ZE01": ("core.dian.xades.verify", f"{SIGNATURES}::test_row_53_two_signatures_are_refused", _VERIFY[1], ""),
    "ZE02": ("core.dian.xades.verify", *_VERIFY, ""),
    "ZE03": ("core.dian.xades.trust", *_TRUST, ""),
    **dict.fromkeys((f"ZD{number:02}" for number in range(1, 8)), (
        "core.dian.xades.trust", *_TRUST, "Given as CO-XAD-04 to CO-XAD-07; revocation is not asked.")),
}
# official code -> the code under which the same thing is found
SAME_AS = {
    "FAC03": "FAD01", "FAD05d": "FAD09b", "FAK44": "FAK55", "DSAD": "DSAD03",
    "FAT03": "FAT02", "FAT06": "FAT07", **{f"FAT{number:02}": "FAT01" for number in range(8, 14)},
}
# whose words are shown where the code has none
WORDS = {**SAME_AS, **{f"ZD{number:02}": "CO-XAD-05" for number in range(1, 8)}}
_MIRRORED = re.compile(r"^(?:C|D|DS|NS)(?=[AB][A-Z]\d\d[a-e]?$)")


def of_invoice(code: str) -> str:
    """Return the invoice's code for the same rule: FAU02 for CAU02, DAU02, DSAU02, NSAU02."""
    return _MIRRORED.sub("F", code)


def status(code: str) -> tuple[str, str, str, str] | None:
    """Return (function, failing test, passing test, remark) of a code, None when nothing here finds it."""
    known = SAME_AS.get(code, code)
    remark = f"Given as {known}." if known != code else ""
    if known in OTHERS:
        return (*OTHERS[known][:3], OTHERS[known][3] or remark)
    cases = _cases()
    rule = _registered().get(of_invoice(known))
    if rule is None:
        return None
    if rule.is_final:
        tests = (f"{RULES}::test_what_a_finished_document_lacks_is_found_when_it_is_finished",
                 f"{RULES}::test_a_plain_document_has_nothing_to_say")
    else:
        case = next(name for name in (known, of_invoice(known), *rule.codes) if name in cases)
        tests = (f"{RULES}::test_the_wrong_document_is_found[{case}]",
                 f"{RULES}::test_the_right_document_passes[{case}]")
    return (rule.name, *tests, remark)


def _registered() -> dict:
    sys.path.insert(0, str(ROOT))
    rules = importlib.import_module("core.dian.rules")
    return {of_invoice(code): rule for rule in rules.RULES for code in rule.codes}


def _cases() -> set[str]:
    """Return the codes that the list of cases begins its rows with; read as text, as tests are not imported here."""
    text = (ROOT / RULES).read_text(encoding="utf-8")
    found = set(re.findall(r'^    \("([A-Z0-9a-e-]+)", ', text, re.MULTILINE))
    return found | {f"FA{side}{number:02}" for side in "JK" for first in (9, 29) for number in range(first, first + 4)}
