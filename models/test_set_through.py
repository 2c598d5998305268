"""A test set through a technology provider: the same states, and the same promise.

The provider signs, so a document is known by its number: what got no answer is looked up by prefix and number before it
goes again, and what is found has to prove that it is what was sent (`core.dian.provider_proof`). The provider's 409
"Set de prueba … se encuentra Aceptado" is DIAN's verdict. It comes to who sends something: so one more document asks
for it when all were accepted, and where the provider never tells, a person reads it in DIAN's portal.
"""
import base64
import hashlib
from datetime import timedelta, timezone

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core import findings, snapshot
from ..core.dian import answer, build, identity, layout, provider_proof, rules, trial, trial_answers
from ..core.errors import CoreError, InDoubt
from ..core.transports import registry
from ..core.transports.base import NotFound, Refused
from ..core.transports.dian_answers import AlreadyProcessed, InProgress, SetClosed
from ..core.transports.provider import LAYOUT, Asked, ProviderSigned, key_of
from .company_dian import SOFTWARE_PIN, nit_of
from .company_provider import CADENA, CADENA_NIT, XML
from .numbering_range import TECHNICAL_KEY
from .strategy_co import now_in_colombia
from .test_set_run import NOT_ABOUT_IT

ABSENT_LOOKUPS, QUIET = 3, timedelta(minutes=1)  # services show what they have some seconds late
NOT_THE_DOCUMENT = (trial_answers.UNKNOWN_SET, trial_answers.OTHER_SENDER)


class TestDocument(models.Model):
    _inherit = "l10n_mx_co_edi.test.document"

    snapshot = fields.Text(readonly=True, groups="l10n_mx_co_edi.group_officer")
    stamped_xml = fields.Binary("Signed by the Provider", attachment=False, readonly=True)

    def _is_by_provider(self):
        return self.set_id._is_by_provider()

    def _client(self):
        # EXTENDS: the provider's, which puts the documents of the set where DIAN counts them
        if not self._is_by_provider():
            return super()._client()
        test_set = self.set_id
        return self.company_id._l10n_mx_co_edi_provider(
            test_set.service, self.environment, test_set="" if self.is_probe else test_set.identifier or "",
            layout_form=self._layout_form())

    def _asked(self):
        """Return what the provider looks this document up by."""
        return Asked(nit=self.nit, prefix=self.prefix or "", number=int(self.number), type_code=self.kind)

    # ------------------------------------------------------------------
    # Preparing
    # ------------------------------------------------------------------

    def _sign(self):
        # EXTENDS: what goes to a provider is not signed here
        if not self._is_by_provider():
            return super()._sign()
        moment = now_in_colombia()
        content, doubts = self._content(moment)
        test_set = self.set_id
        is_layout = test_set._payload() == LAYOUT
        found = [*doubts, *rules.check(content)]
        # the provider writes its own software into the document
        self._refuse([row for row in found if not (is_layout and "Software" in row.where)])
        try:
            if is_layout:
                payload = self._layout(content)
            else:
                content = identity.identify(
                    content, pin=test_set._secret(SOFTWARE_PIN), technical_key=test_set._secret(TECHNICAL_KEY))
                payload = build.to_xml(content)
        except CoreError as error:
            raise UserError(_("%(name)s could not be prepared: %(detail)s", name=self.name, detail=error)) from error
        self.write({
            "signed_xml": base64.b64encode(payload), "sha256": hashlib.sha256(payload).hexdigest(),
            "snapshot": snapshot.dump(content), "uuid": content.uuid or False,
            "issued_at": moment.astimezone(timezone.utc).replace(tzinfo=None), "sent_as": f"{self.name}.xml",
            "state": "signed", "last_code": False, "last_message": False, "rejections": False,
        })
        return None

    def _layout(self, content):
        """Return the content in the provider's own form, by the company's map."""
        fields_of_map = self.company_id._l10n_mx_co_edi_layout_fields()
        self._refuse(layout.check(fields_of_map))
        if self._layout_form() == XML:
            return layout.to_xml(content, fields_of_map)
        return layout.to_text(content, fields_of_map).encode()

    def _layout_form(self):
        return self.company_id._l10n_mx_co_edi_layout_form_of(self.set_id._is_support(), self._bytes())

    # ------------------------------------------------------------------
    # Sending and asking
    # ------------------------------------------------------------------

    def _deliver(self):
        # EXTENDS
        if not self._is_by_provider():
            return super()._deliver()
        payload, asked = self._bytes(), self._asked()
        self._call("send", lambda client: client.send(payload, asked=asked), self._settle_sent)
        return None

    def _ask(self):
        # EXTENDS: by number; an upload that the provider works on by what it gave for it
        if not self._is_by_provider():
            return super()._ask()
        if not self._claim(("sent", "doubt")):
            return False
        asked, track_id = self._asked(), self.zip_key
        if self.state == "sent" and track_id:
            self._call("follow", lambda client: client.follow(track_id, asked=asked), self._settle_followed)
        else:
            self._call("find", lambda client: client.find(asked), self._settle_found)
        return True

    def _settle_sent(self, result):
        if isinstance(result, ProviderSigned):
            return self._settle_signed(result)
        if isinstance(result, InProgress):
            return {**self._said(result), "state": "sent", "zip_key": result.track_id}
        if isinstance(result, SetClosed):
            self.set_id._close(result)
            return {"state": "unused", "last_code": False, "last_message": result.message}
        if isinstance(result, AlreadyProcessed | InDoubt):
            return {**self._said(result), "state": "doubt"}
        if isinstance(result, Refused) and self._is_refused(result):
            return {**self._said(result), "state": "rejected"}
        return {**self._said(result), "state": "signed"}

    def _is_refused(self, result):
        """Tell whether the answer is about the document, and not about access or set."""
        if result.category in NOT_ABOUT_IT:
            return False
        said = [(incident.code, incident.message) for incident in result.incidents] or [("", result.message)]
        causes = [trial_answers.cause(code, message, self.kind) for code, message in said]
        return not any(cause and cause.code in NOT_THE_DOCUMENT for cause in causes)

    def _settle_signed(self, result):
        """Adopt what the provider signed, where it is what was sent."""
        try:
            unpacked = provider_proof.unpack(result.document)
        except CoreError as error:
            return {"state": "doubt", "last_code": "CO-PROOF-01", "last_message": str(error), "rejections": False}
        sent = snapshot.load(self.sudo().snapshot)
        test_set = self.set_id
        wrong = findings.blocking(provider_proof.belongs(
            sent, unpacked.document, technical_key=test_set._secret(TECHNICAL_KEY),
            pin=test_set._secret(SOFTWARE_PIN)))
        if wrong:
            return {"state": "doubt", "last_code": wrong[0].code, "rejections": False,
                    "last_message": wrong[0].params.get("value", "")}
        response = unpacked.application_response or result.application_response
        key = key_of(unpacked.document)
        if response and answer.belongs(response, key):
            response = b""  # not DIAN's word about this document
        if wrong := provider_proof.uncovered(unpacked.document, is_validated=bool(response)):
            return {"state": "doubt", "last_code": wrong[0].code, "rejections": False,
                    "last_message": wrong[0].params["problem"]}
        return {
            **self._said(result), "state": "accepted", "next_attempt_at": False, "uuid": key,
            "stamped_xml": base64.b64encode(unpacked.document),
            "answer_xml": base64.b64encode(response) if response else False}

    def _settle_followed(self, result):
        if isinstance(result, ProviderSigned):
            return self._settle_signed(result)
        if isinstance(result, Refused) and result.category not in NOT_ABOUT_IT:
            return {**self._said(result), "state": "rejected", "next_attempt_at": False}
        return self._settle_closed(result) if isinstance(result, SetClosed) else self._said(result)

    def _settle_closed(self, result):
        """The set has its verdict, which tells nothing of this document: it stays what it is."""
        self.set_id._close(result)
        return {"last_code": False, "last_message": result.message, "rejections": False}

    def _settle_found(self, result):
        if isinstance(result, ProviderSigned):
            return self._settle_signed(result)
        if isinstance(result, InProgress):
            return {**self._said(result), "state": "sent", "zip_key": result.track_id}
        if isinstance(result, NotFound) and self._is_absent():
            return {**self._said(result), "state": "signed"}
        if isinstance(result, SetClosed):
            return self._settle_closed(result)
        # a look-up that was refused or got no answer taught nothing
        return self._said(result)

    def _is_absent(self):
        """Tell whether the provider, asked often enough, still did not know the document: the same bytes may go again.

        The look-up that is being settled is one of them.
        """
        last = max(self.exchange_ids.filtered(lambda row: row.operation == "send").ids, default=0)
        asked = self.exchange_ids.filtered(lambda row: row.id > last and row.outcome == "not_found")
        return len(asked) >= ABSENT_LOOKUPS and fields.Datetime.now() - self.sent_at >= QUIET


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    def _payload(self):
        """Return what the provider of this set takes: the unsigned UBL, or its own layout."""
        return registry.PROVIDERS[self.service].capabilities.payload

    def _software_owner(self):
        """Return the NIT of the provider whose software the documents name, empty for one's own."""
        if self.service != CADENA:
            return ""
        return nit_of(self.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_provider_nit) or CADENA_NIT

    def _lacking(self):
        # EXTENDS: a provider needs its access
        lacking = super()._lacking()
        if self._is_by_provider() and self.company_id._l10n_mx_co_edi_provider_findings(self.service):
            lacking.append(_("the access to the technology provider, in the settings"))
        return lacking

    # ------------------------------------------------------------------
    # The verdict
    # ------------------------------------------------------------------

    def _ask_for_verdict(self):
        # EXTENDS: a provider tells it to who sends something
        if not self._is_by_provider():
            return super()._ask_for_verdict()
        if self._live().filtered(lambda row: row.state != "accepted"):
            return None
        if self.service == CADENA:  # to whom the set is named; Facturatech's uploads name none
            self.document_ids._generate(self, trial.FAMILIES[self.family][0], 1)._advance()
        if self._is_open():
            self.stopped = _(
                "All documents were accepted, and the provider does not say what became of the set. Look in DIAN's "
                "portal: when it shows the set as accepted, press \"The Portal Says: Accepted\".")
        return None

    def action_portal_accepted(self):
        """Keep DIAN's verdict as a person read it in the portal, where the provider does not tell it."""
        self._take_verdict(True)
        return self._soft_reload()

    def action_portal_rejected(self):
        """As `action_portal_accepted`, for a set that DIAN rejected."""
        self._take_verdict(False)
        return self._soft_reload()

    @api.model
    def _verdict_of_person(self, is_accepted):
        person = self.env.user.name
        if is_accepted:
            return _("%(person)s read in DIAN's portal that the set is accepted.", person=person)
        return _("%(person)s read in DIAN's portal that the set is rejected.", person=person)

    def _take_verdict(self, is_accepted):
        self.ensure_one()
        self._check_role()
        if not self._is_by_provider() or not self._is_open():
            raise UserError(_("DIAN's verdict comes by itself for this set."))
        if is_accepted and not self.count_accepted:
            raise UserError(_("No document of this set was accepted yet."))
        message = self._verdict_of_person(is_accepted)
        self.sudo()._close(SetClosed(accepted=is_accepted, message=message))
        self.sudo().message_post(body=message)
