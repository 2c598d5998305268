import { registry } from "@web/core/registry";
import { at, choose, isDone, isNotDone, openStep, press, save, seen, type, typeLeft } from "./habilitacion_helpers";
import {
    access, associate, begin, certificate, company, documents, goToProduction, golive, identifier, notYet, probe, ranges,
    registration, request, SET, testSet, typedRange, verdict,
} from "./habilitacion_way";
import { patiently } from "./tour_helpers";

const SOFTWARE = "00000000-0000-4000-8000-0000000000aa";

/** Types the NIT in the first step. */
function nit(value) {
    return [...openStep("company"), type(at("company"), "vat", value), ...save()];
}

/** The probe is refused, and it is said why. */
function refused(words) {
    return [
        ...openStep("probe"),
        press(at("probe"), "action_probe"),
        seen("probe", ".alert-warning", words),
        isNotDone("probe"),
    ];
}

registry.category("web_tour.tours").add("l10n_mx_co_edi_habilitacion", {
    steps: () => patiently([
        ...begin(),
        ...company(),
        ...registration(type(at("issuer"), "software_name", "Odoo"), type(at("issuer"), "pin", "11111")),
        ...openStep("software"),
        ...choose(at("software"), "environment", "Sandbox"),
        type(at("software"), "software", SOFTWARE),
        ...certificate("co_tour_admin"),
        ...identifier(SET),
        ...testSet(),
        ...refused("The PIN is not the one"),
        ...openStep("software"),
        { content: "typed alone it can be saved", trigger: `${at("software")} [name=pin] input`, run: "edit 75315" },
        ...save(),
        ...nit("901002488-8"),
        isNotDone("company"),
        ...refused("which may not send for the NIT"),
        ...nit("901002487-0"),
        isDone("company"),
        ...probe(),
        ...documents(),
        ...verdict("Aceptado"),
        ...golive(),
        ...request(),
        ...notYet("Associate the prefix"),
        ...associate(),
        ...ranges(),
        ...goToProduction(),
    ]),
});

/** CADENA: the provider signs, names the ranges, and its error 409 is DIAN's verdict. */
registry.category("web_tour.tours").add("l10n_mx_co_edi_habilitacion_cadena", {
    steps: () => patiently([
        ...access("cadena", ["token"]),
        ...company(),
        ...registration(
            seen("issuer", "[name=box_mode] [name=provider_name]", "CADENA"),
            typeLeft(`${at("issuer")} [name=software] input`, "software")),
        ...openStep("software"),
        ...choose(at("software"), "environment", "Sandbox"),
        typeLeft(`${at("software")} [name=pin] input`, "pin"),
        ...identifier(SET.replace("0f3c", "9f3c")),
        ...testSet(),
        ...probe(),
        ...documents([
            seen("documents", ".alert-warning", "no test set with this Test Set ID"),
            press(at("documents"), "action_stop"),
            ...openStep("software"),
            type(at("software"), "identifier", SET),
            ...save(),
            ...openStep("documents"),
            press(at("documents"), "action_send_all"),
        ]),
        ...verdict("Aceptado"),
        ...golive(),
        ...request(),
        ...associate(),
        ...ranges(),
        ...goToProduction(),
    ]),
});

/** Facturatech: it writes its own software, and tells neither the verdict nor the ranges: a person reads them. */
registry.category("web_tour.tours").add("l10n_mx_co_edi_habilitacion_facturatech", {
    steps: () => patiently([
        ...access("facturatech", ["username", "password"]),
        ...company(),
        ...registration(
            seen("issuer", "[name=box_mode] [name=provider_name]", "Facturatech"),
            type(at("issuer"), "software_name", "Facturatech")),
        ...openStep("software"),
        ...choose(at("software"), "environment", "Sandbox"),
        ...testSet(),
        ...probe(),
        ...documents(),
        seen("documents", ".alert-warning", "does not say what became of the set"),
        isNotDone("verdict"),
        press(".o_form_view", "action_portal_accepted"),
        { content: "sure", trigger: ".modal footer .btn-primary", run: "click" },
        ...verdict("that the set is accepted"),
        ...golive(),
        ...request(),
        ...associate(),
        ...typedRange(),
        ...goToProduction(),
    ]),
});
