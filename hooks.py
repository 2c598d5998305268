"""What happens once, at installation."""


def post_init(env):
    """Give Odoo's own units of measure their SAT code where nobody set one."""
    env["uom.uom"]._l10n_mx_co_edi_fill_standard_codes()
    env["account.chart.template"]._l10n_mx_co_edi_complete_charts()
