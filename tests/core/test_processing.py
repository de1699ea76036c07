"""T2.2: set state x kind x point state -> which alarm families. The oracle is written here, from
the words of design.md section 3 and standards.md 2.1, and looks nothing up in monitord."""

import itertools
from typing import Final

import msgspec
import pytest

from monitord.core.site import Area, Device, Site
from monitord.vocabulary import Category, Kind, PointState, SetState
from tests.core.night import Night
from tests.core.sites import GRACE, museum, point

FAMILIES: Final = {
    "intrusion": "motion door window glass beam hatch store-door",
    "object": "case picture plinth vibration",
    "hold-up": "panic duress",
    "fire": "smoke heat fire-panel sprinkler",
    "tamper": "tamper mask",
    "flood": "water water-level",
    "weather": "wind gust",
    "climate": "temperature humidity",
    "power": "mains battery charger ups",
    "early-warning": "vehicle person",
    "none": "area-set event value",
}
FAMILY: Final = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}
ONLY_WHILE_SET: Final = ("intrusion", "early-warning")


def _oracle(area: SetState, kind: Kind, says: PointState) -> set[str]:
    """The families that alarm, once every deadline has passed."""
    family, guarded = FAMILY[kind], area != "unset"
    if says == "active":
        return {family} if family != "none" and (guarded or family not in ONLY_WHILE_SET) else set()
    return {
        "normal": set(),
        "tamper": {"tamper"},
        "fault": {"technical"},
        "unknown": {"tamper"} if guarded else {"technical"},
    }[says]


def _site(kind: Kind) -> Site:
    """One point under test in the yard, which nobody's point sets."""
    site = museum()
    tested = point("yard-panel", "it", kind, "yard")
    return msgspec.structs.replace(
        site,
        points={**site.points, tested.id: tested},
        areas={**site.areas, "yard": Area("yard", "Yard", "Gate A", points=(tested.id,))},
        devices={
            **site.devices,
            "yard-panel": Device("yard-panel", "Yard", "modbus", ("yard",), (tested.id,), GRACE),
        },
    )


@pytest.mark.parametrize(("area", "kind"), list(itertools.product(SetState, Kind)))
def test_processing(area: SetState, kind: Kind) -> None:
    """Four set states x 33 kinds x five point states."""
    site = _site(kind)
    for says in PointState:
        night = Night(site)
        night.state.areas["yard"].state = area
        night.says("yard-panel.it", says)
        night.after(GRACE)
        families = {str(a.category) for a in night.state.alarms.values() if a.active}
        assert families == _oracle(area, kind, says), says


def test_the_oracle_knows_every_kind() -> None:
    assert set(FAMILY) == set(Kind)
    assert set(FAMILIES) <= set(Category)
