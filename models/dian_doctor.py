"""The certificate doctor: everything a Colombian company needs to send to DIAN, looked at in one go.

What can be looked at here is judged by `core.dian.doctor`; the way to the service by one call that changes
nothing there. What comes out has no secret in it: it is meant to be sent to whoever helps.
"""

from odoo import models
from odoo.exceptions import UserError

from ..core import clock
from ..core.dian import doctor
from ..core.findings import Finding, Severity
from ..core.transports import registry
from ..core.transports.base import Refused
from .company_dian import SERVICE, SOFTWARE_PIN
from .finding_texts import describe

VERDICTS = {Severity.INFO: "good", Severity.WARNING: "look", Severity.ERROR: "wrong"}
COMPANY, SOFTWARE, NUMBERING, TEST_SET = "company", "software", "numbering", "test_set"
TOPICS = (
    COMPANY, doctor.CERTIFICATE, doctor.SIGNATURE, SOFTWARE, doctor.LINE, doctor.CLOCK, NUMBERING, TEST_SET,
    doctor.SERVER)
NO_DOCUMENT = "0" * 96  # the key of no document, to ask for


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_mx_co_edi_check_everything(self):
        """Look at everything and ask the service once; nothing is changed, here or there, and the call is recorded.

        The caller holds no uncommitted work: the call is made between commits.

        :return: the lines of the report, each a dict with `topic`, `verdict` (good, look, wrong), `code`, `what`,
            `fix`; in the order of `TOPICS`
        """
        self.ensure_one()
        found = [
            *self._l10n_mx_co_edi_doctor_company(), *self._l10n_mx_co_edi_doctor_certificate(),
            *self._l10n_mx_co_edi_doctor_software(), *self._l10n_mx_co_edi_doctor_service(),
            *self._l10n_mx_co_edi_doctor_numbers(), *self._l10n_mx_co_edi_doctor_test_set(),
            *self._l10n_mx_co_edi_doctor_server()]
        topics = {name: number for number, name in enumerate(TOPICS)}
        lines = [self._l10n_mx_co_edi_doctor_line(finding) for finding in found]
        return sorted(lines, key=lambda line: topics[line["topic"]])

    def _l10n_mx_co_edi_doctor_line(self, finding):
        described = describe(self.env, finding)
        return {
            "topic": finding.where, "verdict": VERDICTS[finding.severity], "code": finding.code,
            "what": described["what"], "fix": described["fix"] if finding.severity != Severity.INFO else ""}

    # ------------------------------------------------------------------
    # What is looked at here
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_doctor_company(self):
        issuer, settings = self._l10n_mx_co_edi_issuer(), self._l10n_mx_co_edi_settings()
        nit = self._l10n_mx_co_edi_nit()
        if nit:
            yield Finding.info("CO-DOC-40", COMPANY, nit=issuer.vat)
        else:
            yield Finding.error("CO-DOC-41", COMPANY, company=self.name)
        environment = settings.l10n_mx_co_edi_environment
        if not environment:
            yield Finding.error("CO-DOC-42", COMPANY)
        elif not self._l10n_mx_co_edi_may_send(environment):
            yield Finding.error("CO-DOC-43", COMPANY)

    def _l10n_mx_co_edi_doctor_certificate(self):
        """Yield the findings about the certificate that signs, or about the last one where none does."""
        if not self._l10n_mx_co_edi_signs_for_dian() and self._l10n_mx_co_edi_issues_dian():
            yield Finding.info("CO-DOC-44", doctor.CERTIFICATE)
            return
        certificates = self.env["l10n_mx_co_edi.certificate"].sudo()
        owner = self._l10n_mx_co_edi_owner_of_dian_certificate()
        certificate = certificates._current_dian(self) or certificates.search(
            [("company_id", "=", owner.id), ("kind", "=", "dian"), ("secret_id", "!=", False)],
            order="not_after desc", limit=1)
        if not certificate:
            yield Finding.error("CO-CERT-12", doctor.CERTIFICATE, company=self.name)
            return
        now, chain = clock.utc_now(), certificate._chain_der()
        yield from doctor.certificate(certificate._der(), chain, at=now, nit=self._l10n_mx_co_edi_nit())
        try:
            signer = certificate._signer()
        except UserError as error:
            yield Finding.error("CO-DOC-10", doctor.SIGNATURE, detail=str(error))
            return
        yield from doctor.signature(signer, chain, at=now)

    def _l10n_mx_co_edi_doctor_software(self):
        if not self._l10n_mx_co_edi_names_software():
            return
        settings, secrets = self._l10n_mx_co_edi_settings(), self.env["l10n_mx_co_edi.secret"].sudo()
        software = settings.l10n_mx_co_edi_dian_software
        if software:
            yield Finding.info("CO-DOC-45", SOFTWARE, software=software)
        else:
            yield Finding.error("CO-DOC-46", SOFTWARE)
        if not secrets._has(settings, SOFTWARE_PIN):
            yield Finding.error("CO-DOC-48", SOFTWARE)
            return
        try:
            secrets._reveal_text(settings, SOFTWARE_PIN)
        except UserError:
            yield Finding.error("CO-DOC-49", SOFTWARE)
        else:
            yield Finding.info("CO-DOC-47", SOFTWARE)

    def _l10n_mx_co_edi_doctor_numbers(self):
        """Yield what is due about the ranges that journals take numbers from."""
        ranges = self.env["l10n_mx_co_edi.numbering.range"].sudo().search([("company_id", "=", self.id)])
        used = ranges.filtered(lambda numbering: numbering.journal_id and numbering._is_watched())
        if not used:
            yield Finding.warning("CO-DOC-51", NUMBERING)
        for numbering in used:
            notices = [Finding(one.code, one.severity, NUMBERING, one.pairs) for one in numbering._notices().values()]
            if numbering.state == "no_key":
                notices.append(Finding.error("CO-NUM-06", NUMBERING, range=numbering.display_name))
            yield from notices or [Finding.info(
                "CO-DOC-50", NUMBERING, range=numbering.display_name, left=numbering.left,
                until=numbering.valid_to or "-")]

    def _l10n_mx_co_edi_doctor_test_set(self):
        test_set = self.env["l10n_mx_co_edi.test.set"].sudo().search([("company_id", "=", self.id)], limit=1)
        if test_set.state == "accepted":
            yield Finding.info("CO-DOC-54", TEST_SET, name=test_set.name)
        elif test_set:
            state = dict(test_set._fields["state"]._description_selection(self.env))[test_set.state]
            yield Finding.warning("CO-DOC-55", TEST_SET, name=test_set.name, state=state)
        elif self._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment != "production":
            yield Finding.warning("CO-DOC-56", TEST_SET)

    def _l10n_mx_co_edi_doctor_server(self):
        try:
            self.env["l10n_mx_co_edi.secret"]._vault()
        except UserError as error:
            yield Finding.error("CO-DOC-58", doctor.SERVER, detail=str(error))
        else:
            yield Finding.info("CO-DOC-57", doctor.SERVER)
        yield doctor.libraries()
        yield doctor.zones()

    # ------------------------------------------------------------------
    # The one call
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_doctor_service(self):
        """Ask the service something harmless; returns what that tells about the line, the clock and the software."""
        if self._l10n_mx_co_edi_dian_service() != SERVICE:
            return self._l10n_mx_co_edi_doctor_provider()
        nit = self._l10n_mx_co_edi_nit()
        software, seen = self._l10n_mx_co_edi_settings().l10n_mx_co_edi_dian_software, []

        def question(client):
            seen.append(client)
            return client.numbering_ranges(nit, nit, software) if nit and software else client.status(NO_DOCUMENT)

        try:
            answer = self._l10n_mx_co_edi_ask_dian(question)  # what it says of ranges is stored where people review it
        except UserError as error:
            if not seen or not seen[0].exchanges:  # it did not come to a call
                return [Finding.error("CO-DOC-59", doctor.LINE, detail=str(error))]
            answer = None
        found = self._l10n_mx_co_edi_doctor_call(seen[0])
        if isinstance(answer, Refused):
            found.append(Finding.error("CO-DOC-53", SOFTWARE, answer=f"{answer.code} {answer.message}".strip()))
        elif answer is not None and nit and software and not answer.ranges:
            found.append(Finding.warning("CO-DOC-52", NUMBERING, answer=f"{answer.code} {answer.message}".strip()))
        return found

    def _l10n_mx_co_edi_doctor_provider(self):
        """Ask the technology provider whether the access works."""
        service, seen = registry.PROVIDERS[self._l10n_mx_co_edi_dian_service()].label, []

        def question(client):
            seen.append(client)
            return client.check()

        answer, problem = None, ""
        try:
            answer = self._l10n_mx_co_edi_ask_provider(question)
        except UserError as error:
            problem = str(error)
        if isinstance(answer, Refused):
            problem = f"{answer.code} {answer.message}".strip()
        if problem and (not seen or not seen[0].exchanges):
            return [Finding.error("CO-DOC-59", doctor.LINE, detail=problem)]
        access = (Finding.error("CO-DOC-61", SOFTWARE, service=service, detail=problem) if problem
                  else Finding.info("CO-DOC-60", SOFTWARE, service=service))
        return [*self._l10n_mx_co_edi_doctor_call(seen[0]), access]

    @staticmethod
    def _l10n_mx_co_edi_doctor_call(client):
        """Return what the last call of `client` tells about the way and the clock."""
        call = client.exchanges[-1]
        return [doctor.line(call), doctor.clock(call)]
