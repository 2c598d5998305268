"""The taxes and fiscal positions that a Mexican seller needs and l10n_mx has not: what customers withhold, and quotas.

LISR 106, 113-J and 116; LIVA 1-A and 3 RLIVA; LIEPS 2. New companies get them with their chart of accounts, existing
ones when the add-on is installed. The data are in data/template, in the form of Odoo's own charts.
"""
import logging
from copy import deepcopy

from odoo import Command, api, models

from odoo.addons.account.models.chart_template import template

_logger = logging.getLogger(__name__)
MODULE = "l10n_mx_co_edi"
MODELS = ("account.tax.group", "account.fiscal.position", "account.tax")
# l10n_mx has it, inactive
RESICO = "mx_wh_1_25_sale"
LINKS = ("fiscal_position_ids", "original_tax_ids")


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    @template("mx", "account.tax.group")
    def _get_l10n_mx_co_edi_tax_group(self):
        return self._parse_csv("mx", "account.tax.group", module=MODULE)

    @template("mx", "account.fiscal.position")
    def _get_l10n_mx_co_edi_fiscal_position(self):
        return self._parse_csv("mx", "account.fiscal.position", module=MODULE)

    @template("mx", "account.tax")
    def _get_l10n_mx_co_edi_tax(self):
        return self._parse_csv("mx", "account.tax", module=MODULE)

    # ------------------------------------------------------------------
    # Companies that had their chart of accounts before the add-on
    # ------------------------------------------------------------------

    @api.model
    def _l10n_mx_co_edi_complete_charts(self):
        """Add what is missing to every Mexican chart; what is there is neither changed nor made twice."""
        companies = self.env["res.company"].sudo().search([("chart_template", "=", "mx"), ("parent_id", "=", False)])
        for company in companies:
            self.sudo().with_company(company).with_context(
                default_company_id=company.id, allowed_company_ids=[company.id], tracking_disable=True, lang="en_US",
                chart_template_load=True, active_test=False,
            )._l10n_mx_co_edi_complete_chart()

    def _l10n_mx_co_edi_complete_chart(self):
        wanted = {model: self._parse_csv("mx", model, module=MODULE) for model in MODELS}
        links = {xmlid: [values.pop(name, "").split(",") for name in LINKS]
                 for xmlid, values in wanted["account.tax"].items()}
        data = {model: {xmlid: values for xmlid, values in records.items() if not self._l10n_mx_co_edi_has(xmlid)}
                for model, records in wanted.items()}
        data["account.tax"] = {
            xmlid: values for xmlid, values in data["account.tax"].items()
            if xmlid != RESICO and self._l10n_mx_co_edi_can_be_added(values, data)}
        usable = {xmlid for xmlid in links if xmlid in data["account.tax"] or self._l10n_mx_co_edi_is_right(xmlid)}
        # a position without one of its taxes would make wrong invoices; Odoo's without any takes all taxes away
        data["account.fiscal.position"] = {
            position: values for position, values in data["account.fiscal.position"].items()
            if all(xmlid in usable for xmlid, (positions, _sources) in links.items() if position in positions)}
        self._load_data(deepcopy(data))
        self._l10n_mx_co_edi_translate(data)
        for xmlid in sorted(usable):
            was_in_use = xmlid not in data["account.tax"] and self.ref(xmlid).active
            self._l10n_mx_co_edi_link(xmlid, *links[xmlid], data["account.fiscal.position"], was_in_use)

    def _l10n_mx_co_edi_has(self, xmlid):
        return bool(self.ref(xmlid, raise_if_not_found=False))

    def _l10n_mx_co_edi_can_be_added(self, values, data):
        """Tell whether the chart still has the accounts and the group, and no tax of the same name."""
        needed = [values["tax_group_id"], values.get("cash_basis_transition_account_id")]
        needed += [line["account_id"] for _command, _id, line in values["repartition_line_ids"] if "account_id" in line]
        gone = [xmlid for xmlid in needed if xmlid and xmlid not in data["account.tax.group"]
                and not self._l10n_mx_co_edi_has(xmlid)]
        same = self.env["account.tax"].search([
            ("company_id", "child_of", self.env.company.id), ("type_tax_use", "=", "sale"),
            ("name", "=", values["name"])], limit=1)
        if gone or same:
            _logger.info("%s: tax %s is not added: %s", self.env.company.name, values["name"],
                         f"without {', '.join(gone)}" if gone else "there is one of this name")
        return not gone and not same

    def _l10n_mx_co_edi_translate(self, data):
        """Give the added records their Spanish in every Spanish that is installed."""
        languages = [code for code, _name in self.env["res.lang"].get_installed() if code[:2] == "es"]
        for records in data.values():
            for xmlid, values in records.items():
                spanish = {key[:-3]: text for key, text in values.items() if key.endswith("@es")}
                for code in languages:
                    self.ref(xmlid).with_context(lang=code).write(spanish)

    def _l10n_mx_co_edi_is_right(self, xmlid):
        """Tell whether the chart has the tax; l10n_mx's own 1.25 % only counts if it still is what it was."""
        tax = self.ref(xmlid, raise_if_not_found=False)
        return bool(tax) and (xmlid != RESICO or (
            tax.amount, tax.amount_type, tax.type_tax_use, tax.l10n_mx_tax_type) == (-1.25, "percent", "sale", "isr"))

    def _l10n_mx_co_edi_link(self, xmlid, positions, sources, added, was_in_use):
        """Put a tax into its positions, once; a position that was added later gets it, too."""
        tax = self.ref(xmlid)
        is_new = not tax.original_tax_ids
        positions = [self.ref(xmlid) for xmlid in positions
                     if xmlid and (is_new or xmlid in added) and self._l10n_mx_co_edi_has(xmlid)]
        if not positions:
            return
        values = {"fiscal_position_ids": [Command.link(position.id) for position in positions]}
        if is_new:
            domestic = self.env.company.domestic_fiscal_position_id
            if was_in_use and domestic and not tax.fiscal_position_ids:
                # chosen by hand so far: it stays among the usual taxes
                values["fiscal_position_ids"].append(Command.link(domestic.id))
            values["original_tax_ids"] = [
                Command.link(self.ref(xmlid).id) for xmlid in sources if xmlid and self._l10n_mx_co_edi_has(xmlid)]
            values["active"] = True
        tax.write(values)

    @api.model
    def _l10n_mx_co_edi_release_positions(self):
        """Without the add-on Odoo would replace the IVA by what is withheld: the positions stay, and change nothing."""
        links = self._parse_csv("mx", "account.tax", module=MODULE)
        for company in self.env["res.company"].sudo().search([("chart_template", "=", "mx")]):
            chart = self.sudo().with_company(company)
            for xmlid in links:
                if tax := chart.ref(xmlid, raise_if_not_found=False):
                    tax.original_tax_ids = False
