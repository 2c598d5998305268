"""Numbers of Colombian invoices and notes: DIAN's ranges, their ends, and what nobody may do to a number."""
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..core import clock
from ..models.finding_texts import describe
from ..models.numbering_range import TECHNICAL_KEY as KEY_NAME
from ..models.numbering_range import colombian_today
from ..tests_process.dian_samples import BOGOTA, TECHNICAL_KEY
from .common_dian import DianCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianNumbering(DianCommon):
    """Journals and ranges are made by an administrator, invoices by a billing clerk."""

    with_range = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data["default_journal_sale"]
        # noon: no test depends on when Bogotá's midnight passes
        noon = datetime.combine(datetime.now(BOGOTA).date(), time(12), BOGOTA)
        cls.enterClassContext(clock.frozen(noon))
        cls.today = colombian_today(cls.env)
        cls.buyer = cls.env["res.partner"].create({
            "name": "CLIENTE INVENTADO SAS", "is_company": True, "country_id": cls.env.ref("base.co").id})
        cls.env = cls.env(user=cls.clerk)

    def a_range(self, prefix="FE", first=1, last=1000, journal=None, key=TECHNICAL_KEY, **values):
        return super().a_range(journal or self.journal, key, **{
            "prefix": prefix, "first": str(first), "last": str(last),
            "valid_from": self.today - timedelta(days=100), "valid_to": self.today + timedelta(days=300), **values})

    def a_draft(self, move_type="out_invoice", **values):
        return self.env["account.move"].create({
            "move_type": move_type, "partner_id": self.buyer.id, "journal_id": self.journal.id,
            "invoice_date": self.today,
            "invoice_line_ids": [Command.create({"name": "Asesoría", "quantity": 1, "price_unit": 1000})], **values})

    def number(self, move):
        """Take the number as posting does, without the other checks of an invoice."""
        move.sudo()._post()
        return move.name

    def findings(self, move):
        return [finding.code for finding in move._l10n_mx_co_edi_numbering_findings()]

    # ------------------------------------------------------------------
    # First, next and last numbers
    # ------------------------------------------------------------------

    def test_the_first_invoice_gets_the_first_number_of_the_range_and_the_next_one_goes_on(self):
        self.a_range("SETP", 990000000, 995000000)
        first, second = self.a_draft(), self.a_draft()
        self.assertEqual(first.name_placeholder, "SETP990000000")
        self.assertEqual(first._l10n_mx_co_edi_next_number(), ("SETP", 990000000))
        self.assertEqual([self.number(first), self.number(second)], ["SETP990000000", "SETP990000001"])
        self.assertEqual(second._l10n_mx_co_edi_dian_number(), ("SETP", 990000001))
        self.assertEqual([first.made_sequence_gap, second.made_sequence_gap], [False, False])
        self.assertIsNone(self.a_draft()._l10n_mx_co_edi_dian_number())

    def test_a_range_that_the_settings_show_has_its_own_key_and_no_other(self):
        keyed, bare = self.a_range().sudo(), self.a_range("SE", key="").sudo()
        # that of a range whose id is the company's
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        secrets._store(bare.company_id, KEY_NAME, TECHNICAL_KEY, bare._name, bare.company_id.id)
        unsaved = bare.new({"company_id": bare.company_id.id})
        shown = (keyed.new(origin=keyed), bare.new(origin=bare), unsaved)
        self.assertEqual([numbering.has_key for numbering in shown], [True, False, False])

    def test_a_prefix_that_ends_in_a_digit_is_no_part_of_the_number(self):
        numbering = self.a_range("FE20", 9, 5000)
        names = [self.number(self.a_draft()) for _number in range(3)]
        self.assertEqual(names, ["FE209", "FE2010", "FE2011"])
        numbering.invalidate_recordset(["used", "left"])
        self.assertEqual((numbering.used, numbering.left), ("11", "4989"))
        move = self.env["account.move"].search([("name", "=", "FE2010")])
        self.assertEqual((move.sequence_prefix, move.sequence_number), ("FE20", 10))
        self.assertEqual(move._l10n_mx_co_edi_dian_number(), ("FE20", 10))

    def test_a_prefix_that_looks_like_a_year_is_none(self):
        self.a_range("F20A", 1, 5000)
        self.assertEqual([self.number(self.a_draft()) for _number in range(2)], ["F20A1", "F20A2"])

    def test_ten_digits_and_no_prefix(self):
        numbering = self.a_range(False, 999999999, 9999999999)
        moves = [self.a_draft() for _number in range(4)]
        self.assertEqual(
            [self.number(move) for move in moves], ["999999999", "1000000000", "1000000001", "1000000002"])
        numbering.invalidate_recordset(["used"])
        self.assertEqual(numbering.used, "1000000002")
        self.assertEqual(moves[3]._l10n_mx_co_edi_dian_number(), ("", 1000000002))

    def test_numbers_that_another_program_used_are_passed_over(self):
        numbering = self.a_range(start="501")
        self.assertEqual(self.number(self.a_draft()), "FE501")
        self.assertEqual(numbering.left, "499")
        with self.assertRaises(ValidationError):
            numbering.start = "2000"

    def test_a_typed_number_of_the_range_is_where_the_next_ones_go_on(self):
        self.a_range()
        self.assertEqual(self.number(self.a_draft(name="FE70")), "FE70")
        self.assertEqual(self.number(self.a_draft()), "FE71")

    def test_the_next_resolution_follows_by_itself(self):
        self.a_range(first=1, last=2)
        later = self.a_range(first=5001, last=6000, resolution="18760000002")
        posted = [self.a_draft() for _number in range(3)]
        self.assertEqual([self.number(move) for move in posted], ["FE1", "FE2", "FE5001"])
        self.assertEqual(self.journal._l10n_mx_co_edi_range(self.today), later)
        self.assertEqual(self.journal._l10n_mx_co_edi_range(self.today, "FE2").last, "2")
        self.assertFalse(posted[2].made_sequence_gap)

    def test_numbers_go_on_over_renewals_whatever_their_prefixes_and_digits(self):
        rows = (("FE2", 8, 11), ("FE2", 100, 101), ("F20", 9999999998, 9999999999), (False, 999999999, 1000000001))
        ranges = [
            self.a_range(prefix, first, last, resolution=f"1876000001{turn}",
                         valid_to=self.today + timedelta(days=100 + turn))
            for turn, (prefix, first, last) in enumerate(rows)]
        expected = [
            (f"{prefix or ''}{number}", numbering)
            for (prefix, first, last), numbering in zip(rows, ranges, strict=True)
            for number in range(first, last + 1)]
        for name, numbering in expected:
            move = self.a_draft()
            self.assertEqual(self.number(move), name)
            self.assertEqual(self.journal._l10n_mx_co_edi_range(self.today, name), numbering)
            self.assertEqual(move._l10n_mx_co_edi_dian_number()[0], numbering.prefix or "")
        self.assertEqual(self.findings(self.a_draft()), ["CO-NUM-04"])

    def test_what_was_left_of_an_expired_range_may_be_authorised_anew(self):
        old = self.a_range(last=10)
        for _turn in range(4):
            self.number(self.a_draft())
        old.sudo().valid_to = self.today - timedelta(days=1)
        new = self.a_range(first=3, last=10, resolution="18760000002")
        self.assertEqual(self.number(self.a_draft()), "FE5")
        self.assertEqual(self.journal._l10n_mx_co_edi_range(self.today, "FE5"), new)
        self.assertEqual(self.journal._l10n_mx_co_edi_range(self.today, "FE2"), old)

    def test_the_next_resolution_follows_within_one_batch(self):
        self.a_range(first=1, last=2)
        self.a_range(first=5001, last=5001, resolution="18760000002")
        self.a_range("FX", 1, 10, resolution="18760000003")
        batch = self.env["account.move"].concat(*(self.a_draft() for _number in range(4)))
        batch.sudo()._post()
        self.assertEqual(batch.mapped("name"), ["FE1", "FE2", "FE5001", "FX1"])

    def test_another_prefix_follows_when_the_first_has_expired(self):
        old = self.a_range()
        self.a_range("FX", 1, 10, resolution="18760000002", valid_to=self.today + timedelta(days=700))
        self.assertEqual(self.number(self.a_draft()), "FE1")
        old.sudo().valid_to = self.today - timedelta(days=1)
        self.assertEqual(self.number(self.a_draft()), "FX1")

    def test_the_range_in_use_is_used_up_before_another_begins(self):
        self.a_range("FX", 1, 10, valid_to=self.today + timedelta(days=700))
        self.assertEqual(self.number(self.a_draft()), "FX1")
        self.a_range(resolution="18760000002")
        self.assertEqual(self.number(self.a_draft()), "FX2")

    def test_a_range_of_another_environment_is_not_used(self):
        self.a_range("PROD", environment="production")
        self.assertEqual(self.findings(self.a_draft()), ["CO-NUM-01"])
        self.a_range("FE")
        self.assertEqual(self.number(self.a_draft()), "FE1")

    def test_a_company_that_sends_nothing_keeps_odoo_s_numbers(self):
        self.company.sudo().l10n_mx_co_edi_environment = False
        move = self.a_draft()
        self.assertEqual(self.findings(move), [])
        self.assertIn("/", self.number(move))

    # ------------------------------------------------------------------
    # Notes
    # ------------------------------------------------------------------

    def test_notes_have_numbers_of_their_own_that_dian_accepts(self):
        self.a_range()
        invoice = self.a_draft()
        self.number(invoice)
        credits = [self.a_draft("out_refund", reversed_entry_id=invoice.id) for _number in range(2)]
        debit = self.a_draft(debit_origin_id=invoice.id)
        self.assertEqual([self.number(move) for move in credits], ["NC1", "NC2"])
        self.assertEqual(self.number(debit), "ND1")
        self.assertEqual(debit._l10n_mx_co_edi_dian_number(), ("ND", 1))
        self.assertEqual(self.number(self.a_draft()), "FE2")
        self.assertEqual(self.findings(debit), [])

    def test_two_journals_never_number_notes_alike(self):
        self.a_range()
        other = self.journal.copy({"code": "FE2", "name": "Sucursal"})
        self.a_range("FY", journal=other)
        self.assertEqual(self.journal.l10n_mx_co_edi_credit_prefix, "NC")
        self.assertEqual((other.l10n_mx_co_edi_credit_prefix, other.l10n_mx_co_edi_debit_prefix), ("NCA", "NDA"))
        with self.assertRaises(ValidationError):
            other.l10n_mx_co_edi_credit_prefix = "NC"
        with self.assertRaises(ValidationError):
            other.l10n_mx_co_edi_credit_prefix = "NC1"

    def test_a_note_with_separators_is_found(self):
        self.a_range()
        note = self.a_draft("out_refund", name="RINV/2026/00001")
        self.assertEqual(self.findings(note), ["CO-NUM-10"])

    # ------------------------------------------------------------------
    # Findings before a number is taken
    # ------------------------------------------------------------------

    def test_what_is_wrong_with_the_range_is_said_before_a_number_is_taken(self):
        day = timedelta(days=1)
        for number, (values, code) in enumerate((
            ({"valid_to": self.today - day}, "CO-NUM-02"),
            ({"valid_from": self.today + day}, "CO-NUM-03"),
            ({"key": ""}, "CO-NUM-06"),
            ({"key": TECHNICAL_KEY[:38]}, "CO-NUM-07"),
            ({"valid_to": self.today + 5 * day}, "CO-NUM-08"),
            ({"last": 5}, "CO-NUM-08"),
            ({}, None),
        )):
            with self.subTest(code=code):
                key = values.pop("key", TECHNICAL_KEY)
                numbering = self.a_range(key="" if len(key) < 40 else key, resolution=str(number), **values)
                numbering.key_length = len(key)
                self.assertEqual(self.findings(self.a_draft()), [code] if code else [])
                numbering.journal_id = False
        self.assertEqual(self.findings(self.a_draft()), ["CO-NUM-01"])

    def test_a_used_up_range_is_said(self):
        self.a_range(last=1)
        self.number(self.a_draft())
        draft = self.a_draft()
        self.assertEqual(self.findings(draft), ["CO-NUM-04"])
        with self.assertRaisesRegex(UserError, "CO-NUM-04"), self.env.cr.savepoint():
            draft.action_post()
        self.assertFalse(draft.name)

    def test_a_wrong_number_or_prefix_is_said(self):
        self.a_range("FE20", 1, 10)
        self.assertEqual(self.findings(self.a_draft(name="FE2011")), ["CO-NUM-05"])
        self.assertEqual(self.findings(self.a_draft(name="FV11")), ["CO-NUM-09"])

    def test_a_successor_ends_the_warning(self):
        self.a_range(last=5)
        self.a_range(first=6, resolution="18760000002")
        self.assertEqual(self.findings(self.a_draft()), [])

    def test_a_number_whose_range_expired_meanwhile_is_said_and_can_be_given_back(self):
        numbering = self.a_range()
        move = self.a_draft()
        self.number(move)
        numbering.valid_to = self.today - timedelta(days=1)
        self.a_range("FX", resolution="18760000002")
        self.assertEqual(self.findings(move), ["CO-NUM-02"])
        move.button_draft()
        move.name = False
        self.assertEqual(self.number(move), "FX1")

    def test_the_fix_link_opens_what_the_user_may_change(self):
        draft = self.a_draft()
        finding = draft._l10n_mx_co_edi_numbering_findings()
        self.assertEqual(describe(self.env, finding[0], draft)["action"]["res_model"], "account.journal")
        admin = describe(self.admin_env, finding[0], draft.with_env(self.admin_env))["action"]
        self.assertEqual(admin["res_model"], "l10n_mx_co_edi.numbering.range")

    # ------------------------------------------------------------------
    # Batches
    # ------------------------------------------------------------------

    def test_a_range_that_ends_in_the_middle_of_a_batch_leaves_the_others_as_drafts(self):
        self.a_range(last=3)
        batch = self.env["account.move"].concat(*(self.a_draft() for _number in range(5)))
        posted = batch.sudo()._post()
        self.assertEqual(len(posted), 3)
        self.assertEqual(batch.mapped("state"), ["posted"] * 3 + ["draft"] * 2)
        self.assertEqual(batch.mapped("name"), ["FE1", "FE2", "FE3", False, False])
        self.assertIn("CO-NUM-04", batch[4].activity_ids.note)

    def test_a_person_who_confirms_too_many_is_told_and_no_number_is_spent(self):
        numbering = self.a_range(last=3)
        batch = self.env["account.move"].concat(*(self.a_draft() for _number in range(5)))
        with self.assertRaisesRegex(UserError, "2 of these invoices"):
            batch._post(soft=False)
        self.assertEqual(set(batch.mapped("state")), {"draft"})
        self.assertEqual(numbering._next_number(), 1)

    def test_a_person_s_batch_leaves_as_drafts_what_dian_would_refuse(self):
        """As Odoo's own button of the list does it; this company lacks its certificate and address."""
        self.a_range()
        batch = self.a_draft() | self.a_draft()
        self.env["validate.account.move"].create({"move_ids": [Command.set(batch.ids)]}).validate_move()
        self.assertEqual(set(batch.mapped("state")), {"draft"})
        self.assertEqual([bool(move.name) for move in batch], [False, False])
        self.assertTrue(all(move.activity_ids for move in batch))

    # ------------------------------------------------------------------
    # Two at once
    # ------------------------------------------------------------------

    @contextmanager
    def blind(self):
        """As a transaction that began before the others: it sees no number that they took, only the index does."""
        journals = type(self.env["account.journal"])
        with patch.object(journals, "_l10n_mx_co_edi_last_number", lambda journal, numbers, without=(): 0):
            self.env.cr.precommit.data.pop("sequence.mixin", None)
            yield

    def test_two_posts_at_once_take_two_numbers(self):
        self.a_range("FE20", 9, 50)
        first, second = self.a_draft(), self.a_draft()
        self.number(first)
        with self.blind():
            self.number(second)
        self.assertEqual([first.name, second.name], ["FE209", "FE2010"])
        self.assertEqual(self.number(self.a_draft()), "FE2011")

    def test_who_comes_too_late_for_the_last_number_gets_the_next_range(self):
        self.a_range(first=7, last=7)
        self.a_range("FX", resolution="18760000002", valid_to=self.today + timedelta(days=700))
        first, second = self.a_draft(), self.a_draft()
        self.number(first)
        with self.blind():
            self.number(second)
        self.assertEqual([first.name, second.name], ["FE7", "FX1"])

    def test_who_comes_too_late_and_has_no_other_range_takes_nothing(self):
        self.a_range(first=7, last=7)
        first, second = self.a_draft(), self.a_draft()
        self.number(first)
        with self.blind(), self.assertRaisesRegex(UserError, "CO-NUM-0"), self.env.cr.savepoint():
            self.number(second)
        second.invalidate_recordset()
        self.assertEqual((second.state, second.name), ("draft", False))

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    def test_a_number_stays_within_the_range(self):
        self.a_range("FE20", 1, 10)
        move = self.a_draft()
        self.number(move)
        for name in ("FE2011", "FE21", "INV/2026/1", "FE20-3"):
            with self.subTest(name=name), self.assertRaises(ValidationError), self.env.cr.savepoint():
                move.name = name
        move.name = "FE203"
        self.assertEqual((move.sequence_prefix, move.sequence_number), ("FE20", 3))

    def test_resequencing_stays_within_the_range(self):
        self.a_range("FE20", 1, 10)
        moves = self.env["account.move"].concat(*(self.a_draft() for _number in range(3)))
        moves.sudo()._post()

        def resequence(first):
            self.env["account.resequence.wizard"].sudo().with_context(
                active_ids=moves.ids, active_model="account.move").create({"first_name": first}).resequence()

        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            resequence("FE209")
        resequence("FE202")
        self.assertEqual(moves.mapped("name"), ["FE202", "FE203", "FE204"])

    def test_the_last_invoice_may_be_deleted_and_its_number_is_free(self):
        self.a_range("FE20", 9, 50)
        first, last = self.a_draft(), self.a_draft()
        self.number(first), self.number(last)
        self.assertEqual(last.name, "FE2010")
        self.assertFalse(first._is_end_of_seq_chain())
        self.assertTrue(last._is_end_of_seq_chain())
        last.button_draft()
        last.unlink()
        self.assertEqual(self.number(self.a_draft()), "FE2010")

    def test_ranges_with_numbers_in_common_are_refused(self):
        self.a_range("FE", 1, 5000)
        for values in ({"prefix": "FE2"}, {"prefix": "FE", "journal": self.journal.copy({"code": "B"})}):
            with self.subTest(values=values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.a_range(resolution="18760000002", **values)
        self.a_range("FE2", 10000, 20000)  # FE210000 is beyond the other range

    def test_a_used_range_stays_with_its_journal(self):
        numbering = self.a_range()
        self.number(self.a_draft())
        with self.assertRaisesRegex(UserError, "stays with"):
            numbering.journal_id = False
        with self.assertRaises(UserError):
            numbering.unlink()

    def test_numbers_that_odoo_split_before_the_range_came_are_split_again(self):
        self.company.sudo().l10n_mx_co_edi_environment = False
        move = self.a_draft(name="FE2015")
        self.number(move)
        self.assertEqual((move.sequence_prefix, move.sequence_number), ("FE", 2015))
        self.company.sudo().l10n_mx_co_edi_environment = "sandbox"
        numbering = self.a_range("FE20", 1, 50)
        self.assertEqual((move.sequence_prefix, move.sequence_number), ("FE20", 15))
        self.assertEqual((numbering.used, self.number(self.a_draft())), ("15", "FE2016"))

    # ------------------------------------------------------------------
    # What documents take from the range
    # ------------------------------------------------------------------

    def test_the_range_as_documents_repeat_it(self):
        numbering = self.a_range("FE20", 1, 50)
        control = numbering._control()
        self.assertEqual(
            (control.invoice_authorization, control.prefix, control.from_number, control.to_number),
            ("18760000001", "FE20", 1, 50))
        self.assertEqual((control.start_date, control.end_date), (numbering.valid_from, numbering.valid_to))
        self.assertEqual(numbering._technical_key(), TECHNICAL_KEY)
        self.assertIsNone(self.a_range(False, 1, 9, resolution="5")._control().prefix)

    def test_the_journal_shows_its_ranges(self):
        self.a_range()
        self.number(self.a_draft())
        form = Form(self.journal.with_env(self.admin_env))
        self.assertEqual(form.l10n_mx_co_edi_range_ids._records[0]["used"], "1")

    # ------------------------------------------------------------------
    # Kind, state and typed ranges
    # ------------------------------------------------------------------

    def admin_range(self, **values):
        """Return a range as an administrator types it."""
        return self.admin_env["l10n_mx_co_edi.numbering.range"].with_company(self.company).create({
            "resolution": "18764000000077", "prefix": "FT", "first": "1", "last": "500", "kind": "invoice",
            "valid_from": self.today, "valid_to": self.today + timedelta(days=365), **values})

    def test_a_typed_range_numbers_invoices_and_its_key_is_checked_on_the_record(self):
        for key in (TECHNICAL_KEY[:39], TECHNICAL_KEY + "0", "g" * 40):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.admin_range(key=key)
        numbering = self.admin_range(key=f" {TECHNICAL_KEY} ")
        self.assertEqual(
            (numbering.source, numbering.kind_confirmed, numbering.has_key, numbering.environment, numbering.key),
            ("typed", True, True, "sandbox", False))
        numbering.journal_id = self.journal
        self.assertEqual((numbering.state, self.number(self.a_draft())), ("ready", "FT1"))
        self.assertEqual(numbering._technical_key(), TECHNICAL_KEY)
        with self.assertRaisesRegex(UserError, "first number stay"):
            numbering.prefix = "FU"
        numbering.valid_to = self.today + timedelta(days=700)

    def test_only_invoices_need_a_key(self):
        kinds = (("invoice", "no_key"), ("contingency", "ready"), ("support", "ready"), ("equivalent", "ready"))
        for number, (kind, state) in enumerate(kinds):
            numbering = self.admin_range(kind=kind, prefix=f"T{number}")
            self.assertEqual((numbering.kind, numbering.state), (kind, state))

    def test_what_cannot_be_right_in_a_typed_range_is_refused(self):
        for values in ({"prefix": "FACTU"}, {"prefix": "F-1"}, {"first": "0"}, {"first": "01"}, {"last": "12345678901"},
                       {"first": "501"}, {"resolution": "RES 1"}, {"valid_to": False},
                       {"valid_to": self.today - timedelta(days=1)}):
            with self.subTest(values=values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.admin_range(**values)
        with self.assertRaises(AccessError):
            self.env["l10n_mx_co_edi.numbering.range"].create({"resolution": "1", "first": "1", "last": "2"})

    def test_what_dian_said_is_changed_by_nobody(self):
        numbering = self.a_range().with_env(self.admin_env)
        for values in ({"last": "5000"}, {"valid_to": self.today}, {"source": "typed"}, {"enabled": False}):
            with self.subTest(values=values), self.assertRaises(UserError):
                numbering.write(values)
        numbering.write({"last": numbering.last, "start": "5"})

    def test_a_journal_of_another_kind_is_refused_with_the_reason(self):
        numbering = self.admin_range(kind="contingency")
        with self.assertRaisesRegex(ValidationError, "of the kind"):
            numbering.journal_id = self.journal
        with self.assertRaisesRegex(ValidationError, "equivalent"):
            self.admin_range(kind="equivalent", prefix="PO", journal_id=self.journal.id)
        paper = self.company.with_env(self.admin_env)._l10n_mx_co_edi_create_journal_of("contingency")
        numbering.journal_id = paper
        draft = self.a_draft(journal_id=paper.id)
        self.assertEqual((draft.l10n_mx_co_edi_dian_type, self.findings(draft)), ("03", []))
        draft.l10n_mx_co_edi_dian_type = "01"
        self.assertEqual(self.findings(draft), ["CO-NUM-13"])
        self.a_range()
        self.assertEqual(self.findings(self.a_draft(l10n_mx_co_edi_dian_type="03")), ["CO-NUM-12"])
        with self.assertRaises(UserError):
            paper.l10n_mx_co_edi_contingency = False

    def test_a_disabled_range_gives_no_number_and_what_has_one_keeps_it(self):
        numbering = self.a_range().with_env(self.admin_env)
        numbered = self.a_draft()
        self.number(numbered)
        action = numbering.action_disable()
        wizard = self.admin_env[action["res_model"]].with_context(**action["context"])
        wizard.create({"reason": "Otro prefijo"}).action_apply()
        self.assertEqual((numbering.state, numbering.disabled_reason), ("disabled", "Otro prefijo"))
        self.assertIn("Otro prefijo", numbering.message_ids[0].body)
        self.assertEqual(self.findings(numbered), [])
        for draft in (self.a_draft(), self.a_draft(name="FE40")):
            self.assertEqual(self.findings(draft), ["CO-NUM-11"])
            with self.assertRaisesRegex(UserError, "CO-NUM-11"), self.env.cr.savepoint():
                draft.action_post()
        self.a_range("FX", resolution="18760000002")
        self.assertEqual(self.number(self.a_draft()), "FX1")
        for name in ("action_disable", "action_enable", "action_confirm_kind"):
            with self.assertRaises(UserError):
                getattr(numbering.with_user(self.clerk), name)()
        numbering.action_enable()
        self.assertEqual((numbering.state, numbering.disabled_reason), ("ready", False))
