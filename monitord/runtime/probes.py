"""What the pulse asks of a running guard: poll, decide, store and notify, each within its own time.

A device, a disk or a channel that hangs is not late: each is declared within its bound, and the
guard goes on. Late is only what should have gone on, or should have been declared, and was not:
a fault of ours, which a new start may mend. So a journal that stalls is an alarm, never a reason
to be killed.
"""

from collections.abc import Callable
from typing import Final, Protocol

from monitord.runtime.pulse import Probe, Pulse

#: Facts or a due deadline wait, and the engine has not turned for this long.
DECIDE_LATE_MS: Final = 5_000
#: A commit has not come back for this long, and the store was not declared degraded.
STORE_LATE_MS: Final = 5_000


class Decider(Protocol):
    """What is asked of the engine."""

    @property
    def waiting(self) -> int: ...
    @property
    def turned_ms(self) -> int: ...
    def now_ms(self) -> int: ...
    def due_ms(self) -> int | None: ...
    def unanswered_ms(self, boot_ms: int) -> int: ...


class Notifying(Protocol):
    """What is asked of the outbox."""

    def late(self, now_ms: int) -> str: ...


def watch_guard(
    pulse: Pulse, engine: Decider, outbox: Notifying, stuck: Callable[[int], str]
) -> None:
    """Let ``pulse`` ask all four; ``stuck`` is the supervisor's answer for its devices."""
    pulse.probe("poll", stuck)
    pulse.probe("decide", _decides(engine))
    pulse.probe("store", _stores(engine))
    pulse.probe("notify", outbox.late)


def _decides(engine: Decider) -> Probe:
    found_ms: int | None = None

    def late(boot_ms: int) -> str:
        nonlocal found_ms
        due_ms = engine.due_ms()
        due = due_ms is not None and due_ms <= engine.now_ms()
        if not (due or engine.waiting) or (found_ms is not None and engine.turned_ms > found_ms):
            found_ms = None
            return ""
        if found_ms is None:  # it may have come this very moment
            found_ms = boot_ms
        rested_ms = boot_ms - found_ms
        if rested_ms <= DECIDE_LATE_MS:
            return ""
        what = f"{engine.waiting} facts wait" if engine.waiting else "a deadline is due"
        return f"{what} and nothing was stepped for {rested_ms} ms"

    return late


def _stores(engine: Decider) -> Probe:
    def late(boot_ms: int) -> str:
        silent_ms = engine.unanswered_ms(boot_ms)
        if silent_ms <= STORE_LATE_MS:
            return ""
        return f"a commit has not come back for {silent_ms} ms and nobody was told"

    return late
