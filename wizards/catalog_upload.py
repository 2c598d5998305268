import base64
import binascii

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class CatalogUpload(models.TransientModel):
    """Takes a newer file of one of SAT's catalogues and says at once what it is."""
    _name = "l10n_mx_co_edi.catalog.upload"
    _description = "Load a Newer SAT Catalogue"

    file = fields.Binary(
        "File (.tsv)", required=True, attachment=False,
        help="A file in the form that this module ships in its folder core/data: a newer version of the module has it, "
             "and its command update-catalogs makes it.")
    file_name = fields.Char("Name of the File")
    summary = fields.Char(
        "Content", compute="_compute_summary", help="What the file holds, or why it cannot be loaded.")
    is_usable = fields.Boolean(compute="_compute_summary")

    @api.depends("file")
    def _compute_summary(self):
        catalogs = self.env["l10n_mx_co_edi.catalog"]
        for upload in self:
            upload.summary, upload.is_usable = False, False
            if not upload.file:
                continue
            try:
                found = catalogs._read_file(_bytes_of(upload.with_context(bin_size=False).file))
            except UserError as error:
                upload.summary = error.args[0]
                continue
            upload.is_usable = True
            upload.summary = _(
                "%(title)s of %(date)s with %(count)s keys", title=found.title, date=found.date, count=len(found))

    def action_load(self):
        """Replace the rows of the catalogue and open it.

        :raise UserError: the file is no catalogue, or not newer than what is here
        """
        self.ensure_one()
        catalog = self.env["l10n_mx_co_edi.catalog"].sudo()._load_file(
            _bytes_of(self.with_context(bin_size=False).file))
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "type": "success",
                "message": _("%(title)s of %(date)s is loaded: %(count)s keys.", title=catalog.title,
                             date=fields.Date.to_string(catalog.date), count=catalog.item_count),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _bytes_of(value):
    """Return the bytes of an uploaded file as the web client sends it, empty for anything that is none."""
    try:
        return base64.b64decode(value or b"", validate=True)
    except (binascii.Error, ValueError):
        return b""
