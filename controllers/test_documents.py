"""The list of test documents as a spreadsheet."""
import json

from odoo import _, http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

from odoo.addons.web.controllers.export import ExportXlsxWriter

MODEL = "l10n_mx_co_edi.test.document"
COLUMNS = (
    "name", "kind", "customer", "invoice_id", "is_probe", "state", "acceptance", "issued_at", "sent_at", "uuid",
    "set_id", "problem")


class TestDocuments(http.Controller):

    @http.route("/l10n_mx_co_edi/test_documents.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def test_documents(self, domain="[]"):
        """Send the documents of `domain` that the user may see; texts never become formulas (`export.guard`)."""
        if not request.env.user.has_group("base.group_allow_export"):
            raise AccessError(_("You may not export. Ask an administrator for the right to export."))
        try:
            documents = request.env[MODEL].search(json.loads(domain))
        except (ValueError, TypeError) as error:
            raise UserError(_("This list cannot be exported with its filters.")) from error
        names = [f"{name}/display_name" if name.endswith("_id") else name for name in COLUMNS]
        described = documents.fields_get(COLUMNS, ["string", "type"])
        fields = [{**described[name], "name": name} for name in COLUMNS]
        rows = documents.export_data(names)["datas"]
        with ExportXlsxWriter(fields, [field["string"] for field in fields], len(rows)) as writer:
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    writer.write_cell(number, column, value)
        file_name = _("Test documents of DIAN")
        return request.make_response(writer.value, headers=[
            ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("Content-Disposition", content_disposition(f"{file_name}.xlsx")),
            ("X-Content-Type-Options", "nosniff"),
        ])
