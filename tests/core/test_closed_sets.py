"""The closed sets: every fact is taken, every event is evolved, and all of them are frozen."""

import typing
from typing import Any

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Site, Span
from monitord.core.state import State, encode
from monitord.core.step import handled_types, step
from monitord.vocabulary import (
    Attending,
    Attention,
    Category,
    Cause,
    Confirmed,
    Mode,
    Outcome,
    PictureMoment,
    PointState,
    Proof,
    Suppression,
)
from tests.core.night import Night
from tests.core.sites import museum

FACTS: tuple[type[Any], ...] = typing.get_args(f.AnyFact)
EVENTS: tuple[type[Any], ...] = typing.get_args(ev.AnyEvent)

TEXT = f.TextRef(id="note/ex/1-1", hash="00")

EXAMPLES: tuple[f.AnyFact, ...] = (
    f.Started(epoch=2, version="test", utc_ms=5),
    f.SiteOffered(file_hash="other", site=museum(people=())),
    f.SiteRefused(findings=2, first="museum.yaml:7"),
    f.WallClockRead(utc_ms=0),
    f.TimePassed(),
    f.StoreFailed(reason="disk full"),
    f.StoreRecovered(held=1),
    f.DiskLooked(low=True, spent=True, free_mb=3),
    f.StatusDropped(plain=7, technical=1),
    f.HistoryFull(after_seq=1, entries=2, from_ms=5),
    f.SnapshotTried(problem="it differs"),
    f.FileExpired(file="000001.db", last_epoch=1, last_seq=9, last_hash="00", ended_utc_ms=3),
    f.StepFailed(fact_type="PointChanged", error="KeyError", went_active="west.pir"),
    f.PointChanged("west.pir", PointState.ACTIVE, value=1.5, device_ms=3, by="5", raw="x"),
    f.DeviceLost("west", Cause.SILENT),
    f.DeviceReturned("west", (f.Sample("west.pir", PointState.ACTIVE),)),
    f.Acknowledge(incident=1, seen=1, by="anna"),
    f.Close(incident=1, seen=1, cause="test", by="anna"),
    f.Declare(category=Category.THEFT, area="store", by="gus"),
    f.ConfirmIncident(incident=1, how=Confirmed.SEEN, by="gus", proof=Proof.LOGIN),
    f.Attend(incident=1, says=Attending.ON_THE_WAY, eta_ms=5, by="anna", proof=Proof.LOGIN),
    f.ViewPictures(what="cameras", by="anna", proof=Proof.SESSION),
    f.WriteLog(kind="visit", occurred_utc_ms=1, note=TEXT, by="anna", proof=Proof.LOGIN),
    f.GiveDuressPin(by="anna", proof=Proof.PIN, duress=True, session="socket:7"),
    f.Suppress(source="west.pir", how=Suppression.SHELVED, until_utc_ms=1, reason="r", by="gus"),
    f.Unsuppress(source="west.pir", how=Suppression.SHELVED, by="gus"),
    f.SetArea(area="store", force=True, reason="r", by="anna", proof=Proof.PIN),
    f.UnsetArea(area="store", by="anna", proof=Proof.PIN),
    f.StartWalkTest(area="store", until_utc_ms=1, reason="r", by="gus"),
    f.EndWalkTest(area="store", by="gus"),
    f.GrantMaintenance(person="gus", areas=("store",), until_utc_ms=1, reason="r", by="anna"),
    f.EndMaintenance(number=1, by="anna"),
    f.DoStep(incident=1, step=1, by="anna", proof=Proof.PIN),
    f.AgreeClose(incident=1, seen=1, by="anna", proof=Proof.PIN),
    f.GiveRelief(person="anna", until_utc_ms=1, by="anna", proof=Proof.PIN),
    f.EndRelief(person="anna", by="anna", proof=Proof.PIN),
    f.TellPolice(incident=1, how="self", by="anna", proof=Proof.PIN),
    f.OfferHandover(post="desk", by="anna", proof=Proof.PIN),
    f.TakeHandover(post="desk", refuses=("area/store",), reason="r", by="boris"),
    f.ChangeMode(mode=Mode.NIGHT, reason="r", by="anna"),
    f.ExceptArea(area="store", until_utc_ms=1, reason="r", by="anna", proof=Proof.PIN),
    f.ReloadSite(file_hash="other", site=museum(people=()), by="anna", proof=Proof.PIN),
    f.DoorFailed(door="control socket", reason="its path is too long"),
    f.BrokerLost(reason="nobody listens there"),
    f.BrokerReturned(),
    f.CalendarRead(
        site_hash="hash-0", from_ms=0, until_ms=9, areas={"gallery": (Span(1, 2),)}, missing=("x",)
    ),
    f.TurnedAway(code="retained", text="A retained command is never carried out"),
    f.EraseTexts(texts=(TEXT,), purposes=("p",), reason="left", person="ex", by="boris"),
    f.ReinstatePolice(reference="gb-1", reason="their letter", by="boris", proof=Proof.PIN),
    f.TextsExpired(texts=(TEXT,), purposes=("occurrence log",)),
    f.TextsGone(order=1),
    f.CallStarted("museum-1-1-1"),
    f.CallEnded("museum-1-1-1", Outcome.FAILED),
    f.StationSaid(station="desk", attention=Attention.ATTENDED),
    f.StationHeard(station="desk", beeps=4),
    f.OutputAnswered(output="east.siren", on=True),
    f.CameraAimed(camera="cam", preset="door", why="it is not there"),
    f.HoldEvidence(incident=1, until_utc_ms=1, reason=TEXT, by="anna", proof=Proof.PIN),
    f.ReleaseEvidence(incident=1, by="anna", proof=Proof.PIN),
    f.PictureRemoved(picture=1, error="no room"),
    f.PicturesCame(
        incident=1,
        camera="cam",
        moment=PictureMoment.ALARM,
        shots=(f.Shot("00", 3, age_ms=5, device_ms=7, preset="door", smaller=True),),
        why="none",
    ),
    f.SwitchOutput(output="east.siren", on=False, by="anna", proof=Proof.PIN),
    f.PathLost("voice", reason="no answer"),
    f.PathReturned("voice"),
)


def test_there_is_an_example_of_every_fact() -> None:
    assert {type(fact) for fact in EXAMPLES} == set(FACTS)


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: type(fact).__name__)
def test_every_fact_is_taken_by_a_site_and_by_an_empty_state(fact: f.AnyFact) -> None:
    night = Night()
    night.opens("west.glass")
    night.feed(fact)
    night.replayed()
    step(State(site=Site(id="")), 10, fact)


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: type(fact).__name__)
def test_every_fact_survives_the_journal(fact: f.AnyFact) -> None:
    raw = msgspec.json.encode(fact)
    assert msgspec.json.decode(raw, type=f.AnyFact) == fact


def test_every_event_has_a_handler_and_every_handler_an_event() -> None:
    assert handled_types() == frozenset(EVENTS)


@pytest.mark.parametrize("kind", [*FACTS, *EVENTS, ev.Entry, f.Sample, f.TextRef, Site])
def test_facts_and_events_are_frozen(kind: type[msgspec.Struct]) -> None:
    """Law 2."""
    assert kind.__struct_config__.frozen


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_says_what_happened_in_the_past_tense(kind: type[Any]) -> None:
    """No two with the same tag: the journal tells them apart by name."""
    assert kind.__struct_config__.tag == kind.__name__
    assert kind.__struct_config__.tag_field == "type"


def test_two_states_that_the_same_entries_made_encode_the_same() -> None:
    one, two = Night(), Night()
    for night in (one, two):
        night.opens("west.pir", "west.glass")
        night.acknowledges()
        night.loses("east")
        night.after(60_000)
    assert encode(one.state) == encode(two.state)
