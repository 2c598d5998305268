"""Command line: starts the server, says when it is ready, ends cleanly on SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from .authority import Authority
from .problems import SandboxError
from .server import Server, loopback

DEFAULT_PORT = 8899
LAST_ANSWERS_SECONDS = 5


def _state_dir() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "l10n_mx_co_edi" / "sandbox"


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description="A local tax authority and certification provider.")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"0 chooses a free one (default {DEFAULT_PORT})")
    parser.add_argument("--state-dir", type=Path, default=_state_dir(), help="where keys, register and ledger are kept")
    parser.add_argument("--xsd-dir", type=Path, help="folder with SAT's XSD and XSLT (default: the installed wheel)")
    parser.add_argument("--light", action="store_true", help="seal, duplicates, ledger and stamp only, for load tests")
    parser.add_argument("--seed", type=int, default=0, help="seed of scripts with a probability")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    try:
        loopback(options.host)
        authority = Authority(options.state_dir, options.xsd_dir, options.light, options.seed)
        server = Server(options.host, options.port, authority)
    except (SandboxError, OSError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    _run(server)
    authority.close()
    return 0


def _run(server: Server) -> None:
    """Serves until a signal; ``shutdown`` must come from another thread than the one that serves."""

    def stop(*_ignored: object) -> None:
        server.stopping.set()
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"sandbox ready {server.url}", flush=True)
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    server.wait_idle(LAST_ANSWERS_SECONDS)
