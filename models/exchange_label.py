from odoo import api, fields, models
from odoo.tools import LazyTranslate

from .service_names import provider_name

_lt = LazyTranslate(__name__)

# What each call of a service is for, in words of people; the service's own name is kept beside it.
OPERATIONS = {
    "stamp": _lt("Stamping"),
    "look_up": _lt("Look-up"),
    "find": _lt("Look-up"),
    "follow": _lt("Look-up"),
    "stamped": _lt("Look-up"),
    "query_pending": _lt("Look-up"),
    "balance": _lt("Balance"),
    "get": _lt("Balance"),
    "authenticate": _lt("Login"),
    "storage": _lt("Look-up"),
    "download": _lt("Look-up"),
    "send": _lt("Validation"),
    "SendBillSync": _lt("Validation"),
    "SendBillAsync": _lt("Validation"),
    "SendTestSetAsync": _lt("Validation"),
    "GetStatus": _lt("Look-up"),
    "GetStatusZip": _lt("Look-up"),
    "GetXmlByDocumentKey": _lt("Look-up"),
    "GetStatusEvent": _lt("Events"),
    "GetNumberingRange": _lt("Numbering Ranges"),
    "Consulta": _lt("Status at SAT"),
    "GetAcquirer": _lt("Buyer's Data"),
    "check": _lt("Access"),
    "numbering_ranges": _lt("Numbering Ranges"),
    "uploadInvoiceFile": _lt("Validation"),
    "uploadInvoiceFileLayout": _lt("Validation"),
    "uploadDocument": _lt("Validation"),
    "documentStatusFile": _lt("Look-up"),
    "documentStatus": _lt("Look-up"),
    "downloadXMLFile": _lt("Look-up"),
    "downloadXML": _lt("Look-up"),
    "getCUFEFile": _lt("Look-up"),
    "downloadCUDS": _lt("Look-up"),
    "checkCredits": _lt("Access"),
}


class Exchange(models.Model):
    _inherit = "l10n_mx_co_edi.exchange"

    operation_label = fields.Char("What For", compute="_compute_operation_label")

    @api.depends("operation")
    @api.depends_context("lang")
    def _compute_operation_label(self):
        for exchange in self:
            label = OPERATIONS.get(exchange.operation)
            exchange.operation_label = self.env._(label) if label else exchange.operation

    provider = fields.Char("Provider's Name", compute="_compute_provider")

    @api.depends("service")
    def _compute_provider(self):
        for exchange in self:
            exchange.provider = provider_name(exchange.service)

    @api.depends("operation")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for exchange in self:
            exchange.display_name = exchange.operation_label


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    provider = fields.Char("Provider's Name", compute="_compute_provider")

    @api.depends("service")
    def _compute_provider(self):
        for document in self:
            document.provider = provider_name(document.service)
