import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { patiently, selectOption } from "./tour_helpers";

const PAGE = "a[name=l10n_mx_co_edi]";

registry.category("web_tour.tours").add("l10n_mx_co_edi_partner", {
    steps: () => patiently([
        { content: "name", trigger: ".o_form_view [name=name] input, .o_form_view [name=name] textarea", run: "edit Universidad SA de CV" },
        { content: "open the page", trigger: PAGE, run: "click" },
        { trigger: "div.tab-pane.active [name=vat] input", run: "edit ure-180429 tm6" },
        ...selectOption("l10n_mx_co_edi_regimen_fiscal", "601"),
        { trigger: "[name=l10n_mx_co_edi_fiscal_postal_code] input", run: "edit 86991" },
        ...selectOption("l10n_mx_co_edi_uso_cfdi", "G03"),
        ...stepUtils.saveForm(),
        {
            content: "the name is doubted, nothing else",
            trigger: "[name=l10n_mx_co_edi_findings] .alert-info:contains(SA DE CV)",
        },
        {
            trigger: "[name=l10n_mx_co_edi_fiscal_name] input",
            run: "edit  universidad robotica  española ",
        },
        { trigger: "[name=l10n_mx_co_edi_fiscal_postal_code] input", run: "click" },
        {
            content: "written as SAT writes it",
            trigger: "[name=l10n_mx_co_edi_fiscal_name] input:value(UNIVERSIDAD ROBOTICA ESPAÑOLA)",
        },
        ...stepUtils.saveForm(),
        { content: "no doubt is left", trigger: ".tab-pane.active:not(:has([name=l10n_mx_co_edi_findings] .alert))" },
    ]),
});

registry.category("web_tour.tours").add("l10n_mx_co_edi_product", {
    steps: () => patiently([
        { content: "name", trigger: ".o_form_view [name=name] input, .o_form_view [name=name] textarea", run: "edit Curso" },
        { trigger: "[name=l10n_mx_co_edi_clave_prod_serv] input", run: "edit 86101700" },
        ...selectOption("l10n_mx_co_edi_objeto_imp", "02"),
        ...stepUtils.saveForm(),
    ]),
});
