"""The figures of a test set, counted in the database, and told to the screens that show them while they change.

A set may have hundreds of documents, each with its signed file: nothing here reads them.
"""
from collections import Counter

from odoo import api, fields, models

CHANGED = "l10n_mx_co_edi/test_set"  # what the bus tells: the id of a set whose documents changed
AT_DIAN = ("sending", "sent", "doubt")


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    probe_state = fields.Char(compute="_compute_counts")
    count_pending = fields.Integer("Pending", compute="_compute_counts")
    count_signed = fields.Integer("Signed", compute="_compute_counts")
    count_sent = fields.Integer("At DIAN", compute="_compute_counts")
    count_accepted = fields.Integer("Accepted", compute="_compute_counts")
    count_rejected = fields.Integer("Rejected", compute="_compute_counts")
    count_missing = fields.Integer("Still to Generate", compute="_compute_counts")
    count_wanted = fields.Integer("Wanted", compute="_compute_counts")
    progress = fields.Integer("Accepted (%)", compute="_compute_counts")

    @api.depends(
        "document_ids.state", "document_ids.is_probe", "document_ids.is_former", "invoice_count", "credit_count",
        "debit_count")
    def _compute_counts(self):
        counted = self._counted()
        for test_set in self:
            own = counted[test_set._origin.id]
            states = Counter()
            for (_kind, state), count in own.items():
                states[state] += count
            wanted = test_set._wanted()
            test_set.count_pending = states["pending"]
            test_set.count_signed = states["signed"]
            test_set.count_sent = sum(states[state] for state in AT_DIAN)
            test_set.count_accepted = states["accepted"]
            test_set.count_rejected = states["rejected"]
            test_set.count_wanted = sum(wanted.values())
            test_set.count_missing = sum(test_set._missing(own).values())
            accepted = sum(min(own[kind, "accepted"], count) for kind, count in wanted.items())
            is_whole = test_set.state == "accepted"
            test_set.progress = 100 if is_whole else 100 * accepted // (test_set.count_wanted or 1)
            test_set.probe_state = test_set._last_probe().state or False

    def _counted(self):
        """Return {id of a set: {(kind, state): how many}} of the documents that are no probes and of no former set."""
        found = Counter()
        counted = {test_set._origin.id: Counter(found) for test_set in self}
        rows = self.env["l10n_mx_co_edi.test.document"]._read_group(
            [("set_id", "in", self._origin.ids), ("is_probe", "=", False), ("is_former", "=", False)],
            ["set_id", "kind", "state"], ["__count"])
        for test_set, kind, state, count in rows:
            counted[test_set.id][kind, state] = count
        return counted

    def _missing(self, counted=None):
        """Return how many documents of each kind are still to be generated.

        :param counted: of this set, as `_counted` has it, where the caller knows it
        """
        own = self._counted()[self._origin.id] if counted is None else counted
        live = Counter()
        for (kind, state), count in own.items():
            live[kind] += count if state not in ("rejected", "unused") else 0
        return {kind: max(wanted - live[kind], 0) for kind, wanted in self._wanted().items()}

    def _last_probe(self):
        return self.env["l10n_mx_co_edi.test.document"].search(
            [("set_id", "in", self._origin.ids), ("is_probe", "=", True), ("is_former", "=", False)],
            order="id desc", limit=1)

    # ------------------------------------------------------------------
    # Live
    # ------------------------------------------------------------------

    def _tell(self):
        """Let the screens that show these sets read them again; sent with the commit, and says nothing but the id."""
        officers = self.env.ref("l10n_mx_co_edi.group_officer").sudo()
        for test_set in self:
            officers._bus_send(CHANGED, {"id": test_set.id})


class TestDocument(models.Model):
    _inherit = "l10n_mx_co_edi.test.document"

    # in words of the portal, for filters: what DIAN said of it
    acceptance = fields.Selection(
        [("accepted", "Accepted"), ("rejected", "Rejected"), ("open", "No Answer Yet"), ("none", "Never Sent")],
        "Acceptance", compute="_compute_acceptance", store=True, index=True)

    @api.depends("state")
    def _compute_acceptance(self):
        known = {"accepted": "accepted", "rejected": "rejected", "unused": "none", "pending": "none", "signed": "none"}
        for document in self:
            document.acceptance = known.get(document.state, "open")

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents.set_id._tell()
        return documents

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.set_id._tell()
        return result
