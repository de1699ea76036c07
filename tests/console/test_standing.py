"""What is not as it should be, and the screen of a night without an alarm; no server, no page."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitord.console.shown.quiet import quiet
from monitord.console.shown.standing import Line, lines
from monitord.console.words_standing import COVER, QUIET, STANDING
from monitord.core.plan_records import Plan, PlanStep
from monitord.core.site import Station
from monitord.runtime.control.view_status import status
from monitord.vocabulary import PointState
from tests.core.night import Night
from tests.core.sites import S, museum


def named(person: str) -> str:
    return person.upper()


def standing(night: Night) -> list[Line]:
    whole = status(night.state, night.now_ms, None, degraded=False)
    return lines(night.state, night.now_ms, whole, named)


def headline(night: Night) -> str:
    whole = status(night.state, night.now_ms, None, degraded=False)
    return str(quiet(night.state, night.now_ms, whole, named)["headline"])


def test_a_night_in_which_all_is_well_says_nothing_else() -> None:
    night = Night()
    assert standing(night) == []
    assert headline(night) == QUIET["all"].format(points=len(night.state.points))


def test_law_4_what_is_blind_says_since_when_who_knows_and_what_covers_it() -> None:
    night = Night()
    night.loses("west")
    night.after(30 * S)
    number = next(i.number for i in night.state.open_incidents())
    assert f"incident {number}, nobody has taken it" in [x.knows for x in standing(night)]
    night.acknowledges(incident=number)
    (line,) = [x for x in standing(night) if x.tone == "blind"]
    assert line.knows == f"ANNA knows, incident {number}"
    assert line.since is not None
    assert line.cover == COVER["nothing"], "the other panel watches another area"
    assert headline(night).startswith(f"{len(night.state.points) - 2} of ")


def test_b5_what_is_held_back_says_by_whom_and_why() -> None:
    night = Night()
    night.holds("east.pir", reason="a fly")
    (line,) = standing(night)
    assert (line.tone, "by BORIS: a fly" in line.why) == ("held", True)
    assert line.cover == COVER["some"].format(live=1, all=1)


def test_a_station_that_nobody_attends_is_told() -> None:
    site = replace(museum(), stations={"desk": Station("desk", "Control room", "", "", S, S, S)})
    (line,) = standing(Night(site))
    assert (line.what, "it is not called" in line.why) == ("Control room", True)


@given(st.dictionaries(st.sampled_from(sorted(museum().points)), st.sampled_from(list(PointState))))
def test_law_4_unknown_is_never_counted_with_what_is_read(said: dict[str, PointState]) -> None:
    night = Night()
    for point, state in said.items():
        night.says(point, state)
    unknown = sum(p.state is PointState.UNKNOWN for p in night.state.points.values())
    total = len(night.state.points)
    words = QUIET["some"].format(known=total - unknown, points=total)
    assert headline(night) == (words if unknown else QUIET["all"].format(points=total))


def test_e1_a_plan_that_nobody_has_looked_at_again_is_said_from_the_day_after() -> None:
    plan = Plan("intrusion", 2, "security-manager", "2026-11-17", (PlanStep("Look"),))
    night = Night(replace(museum(), plans={"intrusion": plan}))
    review = datetime.fromtimestamp(night.state.utc_ms(night.now_ms) / 1000, UTC).date()
    for days, said in ((0, False), (-1, True)):
        day = (review + timedelta(days=days)).isoformat()
        night.state.site = replace(night.state.site, plans={"intrusion": replace(plan, review=day)})
        whats = [line.what for line in standing(night)]
        assert (STANDING["plan"].format(plan="intrusion") in whats) is said
