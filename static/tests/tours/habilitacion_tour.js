import { registry } from "@web/core/registry";
import { at, choose, isDone, isNotDone, openStep, press, save, seen, type } from "./habilitacion_helpers";
import {
    associate, begin, certificate, company, documents, goToProduction, golive, notYet, ranges, registration, request, testSet,
} from "./habilitacion_way";
import { patiently } from "./tour_helpers";

const SOFTWARE = "00000000-0000-4000-8000-0000000000aa";

registry.category("web_tour.tours").add("l10n_mx_co_edi_habilitacion", {
    steps: () => patiently([
        ...begin(),
        ...company(),
        ...registration(type(at("issuer"), "software_name", "Odoo"), type(at("issuer"), "pin", "11111")),
        ...openStep("software"),
        ...choose(at("software"), "environment", "Sandbox"),
        type(at("software"), "software", SOFTWARE),
        ...certificate("co_tour_admin"),
        ...testSet(),
        ...openStep("probe"),
        press(at("probe"), "action_probe"),
        seen("probe", ".alert-warning", "The PIN is not the one"),
        isNotDone("probe"),
        ...openStep("software"),
        type(at("software"), "pin", "75315"),
        ...save(),
        ...openStep("probe"),
        press(at("probe"), "action_probe"),
        isDone("probe"),
        ...documents(),
        ...golive(),
        ...request(),
        ...notYet("Associate the prefix"),
        ...associate(),
        ...ranges(),
        ...goToProduction(),
    ]),
});
