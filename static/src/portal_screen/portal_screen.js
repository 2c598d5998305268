import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const TESTS = "catalogo-vpfe-hab.dian.gov.co";
const PRODUCTION = "catalogo-vpfe.dian.gov.co";

/**
 * The screens of DIAN's portals that a step leads to, drawn with the words that stand there. These are the portal's own
 * and are never translated. `path` is the way through its menus, `rows` are its fields with what is typed into them.
 */
const SCREENS = {
    register: (data) => ({
        address: TESTS,
        path: ["Registro y habilitación", "Documentos electrónicos", "Factura electrónica"],
        rows: [["Correo electrónico para la recepción de facturas", data.mailbox_to_type]],
        buttons: ["Registrar"],
    }),
    mode: (data) => ({
        address: TESTS,
        path: [
            "Registro y habilitación",
            "Documentos electrónicos",
            data.family === "support" ? "Documento para no obligados a facturar" : "Factura electrónica",
            "Configurar modos de operación",
        ],
        rows:
            data.service === "dian"
                ? [
                      ["Seleccione el modo de operación", "Software propio"],
                      ["Nombre del software", data.software_name],
                      ["PIN", "•••••"],
                  ]
                : [
                      ["Seleccione el modo de operación", "Software de un proveedor tecnológico"],
                      ["Nombre de la empresa proveedora", data.provider_name],
                      ["Nombre del software", data.software_name],
                  ],
        buttons: ["Asociar"],
    }),
    set: () => ({
        address: TESTS,
        path: ["Listado de modos de operación asociados", "Detalles de set de pruebas"],
        rows: [
            ["Identificador del software", "00000000-0000-…"],
            ["Set de pruebas (TestSetId)", "00000000-0000-…"],
            ["Prefijo · Rango · Clave técnica", "SETP · 990000000 – 995000000 · fc8e…"],
            ["Facturas · Notas crédito · Notas débito", "… · … · …"],
        ],
        buttons: [],
    }),
    sync: (data) => ({
        address: TESTS,
        path: ["Detalles de set de pruebas", "Pruebas de aceptación"],
        rows: [
            ["Estado", "Aceptado"],
            ["Fecha de inicio", data.golive_date ? data.golive_date.toFormat("dd/MM/yyyy") : ""],
        ],
        buttons: ["Sincronizar a producción"],
    }),
    numbering: (data) => ({
        address: "muisca.dian.gov.co",
        path: ["Numeración de facturación", "Solicitar numeración de facturación", "Autorizar rango"],
        rows: [
            ["Tipo de facturación", data.words],
            ["Prefijo", data.prefix],
            ["Rango desde", data.first],
            ["Rango hasta", data.last],
        ],
        buttons: ["Borrador", "Definitivo", "Firmar"],
    }),
    associate: (data) => ({
        address: PRODUCTION,
        path: ["Participantes", "Asociar prefijos"],
        rows: [
            ["Proveedor", data.service === "dian" ? data.nit : data.provider_name],
            ["Software", data.software_name],
            ["Prefijo", "…"],
        ],
        buttons: ["Agregar"],
    }),
};

export class PortalScreen extends Component {
    static template = "l10n_mx_co_edi.PortalScreen";
    static props = { ...standardWidgetProps, screen: String };

    get screen() {
        return SCREENS[this.props.screen](this.props.record.data);
    }

    get caption() {
        return _t("Drawing of the screen to expect at %s; the portal may look different by now.", this.screen.address);
    }
}

registry.category("view_widgets").add("l10n_mx_co_edi_portal_screen", {
    component: PortalScreen,
    extractProps: ({ attrs }) => ({ screen: attrs.screen }),
});
