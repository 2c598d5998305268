"""Contact forms and menus of companies that are not concerned: what our dependencies and we bring must not show."""
from lxml import etree

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .common import MxCoEdiCommon

OURS = "l10n_mx_co_edi_"
LATAM_FORM = "l10n_latam_base.view_partner_latam_form"
KIND = "l10n_latam_identification_type_id"
# Forms in which fields of ours lie; the settings have blocks of their own
FORMS = ("res.partner", "product.template", "product.product", "account.move", "account.journal", "account.tax",
         "uom.uom", "res.company", "res.config.settings")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestForms(MxCoEdiCommon):

    def a_user_of(self, code):
        """An accountant whose only company is in this country."""
        company = self.company if code == "MX" else self.admin_env["res.company"].sudo().create({
            "name": f"Company in {code}", "country_id": self.admin_env.ref(f"base.{code.lower()}").id})
        if company != self.company:
            self.admin_env["account.chart.template"].sudo().try_loading(
                "generic_coa", company=company, install_demo=False)
            company.sudo().account_fiscal_country_id = company.country_id
        return new_test_user(
            self.admin_env, f"forms_{code.lower()}", company_id=company.id, company_ids=[Command.set(company.ids)],
            groups="account.group_account_manager,base.group_system,base.group_partner_manager,"
                   "product.group_product_manager")

    def env_of(self, code):
        user = self.a_user_of(code)
        return self.admin_env(user=user, su=False, context={"allowed_company_ids": user.company_id.ids})

    def shown(self, form):
        """Names of the fields that a person sees, however deep they lie."""
        return {
            name for name in form._view["modifiers"]
            if name in form._view["fields"] and not form._get_modifier(name, "invisible")}

    def number_field(self, env):
        """How the contact form shows the tax number."""
        tree = etree.fromstring(env["res.partner"].get_view(env.ref("base.view_partner_form").id, "form")["arch"])
        [field] = tree.xpath("//label[@for='vat']/following-sibling::div//field[@name='vat']")
        return field.get("options"), field.get("string"), field.get("widget")

    def test_a_mexican_contact_form_is_that_of_odoo_without_colombia(self):
        env = self.env_of("MX")
        view = self.admin_env.ref(LATAM_FORM).sudo()
        partner = env["res.partner"].create({"name": "Cliente", "country_id": env.ref("base.mx").id})
        unset = env["res.partner"].create({"name": "Importado", KIND: False})
        seen, options = {}, {}
        for colombia in (True, False):
            view.active = colombia
            self.env.flush_all()
            self.env.registry.clear_all_caches()
            seen[colombia] = [self.shown(Form(record)) for record in (env["res.partner"], partner, unset)]
            options[colombia] = self.number_field(env)
        self.assertEqual(seen[True], seen[False])
        self.assertEqual(options[True], options[False])
        self.assertIn("vat", seen[True][0])
        view.active = True
        with Form(unset) as form:
            form.name = "A contact without a kind of number can be saved"

    def test_a_colombian_contact_form_keeps_its_kinds_of_number(self):
        env = self.env_of("CO")
        form = Form(env["res.partner"])
        self.assertIn(KIND, self.shown(form))
        self.assertTrue(form._get_modifier(KIND, "required"))

    def test_companies_elsewhere_see_nothing_of_ours_in_forms(self):
        for code in ("US", "ES"):
            env = self.env_of(code)
            for model in FORMS:
                form = Form(env[model].with_context(default_move_type="out_invoice") if model == "account.move" else (
                    env[model]))
                ours = {name for name in self.shown(form) if name.startswith(OURS)}
                self.assertFalse(ours, f"{model} of a company in {code}")
            self.assertNotIn(KIND, self.shown(Form(env["res.partner"])), code)
        self.assertTrue({name for name in self.shown(Form(self.env_of("MX")["res.partner"].with_context(
            default_is_company=True, default_country_id=self.env.ref("base.mx").id))) if name.startswith(OURS)})

    def test_kinds_of_number_are_configured_only_where_contacts_have_them(self):
        menu = self.env.ref("l10n_latam_base.menu_l10n_latam_identification_type")
        for code, hidden in (("MX", True), ("US", True), ("CO", False)):
            blacklist = self.env_of(code)["ir.ui.menu"]._load_menus_blacklist()
            self.assertEqual(menu.id in blacklist, hidden, code)

    def test_each_country_sees_its_own_master_data(self):
        """In forms and lists; where both countries are at work, both see theirs."""
        mexican = {"regimen_fiscal", "clave_prod_serv", "clave_unidad"}
        colombian = {"dian_regime", "item_scheme", "dian_unit", "tribute", "unspsc"}
        for code, own, foreign in (("MX", mexican, colombian), ("CO", colombian, mexican)):
            env = self.env_of(code)
            seen = set()
            for model in ("res.partner", "product.template", "uom.uom", "account.tax"):
                values = {"default_is_company": True} if model == "res.partner" else {}
                seen |= self.shown(Form(env[model].with_context(**values)))
                if model != "res.partner":
                    tree = etree.fromstring(env[model].get_view(view_type="list")["arch"])
                    seen |= set(tree.xpath("//field/@name"))
            self.assertEqual({name for name in own if f"{OURS}{name}" not in seen}, set(), code)
            self.assertEqual({name for name in foreign if f"{OURS}{name}" in seen}, set(), code)
