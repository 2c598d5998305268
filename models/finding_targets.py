"""Which record a finding is put right on, and the action that opens it."""
import re

LINE = re.compile(r"Conceptos\[(\d+)\]")
DIAN_LINE = re.compile(r"(?:Invoice|CreditNote|DebitNote)Line\[(\d+)\]")


def line_of(where, record):
    """Return the line that a path such as "Conceptos[2].Importe" or "InvoiceLine[2].Price" points to, or None."""
    match, dian = LINE.match(where or ""), DIAN_LINE.match(where or "")
    if not (match or dian) or not record or record._name != "account.move":
        return None
    lines = record._l10n_mx_co_edi_concept_lines() if match else record._l10n_mx_co_edi_dian_lines()
    number = int((match or dian).group(1))
    return lines[number] if number < len(lines) else None


def line_label(env, where, record):
    """Return "Line 3 (Product)" for a path that points to a line, else an empty text."""
    match = LINE.match(where or "") or DIAN_LINE.match(where or "")
    if not match:
        return ""
    number = int(match.group(1)) + 1
    line = line_of(where, record)
    if line is None:
        return env._("Line %(number)s", number=number)
    label = line.product_id.display_name or (line.name or "").split("\n")[0]
    return env._("Line %(number)s (%(label)s)", number=number, label=label)


def action_for(env, target, where, record, params=None):
    """Return (action or None, its label) that opens the record of kind `target` for a finding about `record`."""
    if target == "tax" and record and record._name == "account.move" and (params or {}).get("tax_id", "").isdigit():
        return _open(env["account.tax"].browse(int(params["tax_id"])).exists(), env._("Open the tax"))
    if target == "related" and (params or {}).get("related_id", "").isdigit():
        move = env["account.move"].browse(int(params["related_id"])).exists()
        return _open(move.filtered(lambda related: related.has_access("read")), env._("Open the related invoice"))
    if target in ("company", "partner") and (where or "").startswith("Accounting"):
        target = "by_place"  # of a support document the issuer is the customer
    if target == "contact" and (params or {}).get("partner_id", "").isdigit():
        is_form = record and record._name == "res.partner"
        return (None, "") if is_form else _open(
            env["res.partner"].browse(int(params["partner_id"])).exists(), env._("Open the contact"))
    finder = _TARGETS.get(target)
    return finder(env, where, record) if finder else (None, "")


def _open(record, label):
    if not record or not isinstance(record.id, int):
        return None, ""
    return {
        "type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id,
        "views": [(False, "form")], "target": "current",
    }, label


def _partner(env, where, record):
    if not record or record._name != "account.move":
        return None, ""
    return _open(record.commercial_partner_id, env._("Open the customer"))


def _company(env, where, record):
    company = _company_of(env, record)._l10n_mx_co_edi_issuer()
    return _open(company.partner_id, env._("Open the company's contact"))


def _company_of(env, record):
    return record.company_id if record and "company_id" in record._fields and record.company_id else env.company


def _product(env, where, record):
    line = line_of(where, record)
    return _open(line.product_id, env._("Open the product")) if line else (None, "")


def _uom(env, where, record):
    line = line_of(where, record)
    return _open(line.product_uom_id, env._("Open the unit of measure")) if line else (None, "")


def _tax(env, where, record):
    if not record or record._name != "account.move":
        return None, ""
    line = line_of(where, record)
    taxes = (line or record.invoice_line_ids).tax_ids
    return _open(taxes, env._("Open the tax")) if len(taxes) == 1 else (None, "")


def _journal(env, where, record):
    if not record or record._name != "account.move":
        return None, ""
    return _open(record.journal_id, env._("Open the journal"))


def _ranges(env, where, record):
    """The list of ranges for who may choose a journal for them, else the journal, which shows its own."""
    if not env.user.has_group("l10n_mx_co_edi.group_administrator"):
        return _journal(env, where, record)
    action = env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_numbering_range")
    return action, env._("Open the numbering ranges")


def _layout(env, where, record):
    if not env.user.has_group("l10n_mx_co_edi.group_administrator"):
        return None, ""
    return env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_layout_line"), env._("Open the layout")


def _currency(env, where, record):
    if not record or record._name != "account.move":
        return None, ""
    return _open(record.currency_id, env._("Open the currency"))


def _settings(env, where, record):
    if not env.user.has_group("base.group_system"):
        return None, ""
    action = env["ir.actions.act_window"]._for_xml_id("account.action_account_config")
    return action, env._("Open the settings")


def _certificates(env, where, record):
    if not env.user.has_group("l10n_mx_co_edi.group_administrator"):
        return None, ""
    action = env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_certificate")
    return action, env._("Open the certificates")


def _by_place(env, where, record):
    """The part of the document that a finding is about tells whose data have to be corrected.

    Of a support document, which stands on a vendor bill, we are the customer.
    """
    part = (where or "").split(".", 1)[0].split("[", 1)[0]
    ours, theirs = "AccountingSupplierParty", "AccountingCustomerParty"
    if record and record._name == "account.move" and record.is_purchase_document():
        ours, theirs = theirs, ours
    finder = {
        "Receptor": _partner, "Emisor": _company, "Conceptos": _product, ours: _company, theirs: _partner,
    }.get(part)
    return finder(env, where, record) if finder else (None, "")


def _redate(env, where, record):
    if not record or record._name != "account.move" or not isinstance(record.id, int):
        return None, ""
    return {
        "type": "ir.actions.act_window", "res_model": "l10n_mx_co_edi.redate", "views": [(False, "form")],
        "target": "new", "name": env._("Change the Date"), "context": {"default_move_id": record.id},
    }, env._("Change the date")


_TARGETS = {
    "by_place": _by_place,
    "redate": _redate,
    "partner": _partner, "company": _company, "product": _product, "uom": _uom, "tax": _tax, "journal": _journal,
    "ranges": _ranges,
    "currency": _currency,
    "layout": _layout,
    "settings": _settings, "certificates": _certificates,
}
