"""Modes: how the site is run today, who said so, until when, and what a change would weaken (D7).

A mode picks the chains, the areas in which nothing may be moved and who is listed to unset; the
set state of an area it never touches. Tightening is free. What weakens in any way needs a
person's PIN (law 11). A looser mode always has an end, at which the one before it comes back by
itself; an end at which that would weaken the guard only tells people that nobody ended it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.own import MODE
from monitord.core.rights import lacks_second, refusal
from monitord.core.state import State
from monitord.vocabulary import (
    PRIORITY_OF_CATEGORY,
    Category,
    Condition,
    Mode,
    Proof,
    SecondFactor,
)

#: How tight each mode is. Nothing of rank 0 is tighter than another.
RANK: Final[Mapping[Mode, int]] = {
    Mode.OPEN: 0,
    Mode.WORKS: 0,
    Mode.EVENT: 0,
    Mode.REOPENING: 0,
    Mode.CLOSED: 1,
    Mode.NIGHT: 2,
    Mode.HEIGHTENED: 3,
    Mode.LOCKDOWN: 4,
}
#: The looser modes are for days or weeks, the others for seasons.
LOOSE_MS_MAX: Final = 31 * 24 * 3_600_000
TIGHT_MS_MAX: Final = 366 * 24 * 3_600_000

_KEY: Final = "mode:end"
_OVERSTAYED: Final = alarm_id(MODE, Condition.FAULT)


def is_loose(mode: Mode) -> bool:
    """It needs an end."""
    return RANK[mode] == 0


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What people change, and what ends by itself."""
    match fact:
        case f.ChangeMode() if _is_another(state, fact):
            refused = _refusal(state, now_ms, fact)
            if refused is not None:
                yield refused
            else:
                yield from _change(
                    state, fact.mode, by=fact.by, reason=fact.reason, until=fact.until_utc_ms
                )
        case f.TimePassed() if state.due(now_ms, "mode", fact):
            back, record = state.mode_record.back_to, state.mode_record
            if weakens(state, back):
                yield ev.ModeOverstayed(mode=state.mode, until_utc_ms=record.until_utc_ms)
                yield _forgotten()
            else:
                said = f"{state.mode} was until now"
                yield from _change(state, back, by="", reason=said, until=record.back_until_utc_ms)
        case _:
            pass


def _is_another(state: State, fact: f.ChangeMode) -> bool:
    return (fact.mode, fact.until_utc_ms) != (state.mode, state.mode_record.until_utc_ms)


def _change(state: State, mode: Mode, *, by: str, reason: str, until: int) -> Iterator[ev.AnyEvent]:
    yield ev.ModeChanged(mode=mode, by=by, reason=reason, until_utc_ms=until)
    alarm = state.alarms.get(_OVERSTAYED)
    if alarm is not None and alarm.active:
        yield ev.AlarmCleared(alarm=_OVERSTAYED)


def _forgotten() -> ev.AlarmOccurred:
    """Somebody is to end it or to say how long it goes on; it stands until then."""
    return ev.AlarmOccurred(
        alarm=_OVERSTAYED,
        source=MODE,
        condition=Condition.FAULT,
        category=Category.PROCEDURE,
        area="",
        priority=PRIORITY_OF_CATEGORY[Category.PROCEDURE],
        latching=False,
    )


def _refusal(state: State, now_ms: int, fact: f.ChangeMode) -> ev.CommandRefused | None:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    code, text = "bad-input", ""
    ahead_ms = fact.until_utc_ms - state.utc_ms(now_ms)
    most_ms = LOOSE_MS_MAX if is_loose(fact.mode) else TIGHT_MS_MAX
    weaker = weakens(state, fact.mode)
    if weaker and fact.proof is not Proof.PIN:
        code = "needs-pin"
        text = f"This needs the PIN of a person at a console: {'; '.join(weaker)}"
    elif weaker and (lacks := lacks_second(state, fact, SecondFactor.MODE)) is not None:
        return lacks
    elif not fact.reason.strip():
        text = "Say why: the reason is shown while the mode lasts"
    elif is_loose(fact.mode) and not fact.until_utc_ms:
        text = f"Say until when: {fact.mode} guards less, so it always has an end"
    elif fact.until_utc_ms and not 0 < ahead_ms <= most_ms:
        text = f"The end of {fact.mode} must lie ahead, and within {most_ms // 86_400_000} days"
    return ev.CommandRefused(code=code, text=text) if text else None


def weakens(state: State, mode: Mode) -> tuple[str, ...]:
    """In words, what of the guard is less than now if the site is run in this mode."""
    found = []
    if RANK[mode] <= RANK[state.mode]:
        found.append(f"{mode} is not tighter than {state.mode}")
    for area in state.site.areas.values():
        if state.mode in area.frozen_in and mode not in area.frozen_in:
            found.append(f"objects may be moved again in {area.id}")
        more = may_unset_in(state, area.id, mode) - may_unset_in(state, area.id, state.mode)
        if more:
            found.append(f"{' and '.join(sorted(more))} may unset {area.id}")
    return tuple(found)


def may_unset_in(state: State, area: str, mode: Mode) -> frozenset[str]:
    """Who is on the list of the area in this mode, at any date; nobody where it has no list."""
    listed = state.site.areas[area].unset_by
    return frozenset(entry.person for entry in listed if not entry.modes or mode in entry.modes)


def realign(state: State) -> None:
    """The end is a date that people wrote: it follows UTC through every step of the clock."""
    state.deadlines.pop(_KEY, None)
    record = state.mode_record
    if record.until_utc_ms and not record.overstayed:
        state.deadlines[_KEY] = record.until_utc_ms - state.offset_ms


def broken(state: State) -> Iterator[str]:
    """What must hold: no mode that has an end goes on beyond it unseen."""
    record = state.mode_record
    if record.until_utc_ms and not record.overstayed and _KEY not in state.deadlines:
        yield f"{state.mode} has an end, and no deadline runs"
    alarm = state.alarms.get(_OVERSTAYED)
    if record.overstayed and (alarm is None or not alarm.active):
        yield f"{state.mode} was to end, and no alarm stands"


def _changed(state: State, event: ev.ModeChanged) -> None:
    record, before = state.mode_record, state.mode
    if not is_loose(event.mode):
        record.back_to, record.back_until_utc_ms = event.mode, event.until_utc_ms
    elif not is_loose(before):
        record.back_to, record.back_until_utc_ms = before, record.until_utc_ms
    state.mode = event.mode
    record.since_ms, record.by, record.reason = state.at_ms, event.by, event.reason
    record.until_utc_ms, record.overstayed = event.until_utc_ms, False
    realign(state)


def _overstayed(state: State, _event: ev.ModeOverstayed) -> None:
    state.mode_record.overstayed = True
    realign(state)


EVOLVE: Evolve = {ev.ModeChanged: _changed, ev.ModeOverstayed: _overstayed}
