"""The printed representation: real PDF files by the real engine, read back as text and pictures."""
import base64
import io
import re
from dataclasses import replace

import qrcode
from lxml import html
from PIL import ImageFont
from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from ..core.cfdi import build
from ..core.cfdi import model as cfdi
from ..core.errors import InvalidDocument
from ..models.cfdi_print import printed
from ..models.ir_actions_report import FONTS
from .common import MxCoEdiCommon
from .common_print import UUID, D, a_cfdi, a_line, a_rich_cfdi, a_seal, iva, stamped_xml

REPORT = "account.account_invoices"
TEST_MARK = "PRUEBA – SIN VALIDEZ FISCAL"
NO_CFDI = "Sin validez fiscal: no es un CFDI"
LEGEND = "Este documento es una representación impresa de un CFDI"
CM = 72 / 2.54
# Odoo's own layout complains about its style sheets, see PrintCase
ENGINE_LOGGER = "odoo.addons.base.models.ir_actions_report"


def squeezed(text):
    """Return `text` without white space: a PDF breaks lines where the page is full."""
    return re.sub(r"\s+", "", text.replace("\N{NO-BREAK SPACE}", " "))


class PrintCase(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            cls.skipTest(cls, "wkhtmltopdf is not installed")
        # Nobody listens there: the server of the tests would let Odoo's own layout wait for its style sheets for ever.
        cls.admin_env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:9")

    def a_printable(self, xml, environment="sandbox", state="valid", move=None, **values):
        """Return an invoice with a document that says it was stamped as `xml`."""
        move = move or self.an_invoice()
        self.env["l10n_mx_co_edi.document"].sudo().create({
            "kind": "mx_cfdi_i", "company_id": self.company.id, "environment": environment, "service": "finkok",
            "move_id": move.id, "name": move.name, "serie": "A", "folio": "1042", "uuid": UUID, "state": state,
            "stamped_xml": base64.b64encode(xml), **values})
        move.invalidate_recordset()
        return move

    def pdf_of(self, moves):
        engine = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, file_type = engine._render_qweb_pdf(REPORT, moves.ids)
        self.assertEqual(file_type, "pdf")
        return PdfReader(io.BytesIO(content))

    def pages_of(self, moves):
        return [squeezed(page.extract_text()) for page in self.pdf_of(moves).pages]

    def assertPrinted(self, text, where):
        self.assertIn(squeezed(text), where if isinstance(where, str) else "".join(where))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPrint(PrintCase):

    def test_everything_of_the_xml_is_on_the_paper(self):
        document = a_rich_cfdi()
        text = "".join(self.pages_of(self.a_printable(build.to_xml(document))))
        for value in (
            "Factura A 1042", "EKU9003173C9", "601 – General de Ley Personas Morales", "C.P. 42501",
            "URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "C.P. 86991", "G03 – Gastos en general",
            "14/03/2026 10:22:33", "I – Ingreso", "PUE – Pago en una sola exhibición",
            "03 – Transferencia electrónica de fondos", "MXN – Peso mexicano", "01 – No aplica", "Contado",
            # general public, related documents
            "04 – Mensual", "03 – Marzo 2026", "04 – Sustitución de los CFDI previos",
            "A39DA66B-52CA-49E3-879B-5C05185B0EF7", "1C1A3B5D-33F0-4A0B-8B4F-0D9B9A0D2E22",
            # lines
            "50202201", "CER-24", "XBX", "Cerveza artesanal, caja de 24 botellas", "600.00", "2,400.00", "120.00",
            "02 – Sí objeto de impuesto", "003 IEPS 26.5 % base 2,280.00 604.20", "002 IVA 16 % base 2,884.20 461.47",
            "Retención 001 ISR 10 % base 10,000.00 1,000.00", "Retención 002 IVA 10.6667 % base 10,000.00 1,066.67",
            "002 IVA Exento base 8,000.00", "21.276596", "500.000006", "003 IEPS Cuota 6.4555 base 21.276596 137.35",
            "Pedimento 15  48  3009  0001234", "Cuenta predial 15956011002, 15956011003",
            "XOCHILT CASAS CHAVEZ, RFC CACX7605101P8, régimen fiscal 606 – Arrendamiento, C.P. 36257",
            "6 Pieza Desarmador", "Pedimento 15  48  3009  0001235",
            # totals
            "Subtotal 21,800.00", "Descuento −120.00", "IEPS 26.5 % base 2,280.00 604.20", "IVA Exento base 8,000.00 –",
            "ISH 3 % impuesto local 240.00", "Retención ISR −1,000.00", "Retención Cedular 0.5 % impuesto local −50.00",
            "Total MXN 22,830.35", "(VEINTIDÓS MIL OCHOCIENTOS TREINTA PESOS 35/100 M.N.)",
            # stamp
            UUID, "14/03/2026 10:22:41", "30001000000500003416", "30001000000500003456", "SAN010101AB1",
            a_seal("emisor"), a_seal("sat"),
            f"||1.1|{UUID}|2026-03-14T10:22:41|SAN010101AB1|{a_seal('emisor')}|30001000000500003456||", LEGEND,
        ):
            with self.subTest(value=value):
                self.assertPrinted(value, text)

    def test_the_placeholder_of_odoo_is_no_logo(self):
        move = self.a_stamped_invoice()
        partner = self.company.sudo().partner_id
        partner.image_1920 = self.admin_env["res.company"]._get_logo()
        self.assertFalse(move._l10n_mx_co_edi_print()["logo"])
        partner.image_1920 = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
        self.assertTrue(move._l10n_mx_co_edi_print()["logo"])

    def test_a_foreign_customer_in_foreign_currency(self):
        receiver = cfdi.Receptor(
            rfc="XEXX010101000", nombre="ACME GLOBAL TRADING INC", domicilio_fiscal_receptor="42501",
            residencia_fiscal="USA", num_reg_id_trib="123456789", regimen_fiscal_receptor="616", uso_cfdi="S01")
        text = "".join(self.pages_of(self.a_printable(stamped_xml(
            a_line(amount="12500.50", traslados=(iva("12500.50", "0.000000"),)), moneda="USD",
            tipo_cambio=D("17.123400"), metodo_pago="PPD", forma_pago="99", receptor=receiver))))
        for value in (
            "USD – Dólar estadounidense", "Tipo de cambio 17.1234", "PPD – Pago en parcialidades o diferido",
            "99 – Por definir", "USA – Estados Unidos", "123456789", "616 – Sin obligaciones fiscales", "IVA 0 %",
            "Total USD 12,500.50", "(DOCE MIL QUINIENTOS DÓLARES 50/100 USD)",
        ):
            with self.subTest(value=value):
                self.assertPrinted(value, text)

    def test_a_credit_note_is_called_so(self):
        text = self.pages_of(self.a_printable(stamped_xml(tipo_de_comprobante="E")))
        self.assertPrinted("Nota de crédito A 1042", text)
        self.assertPrinted("E – Egreso", text)

    def test_records_that_changed_since_do_not_change_the_paper(self):
        move = self.a_printable(stamped_xml())
        self.customer.sudo().write({"name": "NOMBRE NUEVO", "vat": "XIA190128J61", "zip": "01000"})
        self.company.partner_id.sudo().write({"name": "EMISOR NUEVO", "vat": "IIA040805DZ4"})
        text = "".join(self.pages_of(move))
        for changed in ("NOMBRENUEVO", "XIA190128J61", "EMISORNUEVO", "IIA040805DZ4", "100.00MXN", move.name):
            self.assertNotIn(squeezed(changed), text)
        self.assertPrinted("UNIVERSIDAD ROBOTICA ESPAÑOLA", text)

    def test_sixty_lines_over_several_pages(self):
        words = "que ocupa más de un renglón del formato impreso "
        lines = [
            a_line(f"Producto {i} {words * (i % 4)}", f"{100 + i}.00", no_identificacion=f"SKU-{i:04}")
            for i in range(1, 61)]
        pages = self.pages_of(self.a_printable(stamped_xml(*lines)))
        self.assertGreater(len(pages), 3)
        for number, page in enumerate(pages, start=1):
            for repeated in (f"Página {number} de {len(pages)}", LEGEND, TEST_MARK, "Factura A 1042", UUID):
                self.assertPrinted(repeated, page)
        with_lines = [page for page in pages if "SKU-" in page]
        for page in with_lines:
            self.assertEqual(page.count("VALORUNITARIO"), 1, "the head of the lines is repeated")
        for i in range(1, 61):
            [page] = [page for page in pages if f"SKU-{i:04}" in page]
            # first and last words of the line: nothing of it is on another page
            self.assertPrinted(f"Producto {i} ", page)
            tax = f"{iva(f'{100 + i}.00').importe:,.2f}"
            self.assertPrinted(f"002 IVA 16 % base {100 + i}.00 {tax}", page)

    def test_long_texts_stay_on_the_paper(self):
        description = ("Una descripción larga con muchas palabras. " * 30)[:999].strip() + "Z"
        name = ("SERVICIOS INTEGRALES DE CONSULTORIA Y DESARROLLO TECNOLOGICO DEL NOROESTE " * 5)[:300].strip()
        unbroken = "X" * 300
        issuer = cfdi.Emisor(rfc="EKU9003173C9", nombre=name, regimen_fiscal="625")
        reader = self.pdf_of(self.a_printable(stamped_xml(a_line(description), a_line(unbroken), emisor=issuer)))
        pages = [squeezed(page.extract_text()) for page in reader.pages]
        for value in (description, unbroken, name):
            self.assertPrinted(value, pages)
        self.assertNotIn(squeezed(name), pages[1], "the head of every page has a short form of a name without end")
        width = float(reader.pages[0].mediabox.width)
        for page in reader.pages:
            places = []
            page.extract_text(visitor_text=lambda text, cm, tm, _font, _size, places=places: places.append(
                (text, cm[0] * tm[4] + cm[4])))
            beyond = [text for text, x in places if text.strip() and not 0 < x < width]
            self.assertFalse(beyond)

    def test_large_figures_neither_touch_nor_leave_the_page(self):
        line = a_line(
            "Maquinaria", "123456789.123456", cantidad=D("1234567.123456"), valor_unitario=D("987654321.123456"),
            descuento=D("1234567.12"), clave_unidad="E48", no_identificacion=None)
        reader = self.pdf_of(self.a_printable(stamped_xml(line, a_line("Segunda", "999999999.99"))))
        places = {}
        page = reader.pages[0]
        page.extract_text(visitor_text=lambda text, cm, tm, _font, _size: places.setdefault(
            text.strip(), cm[0] * tm[4] + cm[4]))
        with file_open(FONTS[400], "rb") as file:
            font = ImageFont.truetype(file, 100)
        right_margin = float(page.mediabox.width) - 13 * CM / 10
        row = ["1,234,567.123456", "E48", "Maquinaria", "987,654,321.123456", "1,234,567.12", "123,456,789.123456"]
        starts = [places[text] for text in row]
        self.assertEqual(starts, sorted(starts))
        for text, start, following in zip(row, starts, [*starts[1:], right_margin], strict=True):
            # this row is the exception that has smaller figures: 7 points, which the engine makes 9 pixels
            self.assertLess(start + font.getlength(text) * 6.75 / 100, following + 1, text)

    def test_only_stamped_documents_are_printed(self):
        with self.assertRaises(InvalidDocument):
            printed(build.to_xml(replace(a_cfdi(), timbre=None)))

    def test_the_qr_code_is_the_address_of_the_sat_and_large_enough(self):
        self.company.partner_id.sudo().image_1920 = False
        page = self.pdf_of(self.a_printable(stamped_xml())).pages[-1]
        sizes = []
        page.extract_text(visitor_operand_before=lambda operator, _operands, cm, _tm: sizes.append(
            (abs(cm[0]), abs(cm[3]))) if operator == b"Do" else None)
        [(width, height)] = sizes
        self.assertAlmostEqual(width, height, delta=0.5)
        self.assertGreaterEqual(width, 2.75 * CM)
        address = (
            f"https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id={UUID}&re=EKU9003173C9"
            f"&rr=URE180429TM6&tt=1160.0&fe={a_seal('emisor')[-8:]}")
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
        code.add_data(address)
        code.make(fit=True)
        expected = code.get_matrix()
        picture = page.images[0].image.convert("L")
        dots = picture.width / len(expected)
        printed = [
            [picture.getpixel((int((x + .5) * dots), int((y + .5) * dots))) < 128 for x in range(len(expected))]
            for y in range(len(expected))]
        self.assertEqual(printed, expected)

    def test_nothing_is_fetched_to_print(self):
        move = self.a_printable(stamped_xml())
        engine = self.env["ir.actions.report"].with_context(l10n_mx_co_edi_print=True)
        page = engine._render_qweb_html(REPORT, move.ids, data={"report_type": "pdf"})[0]
        bodies, _ids, header, footer, _args = engine._get_report(REPORT).with_env(engine.env)._prepare_html(
            page, report_model="account.move")
        self.assertEqual(len(bodies), 1)
        for part in (*bodies, header, footer):
            tree = html.fromstring(part)
            self.assertFalse(tree.xpath("//link | //base | //script[@src] | //iframe"))
            for source in tree.xpath("//@src"):
                self.assertTrue(source.startswith("data:"), source[:60])
            for address in re.findall(r"url\((.{0,20})", part):
                self.assertTrue(address.startswith("data:"), address)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMarks(PrintCase):

    def test_only_production_is_without_mark(self):
        production = self.pages_of(self.a_printable(stamped_xml(), environment="production"))
        self.assertNotIn("SINVALIDEZ", "".join(production))
        self.assertNotIn("CANCELADO", "".join(production))

    def test_a_cancelled_document_says_so_on_every_page(self):
        lines = [a_line(f"Producto {i}") for i in range(40)]
        pages = self.pages_of(self.a_printable(stamped_xml(*lines), environment="production", state="cancelled"))
        self.assertGreater(len(pages), 1)
        for page in pages:
            self.assertPrinted("CANCELADO", page)
        pending = self.pages_of(self.a_printable(stamped_xml(), environment="test", state="cancel_pending"))
        self.assertFalse(pending and "CANCELADO" in "".join(pending))

    @mute_logger(ENGINE_LOGGER)
    def test_an_unstamped_invoice_has_no_fiscal_validity(self):
        move = self.an_invoice()
        self.assertPrinted(NO_CFDI, self.pages_of(move))
        self.assertNotIn(squeezed(LEGEND), "".join(self.pages_of(move)))

    @mute_logger(ENGINE_LOGGER)
    def test_a_company_without_cfdi_prints_as_always(self):
        move = self.an_invoice()
        self.company.sudo().l10n_mx_co_edi_environment = False
        self.assertNotIn("SINVALIDEZ", "".join(self.pages_of(move)))

    @mute_logger(ENGINE_LOGGER)
    def test_a_test_document_counts_for_nothing_in_production(self):
        move = self.a_printable(stamped_xml(), environment="test")
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        move.invalidate_recordset()
        self.assertPrinted(NO_CFDI, self.pages_of(move))

    def test_a_valid_cfdi_stays_one_while_the_company_tries_something(self):
        move = self.a_printable(stamped_xml(), environment="production")
        self.assertEqual(self.company.l10n_mx_co_edi_environment, "sandbox")
        self.assertPrinted(LEGEND, self.pages_of(move))

    @mute_logger(ENGINE_LOGGER)
    def test_stamped_and_unstamped_invoices_in_one_file(self):
        stamped, plain = self.a_printable(stamped_xml()), self.an_invoice()
        other = self.a_printable(
            build.to_xml(replace(a_cfdi(), folio="2000")), environment="production", move=self.an_invoice())
        pages = self.pages_of(plain + stamped + other)
        self.assertEqual(len(pages), 3)
        self.assertPrinted(NO_CFDI, pages[0])
        self.assertPrinted("Factura A 1042", pages[1])
        self.assertPrinted(TEST_MARK, pages[1])
        self.assertPrinted("Factura A 2000", pages[2])
        self.assertPrinted("Página 1 de 1", pages[2])
        self.assertNotIn("SINVALIDEZ", pages[2])

    def test_invoices_printed_together_are_told_apart_by_page(self):
        short = self.a_printable(stamped_xml(folio="1"))
        long = self.a_printable(
            stamped_xml(*[a_line(f"Producto {i}") for i in range(40)], folio="2"), environment="production",
            move=self.an_invoice())
        engine = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        streams, _file_type = engine._pre_render_qweb_pdf(REPORT, (short + long).ids)
        files = engine._get_splitted_report(REPORT, streams, "pdf")
        for move, number, least in ((short, "1", 1), (long, "2", 2)):
            pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(files[move.id])).pages]
            self.assertGreaterEqual(len(pages), least)
            for index, page in enumerate(pages, start=1):
                self.assertPrinted(f"Factura A {number}Folio fiscal", page)
                self.assertPrinted(f"Página {index} de {len(pages)}", page)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPrintFiles(PrintCase):

    def sent(self, move, **values):
        """Send and print the invoice by hand, with the real engine; return the attachment of its PDF."""
        move = move.with_context(force_report_rendering=True)
        wizard = self.send_wizard(move, sending_methods=["manual"], **values)
        wizard.with_context(force_report_rendering=True).action_send_and_print()
        move.invalidate_recordset()
        return move.invoice_pdf_report_id

    def test_the_pdf_of_send_and_print(self):
        move = self.an_invoice()
        pdf = self.sent(move)
        document = move.l10n_mx_co_edi_document_id
        self.assertEqual(pdf.name, f"EKU9003173C9_{document.serie}_{document.folio}_{document.uuid}.pdf")
        self.assertEqual(pdf.mimetype, "application/pdf")
        reader = PdfReader(io.BytesIO(pdf.raw))
        self.assertEqual(dict(reader.attachments), {}, "no other country's tax document inside")
        self.assertFalse(self.env["ir.attachment"].search_count([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("name", "ilike", "factur-x")]))
        text = squeezed("".join(page.extract_text() for page in reader.pages))
        for value in (document.uuid, f"Factura {document.serie or ''} {document.folio}", TEST_MARK,
                      f"{move.amount_total:,.2f}", move.invoice_line_ids.name):
            self.assertPrinted(value, text)

    def test_a_pdf_of_before_the_stamp_is_not_reused(self):
        move = self.an_invoice()
        self.env["ir.attachment"].sudo().create({
            "name": "INV_old.pdf", "raw": b"%PDF-1.4 old", "mimetype": "application/pdf", "res_model": "account.move",
            "res_id": move.id, "res_field": "invoice_pdf_report_file"})
        move.invalidate_recordset()
        self.assertEqual(move.invoice_pdf_report_id.name, "INV_old.pdf")
        pdf = self.sent(move)
        self.assertIn(move.l10n_mx_co_edi_uuid, pdf.name)
        self.assertNotEqual(pdf.raw, b"%PDF-1.4 old")
        kept = self.env["ir.attachment"].search([("res_model", "=", "account.move"), ("res_id", "=", move.id)])
        self.assertIn(b"%PDF-1.4 old", kept.mapped("raw"), "nobody's file is thrown away")

    def test_the_pdf_of_a_valid_document_is_kept(self):
        move = self.an_invoice()
        pdf = self.sent(move)
        document = move.l10n_mx_co_edi_document_id.sudo()
        document._follow_up(deliver=False)
        move.invalidate_recordset()
        self.assertEqual(move.invoice_pdf_report_id, pdf)

    def test_a_cancelled_document_is_printed_anew(self):
        move = self.an_invoice()
        self.sent(move)
        document = move.l10n_mx_co_edi_document_id.sudo()
        document.state = "cancelled"
        document._follow_up(deliver=False)
        move.invalidate_recordset()
        self.assertFalse(move.invoice_pdf_report_id)

    def test_print_and_xml_are_downloaded_together_also_before_the_first_send(self):
        move = self.a_stamped_invoice()
        document = move.l10n_mx_co_edi_document_id.sudo()
        self.assertFalse(move.invoice_pdf_report_id)
        pdf, xml = move.with_context(force_report_rendering=True)._get_invoice_legal_documents_all(allow_fallback=True)
        stem = f"EKU9003173C9_{document.serie}_{document.folio}_{document.uuid}"
        self.assertEqual((pdf["filename"], xml["filename"]), (f"{stem}.pdf", f"{stem}.xml"))
        self.assertTrue(pdf["content"].startswith(b"%PDF"))
        self.assertEqual(xml["content"], document._stamped_bytes())
        self.assertEqual(move._get_report_base_filename(), stem)
