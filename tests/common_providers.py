"""What the tests of technology providers stand on: a company without certificate, and its accounts in the sandbox."""
from ..tests_process import provider_samples as samples
from .common_dian_sending import DianSending


class ProviderSending(DianSending):
    """Documents of a Colombian company that a technology provider signs; tests run as a billing clerk."""
    service = "cadena"

    @classmethod
    def _complete_company(cls):
        super()._complete_company()
        # no certificate is needed with a provider
        cls.certificate.active = False
        cls.with_cadena()
        cls.company.l10n_mx_co_edi_dian_service = cls.service

    @classmethod
    def with_cadena(cls):
        cls.company._l10n_mx_co_edi_store_provider_access("cadena", token=samples.TOKEN)
        cls.take_software(samples.CADENA_SOFTWARE, samples.CADENA_PIN)

    @classmethod
    def take_software(cls, software, pin):
        cls.company.l10n_mx_co_edi_dian_software = software
        cls.admin_env["l10n_mx_co_edi.secret"]._store(cls.company, "dian_software_pin", pin)

    @classmethod
    def _at_dian(cls):
        super()._at_dian()
        samples.open_cadena(cls.sandbox)

    def calls_to(self, operation):
        """Return the calls of this kind that the sandbox's provider got in this test."""
        return [call for call in self.sandbox.calls(limit=1000)
                if call["service"] == self.service and call["operation"] == operation]

    def setUp(self):
        super().setUp()
        self.sandbox.control("reset", {"what": ["calls"]})

    def outcomes(self, document):
        return document.exchange_ids.sorted("id").mapped(lambda row: f"{row.operation} {row.outcome}")
