import { useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CharField, charField } from "@web/views/fields/char/char_field";

const HEX = /^[0-9a-f]*$/i;

/** What is still wrong with a value that is being typed or was pasted; empty when it has its shape. */
const SHAPES = {
    identifier: (text) => {
        const digits = text.replace(/-/g, "");
        if (!HEX.test(digits)) {
            return _t("Only digits, the letters a to f and dashes belong in it.");
        }
        if (digits.length !== 32) {
            return _t("%s of 32 digits.", digits.length);
        }
        return /^[^-]{8}-[^-]{4}-[^-]{4}-[^-]{4}-[^-]{12}$/.test(text)
            ? ""
            : _t("The dashes stand behind 8, 4, 4 and 4 digits.");
    },
    key: (text) => {
        if (!HEX.test(text)) {
            return _t("Only digits and the letters a to f belong in it.");
        }
        return text.length === 40 ? "" : _t("%s of 40 digits.", text.length);
    },
    pin: (text) => (/^[0-9]{5}$/.test(text) ? "" : _t("DIAN's portal takes a PIN of five digits.")),
    prefix: (text) => (/^[0-9a-z]{1,4}$/i.test(text) ? "" : _t("At most four letters or digits, without blanks.")),
};

/** A text field that says while somebody types how far the value is from its shape. The server decides when it is saved. */
export class ShapeField extends CharField {
    static template = "l10n_mx_co_edi.ShapeField";
    static props = { ...CharField.props, shape: String };

    setup() {
        super.setup();
        this.typed = useState({ text: "" });
        useEffect(
            (el) => {
                if (!el) {
                    return;
                }
                const onInput = () => (this.typed.text = el.value.trim());
                onInput();
                el.addEventListener("input", onInput);
                return () => el.removeEventListener("input", onInput);
            },
            () => [this.input.el, this.props.record.data[this.props.name]]
        );
    }

    get hint() {
        return !this.props.readonly && this.typed.text ? SHAPES[this.props.shape](this.typed.text) : "";
    }

    get fits() {
        return !this.props.readonly && Boolean(this.typed.text) && !this.hint;
    }
}

registry.category("fields").add("l10n_mx_co_edi_shape", {
    ...charField,
    component: ShapeField,
    displayName: _t("Text of a fixed shape"),
    supportedTypes: ["char"],
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...charField.extractProps(fieldInfo, dynamicInfo),
        shape: fieldInfo.options.shape,
    }),
});
