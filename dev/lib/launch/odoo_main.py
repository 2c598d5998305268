"""Odoo's command line, started by our commands: `odoo_main.py ARGUMENTS…`.

It adds the folder of the Odoo that was found behind the virtual environment's packages, and, when asked by an
environment variable, writes one JSON line per test event and per warning of the log, so that the counts do not
depend on the wording of a log file. This folder stays the first of `sys.path`, so it holds no other module.
"""
import json
import logging
import os
import sys
import time

_TEST_EVENTS = {"Starting %s ...": "start", "skipped %s : %s": "skip"}


class Recorder(logging.Handler):
    """Writes test events, warnings and errors as JSON lines."""

    def __init__(self, path: str):
        super().__init__(logging.INFO)
        self._file = open(path, "a", buffering=1, encoding="utf-8")  # noqa: SIM115 - lives as long as the process

    def emit(self, record: logging.LogRecord) -> None:
        event = _TEST_EVENTS.get(record.msg) if isinstance(record.msg, str) else None
        if event is None and record.levelno < logging.WARNING:
            return
        if record.msg == "%s: %s\n%s" and record.levelno == logging.ERROR and ".tests" in record.name:
            event = "failure"
        try:
            args = [str(arg) for arg in record.args] if isinstance(record.args, tuple) else []
            row = {"time": time.time(), "event": event or "log", "level": record.levelname, "logger": record.name,
                   "args": args, "text": record.getMessage()}
            if record.exc_info and not event:
                row["text"] += f"\n{logging.Formatter().formatException(record.exc_info)}"
            self._file.write(json.dumps(row) + "\n")
        except (TypeError, ValueError):
            self.handleError(record)


def main() -> None:
    sys.path.append(os.environ["L10N_MX_CO_EDI_ODOO_FOLDER"])
    events = os.environ.get("L10N_MX_CO_EDI_EVENTS")
    if events:
        logging.getLogger().addHandler(Recorder(events))
    import odoo.cli

    odoo.cli.main()


if __name__ == "__main__":
    main()
