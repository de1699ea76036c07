"""The store of pictures has a bound: what may go makes room, what may not is never touched."""

import pytest
from msgspec import structs

from monitord.core import events as ev
from monitord.core import evidence
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.own import EVIDENCE
from monitord.core.pictures import NO_ROOM
from monitord.vocabulary import Condition, PictureMoment
from tests.core.night import Events, Night
from tests.core.sites import MIN
from tests.core.test_evidence import closed, expired
from tests.core.test_holds import hold, release, with_managers
from tests.core.test_pictures import site

ROOM = 10_000_000
FAULT = alarm_id(EVIDENCE, Condition.FAULT)


def small(room: int = ROOM) -> Night:
    """A site with little room."""
    return Night(structs.replace(with_managers(site()), pictures_bytes=room))


def alarm(night: Night, size: int = 4_000_000, *, close: bool = True) -> Events:
    """An incident with one picture of that size; closed, as a rule."""
    night.after(20 * MIN)
    night.opens("east.pir")
    number = max(i.number for i in night.state.open_incidents())
    events = picture(night, number, size)
    if close:
        closed(night, number)
    return events


def picture(night: Night, incident: int, size: int, camera: str = "cam-1") -> Events:
    shot = f.Shot(f"{incident}{camera}{size}", size)
    return night.feed(
        f.PicturesCame(incident=incident, camera=camera, moment=PictureMoment.ALARM, shots=(shot,))
    )


def told_full(night: Night) -> bool:
    record = night.state.alarms.get(FAULT)
    return record is not None and record.active


def test_the_oldest_that_may_go_makes_room() -> None:
    night = small()
    alarm(night)
    alarm(night)
    assert expired(night) == []
    alarm(night)
    assert expired(night) == [1]
    assert night.all(ev.PictureExpired)[0].evicted, "and it is told that it was before its time"
    assert not told_full(night)


def test_to_the_byte_it_is_not_full() -> None:
    night = small(8_000_000)
    alarm(night)
    alarm(night)
    assert expired(night) == []
    alarm(night, 1)
    assert expired(night) == [1]


def test_t3_8_what_is_held_is_never_evicted() -> None:
    night = small()
    alarm(night)
    hold(night)
    alarm(night)
    alarm(night)
    assert expired(night) == [2]
    alarm(night)
    assert expired(night) == [2, 3]


def test_what_is_open_is_never_evicted() -> None:
    night = small()
    night.opens("east.pir")
    picture(night, 1, 4_000_000)
    picture(night, 1, 4_000_000, "cam-2")
    night.after(20 * MIN)
    night.opens("east.case")
    picture(night, 2, 4_000_000)
    assert expired(night) == []


def test_where_nothing_may_go_it_is_refused_in_words_and_people_hear_of_it() -> None:
    """Again and again: each picture is tried, one fault stands, and its incident is opened."""
    night = small()
    for _ in range(2):
        alarm(night)
        hold(night, incident=night.state.incidents_opened)
    for refused in (1, 2):
        events = alarm(night, close=False)
        assert any(isinstance(e, ev.PictureMissed) and e.why == NO_ROOM for e in events)
        assert not any(isinstance(e, ev.PictureKept) for e in events)
        closed(night, night.state.incidents_opened - (refused == 1))
    assert expired(night) == []
    assert told_full(night)
    faults = [e for e in night.all(ev.IncidentOpened) if e.first_out == FAULT]
    assert len(faults) == 1
    night.replayed()


def test_a_small_one_is_kept_where_a_large_one_is_not() -> None:
    """It is tried each time, and looked at again."""
    night = small()
    alarm(night, 8_000_000, close=False)
    assert any(isinstance(e, ev.PictureMissed) for e in picture(night, 1, 4_000_000, "cam-2"))
    shot = f.Shot("bb", 1_000_000)
    came = f.PicturesCame(incident=1, camera="cam-2", moment=PictureMoment.BEFORE, shots=(shot,))
    assert any(isinstance(e, ev.PictureKept) for e in night.feed(came))


def test_the_fault_is_over_when_there_is_room_again() -> None:
    """By a release, or by more room in the site file."""
    for more in (False, True):
        night = small(20_000_000)
        alarm(night, 20_000_000)
        hold(night)
        alarm(night)
        assert told_full(night)
        if more:
            night.offer(
                structs.replace(
                    with_managers(site()), pictures_bytes=20_000_000 + evidence.ROOM_AGAIN
                ),
                "more",
            )
        else:
            release(night)
        assert not told_full(night)


def test_a_site_file_with_less_room_makes_room_at_once() -> None:
    night = small()
    alarm(night)
    alarm(night)
    night.offer(structs.replace(with_managers(site()), pictures_bytes=5_000_000), "less")
    assert expired(night) == [1]


def test_a_file_that_does_not_go_takes_its_room_still() -> None:
    """Or a disk that deletes nothing would be filled up by a store that believes it does."""
    night = small()
    alarm(night)
    alarm(night)
    alarm(night)
    night.feed(f.PictureRemoved(picture=1, error="its file could not be taken away"))
    assert night.state.pictures[1].stays
    alarm(night)
    assert expired(night)[1:] == [2, 3]
    night.feed(f.PictureRemoved(picture=1))
    assert 1 not in night.state.pictures


def test_the_number_has_a_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "PICTURES_MAX", 2)
    night = small()
    alarm(night, 10)
    hold(night)
    alarm(night, 10)
    hold(night, incident=2)
    events = alarm(night, 10)
    assert any(isinstance(e, ev.PictureMissed) and e.why == NO_ROOM for e in events)
    assert told_full(night)
    release(night)
    assert told_full(night), "one more would be too many at once"
