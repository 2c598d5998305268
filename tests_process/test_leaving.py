"""Uninstalling: refused while anything is in flight, leaves the legal files, and installing again takes them back."""
import base64
import hashlib
import json

import pytest

from lib import demo_company
from lib.authority import Authority
from lib.say import Problem
from tests_process.shop import book

pytestmark = pytest.mark.timeout(900)

MODULE = "l10n_mx_co_edi"
CANCEL = """
from odoo.addons.l10n_mx_co_edi.core.states import Event
document = env["l10n_mx_co_edi.document"].search([("move_id", "=", {move})])
document._transition(Event.CANCEL_CLAIMED)
document._transition(Event.CANCELLED)
document._follow_up_moves()
env.cr.commit()
"""
# Whatever PostgreSQL or Odoo could still hold of the add-on, each with what it is called
TRACES = """
SELECT 'column', table_name || '.' || column_name FROM information_schema.columns
  WHERE table_schema = 'public'
  AND (column_name LIKE 'l10n\\_mx\\_co\\_edi%' OR table_name LIKE 'l10n\\_mx\\_co\\_edi%')
UNION ALL SELECT 'index', indexname FROM pg_indexes WHERE indexdef LIKE '%l10n\\_mx\\_co\\_edi%'
UNION ALL SELECT 'external id', name FROM ir_model_data WHERE module = 'l10n_mx_co_edi'
UNION ALL SELECT 'field', name FROM ir_model_fields WHERE name LIKE 'l10n\\_mx\\_co\\_edi%'
UNION ALL SELECT 'model', model FROM ir_model WHERE model LIKE 'l10n\\_mx\\_co\\_edi%'
UNION ALL SELECT 'view', name FROM ir_ui_view
  WHERE arch_db::text LIKE '%l10n\\_mx\\_co\\_edi%' OR name LIKE '%l10n\\_mx\\_co\\_edi%'
UNION ALL SELECT 'action', name::text FROM ir_act_window WHERE res_model LIKE 'l10n\\_mx\\_co\\_edi%'
UNION ALL SELECT 'server action', name::text FROM ir_act_server WHERE code LIKE '%\\_cron\\_%'
  AND model_id NOT IN (SELECT id FROM ir_model)
UNION ALL SELECT 'cron', cron_name FROM ir_cron WHERE cron_name LIKE 'Electronic%'
UNION ALL SELECT 'parameter', key FROM ir_config_parameter WHERE key LIKE '%l10n\\_mx\\_co\\_edi%'
UNION ALL SELECT 'field file', res_field FROM ir_attachment WHERE res_model LIKE 'l10n\\_mx\\_co\\_edi%'
UNION ALL SELECT 'activity type', name::text FROM mail_activity_type WHERE name::text LIKE '%lectronic%ocument%'
"""


def uninstall(shop) -> None:
    """Press "Uninstall" in the dialog of the Apps screen."""
    [module] = shop.admin.search("ir.module.module", [["name", "=", MODULE]])
    wizard = shop.admin.create("base.module.uninstall", {"module_ids": [[6, 0, [module]]]})
    shop.admin.button("base.module.uninstall", "action_uninstall", [wizard])


def dialog(shop) -> dict:
    """What the dialog says before anything is pressed."""
    [module] = shop.admin.search("ir.module.module", [["name", "=", MODULE]])
    wizard = shop.admin.create("base.module.uninstall", {"module_ids": [[6, 0, [module]]]})
    names = ["l10n_mx_co_edi_leaving", "l10n_mx_co_edi_unsettled", "l10n_mx_co_edi_left"]
    return shop.admin.read("base.module.uninstall", [wizard], names)[0]


def install(shop) -> None:
    [module] = shop.admin.search("ir.module.module", [["name", "=", MODULE]])
    shop.admin.button("ir.module.module", "button_immediate_install", [module])


def connect_again(shop) -> None:
    """What only people have: provider's password and a CSD. The account is another one: other tests use the first."""
    [company] = shop.admin.search("res.company", [], limit=1, order="id")
    demo_company.connect(shop.admin, Authority(shop.sandbox.url), book(), company, "again@empresa.example")


def files(shop, move: int) -> dict[str, bytes]:
    rows = shop.admin.search_read(
        "ir.attachment", [["res_model", "=", "account.move"], ["res_id", "=", move]], ["name", "datas"], order="id",
        context={"bin_size": False})
    return {row["name"]: base64.b64decode(row["datas"]) for row in rows}


def stem(document: dict) -> str:
    return document["xml_name"].removesuffix(".xml")


def traces(shop) -> list[str]:
    return [line for line in shop.sql(TRACES).splitlines() if line]


def command(shop, *arguments: str, log) -> str:
    """Run an Odoo command line on the database; returns what it says when it fails, empty when it does not."""
    odoo = shop.another_odoo()
    argv = odoo.command()
    argv = [argv[0], argv[1], *arguments] if arguments[0] == "module" else [*argv, *arguments]
    if arguments[0] == "module":
        argv += ["-c", odoo.configuration(), "-d", shop.database]
    try:
        shop.stage.run.check(argv, log=log, what="the command", env=odoo.variables())
    except Problem as problem:
        return str(problem)
    return ""


def withholdings_in_positions(shop) -> int:
    """How many taxes the 1.25 % of our fiscal positions stands beside; without the add-on it would replace them."""
    return int(shop.sql(
        "SELECT count(*) FROM account_tax_alternatives AS link JOIN account_tax AS tax ON tax.id = link.dest_tax_id"
        " WHERE tax.amount = -1.25 AND tax.type_tax_use = 'sale'"))


def state(shop) -> str:
    return shop.sql(f"SELECT state FROM ir_module_module WHERE name = '{MODULE}'")


@pytest.fixture
def documents(shop) -> dict[str, int]:
    """Invoices whose documents stand in different places."""
    moves = {name: shop.an_invoice() for name in ("valid", "damaged", "cancelled", "rejected", "doubt", "ready")}
    for name in ("valid", "damaged", "cancelled"):
        assert shop.send(moves[name]) == ""
    shop.odoo.shell(CANCEL.format(move=moves["cancelled"]))
    shop.authority.script({"refuse": {"code": "CFDI40145", "message": "El nombre no corresponde"}})
    shop.refused(lambda: shop.send(moves["rejected"]))
    shop.authority.script({"drop_after_stamp": True}, operation="stamp")
    shop.authority.script({"senv_fault": True}, operation="stamped", times=-1)
    shop.send_now(moves["doubt"])
    shop.fill_the_outbox([moves["ready"]])
    states = {name: shop.document(move)["state"] for name, move in moves.items()}
    assert states == {
        "valid": "valid", "damaged": "valid", "cancelled": "cancelled", "rejected": "rejected", "doubt": "in_doubt",
        "ready": "ready"}
    return moves


def refused_everywhere(shop, documents, tmp_path):
    """The dialog, the command line and the removal itself refuse, and name the documents."""
    names = [shop.document(documents[name])["name"] for name in ("doubt", "ready")]
    said = [dialog(shop)["l10n_mx_co_edi_unsettled"], shop.refused(lambda: uninstall(shop))]
    said.append(command(shop, "module", "uninstall", MODULE, log=tmp_path / "module.log"))
    # whatever sets the module to be removed without asking: the removal itself asks again
    shop.sql(f"UPDATE ir_module_module SET state = 'to remove' WHERE name = '{MODULE}'")
    said.append(command(
        shop, "-u", "l10n_mx", "--stop-after-init", "--no-http", log=tmp_path / "removal.log"))
    for text in said:
        assert all(name in text for name in names), text
    assert state(shop) == "installed"
    assert shop.document(documents["valid"])["state"] == "valid"


def judge_what_was_left(shop, documents, before):
    assert state(shop) == "uninstalled"
    assert traces(shop) == []
    for name in ("valid", "cancelled", "doubt"):
        document, left = before[name], files(shop, documents[name])
        assert left[f"{stem(document)}.xml"] == base64.b64decode(document["stamped_xml"])
        assert hashlib.sha256(left[f"{stem(document)}.sealed.xml"]).hexdigest() == document["sha256"]
        record = json.loads(left[f"{stem(document)}.l10n_mx_co_edi.json"])
        assert record["values"]["uuid"] == document["uuid"]
        assert (record["values"]["state"], record["values"]["environment"]) == (document["state"], "sandbox")
    answers = [name for name in files(shop, documents["rejected"]) if name.endswith(".answer.xml")]
    assert answers and b"CFDI40145" in files(shop, documents["rejected"])[answers[0]]
    # an ordinary invoice again, for an ordinary clerk
    moved = shop.clerk.read("account.move", [documents["valid"]], ["state", "name", "amount_total"])[0]
    assert moved["state"] == "posted"
    assert shop.clerk.download(f"/report/html/account.report_invoice/{documents['valid']}")


def test_what_is_in_flight_stops_it_and_what_is_legal_stays_and_comes_back(shop, documents, tmp_path):
    refused_everywhere(shop, documents, tmp_path)

    shop.authority.control("script", method="DELETE")
    shop.drain_until(documents["doubt"], "valid")
    shop.drain_until(documents["ready"], "valid")
    said = dialog(shop)
    assert said["l10n_mx_co_edi_leaving"] and not said["l10n_mx_co_edi_unsettled"]
    assert "CSD" in said["l10n_mx_co_edi_left"]
    before = {name: shop.document(move) for name, move in documents.items()}
    timeline = shop.outcomes(documents["doubt"])
    customer = shop.sql(
        "SELECT id, l10n_mx_co_edi_regimen_fiscal FROM res_partner WHERE l10n_mx_co_edi_regimen_fiscal IS NOT NULL"
        " ORDER BY id")
    stamps, withholdings = shop.stamps(), withholdings_in_positions(shop)
    assert withholdings
    kinds = {line.split("\t")[0] for line in traces(shop)}
    assert {"column", "index", "external id", "field", "model", "view", "action", "cron", "activity type"} <= kinds
    uninstall(shop)
    judge_what_was_left(shop, documents, before)
    assert withholdings_in_positions(shop) == 0

    name = f"{stem(before['damaged'])}.xml"
    copies = shop.admin.search("ir.attachment", [["name", "=", name]])
    shop.admin.call("ir.attachment", "write", copies, {"datas": base64.b64encode(b"<changed/>").decode()})
    install(shop)
    for one in ("valid", "cancelled", "rejected", "doubt", "ready"):
        document = shop.document(documents[one])
        kept = ("state", "uuid", "sha256", "signed_xml", "stamped_xml", "serie", "folio", "issued_at", "total",
                "currency_id", "snapshot", "environment", "service")
        assert (one, {key: document[key] for key in kept}) == (one, {key: before[one][key] for key in kept})
        assert shop.move(documents[one])["l10n_mx_co_edi_state"] == before[one]["state"]
    assert withholdings_in_positions(shop) == withholdings
    assert shop.outcomes(documents["doubt"]) == timeline
    assert shop.sql("SELECT count(*) FROM l10n_mx_co_edi_secret") == "0"
    assert customer and customer == shop.sql(
        "SELECT id, l10n_mx_co_edi_regimen_fiscal FROM res_partner WHERE l10n_mx_co_edi_regimen_fiscal IS NOT NULL"
        " ORDER BY id")
    assert shop.document(documents["damaged"])["state"] == "in_doubt", "bytes that changed are no proof of a stamp"

    connect_again(shop)
    shop.drain_until(documents["damaged"], "valid")
    for one in ("valid", "damaged", "doubt", "ready"):
        assert "valid" in shop.send_now(documents[one])
        assert shop.document(documents[one])["uuid"] == before[one]["uuid"]
        assert shop.refused(lambda move=documents[one]: shop.clerk.button("account.move", "button_draft", [move]))
        page = shop.clerk.download(f"/report/html/account.report_invoice/{documents[one]}").decode()
        assert before[one]["uuid"] in page.upper()
    assert shop.stamps() == stamps, "nothing was stamped a second time"
    shop.judge(documents["doubt"])
    new = shop.an_invoice()
    assert shop.send(new) == ""
    shop.judge(new)
