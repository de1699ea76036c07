"""Confirmation: a second, different source in the same set area within its window (T2.5).

The same detector twice confirms nothing, an unset area never confirms, and when the window has
lapsed the next alarm is a first one again.
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.state import State
from monitord.vocabulary import ATTACK


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Whether an alarm of the attack family is the second one."""
    for event in so_far:
        if not isinstance(event, ev.AlarmOccurred) or event.category not in ATTACK:
            continue
        area = state.areas.get(event.area)
        if area is None or not area.state.counts_as_set:
            continue
        if not state.presented(event.alarm):
            continue
        window_ms = state.site.areas[event.area].confirm_ms
        if not area.first_source or now_ms - area.first_ms >= window_ms:
            yield ev.AreaAlerted(area=event.area, first=event.source)
        elif area.first_source != event.source:
            yield ev.AreaConfirmed(area=event.area, first=area.first_source, second=event.source)


def _alerted(state: State, event: ev.AreaAlerted) -> None:
    area = state.areas[event.area]
    area.first_source, area.first_ms = event.first, state.at_ms


def _confirmed(state: State, event: ev.AreaConfirmed) -> None:
    """For the incidents to act on; the first source keeps its window."""


EVOLVE: Evolve = {ev.AreaAlerted: _alerted, ev.AreaConfirmed: _confirmed}
