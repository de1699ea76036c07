"""What people must do by when: each with its limit, the next one first (B1)."""

from msgspec.structs import replace

from monitord.core import facts as f
from monitord.core.plan_records import Plan, PlanStep
from monitord.runtime.control import hiding
from monitord.runtime.control.view_duties import duties
from monitord.vocabulary import Attending, PointState, Proof
from tests.core.night import Night
from tests.core.sites import MIN, museum

PLAN = Plan(
    "default",
    1,
    "boris",
    "2030-01-01",
    (PlanStep("Look", within_ms=2 * MIN), PlanStep("Write it down")),
)


def listed(night: Night) -> list[tuple[str, str, int]]:
    """Duty, of whom, in how many seconds."""
    found = duties(night.state, night.now_ms)["duties"]
    return [(one["duty"], one["of"], one["due_in_s"]) for one in found]


def test_a_quiet_house_without_handovers_asks_nothing() -> None:
    assert listed(Night(museum())) == []


def test_steps_with_a_limit_are_duties_until_they_are_done() -> None:
    """One without a limit is in the plan and nowhere else."""
    night = Night(replace(museum(), plans={"default": PLAN}))
    night.opens("east.pir")
    assert listed(night) == [("step", "1. Look", 120)]
    night.after(3 * MIN)
    [late] = [one for one in duties(night.state, night.now_ms)["duties"] if one["duty"] == "step"]
    assert (late["late"], late["due_in_s"], late["incident"]) == (True, 0, 1)
    night.feed(f.DoStep(incident=1, step=1, by="gus", proof=Proof.PIN))
    assert not [one for one in listed(night) if one[0] == "step"]


def test_who_comes_is_to_say_so_in_time() -> None:
    """G8: the next word of somebody on the way, by name and incident."""
    night = Night(museum())
    night.opens("east.pir")
    says = f.Attend(
        incident=1, says=Attending.ON_THE_WAY, eta_ms=15 * MIN, by="anna", proof=Proof.LOGIN
    )
    night.feed(says)
    [(duty, of, due_in_s)] = listed(night)
    assert (duty, of) == ("check-call", "anna")
    assert due_in_s >= 15 * 60


def test_g9_nothing_of_a_hidden_incident_is_a_duty() -> None:
    """Its plan has limits, and nobody beside the button may find that out."""
    night = Night(replace(museum(), plans={"default": PLAN}))
    night.says("east.panic", PointState.ACTIVE)
    assert listed(night)
    seen = hiding.without(night.state, hiding.hidden(night.state, "gallery", ()))
    assert duties(seen, night.now_ms)["duties"] == []
