"""Uninstalling: asked first whether anything is in flight, and told what goes and what stays."""
from odoo import _, api, fields, models

MODULE = "l10n_mx_co_edi"


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """EXTENDS base: refused, also where a module that we need is uninstalled, while a document is in flight.

        Whatever becomes unsettled between this answer and the removal is stopped by `hooks.uninstall`.
        """
        result = super().button_uninstall()  # first, as it knows who may
        if self.search_count([("name", "=", MODULE), ("state", "=", "to remove")], limit=1):
            self.env["l10n_mx_co_edi.archive"]._check_may_leave()
        return result


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    l10n_mx_co_edi_leaving = fields.Boolean(
        "Electronic Invoicing Is Uninstalled", compute="_compute_l10n_mx_co_edi_leaving")
    l10n_mx_co_edi_unsettled = fields.Text("Open Documents", compute="_compute_l10n_mx_co_edi_leaving")
    l10n_mx_co_edi_left = fields.Text("What Stays", compute="_compute_l10n_mx_co_edi_leaving")

    @api.depends("module_ids")
    def _compute_l10n_mx_co_edi_leaving(self):
        archive, documents = self.env["l10n_mx_co_edi.archive"], self.env["l10n_mx_co_edi.document"].sudo()
        for wizard in self:
            leaving = MODULE in (wizard.module_ids | wizard._get_modules()).mapped("name")
            wizard.l10n_mx_co_edi_leaving = leaving
            wizard.l10n_mx_co_edi_unsettled = leaving and archive._unsettled_sentence()
            wizard.l10n_mx_co_edi_left = leaving and _(
                "%(count)s electronic documents leave their legal files (XML and answers) as attachments of the "
                "invoices, and settings and fiscal data in a file of the system; do not delete these attachments. When "
                "the add-on is installed again, all of it is taken back and nothing can be issued twice.\n"
                "Private keys, passwords and technical keys are deleted: the CSD or .p12 file has to be uploaded, the "
                "access to the provider or the PIN of the software entered, and the numbering ranges of DIAN fetched "
                "again and given to their journals. Scheduled deliveries and the catalogue's own additions go as well.",
                count=documents.search_count([("sha256", "!=", False)]))
