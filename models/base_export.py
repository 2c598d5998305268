from odoo import models

# what spreadsheet programs take for the beginning of a formula (OWASP ASVS 5.0, 1.2.10)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


class ExportGuard(models.AbstractModel):
    """Names and messages of others leave as texts: a spreadsheet must not run what a customer is called.

    Odoo itself writes a text that begins with "=" into an XLSX file as a formula, and lets "@" through in CSV.
    """
    _name = "l10n_mx_co_edi.export.guard"
    _description = "Export without Formulas"

    def export_data(self, fields_to_export):
        # EXTENDS base; what is exported to be imported again stays as it is
        result = super().export_data(fields_to_export)
        if not self.env.context.get("import_compat"):
            result["datas"] = [[_as_text(cell) for cell in row] for row in result["datas"]]
        return result


def _as_text(cell):
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
