"""`show`: each effective value with the line or the default that it comes from."""

from pathlib import Path

import pytest

from monitord.site import Row, SiteRefused, show
from monitord.site.show import NotThere

GOOD = Path(__file__).parent / "good"
RIVER = GOOD / "river.yaml"


def rows(path: Path, name: str, drivers, channels) -> dict[str, Row]:
    """By key."""
    return {row.key: row for row in show(path, name, drivers, channels).rows}


def line_of(piece: str) -> str:
    """``file:line`` of the first line of the river site that holds ``piece``."""
    text = RIVER.read_text()
    return f"{RIVER}:{text[: text.index(piece)].count(chr(10)) + 1}"


def test_a_point(drivers, channels) -> None:
    """Own keys, the device's through a template, the driver's defaults, the kind's words."""
    found = rows(RIVER, "east.case", drivers, channels)
    assert found["wiring"] == Row("wiring", "normally-closed", line_of("case: {read"))
    assert found["read"] == Row("read", "discrete/1 (manual 10002)", line_of("case: {read"))
    assert found["priority"] == Row("priority", "1", line_of("case: {read"))
    assert found["debounce"].origin == "default"
    assert found["device.poll"] == Row("device.poll", "200ms", line_of("poll: 200ms"))
    assert found["device.timeout"] == Row("device.timeout", "1s", line_of("timeout: 1s"))
    assert found["area.gate"].value == "Gate B, King Street"
    assert found["action"] == Row("action", "Close the room.", line_of("case: {action"))
    assert found["what"].origin.startswith("default: kinds.yaml:")
    assert found["latching"] == Row("latching", "yes", "default: category object")
    assert found["chain"] == Row("chain", "default", line_of("  default:"))


def test_defaults_name_who_gives_them(drivers, channels) -> None:
    """The driver's timeout, the device's area, the area's words, the id for a name."""
    found = rows(RIVER, "wet", drivers, channels)
    assert found["device.timeout"] == Row("device.timeout", "1s", "default: driver modbus")
    assert found["device.unit"] == Row("device.unit", "1", "default: driver modbus")
    assert found["area"] == Row("area", "basement", line_of("    area: basement\n    points"))
    assert found["action"].origin == line_of("water: {action")
    assert found["name"] == Row("name", "wet", "default: the id")
    assert found["debounce"] == Row("debounce", "800ms", line_of("wet: {read"))


@pytest.mark.parametrize(
    ("name", "what", "key", "value"),
    [
        ("east", "device east", "poll", "200ms"),
        ("gallery", "area gallery", "late-to-set", "30min"),
        ("intrusion", "chain intrusion", "step 2", "duty-manager by voice, or sms, 2 tries"),
        ("default", "chain default", "decide", "5min"),
    ],
)
def test_other_things(name: str, what: str, key: str, value: str, drivers, channels) -> None:
    """A device, an area and a chain have a sheet too."""
    sheet = show(RIVER, name, drivers, channels)
    assert sheet.what == what
    assert value in {row.key: row.value for row in sheet.rows}[key]


def test_a_name_that_is_not_there(drivers, channels) -> None:
    """The nearest one is offered; a name in two devices is not guessed."""
    with pytest.raises(NotThere, match=r"did you mean east\.pir"):
        show(RIVER, "east.pirr", drivers, channels)


def test_a_short_name_in_two_devices(tmp_path: Path, drivers, channels) -> None:
    """Both full names are offered."""
    file = tmp_path / "site.yaml"
    file.write_text(RIVER.read_text().replace("wet: {", "pir: {"))
    with pytest.raises(NotThere, match=r"east\.pir, west\.pir"):
        show(file, "pir", drivers, channels)


def test_a_broken_site_is_refused(tmp_path: Path, drivers, channels) -> None:
    """Values of a site with errors would mislead."""
    file = tmp_path / "site.yaml"
    file.write_text("site: {id: x, name: y}")
    with pytest.raises(SiteRefused):
        show(file, "x", drivers, channels)


def test_the_exceptions_of_an_area_can_be_told_apart(tmp_path: Path, drivers, channels) -> None:
    file = tmp_path / "site.yaml"
    days = "[{on: 2026-12-24, open: off}, {from: 2027-01-02, until: 2027-01-04, open: 20:00-02:00}]"
    file.write_text(RIVER.read_text().replace('PH off"\n', f'PH off"\n    exceptions: {days}\n'))
    assert rows(file, "gallery", drivers, channels)["exceptions"].value == (
        "on: 2026-12-24, open: off; from: 2027-01-02, until: 2027-01-04, open: 20:00-02:00"
    )


def test_the_cameras_of_a_point_and_where_each_looks(tmp_path: Path, drivers, channels) -> None:
    site = tmp_path / "river.yaml"
    views = "cameras: [west, {camera: east, preset: Till}], "
    site.write_text(RIVER.read_text().replace("case: {read", f"case: {{{views}read", 1))
    assert rows(site, "east.case", drivers, channels)["cameras"].value == "west, east at Till"
