/** The steps of the assistant as a person clicks them; `habilitacion_tour.js` puts them together. */
import {
    at, choose, confirmIdentity, inThePortal, isDone, isNotDone, openStep, press, save, seen, tick, type, typeLeft, upload,
} from "./habilitacion_helpers";

const { DateTime } = luxon;

export const SET = "0f3c1d2e-aaaa-4bbb-8ccc-0123456789ab";

/** The access that a technology provider gave, typed in the settings; from there the assistant is opened. */
export function access(service, secrets) {
    const block = "#l10n_mx_co_edi_dian_provider";
    const page = { content: "the Invoicing settings", trigger: ".settings_tab [data-key=account]", run: "click" };
    return [
        page,
        { content: `through ${service}`, trigger: `${block} .o_field_radio input[data-value=${service}]`, run: "click" },
        ...secrets.map((name) => typeLeft(`${block} [name=l10n_mx_co_edi_provider_${name}] input`, name)),
        { content: "unsaved", trigger: ".o_dirty_warning" },
        { content: "save", trigger: ".o_control_panel .o_form_button_save", run: "click", expectUnloadPage: true },
        page,
        ...secrets.map((name) => (
            { content: "stored", trigger: `${block} [name=l10n_mx_co_edi_provider_${name}_status]:contains(Set on)` })),
        press(".o_setting_container", "action_l10n_mx_co_edi_get_ready"),
        { content: "the first step is open", trigger: at("company") },
    ];
}

export function begin() {
    return [
        { content: "nothing is there yet", trigger: ".o_view_nocontent:contains(Get ready to issue)" },
        { content: "begin", trigger: ".o_list_button_add", run: "click" },
        { content: "the first step is open", trigger: at("company") },
    ];
}

export function company() {
    const step = at("company");
    return [
        seen("company", "[name=company_findings] .alert"),
        ...choose(step, "regime", "48"),
        ...choose(step, "tribute", "01"),
        type(step, "vat", "901002487-0"),
        type(step, "ciiu", "4652"),
        type(step, "street", "Carrera 1 # 2-3"),
        type(step, "city", "Bogotá, D.C."),
        type(step, "municipality", "11001"),
        type(step, "mailbox", "recepcion@example.co"),
        ...save(),
        { content: "nothing is to be corrected", trigger: `${step}:not(:has([name=company_findings] .alert))` },
        isNotDone("company"),
        upload(step, "rut_pdf", "rut", "RUT.pdf"),
        ...save(),
        seen("company", ".alert-info", "901002487"),
        isDone("company"),
    ];
}

/** Both cards; `mode` is typed into the second one before it is ticked. */
export function registration(...mode) {
    return [
        ...openStep("issuer"),
        seen("issuer", "[name=box_issuer] [name=nit]", "901002487"),
        ...tick("issuer", "issuer"),
        ...mode,
        ...save(),
        ...tick("issuer", "mode", "choose the operation mode"),
        isDone("issuer"),
    ];
}

/** The identifier of the set, whose shape is told while it is typed. */
export function identifier(set) {
    const step = at("software");
    return [
        type(step, "identifier", set.slice(0, -3)),
        seen("software", "[name=identifier] .o_co_shape", "29 of 32 digits"),
        type(step, "identifier", set),
        seen("software", "[name=identifier] .o_co_shape", "Complete"),
    ];
}

/** The size of the set and its numbers. */
export function testSet() {
    const step = at("software");
    return [
        type(step, "invoice_count", "2"),
        type(step, "credit_count", "1"),
        type(step, "debit_count", "1"),
        ...save(),
        isNotDone("software"),
        press(step, "action_public_range"),
        { content: "the range", trigger: `${step} [name=prefix] input:value(SETP)` },
        isDone("software"),
    ];
}

export function certificate(password) {
    return [
        press(at("software"), "action_upload_certificate"),
        ...confirmIdentity(password),
        upload(".modal", "file", "p12", "empresa.p12"),
        typeLeft(".modal [name=password] input", "password"),
        { content: "look", trigger: ".modal [name=file]", run: "click" },
        { content: "keep it", trigger: ".modal footer button[name=action_save]:enabled", run: "click" },
        { content: "it is there", trigger: `${at("software")}:not(:has(button[name=action_upload_certificate]))` },
    ];
}

export function probe() {
    return [...openStep("probe"), press(at("probe"), "action_probe"), isDone("probe")];
}

/** The set: generated, sent, and followed until all of it is accepted; `mistake` is what goes wrong at first. */
export function documents(mistake = []) {
    return [
        ...openStep("documents"),
        press(at("documents"), "action_generate"),
        seen("documents", "[name=counters] [name=count_pending]", "4"),
        press(at("documents"), "action_send_all"),
        ...mistake,
        seen("documents", "[name=counters] [name=count_accepted]", "4"),
        isDone("documents"),
    ];
}

export function verdict(words) {
    return [...openStep("verdict"), seen("verdict", ".alert-success", words), isDone("verdict")];
}

export function golive() {
    const step = at("golive");
    return [
        ...openStep("golive"),
        seen("golive", ".alert-warning", "does not let this date be changed"),
        seen("golive", "[name=golive_proposal]"),
        {
            content: "the day that was chosen in the portal",
            trigger: `${step} [name=golive_date] input`,
            async run(helpers) {
                await helpers.edit(DateTime.now().minus({ days: 2 }).toFormat("MM/dd/yyyy"));
                await helpers.press("Tab");
            },
        },
        ...save(),
        ...tick("golive", "date"),
        ...tick("golive", "sync", "synchronise"),
        isDone("golive"),
    ];
}

/** Numbers are requested and signed in MUISCA; form 1876 is here. */
export function request() {
    return [
        ...openStep("numbering"),
        press(at("numbering"), "action_new_request"),
        type(".modal", "prefix", "FV"),
        type(".modal", "first", "1"),
        type(".modal", "last", "5000"),
        { content: "keep it", trigger: ".modal button[name=action_keep]", run: "click" },
        press(".modal", "action_definitive"),
        inThePortal("sign the request"),
        press(".modal", "action_signed"),
        { content: "signed, by whom", trigger: ".modal [name=signed_note]:contains(Done by)" },
        upload(".modal", "form_1876", "form", "1876.pdf"),
        { content: "the form is there", trigger: ".modal .o_field_widget[name=form_1876] input:value(1876.pdf)" },
        { content: "save and close", trigger: ".modal footer button[special=save], .modal footer .o_form_button_save", run: "click" },
        seen("numbering", ".o_kanban_record:not(:contains(form 1876))", "associating the prefix"),
        isNotDone("numbering"),
    ];
}

export function associate() {
    return [
        ...openStep("numbering"),
        { content: "open the request", trigger: `${at("numbering")} .o_kanban_record button[name=action_open]`, run: "click" },
        inThePortal("associate the prefix"),
        press(".modal", "action_associated"),
        { content: "it is ticked", trigger: ".modal [name=associated_note]:contains(Done by)" },
        { content: "save and close", trigger: ".modal footer button[special=save], .modal footer .o_form_button_save", run: "click" },
        isDone("numbering"),
    ];
}

export function notYet(words) {
    return [
        ...openStep("production"),
        press(at("production"), "action_ask_production"),
        seen("production", ".alert-warning [name=production_missing]", words),
        isNotDone("production"),
    ];
}

export function ranges() {
    return [
        ...openStep("production"),
        press(at("production"), "action_ask_production"),
        { content: "what changes", trigger: ".modal .o_data_row:contains(FV) .badge:contains(New)" },
        { content: "compared with form 1876", trigger: ".modal .o_data_row:contains(FV) [name=kind_confirmed] input", run: "click" },
        { content: "confirmed", trigger: ".modal .o_data_row:contains(FV) [name=kind_confirmed] input:checked" },
        { content: "store", trigger: ".modal footer button[name=action_store]", run: "click" },
        seen("production", "[name=production_range_ids] .o_data_row:contains(FV)", "Sales"),
    ];
}

/** Where the provider tells no ranges: an administrator types what form 1876 shows. */
export function typedRange() {
    const form = ".o_form_view:not(:has(.o_co_stepper))";
    const day = (name) => [
        typeLeft(`${form} .o_field_widget[name=${name}] input`, name),
        { content: `${name} is taken`, trigger: `${form} .o_field_widget[name=${name}] input`, run: "press Tab" },
    ];
    return [
        ...openStep("production"),
        { content: "type a range", trigger: `${at("production")} button:contains(Type a Range)`, run: "click" },
        ...choose(form, "kind", "Electronic Invoices"),
        type(form, "resolution", "18764000001"),
        type(form, "prefix", "FV"),
        type(form, "first", "1"),
        type(form, "last", "5000"),
        ...["resolution_date", "valid_from", "valid_to"].flatMap(day),
        { content: "look for the journal", trigger: `${form} .o_field_widget[name=journal_id] input`, run: "edit Sales" },
        { content: "the journal", trigger: ".o-autocomplete--dropdown-item:contains(Sales)", run: "click" },
        typeLeft(`${form} .o_field_widget[name=key] input`, "technical_key"),
        ...save(),
        { content: "back to the assistant", trigger: ".o_control_panel li.o_back_button", run: "click" },
        ...openStep("production"),
        seen("production", "[name=production_range_ids] .o_data_row:contains(FV)", "Sales"),
    ];
}

export function goToProduction() {
    const step = at("production");
    return [
        press(step, "action_go_to_production"),
        { content: "sure", trigger: ".modal footer .btn-primary", run: "click" },
        seen("production", ".alert-success", "Se ha realizado el Paso a PRODUCTIVO exitosamente."),
        isDone("production"),
    ];
}
