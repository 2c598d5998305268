"""The row beside another add-on: posting and stamping, each in a database of its own, at the same local authority.

`--rival DIR` names a folder that `pip install --no-deps --target DIR` has filled (docs/bench.md has the command). The
other add-on is run as it is but for its provider's client: see `bench_rival_odoo`.
"""
import json
import statistics
from pathlib import Path

from . import demo_orders, say
from .authority import Authority
from .bench_shop import in_odoo, shop
from .environment import Environment
from .measure import compared
from .odoo import Odoo
from .process import Run
from .stage import Stage, open_stage

RIVAL_ROW = "rival"
_MODULE = "l10n_mx_cfdi_account"
_ROUNDS, _INVOICES, _LINES = 6, 5, 10
_LOGIN, _PASSWORD = "rival@empresa.example", "clave-de-prueba"


def rival_row(run: Run, tools: Environment, folder: Path, *, server: str | None) -> dict:
    """Measured in turns: some invoices here, some there; a round's figure is the median of its invoices."""
    addons = folder / "odoo" / "addons"
    if not (addons / _MODULE).is_dir():
        raise say.Problem(f"{addons} does not hold {_MODULE}; docs/bench.md says how to get it")
    with open_stage(run, tools, server=server) as stage:
        ours = shop(stage)
        theirs = _rival(stage, addons)
        say.step(f"measuring {RIVAL_ROW}: {_ROUNDS} rounds of {_INVOICES} invoices of {_LINES} lines")
        call = f"stamped(env, {_INVOICES}, {_LINES})"
        their_call = f"stamped(env, {_INVOICES}, {_LINES}, {stage.sandbox.url!r})"
        pairs = [
            (statistics.median(in_odoo(ours, call)),
             statistics.median(in_odoo(theirs, their_call, module="bench_rival_odoo")))
            for _ in range(_ROUNDS)
        ]
    what = f"create, post and stamp one invoice of {_LINES} lines, to {_MODULE}"
    return vars(compared(RIVAL_ROW, what, pairs, ">= 1"))


def _rival(stage: Stage, addons: Path) -> Odoo:
    """A database with the other add-on, and its company, certificate, customer and product."""
    database = stage.database("rival")
    settings = {"addons_path": ",".join(map(str, [*stage.environment.odoo.addons, addons]))}
    say.step(f"installing {_MODULE} (it loads its catalogues: about a minute)")
    stage.install(database, _MODULE, ours=False, settings=settings)
    odoo = stage.odoo(database, crons=0, ours=False, settings=settings)
    authority = Authority(stage.sandbox.url)
    book = demo_orders.load()
    issuer = book.issuer
    customer = next(book.customers[order.customer] for order in book.orders if order.id == "iva-16")
    authority.post("accounts", {"username": _LOGIN, "password": _PASSWORD, "credits": -1})
    csd = authority.issue(issuer.rfc, issuer.name, password=_PASSWORD)
    facts = {
        "login": _LOGIN, "password": _PASSWORD, "csd": {name: csd[name] for name in ("cer", "key")},
        **{who: {"rfc": one.rfc, "name": one.name, "zip": one.postal_code, "regime": one.regime}
           for who, one in (("issuer", issuer), ("customer", customer))},
    }
    in_odoo(odoo, f"set_up(env, {json.dumps(facts)})", module="bench_rival_odoo")
    return odoo
