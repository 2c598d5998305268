"""What the tests of a Colombian company stand on: its certificate, software and range at the sandbox's DIAN."""
import base64
import os
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..tests_process.dian_samples import (
    BUYER,
    BUYER_NAME,
    PIN,
    RANGE,
    SELLER,
    SELLER_NAME,
    SOFTWARE,
    TECHNICAL_KEY,
)
from ..tests_process.sandbox_client import EVERYTHING
from .common import MASTER_KEY, shared_sandbox


class DianCommon(AccountTestInvoicingCommon):
    """A Colombian company that is registered at the sandbox's DIAN; tests run as a billing clerk or administrator."""

    # whether the sales journal has the range of the samples from the beginning
    with_range = True

    @classmethod
    @AccountTestInvoicingCommon.setup_country("co")
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = shared_sandbox().start()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.startClassPatcher(patch.dict(os.environ, {
            "L10N_MX_CO_EDI_KEK": MASTER_KEY, "L10N_MX_CO_EDI_KEK_FILE": "",
            "L10N_MX_CO_EDI_SANDBOX_URL": cls.sandbox.url}))
        cls.admin_env = cls.env
        cls.env.user.group_ids += cls.env.ref("base.group_system")
        cls.company = cls.company_data["company"]
        cls.company.partner_id.write({
            "name": SELLER_NAME, "vat": f"{SELLER}-0", "country_id": cls.env.ref("base.co").id,
            "l10n_latam_identification_type_id": cls.env.ref("l10n_co.rut").id})
        cls.company.write({
            "l10n_mx_co_edi_environment": "sandbox", "l10n_mx_co_edi_dian_software": SOFTWARE})
        cls.env["l10n_mx_co_edi.secret"]._store(cls.company, "dian_software_pin", PIN)
        cls.clerk = new_test_user(
            cls.env, "co_clerk", groups="account.group_account_invoice,base.group_partner_manager",
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)], email="clerk@example.invalid")
        if cls.with_range:
            cls.a_range(cls.company_data["default_journal_sale"])

    @classmethod
    def a_range(cls, journal, key=TECHNICAL_KEY, **values):
        """Return a range of the journal, as it is known after DIAN was asked: that of the samples but for `values`."""
        known = {"company_id": cls.company.id, "environment": "sandbox", "key_length": len(key)}
        known |= {name: RANGE[name] for name in ("resolution", "resolution_date", "prefix", "valid_from", "valid_to")}
        known |= {"first": str(RANGE["first"]), "last": str(RANGE["last"]), "journal_id": journal.id}
        numbering = cls.admin_env["l10n_mx_co_edi.numbering.range"].sudo().create(known | values)
        if key:
            cls.admin_env["l10n_mx_co_edi.secret"]._store(
                cls.company, "technical_key", key, res_model=numbering._name, res_id=numbering.id)
        return numbering

    def setUp(self):
        super().setUp()
        self.sandbox.control("reset", {"what": EVERYTHING})
        for kind, row in (
            ("taxpayer", {"nit": SELLER, "name": SELLER_NAME, "mailbox": "recepcion@example.co"}),
            ("software", {"id": SOFTWARE, "nit": SELLER, "pin": PIN}),
            ("range", RANGE),
            ("acquirer", {"type": "31", "number": BUYER, "name": BUYER_NAME, "email": "compras@example.co"}),
        ):
            self.sandbox.control("dian/register", {"kind": kind, "row": row})

    def a_p12(self, nit=SELLER, **options):
        """Return the file (bytes) and its password, as a certifier hands them out."""
        issued = self.sandbox.control("dian/issue", {"nit": nit, "name": SELLER_NAME, **options})
        return base64.b64decode(issued["p12"]), issued["password"]

    def with_certificate(self):
        return self.admin_env["l10n_mx_co_edi.certificate"]._import_p12(self.company, *self.a_p12())
