"""Closing: no cause, finder or finding is left out, and nobody claims more than was looked at."""

import itertools
from typing import Any, Final

import pytest

from monitord.core import events as ev
from monitord.core.causes import ASKS_FOR_A_LOOK, ASSUMED, BORNE_OUT, CAUSES, FINDERS
from monitord.core.kpis import DAY_MS, kpis
from monitord.runtime.control.view_status import NOBODY_LOOKED_MS, status
from monitord.vocabulary import Category, Looked
from tests.core.night import Night, only, refused

#: By hand, apart from the table: a letter is a cause that the look bears out.
MAY: Final = {
    Looked.INSIDE: {"attack", "false-alarm", "fault", "test", "mistake", "weather", "other"},
    Looked.PICTURE: {"attack", "false-alarm", "fault", "test", "mistake", "weather", "other"},
    Looked.OUTSIDE: {"attack", "assumed-false"},
    Looked.NOBODY: {"assumed-false"},
}


def quiet() -> Night:
    """A detector was active, and is not any more."""
    night = Night()
    night.opens("east.pir")
    night.closes("east.pir")
    return night


@pytest.mark.parametrize(("looked", "cause"), [*itertools.product(Looked, CAUSES)])
def test_g6_a_cause_is_taken_only_where_the_look_bears_it_out(looked: Looked, cause: str) -> None:
    night = quiet()
    events = night.closes_incident(cause=cause, looked=looked)
    assert refused(events) == ("" if cause in MAY[looked] else "bad-input")
    assert night.incident().open is (cause not in MAY[looked])
    assert (cause in BORNE_OUT[looked]) is (cause in MAY[looked])


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ({"cause": "because"}, "The cause must be one of"),
        ({"finding": ""}, "Say what was found"),
        ({"found_by": ""}, "Say who found it"),
        ({"found_by": "somebody"}, "Nobody here is called somebody"),
        ({"looked": None}, "Say how it was looked at"),
    ],
)
def test_g6_no_close_without_cause_finder_and_finding(
    left_out: dict[str, str | None], says: str
) -> None:
    night = quiet()
    said: Any = left_out
    (refusal,) = only(night.closes_incident(**said), ev.CommandRefused)
    assert (refusal.code, says in refusal.text) == ("bad-input", True), refusal.text
    assert night.incident().open


@pytest.mark.parametrize("finder", ["anna", *FINDERS])
def test_g6_cause_finder_and_finding_are_on_record(finder: str) -> None:
    night = quiet()
    (closed,) = only(night.closes_incident(found_by=finder), ev.IncidentClosed)
    assert (closed.found_by, closed.cause, closed.looked) == (finder, "false-alarm", Looked.INSIDE)
    assert closed.finding is not None
    record = night.incident()
    assert (record.found_by, record.looked, record.finding) == (
        closed.found_by,
        closed.looked,
        closed.finding,
    )


def test_g6_kunsthal_nothing_seen_from_outside_is_assumed_and_nobody_looked_needs_no_finder() -> (
    None
):
    """KUNSTHAL: a car drove past; nobody went in."""
    night = quiet()
    assert refused(night.closes_incident(looked=Looked.OUTSIDE)) == "bad-input"
    assert refused(night.closes_incident(cause="fault", looked=Looked.OUTSIDE)) == "bad-input"
    events = night.closes_incident(cause=ASSUMED, looked=None, found_by="")
    (closed,) = only(events, ev.IncidentClosed)
    assert (closed.cause, closed.looked) == (ASSUMED, Looked.NOBODY)


def test_what_is_found_from_the_desk_asks_for_no_look() -> None:
    """A dead panel by day is no burglar: cause, finder and finding are enough."""
    night = Night(gallery="unset")
    night.loses("east")
    night.after(60_000)
    assert night.incident().category is Category.TECHNICAL
    night.returns("east")
    assert not refused(night.closes_incident(cause="fault", looked=None))


def test_g6_that_nobody_looked_is_reported() -> None:
    """In the figures, and for a week in the status; what was looked into is not."""
    night = quiet()
    night.closes_incident(looked=Looked.PICTURE)
    for cause, looked in ((ASSUMED, Looked.NOBODY), (ASSUMED, Looked.OUTSIDE)):
        night.after(NOBODY_LOOKED_MS // 2)
        night.opens("east.pir")
        night.closes("east.pir")
        night.closes_incident(incident=night.state.incidents_opened, cause=cause, looked=looked)

    def told() -> list[tuple[int, bool]]:
        view = status(night.state, night.now_ms, None, degraded=False)["nobody_looked"]
        return [(row["incident"], row["from_outside"]) for row in view]

    assert told() == [(2, False), (3, True)]
    night.after(NOBODY_LOOKED_MS // 2)
    assert told() == [(3, True)]
    from_ms = night.journal[0].utc_ms
    found = kpis(night.journal, from_ms, from_ms + 30 * DAY_MS)
    assert found.causes == {"false-alarm": 1, ASSUMED: 2}
    assert (found.nobody_looked, found.outside_only) == (1, 1)


def test_where_somebody_may_be_somebody_looks() -> None:
    desk = set(Category) - ASKS_FOR_A_LOOK
    words = "weather climate power camera technical procedure none"
    assert desk == {Category(word) for word in words.split()}
