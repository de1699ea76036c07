"""G9: from the screen beside a hold-up button nothing tells that it was pressed; no server."""

from collections.abc import Callable

import pytest

from monitord.console.viewer import Viewer
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.control import view, view_areas
from monitord.runtime.control.hiding import beside
from monitord.runtime.control.view import View
from monitord.runtime.control.view_duties import duties
from monitord.runtime.control.view_incidents import incidents
from monitord.runtime.control.view_status import status
from monitord.vocabulary import PointState, Suppression
from tests.core.night import Night
from tests.core.sites import HOUR, S

BUTTON = "east.panic"
BESIDE = Viewer("", "Gallery desk", "", "near", "gallery", ("station:near",))
ELSEWHERE = Viewer("", "Lodge", "", "far", "store", ("station:far",))


def drawn(night: Night, viewer: Viewer) -> list[View]:
    """All that pages are made of, at one moment; without how far the journal is."""
    state, now_ms = viewer.sees(night.state), night.now_ms
    points = [view.point(state, point) for point in state.site.points.values()]
    views = [
        status(state, now_ms, None, degraded=False),
        view_areas.areas(state, now_ms),
        view_areas.suppressions(state, now_ms),
        duties(state, now_ms),
        incidents(state, now_ms, closed=True),
        view.devices(state, now_ms),
        view.points(state, now_ms, points),
    ]
    return [{k: v for k, v in each.items() if k != "position"} for each in views]


def newest(night: Night) -> IncidentRecord:
    return max(night.state.incidents.values(), key=lambda incident: incident.number)


def pressed_before(night: Night) -> None:
    """Pressed, released, taken and closed: everybody has been told of that one."""
    night.says(BUTTON, PointState.ACTIVE)
    number = newest(night).number
    night.says(BUTTON, PointState.NORMAL)
    night.acknowledges(by="boris", incident=number)
    night.closes_incident(by="boris", incident=number, cause="attack")


def held_back(night: Night) -> None:
    night.holds(BUTTON, Suppression.SHELVED, ms=HOUR)


def nothing(night: Night) -> None:
    pass


@pytest.mark.parametrize("before", [nothing, pressed_before, held_back])
def test_g9_all_that_is_drawn_beside_it_is_the_same_before_and_after(
    before: Callable[[Night], None],
) -> None:
    night = Night()
    before(night)
    night.after(S)
    here, there = drawn(night, BESIDE), drawn(night, ELSEWHERE)
    night.says(BUTTON, PointState.ACTIVE)
    assert drawn(night, BESIDE) == here
    assert drawn(night, ELSEWHERE) != there
    night.says(BUTTON, PointState.NORMAL)
    assert drawn(night, BESIDE) == here


@pytest.mark.parametrize("said", [PointState.TAMPER, PointState.FAULT, PointState.UNKNOWN])
def test_a_button_that_somebody_has_to_see_to_is_there(said: PointState) -> None:
    night = Night()
    assert beside(night.state, "gallery") == {"east.panic", "east.panic2"}
    night.says(BUTTON, said)
    assert beside(night.state, "gallery") == {"east.panic2"}
    assert BUTTON in BESIDE.sees(night.state).site.points


def test_a_screen_away_from_every_button_sees_the_very_state() -> None:
    state: State = Night().state
    for viewer in (ELSEWHERE, Viewer("chloe", "Chloe", "director")):
        assert viewer.sees(state) is state
