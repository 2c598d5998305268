from odoo import fields, models


class DocumentSource(models.Model):
    """What a document covers: the record that makes it due, in this environment.

    The partial unique index is the promise "never issued twice" in the database: while a live document covers a
    record, PostgreSQL refuses a second one, whatever raced, was repeated or was restored. Only a transition of the
    document's state changes `live`.
    """
    _name = "l10n_mx_co_edi.document.source"
    _description = "Source of an Electronic Document"

    document_id = fields.Many2one(
        "l10n_mx_co_edi.document", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="document_id.company_id", store=True, index=True)
    environment = fields.Char(required=True, readonly=True)
    family = fields.Selection([("invoice", "Invoice"), ("payment", "Payment")], required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Integer("Record", required=True, readonly=True)
    replaces = fields.Integer(readonly=True, help="The document that this one substitutes, if any.")
    live = fields.Boolean(readonly=True)

    _issued_once = models.UniqueIndex(
        "(environment, family, res_model, res_id, COALESCE(replaces, 0)) WHERE live",
        "An electronic document already exists for this record. It was not issued a second time.")
    _by_record = models.Index("(res_model, res_id)")
