"""Preparing many invoices at once is preparing each of them, only faster."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from .common import MxCoEdiCommon


@tagged("post_install", "-at_install", "post_install_l10n")
class TestBatch(MxCoEdiCommon):

    def test_a_batch_gives_the_bytes_that_each_alone_gives(self):
        moves = self.an_invoice() | self.an_invoice() | self.an_invoice()
        with clock.frozen(clock.utc_now()):
            documents = moves._l10n_mx_co_edi_prepare_batch()
            self.assertEqual(documents.move_id, moves)
            self.assertEqual(documents.mapped("state"), ["ready"] * 3)
            together = [document._signed_bytes() for document in documents]
            self.assertEqual(moves._l10n_mx_co_edi_prepare_batch(), documents, "what is sealed is left alone")
            documents._withdraw_each()
            alone = [move._l10n_mx_co_edi_prepare()._signed_bytes() for move in moves]
        self.assertEqual(together, alone)
        self.assertEqual(len(set(together)), 3)

    def test_one_that_is_wrong_is_named_and_nothing_of_it_is_sealed(self):
        wrong, right = self.an_invoice(), self.an_invoice()
        wrong.l10n_mx_co_edi_uso_cfdi = "D01"
        with self.assertRaises(UserError), self.env.cr.savepoint():
            (wrong | right)._l10n_mx_co_edi_prepare_batch()
        self.assertFalse((wrong | right).l10n_mx_co_edi_document_id.filtered("signed_xml"))
