"""Which documents a test set is about, and who takes them: DIAN itself, or the company's technology provider.

DIAN's portal has a set for each family of documents, with a TestSetId of its own: invoices with their notes, and
support documents with their adjustments. The second have no technical key; their CUDS is made with the PIN.
"""
from dataclasses import replace

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.dian import trial
from ..core.transports.base import Refused
from .company_dian import SERVICE
from .company_provider import FACTURATECH, SERVICES

FAMILIES = [
    (str(trial.Family.INVOICE), "Invoices and Notes"),
    (str(trial.Family.SUPPORT), "Support Documents"),
]
BOUND = {"service", "family"}


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    service = fields.Selection(
        SERVICES, "Sent Through", required=True, default=lambda self: self._default_service(),
        help="Who takes the test documents: DIAN's own service, where the company has its own software, or the "
             "technology provider that the company chose as its operation mode.")
    family = fields.Selection(
        FAMILIES, "Documents", required=True, default=str(trial.Family.INVOICE),
        help="DIAN's portal has a set with a Test Set ID of its own for each kind of documents.")
    support_count = fields.Integer("Support Documents Wanted", help="As the portal shows it for this set.")
    adjustment_count = fields.Integer("Adjustment Notes Wanted", help="As the portal shows it for this set.")
    adjustment_prefix = fields.Char("Prefix of Adjustment Notes", default="NAS")

    @api.model
    def _default_service(self):
        return self.env.company._l10n_mx_co_edi_dian_service()

    def _is_support(self):
        return self.family == trial.Family.SUPPORT

    def _is_by_provider(self):
        return self.service != SERVICE

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("family", "prefix", "adjustment_prefix")
    def _check_adjustment_prefix(self):
        for test_set in self.filtered(lambda row: row._is_support()):
            prefix = test_set.adjustment_prefix
            if prefix and not (prefix.isascii() and prefix.isalnum() and len(prefix) <= 4):
                raise ValidationError(_("A prefix has at most four letters or digits."))
            if prefix == test_set.prefix:
                raise ValidationError(_("Support documents and adjustment notes need two different prefixes."))

    @api.constrains("support_count", "adjustment_count")
    def _check_support_counts(self):
        for test_set in self:
            if min(test_set.support_count, test_set.adjustment_count) < 0:
                raise ValidationError(_("The number of test documents cannot be negative."))
            if max(test_set.support_count, test_set.adjustment_count) > 500:
                raise ValidationError(_("A set has at most 500 test documents of one kind here."))

    def write(self, vals):
        changed = {name for name in BOUND & vals.keys() if any(row[name] != vals[name] for row in self)}
        if changed and self.document_ids:
            raise UserError(_(
                "This set has documents, so it stays with its kind of documents and with who takes them. Begin "
                "another set instead."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        support = str(trial.Family.SUPPORT)
        return super().create([
            {"prefix": trial.SUPPORT_PREFIX, **vals} if vals.get("family") == support else vals
            for vals in vals_list])

    def _signs_differently(self, vals):
        # EXTENDS: the prefix of adjustment notes
        is_other = "adjustment_prefix" in vals and (vals["adjustment_prefix"] or False) != self.adjustment_prefix
        return is_other or super()._signs_differently(vals)

    # ------------------------------------------------------------------
    # Numbers and size
    # ------------------------------------------------------------------

    def action_public_range(self):
        # EXTENDS: the public range is one of invoices
        if self._is_support():
            raise UserError(_(
                "The public test range is for invoices. DIAN's portal shows the one of support documents (usually with "
                "the prefix SEDS) on the page of their test set; type it here."))
        return super().action_public_range()

    def _store_range(self, answer):
        # EXTENDS: of the software's ranges those of this family; support documents have no technical key
        if not isinstance(answer, Refused):
            fitting = tuple(row for row in answer.ranges if bool(row.technical_key) != self._is_support())
            answer = replace(answer, ranges=fitting)
        return super()._store_range(answer)

    def _prefix_of(self, kind):
        return self.adjustment_prefix or "" if kind == trial.ADJUSTMENT else super()._prefix_of(kind)

    def _wanted(self):
        if self._is_support():
            return {trial.SUPPORT: self.support_count, trial.ADJUSTMENT: self.adjustment_count}
        return super()._wanted()

    @api.depends("family", "support_count", "adjustment_count")
    def _compute_counts(self):
        return super()._compute_counts()

    def _lacking(self):
        """Return what has to be entered before anything can be signed, in words.

        A range of support documents has no key, and a provider may need no software or identifier of ours.
        """
        needed = [
            (self.company_id._l10n_mx_co_edi_nit(), _("the NIT of the company")),
            (self.resolution and self.first and self.last, _("the test range")),
        ]
        if self.service != FACTURATECH:
            needed += [
                (self.software, _("the Software ID")), (self.has_pin, _("the PIN")),
                (self.identifier, _("the Test Set ID"))]
            if not self._is_support():
                needed.append((self.has_key, _("the technical key of the test range")))
        return [words for value, words in needed if not value]
