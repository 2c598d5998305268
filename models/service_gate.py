"""The way to each service, shared by every process on every host: a circuit breaker and a token bucket, as rows.

Trouble of a service is no trouble of a document. After some calls in a row without any answer the way is interrupted:
nothing more is attempted but one document every few seconds, the probe. When a call is answered again, the same
transaction makes everything that waits due, and wakes the scheduled actions.

A row is written only when something changes, so that in good times nobody waits for anybody; of two processes that want
the same probe or the same tokens PostgreSQL refuses one, which then claims again (`transaction.run_durably`).
"""
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..core import clock
from .document import ENVIRONMENTS
from .service_names import provider_name

WAITING = ("ready", "awaiting", "in_doubt")
NO_ANSWER = ("not_sent", "in_doubt")  # outcomes of a call that nobody answered


def _now():
    """Return the moment as the database keeps it."""
    return clock.utc_now().replace(tzinfo=None)


def trouble_of(outcome):
    """Return what kept the last call of an outcome from being answered; empty when it was, None when none was made."""
    if not outcome.exchanges:
        return None
    exchange = outcome.exchanges[-1]
    kind, _separator, reason = exchange.outcome.partition(":")
    return (outcome.message or reason or kind) if kind in NO_ANSWER else ""


class ServiceGate(models.Model):
    """The way to one service in one environment."""
    _name = "l10n_mx_co_edi.service.gate"
    _description = "Connection to a Service"
    _order = "state, environment, service"

    service = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    state = fields.Selection(
        [("interrupted", "Interrupted"), ("working", "Working")], required=True, readonly=True, default="working")
    failures = fields.Integer("Calls Without Answer", readonly=True, help="In a row, of all documents.")
    interrupted_at = fields.Datetime("Interrupted Since", readonly=True)
    next_probe_at = fields.Datetime("Tried Again", readonly=True)
    not_before = fields.Datetime("Asked to Wait Until", readonly=True, help="The service said when to come back.")
    last_trouble = fields.Text(readonly=True)
    told = fields.Boolean(readonly=True, help="The administrators have been told of this interruption.")
    waiting_count = fields.Integer("Waiting Documents", compute="_compute_waiting_count")
    words = fields.Text("What Happens Now", compute="_compute_words")

    per_second = fields.Float(
        "Documents per Second", digits=(8, 2),
        help="The most that are sent to this service by all servers together, 0 for no limit. Set it where the "
             "provider's contract has a limit.")
    burst = fields.Integer("At Once", default=10, help="How many may be sent together after a pause.")
    tokens = fields.Float(readonly=True)
    tokens_at = fields.Datetime(readonly=True)

    _once = models.UniqueIndex("(service, environment)", "This connection is already known.")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("service")
    def _compute_name(self):
        for gate in self:
            gate.name = provider_name(gate.service)

    def _compute_waiting_count(self):
        rows = {tuple(key): count for *key, count in self.env["l10n_mx_co_edi.document"]._read_group(
            [("state", "in", [*WAITING, "sending"]), ("hold", "=", False)], ["service", "environment"], ["__count"])}
        for gate in self:
            gate.waiting_count = rows.get((gate.service, gate.environment), 0)

    @api.depends("state", "not_before", "interrupted_at")
    @api.depends_context("lang", "tz")
    def _compute_words(self):
        for gate in self:
            gate.words = gate._sentence()

    def _sentence(self):
        """Return what people should know while nothing goes; empty while all is well."""
        now = _now()
        if self.state == "interrupted":
            return _(
                "There is connection trouble with %(service)s since %(time)s. Your documents are safe and go by "
                "themselves as soon as it answers. Usually that takes 10 to 15 minutes; at night, on weekends and on "
                "holidays it may be maintenance. After an hour your administrators are told.",
                service=self.name, time=self._shown(self.interrupted_at))
        if self.not_before and self.not_before > now:
            return _(
                "%(service)s asked to wait until %(time)s. Your documents are safe and go by themselves then.",
                service=self.name, time=self._shown(self.not_before))
        return ""

    def _shown(self, moment):
        return fields.Datetime.context_timestamp(self, moment).strftime("%H:%M")

    @api.constrains("per_second", "burst")
    def _check_rate(self):
        for gate in self:
            if gate.per_second < 0 or gate.burst < 1:
                raise ValidationError(_("Documents per second cannot be negative, and at least one goes at once."))

    # ------------------------------------------------------------------
    # Claiming
    # ------------------------------------------------------------------

    @api.model
    def _plan(self):
        """Return how many documents of which (service, environment) may be claimed now; who is not named has no limit.

        Asking takes nothing; what was claimed is noted by `_spend`.
        """
        now = _now()
        limited = self.search([
            "|", "|", ("state", "=", "interrupted"), ("not_before", ">", now), ("per_second", ">", 0)])
        return {(gate.service, gate.environment): gate._admits(now) for gate in limited}

    def _admits(self, now):
        """Return how many documents may go this way now; while it is interrupted that is one at a time, the probe."""
        if self.not_before and self.not_before > now:
            return 0
        if self.state == "interrupted":
            return 0 if self.next_probe_at and self.next_probe_at > now else 1
        return int(self._tokens_now(now)) if self.per_second > 0 else 0

    def _tokens_now(self, now):
        """Return the tokens of the bucket, which fills with time and never over its brim."""
        if not self.tokens_at:
            return self.burst
        return min(self.burst, self.tokens + self.per_second * max((now - self.tokens_at).total_seconds(), 0))

    @api.model
    def _plan_of_people(self):
        """As `_plan`, for who presses a button: the rate of the contract is no reason to make a person wait."""
        now = _now()
        shut = self.search(["|", ("state", "=", "interrupted"), ("not_before", ">", now)])
        return {(gate.service, gate.environment): gate._admits(now) for gate in shut}

    @api.model
    def _spend(self, taken):
        """Take tokens for claimed documents, and note those that are probes.

        :param taken: counts by (service, environment)
        """
        self._note_probes(taken)
        now = _now()
        for gate in self.search([("per_second", ">", 0)]):
            if count := taken.get((gate.service, gate.environment)):
                gate.write({"tokens": gate._tokens_now(now) - count, "tokens_at": now})

    @api.model
    def _note_probes(self, taken):
        """Say when the next probe is due, where one of these (service, environment) was claimed while interrupted."""
        for gate in self.search([("state", "=", "interrupted")]):
            if (gate.service, gate.environment) in taken:
                gate.next_probe_at = _now() + timedelta(seconds=clock.delays().breaker_probe)

    @api.model
    def _next_opening(self, service, environment):
        """Return when this way may be tried next, None where nothing is in the way."""
        gate = self.search([("service", "=", service), ("environment", "=", environment)])
        now = _now()
        moments = [gate.not_before, gate.next_probe_at if gate.state == "interrupted" else False]
        if gate.per_second > 0 and (lack := 1 - gate._tokens_now(now)) > 0:
            moments.append(now + timedelta(seconds=lack / gate.per_second))
        return max((moment for moment in moments if moment and moment > now), default=None)

    # ------------------------------------------------------------------
    # Learning
    # ------------------------------------------------------------------

    @api.model
    def _learn(self, service, environment, outcomes):
        """Take notice of what became of some calls."""
        troubles = [trouble for outcome in outcomes if (trouble := trouble_of(outcome)) is not None]
        waits = [wait for outcome in outcomes for exchange in outcome.exchanges[-1:] if (wait := exchange.retry_after)]
        if not troubles:
            return
        gate = self.search([("service", "=", service), ("environment", "=", environment)])
        gate = gate or self.create({"service": service, "environment": environment})
        now = _now()
        if waits:
            gate.not_before = now + timedelta(seconds=min(max(waits), clock.delays().retry_after_cap))
        if not all(troubles):
            gate._answered()
        else:
            gate._unanswered(len(troubles), troubles[-1], now)

    def _answered(self):
        if self.state == "interrupted":
            self.write({
                "state": "working", "failures": 0, "interrupted_at": False, "next_probe_at": False, "told": False})
            self._let_everything_go()
        elif self.failures:
            self.failures = 0

    def _unanswered(self, count, trouble, now):
        delays = clock.delays()
        values = {"failures": self.failures + count, "last_trouble": trouble}
        if self.state == "interrupted" or values["failures"] >= delays.breaker_failures:
            values.update(
                state="interrupted", next_probe_at=now + timedelta(seconds=delays.breaker_probe),
                interrupted_at=self.interrupted_at or now)
        self.write(values)

    def _let_everything_go(self):
        """Make every document due that waited for this service, and wake who sends them."""
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE l10n_mx_co_edi_document SET next_attempt_at = NULL WHERE service = %s AND environment = %s "
            "AND state IN %s AND hold IS NOT TRUE AND next_attempt_at IS NOT NULL",
            self.service, self.environment, WAITING))
        documents = self.env["l10n_mx_co_edi.document"]
        documents.invalidate_model(["next_attempt_at"])
        documents._trigger_drain(all_of_them=True)

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    @api.model
    def _tell_administrators(self):
        """Give the administrators an activity for what has been interrupted for an hour, once each time."""
        limit = _now() - timedelta(seconds=clock.delays().tell_interrupted)
        for gate in self.search([
                ("state", "=", "interrupted"), ("told", "=", False), ("interrupted_at", "<=", limit)]):
            if gate.waiting_count:
                gate.told = True
                gate._tell()

    def _tell(self):
        """Write to who administers electronic invoicing: the service's support has to be called."""
        group = self.env.ref("l10n_mx_co_edi.group_administrator")
        people = group.all_user_ids.partner_id
        if people:
            self.env["mail.thread"].message_notify(
                partner_ids=people.ids,
                subject=_("%(service)s has not answered for an hour", service=self.name),
                body=_(
                    "%(count)s documents wait. They are safe and go by themselves as soon as the service answers. Call "
                    "its support, and check the line of this server. Last trouble: %(trouble)s",
                    count=self.waiting_count, trouble=self.last_trouble or ""),
                model=self._name, res_id=self.id)

    def action_open_waiting(self):
        """Show the documents that wait for this service."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_document"),
            "domain": [("service", "=", self.service), ("environment", "=", self.environment),
                       ("state", "in", [*WAITING, "sending"])],
            "context": {},
        }

    def action_try_now(self):
        """Let the next document go as a probe at once: a person knows that the service is back."""
        self.check_access("write")
        self.write({"next_probe_at": _now(), "not_before": False})
        self.env["l10n_mx_co_edi.document"]._trigger_drain()
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    def _compute_last_error(self):
        # EXTENDS document: what its service suffers from comes first, it explains the rest
        super()._compute_last_error()
        waiting = self.filtered(lambda document: document.state in WAITING)
        gates = self.env["l10n_mx_co_edi.service.gate"].sudo().search([]) if waiting else ()
        words = {(gate.service, gate.environment): sentence for gate in gates if (sentence := gate._sentence())}
        for document in waiting:
            if sentence := words.get((document.service, document.environment)):
                document.last_error = "\n".join(filter(None, (sentence, document.last_error)))
