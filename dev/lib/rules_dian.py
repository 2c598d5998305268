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
_RUT = "Needs DIAN's register of taxpayers (RUT), which is asked for one at a time and never blocks a document."
_OUTAGE = "About DIAN's service, not about a document."
# why a code is DIAN's alone, where more can be said than that
REMOTE = {
    "90": "Only DIAN knows what it processed; the same key is looked up before anything is sent again.",
    "66": "Only DIAN knows its track ids.",
    "99": "DIAN's list of the rules that were broken; each of them is a row of its own.",
    "2": "Only DIAN knows what became of a test set.",
    **dict.fromkeys(("SIGNPLGNS", "NOTREFPLGNS", "ZA02", "ZA03"), _OUTAGE),
    **dict.fromkeys(("HTTP-403", "HTTP-500", "HTTP-503", "HTTP-507", "HTTP-508", "timeout"), _OUTAGE),
    **dict.fromkeys(("FAJ43a", "FAJ43b", "FAJ44a", "FAJ44b", "RUT01"), _RUT),
    **dict.fromkeys(("CBG04a", "DBG04a"), "Only DIAN knows what it accepted; a reference that is incomplete or younger "
                    "than the note is found as CO-REF-01 and CO-REF-02."),
    "FAD05e": "Which billing point a range belongs to is known to DIAN only.",
    "FAJ73": "Only DIAN knows the registered mailboxes; that the issuer has none is found as FAJ71.",
    "CTG01": "When an outage began and ended is decided by DIAN.",
}
# codes of documents that are not issued, and what cannot happen
OUTSIDE = {
    **dict.fromkeys(("DC24", "DC24a", "DC24b", "DC24c", "DC24d", "DC24e", "AAD02", "AAD03", "AAD05", "AAD09e", "AAH",
                     "LGC", "LGC01", "LGC62"), "Events are not sent yet."),
    **dict.fromkeys(("DEAD01", "DEAD02", "DEAD03", "DEAD12", "DEAK", "DEPD11", "DEPD21"),
                    "Electronic POS documents are not issued yet."),
    **dict.fromkeys(("NIE", "NIAE"), "Payrolls are not issued."),
    **dict.fromkeys(("ZB03", "ZB04"), "About the ZIP that is sent: ours is always one XML made in one place."),
    **dict.fromkeys(("AEP1005", "AEP1006"), "Answers of a technology provider; documents go to DIAN itself."),
}
CERTIFICATES = "tests_core/test_dian_certificate.py"
_KEYS = (f"{CERTIFICATES}::test_each_reason_has_its_code",
         f"{CERTIFICATES}::test_a_good_file_gives_key_certificate_and_chain")
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
    # the certificate that signs documents signs the messages, too
    **dict.fromkeys((f"ZC{number:02}" for number in range(1, 7)), (
        "core.dian.certificate.inspect", *_KEYS,
        "Given as CO-CERT-01 to CO-CERT-11 when the file is loaded; revocation is not asked.")),
}
# official code -> the code under which the same thing is found
SAME_AS = {
    "FAC03": "FAD01", "FAD05d": "FAD09b", "FAK44": "FAK55", "DSAD": "DSAD03",
    "FAT03": "FAT02", "FAT06": "FAT07", **{f"FAT{number:02}": "FAT01" for number in range(8, 14)},
}
# whose words are shown where the code has none
WORDS = {**SAME_AS, **{f"ZD{number:02}": "CO-XAD-05" for number in range(1, 8)},
         **{f"ZC{number:02}": "CO-CERT-09" for number in range(1, 7)}}
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
