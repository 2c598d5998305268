"""Many invoices in one print, stamped and not, by both builds of wkhtmltopdf that servers have."""
import io
import os
import re
from dataclasses import dataclass

import pytest
import qrcode
from lxml import etree
from pypdf import PdfReader

from lib import wkhtmltopdf
from lib.demo_company import CLERK
from tests_process.shop import Shop

STAMPED, UNSTAMPED = 21, 9
LONG, LINES_OF_THE_LONG_ONE = 4, 40
NO_CFDI = "Sin validez fiscal: no es un CFDI"
TEST_MARK = "PRUEBA – SIN VALIDEZ FISCAL"
LEGEND = "Este documento es una representación impresa de un CFDI"
REPORT = "account.account_invoices"


@dataclass(frozen=True)
class Printed:
    """An invoice and what has to be on its paper; `uuid` is empty where it is not stamped."""

    move: int
    name: str
    uuid: str
    seal: str
    sat_seal: str
    address: str
    long: bool


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\N{NO-BREAK SPACE}", " "))


@pytest.fixture(scope="module")
def sold(stage, sandbox, company) -> tuple[Shop, list[Printed]]:
    """A company with thirty invoices, every third or so not stamped, one of them long."""
    shop = Shop(stage, stage.database("printing", copy_of=company), sandbox)
    shop.forget()
    shop.open()
    numbers = range(STAMPED + UNSTAMPED)
    posted = _posted(shop, len(numbers))
    stamped = [move for number, move in enumerate(posted) if number % 10 not in (0, 3, 7)]
    for move in stamped:
        shop.clerk.button("account.move", "action_l10n_mx_co_edi_send_now", [move])
    moves = [_expected(shop, move, move in stamped, move == posted[LONG]) for move in posted]
    assert [bool(one.uuid) for one in moves].count(True) == STAMPED
    shop.odoo.stop()
    yield shop, moves
    shop.close()


def _posted(shop: Shop, count: int) -> list[int]:
    """Posted invoices; the one at LONG takes several pages."""
    model = shop.an_invoice()
    [row] = shop.clerk.read("account.move", [model], ["partner_id", "invoice_date"])
    line = {"quantity": 1, "price_unit": 100, "name": "Silla de oficina con brazos"}
    [line["product_id"]] = shop.clerk.search("product.product", [["name", "=", line["name"]]], limit=1)
    moves = shop.clerk.call("account.move", "create", [{
        "move_type": "out_invoice", "partner_id": row["partner_id"][0], "invoice_date": row["invoice_date"],
        "invoice_date_due": row["invoice_date"], "l10n_mx_co_edi_forma_pago": "03",
        "invoice_line_ids": [[0, 0, line] for _ in range(LINES_OF_THE_LONG_ONE if number == LONG else 1)],
    } for number in range(count)])
    shop.clerk.button("account.move", "action_post", moves)
    return moves


def _expected(shop: Shop, move: int, stamped: bool, long: bool) -> Printed:
    [row] = shop.clerk.read("account.move", [move], ["name", "l10n_mx_co_edi_uuid", "l10n_mx_co_edi_state"])
    if not stamped:
        return Printed(move, row["name"], "", "", "", "", long)
    assert row["l10n_mx_co_edi_state"] == "valid", row
    uuid = row["l10n_mx_co_edi_uuid"]
    root = etree.fromstring(shop.authority.file(f"document/{uuid}.xml"))
    tfd = root.find(".//{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital")
    [issuer] = root.xpath("//*[local-name()='Emisor']/@Rfc")
    [receiver] = root.xpath("//*[local-name()='Receptor']/@Rfc")
    seal = root.get("Sello")
    address = ("https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
               f"?id={uuid}&re={issuer}&rr={receiver}&tt={_total(root)}&fe={seal[-8:]}")
    return Printed(move, row["name"], uuid, seal, tfd.get("SelloSAT"), address, long)


@pytest.fixture(scope="module", params=["with Qt's patches", "without Qt's patches"])
def printer(request, stage, tools, sold):
    """That company's Odoo with one build of wkhtmltopdf or the other."""
    shop, moves = sold
    patched = request.param == "with Qt's patches"
    program = tools.wkhtmltopdf if patched else wkhtmltopdf.without_patches()
    assert program, "there is no wkhtmltopdf"
    path = os.pathsep.join((str(program.parent), os.environ["PATH"]))
    odoo = stage.odoo(shop.database, crons=0, env={"PATH": path}).start()
    for name in ("web.base.url", "report.url"):
        odoo.client().call("ir.config_parameter", "set_param", name, odoo.url)
    yield patched, odoo.client(CLERK, CLERK), moves
    odoo.stop()


def _printed(client, moves) -> PdfReader:
    ids = ",".join(str(one.move) for one in moves)
    return PdfReader(io.BytesIO(client.download(f"/report/pdf/{REPORT}/{ids}")))


def _total(root) -> str:
    """As the SAT's address has it: without zeros at the end, but for the first decimal."""
    total = root.get("Total").rstrip("0")
    return f"{total}0" if total.endswith(".") else total


def _shows(page, address: str) -> bool:
    """Whether one of the pictures of the page is the QR code of this address."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    expected = code.get_matrix()
    size = len(expected)
    for picture in page.images:
        image = picture.image.convert("L")
        dots = image.width / size
        if image.width == image.height and dots >= 1 and expected == [
                [image.getpixel((int((x + .5) * dots), int((y + .5) * dots))) < 128 for x in range(size)]
                for y in range(size)]:
            return True
    return False


def _belongs(text: str, one: Printed) -> bool:
    return squeezed(one.uuid or one.name) in text


def _ends(text: str) -> bool:
    """Whether the stamp, the last part of a CFDI, ends on this page."""
    return squeezed(LEGEND) in text and "Cadenaoriginal" in text


def test_thirty_invoices_in_one_file_are_each_their_own(printer):
    patched, client, moves = printer
    pages = _printed(client, moves).pages
    texts = [squeezed(page.extract_text()) for page in pages]
    at = 0
    for one in moves:
        mine = [at]
        while one.long and not _ends(texts[mine[-1]]):
            mine.append(mine[-1] + 1)
        at = mine[-1] + 1
        text = "".join(texts[page] for page in mine)
        assert not [other.name for other in moves if other.uuid and other != one and squeezed(other.uuid) in text]
        if one.uuid:
            assert _belongs(texts[mine[0]], one), (one.name, texts[mine[0]][:200])
            for part in (one.seal, one.sat_seal, LEGEND, TEST_MARK):
                assert squeezed(part) in text, (one.name, part)
            assert _shows(pages[mine[-1]], one.address), one.name
            assert squeezed(NO_CFDI) not in text
        else:
            _is_no_cfdi(pages[at - 1], texts[at - 1], one, patched)
        assert (len(mine) > 1) == one.long
        if one.uuid and patched:
            assert all(f"Página{number}de{len(mine)}" in texts[page] for number, page in enumerate(mine, start=1))
    assert at == len(pages)


def _is_no_cfdi(page, text: str, one: Printed, patched: bool) -> None:
    """Odoo's own page. The engine without patches draws its typeface instead of writing it: nothing can be read."""
    assert not [picture for picture in page.images if picture.image.width == picture.image.height]
    if patched:
        assert _belongs(text, one), (one.name, text[:200])
        assert squeezed(NO_CFDI) in text, one.name
        assert squeezed(LEGEND) not in text
    else:
        assert text == "" and len(page.get_contents().get_data()) > 1000


def test_the_copies_of_mail_and_portal_are_those_invoices_too(printer):
    _patched, client, moves = printer
    one = next(one for one in moves if one.uuid)
    context = {"active_model": "account.move", "active_ids": [one.move], "active_id": one.move}
    wizard = client.create("account.move.send.wizard", {"move_id": one.move, "sending_methods": ["manual"]},
                           context=context)
    client.button("account.move.send.wizard", "action_send_and_print", [wizard], context)
    [row] = client.read("account.move", [one.move], ["invoice_pdf_report_id", "access_token"])
    stored = client.download(f"/web/content/{row['invoice_pdf_report_id'][0]}?download=true")
    portal = client.download(f"/my/invoices/{one.move}?report_type=pdf")
    for data in (stored, portal):
        [page] = PdfReader(io.BytesIO(data)).pages
        text = squeezed(page.extract_text())
        for part in (one.uuid, one.seal, one.sat_seal, LEGEND, TEST_MARK):
            assert squeezed(part) in text
        assert _shows(page, one.address)
