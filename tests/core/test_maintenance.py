"""T2.2b: an integrator or tester holds back only where and while somebody lets them."""

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import maintenance
from monitord.core.site import Person, Site
from monitord.vocabulary import Condition, PointState, Proof, Role, Suppression
from tests.core.night import Events, Night, only
from tests.core.sites import HOUR, MIN, PEOPLE, museum

ISOLATED = Suppression.OUT_OF_SERVICE
IVO, TESS = Person("ivo", Role.INTEGRATOR), Person("tess", Role.TESTER)


def told(events: Events) -> str:
    """The words of the refusal."""
    [answer] = only(events, ev.CommandRefused)
    return answer.text


def house() -> Site:
    return museum(people=(*PEOPLE, IVO, TESS))


@pytest.fixture
def night() -> Night:
    return Night(house())


def grants(
    night: Night,
    areas: tuple[str, ...] = ("gallery",),
    *,
    to: str = "ivo",
    ms: int = 2 * HOUR,
    reason: str = "new detectors",
) -> Events:
    until_utc_ms = night.state.utc_ms(night.now_ms) + ms
    return night.feed(
        f.GrantMaintenance(
            person=to,
            areas=areas,
            until_utc_ms=until_utc_ms,
            reason=reason,
            by="anna",
            proof=Proof.PIN,
        )
    )


def isolates(
    night: Night,
    source: str = "east.pir",
    *,
    by: str = "ivo",
    ms: int = HOUR,
    how: Suppression = ISOLATED,
) -> Events:
    until_utc_ms = night.state.utc_ms(night.now_ms) + ms
    return night.feed(
        f.Suppress(
            source=source,
            how=how,
            until_utc_ms=until_utc_ms,
            reason="work",
            by=by,
            proof=Proof.PIN,
        )
    )


@pytest.mark.parametrize("by", ["ivo", "tess"])
@pytest.mark.parametrize(
    "how", [ISOLATED, Suppression.INHIBITED, Suppression.SHELVED], ids=lambda how: how.value
)
def test_t2_2b_without_a_grant_nothing_is_held_back_and_the_words_say_whom_to_ask(
    night: Night, by: str, how: Suppression
) -> None:
    text = told(isolates(night, by=by, how=how))
    assert "duty-manager or security-manager or director (anna, boris, chloe)" in text
    assert f"monitord maintenance grant {by} --areas gallery" in text
    assert not night.state.suppressions
    grants(night, to=by)
    isolates(night, by=by, how=how)
    assert night.state.suppressions[f"east.pir:{how}"].grant == 1


def test_t2_2b_a_grant_is_of_its_person_and_its_areas_alone(night: Night) -> None:
    grants(night)
    assert "no maintenance is granted" in told(isolates(night, by="tess"))
    assert "no maintenance is granted" in told(isolates(night, "west.pir"))
    grants(night, ("gallery", "store"))
    isolates(night, "west.pir")
    assert night.state.suppressions[f"west.pir:{ISOLATED}"].grant == 2


def test_t2_2b_people_of_the_house_need_no_grant(night: Night) -> None:
    isolates(night, by="gus")
    assert night.state.suppressions[f"east.pir:{ISOLATED}"].grant == 0
    grants(night)
    night.after(3 * HOUR)
    assert not maintenance.running(night.state)


def test_t2_2b_at_its_end_everything_held_back_under_it_is_given_back(night: Night) -> None:
    """To the millisecond; what a guard isolated stays, and is named with what is not normal."""
    grants(night, ("gallery", "store"))
    isolates(night, ms=20 * HOUR)
    isolates(night, "west.pir", by="gus", ms=20 * HOUR)
    night.opens("east.pir")
    assert not night.called()
    night.after(2 * HOUR - 1)
    assert f"east.pir:{ISOLATED}" in night.state.suppressions
    night.after(1)
    [ended] = night.all(ev.MaintenanceEnded)
    assert ended.given_back == ("east.pir",)
    assert {"east.pir", "west.pir"} <= {*ended.not_normal}
    assert set(night.state.suppressions) == {f"west.pir:{ISOLATED}"}
    assert night.called(), "it is active, and live again"
    assert "no maintenance is granted" in told(isolates(night))
    night.replayed()


def test_t2_2b_what_is_given_back_must_prove_that_it_is_live(night: Night) -> None:
    grants(night)
    isolates(night)
    night.loses("east")
    events = night.feed(f.EndMaintenance(number=1, by="ivo", proof=Proof.LOGIN))
    [awaited] = only(events, ev.RestoreAwaited)
    assert (awaited.point, awaited.why) == (
        "east.pir",
        "no longer out-of-service: maintenance 1 is over: ended by hand",
    )
    night.after(10 * MIN)
    assert night.state.alarms[f"east.pir/{Condition.NOT_RESTORED}"].active


def test_t2_2b_its_end_is_a_date_that_follows_the_clock(night: Night) -> None:
    grants(night, ms=2 * HOUR)
    ahead = night.state.utc_ms(night.now_ms) + HOUR
    night.feed(f.WallClockRead(utc_ms=ahead))
    night.after(HOUR - 1)
    assert maintenance.running(night.state)
    night.after(1)
    assert not maintenance.running(night.state)


def test_t2_2b_a_grant_ends_with_its_person(night: Night) -> None:
    grants(night)
    isolates(night)
    night.offer(museum(), "without")
    assert not maintenance.running(night.state)
    assert not night.state.suppressions


@pytest.mark.parametrize(
    ("to", "areas", "ms", "says"),
    [
        ("gus", ("gallery",), HOUR, "gus is guard"),
        ("nobody", ("gallery",), HOUR, "not in the site file"),
        ("ivo", ("galery",), HOUR, "no area galery"),
        ("ivo", ("gallery",), maintenance.LASTS_MS_MAX + 1, "within 24 hours"),
        ("ivo", ("gallery",), 0, "within 24 hours"),
        ("ivo", (), HOUR, "Say where; the areas are: "),
    ],
)
def test_t2_2b_what_is_not_granted(
    night: Night, to: str, areas: tuple[str, ...], ms: int, says: str
) -> None:
    assert says in told(grants(night, areas, to=to, ms=ms))


def test_t2_2b_no_more_run_than_a_page_can_show(night: Night) -> None:
    for _ in range(maintenance.RUNNING_MAX):
        grants(night)
    assert "end one first" in told(grants(night))
    for number in range(1, maintenance.RUNNING_MAX + 1):
        night.feed(f.EndMaintenance(number=number, by="gus", proof=Proof.LOGIN))
    assert len(night.state.grants) == maintenance.ENDED_KEPT
    unknown = told(night.feed(f.EndMaintenance(number=1, by="gus", proof=Proof.LOGIN)))
    assert unknown == "There is no maintenance 1; none is running"


def test_t2_2b_a_detector_that_is_normal_is_not_on_the_list(night: Night) -> None:
    """Nor is what tells only whether the area is set."""
    assert night.state.points["east.set"].state is PointState.ACTIVE
    grants(night)
    [ended] = only(
        night.feed(f.EndMaintenance(number=1, by="ivo", proof=Proof.LOGIN)), ev.MaintenanceEnded
    )
    assert ended.not_normal == ()


def test_t2_2b_a_grant_says_why(night: Night) -> None:
    assert "Say why" in told(grants(night, reason=" "))


def test_t2_2b_the_longest_grant_is_taken(night: Night) -> None:
    grants(night, ms=maintenance.LASTS_MS_MAX)
    night.after(1)
    assert len(maintenance.running(night.state)) == 1


def test_t2_2b_what_is_of_no_area_is_for_the_people_of_the_house(night: Night) -> None:
    grants(night)
    assert "is of no area: ask a duty-manager" in maintenance.lacking(night.state, "ivo", ("",))
    assert maintenance.covering(night.state, "ivo", ()) is None
    assert not maintenance.lacking(night.state, "gus", ("",))


def test_t2_2b_a_house_without_anybody_who_grants_says_the_role() -> None:
    night = Night(museum(people=(IVO,)))
    assert "director for `monitord" in maintenance.lacking(night.state, "ivo", ("store",))


def test_t1_6_a_grant_lets_a_tester_hold_back_no_tamper(night: Night) -> None:
    """What the role may not do it may not do under a grant."""
    grants(night, to="tess")
    assert "security manager or integrator" in told(isolates(night, "east.smoke", by="tess"))
