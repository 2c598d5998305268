"""What DIAN's documents say about a contact: kind of person, responsibilities, regime, municipality, mailbox."""
from odoo import _, api, fields, models

from ..core.dian import catalogs, identification, municipalities
from ..core.dian.nit import check_digit
from . import partner_findings_dian
from .finding_texts import alerts
from .res_partner_dian import identification_code

RESPONSIBILITIES = {
    "O-13": "l10n_mx_co_edi_dian_o13",
    "O-15": "l10n_mx_co_edi_dian_o15",
    "O-23": "l10n_mx_co_edi_dian_o23",
    "O-47": "l10n_mx_co_edi_dian_o47",
}
COMMERCIAL_FIELDS = [
    "l10n_mx_co_edi_dian_person", "l10n_mx_co_edi_dian_responsibilities", "l10n_mx_co_edi_dian_regime",
    "l10n_mx_co_edi_dian_tribute", "l10n_mx_co_edi_municipality", "l10n_mx_co_edi_reception_mailbox",
    "l10n_mx_co_edi_trade_name", "l10n_mx_co_edi_ciiu", "l10n_mx_co_edi_matricula"]


def labelled(catalogue):
    """Return the choices of one of DIAN's lists, "code - name" in the words of DIAN."""
    return lambda model: [(entry.code, f"{entry.code} - {entry.name}") for entry in catalogue.values()]


class ResPartner(models.Model):
    """What the RUT says about a taxpayer. The values belong to the commercial entity and are shared with its contacts.
    """
    _inherit = "res.partner"

    l10n_mx_co_edi_show_dian = fields.Boolean(
        "Colombian Electronic Invoicing", compute="_compute_l10n_mx_co_edi_show_dian",
        help="Whether a company that works here invoices in Colombia; decides which fields are shown.")
    l10n_mx_co_edi_is_own_dian = fields.Boolean(
        "Own Company in Colombia", compute="_compute_l10n_mx_co_edi_is_own_dian",
        help="Whether the contact is one of the companies that issue documents.")
    l10n_mx_co_edi_dian_person = fields.Selection(
        labelled(catalogs.ORGANIZATION), "Kind of Person",
        help="Tipo de organización jurídica. Empty means automatic: a contact that is a company and has a NIT is a "
             "legal person, all others are natural ones.")
    l10n_mx_co_edi_dian_responsibilities = fields.Char(
        "Responsibilities",
        help="Codes of the RUT (box 53) that DIAN takes in a document, joined by a semicolon. Without any it is "
             "R-99-PN.")
    l10n_mx_co_edi_dian_o13 = fields.Boolean(
        "O-13 - Gran contribuyente", compute="_compute_l10n_mx_co_edi_dian_o13",
        inverse="_inverse_l10n_mx_co_edi_dian_o13")
    l10n_mx_co_edi_dian_o15 = fields.Boolean(
        "O-15 - Autorretenedor", compute="_compute_l10n_mx_co_edi_dian_o13",
        inverse="_inverse_l10n_mx_co_edi_dian_o13")
    l10n_mx_co_edi_dian_o23 = fields.Boolean(
        "O-23 - Agente de retención IVA", compute="_compute_l10n_mx_co_edi_dian_o13",
        inverse="_inverse_l10n_mx_co_edi_dian_o13")
    l10n_mx_co_edi_dian_o47 = fields.Boolean(
        "O-47 - Régimen simple de tributación", compute="_compute_l10n_mx_co_edi_dian_o13",
        inverse="_inverse_l10n_mx_co_edi_dian_o13")
    l10n_mx_co_edi_dian_regime = fields.Selection(
        labelled(catalogs.REGIME), "VAT Regime",
        help="Régimen. Empty means automatic: responsible for IVA (48) when the tax scheme has IVA, else not (49).")
    l10n_mx_co_edi_dian_tribute = fields.Selection(
        labelled(catalogs.PARTY_TAX_SCHEME), "Tax Scheme",
        help="Tributo that the contact itself answers for. Empty means automatic: IVA for legal persons with a NIT, "
             "none for all others.")
    l10n_mx_co_edi_municipality = fields.Char(
        "Municipality",
        help="Code of the municipality in DANE's Divipola, five digits. Type the name to find it. Empty means "
             "automatic: the city of the address, if there is only one of that name in the department.")
    l10n_mx_co_edi_municipality_name = fields.Char(
        "Name of the Municipality", compute="_compute_l10n_mx_co_edi_municipality_name",
        help="Municipality and department that documents will show.")
    l10n_mx_co_edi_reception_mailbox = fields.Char(
        "Reception Mailbox",
        help="E-mail that the contact registered at DIAN to receive electronic invoices (buzón de recepción). Empty "
             "means the contact's e-mail.")
    l10n_mx_co_edi_trade_name = fields.Char(
        "Trade Name", help="Nombre comercial, when it is another than the name in the RUT.")
    l10n_mx_co_edi_ciiu = fields.Char(
        "Economic Activities (CIIU)",
        help="Codes of four digits of the RUT (boxes 46 to 50), joined by a semicolon. Only shown for the own company.")
    l10n_mx_co_edi_matricula = fields.Char(
        "Matrícula Mercantil",
        help="Number in the trade register, 6 to 12 digits. Only written for the own company, when it is there.")
    l10n_mx_co_edi_number_hint = fields.Char(
        "Read As", compute="_compute_l10n_mx_co_edi_number_hint",
        help="Number and check digit as documents will show them.")
    l10n_mx_co_edi_dian_findings = fields.Json(
        "Review for DIAN", compute="_compute_l10n_mx_co_edi_dian_findings")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("company_id")
    @api.depends_context("allowed_company_ids")
    def _compute_l10n_mx_co_edi_show_dian(self):
        for partner in self:
            companies = partner.company_id or self.env.companies
            partner.l10n_mx_co_edi_show_dian = "CO" in companies.mapped("account_fiscal_country_id.code")

    @api.depends_context("allowed_company_ids")
    def _compute_l10n_mx_co_edi_is_own_dian(self):
        for partner in self:
            partner.l10n_mx_co_edi_is_own_dian = partner_findings_dian.is_own_company(partner)

    @api.depends("l10n_mx_co_edi_dian_responsibilities")
    def _compute_l10n_mx_co_edi_dian_o13(self):
        for partner in self:
            codes = (partner.l10n_mx_co_edi_dian_responsibilities or "").split(";")
            for code, name in RESPONSIBILITIES.items():
                partner[name] = code in codes

    def _inverse_l10n_mx_co_edi_dian_o13(self):
        for partner in self:
            partner.l10n_mx_co_edi_dian_responsibilities = ";".join(
                code for code, name in RESPONSIBILITIES.items() if partner[name]) or False

    @api.onchange(*RESPONSIBILITIES.values())
    def _onchange_l10n_mx_co_edi_dian_o13(self):
        self._inverse_l10n_mx_co_edi_dian_o13()

    @api.depends("l10n_mx_co_edi_municipality", "city", "state_id", "country_id")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_municipality_name(self):
        for partner in self:
            code = partner._l10n_mx_co_edi_municipality_code()
            place = municipalities.find(code)
            partner.l10n_mx_co_edi_municipality_name = (
                place.label if place else code and _("Not in the list of municipalities"))

    @api.depends("vat", "l10n_latam_identification_type_id", "country_id")
    def _compute_l10n_mx_co_edi_number_hint(self):
        for partner in self:
            scheme, number, digit = partner._l10n_mx_co_edi_identification()
            if not number or not scheme:
                partner.l10n_mx_co_edi_number_hint = False
            elif scheme == catalogs.NIT:
                partner.l10n_mx_co_edi_number_hint = _("NIT %(number)s, check digit %(digit)s",
                                                       number=number, digit=digit or check_digit(number))
            else:
                partner.l10n_mx_co_edi_number_hint = f"{catalogs.IDENTIFICATION_TYPE[scheme].name} {number}"

    @api.depends(
        "name", "vat", "email", "city", "state_id", "zip", "street", "country_id", "is_company",
        "l10n_latam_identification_type_id", "l10n_mx_co_edi_dian_person", "l10n_mx_co_edi_dian_responsibilities",
        "l10n_mx_co_edi_dian_regime", "l10n_mx_co_edi_dian_tribute", "l10n_mx_co_edi_municipality",
        "l10n_mx_co_edi_reception_mailbox", "l10n_mx_co_edi_ciiu", "l10n_mx_co_edi_matricula")
    @api.depends_context("lang", "company")
    def _compute_l10n_mx_co_edi_dian_findings(self):
        for partner in self:
            partner.l10n_mx_co_edi_dian_findings = (
                partner.l10n_mx_co_edi_show_dian and alerts(self.env, partner_findings_dian.check(partner), partner))

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def format_vat_co(self, vat):
        """Called by Odoo's tax number check before a NIT is stored: a NIT without check digit gets it.

        Odoo itself takes the last digit of every number for the check digit, which cuts a NIT typed without it.
        """
        # OVERRIDE base_vat
        return identification.write_nit(vat)

    @api.model
    def _commercial_fields(self):
        # EXTENDS account
        return super()._commercial_fields() + COMMERCIAL_FIELDS

    def _l10n_mx_co_edi_is_abroad(self):
        return bool(self.country_id) and self.country_code != "CO"

    def _l10n_mx_co_edi_identification(self):
        """Return (DIAN's type, number, check digit as stored); empty texts for what there is not.

        The digit is only that of a NIT; of another type the number stays whole, whatever was typed into it.
        """
        self.ensure_one()
        scheme = identification_code(self)
        if scheme == catalogs.NIT:
            return (scheme, *identification.nit_parts(self.vat))
        if scheme in catalogs.FOREIGN_IDENTIFICATIONS:
            return scheme, " ".join((self.vat or "").split()), ""
        return scheme, identification.compact(self.vat), ""

    def _l10n_mx_co_edi_is_consumer(self):
        """Tell whether this is the final consumer of Resolución 000165 of 2023: nobody in particular."""
        return identification.nit_parts(self.vat)[0] == catalogs.CONSUMER_NUMBER or (
            identification.compact(self.vat).replace("-", "") == catalogs.CONSUMER_NUMBER)

    def _l10n_mx_co_edi_person(self):
        """Return "1" for a legal person, "2" for a natural one."""
        if self.l10n_mx_co_edi_dian_person and not self._l10n_mx_co_edi_is_consumer():
            return self.l10n_mx_co_edi_dian_person
        scheme = identification_code(self)
        is_legal = self.is_company and scheme in ("", catalogs.NIT, *catalogs.FOREIGN_IDENTIFICATIONS - {"41"})
        return catalogs.LEGAL_PERSON if is_legal else catalogs.NATURAL_PERSON

    def _l10n_mx_co_edi_scheme(self):
        """Return the code of the tax scheme: the chosen one, or IVA for a Colombian legal person."""
        if self.l10n_mx_co_edi_dian_tribute:
            return self.l10n_mx_co_edi_dian_tribute
        is_legal = identification_code(self) == catalogs.NIT and (
            self._l10n_mx_co_edi_person() == catalogs.LEGAL_PERSON)
        has_iva = self.l10n_mx_co_edi_dian_regime != "49" and (is_legal or self.l10n_mx_co_edi_dian_regime == "48")
        return catalogs.IVA if has_iva else catalogs.OTHER_TRIBUTE

    def _l10n_mx_co_edi_regime_of(self):
        """Return 48 or 49, or "No aplica" for who is no taxpayer of Colombia."""
        if self._l10n_mx_co_edi_is_abroad() or self._l10n_mx_co_edi_is_consumer():
            return catalogs.NOT_APPLICABLE
        return self.l10n_mx_co_edi_dian_regime or (
            "48" if self._l10n_mx_co_edi_scheme() in (catalogs.IVA, "ZA") else "49")

    def _l10n_mx_co_edi_municipality_code(self):
        """Return the code that was chosen, else that of the city of the address, empty where it cannot be told."""
        if self.l10n_mx_co_edi_municipality:
            return self.l10n_mx_co_edi_municipality.strip()
        if self._l10n_mx_co_edi_is_abroad():
            return ""
        place = municipalities.named(self.city, self.state_id.name)
        return place.code if place else ""

    def _l10n_mx_co_edi_mailbox(self):
        """Return the e-mail that documents are sent to: the registered mailbox, else the first of the contact."""
        return (self.l10n_mx_co_edi_reception_mailbox or (self.email_normalized or self.email or "")).strip()
