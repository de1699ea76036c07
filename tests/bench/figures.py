"""What every bench prints: one figure a line, beside its bar.

A figure that misses its bar is printed, never asserted: a bench on a busy machine must not look
like a broken program. A bench that did not measure what it says must fail: that is asserted.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import quantiles

_WIDTHS = "{:<52} {:>18} {:>16}  {}"


def title(words: str) -> None:
    """The head of one bench's table."""
    print(f"\n\n{words} ({os.cpu_count()} cores)")
    print(_WIDTHS.format("figure", "measured", "bar", ""))


def figure(
    what: str, measured: float, unit: str = "", *, most: float = 0, least: float = 0
) -> None:
    """One line; ``most`` or ``least`` is the bar, where there is one."""
    bar, verdict = "", ""
    if most:
        bar, verdict = f"<= {_number(most)} {unit}", "met" if measured <= most else "NOT MET"
    elif least:
        bar, verdict = f">= {_number(least)} {unit}", "met" if measured >= least else "NOT MET"
    print(_WIDTHS.format(what, f"{_number(measured)} {unit}", bar.strip(), verdict))


def p50(samples: Sequence[float]) -> float:
    """The median."""
    return percentile(samples, 50)


def p99(samples: Sequence[float]) -> float:
    """What one in a hundred exceeds."""
    return percentile(samples, 99)


def percentile(samples: Sequence[float], percent: int) -> float:
    """Of at least two samples, none made up beyond the largest."""
    assert len(samples) >= 2, f"{len(samples)} samples are no measurement"
    return quantiles(samples, n=100, method="inclusive")[percent - 1]


def fastest(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds, of the least disturbed of a few runs."""
    return min(seconds(work) for _ in range(runs))


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """This process, and whatever it starts meanwhile, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
