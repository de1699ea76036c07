"""How long pictures are kept: each has an end, and that it is gone is proven (T3.8).

What is of an open incident stays until that is closed, and what is held (:mod:`holds`) until it is
released. The core says which have reached their end; the runtime takes the files away and tells
what became of that. One that could not be taken away is told again every hour, and stays on record
until it is gone.

The store has a bound, in number and in bytes. When it is full the oldest that may go makes room
before its time; where nothing may go, what comes is refused in words and that is a fault.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id, own
from monitord.core.concern import Evolve
from monitord.core.own import EVIDENCE
from monitord.core.picture_records import PictureRecord
from monitord.core.state import State
from monitord.vocabulary import Condition

#: What a site keeps at most, whatever its retention: the oldest go first.
PICTURES_MAX: Final = 20_000
AGAIN_MS: Final = 3_600_000
_DUE: Final = "evidence:next"
#: The fault that it is full is over once there is room for a few of the largest pictures.
ROOM_AGAIN_NUMBER: Final = 4
ROOM_AGAIN: Final = ROOM_AGAIN_NUMBER * 4 * 1024 * 1024
#: With these there may be too much.
_FILLS: Final = (ev.PictureKept, ev.SiteAccepted)
#: With these another picture may be the next one to go.
_MOVES_ENDS: Final = (
    ev.SiteAccepted,
    ev.IncidentClosed,
    ev.EvidenceHeld,
    ev.EvidenceReleased,
)


def decide_before_alarms(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Nothing may go and something came: people hear of it, whoever has to decide what may."""
    if isinstance(fact, f.PicturesCame) and fact.shots and not has_room(state, fact.shots):
        yield from own(state, EVIDENCE, wanted=True)


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Which pictures have reached their end, and which are gone."""
    match fact:
        case f.PictureRemoved():
            yield from _removed(state, fact)
        case f.TimePassed() if state.due(now_ms, "evidence", fact):
            yield from _ended(state, now_ms)
        case _:
            pass
    if any(isinstance(event, _FILLS) for event in so_far):
        yield from _evict(state)
    if any(_moves_ends(state, event) for event in so_far):
        due_ms = _next_ms(state, now_ms)
        if state.deadlines.get(_DUE) != due_ms:
            yield ev.EvidenceDue(due_ms=due_ms)
    if _is_told_full(state) and _fits(state, ROOM_AGAIN, ROOM_AGAIN_NUMBER):
        yield from own(state, EVIDENCE, wanted=False)


def has_room(state: State, shots: Sequence[f.Shot]) -> bool:
    """Whether they can be kept, at the cost of what may go."""
    size = sum(shot.size for shot in shots)
    kept = sum(record.size for record in state.pictures.values())
    number = len(state.pictures) + len(shots)
    if kept + size <= state.site.pictures_bytes and number <= PICTURES_MAX:
        return True
    return _fits(state, size, len(shots))


def _fits(state: State, size: int, number: int) -> bool:
    """Whether so much has room beside what must stay, and what does not go."""
    stays = [record.size for record in state.pictures.values() if _stays(state, record)]
    large = sum(stays) + size > state.site.pictures_bytes
    return not large and len(stays) + number <= PICTURES_MAX


def _stays(state: State, record: PictureRecord) -> bool:
    return bool(record.stays) if record.expired else is_needed(state, record)


def _is_told_full(state: State) -> bool:
    record = state.alarms.get(alarm_id(EVIDENCE, Condition.FAULT))
    return record is not None and record.active


def _moves_ends(state: State, event: ev.AnyEvent) -> bool:
    if isinstance(event, ev.PictureKept):  # of an open incident as a rule: that has no end
        return not is_needed(state, state.pictures[event.picture])
    return isinstance(event, _MOVES_ENDS)


def end_ms(state: State, record: PictureRecord) -> int:
    """When its time is over (engine time), unless it is needed still."""
    return record.kept_ms + state.site.pictures_kept_ms


def is_needed(state: State, record: PictureRecord) -> bool:
    """Whether it is of an incident that is still open, or somebody holds it."""
    incident = state.incidents.get(record.incident)
    is_open = incident is not None and incident.closed_ms is None
    return is_open or record.incident in state.holds


def _ended(state: State, now_ms: int) -> Iterator[ev.AnyEvent]:
    for record in tuple(state.pictures.values()):
        over = record.expired or (end_ms(state, record) <= now_ms)
        if over and not is_needed(state, record):
            yield ev.PictureExpired(picture=record.number, sha256=record.sha256)
    yield ev.EvidenceDue(due_ms=_next_ms(state, now_ms + 1))


def _next_ms(state: State, not_before_ms: int) -> int | None:
    """When the first of them ends; what is needed still ends with that. What did not go is looked
    at again in an hour."""
    ends = [
        state.at_ms + AGAIN_MS if record.expired else end_ms(state, record)
        for record in state.pictures.values()
        if record.expired or not is_needed(state, record)
    ]
    return max(min(ends), not_before_ms) if ends else None


def _evict(state: State) -> Iterator[ev.PictureExpired]:
    """The oldest that may go, until the others are neither too many nor too large."""
    there = [one for one in state.pictures.values() if not one.expired or one.stays]
    many = len(there) - PICTURES_MAX
    large = sum(one.size for one in there) - state.site.pictures_bytes
    for one in there:
        if many <= 0 and large <= 0:
            return
        if not one.expired and not is_needed(state, one):
            many, large = many - 1, large - one.size
            yield ev.PictureExpired(picture=one.number, sha256=one.sha256, evicted=True)


def _removed(state: State, fact: f.PictureRemoved) -> Iterator[ev.AnyEvent]:
    record = state.pictures.get(fact.picture)
    if record is not None and record.expired:
        yield (
            ev.PictureDeleted(picture=fact.picture)
            if not fact.error
            else ev.PictureStays(picture=fact.picture, why=fact.error)
        )


def _on_due(state: State, event: ev.EvidenceDue) -> None:
    state.deadlines.pop(_DUE, None)
    if event.due_ms is not None:
        state.deadlines[_DUE] = event.due_ms


def _on_expired(state: State, event: ev.PictureExpired) -> None:
    state.pictures[event.picture].expired = True


def _on_deleted(state: State, event: ev.PictureDeleted) -> None:
    record = state.pictures.pop(event.picture)
    incident = state.incidents.get(record.incident)
    look = None if incident is None else incident.looks.get(record.camera)
    if look is not None and record.number in look.pictures:
        look.pictures.remove(record.number)
    if not state.pictures:
        state.deadlines.pop(_DUE, None)


def _on_stays(state: State, event: ev.PictureStays) -> None:
    """It is tried again; its room is not free until then."""
    state.pictures[event.picture].stays = event.why


EVOLVE: Evolve = {
    ev.EvidenceDue: _on_due,
    ev.PictureExpired: _on_expired,
    ev.PictureDeleted: _on_deleted,
    ev.PictureStays: _on_stays,
}
