"""One document of a test set: its number, its signed bytes, what DIAN said. No invoice and no entry of the books."""
import base64
import hashlib
import json
from datetime import timezone
from urllib.parse import urlencode

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import findings
from ..core.dian import build, identity, names, numbering, rules, trial, trial_answers, trial_parties, xades_sign
from ..core.dian.model import DocumentReference
from ..core.dian.rules import against
from ..core.dian.rules.file import check_file
from ..core.errors import CoreError
from ..core.findings import Finding
from .adapt_co_party import party_of
from .company_dian import SOFTWARE_PIN
from .document import ENVIRONMENTS
from .file_counter import next_counter
from .finding_texts import describe
from .numbering_range import TECHNICAL_KEY
from .strategy_co import now_in_colombia

KINDS = [
    (trial.INVOICE, "Invoice"),
    (trial.CREDIT_NOTE, "Credit Note"),
    (trial.DEBIT_NOTE, "Debit Note"),
    (trial.SUPPORT, "Support Document"),
    (trial.ADJUSTMENT, "Adjustment Note"),
]
STATES = [
    ("pending", "Pending"),
    ("signed", "Signed"),
    ("sending", "Being Sent"),
    ("sent", "At DIAN"),
    ("doubt", "In Doubt"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("unused", "Not Needed"),
]
FROZEN = {"set_id", "kind", "prefix", "number", "nit", "environment"}


class TestDocument(models.Model):
    _name = "l10n_mx_co_edi.test.document"
    _inherit = ["l10n_mx_co_edi.export.guard"]
    _description = "Test Document of DIAN"
    _rec_name = "name"
    _order = "set_id desc, kind, id"

    set_id = fields.Many2one("l10n_mx_co_edi.test.set", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="set_id.company_id", store=True, index=True)
    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    nit = fields.Char("NIT", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    prefix = fields.Char(readonly=True)
    number = fields.Char(required=True, readonly=True)
    name = fields.Char("Number with Prefix", compute="_compute_name", store=True)
    is_probe = fields.Boolean("Probe", readonly=True, help="Sent alone, to see the real errors before the set.")
    is_former = fields.Boolean("Of a Former Set", readonly=True)
    invoice_id = fields.Many2one("l10n_mx_co_edi.test.document", "Corrects", readonly=True, ondelete="restrict")
    customer = fields.Char(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="pending", index=True)
    issued_at = fields.Datetime("Signed On", readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    uuid = fields.Char("CUFE or CUDE", readonly=True, index="btree_not_null")
    signed_xml = fields.Binary("Signed XML", attachment=False, readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True)
    certificate_id = fields.Many2one("l10n_mx_co_edi.certificate", "Signed With", readonly=True, ondelete="set null")
    sent_as = fields.Char("File Name", readonly=True)
    zip_key = fields.Char("ZipKey", readonly=True, help="What DIAN gave in return for the document; it is asked for "
                                                        "with it.")
    answer_xml = fields.Binary("DIAN's Answer", attachment=False, readonly=True)
    last_code = fields.Char("Last Code", readonly=True)
    last_message = fields.Text("Last Answer", readonly=True)
    rejections = fields.Json(readonly=True)
    problem = fields.Text("What to Do", compute="_compute_problem")
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime("Asked Again", readonly=True)
    lease_until = fields.Datetime(readonly=True)
    exchange_ids = fields.One2many("l10n_mx_co_edi.exchange", "test_document_id", "Calls", readonly=True)

    # for DIAN a number is spent once it was sent, whatever became of it
    _number_once = models.UniqueIndex(
        "(environment, nit, COALESCE(prefix, ''), number)", "This number was given to a test document before.")

    # ------------------------------------------------------------------
    # Compute and guards
    # ------------------------------------------------------------------

    @api.depends("prefix", "number")
    def _compute_name(self):
        for document in self:
            document.name = f"{document.prefix or ''}{document.number or ''}"

    @api.depends("state", "last_code", "last_message", "rejections")
    @api.depends_context("lang")
    def _compute_problem(self):
        for document in self:
            document.problem = "\n".join(document._problems()) if document.state != "accepted" else False

    def _problems(self):
        rows = self.rejections or ([{"code": self.last_code, "message": self.last_message}] if self.last_code else [])
        for row in rows:
            code, said = row["code"] or "", row["message"] or ""
            words = self._cause(code, said) or describe(self.env, Finding.error(code, message=said))["message"]
            # DIAN's own words too: with them its support can be asked
            more = ": ".join(part for part in (code, said) if part and part not in words)
            yield f"{words} ({more})" if more else words

    def _cause(self, code, said):
        """Return what has to be put right in the portal or in the set, empty where the rule is about the document."""
        cause = trial_answers.cause(code, said, self.kind)
        if not cause:
            return ""
        return describe(self.env, Finding.error(
            cause.code, sender=cause.sender, issuer=cause.issuer or self.nit), self.company_id)["message"]

    def write(self, vals):
        if vals.keys() & FROZEN:
            raise UserError(_("Kind and number of a test document never change."))
        if vals.get("signed_xml") and any(document.state != "pending" for document in self):
            raise UserError(_("What was signed is never signed a second time with the same number."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(_("Test documents are kept: their numbers must not be used a second time."))

    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------

    @api.model
    def _generate(self, test_set, kind, count, **values):
        """Create `count` documents of `kind` with numbers that were never given before; return them.

        :raise UserError: the test range has not so many numbers left
        """
        company, prefix = test_set.company_id, test_set._prefix_of(kind)
        nit, environment = company._l10n_mx_co_edi_nit(), test_set.environment
        # one at a time: who reads the highest number is the one who gives the next
        self.env.cr.execute(SQL(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", f"l10n_mx_co_edi_test_{environment}_{nit}_{prefix}"))
        has_range = kind in trial.FIRSTS
        begin = int(test_set.first) if has_range else 1
        start = max(begin, self._highest(company, environment, nit, prefix) + 1)
        if has_range and start + count - 1 > int(test_set.last):
            raise UserError(_("The test range has only %(count)s numbers left.", count=int(test_set.last) - start + 1))
        return self.create([{
            "set_id": test_set.id, "kind": kind, "prefix": prefix or False, "number": str(start + position),
            "nit": nit, "environment": environment,
            "customer": self._other_party(kind, start + position).registration_name, **values,
        } for position in range(count)])

    @api.model
    def _other_party(self, kind, number):
        """Return who is invented as the other side: a buyer, of a support document a seller."""
        is_support = trial.first_of(kind) == trial.SUPPORT
        return trial_parties.seller(number) if is_support else trial_parties.buyer(number)

    @api.model
    def _highest(self, company, environment, nit, prefix):
        """Return the highest number with `prefix` that a test document, or an invoice sent as a test, ever had."""
        self.env.flush_all()
        self.env.cr.execute(SQL("""
            SELECT max(number) FROM (
                SELECT number::bigint FROM l10n_mx_co_edi_test_document
                 WHERE environment = %(environment)s AND nit = %(nit)s AND COALESCE(prefix, '') = %(prefix)s
                UNION ALL
                SELECT folio::bigint FROM l10n_mx_co_edi_document
                 WHERE environment = %(environment)s AND company_id = %(company)s AND COALESCE(serie, '') = %(prefix)s
                   AND kind LIKE 'co_dian_%%' AND folio ~ '^[0-9]{1,18}$'
            ) AS given (number)""", environment=environment, nit=nit, prefix=prefix, company=company.id))
        return self.env.cr.fetchone()[0] or 0

    def _drop(self):
        """Take back documents that were never sent; their numbers stay used."""
        self.write({"state": "unused", "next_attempt_at": False, "lease_until": False})

    # ------------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------------

    def _is_note(self):
        return self.kind not in trial.FIRSTS

    def _corrected(self):
        """Return the accepted document that this note corrects, or an empty record while there is none.

        One that DIAN refused is replaced by another of the set.
        """
        if self.invoice_id.state == "accepted":
            return self.invoice_id
        if self.invoice_id and self.invoice_id.state not in ("rejected", "unused"):
            return self.browse()
        return self.search([
            ("set_id", "=", self.set_id.id), ("kind", "=", trial.first_of(self.kind)), ("state", "=", "accepted"),
            ("is_probe", "=", False), ("is_former", "=", False)], order="id", limit=1)

    def _sign(self):
        """Freeze the bytes of a pending document, dated this second.

        :raise UserError: what the company's data lack, in words
        """
        self.ensure_one()
        test_set, moment = self.set_id, now_in_colombia()
        certificate = self.env["l10n_mx_co_edi.certificate"]._current_dian(self.company_id)
        if not certificate:
            raise UserError(describe(self.env, Finding.error("CO-CERT-12", company=self.company_id.name))["message"])
        content, doubts = self._content(moment)
        pin, key = test_set._secret(SOFTWARE_PIN), test_set._secret(TECHNICAL_KEY)
        self._refuse([*doubts, *rules.check(content)])
        known = against.Company(
            software_id=test_set.software, pin=pin, technical_key=key, environment=identity.TEST,
            signing_day=moment.date())
        try:
            content = identity.identify(content, pin=pin, technical_key=key)
            signer, chain = certificate._signer(), tuple(certificate._chain_der())
            signed = xades_sign.sign(build.to_xml(content), signer, signing_time=moment, chain=chain)
        except CoreError as error:
            raise UserError(_("%(name)s could not be signed: %(detail)s", name=self.name, detail=error)) from error
        self._refuse([*check_file(signed), *against.differences(content, known)])
        counter = next_counter(self.env, self.environment, self.nit, moment.date())
        self.write({
            "signed_xml": base64.b64encode(signed), "sha256": hashlib.sha256(signed).hexdigest(),
            "certificate_id": certificate.id, "uuid": content.uuid,
            "issued_at": moment.astimezone(timezone.utc).replace(tzinfo=None),
            "sent_as": numbering.xml_name(numbering.file_kind(self.kind), self.nit, moment.date(), counter),
            "state": "signed", "last_code": False, "last_message": False, "rejections": False,
        })

    def _refuse(self, found):
        if problems := findings.blocking(found):
            company = self.company_id.partner_id
            raise UserError("\n".join(describe(self.env, problem, company)["message"] for problem in problems))

    def _content(self, moment):
        """Return the content, and the findings about the company's data."""
        test_set = self.set_id
        issuer = self.company_id._l10n_mx_co_edi_issuer().partner_id.commercial_partner_id
        is_support = test_set._is_support()
        ours, doubts = party_of(issuer, is_issuer=True, range_prefix=None if is_support else self.prefix or None)
        corrected = self._corrected() if self._is_note() else self.browse()
        if self._is_note():
            if not corrected:
                raise UserError(_("%(name)s waits until DIAN has accepted its invoice.", name=self.name))
            self.write({"invoice_id": corrected.id, "customer": corrected.customer})
        # a note is for whom its invoice was for
        theirs = self._other_party(self.kind, int((corrected or self).number))
        supplier, customer = (theirs, ours) if is_support else (ours, theirs)
        return trial.document(
            self.kind, number=self.name, moment=moment, software_id=test_set.software or "",
            environment=identity.TEST, supplier=supplier, customer=customer, control=test_set._control(),
            invoice=corrected._as_reference() if corrected else None, turn=int(self.number),
            provider=test_set._software_owner()), doubts

    def _as_reference(self):
        """Return this accepted document as a note of the set names it."""
        return DocumentReference(
            id=self.name, uuid=self.uuid, uuid_scheme_name=names.CUDS if self.kind == trial.SUPPORT else names.CUFE,
            issue_date=self._day_of_issue())

    def _day_of_issue(self):
        """Return the Colombian day on which it was signed."""
        return fields.Datetime.context_timestamp(self.with_context(tz="America/Bogota"), self.issued_at).date()

    def _bytes(self):
        return base64.b64decode(self.sudo().with_context(bin_size=False).signed_xml or b"")

    @api.model
    def action_xlsx(self):
        """Hand out the documents that the list shows, or those that are marked in it, as a spreadsheet.

        :raise UserError: the user may not export
        """
        if not self.env.user.has_group("base.group_allow_export"):
            raise UserError(_("You may not export. Ask an administrator for the right to export."))
        domain = [("id", "in", self.ids)] if self else self.env.context.get("active_domain") or []
        return {
            "type": "ir.actions.act_url", "target": "download",
            "url": f"/l10n_mx_co_edi/test_documents.xlsx?{urlencode({'domain': json.dumps(domain)})}"}

    def action_download(self):
        """Hand out the signed file; of a provider's document the one that the provider signed."""
        self.ensure_one()
        return self._download("stamped_xml" if self.stamped_xml else "signed_xml", self.sent_as)

    def action_download_answer(self):
        """Hand out what DIAN answered (its ApplicationResponse)."""
        self.ensure_one()
        return self._download("answer_xml", f"{self.name}_DIAN.xml")

    def _download(self, field, name):
        return {
            "type": "ir.actions.act_url", "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/{field}/{name}?download=true"}


class Exchange(models.Model):
    _inherit = "l10n_mx_co_edi.exchange"

    test_document_id = fields.Many2one(
        "l10n_mx_co_edi.test.document", "Test Document", index="btree_not_null", readonly=True, ondelete="restrict")
