/** Lets each step wait a minute: a loaded machine is slow, not wrong. */
export function patiently(steps) {
    return steps.map((step) => ({ timeout: 60000, ...step }));
}

/** Chooses an option of a selection field by the beginning of its label (SAT's code). */
export function selectOption(field, label, page = "") {
    const widget = `${page} .o_field_widget[name=${field}]`;
    return [
        { content: `open ${field}`, trigger: `${widget} input`, run: "click" },
        { content: `choose ${label}`, trigger: `.o_select_menu_item:contains(${label})`, run: "click" },
    ];
}

/** Puts a file, given as base64, into the file input of a binary field. */
export function uploadFile(field, name, base64) {
    const input = document.querySelector(`.modal .o_field_widget[name=${field}] input[type=file]`);
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: "application/octet-stream" }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}
