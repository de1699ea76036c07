"""H2: a post is handed over by two signatures; unsigned by its time, people are called."""

import pytest
from msgspec.structs import replace

from monitord.channels.words import Situation, spoken
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.handover import OFFERED_MS_MAX, PREFIX, items
from monitord.core.handover_times import EARLY_MS
from monitord.core.site import Site, Span
from monitord.vocabulary import Category, Condition, Proof, Suppression
from tests.core.night import Events, Night, only
from tests.core.sites import HOUR, MIN, museum

POST = "control-room"
LATE = f"{PREFIX}{POST}/{Condition.FAULT}"
REFUSED = f"{PREFIX}{POST}/{Condition.ACTIVE}"


def with_times(text: str = "Mo-Su 18:00-18:30") -> Site:
    return replace(museum(), setup={"country": "GB", "posts": {POST: {"handover": text}}})


def lays(night: Night, *spans: tuple[int, int]) -> None:
    """Windows, in milliseconds from now."""
    now_ms = night.state.utc_ms(night.now_ms)
    night.feed(
        f.CalendarRead(
            site_hash=night.state.site_hash,
            from_ms=now_ms - 24 * HOUR,
            until_ms=now_ms + 14 * 24 * HOUR,
            handovers={POST: tuple(Span(now_ms + a, now_ms + b) for a, b in spans)},
        )
    )


def offers(night: Night, by: str = "anna", proof: Proof = Proof.PIN, post: str = POST) -> Events:
    return night.feed(f.OfferHandover(post=post, by=by, proof=proof))


def takes(
    night: Night,
    by: str = "boris",
    refuses: tuple[str, ...] = (),
    reason: str = "",
    proof: Proof = Proof.PIN,
) -> Events:
    return night.feed(f.TakeHandover(post=POST, by=by, proof=proof, refuses=refuses, reason=reason))


def code(events: Events) -> str:
    (refused,) = events
    assert isinstance(refused, ev.CommandRefused)
    return refused.code


def stands(night: Night, alarm: str) -> bool:
    record = night.state.alarms.get(alarm)
    return record is not None and record.active


def test_h2_what_cannot_be_left_to_itself_stands_on_the_sheet() -> None:
    night = Night()
    night.opens("east.pir")
    night.holds("east.door", Suppression.OUT_OF_SERVICE)
    night.loses("west")
    night.after(MIN)
    found = set(items(night.state))
    assert {"incident/1", "device/west", "held/east.door:out-of-service"} <= found


def test_h2_whoever_leaves_signs_and_another_person_takes_it_over() -> None:
    night = Night()
    night.opens("east.pir")
    (offered,) = offers(night)
    assert isinstance(offered, ev.HandoverOffered)
    assert offered.items == items(night.state)
    assert code(takes(night, by="anna")) == "forbidden"
    (taken,) = takes(night)
    assert isinstance(taken, ev.HandoverTaken)
    assert (taken.by, taken.of, taken.refused) == ("boris", "anna", ())
    assert code(takes(night, by="chloe")) == "not-offered"
    night.replayed()


def test_h2_a_sheet_of_an_hour_ago_is_signed_again() -> None:
    night = Night()
    offers(night)
    night.after(OFFERED_MS_MAX)
    assert isinstance(takes(night)[0], ev.HandoverTaken)
    offers(night)
    night.after(OFFERED_MS_MAX + 1)
    assert code(takes(night)) == "not-offered"


def test_h2_two_isolations_one_refused_stays_with_who_leaves_and_people_are_called() -> None:
    """The row of requirements.md: B refuses one of two, D is told."""
    night = Night()
    for source in ("east.pir", "east.door"):
        night.holds(source, Suppression.OUT_OF_SERVICE)
    offers(night)
    refused = "held/east.door:out-of-service"
    assert code(takes(night, refuses=(refused,))) == "bad-input"
    assert code(takes(night, refuses=("held/nobody:shelved",), reason="no")) == "bad-input"
    events = takes(night, refuses=(refused,), reason="nobody knows why it is isolated")
    (taken,) = only(events, ev.HandoverTaken)
    assert taken.refused == (refused,)
    (opened,) = only(events, ev.IncidentOpened)
    assert (opened.category, opened.first_out) == (Category.PROCEDURE, REFUSED)
    assert only(night.after(5 * MIN).heard, ev.CallPlaced)
    record = night.state.handovers[POST]
    assert (record.taken_of, record.refused) == ("anna", (refused,))


@pytest.mark.parametrize("proof", [Proof.NONE, Proof.LOGIN, Proof.SESSION])
def test_h2_both_sign_with_their_pin(proof: Proof) -> None:
    night = Night()
    assert code(offers(night, proof=proof)) == "needs-pin"
    offers(night)
    assert code(takes(night, proof=proof)) == "needs-pin"


def test_h2_a_post_that_is_none_is_told() -> None:
    night = Night()
    assert code(offers(night, post="attic")) == "unknown"
    assert code(takes(night)) == "not-offered"


def test_h2_unsigned_at_the_end_of_its_time_people_are_called_until_both_have_signed() -> None:
    night = Night(with_times())
    lays(night, (HOUR, HOUR + 30 * MIN), (25 * HOUR, 25 * HOUR + 30 * MIN))
    night.after(HOUR + 30 * MIN - 1)
    assert not stands(night, LATE)
    night.after(1)
    assert stands(night, LATE)
    offers(night)
    assert stands(night, LATE), "one of two is not both"
    takes(night)
    assert not stands(night, LATE)
    night.replayed()


@pytest.mark.parametrize(("before_ms", "late"), [(EARLY_MS, False), (EARLY_MS + 1, True)])
def test_h2_signed_in_time_or_an_hour_early_nobody_is_called(before_ms: int, late: bool) -> None:
    night = Night(with_times())
    lays(night, (2 * HOUR, 2 * HOUR + 30 * MIN))
    night.after(2 * HOUR - before_ms)
    offers(night)
    takes(night)
    night.after(4 * HOUR)
    assert stands(night, LATE) is late


def test_h2_each_time_is_looked_at_and_one_alarm_stands_for_them() -> None:
    night = Night(with_times())
    lays(night, (HOUR, 2 * HOUR), (25 * HOUR, 26 * HOUR))
    night.after(27 * HOUR)
    assert len(night.all(ev.HandoverMissed)) == 2
    assert len([e for e in night.all(ev.AlarmOccurred) if e.alarm == LATE]) == 1


def test_h2_the_time_follows_the_clock_on_the_wall() -> None:
    night = Night(with_times())
    lays(night, (HOUR, 2 * HOUR))
    ahead_ms = night.state.utc_ms(night.now_ms) + 90 * MIN
    night.feed(f.WallClockRead(utc_ms=ahead_ms))
    night.after(30 * MIN)
    assert stands(night, LATE)


@pytest.mark.parametrize(
    ("condition", "says"),
    [(Condition.FAULT, "Nobody has signed"), (Condition.ACTIVE, "not taken over")],
)
def test_h2_whoever_is_called_hears_which_post(condition: Condition, says: str) -> None:
    situation = Situation(
        category=Category.PROCEDURE,
        area="",
        source=PREFIX + POST,
        condition=condition,
    )
    text = spoken(museum(), situation)
    assert says in text
    assert POST in text
