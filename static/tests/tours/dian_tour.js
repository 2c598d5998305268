import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { patiently, selectOption } from "./tour_helpers";

const PAGE = ".o_form_view .o_notebook a[name=l10n_mx_co_edi_dian]";
const CONFIRM = "button[name=action_post].oe_highlight, button[name=action_post].btn-primary";

registry.category("web_tour.tours").add("l10n_mx_co_edi_dian_invoice", {
    steps: () => patiently([
        { content: "choose the customer", trigger: "[name=partner_id] input", run: "edit CLIENTE INVENTADO" },
        { trigger: ".ui-menu-item > a:contains(CLIENTE INVENTADO)", run: "click" },
        { content: "add a line", trigger: ".o_field_x2many_list_row_add a:contains(Add a line)", run: "click" },
        {
            content: "what is sold",
            trigger: "[name=invoice_line_ids] .o_selected_row [name=name] textarea, [name=invoice_line_ids] .o_selected_row [name=name] input",
            run: "edit Curso de contabilidad",
        },
        { trigger: "[name=invoice_line_ids] .o_selected_row [name=price_unit] input", run: "edit 100000" },
        { content: "leave the line", trigger: "[name=invoice_line_ids] th[data-name=name]", run: "click" },
        { content: "the amount is computed", trigger: "[name=tax_totals]:contains(100,000.00)" },
        { content: "open the page DIAN", trigger: PAGE, run: "click" },
        { content: "no page of another country", trigger: ".o_notebook:not(:has(a[name=l10n_mx_co_edi]))" },
        { content: "it is marked as a test", trigger: "[name=l10n_mx_co_edi_dian_not_production]:visible" },
        { content: "a sale", trigger: "[name=l10n_mx_co_edi_dian_type] input:value(/01/)" },
        { content: "a standard one", trigger: "[name=l10n_mx_co_edi_dian_operation] input:value(/10/)" },
        ...selectOption("l10n_mx_co_edi_dian_payment_means", "10 - Efectivo"),
        { content: "confirm", trigger: CONFIRM, run: "click" },
        { content: "nothing was numbered", trigger: ".modal:contains(FAK20)" },
        { content: "understood", trigger: ".modal footer button", run: "click" },
        { content: "the page again", trigger: PAGE, run: "click" },
        {
            content: "the link to who has to be corrected",
            trigger: ".tab-pane.active [name=l10n_mx_co_edi_alerts] .alert:contains(FAK20) a",
            run: "click",
        },
        { content: "the customer's number", trigger: ".o_form_view .o_field_widget[name=vat] input", run: "edit 901002488-8" },
        ...stepUtils.saveForm(),
        { content: "back to the invoice", trigger: ".breadcrumb-item.o_back_button a", run: "click" },
        { content: "confirm again", trigger: CONFIRM, run: "click" },
        { content: "posted", trigger: ".o_arrow_button_current:contains(Posted)" },
        { content: "the page", trigger: PAGE, run: "click" },
        { content: "send", trigger: "button[name=action_l10n_mx_co_edi_send_now]", run: "click" },
        { content: "what became of it", trigger: ".o_notification:contains(DIAN validated SETP)" },
        { content: "its state", trigger: ".tab-pane.active [name=l10n_mx_co_edi_document_state] .badge:contains(Valid)" },
        { content: "its key", trigger: ".tab-pane.active [name=l10n_mx_co_edi_dian_key_name]:contains(CUFE)" },
        { content: "its timeline", trigger: "[name=l10n_mx_co_edi_exchange_ids] .badge:contains(Validated)" },
        { content: "fields are locked", trigger: ".tab-pane.active [name=l10n_mx_co_edi_dian_payment_means].o_readonly_modifier" },
        { content: "annul it", trigger: "button[name=action_l10n_mx_co_edi_dian_annul]", run: "click" },
        { content: "as an annulment", trigger: ".modal [name=l10n_mx_co_edi_dian_credit_concept] input:value(/^2/)" },
        { trigger: ".modal [name=reason] input", run: "edit Desistimiento" },
        { content: "reverse", trigger: ".modal button[name=refund_moves]", run: "click" },
        { content: "a draft of a credit note", trigger: ".o_form_view:contains(Credit Note) button[name=action_post]", run: "click" },
        { content: "posted, too", trigger: ".o_form_view:contains(Credit Note) .o_arrow_button_current:contains(Posted)" },
        { content: "its page", trigger: PAGE, run: "click" },
        { content: "send it", trigger: "button[name=action_l10n_mx_co_edi_send_now]", run: "click" },
        { content: "it is valid", trigger: ".tab-pane.active [name=l10n_mx_co_edi_document_state] .badge:contains(Valid)" },
        { content: "its own key", trigger: ".tab-pane.active [name=l10n_mx_co_edi_dian_key_name]:contains(CUDE)" },
    ]),
});
