"""What happens once: at installation, and before the tables are dropped."""
from .models.file_counter import drop_counters


def post_init(env):
    """Take back what an earlier installation left; give Odoo's own units of measure their SAT code where nobody did."""
    env["l10n_mx_co_edi.archive"]._adopt()
    env["uom.uom"]._l10n_mx_co_edi_fill_standard_codes()
    env["account.chart.template"]._l10n_mx_co_edi_complete_charts()
    env["account.chart.template"]._l10n_mx_co_edi_prepare_colombia()


def uninstall(env):
    """Leave every legal file as an ordinary attachment, and no fiscal position that would now do something else.

    :raise UserError: a document is in flight or in doubt; Odoo then keeps the add-on installed
    """
    env["l10n_mx_co_edi.archive"]._leave()
    env["account.chart.template"]._l10n_mx_co_edi_release_positions()
    drop_counters(env)
