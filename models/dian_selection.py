"""Choices of DIAN's small lists, for selection fields; the stored value is always DIAN's own code.

A Spanish reader sees the literal of the annex. English has no official one: the words below for the lists that people
choose from every day; the 75 means of payment keep DIAN's name in every language, as it is what the document says.
"""
from zoneinfo import ZoneInfo

from ..core import clock
from ..core.dian import catalogs
from ..core.dian.catalogs import DOCUMENT_TYPE, Catalogue

_BOGOTA = ZoneInfo("America/Bogota")
_TYPE_NAMES = {
    "01": ("Sale", "Venta"),
    "02": ("Export", "Exportación"),
    "03": ("Contingency of the issuer (paper invoice)", "Contingencia del facturador (talonario o papel)"),
    "04": ("Contingency of DIAN", "Contingencia de la DIAN"),
}
# health (SS-…) needs data of its sector, a mandate (11) for whom each line is sold: they are not written here
_OPERATION_NAMES = {
    "10": ("Standard", "Estándar"),
    "09": ("AIU", "AIU"),
    "12": ("Freight transport", "Transporte de carga"),
    "13": ("Currency exchange", "Cambiario"),
    "14": ("Notaries", "Notarios"),
    "15": ("Purchase of foreign currency", "Compra de divisas"),
    "16": ("Sale of foreign currency", "Venta de divisas"),
    "20": ("Credit note for an electronic invoice", "Nota crédito que referencia una factura electrónica"),
    "22": ("Credit note without reference to invoices", "Nota crédito sin referencia a facturas"),
    "30": ("Debit note for an electronic invoice", "Nota débito que referencia una factura electrónica"),
    "32": ("Debit note without reference to invoices", "Nota débito sin referencia a facturas"),
}
_SUPPORT_OPERATION_NAMES = {"10": ("Resident seller", "Residente"), "11": ("Non-resident seller", "No residente")}
_PAYMENT_FORMS = {"1": "Cash (paid at once)", "2": "Credit"}
_CREDIT_CONCEPTS = {
    "1": "Partial return of goods, or service accepted in part only", "2": "Annulment of the electronic invoice",
    "3": "Partial or total discount", "4": "Price adjustment", "5": "Discount for prompt payment",
    "6": "Discount for volume of sales",
}
_DEBIT_CONCEPTS = {"1": "Interest", "2": "Expenses to be charged", "3": "Change of value", "4": "Other"}
_SUPPORT_CONCEPTS = {
    "1": "Partial return of goods, or service accepted in part only", "2": "Annulment of the support document",
    "3": "Partial or total discount", "4": "Price adjustment", "5": "Other",
}
_CONCEPTS = {"91": catalogs.CREDIT_CONCEPT, "92": catalogs.DEBIT_CONCEPT, "95": catalogs.SUPPORT_CONCEPT}


def today():
    """Return today in Colombia."""
    return clock.utc_now().astimezone(_BOGOTA).date()


def concepts_of(type_code):
    """Return the codes of the correction concepts of a type of note, none for what is no note."""
    return tuple(_CONCEPTS.get(type_code, ()))


def operations_of(type_code):
    """Return the codes of the operations that a type of document may have here, the usual one first."""
    kind = DOCUMENT_TYPE.get(type_code)
    return tuple(code for code in kind.operations if code in _OPERATION_NAMES) if kind else ()


def operation_name(env, type_code, operation):
    """Return "code - words"; of a support document 10 and 11 say where the seller lives."""
    kind = DOCUMENT_TYPE.get(type_code)
    names = _SUPPORT_OPERATION_NAMES if kind and kind.is_support else _OPERATION_NAMES
    return operation in names and dict(_pairs(env, names))[operation]


def invoice_types(model):
    return _pairs(model.env, _TYPE_NAMES)


def operations(model):
    return _pairs(model.env, _OPERATION_NAMES)


def payment_forms(model):
    return _choices(model.env, catalogs.PAYMENT_FORM, _PAYMENT_FORMS)


def payment_means(model):
    return _choices(model.env, catalogs.PAYMENT_MEANS)


def concepts(model):
    """Every code of a concept; what it means depends on the type of note (see the lists below)."""
    codes = dict.fromkeys(code for catalogue in _CONCEPTS.values() for code in catalogue)
    return [(code, code) for code in codes]


def credit_concepts(model):
    return _choices(model.env, catalogs.CREDIT_CONCEPT, _CREDIT_CONCEPTS)


def debit_concepts(model):
    return _choices(model.env, catalogs.DEBIT_CONCEPT, _DEBIT_CONCEPTS)


def support_concepts(model):
    return _choices(model.env, catalogs.SUPPORT_CONCEPT, _SUPPORT_CONCEPTS)


def _is_spanish(env):
    return (env.lang or "").startswith("es")


def _pairs(env, names):
    return [(code, f"{code} - {spanish if _is_spanish(env) else english}")
            for code, (english, spanish) in names.items()]


def _choices(env, catalogue: Catalogue, english=None):
    words = {} if _is_spanish(env) else english or {}
    return [(entry.code, f"{entry.code} - {words.get(entry.code, entry.name)}")
            for entry in catalogue.values() if entry.in_force(today())]
