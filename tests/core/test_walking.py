"""The walk test: each detector seen or named, nobody called, a real intrusion elsewhere is (B2)."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Site
from monitord.vocabulary import Kind, PointState, Proof, Suppression
from tests.core.night import Events, Night, only, refused
from tests.core.sites import EAST, HOUR, MIN, museum

FIFTY = {f"pir-{n}": Kind.MOTION for n in range(1, 51)}
LIVE = {name: EAST[name] for name in ("set", "panic", "smoke")}


def gallery_of_fifty() -> Site:
    return museum(east={**LIVE, **FIFTY})


def starts(night: Night, area: str = "gallery", *, ms: int = HOUR, by: str = "boris") -> Events:
    until_utc_ms = night.state.utc_ms(night.now_ms) + ms
    return night.feed(
        f.StartWalkTest(
            area=area, until_utc_ms=until_utc_ms, reason="yearly", by=by, proof=Proof.PIN
        )
    )


def ends(night: Night, area: str = "gallery") -> ev.WalkTestEnded:
    [ended] = only(
        night.feed(f.EndWalkTest(area=area, by="boris", proof=Proof.LOGIN)), ev.WalkTestEnded
    )
    return ended


def walks_past(night: Night, *points: str) -> None:
    for point in points:
        night.opens(point)
        night.closes(point)


def test_forty_nine_of_fifty_and_the_report_names_the_fiftieth() -> None:
    """B2."""
    night = Night(gallery_of_fifty())
    starts(night)
    walks_past(night, *(f"east.pir-{n}" for n in range(1, 50)))
    ended = ends(night)
    assert ended.not_seen == ("east.pir-50",)
    assert ended.seen == 49
    assert not night.called()
    assert not night.state.suppressions


def test_no_walk_test_begins_where_an_attack_is_open() -> None:
    """B2: it would hold back the next detector of whoever is inside; elsewhere it may begin."""
    night = Night(gallery_of_fifty())
    night.opens("east.pir-7")
    night.closes("east.pir-7")
    assert refused(starts(night)) == "active"
    night.acknowledges()
    assert refused(starts(night)) == "active"
    night.closes_incident()
    assert refused(starts(night)) == ""
    elsewhere = Night(gallery_of_fifty())
    elsewhere.opens("west.pir")
    assert refused(starts(elsewhere)) == ""


def test_a_real_intrusion_in_an_area_that_is_not_tested_calls() -> None:
    """B2."""
    night = Night(gallery_of_fifty())
    starts(night)
    walks_past(night, "east.pir-1")
    assert not night.called()
    night.opens("west.pir")
    assert [call[1] for call in night.called()] == ["anna"]


@pytest.mark.parametrize("point", ["east.panic", "east.smoke"])
def test_hold_up_and_fire_are_live_in_a_walk_test(point: str) -> None:
    """T1.6."""
    night = Night(gallery_of_fifty())
    starts(night)
    night.opens(point)
    assert night.called()


def test_a_cover_that_is_opened_in_a_walk_test_alarms() -> None:
    """T1.6: only what the detector senses is on test."""
    night = Night(gallery_of_fifty())
    starts(night)
    night.says("east.pir-1", PointState.TAMPER)
    assert night.called()


def test_it_ends_by_itself_and_what_is_active_then_alarms() -> None:
    """Law 8, T1.1."""
    night = Night(gallery_of_fifty())
    starts(night, ms=30 * MIN)
    night.opens("east.pir-7")
    night.after(30 * MIN - 1)
    assert night.state.walk_tests
    assert not night.called()
    night.after(1)
    assert not night.state.walk_tests
    assert len(night.all(ev.WalkTestEnded)[0].not_seen) == 49
    assert night.incident().first_out == "east.pir-7/active"


def test_a_restart_in_the_middle_keeps_what_was_seen_and_the_end() -> None:
    """B5: kill -9."""
    night = Night(gallery_of_fifty())
    starts(night)
    walks_past(night, "east.pir-1", "east.pir-2")
    night.restarts()
    night.returns("east", set=PointState.ACTIVE)
    night.returns("west")
    walks_past(night, "east.pir-2", "east.pir-3")
    night.after(HOUR)
    [ended] = night.all(ev.WalkTestEnded)
    assert ended.seen == 3
    assert night.state.walked["gallery"].ended_ms is not None
    night.replayed()


def test_each_detector_on_test_stands_in_the_ledger_with_who_why_and_until() -> None:
    """T1.3."""
    night = Night(gallery_of_fifty())
    starts(night)
    lines = night.state.suppressions.values()
    assert len(lines) == 50
    assert {(line.by, line.reason, line.how) for line in lines} == {
        ("boris", "yearly", Suppression.TEST)
    }


def test_what_cannot_be_tested_is_refused_with_why() -> None:
    night = Night(gallery_of_fifty())
    assert refused(starts(night, "cellar")) == "unknown"
    assert refused(starts(night, ms=0)) == "bad-input"
    assert refused(starts(night, ms=8 * HOUR + 1)) == "bad-input"
    assert not refused(starts(night, ms=8 * HOUR))
    assert refused(starts(night)) == "running"
    unknown = night.feed(f.EndWalkTest(area="store", by="boris", proof=Proof.LOGIN))
    assert refused(unknown) == "unknown"
    bare = Night(museum(east=LIVE))
    assert refused(starts(bare)) == "bad-input"


def test_a_point_that_is_renamed_in_the_middle_stays_seen() -> None:
    night = Night()
    starts(night, "store")
    walks_past(night, "west.pir")
    site = museum(west={"motion": Kind.MOTION, "glass": Kind.GLASS})
    moved = msgspec.structs.replace(site.points["west.motion"], setup={"was": "west.pir"})
    points = {**site.points, "west.motion": moved}
    night.offer(msgspec.structs.replace(site, points=points))
    assert ends(night, "store").not_seen == ("west.glass",)


def test_the_last_time_a_detector_was_active_is_kept_through_quiet_and_restart() -> None:
    """B2: from real traffic and from tests."""
    night = Night()
    assert night.state.points["west.pir"].active_utc_ms is None
    at = night.state.utc_ms(night.now_ms)
    walks_past(night, "west.pir")
    night.after(HOUR).restarts()
    night.returns("west")
    assert night.state.points["west.pir"].active_utc_ms == at
