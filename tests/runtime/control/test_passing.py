"""What people and programs read while somebody leaves an area or comes in (T2.4, T2.9)."""

import json

from monitord.cli import say_held, say_status
from monitord.cli.page import as_text
from monitord.core import events as ev
from monitord.runtime.control import view
from monitord.runtime.control.view_areas import areas
from monitord.runtime.mqtt.topics import Topics
from monitord.runtime.story import in_words
from monitord.runtime.views import view as incident_view
from tests.core.houses import ENTRY, EXIT, OUTSIDE_FIRST, house, sets, unsets
from tests.core.night import Night
from tests.core.sites import S
from tests.core.test_warming import panel, powered_up


def page(night: Night) -> str:
    return as_text(say_held.areas(areas(night.state, night.now_ms)))


def published(night: Night) -> tuple[str, str | None]:
    topics = Topics("museum")
    (topic,) = {t for t in topics.touched(night.state, night.journal[-1]) if "/areas/" in t}
    said = json.loads(topics.payload(night.state, topic))
    return said["phase"], said["phase_until"]


def test_who_leaves_is_told_how_long_they_have() -> None:
    night = Night(house())
    unsets(night)
    assert published(night) == ("steady", None)
    sets(night)
    assert published(night)[0] == "exit"
    night.after(EXIT - 500)
    assert "being left: out and the door shut within 1 s" in page(night)
    (store,) = (a for a in view.areas(night.state)["set"] if a["area"] == "store")
    assert "Store (being left)" in as_text(say_status._areas({"areas": view.areas(night.state)}))
    assert store["phase"] == "exit"


def test_who_comes_in_is_told_to_unset() -> None:
    night = Night(house())
    night.opens("west.door")
    assert published(night)[0] == "entry"
    assert "somebody came in by door: unset it within 30 s" in page(night)


def test_an_alarm_that_waits_inside_says_so_and_explain_tells_all_of_it() -> None:
    """T2.9: explain has the wait, who aborted it, and who was told of a cancel."""
    night = Night(house(OUTSIDE_FIRST, abort_ms=20 * S))
    night.opens("west.door")
    night.at(ENTRY + 5 * S)
    assert "alarm, not told outside yet: unset it within 15 s" in page(night)
    unsets(night)
    assert "not told outside" not in page(night)
    late = Night(house(OUTSIDE_FIRST, abort_ms=20 * S))
    late.opens("west.door")
    late.at(ENTRY + 25 * S)
    unsets(late)
    told = [in_words(e, entry) for n in (night, late) for entry in n.journal for e in entry.events]
    for words in (
        "told inside only, for 20 s: the entry was not unset in time",
        "aborted: gus unset the area in time, nothing of it goes out",
        "told outside from now on: its time inside is over",
        "cancelled: gus unset the area, and whoever was told outside hears of it",
        "call anna (duty-manager) by voice, to cancel it",
    ):
        assert words in told
    assert (
        "Cancelled: gus unset the area with the PIN. "
        in incident_view(late.state, late.incident()).text
    )


def test_a_panel_that_settles_is_named_with_its_time() -> None:
    """T2.8: an area guards less for a minute, and says so."""
    night = powered_up(Night(panel()))
    assert "power came back: the detectors of West panel alarm in 60 s" in page(night)
    night.after(60 * S)
    assert "power came back" not in page(night)


def test_a_message_says_what_failed_to_set() -> None:
    """G1: and what to think of it."""
    night = Night(house())
    unsets(night)
    night.opens("west.door")
    sets(night)
    night.after(EXIT)
    text = incident_view(night.state, night.incident()).text
    assert "Failed to set: door. It stood open when the time to leave was over" in text
    assert [e.open for e in night.all(ev.ExitEnded)] == [("west.door",)]
