"""Who is asked to renew something of a company, and how: one activity for each, in their own language."""
from markupsafe import Markup

from odoo import models
from odoo.tools import plaintext2html


class Reminding(models.AbstractModel):
    """What a certificate and a numbering range share. The model is a mail.thread with a `company_id`, and says what is
    due.
    """
    _name = "l10n_mx_co_edi.reminding"
    _inherit = ["mail.activity.mixin"]
    _description = "Reminder of What a Company Has to Renew"

    def _activity_type(self):
        """Return the XML id of the type of activity that people get."""
        raise NotImplementedError

    def _words(self):
        """Return (summary, note) for people about what is wrong or due; a note that is no Markup is plain text."""
        raise NotImplementedError

    def _administrators(self):
        """Return whom it concerns: the administrators of electronic invoicing, else its officers, else anybody's."""
        users = self.env["res.users"].sudo()
        for group in ("group_administrator", "group_officer"):
            found = users.search([
                ("all_group_ids", "in", self.env.ref(f"l10n_mx_co_edi.{group}").id), ("share", "=", False),
                ("company_ids", "in", self.company_id.id)])
            if found:
                return found
        return users.search([("all_group_ids", "in", self.env.ref("base.group_system").id), ("share", "=", False)])

    def _ask_administrators(self):
        """Give each an activity in place of an earlier one about this record, in their own language."""
        record = self.sudo()
        record._ask_no_more()
        for user in record._administrators():
            summary, note = record.with_context(lang=user.lang)._words()
            # a text may hold what a service said, which is never markup
            record.activity_schedule(
                record._activity_type(), summary=summary, user_id=user.id,
                note=note if isinstance(note, Markup) else plaintext2html(note))

    def _ask_no_more(self):
        """It is settled: nobody has anything left to do."""
        for record in self.sudo():
            record.activity_unlink([record._activity_type()])
