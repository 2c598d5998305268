"""What SAT itself says of a stamped CFDI, asked by a person. It changes nothing of the document's own state."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.cfdi import expression, read, status
from ..core.cfdi.status import Cancellable, Request, Standing
from ..core.errors import Misconfigured, TransportError
from ..core.states import State
from ..core.transports import registry
from ..core.transports.base import Refused
from .server_options import endpoint_override, sandbox_url
from .transaction import assert_nothing_uncommitted, commit, run_durably

SERVICE = "sat_status"


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    sat_answer = fields.Json(readonly=True, copy=False, help="What SAT answered last, in its own words.")
    sat_asked_at = fields.Datetime("SAT Asked", readonly=True, copy=False)
    sat_words = fields.Text("At SAT", compute="_compute_sat_words")
    sat_contradicts = fields.Boolean(compute="_compute_sat_words")
    can_ask_sat = fields.Boolean(compute="_compute_can_ask_sat")

    @api.depends("state", "kind", "stamped_xml")
    def _compute_can_ask_sat(self):
        for document in self:
            document.can_ask_sat = document.state == State.VALID and document.kind.startswith("mx_cfdi")

    @api.depends("sat_answer")
    @api.depends_context("lang")
    def _compute_sat_words(self):
        for document in self:
            answer = document.sat_answer and status.read(**document.sat_answer)
            document.sat_words = document._sat_sentence(answer) if answer else False
            document.sat_contradicts = bool(answer) and answer.standing == Standing.CANCELLED

    def _sat_sentence(self, answer):
        """Return what SAT's answer means for people."""
        sentences = {
            Standing.LIVE: _("SAT has it: it is valid."),
            Standing.CANCELLED: _(
                "SAT has it as cancelled. If nobody of the company asked for that, call the provider; do not issue "
                "it again before you know why."),
            Standing.NOT_FOUND: _(
                "SAT does not know it yet. That is usual in the hours after the stamp, up to three days; the stamp is "
                "proof enough until then."),
        }
        how = {
            Cancellable.NO: _("It cannot be cancelled now: a live document refers to it."),
            Cancellable.WITHOUT_ACCEPTANCE: _("It can be cancelled without the customer's acceptance."),
            Cancellable.WITH_ACCEPTANCE: _("To cancel it the customer has to accept."),
        }
        request = {
            Request.IN_PROCESS: _("A request to cancel it waits for the customer."),
            Request.REJECTED: _("The customer rejected a request to cancel it."),
        }
        words = [sentences.get(answer.standing) or _(
            "SAT's answer is not understood: %(words)s", words=" / ".join(filter(None, self.sat_answer.values())))]
        if answer.standing == Standing.LIVE:
            words += [how.get(answer.cancellable, ""), request.get(answer.request, "")]
        if answer.standing in (Standing.LIVE, Standing.CANCELLED) and answer.names_listed_party:
            words.append(_(
                "The company or a third party is in SAT's list of article 69-B (%(code)s).", code=answer.efos))
        return " ".join(filter(None, words))

    def action_ask_sat(self):
        """Ask SAT's public status service, and keep the answer and the record of the call.

        :raise UserError: nothing could be learned, and what to do
        """
        self.ensure_one()
        self._check_issuer()
        if not self.can_ask_sat:
            raise UserError(_("Only a stamped CFDI can be asked for at SAT."))
        document = self.sudo()
        question = expression.printed_expression(read.parse(document._stamped_bytes()))
        client = document._sat_client()
        commit(self.env)
        assert_nothing_uncommitted(self.env)
        problem = answer = None
        try:
            answer = client.ask(question)
        except TransportError as error:
            problem = error
        run_durably(self.env, lambda: document._keep_sat_answer(client, answer))
        if problem or isinstance(answer, Refused):
            raise UserError(_(
                "SAT could not be asked; try again in some minutes. The document is not touched by that. Detail: "
                "%(detail)s", detail=problem or answer.message))
        return self._notify(self.sat_words)

    def _sat_client(self):
        environment = self.environment
        base_url = sandbox_url() if environment == "sandbox" else endpoint_override(SERVICE)
        try:
            return registry.sat_status_service(environment, base_url_override=base_url)
        except Misconfigured as error:
            raise UserError(_("The connection to SAT is not set up correctly: %(detail)s", detail=error)) from error

    def _keep_sat_answer(self, client, answer):
        self.env["l10n_mx_co_edi.exchange"]._record(self.company_id, SERVICE, client.exchanges, document=self)
        if answer and not isinstance(answer, Refused):
            self.write({"sat_asked_at": fields.Datetime.now(), "sat_answer": {
                "code": answer.code, "state": answer.state, "cancellable": answer.cancellable,
                "cancellation": answer.cancellation, "efos": answer.efos}})
