"""Numbers for the names of the files that go to DIAN: for each NIT from 1 in every January, and never one twice.

They come from a sequence of PostgreSQL: any number of processes draw without waiting for one another, and what is
rolled back leaves a gap, which DIAN allows.
"""
from odoo.tools import SQL

PREFIX = "l10n_mx_co_edi_file_"
_LENGTH_OF_COUNTER = 8


def next_counter(env, environment, nit, day) -> int:
    """Return the next number of the issuer `nit` (without check digit) in the year of `day`."""
    name = f"{PREFIX}{environment}_{nit}_{day.year}"
    number = _next(env.cr, name)
    if number is None:
        _create(env.cr, name, environment, nit, day)
        number = _next(env.cr, name)
    return number


def _next(cr, name):
    """Return the next number of the sequence, None where there is no such sequence."""
    cr.execute(SQL("SELECT nextval(to_regclass(%s))", name))
    return cr.fetchone()[0]


def _create(cr, name, environment, nit, day):
    """Create the sequence with the first file of a year, after what the archive already holds of it."""
    # one creator at a time; the catalogue of PostgreSQL shows at once what another one committed
    cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", name))
    year = f"{day.year % 100:02}"
    cr.execute(SQL(
        "SELECT sent_as FROM l10n_mx_co_edi_document WHERE environment = %s AND sent_as LIKE %s", environment,
        f"%{nit:0>10}___{year}________.xml"))
    used = [int(row[0].partition(".")[0][-_LENGTH_OF_COUNTER:], 16) for row in cr.fetchall()]
    cr.execute(SQL(
        "CREATE SEQUENCE IF NOT EXISTS %s START WITH %s", SQL.identifier(name), SQL(str(max(used, default=0) + 1))))


def drop_counters(env):
    """Remove the sequences, with the add-on that made them."""
    cr = env.cr
    pattern = PREFIX.replace("_", r"\_") + "%"
    cr.execute(SQL("SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE %s", pattern))
    for (name,) in cr.fetchall():
        cr.execute(SQL("DROP SEQUENCE IF EXISTS %s", SQL.identifier(name)))
