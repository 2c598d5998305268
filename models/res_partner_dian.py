from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.dian import identification
from ..core.transports.base import NotFound, Refused

# DIAN's numbers for Odoo's identification types (annex 1.9, 13.2.1)
IDENTIFICATION_CODES = {
    "rut": "31",
    "civil_registration": "11",
    "id_card": "12",
    "national_citizen_id": "13",
    "foreign_colombian_card": "21",
    "foreign_resident_card": "22",
    "passport": "41",
    "foreign_id_card": "42",
    "PEP": "47",
    "PPT": "48",
    "external_id": "50",
    "niup_id": "91",
}


def identification_code(partner):
    """Return DIAN's number for the kind of a contact's identification, empty if it is none of DIAN's.

    Odoo's own kind "VAT", which every new contact gets, is the NIT at home and a foreign tax number abroad.
    """
    kind = partner.l10n_latam_identification_type_id
    code = kind.l10n_co_document_code or ""
    if code in IDENTIFICATION_CODES:
        return IDENTIFICATION_CODES[code]
    if partner.country_code not in (False, "CO"):
        return "50" if kind.is_vat or not kind else "42"
    return "31" if code == "vat" or not kind else ""


class ResPartner(models.Model):
    """A buyer's data from DIAN's own register, as Resolución 000202 of 2025 lets a seller ask for them."""
    _inherit = "res.partner"

    l10n_mx_co_edi_can_ask_dian = fields.Boolean("Can Ask DIAN", compute="_compute_l10n_mx_co_edi_can_ask_dian")

    @api.depends_context("company")
    def _compute_l10n_mx_co_edi_can_ask_dian(self):
        """A Colombian company that has an environment may ask, about whoever is identified the Colombian way."""
        company = self.env.company
        self.l10n_mx_co_edi_can_ask_dian = company.account_fiscal_country_id.code == "CO" and bool(
            company.sudo()._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment)

    def action_l10n_mx_co_edi_ask_dian(self):
        """Fill in name and reception mailbox as DIAN has them; the e-mail of a person at the buyer's stays.

        :raise UserError: nothing to ask with, DIAN does not know the buyer, or could not be asked
        """
        self.ensure_one()
        self.check_access("write")
        kind = identification_code(self)
        number = identification.nit_parts(self.vat)[0] if kind == "31" else (self.vat or "").strip()
        if not kind or not number:
            raise UserError(_("Choose the kind of identification and type its number first."))

        def store(answer):
            if not isinstance(answer, NotFound | Refused):
                mailbox = answer.email or self.l10n_mx_co_edi_reception_mailbox
                self.write({
                    "name": answer.name, "l10n_mx_co_edi_reception_mailbox": mailbox, "email": self.email or mailbox})

        answer = self.env.company._l10n_mx_co_edi_ask_dian(lambda client: client.acquirer(kind, number), store)
        if isinstance(answer, NotFound | Refused):
            raise UserError(_(
                "DIAN knows nothing about %(number)s: %(message)s Check kind and number; or type name and e-mail as "
                "the buyer gives them.", number=number, message=answer.message or answer.code))
        return {"type": "ir.actions.client", "tag": "soft_reload"}
