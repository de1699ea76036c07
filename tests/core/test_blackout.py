"""Blackout: power, light and cameras that fail together in one sector (E5, Dresden)."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core.blackout import PATTERN
from monitord.core.joining import headline
from monitord.core.site import Device, Site
from monitord.vocabulary import Category, Kind, PointRole, Priority, Suppression
from tests.core.night import Night, only
from tests.core.sites import GRACE, MIN, S, museum, point


def dark_site() -> Site:
    """The gallery is the sector north: mains, lighting, two cameras and a picture check."""
    base = museum()
    lights = msgspec.structs.replace(
        point("east", "lights", Kind.EVENT, "gallery"), role=PointRole.LIGHTING
    )
    eye = msgspec.structs.replace(
        point("cam-c", "dark", Kind.EVENT, "gallery"), role=PointRole.PICTURE
    )
    extra = {"east.lights": lights, "cam-c.dark": eye}
    cams = {
        name: Device(name, name, "x", ("gallery",), points, GRACE, sector="north", camera=True)
        for name, points in {"cam-a": (), "cam-b": (), "cam-c": ("cam-c.dark",)}.items()
    }
    east = base.devices["east"]
    gallery = base.areas["gallery"]
    points = {
        name: msgspec.structs.replace(p, sector="north" if p.area == "gallery" else "")
        for name, p in {**base.points, **extra}.items()
    }
    return msgspec.structs.replace(
        base,
        points=points,
        devices={
            **base.devices,
            "east": msgspec.structs.replace(east, points=(*east.points, "east.lights")),
            **cams,
        },
        areas={
            **base.areas,
            "gallery": msgspec.structs.replace(gallery, points=(*gallery.points, *extra)),
        },
    )


def goes_dark(night: Night, *what: str) -> None:
    for name in what:
        if name.startswith("cam-") and "." not in name:
            night.loses(name)
            night.after(GRACE)
        else:
            night.opens(name)


def blackouts(night: Night) -> list[ev.AlarmOccurred]:
    return [e for e in night.all(ev.AlarmOccurred) if e.source == "monitord.blackout.north"]


@pytest.mark.parametrize("mains", [True, False])
@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("cameras", range(3))
def test_each_row_of_the_pattern(mains: bool, light: bool, cameras: int) -> None:
    """E5: power or light with two cameras, or both with one; a lone fault stays a fault."""
    expected = ((mains or light) and cameras == 2) or (mains and light and cameras == 1)
    assert PATTERN[mains, light, cameras] is expected
    night = Night(dark_site(), gallery="unset")
    goes_dark(night, *["east.mains"] * mains, *["east.lights"] * light)
    goes_dark(night, *["cam-a", "cam-b"][:cameras])
    assert bool(blackouts(night)) is expected


def test_mains_and_two_cameras_are_one_joined_high_incident() -> None:
    """E5: PWR fail + CAM dark on 2 cameras -> one joined high alarm."""
    night = Night(dark_site(), gallery="unset")
    goes_dark(night, "east.mains")
    night.after(2 * MIN)
    goes_dark(night, "cam-a", "cam-b")
    incident = night.incident()
    assert len(night.state.incidents) == 1
    assert incident.priority is Priority.HIGH
    assert Category.TAMPER in incident.categories
    assert incident.worse == ("higher priority", "now also tamper")
    assert {"east.mains/active", "cam-a/fault", "cam-b/fault"} < set(incident.alarms)
    assert headline(night.state, incident) == "monitord.blackout.north/tamper"


def test_a_lone_mains_failure_is_a_fault() -> None:
    """E5."""
    night = Night(dark_site())
    goes_dark(night, "east.mains")
    night.after(20 * MIN)
    assert night.incident().category is Category.POWER
    assert not blackouts(night)


def test_light_and_two_cameras_before_the_first_case() -> None:
    """E5, Dresden; and the case then joins the attack in its room."""
    night = Night(dark_site(), gallery="unset")
    goes_dark(night, "east.lights", "cam-a", "cam-c.dark")
    assert len(blackouts(night)) == 1
    incident = night.incident()
    night.opens("east.case")
    assert incident.alarms[-1] == "east.case/active"
    assert len(night.state.incidents) == 1


@pytest.mark.parametrize(("after", "wanted"), [(5 * MIN - 1, True), (5 * MIN, False)])
def test_the_window_of_a_blackout(after: int, wanted: bool) -> None:
    night = Night(dark_site())
    goes_dark(night, "east.lights")
    begin = night.now_ms
    night.loses("cam-a")
    night.after(GRACE)
    night.at(begin - night.begin_ms + after - GRACE).loses("cam-b")
    night.after(GRACE)
    assert bool(blackouts(night)) is wanted


def test_what_came_back_within_the_window_still_counts() -> None:
    night = Night(dark_site())
    goes_dark(night, "east.mains")
    night.after(S).closes("east.mains")
    goes_dark(night, "cam-a", "cam-b")
    assert blackouts(night)


def test_a_blackout_is_told_once_and_what_follows_joins_it() -> None:
    night = Night(dark_site())
    goes_dark(night, "east.mains", "cam-a", "cam-b", "cam-c", "east.lights")
    assert len(blackouts(night)) == 1
    assert len(night.state.incidents) == 1


def test_what_is_held_back_is_no_sign() -> None:
    night = Night(dark_site())
    night.holds("cam-a", Suppression.OUT_OF_SERVICE)
    goes_dark(night, "east.mains", "cam-a", "cam-b")
    assert not blackouts(night)


def test_a_blackout_confirms_none_of_its_own_parts() -> None:
    night = Night(dark_site(), gallery="set")
    goes_dark(night, "cam-a", "east.mains", "east.lights")
    assert blackouts(night)
    assert not night.incident().confirmed
    night.opens("east.pir")
    assert night.incident().confirmed


def test_another_sector_is_another_matter() -> None:
    site = dark_site()
    far = msgspec.structs.replace(site.devices["cam-b"], sector="south")
    night = Night(msgspec.structs.replace(site, devices={**site.devices, "cam-b": far}))
    goes_dark(night, "east.mains", "cam-a", "cam-b")
    assert not blackouts(night)


def test_a_blackout_can_be_taken_and_closed() -> None:
    night = Night(dark_site(), gallery="unset")
    goes_dark(night, "east.mains", "cam-a", "cam-b")
    night.closes("east.mains")
    night.returns("cam-a")
    night.returns("cam-b")
    assert only(night.closes_incident(), ev.IncidentClosed)
    assert not night.state.alarms
