"""Released doors and disablements in the site file (E4)."""

import pytest

from monitord.vocabulary import Priority
from tests.site.conftest import CheckText, LoadText

POINTS = """
devices:
  fire-panel:
    driver: modbus
    address: tcp://127.0.0.1:15099
    points:
      exit:    {{read: discrete/0, kind: door, area: gallery, name: Fire exit}}
      release: {{read: discrete/1, kind: {kind}, area: gallery, releases: {doors}}}
      zone-2:  {{read: discrete/2, kind: fire-disabled, area: gallery, ends-after: {end}}}
"""
SITE = """
site: {{id: house, name: House}}
areas: {{gallery: {{name: Gallery, gate: Gate B}}}}
people: {{anna: {{name: Anna, role: director, reach: [{{sms: "1"}}]}}}}
channels: {{sms: {{driver: webhook, url: "http://127.0.0.1:15080/sms"}}}}
chains: {{default: [{{call: anna, by: [sms, terminal], wait: 60s}}]}}
"""


def written(kind: str = "event", doors: str = "[fire-panel.exit]", end: str = "2h") -> str:
    return (SITE + POINTS).format(kind=kind, doors=doors, end=end)


def test_e4_a_release_names_its_doors_and_a_disablement_its_end(load_text: LoadText) -> None:
    points = load_text(written()).site.points
    release, door = points["fire-panel.release"], points["fire-panel.exit"]
    assert (release.releases, release.priority, release.what) == (
        ("fire-panel.exit",),
        Priority.HIGH,
        "Doors released",
    )
    assert door.released_by == ("fire-panel.release",)
    assert points["fire-panel.zone-2"].ends_after_ms == 7_200_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (written(kind="smoke"), "cannot say that doors are released"),
        (written(doors="[fire-panel.zone-2]"), "tells of no door"),
        (written(doors="[fire-panel.exot]"), "there is no point"),
        (written(end="1s"), "60000"),
        (written().replace("fire-disabled", "smoke"), "has no end of its own"),
    ],
)
def test_e4_what_cannot_be_is_told(check_text: CheckText, text: str, words: str) -> None:
    found = check_text(text)
    assert any(words in str(one) for one in found), found
