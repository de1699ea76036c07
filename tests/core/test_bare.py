"""The bare path calls people by itself, and leaves what the concerns would have left (law 13)."""

import dataclasses
import sys

import msgspec
import pytest

from monitord.core import bare
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Chain, ChainStep, Site
from monitord.core.state import State
from monitord.vocabulary import Category, Condition, PointState, Priority
from tests.core.houses import house
from tests.core.night import Night, only
from tests.core.sites import museum

FIRE = f.Signal("east.smoke", Condition.ACTIVE, "gallery", Category.FIRE, Priority.CRITICAL)
DOOR = f.Signal("east.door", Condition.ACTIVE, "gallery", Category.INTRUSION, Priority.HIGH)
PIR = f.Signal("east.pir", Condition.ACTIVE, "gallery", Category.INTRUSION, Priority.HIGH)


@dataclasses.dataclass
class Bared:
    """A night whose journal has entries of the bare path behind those of the usual one."""

    night: Night

    def fails(self, *signals: f.Signal, incident: int = 0) -> tuple[ev.AnyEvent, ...]:
        fact = f.StepFailed("PointChanged", "KeyError", signals=signals, incident=incident)
        state = self.night.state
        events = bare.step(state, self.night.now_ms, fact)
        state.seq += 1
        entry = ev.Entry(1, state.epoch, state.seq, state.at_ms, 0, "test", fact, events)
        self.night.journal.append(entry)
        return events


def of(kind: type[ev.AnyEvent], events: tuple[ev.AnyEvent, ...]) -> list[ev.AnyEvent]:
    return [event for event in events if isinstance(event, kind)]


def test_each_area_and_category_is_one_incident_the_gravest_first() -> None:
    """Law 13."""
    events = Bared(Night()).fails(DOOR, PIR, FIRE)
    opened = [(e.category, e.first_out) for e in events if isinstance(e, ev.IncidentOpened)]
    assert opened == [
        (Category.FIRE, "east.smoke/active"),
        (Category.INTRUSION, "east.door/active"),
    ]
    called = [(e.person, e.channel) for e in events if isinstance(e, ev.CallPlaced)]
    assert called == [("anna", "voice")] * 2


def test_g9_help_is_called_for_who_is_forced_although_the_step_raised() -> None:
    """Law 13 and G9: outside only, hidden as ever, and the numbers of the others go on."""
    bared = Bared(Night())
    fact = f.UnsetArea(area="store", by="anna", duress=True, session="socket:7")
    events = bared.fails(*bare.signals_of(bared.night.state, fact))
    (opened,) = only(events, ev.IncidentOpened)
    assert opened.hidden_from == ("anna", "socket:7")
    assert opened.silent
    assert [c.person for c in only(events, ev.CallPlaced)] == ["boris"]
    bared.night.opens("west.glass")
    assert sorted(bared.night.state.incidents) == [1, opened.incident]
    bared.night.replayed()


def test_a_replay_by_the_usual_handlers_comes_to_the_same_state() -> None:
    """Law 2: byte for byte, through opening, climbing, going round and being acknowledged."""
    bared = Bared(Night())
    bared.night.opens("west.pir")
    bared.fails(FIRE)
    for _ in range(4):
        bared.night.now_ms += 60_000
        bared.fails(incident=2)
    bared.night.acknowledges(incident=2)
    bared.night.now_ms += 1_000_000
    bared.fails(incident=2)
    bared.night.replayed()
    assert bared.night.incident(2).calling


def test_nobody_is_called_twice_for_a_signal_that_goes_on_failing() -> None:
    """A flood of the same failing signal is one incident until somebody has taken it."""
    bared = Bared(Night())
    bared.fails(DOOR)
    assert [type(e) for e in bared.fails(DOOR)] == [ev.FactFailed]
    bared.night.acknowledges()
    assert of(ev.IncidentOpened, bared.fails(DOOR))


def test_a_chain_that_cannot_climb_is_climbed_and_goes_round_loudly() -> None:
    """Law 10: the end of a chain loops."""
    bared = Bared(Night())
    bared.fails(DOOR)
    second, third = bared.fails(incident=1), bared.fails(incident=1)
    assert [(e.person, e.loud) for e in second if isinstance(e, ev.CallPlaced)] == [
        ("boris", False)
    ]
    assert [(e.person, e.loud) for e in third if isinstance(e, ev.CallPlaced)] == [("anna", True)]


@pytest.mark.parametrize(
    "site",
    [
        Site(id="bare"),
        museum(people=()),
        museum(channels=()),
        museum(Chain("default", ())),
        museum(Chain("default", (ChainStep(("nobody",), ("pigeon",), 0),))),
        msgspec.structs.replace(museum(), chains={}),
    ],
    ids=["nothing", "no people", "no channels", "no steps", "nobody to call", "no chain"],
)
def test_somebody_is_called_whatever_the_site_lacks(site: Site) -> None:
    """Law 13: at the very least the terminal."""
    state = State(site=site, epoch=1)
    events = bare.step(state, 10, f.StepFailed("X", "KeyError"))
    assert of(ev.CallPlaced, events)
    again = bare.step(state, 20, f.StepFailed("X", "KeyError", incident=1))
    assert of(ev.CallPlaced, again)


def test_what_counts_as_a_signal_going_active() -> None:
    """Set or not: the code that knows which may be what failed. Held back ones stay so."""
    night = Night()
    site = night.state
    returned = f.DeviceReturned(
        "east",
        (
            f.Sample("east.pir", PointState.ACTIVE),
            f.Sample("east.case", PointState.TAMPER),
            f.Sample("east.set", PointState.ACTIVE),
            f.Sample("east.door", PointState.NORMAL),
            f.Sample("east.gone", PointState.ACTIVE),
        ),
    )
    assert [s.point for s in bare.signals_of(site, returned)] == ["east.pir", "east.case"]
    assert bare.signals_of(site, f.PointChanged("east.set", PointState.ACTIVE)) == ()
    assert bare.signals_of(site, f.TimePassed()) == ()
    night.holds("east.pir")
    assert bare.signals_of(site, f.PointChanged("east.pir", PointState.ACTIVE)) == ()


@pytest.mark.parametrize(
    ("state", "condition"),
    [(PointState.ACTIVE, Condition.ACTIVE), (PointState.TAMPER, Condition.TAMPER)],
)
def test_a_signal_says_what_it_is(state: PointState, condition: Condition) -> None:
    (signal,) = bare.signals_of(Night().state, f.PointChanged("west.pir", state))
    assert (signal.point, signal.condition) == ("west.pir", condition)


def test_whoever_came_in_and_did_not_unset_is_an_alarm_by_the_bare_path_too() -> None:
    """Law 13, T2.4: the deadline that would have said so fails; else it says nothing."""
    night = Night(house(entry_ms=45_000))
    assert bare.overdue(night.state, "entering:store") == ()
    night.opens("west.door")
    [found] = bare.overdue(night.state, "entering:store")
    assert (found.point, found.condition, found.area) == ("west.door", Condition.ACTIVE, "store")
    assert found.category is Category.INTRUSION
    Bared(night).fails(found)
    assert night.incident().calling
    assert bare.overdue(night.state, "entering:store") == (), "it is tried again and again"


def test_a_silent_device_is_an_alarm_by_the_bare_path_too() -> None:
    """Law 13, law 4: nobody would hear of the cut cable."""
    night = Night(museum())
    [found] = bare.overdue(night.state, "device:west")
    assert (found.point, found.condition, found.area) == ("west", Condition.TAMPER, "store")
    assert bare.overdue(night.state, "device:gone") == ()
    assert bare.overdue(night.state, "chain:1:0") == ()


def test_it_imports_no_concern() -> None:
    """It uses none of the code that fails."""
    concerns = {"alarms", "areas", "calls", "chain", "closing", "confirmation", "daemon"}
    concerns |= {"incidents", "supervision", "suppression", "step", "alarm_table", "concern"}
    used = {getattr(v, "__module__", "") for v in vars(sys.modules["monitord.core.bare"]).values()}
    used |= {getattr(v, "__name__", "") for v in vars(sys.modules["monitord.core.bare"]).values()}
    assert not used & {f"monitord.core.{name}" for name in concerns}
