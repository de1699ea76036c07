"""How fast alarms are answered (H6): exact counts of nights whose every moment is known."""

import random
from itertools import pairwise

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.answer_times import BUCKETS_S, ELSEWHERE, AnswerTimes, answer_times
from monitord.core.kpis import BAD_ACTORS
from monitord.core.site import Station
from monitord.core.state import decode, encode
from monitord.vocabulary import Category, Confirmed, PictureMoment, Proof
from tests.core.night import BEGIN_MS, UTC_OFFSET_MS, Night
from tests.core.sites import HOUR, MIN, PEOPLE, S, museum
from tests.core.test_floods import bangs, storm
from tests.core.test_pictures import came, site

FROM_MS = BEGIN_MS + UTC_OFFSET_MS
DAY = 24 * HOUR


def of(night: Night, bar_ms: int = HOUR, until_ms: int = DAY, from_ms: int = 0) -> AnswerTimes:
    return answer_times(night.journal, FROM_MS + from_ms, FROM_MS + until_ms, bar_ms)


def at_stations() -> Night:
    """Two screens, of which one stands for a post."""
    stations = {"pc": Station("pc", "Control room", post="desk"), "tablet": Station("tablet", "")}
    return Night(msgspec.structs.replace(museum(), stations=stations))


def takes(night: Night, seat: str = "", by: str = "anna") -> None:
    """The newest incident is taken, from where ``seat`` says."""
    number = max(night.state.incidents)
    seen = night.state.incidents[number].rev
    fact = f.Acknowledge(by=by, proof=Proof.PIN, incident=number, seen=seen, session=seat)
    night.feed(fact)


def test_h6_a_seeded_set_gives_exact_percentiles() -> None:
    """H6: by the nearest rank, whatever the order they came in; a time that was really taken."""
    chance = random.Random(6)
    took = chance.sample(range(1, 9_000), 20)
    night = Night()
    for seconds in took:
        night.declares(Category.THEFT)
        night.after(seconds * S)
        takes(night)
    found = of(night, until_ms=7 * DAY)
    in_order = sorted(took)
    assert found.incidents == found.acknowledged.count == 20
    assert (found.acknowledged.p50_ms, found.acknowledged.p90_ms) == (
        in_order[9] * S,
        in_order[17] * S,
    )
    edges = (0, *BUCKETS_S, 10**9)
    assert found.acknowledged.within == [
        sum(low < each <= high for each in took) for low, high in pairwise(edges)
    ]


@pytest.mark.parametrize(("seconds", "place"), [(s, n) for n, s in enumerate(BUCKETS_S)])
def test_h6_the_last_millisecond_of_a_bucket_is_in_it(seconds: int, place: int) -> None:
    for more_ms in (0, 1):
        night = Night()
        night.declares(Category.THEFT)
        night.after(seconds * S + more_ms)
        takes(night)
        within = of(night).acknowledged.within
        assert within[place + more_ms] == sum(within) == 1


def test_h6_the_first_answer_counts_and_no_answer_is_no_time() -> None:
    night = Night()
    assert of(night).acknowledged.p50_ms is None
    night.declares(Category.THEFT)
    night.after(20 * S)
    takes(night)
    night.after(HOUR)
    takes(night, by="boris")
    night.declares(Category.MEDICAL)
    found = of(night)
    assert (found.incidents, found.acknowledged.count) == (2, 1)
    assert (found.acknowledged.p50_ms, found.acknowledged.p90_ms) == (20 * S, 20 * S)


def confirmed(night: Night) -> None:
    night.confirms(how=Confirmed.SEEN)


def police(night: Night) -> None:
    night.feed(f.TellPolice(by="anna", proof=Proof.PIN, incident=1, how="self"))


def closed(night: Night) -> None:
    night.closes_incident()


@pytest.mark.parametrize("decides", [confirmed, police, closed])
def test_h6_decided_is_when_a_person_said_what_it_is(decides: object) -> None:
    night = Night()
    night.opens("west.glass")
    night.after(10 * S)
    night.closes("west.glass")
    takes(night)
    assert of(night).decided.count == 0
    night.after(30 * S)
    assert callable(decides)
    decides(night)
    night.after(10 * S)
    if decides is not closed:
        closed(night)
    assert (of(night).decided.count, of(night).decided.p50_ms) == (1, 40 * S)


def test_h6_two_detectors_decide_nothing_and_what_is_raised_by_hand_began_decided() -> None:
    night = Night()
    night.opens("west.glass")
    night.after(S)
    night.opens("west.pir")
    assert night.all(ev.IncidentConfirmed)
    assert of(night).decided.count == 0
    night.declares(Category.THEFT)
    assert of(night).decided.count == 0


def test_h6_by_post_and_the_station_where_there_is_none_and_elsewhere() -> None:
    night = at_stations()
    seats = ("station:pc", "station:tablet", "station:gone", "console:1a2b", "")
    for seconds, seat in enumerate(seats, 1):
        night.declares(Category.THEFT)
        night.after(seconds * S)
        takes(night, seat)
    found = of(night).posts
    assert {post: (s.count, s.p50_ms) for post, s in found.items()} == {
        "desk": (1, S),
        "tablet": (1, 2 * S),
        "gone": (1, 3 * S),
        ELSEWHERE: (2, 4 * S),
    }


def test_h6_no_person_is_in_the_figures() -> None:
    """Who took it, who closed it, and who has not been heard of: none of them."""
    night = at_stations()
    night.opens("west.glass")
    takes(night, "station:pc")
    attend = f.Attend(by="gus", proof=Proof.PIN, incident=1, says="entered")
    night.feed(attend)
    night.after(3 * HOUR)
    found = of(night)
    assert found.nuisances["monitord.attendance"] >= 1
    told = msgspec.json.encode(found).decode()
    assert [person.id for person in PEOPLE if f'{person.id}"' in told] == []


def test_h6_bars_hold_all_alarms_and_their_busiest_ten_minutes() -> None:
    night = storm()
    bangs(night, 0, 11, MIN)  # ten in the first ten minutes but a millisecond, two in the next
    night.after(HOUR)
    bangs(night, 20, 22, S)
    found = of(night)
    assert found.alarms == 15
    assert len(found.bars) == 24
    assert [bar.from_ms for bar in found.bars[:2]] == [FROM_MS, FROM_MS + HOUR]
    assert [(bar.alarms, bar.busiest) for bar in found.bars[:3]] == [(12, 9), (3, 3), (0, 0)]
    assert list(found.nuisances.values()) == [1] * BAD_ACTORS


def test_h6_what_was_before_counts_to_nothing_and_from_a_later_state_it_is_the_same() -> None:
    """Alarms, openings and answers of before; and a snapshot in the place of its entries."""
    night = storm()
    bangs(night, 0, 3, MIN)
    takes(night)
    kept, behind = decode(encode(night.state)), len(night.journal)
    night.at(2 * HOUR)
    night.declares(Category.THEFT)
    night.after(S)
    takes(night)
    whole = of(night, from_ms=HOUR)
    assert (whole.alarms, whole.incidents, whole.acknowledged.count) == (0, 1, 1)
    late = answer_times(night.journal[behind:], FROM_MS + HOUR, FROM_MS + DAY, HOUR, kept)
    assert late == msgspec.structs.replace(whole, begins_ms=FROM_MS + 4 * MIN)
    assert of(night, until_ms=2 * HOUR).incidents == 1
    assert whole.begins_ms == FROM_MS
    assert answer_times([], FROM_MS, FROM_MS + DAY, HOUR).begins_ms is None


def test_g9_a_silent_alarm_is_counted_once_it_is_closed() -> None:
    """G9: whoever forces somebody to open the page reads nothing of it there."""
    night = Night()
    before = of(night)
    night.opens("east.panic")
    assert of(night) == before
    night.after(MIN)
    takes(night)
    assert of(night) == before
    night.closes("east.panic")
    night.closes_incident(by="boris")
    found = of(night)
    assert (found.alarms, found.incidents, found.nuisances) == (1, 1, {"east.panic": 1})


def test_what_is_held_back_was_in_front_of_nobody() -> None:
    night = Night()
    night.holds("west.glass")
    night.opens("west.glass")
    assert of(night).alarms == 0


def test_h6_the_first_picture_counts_and_no_picture_is_no_time() -> None:
    """Until it was kept; one of before or after the alarm, and a later one, count for nothing."""
    night = Night(site())
    night.opens("east.pir")
    night.after(S)
    came(night, "cam-2", PictureMoment.BEFORE, "bb")
    night.after(S)
    came(night, "cam-2", PictureMoment.ALARM, "aa")
    night.after(S)
    came(night, "cam-1", PictureMoment.ALARM, "cc")
    night.declares(Category.THEFT)
    found = of(night)
    assert (found.incidents, found.pictured.count) == (2, 1)
    assert found.pictured.p50_ms == 2 * S
