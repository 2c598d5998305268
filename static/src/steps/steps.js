import { Component, onWillUpdateProps, reactive, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Which step each opened form shows: its own, not the record's, so that looking at a step changes nothing and does not
 * bother who else works on the record. It outlives a reload of the form, as buttons of the steps bring one about.
 */
const shown = reactive({});

class Steps extends Component {
    static props = { ...standardFieldProps };

    setup() {
        this.shown = useState(shown);
        this.formId = this.env.config?.breadcrumbs?.at(-1)?.jsId || "dialog";
        onWillUpdateProps((next) => {
            const [before, after] = [this.props.record.resId, next.record.resId];
            if (!before && after && this.shown[this.keyOf(before)]) {
                // saved for the first time: stay where it was typed
                this.shown[this.keyOf(after)] = this.shown[this.keyOf(before)];
                delete this.shown[this.keyOf(before)];
            }
        });
    }

    keyOf(resId) {
        return `${this.formId},${resId || "new"}`;
    }

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    /** The step that is shown: the one that somebody opened, else the first that is not done when the form was opened. */
    get current() {
        const key = this.keyOf(this.props.record.resId);
        if (!this.shown[key] && this.steps.length) {
            const first = this.steps.find((step) => step.state !== "done") || this.steps.at(-1);
            shown[key] = first.key;
        }
        return this.shown[key];
    }

    get index() {
        return this.steps.findIndex((step) => step.key === this.current);
    }

    async open(step) {
        if (!step) {
            return;
        }
        // what was typed counts for the steps that come
        if (!this.props.readonly && (await this.props.record.isDirty()) && !(await this.props.record.save())) {
            return;
        }
        this.shown[this.keyOf(this.props.record.resId)] = step.key;
    }
}

/** The nine steps as a list of buttons with the progress, and the head of the step that is shown. */
export class Stepper extends Steps {
    static template = "l10n_mx_co_edi.Stepper";

    setup() {
        super.setup();
        this.root = useRef("root");
        this.heading = useRef("heading");
        this.moved = false;
        useEffect(
            (key) => {
                // the style sheet shows the one container of this name
                this.root.el.closest(".o_form_sheet")?.setAttribute("data-co-step", key || "");
                if (this.moved) {
                    this.heading.el?.focus();
                    this.heading.el?.scrollIntoView({ block: "nearest" });
                }
                this.moved = Boolean(key);
            },
            () => [this.current]
        );
    }

    get done() {
        return this.steps.filter((step) => step.state === "done").length;
    }

    /** What a screen reader says of a step. */
    sayOf(step, number) {
        const words = {
            done: _t("Step %(number)s: %(name)s (done)", { number, name: step.label }),
            now: _t("Step %(number)s: %(name)s (this is next)", { number, name: step.label }),
            waiting: _t("Step %(number)s: %(name)s (still to do)", { number, name: step.label }),
        };
        return words[step.state];
    }

    get position() {
        return _t("Step %(number)s of %(count)s", { number: this.index + 1, count: this.steps.length });
    }

    get percent() {
        return Math.round((100 * this.done) / (this.steps.length || 1));
    }

    get now() {
        return this.steps[this.index];
    }
}

/** Back and forth, below the step. */
export class StepButtons extends Steps {
    static template = "l10n_mx_co_edi.StepButtons";

    get previous() {
        return this.steps[this.index - 1];
    }

    get previousLabel() {
        return _t("Back: %s", this.previous.label);
    }

    get nextLabel() {
        return _t("Next: %s", this.next.label);
    }

    get next() {
        return this.index < 0 ? undefined : this.steps[this.index + 1];
    }
}

registry.category("fields").add("l10n_mx_co_edi_stepper", { component: Stepper, supportedTypes: ["json"] });
registry.category("fields").add("l10n_mx_co_edi_step_buttons", { component: StepButtons, supportedTypes: ["json"] });
