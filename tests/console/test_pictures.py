"""G5: the place of the picture says which camera looks there, and which one is dead."""

import re

from msgspec.structs import replace

from monitord.console.render import render
from monitord.console.shown.pictures import CAMERAS_MAX, cameras
from monitord.core.site import Site
from monitord.runtime.control.view import View
from monitord.runtime.control.view_incidents import incident
from tests.core.night import Night
from tests.core.sites import museum


def watched(*devices: str) -> Site:
    """The museum, with these devices named as the cameras of the detector in the gallery."""
    site = museum()
    point = site.points["east.pir"]
    setup = {**point.setup, "cameras": list(devices)}
    return replace(site, points={**site.points, point.id: replace(point, setup=setup)})


def looks(night: Night) -> list[View]:
    state = night.state
    return cameras(state, incident(state, night.incident(), night.now_ms))


def shown(night: Night) -> str:
    """The words beside the alarm, without their marks."""
    page = render("_picture.html", cameras=looks(night), site={"timezone": "UTC"})
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_g5_a_place_without_a_camera_says_so() -> None:
    night = Night(museum())
    night.opens("east.pir")
    assert looks(night) == []
    assert "No camera looks at this place" in shown(night)


def test_g5_a_dead_camera_says_so_and_the_one_beside_it_stands_first() -> None:
    """G5, law 4: it is never shown like one that sees."""
    night = Night(watched("west", "east"))
    night.opens("east.pir")
    assert [(c["name"], c["answers"]) for c in looks(night)] == [
        ("West panel", True),
        ("East panel", True),
    ]
    night.loses("west")
    assert [(c["name"], c["answers"]) for c in looks(night)] == [
        ("East panel", True),
        ("West panel", False),
    ]
    said = r"▶ East panel ✕ West panel has not answered since \d\d:\d\d"
    assert re.search(said, shown(night))


def test_g5_no_more_cameras_than_somebody_looks_through() -> None:
    """And one that left the site file is not named."""
    night = Night(watched("gone", *(["east", "west"] * CAMERAS_MAX)))
    night.opens("east.pir")
    assert len(looks(night)) == CAMERAS_MAX
