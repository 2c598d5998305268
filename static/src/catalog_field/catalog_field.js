import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useChildRef, useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { CharField, charField } from "@web/views/fields/char/char_field";
import { useInputField } from "@web/views/fields/input_field_hook";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

const MODEL = "l10n_mx_co_edi.catalog.item";
const SHAPES = {
    clave_prod_serv: /^\d{8}$/,
    clave_unidad: /^[A-Za-z0-9]{2,3}$/,
    codigo_postal: /^\d{5}$/,
    municipality: /^\d{5}$/,
};
// small enough to be found while typing; these have no list to search in
const SMALL = ["municipality"];

/**
 * A text field that holds a key of one of SAT's catalogues, or of DANE's municipalities. It is found by key or words while typing, or in a list;
 * a key that the catalogue does not have can be typed all the same, as SAT may have published it since.
 */
export class CatalogField extends CharField {
    static template = "l10n_mx_co_edi.CatalogField";
    static components = { ...CharField.components, AutoComplete };
    static props = { ...CharField.props, catalog: String };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.addDialog = useOwnedDialogs();
        this.inputRef = useChildRef();
        useInputField({
            getValue: () => this.props.record.data[this.props.name] || "",
            parse: (value) => this.parse(value),
            ref: this.inputRef,
        });
    }

    /** Words that were typed but not chosen are no key: the field turns red instead of cutting them to its length. */
    parse(value) {
        const key = value.replace(/\s/g, "");
        if (key && !SHAPES[this.props.catalog].test(key)) {
            throw new Error("not a key");
        }
        return key;
    }

    get sources() {
        return [
            {
                options: (request) => this.suggest(request),
                optionSlot: "option",
                placeholder: _t("Searching..."),
            },
        ];
    }

    async suggest(request) {
        const found = await this.orm.call(MODEL, "suggest", [this.props.catalog, request]);
        if (!found) {
            return [{ label: _t("The catalogue is being loaded, try again in a moment"), data: { action: true } }];
        }
        const options = found.map(({ code, name }) => ({
            label: code,
            data: { name },
            onSelect: () => this.select(code),
        }));
        if (!found.length && request) {
            options.push({ label: _t("Nothing found"), cssClass: "fst-italic", data: {} });
        }
        if (!SMALL.includes(this.props.catalog)) {
            options.push({
                label: _t("Search more..."),
                cssClass: "o_m2o_dropdown_option",
                data: { action: true },
                onSelect: () => this.searchMore(request),
            });
        }
        return options;
    }

    select(code) {
        // the words that were typed would stay if the key is the one that was there before
        this.inputRef.el.value = code;
        this.props.record.update({ [this.props.name]: code });
    }

    searchMore(request) {
        const today = luxon.DateTime.local().toISODate();
        this.addDialog(SelectCreateDialog, {
            resModel: MODEL,
            title: _t("Search: %s", this.props.record.fields[this.props.name].string),
            noCreate: true,
            multiSelect: false,
            domain: [
                ["catalog", "=", this.props.catalog],
                "|", ["valid_to", "=", false], ["valid_to", ">=", today],
            ],
            context: { hide_catalog: true },
            dynamicFilters: request
                ? [{ description: request, domain: [["display_name", "ilike", request]] }]
                : [],
            onSelected: async ([id]) => {
                const [item] = await this.orm.read(MODEL, [id], ["code"]);
                this.select(item.code);
            },
        });
    }
}

export const catalogField = {
    ...charField,
    component: CatalogField,
    displayName: _t("Key of a SAT catalogue"),
    supportedTypes: ["char"],
    supportedOptions: [{ label: _t("Catalogue"), name: "catalog", type: "string" }],
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...charField.extractProps(fieldInfo, dynamicInfo),
        catalog: fieldInfo.options.catalog,
    }),
};

registry.category("fields").add("l10n_mx_co_edi_catalog", catalogField);
