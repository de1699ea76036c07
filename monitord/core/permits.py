"""Dated permits and bookings: what may be moved or is expected, and for how long (D4, D5).

When one begins, its points are suppressed by design, in the approver's name and until its end;
the ledger ends it, and what is still active then is an alarm. What a permit may hold back stands
in :mod:`processing`; it never touches a point's tamper or fault. One that somebody ended by hand
does not come back with the next start.
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.processing import PROCESSING, Sign
from monitord.core.site import Permit, Site
from monitord.core.state import State
from monitord.vocabulary import SetState, Suppression


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """End what left the site file; begin what is due."""
    if any(isinstance(event, ev.SiteAccepted) for event in so_far):
        for key, held in tuple(state.suppressions.items()):
            if held.permit and held.permit not in state.permits_begun and key in state.suppressions:
                yield ev.AlarmUnsuppressed(
                    source=held.source,
                    how=held.how,
                    why=f"{held.permit} was taken back or changed in the site file",
                )
    elif not (
        (isinstance(fact, f.TimePassed) and state.due(now_ms, "permit", fact))
        or any(isinstance(event, ev.EpochOpened | ev.ClockStepped) for event in so_far)
    ):
        return
    utc_ms = state.utc_ms(now_ms)
    for permit in state.site.permits.values():
        if permit.from_ms <= utc_ms < permit.until_ms and permit.id not in state.permits_begun:
            yield from _begin(state, permit)


def _begin(state: State, permit: Permit) -> Iterator[ev.AnyEvent]:
    yield ev.PermitBegan(permit=permit.id, until_utc_ms=permit.until_ms)
    for name in permit.points:
        point = state.site.points.get(name)
        if point is None or not PROCESSING[SetState.SET, point.kind, Sign.ACTIVE].yields:
            continue
        held = state.suppressions.get(f"{name}:{Suppression.BY_DESIGN}")
        if held is None or held.until_utc_ms < permit.until_ms:
            yield ev.AlarmSuppressed(
                source=name,
                how=Suppression.BY_DESIGN,
                until_utc_ms=permit.until_ms,
                by=permit.approver,
                reason=f"{permit.id}: {permit.why}",
                permit=permit.id,
            )


def realign(state: State) -> None:
    """Beginnings are dates that people wrote: they follow UTC through every step of the clock."""
    for key in [key for key in state.deadlines if key.startswith("permit:")]:
        del state.deadlines[key]
    utc_ms = state.utc_ms(state.at_ms)
    for permit in state.site.permits.values():
        if permit.id not in state.permits_begun and utc_ms < permit.until_ms:
            begins_ms = max(permit.from_ms, utc_ms)
            state.deadlines[f"permit:{permit.id}"] = begins_ms - state.offset_ms


def site_changed(state: State, old: Site) -> None:
    """One that says something else than before has not begun."""
    new = state.site.permits
    for name in [name for name in state.permits_begun if old.permits.get(name) != new.get(name)]:
        del state.permits_begun[name]
    realign(state)


def _began(state: State, event: ev.PermitBegan) -> None:
    state.permits_begun[event.permit] = state.at_ms
    state.deadlines.pop(f"permit:{event.permit}", None)


EVOLVE: Evolve = {ev.PermitBegan: _began}
