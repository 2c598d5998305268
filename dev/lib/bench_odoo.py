"""What `bench_shop` has done inside Odoo: runs in `odoo shell`, whose `env` it is given. Answers are JSON."""
import json
import time

from odoo import fields

_ZONES = {"MX": "America/Mexico_City", "CO": "America/Bogota"}
_FORM = "l10n_mx_co_edi_forma_pago"


def prepare(env, rounds: int, batch: int, lines: int, country: str = "mx") -> str:
    """Pairs of seconds for one invoice: our preparing, Odoo's create and post; each ends with a commit."""
    sell = {"mx": _posted, "co": _posted_in_colombia}[country]
    _prepared(env, sell(env, 5, lines)[0])
    pairs = []
    for _ in range(rounds):
        moves, odoo = sell(env, batch, lines)
        pairs.append((_prepared(env, moves) / batch, odoo / batch))
    return json.dumps(pairs)


def two_invoices(env, lines: int) -> str:
    """The ids of two equal invoices: one stamped by the local authority, one only posted."""
    moves, _seconds = _posted(env, 2, lines)
    env.cr.commit()
    document = moves[0]._l10n_mx_co_edi_send(synchronously=True, deliver=False)
    if document.state != "valid":
        raise AssertionError(f"not stamped: {document.state} {document.last_message}")
    env.cr.commit()
    return json.dumps(moves.ids)


def stamped(env, count: int, lines: int) -> str:
    """Seconds for each of `count` invoices, created, posted and stamped; one beforehand does not count."""
    seconds = []
    for _ in range(count + 1):
        moves, posted = _posted(env, 1, lines)
        started = time.perf_counter()
        document = moves._l10n_mx_co_edi_send(synchronously=True, deliver=False)
        env.flush_all()
        env.cr.commit()
        seconds.append(posted + time.perf_counter() - started)
        if document.state != "valid":
            raise AssertionError(f"not stamped: {document.state} {document.last_message}")
    return json.dumps(seconds[1:])


def _posted(env, count: int, lines: int):
    """New posted invoices, and how long Odoo took for them."""
    partner = env["res.partner"].search([("l10n_mx_co_edi_uso_cfdi", "!=", False), ("vat", "!=", False)], limit=1)
    product = env["product.product"].search([("l10n_mx_co_edi_clave_prod_serv", "!=", False)], limit=1)
    return _sold(env, partner, product, {_FORM: "03"}, count, lines)


def _posted_in_colombia(env, count: int, lines: int):
    """The same of a Colombian company. Odoo's own create and post is without what DIAN makes of the number."""
    partner = env["res.partner"].search([("ref", "=", "bench")], limit=1)
    product = env["product.product"].search([("default_code", "=", "bench")], limit=1)
    return _sold(env, partner, product, {}, count, lines)


def _sold(env, partner, product, values: dict, count: int, lines: int):
    company = env["res.company"].search([("l10n_mx_co_edi_environment", "!=", False)], limit=1)
    env = env(context={**env.context, "allowed_company_ids": company.ids, "tracking_disable": False})
    rows = [(0, 0, {"product_id": product.id, "name": f"Producto {at}", "quantity": 2, "price_unit": 100 + at})
            for at in range(lines)]
    today = fields.Date.context_today(company.with_context(tz=_ZONES[company.account_fiscal_country_id.code]))
    values = {"move_type": "out_invoice", "partner_id": partner.id, "invoice_date": today, "invoice_date_due": today,
              "invoice_line_ids": rows, **values}
    env.invalidate_all()
    started = time.perf_counter()
    moves = env["account.move"].create([dict(values) for _ in range(count)])
    moves.action_post()
    env.flush_all()
    env.cr.commit()
    return moves, time.perf_counter() - started


def _prepared(env, moves) -> float:
    env.invalidate_all()
    started = time.perf_counter()
    moves._l10n_mx_co_edi_prepare_batch()
    env.flush_all()
    env.cr.commit()
    seconds = time.perf_counter() - started
    if set(moves.l10n_mx_co_edi_document_id.mapped("state")) != {"ready"}:
        raise AssertionError("not every invoice was prepared")
    return seconds
