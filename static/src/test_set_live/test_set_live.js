import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillUnmount, useState, xml } from "@odoo/owl";

const CHANGED = "l10n_mx_co_edi/test_set";
// many documents may change within a second; and where no bus gets through, a set that goes on is read again
const SHORTEST = 700;
const WITHOUT_BUS = 10000;

/** Reads the record of its form again while a test set is worked on, unless somebody is typing in it. */
export class TestSetLive extends Component {
    static template = xml`<span class="o_test_set_live d-none" t-att-data-loads="state.loads"/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.bus = useService("bus_service");
        this.state = useState({ loads: 0 });
        this.timer = null;
        this.lastLoad = Date.now();
        const onChanged = ({ id }) => {
            if (id === this.props.record.resId) {
                this.soon();
            }
        };
        this.bus.subscribe(CHANGED, onChanged);
        this.bus.start();
        const fallback = browser.setInterval(() => {
            if (this.props.record.data.is_running && Date.now() - this.lastLoad >= WITHOUT_BUS) {
                this.soon();
            }
        }, WITHOUT_BUS);
        onWillUnmount(() => {
            this.bus.unsubscribe(CHANGED, onChanged);
            browser.clearInterval(fallback);
            browser.clearTimeout(this.timer);
            this.timer = null;
        });
    }

    soon() {
        if (!this.timer) {
            this.timer = browser.setTimeout(() => this.refresh(), SHORTEST);
        }
    }

    async refresh() {
        this.lastLoad = Date.now();
        const record = this.props.record;
        if (record.resId && !(await record.isDirty())) {
            await record.load();
            this.state.loads++;
        }
        this.timer = null;
    }
}

registry.category("view_widgets").add("l10n_mx_co_edi_test_set_live", { component: TestSetLive });
