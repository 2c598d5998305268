"""Taking times that mean something on a busy machine: two things in turns, and the median of their ratios."""
import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table. `ours` and `anchor` in `unit`; `goal` ("<= 3.5", ">= 50") is about `ratio`.

    With "<=" the ratio is ours to the anchor's, with ">=" the anchor's to ours: how many times as fast we are. A goal
    that is a figure of its own has the anchor "absolute", and `ratio` is that figure.
    """

    id: str
    what: str
    ours: float
    anchor: float | str
    unit: str
    ratio: float
    goal: str
    rounds: int
    ok: bool


def clock(work: Work, times: int = 1) -> float:
    """Seconds of processor time for one call, without the garbage of whatever ran before."""
    gc.collect()
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times


def in_turns(ours: Work, anchor: Work, *, rounds: int, ours_times: int = 1, anchor_times: int = 1) -> list[tuple]:
    """Pairs of seconds (ours, anchor); one round of each beforehand does not count."""
    clock(ours), clock(anchor)
    return [(clock(ours, ours_times), clock(anchor, anchor_times)) for _ in range(rounds)]


def compared(name: str, what: str, pairs: list[tuple], goal: str, *, unit: str = "ms", scale: float = 1000) -> Row:
    """The row of an interleaved measurement in seconds."""
    ratio = statistics.median(ours / anchor if goal.startswith("<") else anchor / ours for ours, anchor in pairs)
    ours, anchor = (statistics.median(column) * scale for column in zip(*pairs, strict=True))
    return Row(name, what, _short(ours), _short(anchor), unit, _short(ratio), goal, len(pairs), reached(ratio, goal))


def absolute(name: str, what: str, value: float, goal: str, *, unit: str, rounds: int) -> Row:
    """The row of a figure that has a goal of its own."""
    return Row(name, what, _short(value), "absolute", unit, _short(value), goal, rounds, reached(value, goal))


def reached(ratio: float, goal: str) -> bool:
    """Whether the goal is met."""
    sign, number = goal.split()
    return ratio <= float(number) if sign == "<=" else ratio >= float(number)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
