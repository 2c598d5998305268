"""Progress lines: what is going on, and since how long."""
import sys
import threading
import time

_started = time.monotonic()
_lock = threading.Lock()


class Problem(Exception):
    """Something that the person at the keyboard has to mend; its text says what and how."""


def elapsed() -> float:
    """Seconds since the command was started."""
    return time.monotonic() - _started


def step(text: str) -> None:
    """Print one progress line, at once even into a pipe."""
    with _lock:
        sys.stdout.write(f"[{elapsed():6.1f}s] {text}\n")
        sys.stdout.flush()


def plain(text: str = "") -> None:
    """Print a line without the clock: tables, addresses, verdicts."""
    with _lock:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def table(headings: list[str], rows: list[list[str]]) -> None:
    """Print a table; cells that look like numbers are aligned to the right."""
    widths = [max([len(str(row[i])) for row in rows] + [len(head)]) for i, head in enumerate(headings)]
    plain("  ".join(head.ljust(width) for head, width in zip(headings, widths, strict=True)).rstrip())
    plain("  ".join("-" * width for width in widths))
    for row in rows:
        cells = [_align(str(cell), width) for cell, width in zip(row, widths, strict=True)]
        plain("  ".join(cells).rstrip())


def _align(cell: str, width: int) -> str:
    numeric = cell.replace(",", "").replace(".", "").replace("-", "").isdigit()
    return cell.rjust(width) if numeric and len(cell) < 20 else cell.ljust(width)
