"""Adds columns to Odoo's large tables without touching one existing row.

Odoo computes (or fills with the default) every new stored field for all existing records during installation. On a
database with millions of invoices that is hours of work and values nobody asked for: an old invoice has no CFDI of
ours. A column that exists before the ORM looks for it is taken as it is, empty.
"""
from odoo.tools import sql


def add_empty_columns(model, *names):
    """Create the missing columns of the stored fields `names` of `model`, empty. Call before `super()._auto_init()`."""
    cr = model.env.cr
    if not sql.table_exists(cr, model._table):
        return
    for name in names:
        if not sql.column_exists(cr, model._table, name):
            field = model._fields[name]
            sql.create_column(cr, model._table, name, field.column_type[1], field.string)
