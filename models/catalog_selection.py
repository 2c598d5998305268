"""Choices of the small SAT catalogues, for selection fields.

The stored value is always SAT's own code. The label is written in the language of the user by the catalogue itself
(an accountant knows "G03 - Gastos en general", not a translation of ours), so these labels need no translation file.
"""
from ..core import clock
from ..core.cfdi import catalogs


def choices(env, catalogue):
    """Return [(code, "code - description")] of the entries of `catalogue` in force today, in the user's language."""
    spanish = (env.lang or "").startswith("es")
    today = clock.utc_now().date()
    return [
        (entry.code, f"{entry.code} - {entry.spanish if spanish else entry.english}")
        for entry in catalogue if entry.in_force(today)
    ]


def forma_pago(model):
    return choices(model.env, catalogs.FORMA_PAGO)


def metodo_pago(model):
    return choices(model.env, catalogs.METODO_PAGO)


def uso_cfdi(model):
    return choices(model.env, catalogs.USO_CFDI)


def regimen_fiscal(model):
    return choices(model.env, catalogs.REGIMEN_FISCAL)


def objeto_imp(model):
    return choices(model.env, catalogs.OBJETO_IMP)


def exportacion(model):
    return choices(model.env, catalogs.EXPORTACION)


def tipo_relacion(model):
    return choices(model.env, catalogs.TIPO_RELACION)
