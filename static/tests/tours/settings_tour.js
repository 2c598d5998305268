import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { patiently, selectOption, uploadFile } from "./tour_helpers";

const BLOCK = "#l10n_mx_co_edi_issuer";

async function csd() {
    // the test leaves the files that the sandbox issued as an attachment
    const [attachment] = await rpc("/web/dataset/call_kw/ir.attachment/search_read", {
        model: "ir.attachment",
        method: "search_read",
        args: [[["name", "=", "tour_csd.json"]], ["raw"]],
        kwargs: {},
    });
    return JSON.parse(attachment.raw);
}

function openSettings() {
    return [
        { content: "open the Invoicing settings", trigger: ".settings_tab [data-key=account]", run: "click" },
        { content: "the block is there", trigger: BLOCK },
    ];
}

function save() {
    return [
        { content: "unsaved", trigger: ".o_dirty_warning" },
        {
            content: "save",
            trigger: ".o_control_panel .o_form_button_save",
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

registry.category("web_tour.tours").add("l10n_mx_co_edi_settings", {
    steps: () => patiently([
        ...openSettings(),
        { trigger: `${BLOCK} [name=l10n_mx_co_edi_vat] input`, run: "edit eku-9003173 c9" },
        { trigger: `${BLOCK} [name=l10n_mx_co_edi_fiscal_name] input`, run: "edit Escuela Kemper Urgate" },
        ...selectOption("l10n_mx_co_edi_regimen_fiscal", "601", BLOCK),
        { trigger: `${BLOCK} [name=l10n_mx_co_edi_zip] input`, run: "edit 42501" },
        {
            content: "choose the sandbox",
            trigger: "#l10n_mx_co_edi_environment .o_field_radio input[data-value=sandbox]",
            run: "click",
        },
        {
            content: "it is explained",
            trigger: "#l10n_mx_co_edi_environment:contains(no fiscal validity)",
        },
        { trigger: "[name=l10n_mx_co_edi_pac_username] input", run: "edit facturas@example.invalid" },
        { trigger: "[name=l10n_mx_co_edi_pac_password] input[type=password]", run: "edit canary-pac-password" },
        ...save(),
        ...openSettings(),
        {
            content: "credentials are set and not shown",
            trigger: "[name=l10n_mx_co_edi_pac_password_status]:contains(Set on)",
            run() {
                for (const name of ["username", "password"]) {
                    const input = document.querySelector(`[name=l10n_mx_co_edi_pac_${name}] input`);
                    if (input.value) {
                        throw new Error(`the ${name} came back to the browser`);
                    }
                }
            },
        },
        {
            content: "the RFC was normalised",
            trigger: `${BLOCK} [name=l10n_mx_co_edi_vat] input:value(EKU9003173C9)`,
        },
        { trigger: "button[name=action_l10n_mx_co_edi_upload_csd]", run: "click" },
        { content: "who uploads a seal types the password", trigger: ".modal [name=password] input", run: "edit mxco_tour_admin" },
        { trigger: ".modal button[name=run_check]", run: "click" },
        { content: "nothing to save yet", trigger: ".modal footer button:contains(Save):disabled" },
        {
            content: "choose the certificate",
            trigger: ".modal [name=cer]",
            run: async () => uploadFile("cer", "csd.cer", (await csd()).cer),
        },
        { content: "the holder is shown", trigger: ".modal [name=tax_id]:contains(EKU9003173C9)" },
        {
            content: "choose the key",
            trigger: ".modal [name=key]",
            run: async () => uploadFile("key", "csd.key", (await csd()).key),
        },
        { trigger: ".modal [name=password] input", run: "edit wrong" },
        { trigger: ".modal [name=cer]", run: "click" },
        {
            content: "a wrong password is told at once",
            trigger: ".modal [name=verdict] .alert-danger:contains(password)",
        },
        {
            trigger: ".modal [name=password] input",
            run: async (helpers) => helpers.edit((await csd()).password),
        },
        { trigger: ".modal [name=cer]", run: "click" },
        { content: "it can be used", trigger: ".modal div[name=usable]:visible" },
        { trigger: ".modal footer button[name=action_save]:enabled", run: "click" },
        { content: "ready", trigger: ".o_notification:contains(is ready to seal)" },
        ...openSettings(),
        {
            content: "the certificate is listed as valid",
            trigger: "#l10n_mx_co_edi_certificates [name=l10n_mx_co_edi_certificate_ids] .badge:contains(Valid)",
        },
        { trigger: "button[name=action_l10n_mx_co_edi_test_connection]", run: "click" },
        { content: "the provider answers", trigger: ".o_notification:contains(The connection works)" },
    ]),
});
