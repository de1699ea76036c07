"""The handover of a post (H2): whoever leaves signs for what is open, whoever comes takes it over.

The sheet lists what cannot be left to itself: open incidents, devices that do not answer, what is
held back, areas that are unset. The one who comes may refuse a line of it; that one stays with the
one who leaves, and people are called for it. Where the site file says when a post is handed over
(``handover:``, its windows laid by the calendar), a window that ends with nobody's signature is an
alarm until somebody has signed.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.handover_times import realign
from monitord.core.rights import refusal
from monitord.core.site_records import HandoverRecord
from monitord.core.state import HIDDEN_FROM, State
from monitord.vocabulary import PRIORITY_OF_CATEGORY, Category, Condition, DeviceStatus, SetState

#: The source of a post's alarms: this and the post. ``ACTIVE``: refused; ``FAULT``: not signed.
PREFIX: Final = "monitord.handover."
#: A sheet that nobody took within this time is too old to be taken.
OFFERED_MS_MAX: Final = 60 * 60_000
#: Lines of one sheet; more are not refused one by one.
ITEMS_MAX: Final = 500


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Sign, take over, and tell what nobody signed."""
    match fact:
        case f.OfferHandover():
            yield _refused_offer(state, fact) or ev.HandoverOffered(
                post=fact.post, by=fact.by, items=items(state)
            )
        case f.TakeHandover():
            refused = _refused_taking(state, now_ms, fact)
            if refused is not None:
                yield refused
            else:
                yield from _take(state, fact)
        case f.TimePassed():
            for post in state.due(now_ms, "handover", fact):
                span_ms = state.utc_ms(now_ms)
                yield ev.HandoverMissed(post=post, until_utc_ms=span_ms)
                if not _stands(state, post):
                    yield _alarm(post, Condition.FAULT, latching=False)
        case _:
            pass


def items(state: State) -> tuple[str, ...]:
    """What whoever leaves hands over, by name: ``incident/7``, ``device/east``, ``area/hall`` …"""
    found = [f"incident/{i.number}" for i in state.open_incidents() if i.number < HIDDEN_FROM]
    found += [
        f"device/{name}"
        for name, record in state.devices.items()
        if record.status is not DeviceStatus.OK
    ]
    found += [f"held/{key}" for key in state.suppressions]
    found += [
        f"area/{name}" for name, record in state.areas.items() if record.state is SetState.UNSET
    ]
    return tuple(found[:ITEMS_MAX])


def _take(state: State, fact: f.TakeHandover) -> Iterator[ev.AnyEvent]:
    yield ev.HandoverTaken(
        post=fact.post,
        by=fact.by,
        of=state.handovers[fact.post].by,
        utc_ms=state.utc_ms(state.at_ms),
        refused=fact.refuses,
        reason=fact.reason,
    )
    if _stands(state, fact.post):
        yield ev.AlarmCleared(alarm=alarm_id(PREFIX + fact.post, Condition.FAULT))
    if fact.refuses:  # it has happened: it stays until somebody has closed it
        alarm = _alarm(fact.post, Condition.ACTIVE, latching=True)
        yield alarm
        yield ev.AlarmCleared(alarm=alarm.alarm)


def _stands(state: State, post: str) -> bool:
    record = state.alarms.get(alarm_id(PREFIX + post, Condition.FAULT))
    return record is not None and record.active


def _alarm(post: str, condition: Condition, *, latching: bool) -> ev.AlarmOccurred:
    return ev.AlarmOccurred(
        alarm=alarm_id(PREFIX + post, condition),
        source=PREFIX + post,
        condition=condition,
        category=Category.PROCEDURE,
        area="",
        priority=PRIORITY_OF_CATEGORY[Category.PROCEDURE],
        latching=latching,
    )


def _refused_offer(state: State, fact: f.OfferHandover) -> ev.CommandRefused | None:
    return refusal(state, fact) or _no_such_post(state, fact.post)


def _no_such_post(state: State, post: str) -> ev.CommandRefused | None:
    if post in state.site.posts:
        return None
    known = ", ".join(state.site.posts) or "none is in the site file"
    return ev.CommandRefused(code="unknown", text=f"There is no post {post}; there are: {known}")


def _refused_taking(state: State, now_ms: int, fact: f.TakeHandover) -> ev.CommandRefused | None:
    refused = refusal(state, fact) or _no_such_post(state, fact.post)
    if refused is not None:
        return refused
    record = state.handovers.get(fact.post, HandoverRecord())
    code, text = "bad-input", ""
    if record.offered_ms is None:
        code, text = "not-offered", f"Nobody hands over {fact.post}: whoever leaves signs first"
    elif now_ms - record.offered_ms > OFFERED_MS_MAX:
        code = "not-offered"
        text = f"What {record.by} signed is older than an hour: whoever leaves signs again"
    elif fact.by == record.by:
        code, text = "forbidden", "You signed it yourself: another person takes it over"
    elif unknown := [item for item in fact.refuses if item not in record.items]:
        text = f"{unknown[0]} is not on the sheet"
    elif fact.refuses and not fact.reason.strip():
        text = "Say why: what you refuse stays with the one who leaves, and people are called"
    return ev.CommandRefused(code=code, text=text) if text else None


def sources(state: State) -> tuple[str, ...]:
    """The sources of the alarms of handovers."""
    return tuple(PREFIX + post for post in state.site.posts)


def _offered(state: State, event: ev.HandoverOffered) -> None:
    record = state.handovers.setdefault(event.post, HandoverRecord())
    record.by, record.offered_ms, record.items = event.by, state.at_ms, event.items


def _taken(state: State, event: ev.HandoverTaken) -> None:
    record = state.handovers.setdefault(event.post, HandoverRecord())
    record.offered_ms = None
    record.taken_by, record.taken_of, record.taken_utc_ms = event.by, event.of, event.utc_ms
    record.refused, record.reason = event.refused, event.reason
    realign(state)


def _missed(state: State, event: ev.HandoverMissed) -> None:
    realign(state)


EVOLVE: Evolve = {
    ev.HandoverOffered: _offered,
    ev.HandoverTaken: _taken,
    ev.HandoverMissed: _missed,
}
