"""The page for people: what this is, what it has stamped, and what it said to the last callers."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from .authority import Authority
from .dian.register import DianRegister
from .dian.schema import installed_folder
from .reply import Reply, Request

SHOWN_CALLS = 30
SHOWN_DOCUMENTS = 10

STYLES = ("plain number ms:", "plain number:", "plain:", "why:")
STYLE = """
:root { color-scheme: light dark; --ink: #1d2530; --soft: #5b6675; --line: #dfe4ea; --paper: #ffffff; --back: #f4f6f8;
  --good: #0b6b3a; --good-back: #e2f4ea; --bad: #a11d2b; --bad-back: #fbe6e8; --note: #7a5200; --note-back: #fdf1d8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf0; --soft: #9aa6b5; --line: #313a46; --paper: #1b222b;
  --back: #12171d; --good: #79d7a3; --good-back: #14301f; --bad: #f3939d; --bad-back: #3b171c; --note: #f0c674;
  --note-back: #33280f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 16px; margin: 0 0 10px; }
.lead { color: var(--soft); margin: 4px 0 20px; max-width: 70ch; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-bottom: 16px; }
.card, section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.card b { display: block; font-size: 22px; font-weight: 600; } .card span { color: var(--soft); font-size: 13px; }
section { margin-bottom: 16px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; color: var(--soft); padding: 4px 10px 6px 0;
  border-bottom: 1px solid var(--line); }
td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
tr:last-child td { border-bottom: 0; }
td.plain, th.plain { white-space: nowrap; overflow-wrap: normal; } td.number, th.number { text-align: right; }
code { font: 12.5px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 1px 8px; border-radius: 9px; font-size: 12.5px; white-space: nowrap;
  background: var(--note-back); color: var(--note); }
.badge.good { background: var(--good-back); color: var(--good); }
.badge.bad { background: var(--bad-back); color: var(--bad); }
.rfc { white-space: nowrap; } td.why { overflow-wrap: anywhere; width: 48%; }
.soft { color: var(--soft); } ul { margin: 0; padding-left: 18px; } li { margin: 2px 0; } a { color: inherit; }
@media (max-width: 640px) { main { padding: 18px 12px 32px; } thead { display: none; }
  td, td.plain { display: inline-block; border: 0; padding: 1px 8px 1px 0; white-space: normal; }
  td.why { display: block; width: auto; } td.why:empty { display: none; } td.ms::after { content: " ms"; }
  tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); } tr:last-child { border: 0; } }
"""


class Page:
    def __init__(self, authority: Authority, dian: DianRegister) -> None:
        self._authority = authority
        self._dian = dian

    def handle(self, request: Request) -> Reply | None:
        if request.method != "GET" or request.path not in ("/", "/control", "/control/"):
            return None
        body = (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Local tax authority</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="icon" href="data:,"><style>{STYLE}</style></head><body><main>{self._head()}{self._cards()}'
            f"{self._calls()}{self._documents()}{self._validated()}{self._checks()}{self._addresses(request.base_url)}"
            "</main></body></html>"
        )
        policy = ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        return Reply(200, body.encode("utf-8"), "text/html; charset=utf-8", (policy,))

    @staticmethod
    def _head() -> str:
        return (
            "<h1>Local tax authority</h1><p class=lead>A sandbox that plays SAT, authorised certification providers "
            "(PAC), DIAN and technology providers on this machine. Its certificates and stamps are real cryptography "
            "and have no legal value at all.</p>"
        )

    def _cards(self) -> str:
        authority = self._authority
        calls = sum(authority.calls.verdicts.values())
        faults = sum(authority.scripts.faults.values())
        now = authority.clock.now().isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
        offset = round(authority.clock.offset_seconds)
        moved = f"clock (UTC), moved by {offset} s" if offset else "clock (UTC)"
        cards = [
            (str(authority.ledger.count()), "documents stamped"),
            (str(self._dian.count()), "documents validated by DIAN"),
            (str(calls), "calls since the start"),
            (str(faults), "faults injected"),
            (now[11:], f"{moved} · {now[:10]}"),
        ]
        inside = "".join(f"<div class=card><b>{escape(one)}</b><span>{escape(two)}</span></div>" for one, two in cards)
        return f"<div class=cards>{inside}</div>"

    def _calls(self) -> str:
        calls = self._authority.calls.last(SHOWN_CALLS)[::-1]
        if not calls:
            return "<section><h2>Last calls</h2><p class=soft>Nobody has called yet.</p></section>"
        heads = ("Time", "Service", "Operation", "Document", "Verdict", "Why", "ms:plain number")
        return f"<section><h2>Last calls</h2>{_table(heads, map(_call_row, calls))}</section>"

    def _documents(self) -> str:
        entries = self._authority.ledger.last(SHOWN_DOCUMENTS)
        if not entries:
            return ""
        heads = ("UUID", "Document", "Receiver", "Total:plain number", "Stamped at")
        rows = (
            _row(
                f'<a href="/control/document/{entry.uuid}.xml"><code>{entry.uuid}</code></a>',
                _document(entry.rfc, entry.kind, entry.serie, entry.folio),
                escape(entry.receiver),
                f"plain number:{escape(f'{entry.total} {entry.currency}')}",
                f"plain:{escape(entry.stamped_at.replace('T', ' '))}",
            )
            for entry in entries
        )
        link = '<a href="/control/ledger.csv">ledger.csv</a>'
        return f"<section><h2>Last stamped documents ({link})</h2>{_table(heads, rows)}</section>"

    def _validated(self) -> str:
        documents = self._dian.last(SHOWN_DOCUMENTS)
        if not documents:
            return ""
        heads = (
            "CUFE, CUDE, CUDS", "Document", "Through", "Receiver", "Total:plain number", "Events", "Validated at (UTC)",
        )
        rows = (
            _row(
                f'<a href="/control/document/{kept.key}.xml" title="{kept.key}"><code>{kept.key[:16]}…</code></a>',
                _document(kept.issuer, kept.kind, kept.number),
                f"plain:{escape(kept.provider)}",
                escape(kept.receiver),
                f"plain number:{escape(f'{kept.total} {kept.currency}')}",
                f"plain:{', '.join(event.code for event in self._dian.events_of(kept.key))}",
                f"plain:{escape(kept.time[:19].replace('T', ' '))}",
            )
            for kept in documents
        )
        link = '<a href="/control/ledger.csv">ledger.csv</a>'
        return f"<section><h2>Last documents that DIAN validated ({link})</h2>{_table(heads, rows)}</section>"

    def _checks(self) -> str:
        authority = self._authority
        if authority.light:
            text = "<li>Light mode: only seal, duplicates, ledger and stamp.</li>"
        else:
            known = [
                ("SAT's schema (XSD)", authority.official.folder is not None),
                ("SAT's original string (XSLT)", authority.official.has_stylesheet),
                ("SAT's catalogues of postal codes and currencies", authority.catalogues.installed),
                ("DIAN's schema (XSD)", installed_folder() is not None),
            ]
            text = "".join(
                f"<li>{what}: <span class='badge {'good' if there else 'bad'}'>"
                f"{'checked' if there else 'not checked: not installed'}</span></li>"
                for what, there in known
            )
        scripts = "".join(
            f"<li>script {one['number']}: <code>{escape(str(one['action']))}</code> for "
            f"<code>{escape(str(one['match']))}</code>, applied {one['applied']} times</li>"
            for one in authority.scripts.all()
        )
        return f"<section><h2>What is checked, and ordered faults</h2><ul>{text}{scripts}</ul></section>"

    @staticmethod
    def _addresses(base: str) -> str:
        paths = [
            ("/servicios/soap/stamp.wsdl", "stamp, quick_stamp, stamped, query_pending"),
            ("/servicios/soap/registration.wsdl", "get: the account's balance"),
            ("/servicios/soap/utilities.wsdl", "report_credit, datetime, get_xml"),
            ("/WcfDianCustomerServices.svc", "DIAN's service, SOAP 1.2 (POST)"),
            ("/staging/vp/documentos/proceso/sincrono", "CADENA's service, REST (POST)"),
            ("/v2/demo/index.php", "Facturatech's service, SOAP 1.1 (POST), its WSDL (GET)"),
            ("/control/status", "state as JSON"),
            ("/control/calls", "the log of calls, with everything that was not checked"),
            ("/control/pac.cer", "the provider's certificate"),
            ("/control/ca.cer", "the certification authority"),
        ]
        items = "".join(
            f'<li><a href="{path}"><code>{escape(base + path)}</code></a> <span class=soft>{what}</span></li>'
            for path, what in paths
        )
        return f"<section><h2>Addresses</h2><ul>{items}</ul></section>"


def _table(heads: Iterable[str], rows: Iterable[str]) -> str:
    cells = "".join(
        f"<th class='{style or 'plain'}'>{name}</th>" for name, _colon, style in (head.partition(":") for head in heads)
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(*cells: str) -> str:
    """A cell may begin with one of the styles; everything else is already escaped HTML."""
    parts = []
    for cell in cells:
        style, content = "", cell
        for known in STYLES:
            if cell.startswith(known):
                style, content = known[:-1], cell[len(known) :]
                break
        parts.append(f"<td class='{style}'>{content}</td>" if style else f"<td>{content}</td>")
    return f"<tr>{''.join(parts)}</tr>"


def _call_row(call: dict[str, Any]) -> str:
    verdict = call["verdict"]
    tone = "good" if verdict in ("stamped", "found", "duplicate", "answered", "validated", "taken") else "bad"
    reasons = [f"{problem['code']} {problem['message']} {problem['where'][:160]}" for problem in call["problems"]]
    reasons += [f"fault ordered: {', '.join(call['injected'])}"] if call["injected"] else []
    return _row(
        f"plain:{escape(call['time'][11:19])}",
        f"plain:{escape(call['service'])}",
        f"plain:{escape(call['operation'])}",
        _document(call["rfc"], call["serie"], call["folio"]),
        f"<span class='badge {tone}'>{escape(verdict)}</span>",
        f"why:{'<br>'.join(map(escape, reasons))}",
        f"plain number ms:{call['milliseconds']}",
    )


def _document(rfc: str, *names: str) -> str:
    rest = " ".join(name for name in names if name)
    return f"<span class=rfc>{escape(rfc)}</span> {escape(rest)}" if rfc else "<span class=soft>no document</span>"
