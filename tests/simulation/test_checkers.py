"""The checkers themselves: a good night passes, and each fabricated wrong in it is noticed."""

from collections.abc import Callable
from copy import deepcopy

import msgspec
import pytest

from monitord.core import events as ev
from monitord.testing.checkers import check
from monitord.testing.evidence import Evidence
from monitord.testing.history import Answered, Asked, Life, Receipt, Seen
from monitord.testing.script import Fault, Move, PanelTrouble, Script
from monitord.testing.simulation import Outcome, Simulation
from monitord.vocabulary import Outcome as CallOutcome
from tests.simulation.runs import site

MIN = 60_000
OPENS_MS = 5 * MIN
SECOND_MS = OPENS_MS + 20_000

#: A motion detector, a door in the same area 20 s later, and a panel that is cut for a while.
NIGHT = Script(
    seed="a plain night",
    end_ms=60 * MIN,
    moves={
        "p0.k0": (Move(OPENS_MS, active=True), Move(OPENS_MS + 2 * MIN, active=False)),
        "p0.k1": (Move(SECOND_MS, active=True), Move(SECOND_MS + MIN, active=False)),
    },
    troubles={"p4": (PanelTrouble(30 * MIN, 35 * MIN, Fault.CUT),)},
)


@pytest.fixture(scope="module")
def night() -> Outcome:
    return Simulation(NIGHT, site()).run()


def _copied(night: Outcome) -> Outcome:
    """The same night, to be spoiled; entries are frozen and stay shared."""
    history = night.history
    fresh = msgspec.structs.replace(
        history,
        lives=deepcopy(history.lives),
        seen=list(history.seen),
        dials=list(history.dials),
        answers=list(history.answers),
        receipts=list(history.receipts),
        found=list(history.found),
    )
    store = night.store
    spoiled = type(store)()
    spoiled.rows = list(store.rows)
    return night._replace(history=fresh, store=spoiled)


def test_a_plain_night_is_a_good_one(night: Outcome) -> None:
    """S1 to S10, L1: nothing is found where nothing is wrong, and there was something to judge."""
    assert check(night) == []
    assert night.state.incidents_opened == 2
    assert len(night.history.dials) > 2
    assert len(night.history.answers) > 2


def nobody_was_called(night: Outcome) -> None:
    night.history.dials[:] = [d for d in night.history.dials if d.at_ms > OPENS_MS + 10_000]


def called_after_it_was_taken(night: Outcome) -> None:
    taken = next(a for a in night.history.answers if a.asked is Asked.ACKNOWLEDGE and not a.code)
    dial = night.history.dials[0]
    late_ms = taken.at_ms + 200_000
    night.history.dials.append(dial._replace(at_ms=late_ms, call="sim-1-1-99"))


def taken_without_having_seen_the_worst(night: Outcome) -> None:
    first, told = night.history.dials[0], night.history.dials[-1]
    late = told._replace(at_ms=SECOND_MS + 100, incident=first.incident, rev=3, confirmed=True)
    night.history.dials.append(late)
    night.history.answers.append(_yes(first.incident, SECOND_MS + 200))


def _yes(incident: int, at_ms: int) -> Answered:
    return Answered(
        at_ms=at_ms,
        asked_ms=at_ms,
        asked=Asked.ACKNOWLEDGE,
        incident=incident,
        seen=1,
        by="gus",
        code="",
        stored=True,
        position="1.1",
    )


def an_opening_left_no_trace(night: Outcome) -> None:
    night.history.seen[:] = [
        seen
        for seen in night.history.seen
        if not any(isinstance(e, ev.PointStateChanged) for e in seen.entry.events)
        or seen.at_ms < OPENS_MS
    ]


def silence_raised_no_alarm(night: Outcome) -> None:
    """Neither told nor on record: the panel is cut, and the night goes on."""
    cut_ms = 30 * MIN
    night.history.seen[:] = [seen for seen in night.history.seen if seen.at_ms < cut_ms]
    night.history.stored_ms = {p: ms for p, ms in night.history.stored_ms.items() if ms < cut_ms}


def replay_was_different(night: Outcome) -> None:
    night.history.found.append("S6 300000: replay differs from live at 1.20")


def the_same_call_rang_twice(night: Outcome) -> None:
    night.history.dials.append(night.history.dials[0]._replace(at_ms=night.script.end_ms))


def a_call_was_repeated_after_its_outcome(night: Outcome) -> None:
    handed_over = next(
        event.call
        for seen in night.history.seen
        for event in seen.entry.events
        if isinstance(event, ev.CallResulted) and event.outcome is CallOutcome.HANDED_OVER
    )
    dial = next(d for d in night.history.dials if d.call == handed_over)
    night.history.lives.append(Life(number=2, began_ms=dial.at_ms + 50_000))
    night.history.dials.append(dial._replace(at_ms=dial.at_ms + 60_000, life=2))


def facts_piled_up(night: Outcome) -> None:
    night.history.waiting_max = 50_000


def the_telephone_never_stopped(night: Outcome) -> None:
    dial = night.history.dials[0]
    night.history.dials += [dial._replace(call=f"sim-1-1-{n}") for n in range(100, 150)]


def a_stored_entry_is_gone(night: Outcome) -> None:
    del night.store.rows[-1]


def an_acknowledgement_is_gone(night: Outcome) -> None:
    night.history.answers.append(_yes(1, SECOND_MS)._replace(by="nobody-on-record", seen=9))


def a_panel_was_answered_for_nothing(night: Outcome) -> None:
    night.history.receipts.append(Receipt(SECOND_MS, "p0.k3", active=True, key="p0.k3/7"))


def an_entry_was_changed(night: Outcome) -> None:
    night.store.rows[5] = night.store.rows[5]._replace(payload=night.store.rows[6].payload)


def an_entry_was_taken_out(night: Outcome) -> None:
    del night.store.rows[-2]


def nobody_knows_since_when_it_was_blind(night: Outcome) -> None:
    """A second life begins, and its panels say that they were looked at until just then."""
    ended_ms, first = 20 * MIN, night.history.lives[0]
    first.ended_ms = ended_ms
    began_ms = ended_ms + 5 * MIN
    night.history.lives.append(
        Life(number=2, began_ms=began_ms, watched_ms=began_ms, ended_ms=night.script.end_ms)
    )
    back = next(
        seen
        for seen in night.history.seen
        if any(isinstance(event, ev.DeviceCameBack) for event in seen.entry.events)
    )
    entry = back.entry
    event = ev.DeviceCameBack(device="p0", blind_from_ms=entry.at_ms + began_ms)
    late = msgspec.structs.replace(entry, events=(event,), at_ms=entry.at_ms + began_ms)
    night.history.seen.append(Seen(began_ms, late, stored=False))
    night.history.seen.sort(key=lambda seen: seen.at_ms)


def it_was_never_healed(night: Outcome) -> None:
    night.history.healed_ms = None


def it_did_not_come_to_rest(night: Outcome) -> None:
    closes = next(
        place
        for place, entry in enumerate(_evidence(night).entries)
        if any(isinstance(event, ev.IncidentClosed) for event in entry.events)
    )
    del night.store.rows[closes:]


def _evidence(night: Outcome) -> Evidence:
    return Evidence(night.script, night.site, night.history, night.store.rows)


@pytest.mark.parametrize(
    ("spoil", "check_name"),
    [
        (nobody_was_called, "S1"),
        (called_after_it_was_taken, "S2"),
        (taken_without_having_seen_the_worst, "S3"),
        (an_opening_left_no_trace, "S4"),
        (silence_raised_no_alarm, "S5"),
        (replay_was_different, "S6"),
        (the_same_call_rang_twice, "S7"),
        (a_call_was_repeated_after_its_outcome, "S7"),
        (facts_piled_up, "S8"),
        (the_telephone_never_stopped, "S8"),
        (a_stored_entry_is_gone, "S9"),
        (an_acknowledgement_is_gone, "S9"),
        (a_panel_was_answered_for_nothing, "S12"),
        (an_entry_was_changed, "S10"),
        (an_entry_was_taken_out, "S10"),
        (nobody_knows_since_when_it_was_blind, "S11"),
        (it_was_never_healed, "L1"),
        (it_did_not_come_to_rest, "L1"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_wrong_is_noticed(
    night: Outcome, spoil: Callable[[Outcome], None], check_name: str
) -> None:
    spoiled = _copied(night)
    spoil(spoiled)
    assert check_name in {found.split()[0] for found in check(spoiled)}
