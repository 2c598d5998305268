import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { patiently } from "./tour_helpers";

const PAGE = ".o_form_view .o_notebook a[name=l10n_mx_co_edi]";
const SEND = "button[name=action_l10n_mx_co_edi_send_now]";

registry.category("web_tour.tours").add("l10n_mx_co_edi_rejected", {
    steps: () => patiently([
        { content: "open the tab CFDI", trigger: PAGE, run: "click" },
        { content: "send", trigger: SEND, run: "click" },
        {
            content: "the reason in words, with the code",
            trigger: "[name=l10n_mx_co_edi_rejected]:visible [name=l10n_mx_co_edi_answer]:contains(CFDI40148)",
        },
        {
            content: "the link to what has to be corrected",
            trigger: "[name=l10n_mx_co_edi_rejected] [name=l10n_mx_co_edi_answer] a:contains(customer)",
            run: "click",
        },
        { content: "the customer", trigger: ".o_form_view .o_field_widget[name=is_company], .o_form_view [name=company_type]" },
        { content: "its page", trigger: PAGE, run: "click" },
        { trigger: "[name=l10n_mx_co_edi_fiscal_postal_code] input", run: "edit 86991" },
        ...stepUtils.saveForm(),
        { content: "back to the invoice", trigger: ".breadcrumb-item.o_back_button a", run: "click" },
        { content: "it is the invoice", trigger: "[name=l10n_mx_co_edi_rejected]:visible" },
        { content: "open the tab CFDI again", trigger: PAGE, run: "click" },
        { content: "send again", trigger: SEND, run: "click" },
        { content: "what became of it", trigger: ".o_notification:contains(is stamped and valid)" },
        { content: "no complaint is left", trigger: ".o_form_view:not(:has([name=l10n_mx_co_edi_rejected]:visible))" },
        { content: "its state", trigger: "[name=l10n_mx_co_edi_document_state] .badge:contains(Valid)" },
    ]),
});

registry.category("web_tour.tours").add("l10n_mx_co_edi_credit_note", {
    steps: () => patiently([
        { content: "the invoice is stamped", trigger: "[name=l10n_mx_co_edi_badge]:contains(Valid)" },
        { content: "credit note", trigger: "button[name=action_reverse]", run: "click" },
        { content: "reverse", trigger: ".modal button[name=refund_moves]", run: "click" },
        { content: "a draft of a credit note", trigger: ".o_form_view:contains(Credit Note) button[name=action_post].oe_highlight, .o_form_view:contains(Credit Note) button[name=action_post].btn-primary", run: "click" },
        { content: "posted", trigger: ".o_arrow_button_current:contains(Posted)" },
        { content: "send and print", trigger: "button[name=action_invoice_sent]", run: "click" },
        { content: "it is going to be stamped", trigger: ".modal [name=extra_edi_checkboxes]:contains(CFDI)" },
        { content: "send", trigger: ".modal button[name=action_send_and_print]", run: "click" },
        { content: "it is valid", trigger: "body:not(:has(.modal)) [name=l10n_mx_co_edi_badge]:contains(Valid)" },
    ]),
});
