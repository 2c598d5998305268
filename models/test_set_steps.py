"""The nine steps from nothing to production, and which of them are done.

A step is done when what it is for is there, whoever did it and wherever: nothing is done because a button was pressed.
What happens in DIAN's portals leaves no trace here, so there a card is ticked by a person, with name and time.

1. company: DIAN's rules find nothing to correct in the company's data, and its RUT is attached.
2. issuer: the cards of registration and of the operation mode are ticked.
3. software: software, PIN, Test Set ID, test range with its technical key, and how many documents the set wants.
4. probe: DIAN accepted one document sent alone, or it has accepted the whole set.
5. documents: as many as the set wants were made and accepted, or the set is.
6. verdict: DIAN said that the set is accepted.
7. golive: the date to begin is kept, and both cards of the change to production are ticked.
8. numbering: one range was requested, signed, its form 1876 is here, and its prefix is associated with the software.
9. production: a range of DIAN's production service with its journal, and the company works in production.

No step locks another one: each can be opened and done once more at any time. A step that came undone (a renewed RUT, a
set begun anew) shows so. The record opens at the first step that is not done.
Other parts of the add-on extend `_lacking_<key>`: what is still missing in a step, in words; nothing means done.
"""
from odoo import _, api, fields, models

from .company_dian import SERVICE

MODEL = "l10n_mx_co_edi.test.set.steps"
STEPS = [
    ("company", "Company Data"),
    ("issuer", "Registration"),
    ("software", "Software and Numbers"),
    ("probe", "Probe"),
    ("documents", "Test Documents"),
    ("verdict", "DIAN's Verdict"),
    ("golive", "Go-Live Date"),
    ("numbering", "Numbering"),
    ("production", "Production"),
]
DONE, NOW, WAITING = "done", "now", "waiting"


class TestSetSteps(models.AbstractModel):
    """Part of the test set, so that whoever extends the test set extends its steps, too, whatever is loaded first."""
    _name = MODEL
    _description = "Steps from Nothing to Production"

    step = fields.Selection(
        STEPS, "Next Step", compute="_compute_steps",
        help="The first step that is not done yet; the last one when all are.")
    steps = fields.Json("Steps", compute="_compute_steps")
    steps_done = fields.Integer("Steps Done", compute="_compute_steps")

    @api.depends(
        "company_id", "environment", "state", "software", "identifier", "invoice_count", "credit_count",
        "debit_count", "resolution", "first", "last", "document_ids.state", "card_issuer", "card_mode", "card_date",
        "card_sync", "golive_date", "company_findings", "rut_filename", "is_rut_of_another", "request_ids.missing")
    @api.depends_context("lang", "uid")
    def _compute_steps(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for test_set in self:
            lacking = {key: list(getattr(test_set, f"_lacking_{key}")()) for key, _label in STEPS}
            undone = [key for key, missing in lacking.items() if missing]
            test_set.step = undone[0] if undone else STEPS[-1][0]
            test_set.steps_done = len(STEPS) - len(undone)
            test_set.steps = [
                {"key": key, "label": labels[key], "lacking": missing,
                 "state": DONE if not missing else NOW if key == test_set.step else WAITING}
                for key, missing in lacking.items()]

    # ------------------------------------------------------------------
    # What is still missing, in words
    # ------------------------------------------------------------------

    def _lacking_company(self):
        """Return what the company's data and its RUT lack."""
        return []

    def _lacking_issuer(self):
        return self._tick_words("card_issuer", "card_mode")

    def _lacking_software(self):
        """Return what has to be typed or fetched before anything can be signed, and the size of the set."""
        signs = self.service != SERVICE or self.has_certificate
        return [
            *([] if signs else [_("the certificate that signs")]), *self._lacking(),
            *([] if any(self._wanted().values()) else [_("how many documents of each kind the set wants")])]

    def _has_verdict(self):
        return self.state == "accepted"

    def _lacking_probe(self):
        probes = [("set_id", "in", self._origin.ids), ("is_probe", "=", True), ("state", "=", "accepted")]
        accepted = self.env["l10n_mx_co_edi.test.document"].search_count(probes, limit=1)
        return [] if accepted or self._has_verdict() else [_("a document that DIAN accepted when it was sent alone")]

    def _lacking_documents(self):
        if self._has_verdict():
            return []
        waiting = self.count_pending + self.count_signed + self.count_sent
        none = not waiting and not self.count_accepted
        return [
            *([_("documents still to generate: %(count)s", count=self.count_missing)]
              if self.count_missing or none else []),
            *([_("documents that DIAN has not accepted yet: %(count)s", count=waiting)] if waiting else [])]

    def _lacking_verdict(self):
        return [] if self._has_verdict() else [_("DIAN's word that the test set is accepted")]

    def _lacking_golive(self):
        return self._tick_words("card_date", "card_sync")

    def _lacking_numbering(self):
        """Return what the requests lack; nothing where the company has a range of production already."""
        if self._production_ranges():
            return []
        if not self.request_ids:
            return [_("a request for numbers")]
        return [f"{request.display_name}: {request.missing}" for request in self.request_ids if request.missing]

    def _tick_words(self, *names):
        """Return what the cards that nobody ticked are about."""
        return [
            self.env._("the card \"%(card)s\"", card=self._fields[name]._description_string(self.env))
            for name in names if not self[name]]

    # ------------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------------

    @api.model
    def action_get_ready(self):
        """Open the assistant of the current company: its only record, a new one if it has none, else the list."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_test_set")
        company = self.env.company
        records = self.search([("company_id", "=", company.id)])
        begins = not records and company.account_fiscal_country_id.code == "CO" and self.has_access("create")
        if len(records) == 1 or begins:
            action.update({"res_id": records.id, "views": [(False, "form")], "view_mode": "form"})
        return action
