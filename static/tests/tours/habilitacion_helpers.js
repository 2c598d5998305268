import { rpc } from "@web/core/network/rpc";
import { stepUtils } from "@web_tour/tour_utils";
import { selectOption } from "./tour_helpers";

/** What a person does in the portals of DIAN or of a provider; the test case does it in the sandbox. */
export function inThePortal(what) {
    return {
        content: `in the portal: ${what}`,
        trigger: "body:has(.o_co_stepper)",
        run: () =>
            rpc("/web/dataset/call_kw/l10n_mx_co_edi.test.set/in_the_portal", {
                model: "l10n_mx_co_edi.test.set",
                method: "in_the_portal",
                args: [[], what],
                kwargs: {},
            }),
    };
}

/** What the test case left for the tour: files in base64, and their passwords. */
async function left() {
    const [attachment] = await rpc("/web/dataset/call_kw/ir.attachment/search_read", {
        model: "ir.attachment",
        method: "search_read",
        args: [[["name", "=", "habilitacion_tour.json"]], ["raw"]],
        kwargs: {},
    });
    return JSON.parse(attachment.raw);
}

/** Chooses a file that the test case left. */
export function upload(scope, field, key, name) {
    const input = `${scope} .o_field_widget[name=${field}]`;
    return {
        content: `upload ${name}`,
        trigger: input,
        async run() {
            const element = document.querySelector(`${input} input[type=file]`);
            const bytes = Uint8Array.from(atob((await left())[key]), (character) => character.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: "application/octet-stream" }));
            element.files = transfer.files;
            element.dispatchEvent(new Event("change", { bubbles: true }));
        },
    };
}

/** Types something that the test case left. */
export function typeLeft(selector, key) {
    return { trigger: selector, run: async (helpers) => helpers.edit((await left())[key]) };
}

/** The container of a step, while it is the one that is shown. */
export const at = (key) => `.o_form_sheet[data-co-step=${key}] [name=step_${key}]`;

/** Opens a step by its number in the list of steps. */
export function openStep(key) {
    return [
        { content: `open the step ${key}`, trigger: `.o_co_stepper button[data-step=${key}]`, run: "click" },
        { content: `the step ${key} is shown`, trigger: at(key) },
    ];
}

/** The list of steps says that this one is done. */
export function isDone(key) {
    return { content: `${key} is done`, trigger: `.o_co_stepper li.o_co_done button[data-step=${key}]` };
}

export function isNotDone(key) {
    return { content: `${key} is not done`, trigger: `.o_co_stepper li:not(.o_co_done) button[data-step=${key}]` };
}

/** Something of a step is seen and, with `words`, says so. */
export function seen(key, selector, words = "") {
    const text = words ? `:contains(${words})` : "";
    return { content: `${key}: ${selector} ${words}`, trigger: `${at(key)} ${selector}${text}` };
}

export function type(scope, field, value) {
    const input = `${scope} .o_field_widget[name=${field}]`;
    return { content: `type ${field}`, trigger: `${input} input, ${input} textarea`, run: `edit ${value} && press Tab` };
}

/** Chooses an option, and waits until the form has it: what is still being computed could close the next menu. */
export function choose(scope, field, label) {
    return [
        ...selectOption(field, label, scope),
        { content: `${label} is chosen`, trigger: `${scope} .o_field_widget[name=${field}] input:value(${label})` },
    ];
}

/** Presses a button below `scope`. */
export function press(scope, name) {
    return { content: `press ${name}`, trigger: `${scope} button[name=${name}]:enabled`, run: "click" };
}

/** Ticks a card, after what it asks for was done in the portal. */
export function tick(key, card, portal = "") {
    const box = `${at(key)} [name=box_${card}]`;
    return [
        ...(portal ? [inThePortal(portal)] : []),
        press(box, "action_tick"),
        { content: `${card} is ticked, with who did it`, trigger: `${box} .text-success:contains(Done by)` },
    ];
}

export function save() {
    return stepUtils.saveForm();
}

/** Odoo asks for the password before some buttons. */
export function confirmIdentity(password) {
    return [
        { content: "who asks types the password", trigger: ".modal [name=password] input", run: `edit ${password}` },
        { content: "confirm", trigger: ".modal button[name=run_check]", run: "click" },
    ];
}
