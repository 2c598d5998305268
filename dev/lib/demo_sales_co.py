"""The Colombian clerk's day: invoices, notes and support documents, with the calls that the buttons make."""
import base64
import datetime
import time

from . import say
from .demo_company_co import CompanyCo
from .demo_orders_co import SUPPORT, Line, Order
from .demo_sales import Sale, line_about, send_and_print
from .rpc import Client, RpcError

_PREFIX = "l10n_mx_co_edi_"
_BOGOTA = datetime.timezone(datetime.timedelta(hours=-5))
_FIELDS = ["name", "amount_total", "currency_id", "partner_id", f"{_PREFIX}uuid", f"{_PREFIX}state",
           f"{_PREFIX}dian_code", "invoice_pdf_report_id", f"{_PREFIX}document_id"]
_OF_BILLS = ("05", "95")  # they are printed from the menu, as nobody sends them
_WITH_TECHNICAL_KEY = ("01", "02", "04")


def sell(clerk: Client, company: CompanyCo) -> list[Sale]:
    """Play every order of the book; trouble with one does not stop the others."""
    sales: dict[str, Sale] = {}
    for order in company.book.orders:
        sale = sales[order.id] = Sale(order, country="CO", kind=order.kind)
        try:
            _play(clerk, company, sale, sales)
        except RpcError as error:
            sale.trouble = str(error)
            if sale.move:
                _look(clerk, company, sale)
        say.step(f"order {order.id}: {line_about(sale)}")
    return list(sales.values())


def _play(clerk: Client, company: CompanyCo, sale: Sale, sales: dict[str, Sale]) -> None:
    order = sale.order
    if order.origin:
        sale.move = _note(clerk, company, order, sales[order.origin].move)
    else:
        sale.move = clerk.create("account.move", _move(company, order))
    clerk.button("account.move", "action_post", [sale.move])
    if clerk.read("account.move", [sale.move], ["move_type"])[0]["move_type"].startswith("out_"):
        send_and_print(clerk, sale)
    else:
        started = time.monotonic()
        clerk.button("account.move", f"action_{_PREFIX}send_now", [sale.move])
        sale.seconds = time.monotonic() - started
    _look(clerk, company, sale)


def _move(company: CompanyCo, order: Order) -> dict:
    today = datetime.datetime.now(_BOGOTA).date()
    use = "purchase" if order.kind == SUPPORT else "sale"
    values = {
        "move_type": "in_invoice" if use == "purchase" else "out_invoice", "journal_id": company.journals[use],
        "partner_id": company.parties[order.party], "currency_id": company.currencies[order.currency],
        "invoice_date": today.isoformat(),
        "invoice_date_due": (today + datetime.timedelta(days=order.due_days)).isoformat(),
        "invoice_line_ids": [[0, 0, _line(company, line, use)] for line in order.lines],
    }
    if order.rate:
        values["invoice_currency_rate"] = float(1 / order.rate)
    if order.means:
        values[f"{_PREFIX}dian_payment_means"] = order.means
    return values


def _line(company: CompanyCo, line: Line, use: str) -> dict:
    return {
        "product_id": company.products[line], "name": line.description, "quantity": float(line.quantity),
        "price_unit": float(line.price), "discount": float(line.discount),
        "tax_ids": [[6, 0, [company.taxes[tax, use] for tax in line.charged()]]],
    }


def _note(clerk: Client, company: CompanyCo, order: Order, origin: int) -> int:
    """The wizard behind "Credit Note" or "Debit Note"; with lines of its own the draft is cut down to them."""
    context = {"active_model": "account.move", "active_ids": [origin], "active_id": origin}
    [row] = clerk.read("account.move", [origin], ["journal_id", "move_type"])
    model, method = "account.move.reversal", "refund_moves"
    if order.debits:
        model, method = "account.debit.note", "create_debit"
    values = {"reason": order.reason or order.id, "journal_id": row["journal_id"][0]}
    if order.debits:
        values["copy_lines"] = not order.lines
    wizard = clerk.create(model, values, context=context)
    move = clerk.button(model, method, [wizard], context)["res_id"]
    changes = {f"{_PREFIX}dian_concept": order.concept} if order.concept else {}
    if order.lines:
        use = "purchase" if row["move_type"].startswith("in_") else "sale"
        old = clerk.search("account.move.line", [["move_id", "=", move], ["display_type", "=", "product"]])
        changes["invoice_line_ids"] = [[2, line] for line in old] + [
            [0, 0, _line(company, line, use)] for line in order.lines]
    if changes:
        clerk.call("account.move", "write", [move], changes)
    return move


def _look(clerk: Client, company: CompanyCo, sale: Sale) -> None:
    """Read what the form shows, and download the files that it offers."""
    [row] = clerk.read("account.move", [sale.move], _FIELDS)
    sale.number, sale.uuid = row["name"] or "", row[f"{_PREFIX}uuid"] or ""
    sale.total, sale.currency = f"{row['amount_total']:.2f}", row["currency_id"][1]
    sale.customer, sale.state = row["partner_id"][1], row[f"{_PREFIX}state"] or ""
    sale.kind = row[f"{_PREFIX}dian_code"] or sale.kind
    sale.secret = company.technical_key if sale.kind in _WITH_TECHNICAL_KEY else company.pin
    if row[f"{_PREFIX}document_id"]:
        [document] = clerk.read(
            "l10n_mx_co_edi.document", [row[f"{_PREFIX}document_id"][0]], ["stamped_xml", "answer_xml"])
        for name, column in (("xml", "stamped_xml"), ("answer.xml", "answer_xml")):
            if document[column]:
                sale.files[name] = base64.b64decode(document[column])
    _prints(clerk, sale, row)
    missing = [name for name in ("xml", "pdf", "answer.xml") if not sale.files.get(name)]
    if sale.state != "valid":
        sale.trouble = sale.trouble or f"state {sale.state or 'none'}"
    elif missing:
        sale.trouble = f"no {' and no '.join(missing)}"


def _prints(clerk: Client, sale: Sale, row: dict) -> None:
    """The PDF, and the ZIP that the customer gets."""
    if row["invoice_pdf_report_id"]:
        sale.files["pdf"] = clerk.download(f"/web/content/{row['invoice_pdf_report_id'][0]}?download=true")
    elif sale.kind in _OF_BILLS and sale.state == "valid":
        sale.files["pdf"] = clerk.download(f"/report/pdf/account.report_invoice/{sale.move}")
    domain = [["res_model", "=", "account.move"], ["res_id", "=", sale.move], ["mimetype", "=", "application/zip"]]
    for attachment in clerk.search_read("ir.attachment", domain, ["name"], limit=1):
        sale.files["zip"] = clerk.download(f"/web/content/{attachment['id']}?download=true")
