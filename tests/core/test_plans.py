"""E1: the plan of an incident: taken when it opens, and answered for at its end."""

from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.plan_records import Plan, PlanStep
from monitord.core.plans import chosen, missing
from monitord.core.site import Site
from monitord.vocabulary import Category, Looked, Mode, PointState, Proof
from tests.core.night import Events, Night, only
from tests.core.sites import MIN, museum

LOOK = PlanStep(do="Look at the pictures", who="guard", within_ms=MIN)
RING = PlanStep(do="Ring the conservator", phone="+44 1632 960000", must=True)
GO = PlanStep(do="Go there with a second person", must=True)


def plan(*steps: PlanStep, name: str = "intrusion", version: int = 1) -> Plan:
    return Plan(name, version, "security-manager", "2027-05-01", steps or (LOOK, RING, GO))


def with_plans(*plans: Plan) -> Site:
    return replace(museum(), plans={each.id: each for each in plans or (plan(),)})


def opened(*plans: Plan) -> Night:
    night = Night(with_plans(*plans))
    night.opens("west.glass")
    return night


def does(night: Night, step: int, refused: bool = False, reason: str = "", **other: str) -> Events:
    return night.feed(
        f.DoStep(
            incident=1,
            step=step,
            by=other.get("by", "anna"),
            proof=Proof.SESSION,
            refused=refused,
            reason=reason,
        )
    )


def closes(night: Night) -> Events:
    night.says("west.glass", PointState.NORMAL)
    return night.feed(
        f.Close(
            incident=1,
            seen=night.incident().rev,
            cause="test",
            finding=f.TextRef("note/anna/1-1", "00"),
            found_by="anna",
            looked=Looked.INSIDE,
            by="anna",
            proof=Proof.PIN,
        )
    )


def refusal(events: Events) -> ev.CommandRefused:
    (refused,) = events
    assert isinstance(refused, ev.CommandRefused)
    return refused


def code(events: Events) -> str:
    return refusal(events).code


def test_e1_a_plan_is_taken_when_the_incident_opens() -> None:
    night = opened()
    assert night.incident().plan == plan()
    assert missing(night.incident()) == [2, 3]
    night.replayed()


def test_e1_a_category_without_a_plan_has_none_and_the_default_serves_the_rest() -> None:
    assert opened(plan(name="fire")).incident().plan is None
    assert opened(plan(name="default")).incident().plan == plan(name="default")


def test_e1_category_and_mode_win_over_the_category() -> None:
    night = Night(with_plans(plan(), plan(name="intrusion/lockdown"), plan(name="default")))
    assert chosen(night.state, Category.INTRUSION) == plan()
    night.state.mode = Mode.LOCKDOWN
    assert chosen(night.state, Category.INTRUSION) == plan(name="intrusion/lockdown")
    assert chosen(night.state, Category.FIRE) == plan(name="default")


def test_e1_a_plan_edited_in_the_middle_keeps_its_old_version_on_that_incident() -> None:
    night = opened()
    night.offer(with_plans(plan(GO, version=2)), "another")
    assert night.incident().plan == plan()
    night.opens("east.smoke")
    night.offer(museum(), "none")
    assert night.incident().plan == plan()
    night.replayed()


def test_e1_each_step_is_done_once_with_a_name_and_a_time() -> None:
    night = opened()
    night.after(30_000)
    (done,) = does(night, 1)
    assert isinstance(done, ev.StepDone)
    record = night.incident().steps_done[1]
    assert (record.by, record.at_ms, record.refused) == ("anna", night.now_ms, False)
    assert code(does(night, 1)) == "already"
    for step in (0, 4, -1):
        assert code(does(night, step)) == "unknown"
    night.replayed()


def test_e1_what_is_wrong_with_a_step_is_said() -> None:
    night = opened()
    assert refusal(does(night, 4)).text == "Incident 1 has steps 1 to 3"
    assert refusal(does(opened(plan(name="fire")), 1)).text == "Incident 1 has no plan"
    does(night, 1)
    assert refusal(does(night, 1)).text == "Step 1 was done by anna"
    does(night, 2, refused=True, reason="nobody answers")
    assert refusal(does(night, 2)).text == "Step 2 was refused by anna"


def test_e1_a_step_that_is_refused_has_a_reason() -> None:
    night = opened()
    assert code(does(night, 2, refused=True)) == "bad-input"
    assert code(does(night, 2, refused=True, reason="  ")) == "bad-input"
    does(night, 2, refused=True, reason="nobody answers")
    assert night.incident().steps_done[2].reason == "nobody answers"


def test_e1_it_is_not_closed_before_every_mandatory_step_is_answered_for() -> None:
    night = opened()
    night.feed(f.Acknowledge(incident=1, seen=night.incident().rev, by="anna", proof=Proof.PIN))
    refused = closes(night)
    assert code(refused) == "steps-open"
    (told,) = only(refused, ev.CommandRefused)
    assert "Step 2 is open: Ring the conservator (and 1 more)" in told.text
    assert "monitord step 1 2 --refuse" in told.text
    does(night, 2, refused=True, reason="nobody answers")
    assert "Step 3 is open" in only(closes(night), ev.CommandRefused)[0].text
    does(night, 3)
    assert only(closes(night), ev.IncidentClosed)
    assert code(does(night, 1)) == "closed"


def test_e1_an_incident_without_a_plan_has_no_steps() -> None:
    night = Night()
    night.opens("west.glass")
    assert code(does(night, 1)) == "unknown"
    assert night.feed(f.DoStep(incident=9, step=1, by="anna", proof=Proof.PIN))[0] == (
        ev.CommandRefused(code="unknown", text="There is no incident 9")
    )
