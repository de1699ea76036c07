"""The occurrence log (H1): what people write down, beside what the journal has by itself.

Numbered without a gap, and never changed: whoever erred writes an addendum, which names the entry
that it corrects. When it happened and when it was written are both on record; it may be written
late and never ahead. The text is personal: the journal holds its reference alone (law 3).
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.rights import refusal
from monitord.core.state import State

#: What an addendum is; nobody chooses it.
CORRECTION: Final = "correction"
#: What people choose from, in the words of the field.
KINDS: Final = (
    *("visit", "contractor", "delivery", "patrol", "keys", "lost-property"),
    *("damage", "accident", "public", "weather", "fault", "other"),
)


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Write it down."""
    if isinstance(fact, f.WriteLog):
        yield refusal(state, fact) or _written(state, now_ms, fact)


def _written(state: State, now_ms: int, fact: f.WriteLog) -> ev.LogWritten | ev.CommandRefused:
    code, text = "bad-input", ""
    if fact.amends and not 0 < fact.amends <= state.log_written:
        code, text = "unknown", f"The log has no entry {fact.amends}"
    elif not fact.amends and fact.kind not in KINDS:
        text = f"The kind must be one of: {', '.join(KINDS)}"
    elif fact.area and fact.area not in state.site.areas:
        text = f"There is no area {fact.area}; the areas are: {', '.join(state.site.areas)}"
    elif not 0 < fact.occurred_utc_ms <= state.utc_ms(now_ms):
        text = "The log tells what has happened: the time may be earlier than now, not later"
    if text or fact.note is None:
        return ev.CommandRefused(code=code, text=text or "Say what happened")
    return ev.LogWritten(
        number=state.log_written + 1,
        kind=CORRECTION if fact.amends else fact.kind,
        by=fact.by,
        occurred_utc_ms=fact.occurred_utc_ms,
        note=fact.note,
        area=fact.area,
        amends=fact.amends,
    )


def _on_written(state: State, event: ev.LogWritten) -> None:
    state.log_written = event.number


EVOLVE: Evolve = {ev.LogWritten: _on_written}
