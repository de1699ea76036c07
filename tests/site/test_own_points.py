"""Points that a device has unasked: its driver's own, and the picture of one with eyes."""

from monitord.core.site import Point, Site
from monitord.site import Severity
from monitord.vocabulary import Category, Kind
from tests.site.conftest import CheckText, LoadText, assert_told

CAMERA = """
  cam-1:
    driver: seeing
    address: http://10.0.0.9
    area: {area}
    name: "By the door"
    {more}
"""


def camera(river: str, more: str = "pictures: {every: 10s}") -> str:
    """The good site with a camera in its first area."""
    area = "gallery"
    at = river.index("\ndevices:\n") + len("\ndevices:\n")
    return river[:at] + CAMERA.format(area=area, more=more).lstrip("\n") + river[at:]


def of_camera(site: Site) -> dict[str, Point]:
    """Its points by short id."""
    return {p.id.partition(".")[2]: p for p in site.points.values() if p.device == "cam-1"}


def test_a_device_has_its_own_points_without_a_line(river: str, load_text: LoadText) -> None:
    """Forty cameras are watched whole though nobody wrote down what of each there is to watch."""
    site = load_text(camera(river)).site
    points = of_camera(site)
    assert {name: point.kind for name, point in points.items()} == {
        "clock": Kind.EVENT,
        "identity": Kind.TAMPER,
        "picture": Kind.MASK,
    }
    assert points["picture"].category is Category.TAMPER
    assert {point.area for point in points.values()} == {"gallery"}
    assert site.devices["cam-1"].points == ("cam-1.clock", "cam-1.identity", "cam-1.picture")
    assert all(point.setup["config"] is None for point in points.values())


def test_no_picture_is_judged_where_none_is_asked_for(river: str, load_text: LoadText) -> None:
    """A camera without ``pictures`` is still known by what it says of itself."""
    assert "picture" not in of_camera(load_text(camera(river, "silence: 30s")).site)


def test_a_section_refines_a_point_of_its_own(river: str, load_text: LoadText) -> None:
    """The words and the place are the site's; where it is read is the driver's."""
    more = 'pictures: {every: 10s}\n    points: {clock: {kind: event, name: "Its clock"}}'
    points = of_camera(load_text(camera(river, more)).site)
    assert points["clock"].name == "Its clock"
    assert set(points) == {"clock", "identity", "picture"}


def test_nothing_can_be_said_of_how_it_is_read(river: str, check_text: CheckText) -> None:
    """``read:`` there would be believed and never done."""
    more = "pictures: {every: 10s}\n    points: {clock: {kind: event, read: discrete/0}}"
    assert_told(check_text(camera(river, more)), "unknown key", Severity.ERROR)


def test_pictures_are_asked_of_what_can_see(river: str, check_text: CheckText) -> None:
    """A panel does not see, and nobody shall believe that it is looked through."""
    text = camera(river).replace("driver: seeing", "driver: speaking")
    assert_told(check_text(text), "sees nothing", Severity.ERROR)
