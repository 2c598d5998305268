import { registry } from "@web/core/registry";
import { patiently, selectOption } from "./tour_helpers";

const PAGE = ".o_form_view .o_notebook";

registry.category("web_tour.tours").add("l10n_mx_co_edi_invoice", {
    steps: () => patiently([
        { content: "choose the customer", trigger: "[name=partner_id] input", run: "edit UNIVERSIDAD ROBOTICA" },
        { trigger: ".ui-menu-item > a:contains(UNIVERSIDAD ROBOTICA)", run: "click" },
        { content: "add a line", trigger: ".o_field_x2many_list_row_add a:contains(Add a line)", run: "click" },
        {
            content: "what is sold",
            trigger: "[name=invoice_line_ids] .o_selected_row [name=name] textarea, [name=invoice_line_ids] .o_selected_row [name=name] input",
            run: "edit Curso de contabilidad",
        },
        { trigger: "[name=invoice_line_ids] .o_selected_row [name=price_unit] input", run: "edit 100" },
        { trigger: "[name=invoice_line_ids] .o_selected_row [name=tax_ids] input", run: "edit 16%" },
        { content: "VAT", trigger: ".o-autocomplete--dropdown-item a:contains(/^16%$/)", run: "click" },
        { content: "leave the line", trigger: "[name=invoice_line_ids] th[data-name=name]", run: "click" },
        { content: "the tax is computed", trigger: ".o_tax_group:contains(16)" },
        { content: "open the tab CFDI", trigger: `${PAGE} a[name=l10n_mx_co_edi]`, run: "click" },
        { content: "it is marked as a test", trigger: "[name=l10n_mx_co_edi_not_production]:visible" },
        { content: "proposed use", trigger: "[name=l10n_mx_co_edi_uso_cfdi] input:value(/G03/)" },
        { content: "proposed method", trigger: "[name=l10n_mx_co_edi_metodo_pago] input:value(/PUE/)" },
        ...selectOption("l10n_mx_co_edi_metodo_pago", "PPD"),
        { content: "the form follows", trigger: "[name=l10n_mx_co_edi_forma_pago] input:value(/99/)" },
        {
            content: "back to the proposal",
            trigger: "button[name=action_l10n_mx_co_edi_metodo_pago_automatic]",
            run: "click",
        },
        { content: "PUE again", trigger: "[name=l10n_mx_co_edi_metodo_pago] input:value(/PUE/)" },
        { content: "and transfer", trigger: "[name=l10n_mx_co_edi_forma_pago] input:value(/03/)" },
        {
            content: "relate what another system issued",
            trigger: "[name=l10n_mx_co_edi_relation_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "[name=l10n_mx_co_edi_relation_ids] .o_selected_row [name=uuid] input",
            run: "edit {5b0c1d6e-0000-4000-8000-000000000001}",
        },
        { content: "leave the row", trigger: ".tab-pane.active .o_horizontal_separator", run: "click" },
        {
            content: "a substitution, unless said otherwise",
            trigger: "[name=l10n_mx_co_edi_relation_ids] .o_data_row [name=tipo_relacion]:contains(04)",
        },
        {
            content: "written as the SAT does",
            trigger: "[name=l10n_mx_co_edi_relation_ids] .o_data_row [name=uuid]:contains(/^5B0C1D6E-0000/)",
        },
        { content: "confirm", trigger: "button[name=action_post].oe_highlight, button[name=action_post].btn-primary", run: "click" },
        { content: "posted", trigger: ".o_arrow_button_current:contains(Posted)" },
        { content: "open the tab again", trigger: `${PAGE} a[name=l10n_mx_co_edi]`, run: "click" },
        { content: "send", trigger: "button[name=action_l10n_mx_co_edi_send_now]", run: "click" },
        { content: "what became of it", trigger: ".o_notification:contains(is stamped and valid)" },
        { content: "its state", trigger: ".tab-pane.active [name=l10n_mx_co_edi_document_state] .badge:contains(Valid)" },
        { content: "its UUID", trigger: "[name=l10n_mx_co_edi_uuid]:contains(-)" },
        { content: "its timeline", trigger: "[name=l10n_mx_co_edi_exchange_ids] .badge:contains(Stamped)" },
        {
            content: "related CFDI are frozen",
            trigger: "[name=l10n_mx_co_edi_relation_ids]:not(:has(.o_field_x2many_list_row_add)) .o_data_row",
        },
        { content: "fields are locked", trigger: ".tab-pane.active [name=l10n_mx_co_edi_uso_cfdi].o_readonly_modifier" },
    ]),
});
