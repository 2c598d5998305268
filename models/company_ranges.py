"""Asking for the numbering ranges of a company: DIAN, or the technology provider that tells them."""
from functools import partial

from odoo import _, models
from odoo.exceptions import UserError

from ..core.transports import registry
from .company_dian import SERVICE


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_mx_co_edi_tells_ranges(self, service):
        """Tell whether `service` can be asked for numbering ranges; otherwise an administrator types them."""
        return service == SERVICE or registry.PROVIDERS[service].capabilities.has_ranges

    def _l10n_mx_co_edi_ask_ranges(self, store, environment=None, software=None, service=None):
        """Ask for the numbering ranges, and return the service's answer.

        :param store: gets the environment, "dian" or "provider", and the answer; what it writes is committed
        :param environment: where to ask, the company's if not given; so with `software` and `service`
        :raise UserError: what is missing, or that the service could not be asked
        """
        self.ensure_one()
        settings = self._l10n_mx_co_edi_settings()
        environment = environment or settings.l10n_mx_co_edi_environment
        service = service or self._l10n_mx_co_edi_dian_service()
        nit, software = self._l10n_mx_co_edi_nit(), software or settings.l10n_mx_co_edi_dian_software
        if not self._l10n_mx_co_edi_tells_ranges(service):
            raise UserError(_(
                "The technology provider has no service that tells the ranges. An administrator types them, under "
                "Numbering Ranges, as form 1876 shows them."))
        if not nit or not software:
            raise UserError(_("Enter the NIT of the company and its Software ID first."))
        if service == SERVICE:
            return self._l10n_mx_co_edi_ask_dian(
                lambda client: client.numbering_ranges(nit, nit, software), partial(store, environment, "dian"),
                environment=environment)
        return self._l10n_mx_co_edi_ask_provider(
            lambda client: client.numbering_ranges(nit, software), partial(store, environment, "provider"),
            service=service, environment=environment)

    def _l10n_mx_co_edi_fetch_ranges(self):
        """Ask for the ranges and store them at once, as the night does: what nobody knew yet gives no numbers.

        :return: the ranges, also those that were known before
        :raise UserError: what is missing, or that the service could not be asked or knows no range
        """
        self.ensure_one()
        ranges = self.env["l10n_mx_co_edi.numbering.range"].sudo()
        answer = self._l10n_mx_co_edi_ask_ranges(
            lambda environment, source, found: ranges._store_answer(self, environment, found, source))
        self._l10n_mx_co_edi_check_named(answer)
        return ranges.search([("company_id", "=", self.id)])

    def _l10n_mx_co_edi_review_ranges(self, environment=None, software=None, service=None):
        """Ask for the ranges, and keep the answer for a person to look at before anything is stored.

        :return: the service's answer, and what to look at (empty where it names no range)
        """
        self.ensure_one()
        reviews, kept = self.env["l10n_mx_co_edi.range.review"].sudo(), []

        def store(where, source, found):
            kept.append(reviews._note(self, where, source, found))

        answer = self._l10n_mx_co_edi_ask_ranges(store, environment, software, service)
        return answer, kept[-1] if kept else reviews.browse()

    def _l10n_mx_co_edi_check_named(self, answer):
        """:raise UserError: no range was named, and what to do"""
        if not getattr(answer, "ranges", ()):
            raise UserError(_(
                "DIAN knows no numbering range for this software. Request one in MUISCA and associate its prefix with "
                "the software in DIAN's portal; it can take some hours until it shows here. DIAN's answer: %(message)s",
                message=answer.message or answer.code))

    def _l10n_mx_co_edi_show_ranges(self):
        """Ask for the ranges of the company's software, and return the action that shows what changes.

        Where nothing does, that is said, and that the connection works.

        :raise UserError: what is missing, or that DIAN could not be asked or knows no range
        """
        self.ensure_one()
        answer, review = self._l10n_mx_co_edi_review_ranges()
        self._l10n_mx_co_edi_check_named(answer)
        if not review._decides_nothing():
            return review.with_env(self.env)._action_open()
        names = ", ".join(review.line_ids.range_id.mapped("display_name"))
        review._store()
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "type": "success",
                "message": _("The connection to DIAN works, and no range has changed: %(names)s", names=names),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
