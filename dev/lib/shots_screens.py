"""The screens that `dev/shots` photographs, as a table: a new screen is one more row.

Words in braces of a path are records of `shots_scenes.Scenes`, made when the first screen needs them.
"""
from dataclasses import asdict, dataclass

WIDTHS = (1400, 390)
SPANISH, ENGLISH, COLOMBIAN = "es_MX", "en_US", "es_CO"
SHORT = {SPANISH: "es_MX", ENGLISH: "en", COLOMBIAN: "es_CO"}

_ISSUER = "#l10n_mx_co_edi_issuer"
_CFDI = ".o_notebook a[name=l10n_mx_co_edi]"
_DIAN = ".o_notebook a[name=l10n_mx_co_edi_dian]"
_NUMBERS = ".o_notebook a[name=l10n_mx_co_edi_numbering]"
_SEARCH = ".o_searchview_dropdown_toggler"
_ADVANCED = ".o_notebook a[name=advanced_options]"
_SHEET = ".o_form_view .o_form_sheet, .o_form_view .o_form_sheet_bg"


@dataclass(frozen=True)
class Screen:
    """One screen.

    :param name: begins the files' names: name-language-width.png
    :param path: the address, with records in braces
    :param ready: a selector of something that has to be seen before anything is clicked
    :param role: who looks: clerk, admin, newcomer (of a company that has just begun), colombian (its administrator) or
        portal
    :param steps: what is done one after the other: a selector is clicked, a pair is a field and what is typed there
    :param shown: a selector of what has to be seen in the end
    :param crop: photograph only the height of these elements, where the rest is Odoo's own
    """

    name: str
    path: str
    ready: str
    role: str = "clerk"
    steps: tuple[str | tuple[str, str], ...] = ()
    shown: str = ""
    crop: str = ""
    languages: tuple[str, ...] = (SPANISH, ENGLISH)
    widths: tuple[int, ...] = WIDTHS

    def row(self) -> dict:
        """The screen as the camera reads it."""
        return asdict(self)


def _tab(name: str, record: str, **values) -> Screen:
    """The page "CFDI" of an invoice."""
    return Screen(f"invoice-{name}", f"/odoo/customer-invoices/{{{record}}}", _CFDI, steps=(_CFDI,),
                  shown=".tab-pane.active [name=l10n_mx_co_edi_uso_cfdi]", **values)


def _dian_tab(name: str, record: str, **values) -> Screen:
    """The page "DIAN" of an invoice."""
    values = {"role": "colombian_clerk", "languages": (COLOMBIAN, ENGLISH), **values}
    return Screen(f"dian-{name}", f"/odoo/customer-invoices/{{{record}}}", _DIAN, steps=(_DIAN,),
                  shown=".tab-pane.active [name=l10n_mx_co_edi_dian_payment_means]", **values)


SCREENS = (
    # the first set-up
    Screen("settings", "/odoo/action-account.action_account_config", _ISSUER, "admin",
           crop="[id^=l10n_mx_co_edi_]"),
    Screen("csd-upload", "/odoo/action-account.action_account_config", _ISSUER, "admin",
           steps=("button[name=action_l10n_mx_co_edi_upload_csd]",), shown=".modal [name=cer]"),
    Screen("certificates", "/odoo/action-l10n_mx_co_edi.action_certificate", ".o_list_view, .o_kanban_view", "admin"),
    Screen("certificate", "/odoo/action-l10n_mx_co_edi.action_certificate/{certificate}", _SHEET, "admin"),
    # master data
    Screen("customer", "/odoo/action-account.res_partner_action_customer/{customer}", _CFDI, steps=(_CFDI,),
           shown=".tab-pane.active [name=l10n_mx_co_edi_fiscal_name]"),
    Screen("customer-findings", "/odoo/action-account.res_partner_action_customer/{poor_customer}", _CFDI,
           steps=(_CFDI,), shown=".tab-pane.active [name=l10n_mx_co_edi_findings] .alert"),
    Screen("product", "/odoo/action-account.product_product_action_sellable/{product}", _SHEET, "admin"),
    Screen("product-search", "/odoo/action-account.product_product_action_sellable/{product}", _SHEET, "admin",
           steps=(("[name=l10n_mx_co_edi_clave_prod_serv] input", "consultoria"),),
           shown=".o-autocomplete--dropdown-item"),
    Screen("unit", "/odoo/action-uom.product_uom_form_action/{unit}", _SHEET, "admin"),
    Screen("tax", "/odoo/action-account.action_tax_form/{tax}", _SHEET, "admin", steps=(_ADVANCED,)),
    Screen("tax-findings", "/odoo/action-account.action_tax_form/{poor_tax}", _SHEET, "admin", steps=(_ADVANCED,)),
    Screen("fiscal-position", "/odoo/action-account.action_account_fiscal_position_form/{fiscal_position}", _SHEET,
           "admin"),
    Screen("journal", "/odoo/action-account.action_account_journal_form/{journal}", _SHEET, "admin",
           steps=(".o_notebook a[name=bank_account]",)),
    Screen("catalogues", "/odoo/action-l10n_mx_co_edi.action_open_catalogs", ".o_list_view, .o_kanban_view", "admin"),
    Screen("catalogue-keys", "/odoo/action-l10n_mx_co_edi.action_catalog_item", ".o_list_view, .o_kanban_view",
           "admin"),
    Screen("catalogue-key", "/odoo/action-l10n_mx_co_edi.action_catalog_item/{own_key}", _SHEET, "admin"),
    Screen("catalogue-upload", "/odoo/action-l10n_mx_co_edi.action_catalog_upload", "[name=file]", "admin"),
    # invoices
    Screen("invoices", "/odoo/customer-invoices?{all_invoices}", ".o_list_view, .o_kanban_view"),
    Screen("invoice-filters", "/odoo/customer-invoices?{all_invoices}", _SEARCH, steps=(_SEARCH,),
           shown=".o_filter_menu", widths=(1400,)),
    _tab("draft", "draft"),
    _tab("findings", "poor_draft"),
    _tab("related", "related_draft"),
    Screen("invoice-not-confirmed", "/odoo/customer-invoices/{poor_draft}", "button[name=action_post]",
           steps=("button[name=action_post].oe_highlight, button[name=action_post].btn-primary",),
           shown=".modal, .o_notification"),
    _tab("posted", "posted"),
    _tab("ready", "ready"),
    _tab("rejected", "rejected"),
    _tab("in-doubt", "in_doubt"),
    _tab("valid", "valid"),
    _tab("credit-note", "credit_note"),
    Screen("send-and-print", "/odoo/customer-invoices/{posted}", _CFDI,
           steps=("button[name=action_invoice_sent]",), shown=".modal .o_form_view"),
    Screen("send-and-print-findings", "/odoo/customer-invoices/{stale}", _CFDI,
           steps=("button[name=action_invoice_sent]",), shown=".modal .o_form_view"),
    Screen("send-many", "/odoo/customer-invoices?{all_invoices}", ".o_list_view",
           steps=("thead .o_list_record_selector input", "button[name=action_l10n_mx_co_edi_send_many]"),
           shown=".o_form_view [name=skipped]", widths=(1400,)),
    Screen("redate", "/odoo/customer-invoices/{stale}", _CFDI,
           steps=(_CFDI, ".tab-pane.active [name=l10n_mx_co_edi_alerts] .alert a"), shown=".modal [name=new_date]"),
    Screen("print-preview", "/my/invoices/{valid}?report_type=html", ".ediprint"),
    # the outbox
    Screen("outbox", "/odoo/electronic-documents?{all_documents}", ".o_list_view, .o_kanban_view"),
    Screen("document-ready", "/odoo/electronic-documents/{ready_document}", _SHEET),
    Screen("document-rejected", "/odoo/electronic-documents/{rejected_document}", _SHEET),
    Screen("document-in-doubt", "/odoo/electronic-documents/{in_doubt_document}", _SHEET),
    Screen("document-valid", "/odoo/electronic-documents/{valid_document}", _SHEET),
    Screen("exchanges", "/odoo/action-l10n_mx_co_edi.action_exchange?{all_documents}", ".o_list_view, .o_kanban_view",
           "admin"),
    Screen("exchange", "/odoo/action-l10n_mx_co_edi.action_exchange/{exchange}", _SHEET, "admin"),
    Screen("stamps", "/odoo/action-l10n_mx_co_edi.action_stamp_balance?{balance}", ".o_list_view, .o_kanban_view",
           "admin"),
    Screen("empty-outbox", "/odoo/electronic-documents", ".o_view_nocontent, .o_list_view", "newcomer"),
    # Colombia
    Screen("dian-settings", "/odoo/action-account.action_account_config", "#l10n_mx_co_edi_dian_software", "colombian",
           crop="[id^=l10n_mx_co_edi_dian_]", languages=(COLOMBIAN,)),
    Screen("dian-certificate-upload", "/odoo/action-account.action_account_config", "#l10n_mx_co_edi_dian_software",
           "colombian", steps=("button[name=action_l10n_mx_co_edi_upload_p12]",), shown=".modal [name=file]",
           languages=(COLOMBIAN,)),
    Screen("numbering-ranges", "/odoo/action-l10n_mx_co_edi.action_numbering_range", ".o_list_view, .o_kanban_view",
           "colombian", languages=(COLOMBIAN,)),
    Screen("dian-range-ending", "/odoo/action-l10n_mx_co_edi.action_numbering_range/{co_range_ending}", _SHEET,
           "colombian", shown="[name=alerts] .alert", languages=(COLOMBIAN,)),
    Screen("dian-journal-cards", "/odoo/action-account.open_account_journal_dashboard_kanban?{co_journal_cards}",
           ".o_kanban_view", "colombian", shown="a[name=action_l10n_mx_co_edi_open_ranges]", languages=(COLOMBIAN,)),
    Screen("dian-doctor", "/odoo/action-account.action_account_config", "#l10n_mx_co_edi_dian_software", "colombian",
           steps=("button[name=action_l10n_mx_co_edi_check_everything]",), shown=".modal [name=report] table",
           languages=(COLOMBIAN, ENGLISH)),
    *(Screen(f"dian-{name}", f"/odoo/action-l10n_mx_co_edi.action_test_set/{{co_{record}}}", _SHEET, "colombian",
             steps=(f".o_co_stepper [data-step={step}]",), shown=f"[name=step_{step}] {seen}", languages=(COLOMBIAN,))
      for name, record, step, seen in (
          ("test-set-portal", "test_set_new", "issuer", "[name=box_issuer]"),
          ("test-set-data", "test_set_new", "software", "[name=identifier]"),
          ("test-set-running", "test_set", "documents", "[name=document_ids]"),
          ("test-set-accepted", "test_set_accepted", "golive", "[name=box_date]"))),
    # through a technology provider
    Screen("provider-settings", "/odoo/action-account.action_account_config", "#l10n_mx_co_edi_dian_provider",
           "provider", crop="#l10n_mx_co_edi_dian_provider, #l10n_mx_co_edi_dian_certificates",
           languages=(COLOMBIAN,)),
    Screen("provider-settings-cadena", "/odoo/action-account.action_account_config", "#l10n_mx_co_edi_dian_provider",
           "provider", steps=("#l10n_mx_co_edi_dian_provider .o_radio_item:nth-child(2) input",),
           shown="[name=l10n_mx_co_edi_cadena_partner]",
           crop="#l10n_mx_co_edi_dian_provider, #l10n_mx_co_edi_dian_software", languages=(COLOMBIAN,)),
    Screen("provider-layout", "/odoo/action-l10n_mx_co_edi.action_open_layout", ".o_list_view, .o_kanban_view",
           "provider", languages=(COLOMBIAN, ENGLISH)),
    _dian_tab("provider-draft", "ft_draft", role="provider"),
    Screen("provider-preview", "/odoo/customer-invoices/{ft_draft}", _DIAN, "provider",
           steps=(_DIAN, "button[name=action_l10n_mx_co_edi_dian_preview_layout]"), shown=".modal [name=xml]",
           languages=(COLOMBIAN, ENGLISH)),
    _dian_tab("provider-valid", "ft_valid", role="provider"),
    _dian_tab("provider-in-doubt", "ft_in_doubt", role="provider"),
    Screen("provider-document", "/odoo/electronic-documents/{ft_valid_document}", _SHEET, "provider",
           languages=(COLOMBIAN,)),
    Screen("dian-buyer", "/odoo/action-account.res_partner_action_customer/{colombian_buyer}",
           "button[name=action_l10n_mx_co_edi_ask_dian]", "colombian", languages=(COLOMBIAN,)),
    _dian_tab("first-invoice", "co_first_draft", role="colombian_newcomer"),
    _dian_tab("draft", "co_draft"),
    _dian_tab("findings", "co_poor_draft"),
    Screen("dian-not-confirmed", "/odoo/customer-invoices/{co_poor_draft}", "button[name=action_post]",
           "colombian_clerk", steps=("button[name=action_post].oe_highlight, button[name=action_post].btn-primary",),
           shown=".modal, .o_notification", languages=(COLOMBIAN,)),
    _dian_tab("posted", "co_posted"),
    _dian_tab("valid", "co_valid"),
    _dian_tab("notifications", "co_remarked"),
    _dian_tab("rejected", "co_rejected"),
    _dian_tab("in-doubt", "co_in_doubt"),
    _dian_tab("note-without-reference", "co_note_draft"),
    _dian_tab("credit-note", "co_credit_note"),
    Screen("dian-support-document", "/odoo/vendor-bills/{co_support}", _DIAN, "colombian_clerk", steps=(_DIAN,),
           shown=".tab-pane.active [name=l10n_mx_co_edi_dian_payment_means]", languages=(COLOMBIAN,)),
    Screen("dian-annul", "/odoo/customer-invoices/{co_valid}", _DIAN, "colombian_clerk",
           steps=(_DIAN, "button[name=action_l10n_mx_co_edi_dian_annul]"), shown=".modal [name=date]",
           languages=(COLOMBIAN, ENGLISH)),
    Screen("dian-debit-note-wizard", "/odoo/customer-invoices/{co_valid}", "button[name=action_debit_note]",
           "colombian_clerk", steps=("button[name=action_debit_note]",), shown=".modal [name=date]",
           languages=(COLOMBIAN,), widths=(1400,)),
    Screen("dian-send-and-print", "/odoo/customer-invoices/{co_valid}", _DIAN, "colombian_clerk",
           steps=("button[name=action_invoice_sent]",), shown=".modal .o_form_view", languages=(COLOMBIAN,)),
    Screen("dian-print-preview", "/my/invoices/{co_valid}?report_type=html", ".ediprint", "colombian_clerk",
           languages=(COLOMBIAN,)),
    Screen("dian-invoices", "/odoo/customer-invoices?{co_invoices}", ".o_list_view, .o_kanban_view",
           "colombian_clerk", languages=(COLOMBIAN, ENGLISH)),
    Screen("dian-filters", "/odoo/customer-invoices?{co_invoices}", _SEARCH, "colombian_clerk", steps=(_SEARCH,),
           shown=".o_filter_menu", languages=(COLOMBIAN,), widths=(1400,)),
    Screen("dian-outbox", "/odoo/electronic-documents?{co_invoices}", ".o_list_view, .o_kanban_view",
           "colombian_clerk", languages=(COLOMBIAN, ENGLISH)),
    Screen("dian-document", "/odoo/electronic-documents/{co_remarked_document}", _SHEET, "colombian_clerk",
           languages=(COLOMBIAN, ENGLISH)),
    Screen("dian-document-rejected", "/odoo/electronic-documents/{co_rejected_document}", _SHEET, "colombian_clerk",
           languages=(COLOMBIAN,)),
    *(Screen(name, f"/odoo/action-account.res_partner_action_customer/{{{record}}}", _DIAN, "colombian", steps=(_DIAN,),
             shown=".tab-pane.active [name=l10n_mx_co_edi_dian_person]", languages=(COLOMBIAN,))
      for name, record in (("dian-contact", "colombian_contact"), ("dian-company", "colombian_company"))),
    Screen("dian-municipality", "/odoo/action-account.res_partner_action_customer/{colombian_contact}", _DIAN,
           "colombian", steps=(_DIAN, ("[name=l10n_mx_co_edi_municipality] input", "rionegro")),
           shown=".o-autocomplete--dropdown-item", languages=(COLOMBIAN,)),
    Screen("dian-tax", "/odoo/action-account.action_tax_form/{colombian_tax}", _SHEET, "colombian",
           steps=(_ADVANCED,), languages=(COLOMBIAN,)),
    Screen("dian-product", "/odoo/action-product.product_template_action/{colombian_product}", _SHEET, "colombian",
           languages=(COLOMBIAN,)),
    # numbers and support documents of a Colombian company
    Screen("dian-journal", "/odoo/action-account.action_account_journal_form/{co_journal}", _SHEET, "colombian",
           steps=(_NUMBERS,), shown=".tab-pane.active [name=l10n_mx_co_edi_credit_prefix]",
           languages=(COLOMBIAN, ENGLISH)),
    Screen("dian-support-journal", "/odoo/action-account.action_account_journal_form/{support_journal}", _SHEET,
           "colombian", steps=(_NUMBERS,), shown=".tab-pane.active [name=l10n_mx_co_edi_credit_prefix]",
           languages=(COLOMBIAN,)),
    Screen("dian-support-documents", "/odoo/action-l10n_mx_co_edi.action_support_document?{support_documents}",
           ".o_list_view, .o_kanban_view", "colombian_clerk", languages=(COLOMBIAN,)),
    Screen("dian-support-document", "/odoo/action-l10n_mx_co_edi.action_support_document/{support_document}", _DIAN,
           "colombian_clerk", languages=(COLOMBIAN, ENGLISH)),
    Screen("dian-support-tab", "/odoo/action-l10n_mx_co_edi.action_support_document/{support_document}", _DIAN,
           "colombian_clerk", steps=(_DIAN,), shown=".tab-pane.active [name=l10n_mx_co_edi_dian_generation]",
           languages=(COLOMBIAN, ENGLISH)),
    # what customers see
    Screen("portal-invoices", "/my/invoices?{legal_for_portal}", ".o_portal_my_doc_table, table", "portal"),
    Screen("portal-invoice", "/my/invoices/{legal_for_portal}", ".o_download_pdf", "portal"),
)

# PDF files: name and the records on them; every page becomes name-page.png
PRINTS = (
    ("pdf-valid", "{valid}"),
    ("pdf-credit-note", "{credit_note}"),
    ("pdf-foreign-currency", "{foreign}"),
    ("pdf-taxes", "{withheld}"),
    ("pdf-general-public", "{public}"),
    ("pdf-unstamped", "{posted}"),
    ("pdf-production", "{legal}"),
    ("pdf-together", "{valid},{posted},{credit_note}"),
    ("pdf-dian-invoice", "{co_valid}"),
    ("pdf-dian-credit-note", "{co_credit_note}"),
    ("pdf-dian-rejected", "{co_rejected}"),
    ("pdf-dian-doctor", "l10n_mx_co_edi.report_dian_doctor/{co_doctor}"),
    ("pdf-dian-together", "{co_valid},{co_posted},{co_credit_note}"),
)

