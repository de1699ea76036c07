"""What the site file says of incidents: times, neighbours, causes, sectors (E5, design.md 7)."""

from pathlib import Path

import pytest

from monitord.site import Finding, Severity, load, show
from monitord.vocabulary import PointRole
from tests.site.conftest import assert_told

PIR = "kind: motion, area: gallery, name: East door}"
SET = "set: {read: discrete/8, kind: area-set, area: gallery}"
DARK = """
      supply: {read: discrete/20, kind: mains, area: gallery}
      lights: {read: discrete/21, kind: event, area: gallery, role: lighting}"""


def test_neighbours_causes_and_sectors_reach_the_core(
    river: str, tmp_path: Path, drivers, channels
) -> None:
    text = river.replace(
        "  country: GB", "  country: GB\n  join: 8min\n  blackout: 4min\n  calls-in-flood: 20s"
    )
    text = text.replace(
        "confirm: 30min", "confirm: 30min\n    next-to: basement\n    join: 5min\n    sector: north"
    )
    text = text.replace("    timeout: 1s", "    timeout: 1s\n    behind: west")
    text = text.replace(SET, SET + DARK).replace(PIR, PIR[:-1] + ", cameras: [west]}")
    file = tmp_path / "site.yaml"
    file.write_text(text)
    site = load(file, drivers, channels).site
    gallery, basement = site.areas["gallery"], site.areas["basement"]
    assert (site.join_ms, site.blackout_ms) == (8 * 60_000, 4 * 60_000)
    assert site.calls_in_flood_ms == 20_000
    assert (gallery.join_ms, basement.join_ms) == (5 * 60_000, 8 * 60_000)
    assert (gallery.next_to, basement.next_to) == (("basement",), ("gallery",)), "both ways"
    assert (site.devices["east"].behind, site.devices["east"].sector) == ("west", "north")
    assert (site.devices["west"].camera, site.devices["east"].camera) == (True, False)
    assert site.points["east.lights"].role is PointRole.LIGHTING
    assert site.points["east.supply"].sector == "north"
    rows = {row.key: row for row in show(file, "basement", drivers, channels).rows}
    assert rows["join"].value == "8min"
    assert rows["join"].origin.endswith(":8")


@pytest.mark.parametrize(
    ("was", "now", "words", "severity"),
    [
        ("confirm: 30min", "next-to: attic", 'no area "attic"', Severity.ERROR),
        ("confirm: 30min", "next-to: gallery", "next to itself", Severity.ERROR),
        ("confirm: 30min", "join: 2h", "more than an hour", Severity.WARNING),
        ("country: GB", "join: 61min", "more than an hour", Severity.WARNING),
        ("country: GB", "calls-in-flood: 3min", "calls-in-flood", Severity.ERROR),
        ("timeout: 1s", "behind: wst", "which is not in the site file", Severity.ERROR),
        ("timeout: 1s", "behind: west.nothing", "which is not in the site file", Severity.ERROR),
        ("timeout: 1s", "behind: east", "stands behind itself", Severity.ERROR),
        ("timeout: 1s", "behind: east.pir", "stands behind itself", Severity.ERROR),
        ("timeout: 1s", "behind: [a, b]", "one device or one point", Severity.ERROR),
        (PIR, PIR[:-1] + ", role: lighting}", "is a motion point", Severity.ERROR),
        (SET, SET + DARK, "is in no sector", Severity.WARNING),
        ("confirm: 30min", "sector: north", "no blackout can be seen", Severity.WARNING),
    ],
)
def test_what_cannot_be_meant_is_told(
    was: str, now: str, words: str, severity: Severity, check_text, river: str
) -> None:
    found: list[Finding] = check_text(river.replace(was, now, 1))
    assert_told(found, words, severity)
