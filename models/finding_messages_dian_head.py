"""Texts about the head of DIAN's documents: numbering, software, type, references, payment (annex 1.9, FAB to FAR)."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_VALUE = _lt("Correct the value where it was entered.")
_REPORT = _lt("Nothing in your data causes this. Send this text and the XML to whoever looks after your system.")
_SHORTEN = _lt("Shorten the notes, or divide the document.")
_RANGE = _lt("Load the numbering ranges from DIAN again and choose the range in the journal.")
_SEQUENCE = _lt("Number the journal with letters and digits only, the prefix of the range first.")
_SOFTWARE = _lt("Copy the software's data from DIAN's portal into the settings of the company.")
_OPERATION = _lt("Choose the operation type of the document that fits what was sold.")
_REDATE = _lt("Change the date of the document; its number stays the same.")
_RATE = _lt("Review the currency of the invoice and its rate (TRM) on its date.")
_REFERENCE = _lt(
    "Choose the document that is corrected, once DIAN has accepted it, or the operation "
    "without reference with its period.")
_CONCEPT = _lt("Choose the concept of the note on the document.")
_PAYMENT = _lt("Set the payment form, the means of payment and, for credit, the due date.")
_SUPPORT = _lt("Review the seller's country and identification, and the operation type of the document.")

MESSAGES = {
    "CO-FORM-01": Text(
        _lt("%(attribute)s is missing."), _VALUE),
    "CO-FORM-02": Text(
        _lt("%(attribute)s has %(length)s characters; %(longest)s are allowed."), _VALUE),
    "CO-FORM-03": Text(
        _lt("%(attribute)s holds a character that cannot stand in a document."), _VALUE),
    "CO-FORM-04": Text(
        _lt("%(attribute)s is a number with too many digits or decimals."), _VALUE),
    "CO-FORM-05": Text(
        _lt("%(attribute)s has a value of another kind."), _REPORT),
    "CO-UUID-01": Text(
        _lt("The CUFE or CUDE does not say of which kind it is."), _REPORT),
    "ZA01": Text(
        _lt("The XML is larger than the 500 KB that DIAN takes."), _SHORTEN),
    "ZB01": Text(
        _lt("The XML does not have the form that DIAN prescribes: %(message)s."), _REPORT),
    "ZB02": Text(
        _lt("The file is no XML in UTF-8: %(message)s."), _REPORT),
    "FAA02": Text(
        _lt("The document lacks the extension for the signature."), _REPORT),
    "FAB05a": Text(
        _lt("The number of the resolution is missing."), _RANGE, "journal"),
    "FAB05b": Text(
        _lt("The number of the resolution is not the one that DIAN has."), _RANGE, "journal"),
    "FAB07a": Text(
        _lt("The validity of the numbering range is incomplete."), _RANGE, "journal"),
    "FAB08a": Text(
        _lt("The validity of the numbering range is incomplete."), _RANGE, "journal"),
    "FAB07b": Text(
        _lt("The validity of the numbering range is not the one that DIAN has."), _RANGE, "journal"),
    "FAB08b": Text(
        _lt("The validity of the numbering range is not the one that DIAN has."), _RANGE, "journal"),
    "FAB10a": Text(
        _lt("The prefix of the numbering range is missing."), _RANGE, "journal"),
    "FAB10b": Text(
        _lt("The prefix of the range is not that of the document's number."), _SEQUENCE, "journal"),
    "FAB11a": Text(
        _lt("The first or last number of the range is missing."), _RANGE, "journal"),
    "FAB12a": Text(
        _lt("The first or last number of the range is missing."), _RANGE, "journal"),
    "FAB11b": Text(
        _lt("The first or last number of the range is not the one that DIAN has."), _RANGE, "journal"),
    "FAB12b": Text(
        _lt("The first or last number of the range is not the one that DIAN has."), _RANGE, "journal"),
    "FAB19a": Text(
        _lt("The owner of the software has no NIT."), _SOFTWARE, "settings"),
    "FAB23": Text(
        _lt("The owner of the software has no NIT."), _SOFTWARE, "settings"),
    "FAB19b": Text(
        _lt("The NIT of the software's owner is another one."), _SOFTWARE, "settings"),
    "FAB22": Text(
        _lt("The check digit of the software's owner is wrong."), _SOFTWARE, "settings"),
    "FAB20": Text(
        _lt("The agency beside the software's data is not DIAN's."), _REPORT),
    "FAB21": Text(
        _lt("The agency beside the software's data is not DIAN's."), _REPORT),
    "FAB25": Text(
        _lt("The agency beside the software's data is not DIAN's."), _REPORT),
    "FAB26": Text(
        _lt("The agency beside the software's data is not DIAN's."), _REPORT),
    "FAB24a": Text(
        _lt("The identifier of the software is missing."), _SOFTWARE, "settings"),
    "FAB24b": Text(
        _lt("The identifier of the software is another one."), _SOFTWARE, "settings"),
    "FAB27a": Text(
        _lt("The security code of the software is missing."), _REPORT),
    "FAB27b": Text(
        _lt(
            "The security code of the software is wrong: the PIN or the identifier is another"
            " one."), _SOFTWARE, "settings"),
    "FAB31": Text(
        _lt("The authority that authorised the numbering is not DIAN."), _REPORT),
    "FAB35": Text(
        _lt("The authority that authorised the numbering is not DIAN."), _REPORT),
    "FAB36": Text(
        _lt("The QR code is empty."), _REPORT),
    "FAD01": Text(
        _lt("The version of UBL is not the prescribed one."), _REPORT),
    "FAD02": Text(
        _lt("The operation type is not allowed for this document."), _OPERATION, "move"),
    "FAD02a": Text(
        _lt("The operation type is not allowed for this document."), _OPERATION, "move"),
    "FAD03": Text(
        _lt("The name of the document's profile is not the prescribed one."), _REPORT),
    "FAD04": Text(
        _lt("The environment (production or test) is another one."), _SOFTWARE, "settings"),
    "FAD05a": Text(
        _lt("The number of the document has characters that DIAN does not take."), _SEQUENCE, "journal"),
    "FAD05b": Text(
        _lt("The number of the document is below the authorised range."), _RANGE, "journal"),
    "FAD05c": Text(
        _lt("The number of the document is above the authorised range."), _RANGE, "journal"),
    "FAD06": Text(
        _lt(
            "The CUFE or CUDE is missing or wrong: the technical key or the PIN is another "
            "one."), _RANGE, "journal"),
    "FAD09a": Text(
        _lt("The date is before the numbering range is valid."), _REDATE, "redate"),
    "FAD09b": Text(
        _lt("The date is after the numbering range has ended."), _RANGE, "journal"),
    "FAD09e": Text(
        _lt("The date of the document is not the day on which it is signed."), _REDATE, "redate"),
    "FAD10": Text(
        _lt("The time is not that of Colombia."), _REPORT),
    "FAD12": Text(
        _lt("The type of the document is unknown."), _OPERATION, "move"),
    "FAD15a": Text(
        _lt("The document is not in Colombian pesos."), _RATE, "move"),
    "FAD16": Text(
        _lt("The number of lines is wrong."), _REPORT),
    "FAE02": Text(
        _lt("A note without reference needs the period that it corrects."), _REFERENCE, "move"),
    "FAE04": Text(
        _lt("A note without reference needs the period that it corrects."), _REFERENCE, "move"),
    "FBF03a": Text(
        _lt("The operation type of the note does not fit its reference."), _REFERENCE, "move"),
    "CO-REF-01": Text(
        _lt("The document referred to lacks its number, date or CUFE."), _REFERENCE, "move"),
    "CO-REF-02": Text(
        _lt("The document referred to is later than this one."), _REDATE, "redate"),
    "CO-REF-03": Text(
        _lt("The adjustment does not name its support document."), _REFERENCE, "move"),
    "CO-NOTE-01": Text(
        _lt("The concept of the note is missing or not in the list."), _CONCEPT, "move"),
    "CO-NOTE-02": Text(
        _lt("An annulment needs the invoice that it annuls."), _REFERENCE, "move"),
    "CO-NOTE-03": Text(
        _lt("The note refers to %(value)s documents; DIAN usually takes one."), _REFERENCE, "move"),
    "CO-CONT-01": Text(
        _lt("The transcription does not name the paper invoice with its date and type."), _REFERENCE, "move"),
    "FAN01": Text(
        _lt("The means of payment are missing."), _PAYMENT, "move"),
    "FAN02": Text(
        _lt("The payment form is neither cash nor credit."), _PAYMENT, "move"),
    "FAN03": Text(
        _lt("The means of payment are not in the list."), _PAYMENT, "move"),
    "FAN04": Text(
        _lt("A document on credit needs a due date."), _PAYMENT, "move"),
    "FAR02": Text(
        _lt("The exchange rate is incomplete or wrong (%(attribute)s)."), _RATE, "move"),
    "FAR03": Text(
        _lt("The exchange rate is incomplete or wrong (%(attribute)s)."), _RATE, "move"),
    "FAR04": Text(
        _lt("The exchange rate is incomplete or wrong (%(attribute)s)."), _RATE, "move"),
    "FAR05": Text(
        _lt("The exchange rate is incomplete or wrong (%(attribute)s)."), _RATE, "move"),
    "FAR06": Text(
        _lt("The exchange rate is incomplete or wrong (%(attribute)s)."), _RATE, "move"),
    "FAR07": Text(
        _lt("The exchange rate is incomplete or wrong (%(attribute)s)."), _RATE, "move"),
    "CO-DS-01": Text(
        _lt("The operation type does not fit where the seller lives."), _SUPPORT, "partner"),
    "CO-DS-02": Text(
        _lt("The line does not say when the purchase was made, and whether one by one or by the week."), _REPORT),
    "CO-EXP-01": Text(
        _lt("The export has no delivery terms (Incoterm)."), _OPERATION, "move"),
}
