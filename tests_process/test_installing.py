"""Installing on a database that has been in use: not one contact, product or entry is written, none is computed."""
import os
import time

import pytest

from lib.paths import MODULE

pytestmark = pytest.mark.timeout(900)

# A Mexican company with a few posted invoices, made through Odoo itself
SEED = """
from odoo import Command
mexico = env.ref("base.mx")
company = env["res.company"].search([], limit=1, order="id")
company.write({"country_id": mexico.id, "account_fiscal_country_id": mexico.id, "zip": "42501"})
env["account.chart.template"].try_loading("mx", company=company, install_demo=False)
partner = env["res.partner"].create({"name": "Cliente", "country_id": mexico.id, "vat": "URE180429TM6"})
product = env["product.product"].create({"name": "Producto", "list_price": 100})
move = env["account.move"].create({
    "move_type": "out_invoice", "partner_id": partner.id,
    "invoice_line_ids": [Command.create({"product_id": product.id, "price_unit": 100})]})
move.action_post()
assert move.state == "posted"
env.cr.commit()
"""
# Many more of a row, as PostgreSQL copies them: other columns than the ones named stay as the row has them
COPIES = """
INSERT INTO {table} SELECT copy.* FROM {table} r CROSS JOIN generate_series(1, {count}) AS n CROSS JOIN LATERAL
  jsonb_populate_record(NULL::{table}, to_jsonb(r) || jsonb_build_object({changes})) AS copy WHERE {where};
SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}));
"""
BIG = 1_000_000
TABLES = (
    "res_partner", "product_template", "product_product", "account_move", "account_move_line", "account_payment",
    "account_bank_statement_line")


def counts() -> dict[str, int]:
    """How many contacts, products and entries; the numbers of the long run are those of a company in use."""
    long = bool(os.environ.get("L10N_MX_CO_EDI_LONG"))
    return {"partners": 20_000, "products": 5_000, "moves": 5_000} if long else {
        "partners": 500, "products": 200, "moves": 200}


def fill(sql) -> None:
    """Multiply the seed's contact, product and posted invoice with its lines."""
    many = counts()
    last = {table: f"(SELECT max(id) FROM {table} WHERE id < {BIG})" for table in TABLES}
    new = f"'id', {BIG} + n"

    def copies(table, count, where, changes=new):
        sql(COPIES.format(table=table, count=count, where=where, changes=changes))

    copies("res_partner", many["partners"], f"r.id = {last['res_partner']}",
           f"{new}, 'name', 'Cliente ' || n, 'commercial_partner_id', {BIG} + n")
    copies("product_template", many["products"], f"r.id = {last['product_template']}")
    copies("product_product", many["products"], f"r.id = {last['product_product']}",
           f"{new}, 'product_tmpl_id', {BIG} + n")
    copies("account_move", many["moves"], f"r.id = {last['account_move']}", f"{new}, 'name', 'VIEJA/' || n")
    copies("account_move_line", many["moves"], f"r.move_id = {last['account_move']}",
           f"'id', {BIG} + n * 100 + r.id, 'move_id', {BIG} + n, 'move_name', 'VIEJA/' || n")
    sql("ANALYZE")


def rows(sql) -> dict[str, set[str]]:
    """Each row of each table: its id, place and writing transaction, and a hash of its present columns.

    PostgreSQL gives a row another place and transaction whenever it is written, also with the same values.
    """
    found = {}
    for table in TABLES:
        names = sql(
            "SELECT string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position) FROM information_schema.columns"
            f" WHERE table_schema = 'public' AND table_name = '{table}'"
            " AND column_name NOT LIKE 'l10n\\_mx\\_co\\_edi%'")
        # of its own two users' contacts Odoo renews the write date, and nothing else, whenever roles come along
        people = "WHERE id NOT IN (SELECT partner_id FROM res_users)" if table == "res_partner" else ""
        found[table] = set(sql(
            f"SELECT id || ' ' || ctid || ' ' || xmin || ' ' || md5(ROW({names})::text)"
            f" FROM {table} {people}").splitlines())
    return found


def filled(sql) -> dict[str, str]:
    """How many rows of each table hold a value in a column of ours."""
    found = {}
    for table in TABLES:
        names = sql(
            "SELECT coalesce(string_agg(quote_ident(column_name), ','), '') FROM information_schema.columns"
            f" WHERE table_schema = 'public' AND table_name = '{table}' AND column_name LIKE 'l10n\\_mx\\_co\\_edi%'")
        if names:
            found[table] = sql(f"SELECT count(*) FROM {table} WHERE num_nonnulls({names}) > 0")
    return found


def test_installing_writes_no_contact_no_product_and_no_entry(stage, sandbox, tmp_path):
    name = stage.database("in_use")

    def sql(statement):
        return stage.postgres.sql(name, statement).strip()

    try:
        stage.odoo(name, ours=False).shell(SEED)
        fill(sql)
        before = rows(sql)
        assert len(before["account_move"]) > counts()["moves"]
        started = time.monotonic()
        stage.install(name, MODULE, log=tmp_path / "install.log")
        print(f"installed in {time.monotonic() - started:.0f} s on", {table: len(of) for table, of in before.items()})
        after = rows(sql)
        assert {table: sorted(after[table] ^ before[table]) for table in TABLES if after[table] != before[table]} == {}
        ours = filled(sql)
        assert {"account_move", "res_partner", "product_template"} <= set(ours), "our columns were found"
        assert set(ours.values()) == {"0"}
        sql("UPDATE account_move SET ref = ref WHERE id = (SELECT max(id) FROM account_move)")
        assert rows(sql) != before, "writing one row with the same values would have been seen"
    finally:
        stage.drop(name)
