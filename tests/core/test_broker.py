"""The broker as the core sees it: away too long is a technical fault, a refusal is on record."""

from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.vocabulary import Category
from tests.core.night import Night
from tests.core.sites import museum


def test_a_broker_that_stays_away_calls_people_until_it_is_back() -> None:
    night = Night()
    night.feed(f.BrokerLost(reason="nobody listens there"))
    incident = night.incident()
    assert incident.category is Category.TECHNICAL
    assert incident.first_out == "monitord.mqtt/fault"
    assert night.state.alarms["monitord.mqtt/fault"].active
    night.feed(f.BrokerReturned())
    assert not night.state.alarms["monitord.mqtt/fault"].active
    night.replayed()


def test_a_start_tries_anew() -> None:
    """A site file without a broker, or one that answers now, leaves nothing that never ends."""
    night = Night()
    night.feed(f.BrokerLost(reason="nobody listens there"))
    night.feed(f.Started(epoch=2, version="test", utc_ms=night.state.utc_ms(night.now_ms)))
    assert not night.state.alarms["monitord.mqtt/fault"].active


def test_a_site_without_a_broker_misses_none() -> None:
    night = Night()
    night.feed(f.BrokerLost(reason="nobody listens there"))
    night.offer(replace(night.state.site, setup={"mqtt": {"host": "other"}}), "another broker")
    assert night.state.alarms["monitord.mqtt/fault"].active
    night.offer(museum(), "none")
    assert not night.state.alarms["monitord.mqtt/fault"].active


def test_what_a_door_turned_away_is_on_record_once() -> None:
    """T9.3: the same retained command after every reconnect is one entry a day."""
    night = Night()
    for _ in range(3):
        night.feed(f.TurnedAway(code="retained", text="never carried out", key="mqtt-retained:1"))
    refusals = [e for e in night.heard if isinstance(e, ev.CommandRefused)]
    assert [(e.code, e.text) for e in refusals] == [("retained", "never carried out")]
