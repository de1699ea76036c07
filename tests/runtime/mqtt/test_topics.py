"""Topics and payloads: what is unknown is never told as normal, and every change is told."""

import json
from typing import Any

import pytest

from monitord.core import events as ev
from monitord.core.state import decode, encode
from monitord.runtime.ledger import Published
from monitord.runtime.mqtt.outgoing import EVENTS_MAX, Outgoing
from monitord.runtime.mqtt.topics import Topics, incident_changes
from monitord.vocabulary import PointState, SetState
from tests.core.night import Night
from tests.core.sites import MIN, without
from tests.core.test_held_calls import palace

TOPICS = Topics("museum")


def said(night: Night, topic: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TOPICS.payload(night.state, f"monitord/museum/{topic}"))
    return found


@pytest.mark.parametrize("state", list(PointState))
def test_a_point_says_its_own_state_and_unknown_shows_no_value(state: PointState) -> None:
    """Law 4: unknown is told as unknown, with the last value nowhere as its own."""
    night = Night()
    record = night.state.points["west.pir"]
    record.state, record.value, record.known = state, 1.5, PointState.NORMAL
    point = said(night, "points/west.pir")
    assert point["state"] == state.value
    assert (point["state"] == "normal") is (state is PointState.NORMAL)
    assert point["value"] == (None if state is PointState.UNKNOWN else 1.5)


@pytest.mark.parametrize("state", list(SetState))
def test_an_area_that_is_not_known_to_be_unset_is_told_as_guarded(state: SetState) -> None:
    night = Night()
    area = next(iter(night.state.site.areas))
    night.state.areas[area].state = state
    told = said(night, f"areas/{area}")
    assert told["state"] == state.value
    assert told["guarded"] is (state is not SetState.UNSET)


def test_t1_7_a_flood_is_told_while_it_lasts() -> None:
    night = Night(palace())
    assert said(night, "flood") == {"flood": False, "since": None}
    for n in range(11):
        night.opens(f"r{n}.win")
    assert "monitord/museum/flood" in TOPICS.touched(night.state, night.journal[-1])
    assert said(night, "flood")["flood"] is True
    assert said(night, "flood")["since"]
    night.after(10 * MIN)
    assert said(night, "flood") == {"flood": False, "since": None}
    assert TOPICS.is_state("monitord/museum/flood")


def test_a_lost_device_takes_all_its_points_with_it() -> None:
    night = Night()
    night.loses("west")
    entry = night.journal[-1]
    touched = set(TOPICS.touched(night.state, entry))
    points = night.state.site.devices["west"].points
    assert touched >= {f"monitord/museum/points/{name}" for name in points}
    assert all(said(night, f"points/{name}")["state"] == "unknown" for name in points)
    assert said(night, "devices/west")["status"] != "ok"


def test_whatever_an_entry_changes_is_touched() -> None:
    """Every payload that differs after an entry is among the topics it touched."""
    night = Night()
    states = list(TOPICS.all_states(night.state))
    for happen in (
        lambda: night.opens("west.pir"),
        lambda: night.loses("east"),
        lambda: night.returns("east"),
        lambda: night.after(60_000),
    ):
        before, begun = {t: TOPICS.payload(night.state, t) for t in states}, len(night.journal)
        happen()
        touched = {t for e in night.journal[begun:] for t in TOPICS.touched(night.state, e)}
        changed = {t for t in states if TOPICS.payload(night.state, t) != before[t]}
        assert changed <= touched


def test_a_retired_point_is_told_as_unknown_until_it_is_closed() -> None:
    """Design section 3: its topic is neither cleared too early nor left behind."""
    night = Night()
    night.opens("west.glass")
    night.offer(without(night.state.site, "west.glass"), "less")
    topic = "monitord/museum/points/west.glass"
    assert topic in TOPICS.touched(night.state, night.journal[-1])
    told = said(night, "points/west.glass")
    assert (told["state"], told["value"], told["retired"]) == ("unknown", None, True)
    night.closes_incident()
    assert topic in TOPICS.touched(night.state, night.journal[-1])
    assert TOPICS.payload(night.state, topic) == b""


def test_what_the_site_does_not_have_is_cleared() -> None:
    night = Night()
    assert TOPICS.payload(night.state, "monitord/museum/points/old.point") == b""
    assert TOPICS.payload(night.state, "monitord/museum/answers") == b""


def test_a_change_of_an_incident_has_one_id_however_often_it_is_told() -> None:
    night = Night()
    night.opens("west.glass")
    entry = night.journal[-1]
    [first] = incident_changes(night.state, entry, stored=True)
    [again] = incident_changes(night.state, entry, stored=False)
    assert first.id == again.id
    told = json.loads(first.payload)
    assert told["changes"] == ["opened"]
    assert told["incident"]["number"] == 1
    assert json.loads(again.payload)["stored"] is False
    night.acknowledges()
    [taken] = incident_changes(night.state, night.journal[-1], stored=True)
    assert json.loads(taken.payload)["changes"] == ["acknowledged"]
    assert taken.id != first.id


def outgoing(night: Night) -> Outgoing:
    return Outgoing(decode(encode(night.state)), TOPICS, journal=False)


async def test_a_state_waits_once_and_says_what_is_true_when_it_is_sent() -> None:
    night = Night()
    out = outgoing(night)
    begun = len(night.journal)
    night.opens("west.pir")
    night.closes("west.pir")
    night.opens("west.pir")
    for entry in night.journal[begun:]:
        out.hear(Published(entry, stored=True))
    assert out.states_waiting == 1
    topic, payload = await out.next_state()
    assert topic == "monitord/museum/points/west.pir"
    assert json.loads(payload)["state"] == "active"
    assert out.states_waiting == 0


async def test_what_is_not_committed_is_not_told() -> None:
    """Law 1: the engine's state is ahead, and the replica has not heard of it."""
    night = Night()
    out = outgoing(night)
    night.opens("west.pir")
    out.mark("monitord/museum/points/west.pir")
    _, payload = await out.next_state()
    assert json.loads(payload)["state"] == "normal"


async def test_incidents_wait_in_order_until_they_are_taken_and_never_without_end() -> None:
    out = outgoing(Night())
    for number in range(EVENTS_MAX + 5):
        out.tell(TOPICS.incidents, str(number).encode())
    assert out.dropped == 5
    first = await out.next_event()
    assert first.payload == b"5"
    assert await out.next_event() is first, "not taken, so it stays in front"
    out.sent(first)
    assert (await out.next_event()).payload == b"6"


async def test_an_entry_is_heard_once() -> None:
    """What the replica began with is not applied again."""
    night = Night()
    night.opens("west.glass")
    out = outgoing(night)
    out.hear(Published(night.journal[-1], stored=True))
    assert out.states_waiting == 0
    assert not [e for e in night.journal[-1].events if isinstance(e, ev.EpochOpened)]
