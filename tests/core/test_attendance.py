"""G8: whoever comes to an alarm is awaited, watched inside and warned of what comes next."""

from typing import Final

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.attendance import arrival_plan_acknowledged
from monitord.core.site import Attendance, Site
from monitord.vocabulary import Attending, Category, Outcome, Priority, Proof, SetState
from tests.core.night import Events, Night, only, refused
from tests.core.sites import MIN, S, museum

TARGET: Final = 20 * MIN
CHECK: Final = 5 * MIN


def with_holders(*holders: str) -> Site:
    return msgspec.structs.replace(museum(), attendance=Attendance(keyholders=holders))


def attends(
    night: Night,
    says: Attending,
    by: str = "anna",
    incident: int = 1,
    eta_ms: int | None = None,
    companion: str = "",
    result: str = "",
    holder: str = "",
) -> Events:
    return night.feed(
        f.Attend(
            incident=incident,
            says=says,
            by=by,
            proof=Proof.LOGIN,
            eta_ms=eta_ms,
            companion=companion,
            result=result,
            holder=holder,
        )
    )


def taken(*holders: str) -> Night:
    """A door in the night, taken by anna one second later."""
    night = Night(with_holders(*(holders or ("anna",))))
    night.opens("east.door")
    night.after(S)
    night.acknowledges("anna")
    return night


def entered(companion: str = "") -> Night:
    night = taken()
    attends(night, Attending.PLAN)
    attends(night, Attending.ARRIVED)
    attends(night, Attending.ENTERED, companion=companion)
    return night


@pytest.mark.parametrize(("ms", "called"), [(TARGET - 1, False), (TARGET, True)])
def test_g8_who_accepts_and_does_not_arrive_is_followed_by_the_next(ms: int, called: bool) -> None:
    """G8: the telephone accepts, no arrival by the target: the next holder, to the millisecond."""
    night = taken("anna", "boris")
    assert not night.incident().calling
    night.after(ms)
    assert any(person == "boris" for _, person, _, _ in night.called()) is called
    night.replayed()


def test_g8_the_next_holder_has_a_time_of_their_own() -> None:
    night = taken("anna", "boris")
    night.after(TARGET)
    night.acknowledges("boris")
    attends(night, Attending.ARRIVED, by="boris")
    assert night.state.attendances["1/anna"].late
    assert not night.incident().calling
    night.after(TARGET)
    assert night.incident().calling, "who arrived and says nothing more has a time to decide"


def test_g8_an_eta_brings_the_time_forward_and_never_back() -> None:
    night = taken()
    attends(night, Attending.ON_THE_WAY, eta_ms=10 * MIN)
    assert night.deadline_in("attend:1/anna") == 10 * MIN
    night.after(9 * MIN)
    attends(night, Attending.ON_THE_WAY, eta_ms=60 * MIN)
    assert night.deadline_in("attend:1/anna") == TARGET - 9 * MIN


def test_g8_who_is_late_and_says_so_begins_anew_and_who_is_not_does_not() -> None:
    night = taken()
    since = night.now_ms
    night.after(MIN)
    attends(night, Attending.ON_THE_WAY)
    assert night.state.attendances["1/anna"].accepted_ms == since
    night.after(TARGET)
    assert night.state.attendances["1/anna"].late
    attends(night, Attending.ON_THE_WAY)
    record = night.state.attendances["1/anna"]
    assert (record.late, record.accepted_ms) == (False, night.now_ms)
    night.replayed()


def test_g8_an_acknowledgement_of_somebody_who_does_not_come_starts_nothing() -> None:
    night = taken("boris")
    assert not night.state.attendances
    assert night.deadline_in("decide:1") == night.incident().chain.decide_ms


def test_g8_a_role_names_keyholders_and_a_power_cut_needs_none() -> None:
    night = Night(with_holders("duty-manager"))
    night.opens("east.mains")
    night.acknowledges("anna")
    assert not night.state.attendances
    night.opens("east.door")
    night.acknowledges("anna", incident=2)
    assert list(night.state.attendances) == ["2/anna"]


def test_g8_the_time_to_decide_waits_for_who_comes_and_who_is_inside() -> None:
    night = taken()
    night.after(TARGET - S)
    attends(night, Attending.ARRIVED)
    attends(night, Attending.ENTERED)
    for _ in range(6):
        night.after(CHECK - S)
        attends(night, Attending.SAFE)
    assert not night.incident().calling
    attends(night, Attending.RESULT, result="nothing-found")
    assert night.deadline_in("decide:1") == night.incident().chain.decide_ms
    night.after(night.incident().chain.decide_ms)
    assert night.incident().calling


def test_g8_a_missed_safe_call_is_an_alarm_of_its_own_until_a_word_comes() -> None:
    """G8 to A9: missed, retried every interval, everybody called, never closed over them."""
    night = entered()
    night.after(CHECK)
    missed = night.incident(2)
    assert (missed.category, missed.priority, missed.area) == (
        Category.PROCEDURE,
        Priority.CRITICAL,
        "gallery",
    )
    assert missed.calling
    assert missed.first_out == "monitord.attendance.1.anna/active"
    night.acknowledges("boris", incident=2)
    rev = missed.rev
    night.after(CHECK)
    assert missed.rev == rev + 1, "the second one that is missed is told anew"
    assert refused(night.closes_incident("boris", incident=2)) == "active"
    night.restarts()
    attends(night, Attending.SAFE)
    assert refused(night.closes_incident("boris", incident=2)) == ""


def test_g8_somebody_missing_inside_joins_nothing() -> None:
    """Other procedures of that area are other incidents, whatever came first."""
    night = entered()
    night.holds("east.pir", ms=CHECK - 10 * S)
    night.loses("east")
    night.after(CHECK * 2)
    alarms = [i for i in night.state.open_incidents() if "monitord.attendance" in i.first_out]
    assert len(alarms) == 1
    assert alarms[0].alarms == ["monitord.attendance.1.anna/active"]


@pytest.mark.parametrize("early_ms", [0, 1])
def test_g8_a_safe_call_in_time_calls_nobody(early_ms: int) -> None:
    night = entered()
    night.after(CHECK - early_ms) if early_ms else night.after(CHECK - 1)
    attends(night, Attending.SAFE)
    night.after(CHECK - 1)
    assert 2 not in night.state.incidents


def test_g8_nothing_is_closed_over_somebody_inside() -> None:
    night = entered()
    night.closes("east.door")
    assert refused(night.closes_incident()) == "attended"
    attends(night, Attending.RESULT, result="nothing-found")
    assert refused(night.closes_incident()) == ""
    assert not night.state.attendances


def test_g8_a_closed_incident_needs_nobody_any_more() -> None:
    night = taken()
    night.closes("east.door")
    assert refused(night.closes_incident()) == ""
    assert not night.state.attendances
    night.after(2 * TARGET)
    night.replayed()


def test_g8_who_goes_in_alone_is_known_to_be_alone() -> None:
    assert entered().state.attendances["1/anna"].companion == ""
    assert entered("gus").state.attendances["1/anna"].companion == "gus"


def test_g8_nothing_is_unset_before_the_arrival_plan_is_agreed() -> None:
    """G8, OXFORD: the area of an attended break-in, which monitord keeps itself."""

    def unsets(night: Night) -> str:
        return refused(night.feed(f.UnsetArea(area="store", by="anna", proof=Proof.PIN)))

    night = Night(with_holders("anna"))
    night.feed(f.SetArea(area="store", by="anna", proof=Proof.LOGIN))
    night.opens("west.glass")
    night.acknowledges("anna")
    assert not arrival_plan_acknowledged(night.state, 1)
    assert unsets(night) == "plan-first"
    attends(night, Attending.ARRIVED)
    assert unsets(night) == "plan-first"
    attends(night, Attending.PLAN, by="gus", holder="anna")
    assert arrival_plan_acknowledged(night.state, 1)
    assert unsets(night) == ""
    assert night.state.areas["store"].state is SetState.UNSET


def test_g8_a_plan_is_of_one_attendance() -> None:
    """Who has left agreed for nobody else."""
    night = taken()
    attends(night, Attending.PLAN)
    attends(night, Attending.RESULT, result="stood-down")
    assert not arrival_plan_acknowledged(night.state, 1)


def warned(night: Night) -> list[tuple[int, str, str]]:
    return [(c.incident, c.person, c.channel) for c in night.all(ev.CallPlaced) if c.warns]


@pytest.mark.parametrize("inside", [False, True])
def test_g8_a_second_alarm_warns_who_is_on_the_way_or_inside(inside: bool) -> None:
    """G8: re-attend; by every way that reaches them, in the same step."""
    night = entered() if inside else taken()
    told = night.opens("west.glass")
    assert only(told, ev.HolderWarned)
    assert set(warned(night)) <= {(2, "anna", "voice"), (2, "anna", "sms")}
    assert {c.channel for c in only(told, ev.CallPlaced) if c.person == "anna"} == {"voice", "sms"}
    night.replayed()


def test_g8_a_further_alarm_of_the_same_incident_warns_once_a_minute() -> None:
    night = entered()
    night.opens("east.pir")
    night.after(S)
    night.opens("east.case")
    assert len(night.all(ev.HolderWarned)) == 1
    night.after(MIN)
    night.closes("east.case")
    night.opens("east.case")
    assert len(night.all(ev.HolderWarned)) == 2


def test_g8_g9_a_silent_alarm_rings_at_nobody_who_may_be_there() -> None:
    """The telephone of whoever pressed the button stays still, but for the chain's own call."""
    night = entered()
    night.opens("east.panic")
    assert not warned(night)


def test_a_warning_that_fails_moves_no_chain() -> None:
    night = entered()
    night.opens("west.glass")
    step = night.incident(2).step
    for call, record in tuple(night.incident(2).calls.items()):
        if record.warns:
            night.call_ends(call, Outcome.FAILED)
    assert night.incident(2).step == step


@pytest.mark.parametrize(
    ("says", "more", "code"),
    [
        (Attending.RESULT, {"result": "fine"}, "bad-input"),
        (Attending.ON_THE_WAY, {"eta_ms": 0}, "bad-input"),
        (Attending.ENTERED, {"companion": "anna"}, "bad-input"),
        (Attending.ENTERED, {"companion": "nobody"}, "bad-input"),
        (Attending.SAFE, {"holder": "nobody"}, "bad-input"),
        (Attending.SAFE, {"incident": 9}, "unknown"),
        (Attending.SAFE, {"by": "stranger"}, "forbidden"),
    ],
)
def test_what_is_refused(says: Attending, more: dict[str, object], code: str) -> None:
    night = taken()
    before = dict(night.state.attendances)
    assert refused(attends(night, says, **more)) == code  # type: ignore[arg-type]
    assert night.state.attendances == before


def test_who_is_there_cannot_be_on_the_way() -> None:
    assert refused(attends(entered(), Attending.ON_THE_WAY, eta_ms=MIN)) == "arrived"
