"""What `bench_rival` has done inside the other add-on's Odoo: runs in `odoo shell`, whose `env` it is given.

As it comes, the add-on does not stamp at the local authority (docs/bench.md has the errors), so four things of its
Finkok client are changed here: it calls the local authority, with the header SOAPAction, asks for the XML without a
PDF, and gets a document that was sealed here, with the issuer's key. Everything else is the add-on's own code.
"""
import dataclasses
import json
import time

_CATALOGUE = "l10n_mx_catalogs."


def set_up(env, facts: dict) -> str:
    """Company with chart of accounts, issuer with certificate, customer and product."""
    company, issuer = env.company, facts["issuer"]
    mexico = env.ref("base.mx").id
    company.write({"name": issuer["name"], "country_id": mexico, "vat": issuer["rfc"], "zip": issuer["zip"]})
    env["account.chart.template"].try_loading("mx", company=company, install_demo=False)
    env.user.tz = "America/Mexico_City"
    service = env["l10n_mx_cfdi.cfdi_service"].create({
        "name": "sandbox", "provider": "finkok", "sandbox_mode": True, "user": facts["login"],
        "password": facts["password"]})
    env["l10n_mx_cfdi.issuer"].create({
        **_taxpayer(env, issuer), "fiscal_name": issuer["name"], "service_id": service.id,
        "certificate_file": facts["csd"]["cer"], "key_file": facts["csd"]["key"],
        "key_password": facts["password"]}).register_issuer()
    env["res.partner"].create({
        **_taxpayer(env, facts["customer"]), "ref": "rival",
        "cfdi_use_id": env.ref(f"{_CATALOGUE}c_uso_cfdi_G03").id,
        "payment_method_id": env.ref(f"{_CATALOGUE}c_metodo_pago_PUE").id,
        "payment_form_id": env.ref(f"{_CATALOGUE}c_forma_pago_03").id})
    tax = env["account.tax"].search(
        [("company_id", "=", company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 16)], limit=1)
    env["product.product"].create({
        "name": "Producto", "default_code": "rival", "taxes_id": [(6, 0, tax.ids)],
        "l10n_mx_cfdi_product_code_id": env.ref(f"{_CATALOGUE}c_clave_prod_serv_01010101").id,
        "l10n_mx_cfdi_product_measurement_unit_id": env.ref(f"{_CATALOGUE}c_clave_unidad_H87").id})
    env.cr.commit()
    return json.dumps(True)


def stamped(env, count: int, lines: int, url: str) -> str:
    """Seconds for each of `count` invoices, created, posted and stamped; one beforehand does not count."""
    _lead_to(url)
    return json.dumps([_one(env, lines) for _ in range(count + 1)][1:])


def _one(env, lines: int) -> float:
    issuer = env["l10n_mx_cfdi.issuer"].search([], limit=1)
    partner = env["res.partner"].search([("ref", "=", "rival")], limit=1)
    product = env["product.product"].search([("default_code", "=", "rival")], limit=1)
    values = {
        "move_type": "out_invoice", "partner_id": partner.id, "invoice_date": env.cr.now().date(),
        "cfdi_required": True, "issuer_id": issuer.id, "receiver_id": partner.id,
        "cfdi_use_id": partner.cfdi_use_id.id, "payment_method_id": partner.payment_method_id.id,
        "payment_form_id": partner.payment_form_id.id,
        "invoice_line_ids": [(0, 0, {"product_id": product.id, "name": f"Producto {at}", "quantity": 2,
                                     "price_unit": 100 + at}) for at in range(lines)]}
    env.invalidate_all()
    started = time.perf_counter()
    move = env["account.move"].create(values)
    move.action_post()
    env.flush_all()
    env.cr.commit()
    seconds = time.perf_counter() - started
    if not move.cfdi_document_id.uuid:
        raise AssertionError("not stamped")
    return seconds


def _taxpayer(env, one: dict) -> dict:
    return {"name": one["name"], "vat": one["rfc"], "zip": one["zip"], "country_id": env.ref("base.mx").id,
            "tax_regime": env.ref(f"{_CATALOGUE}c_regimen_fiscal_{one['regime']}").id}


def _lead_to(url: str) -> None:
    """The changes that the docstring of this file names."""
    import requests
    from lxml import etree
    from satcfdi.pacs import Accept
    from satcfdi.pacs.finkok import Finkok

    from odoo.addons.l10n_mx_cfdi.services.pac_registry import PAC_PROVIDERS

    def call(_client, address, envelope):
        headers = {"SOAPAction": "stamp", "Content-Type": "text/xml; charset=utf-8"}
        answer = requests.post(address, data=etree.tostring(envelope), headers=headers, timeout=60)
        return etree.fromstring(answer.content)

    stamp = Finkok.stamp
    Finkok.host = property(lambda _client: url)
    Finkok.stamp = lambda client, cfdi, accept=None: stamp(client, cfdi, accept=Accept.XML)
    Finkok._perform_request = call
    PAC_PROVIDERS["finkok"] = dataclasses.replace(PAC_PROVIDERS["finkok"], supports_issue=False)
