"""The printed representation of DIAN's documents: real PDF files by the real engine, read back as text and pictures."""
import base64
import io
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import qrcode
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import email_normalize, mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ..core.dian import identity
from ..core.dian import model as dian
from ..models import ir_actions_report
from .common_dian import DianCommon
from .common_dian_print import (
    D,
    a_document,
    a_line,
    a_note,
    answer_to,
    company,
    person,
    tax,
    withheld,
    xml_of,
)
from .test_report import CM, ENGINE_LOGGER, REPORT, TEST_MARK, squeezed

LEGEND = "Representación gráfica de un documento electrónico validado por la DIAN"
NOT_VALID = "Sin validez fiscal: no ha sido validado por la DIAN"


class DianPrintCase(MockEmail, DianCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            cls.skipTest(cls, "wkhtmltopdf is not installed")
        # Nobody listens there: the server of the tests would let Odoo's own layout wait for its style sheets for ever.
        cls.admin_env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:9")
        cls.buyer = cls.env["res.partner"].create({
            "name": "CLIENTE INVENTADO SAS", "country_id": cls.env.ref("base.co").id, "is_company": True})

    def a_printable(self, document, environment="sandbox", state="valid", answer=True, move_type="out_invoice"):
        """Return an invoice with a document that says DIAN validated `document`."""
        move = self.env["account.move"].create({
            "move_type": move_type, "partner_id": self.buyer.id, "company_id": self.company.id,
            "invoice_line_ids": [Command.create({"name": "Otra cosa", "quantity": 1, "price_unit": 7})]})
        self.env["l10n_mx_co_edi.document"].sudo().create({
            "kind": f"co_dian_{document.type_code}", "company_id": self.company.id, "environment": environment,
            "service": "dian", "move_id": move.id, "name": document.id, "folio": document.id, "uuid": document.uuid,
            "state": state, "sent_as": f"fv0901002487000260000{move.id % 4096:04X}.xml",
            "stamped_xml": base64.b64encode(xml_of(document)),
            "answer_xml": base64.b64encode(answer_to(document)) if answer else False})
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

    def assertShows(self, document, page):
        """The QR code on this page of the PDF says exactly what the law wants of this document, on 2 cm and more."""
        sizes = []
        page.extract_text(visitor_operand_before=lambda operator, _operands, cm, _tm: sizes.append(
            (abs(cm[0]), abs(cm[3]))) if operator == b"Do" else None)
        [(width, height)] = sizes
        self.assertAlmostEqual(width, height, delta=0.5)
        self.assertGreaterEqual(width, 2 * CM)
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
        code.add_data(identity.qr_text(document))
        code.make(fit=True)
        expected = code.get_matrix()
        picture = page.images[0].image.convert("L")
        dots = picture.width / len(expected)
        self.assertEqual(expected, [
            [picture.getpixel((int((x + .5) * dots), int((y + .5) * dots))) < 128 for x in range(len(expected))]
            for y in range(len(expected))])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianPrint(DianPrintCase):

    def test_everything_that_the_law_asks_for_is_on_the_paper(self):
        line = a_line(
            "Servicio de aseo", "1000000.00", withholding_tax_totals=withheld("1000000.00", "190000.00"),
            notes=("Lote 7",))
        tip = dian.AllowanceCharge(
            id="1", charge_indicator=True, reason_code="03", reason="Propina", amount=D("12500.00"))
        document = a_document(
            "01", line, a_line("Escoba", "25000.50", "3", tax_totals=(tax("75001.50", "5.00"),)),
            allowance_charges=(tip,), notes=("Consignar en el Banco Inventado.",))
        text = "".join(self.pages_of(self.a_printable(document)))
        for value in (
            "Factura electrónica de venta SETP990000123", "CUFE", document.uuid,
            # parties
            "COMERCIAL INVENTADA SAS", "NIT 901002487-0", "O-13 – Gran contribuyente; O-15 – Autorretenedor",
            "48 – Responsable del impuesto sobre las ventas - IVA", "Actividad (CIIU) 4690",
            "Matrícula mercantil 123456", "Calle 1 # 2-3, bodega 4", "Bogotá, D.C., Bogotá, C.P. 110111, Colombia",
            "CLIENTE INVENTADO SAS", "NIT 901002488-8", "recepcion@example.co",
            # document
            "Fecha y hora de generación", "14/03/2026 10:22:33", "Fecha y hora de validación", "14/03/2026 10:22:41",
            "Fecha de vencimiento", "13/04/2026", "2 – Crédito", "47 – Transferencia Débito Bancaria", "10 – Estándar",
            "Autorización de numeración de la DIAN n.º 18760000001, vigente desde 19/01/2019 hasta 19/01/2030, "
            "prefijo SETP, del 990000000 al 995000000",
            # lines
            "TOR-01", "Servicio de aseo", "1.000.000,00", "IVA 19 % base 1.000.000,00 190.000,00",
            "ReteIVA 15 % base 190.000,00 28.500,00", "Nota Lote 7", "Escoba", "25.000,50", "75.001,50", "Unidad",
            # totals: payable, what is withheld, net
            "Subtotal 1.075.001,50", "IVA 19 % base 1.000.000,00 190.000,00", "IVA 5 % base 75.001,50 3.750,08",
            "Total con tributos 1.268.751,58", "Recargo Propina 12.500,00", "Total a pagar COP 1.281.251,58",
            "ReteIVA 15 % base 190.000,00 −28.500,00", "ReteRenta 2,5 % base 1.000.000,00 −25.000,00",
            "ReteICA 0,966 % base 1.000.000,00 −9.660,00", "Neto después de retenciones 1.218.091,58",
            "(UN MILLÓN DOSCIENTOS OCHENTA Y UN MIL DOSCIENTOS CINCUENTA Y UN PESOS 58/100 M/CTE)",
            "Consignar en el Banco Inventado.", LEGEND,
            "Software: Odoo, l10n_mx_co_edi. Fabricante del software: COMERCIAL INVENTADA SAS, NIT 901002487-0",
            "Página 1 de",
        ):
            with self.subTest(value=value):
                self.assertPrinted(value, text)

    def test_records_are_not_on_the_paper(self):
        self.buyer.name = "OTRO NOMBRE"
        text = "".join(self.pages_of(self.a_printable(a_document())))
        for value in ("OTRO NOMBRE", "Otra cosa", "7,00"):
            self.assertNotIn(squeezed(value), text)

    def test_qr_code_and_key_on_each_of_several_pages(self):
        words = "que ocupa más de un renglón del formato impreso "
        document = a_document("01", *[
            a_line(f"Producto-{i:02} {words * (i % 3)}", f"{100 + i}.00") for i in range(1, 46)])
        reader = self.pdf_of(self.a_printable(document))
        self.assertGreaterEqual(len(reader.pages), 3)
        for number, page in enumerate(reader.pages, start=1):
            self.assertShows(document, page)
            text = squeezed(page.extract_text())
            for repeated in (f"Página {number} de {len(reader.pages)}", TEST_MARK, "SETP990000123", document.uuid,
                             "Fabricante del software: COMERCIAL INVENTADA SAS"):
                self.assertPrinted(repeated, text)
        pages = [squeezed(page.extract_text()) for page in reader.pages]
        for i in range(1, 46):
            [page] = [page for page in pages if f"Producto-{i:02}" in page]
            self.assertPrinted(f"IVA 19 % base {100 + i},00", page)

    def test_an_engine_without_heads_says_where_the_qr_code_is(self):
        document = a_document("01", *[a_line(f"Producto {i}") for i in range(45)])
        with patch.object(ir_actions_report, "_engine", return_value=ir_actions_report.PLAIN):
            reader = self.pdf_of(self.a_printable(document))
        self.assertShows(document, reader.pages[0])
        pages = [squeezed(page.extract_text()) for page in reader.pages]
        self.assertGreater(len(pages), 1)
        self.assertPrinted(document.uuid, pages[0])
        self.assertPrinted("El código QR y el CUFE están al comienzo de la primera página", pages[-1])

    def test_an_export_with_the_rate_of_the_day(self):
        rate = dian.ExchangeRate(
            source_currency_code="COP", source_currency_base_rate=D("1.00"), target_currency_code="USD",
            target_currency_base_rate=D("1.00"), calculation_rate=D("4123.45"), day=date(2026, 3, 14))
        buyer = company(
            "1", "ACME INVENTED INC", company_id=dian.Identification(number="X-55", scheme_name="50"),
            physical_location=dian.Address(
                city_name="Miami", lines=("1 Main St",), country_code="US", country_name="Estados Unidos"))
        line = a_line("Café tostado", "4123450.00", "2", tax_totals=(tax("8246900.00", "0.00"),))
        line = replace(line, item=replace(line.item, brand_names=("Inventada",), model_names=("Origen",)))
        text = self.pages_of(self.a_printable(a_document(
            "02", line, customer=buyer, payment_exchange_rate=rate,
            delivery_terms=dian.DeliveryTerms(loss_risk_responsibility_code="FOB"))))
        for value in (
            "Factura electrónica de venta de exportación", "NIT de otro país X-55", "Miami, Estados Unidos",
            "Marca Inventada", "Modelo Origen", "Condiciones de entrega", "FOB", "Total a pagar COP 8.246.900,00",
            "USD – Dólar estadounidense", "1 USD = 4.123,45 COP", "2.000,00 USD",
        ):
            with self.subTest(value=value):
                self.assertPrinted(value, text)

    def test_a_credit_note_names_its_invoice(self):
        text = self.pages_of(self.a_printable(a_note(), move_type="out_refund"))
        for value in (
            "Nota crédito electrónica NC45", "CUDE", f"SETP990000123, del 14/03/2026, CUFE {a_document().uuid}",
            "1 – Devolución parcial de los bienes y/o no aceptación parcial del servicio: Llegó con el empaque roto",
        ):
            with self.subTest(value=value):
                self.assertPrinted(value, text)

    def test_a_support_document_of_a_vendor_with_a_long_name(self):
        name = ("ASOCIACIÓN DE PRODUCTORES INVENTADOS DE LA CUENCA QUE NO EXISTE " * 6)[:380].strip()
        document = a_document("05", a_line(tax_totals=()), supplier=person("1020304050", name))
        reader = self.pdf_of(self.a_printable(document, move_type="in_invoice"))
        text = "".join(squeezed(page.extract_text()) for page in reader.pages)
        for value in ("Documento soporte en adquisiciones efectuadas a no obligados a facturar", "CUDS", name,
                      "Vendedor no obligado a facturar".upper(), "Cédula de ciudadanía 1020304050"):
            self.assertPrinted(value, text)
        self.assertShows(document, reader.pages[0])

    # ------------------------------------------------------------------
    # Marks
    # ------------------------------------------------------------------

    def test_only_production_is_without_mark(self):
        text = "".join(self.pages_of(self.a_printable(a_document(), environment="production")))
        self.assertNotIn("SINVALIDEZ", text)
        self.assertPrinted(LEGEND, text)

    def test_what_is_annulled_says_so(self):
        pages = self.pages_of(self.a_printable(a_document(), environment="production", state="cancelled"))
        self.assertPrinted("ANULADO", pages[0])

    def test_what_dian_did_not_answer_is_not_called_validated(self):
        text = "".join(self.pages_of(self.a_printable(a_document("04"), answer=False)))
        self.assertPrinted("Factura electrónica de venta en contingencia", text)
        self.assertNotIn("validado", text)

    def test_what_dian_has_not_validated_says_so(self):
        self.assertEqual(self.a_printable(a_document(), state="valid")._l10n_mx_co_edi_print_warning(), "")
        waiting = self.a_printable(a_document(number="SETP990000124"), state="ready", answer=False)
        self.assertEqual(waiting._l10n_mx_co_edi_print_warning(), NOT_VALID)
        refused = self.a_printable(a_document(number="SETP990000125"), state="rejected", answer=False)
        with mute_logger(ENGINE_LOGGER):
            text = "".join(self.pages_of(refused))
        self.assertPrinted("Sin validez fiscal: rechazado por la DIAN", text)
        self.assertNotIn(squeezed(LEGEND), text)

    def test_several_in_one_file_keep_their_own_head(self):
        first, second = a_document(), a_document(number="SETP990000124")
        reader = self.pdf_of(self.a_printable(first) + self.a_printable(second))
        self.assertEqual(len(reader.pages), 2)
        for document, page in zip((first, second), reader.pages, strict=True):
            self.assertShows(document, page)
            self.assertPrinted(document.uuid, squeezed(page.extract_text()))

    # ------------------------------------------------------------------
    # Support documents are mailed to their vendor
    # ------------------------------------------------------------------

    def vendor_mails(self, move):
        with self.mock_mail_gateway():
            move.with_context(force_report_rendering=True).action_l10n_mx_co_edi_mail_vendor()
            self.env.flush_all()
        return [({email_normalize(address) for address in mail["email_to"]}, mail["attachments"])
                for mail in self._mails]

    def test_a_support_document_goes_to_its_vendor_as_a_print(self):
        self.buyer.email = "vendedor@example.invalid"
        move = self.a_printable(a_document("05", a_line(tax_totals=())), "production", move_type="in_invoice")
        [(addresses, [(name, content, mimetype)])] = self.vendor_mails(move)
        self.assertEqual((addresses, mimetype), ({"vendedor@example.invalid"}, "application/pdf"))
        self.assertEqual(name, f"fv0901002487000260000{move.id % 4096:04X}.pdf")
        self.assertTrue(content.startswith(b"%PDF"))

    def test_a_support_document_of_a_trial_goes_to_the_test_address(self):
        self.buyer.email = "vendedor@example.invalid"
        move = self.a_printable(a_document("05", a_line(tax_totals=())), move_type="in_invoice")
        move.message_subscribe(partner_ids=self.buyer.ids)
        with self.assertRaisesRegex(UserError, "test address"):
            move.action_l10n_mx_co_edi_mail_vendor()
        self.company.l10n_mx_co_edi_test_email = "pruebas@example.invalid"
        [(addresses, _files)] = self.vendor_mails(move)
        self.assertEqual(addresses, {"pruebas@example.invalid"})

    def test_an_invoice_is_no_support_document(self):
        move = self.a_printable(a_document())
        with self.assertRaisesRegex(UserError, "nothing to mail"):
            move.action_l10n_mx_co_edi_mail_vendor()
