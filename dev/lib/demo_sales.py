"""The clerk's day: invoices are written, confirmed, sent and printed with the calls that the buttons make."""
import datetime
import time
from dataclasses import dataclass, field

from . import demo_orders_co, say
from .demo_company import Company
from .demo_orders import Line, Order
from .rpc import Client, RpcError

_PREFIX = "l10n_mx_co_edi_"
_FIELDS = ["name", "amount_total", "currency_id", "partner_id", f"{_PREFIX}uuid", f"{_PREFIX}state",
           "invoice_pdf_report_id", "move_type"]


@dataclass
class Sale:
    """One order and what became of it; `trouble` is what the person was told.

    `secret` is what the hash of a Colombian document is made with.
    """

    order: Order | demo_orders_co.Order
    country: str = "MX"
    move: int = 0
    number: str = ""
    customer: str = ""
    kind: str = "I"
    total: str = ""
    currency: str = ""
    state: str = ""
    uuid: str = ""
    seconds: float = 0
    trouble: str = ""
    secret: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.state == "valid" and not self.trouble


def sell(clerk: Client, company: Company) -> list[Sale]:
    """Play every order of the book; trouble with one does not stop the others."""
    sales: dict[str, Sale] = {}
    for order in company.book.orders:
        sale = sales[order.id] = Sale(order)
        try:
            _play(clerk, company, sale, sales)
        except RpcError as error:
            sale.trouble = str(error)
            if sale.move:
                _look(clerk, sale)
        say.step(f"order {order.id}: {line_about(sale)}")
    return list(sales.values())


def line_about(sale: Sale) -> str:
    if sale.trouble:
        return f"FAILED: {' '.join(sale.trouble.split())[:300]}"
    return f"{sale.number} {sale.total} {sale.currency} -> {sale.state} {sale.uuid} ({sale.seconds:.1f} s)"


def _play(clerk: Client, company: Company, sale: Sale, sales: dict[str, Sale]) -> None:
    order = sale.order
    if order.refund_of:
        sale.move = _credit_note(clerk, company, order, sales[order.refund_of].move)
    else:
        sale.move = clerk.create("account.move", _invoice(company, order))
    clerk.button("account.move", "action_post", [sale.move])
    send_and_print(clerk, sale)
    _look(clerk, sale)


def _invoice(company: Company, order: Order) -> dict:
    today = datetime.date.fromisoformat(company.today) - datetime.timedelta(days=order.days_ago)
    currency = company.currencies[order.currency]
    values = {
        "move_type": "out_invoice", "partner_id": company.partners[order.customer],
        "journal_id": company.journals[order.postal_code], "currency_id": currency,
        "invoice_date": today.isoformat(),
        "invoice_date_due": (today + datetime.timedelta(days=order.due_days)).isoformat(),
        "invoice_line_ids": [[0, 0, _line(company, line)] for line in order.lines],
    }
    if order.rate:
        values["invoice_currency_rate"] = float(1 / order.rate)
    return {**values, **_choices(order)}


def _choices(order: Order) -> dict:
    """What the clerk chooses on the CFDI tab; what is left out is proposed by Odoo."""
    chosen = {"metodo_pago": order.method, "forma_pago": order.form, "uso_cfdi": order.use}
    return {f"{_PREFIX}{name}": value for name, value in chosen.items() if value}


def _line(company: Company, line: Line) -> dict:
    return {
        "product_id": company.products[line], "name": line.description, "quantity": float(line.quantity),
        "price_unit": float(line.price), "discount": float(line.discount),
        "tax_ids": [[6, 0, [company.taxes[tax] for tax in line.taxes]]],
    }


def _credit_note(clerk: Client, company: Company, order: Order, origin: int) -> int:
    """The wizard behind the button "Credit Note"; with lines of its own the draft is cut down to them."""
    context = {"active_model": "account.move", "active_ids": [origin], "active_id": origin}
    [row] = clerk.read("account.move", [origin], ["journal_id"])
    values = {"reason": order.id, "journal_id": row["journal_id"][0]}
    wizard = clerk.create("account.move.reversal", values, context=context)
    action = clerk.button("account.move.reversal", "refund_moves", [wizard], context)
    move = action["res_id"]
    if order.lines:
        old = clerk.search("account.move.line", [["move_id", "=", move], ["display_type", "=", "product"]])
        commands = [[2, line] for line in old] + [[0, 0, _line(company, line)] for line in order.lines]
        clerk.call("account.move", "write", [move], {"invoice_line_ids": commands})
    chosen = _choices(order)
    if chosen:
        clerk.call("account.move", "write", [move], chosen)
    return move


def send_and_print(clerk: Client, sale: Sale) -> None:
    """The dialog "Send & Print" opens with one call, and its button is another one."""
    context = {"active_model": "account.move", "active_ids": [sale.move], "active_id": sale.move}
    wizard = clerk.create("account.move.send.wizard", {"move_id": sale.move, "sending_methods": ["manual"]},
                          context=context)
    started = time.monotonic()
    answer = clerk.button("account.move.send.wizard", "action_send_and_print", [wizard], context)
    sale.seconds = time.monotonic() - started
    if isinstance(answer, dict) and answer.get("tag") == "display_notification":
        sale.trouble = answer["params"]["message"]


def _look(clerk: Client, sale: Sale) -> None:
    """Read what the form shows, and download the files that it offers."""
    [row] = clerk.read("account.move", [sale.move], _FIELDS)
    sale.number, sale.uuid = row["name"] or "", row[f"{_PREFIX}uuid"] or ""
    sale.total, sale.currency = f"{row['amount_total']:.2f}", row["currency_id"][1]
    sale.customer, sale.state = row["partner_id"][1], row[f"{_PREFIX}state"] or ""
    sale.kind = "E" if row["move_type"] == "out_refund" else "I"
    domain = [["res_model", "=", "account.move"], ["res_id", "=", sale.move], ["mimetype", "ilike", "xml"]]
    for attachment in clerk.search_read("ir.attachment", domain, ["name"]):
        if sale.uuid and sale.uuid.upper() in attachment["name"].upper():
            sale.files["xml"] = clerk.download(f"/web/content/{attachment['id']}?download=true")
    if row["invoice_pdf_report_id"]:
        sale.files["pdf"] = clerk.download(f"/web/content/{row['invoice_pdf_report_id'][0]}?download=true")
    missing = [name for name in ("xml", "pdf") if not sale.files.get(name)]
    if sale.state != "valid":
        sale.trouble = sale.trouble or f"state {sale.state or 'none'}"
    elif missing:
        sale.trouble = f"no {' and no '.join(missing)}"
