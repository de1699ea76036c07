"""Who looked at pictures of the house (T3.8, I2): one entry a person and a stated time.

A wall of cameras asks for a picture every few seconds. That somebody looks is told once, and not
again before ``WINDOW_MS`` is over, so that what is on record is who looked and when, and the
journal is not full of it.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.rights import refusal
from monitord.core.state import State

#: Somebody who looks on is not told of again for so long.
WINDOW_MS: Final = 3_600_000
#: The cameras as they see the house now.
CAMERAS: Final = "cameras"
#: Views that are remembered at most; beyond that the oldest is, and would be told once more.
VIEWS_MAX: Final = 1_000


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Tell of somebody who looks, once; or that they may not."""
    if not isinstance(fact, f.ViewPictures):
        return
    refused = refusal(state, fact)
    if refused is not None:
        yield refused
    elif fact.what != CAMERAS:
        yield ev.CommandRefused(code="unknown", text=f"There are no pictures of {fact.what[:60]}")
    elif not is_told(state, now_ms, fact.by, fact.what):
        yield ev.PicturesViewed(by=fact.by, what=fact.what, until_ms=now_ms + WINDOW_MS)


def is_told(state: State, now_ms: int, person: str, what: str) -> bool:
    """Whether it is on record that they look at this now."""
    return state.views.get(_name(person, what), now_ms) > now_ms


def _name(person: str, what: str) -> str:
    return f"{person}:{what}"


def _on_viewed(state: State, event: ev.PicturesViewed) -> None:
    for name in [name for name, until_ms in state.views.items() if until_ms <= state.at_ms]:
        del state.views[name]
    state.views.pop(_name(event.by, event.what), None)
    while len(state.views) >= VIEWS_MAX:
        del state.views[next(iter(state.views))]
    state.views[_name(event.by, event.what)] = event.until_ms


EVOLVE: Evolve = {ev.PicturesViewed: _on_viewed}
