"""T2.2: set state x kind x point state -> what follows. The oracles are written here, from the
words of the standard and of the table of kinds, and look nothing up in monitord."""

import itertools
from typing import Final

import msgspec
import pytest

from monitord.core import facts as f
from monitord.core.processing import FROZEN, PROCESSING, SILENCE, Sign
from monitord.core.site import Area, Device, Site
from monitord.vocabulary import (
    NEVER_HELD_BY_DESIGN,
    SILENT,
    Category,
    Kind,
    Mode,
    PointState,
    Priority,
    Proof,
    SetState,
)
from tests.core.night import Night
from tests.core.sites import GRACE, museum, point

FAMILIES: Final = {
    "intrusion": "motion door window glass beam hatch store-door",
    "object": "case picture plinth vibration",
    "hold-up": "panic duress",
    "fire": "smoke heat fire-panel sprinkler fire-pre-alarm fire-fault fire-disabled",
    "tamper": "tamper mask",
    "flood": "water water-level",
    "weather": "wind gust",
    "climate": "temperature humidity",
    "power": "mains battery charger ups",
    "early-warning": "vehicle person",
    "none": "area-set event value",
}
FAMILY: Final = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}
UNKNOWN: Final = PointState.UNKNOWN
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


def _warnings(area: SetState, kind: Kind, sign: Sign) -> set[str]:
    """EN 50131-1 table 7: which ways of warning are open; and who may be held back by a permit."""
    guarded, family = area != "unset", FAMILY[kind]
    families = _oracle(area, kind, PointState(str(sign)) if sign != "silence" else UNKNOWN)
    if not families:
        return set()
    open_ways = {"outside"}  # a fault, a tamper and a hold-up may always be transmitted
    if sign == "tamper" and guarded:
        open_ways.add("sounder")
    if sign == "active":
        if guarded and family in ("intrusion", "object", "tamper"):
            open_ways.add("sounder")
        if family == "fire":
            open_ways.add("sounder")
        if family == "hold-up":
            open_ways.add("silent")
        if family in ("object", "early-warning") or kind == "store-door":
            open_ways.add("yields")
    return open_ways


@pytest.mark.parametrize("sign", list(Sign))
def test_t2_2_every_row_of_the_matrix(sign: Sign) -> None:
    """T2.2: 4 set states x 34 kinds x 4 signs: the family, the ways of warning, what yields."""
    for area, kind in itertools.product(SetState, Kind):
        row = PROCESSING[area, kind, sign]
        says = UNKNOWN if sign == "silence" else PointState(str(sign))
        assert ({str(row.category)} if row.alarms else set()) == _oracle(area, kind, says)
        if row.alarms:
            guarded = "tamper" if area != "unset" else "fault"
            assert str(row.condition) == (guarded if sign == "silence" else str(sign))
        names = ("silent", "sounder", "outside", "yields", "top")
        assert {n for n in names if getattr(row, n)} == _warnings(area, kind, sign), (area, kind)


def test_t2_2_the_matrix_is_whole_and_unknown_is_set() -> None:
    """T2.2: an unknown set state, and part of an area, count as set in every row."""
    assert set(PROCESSING) == set(itertools.product(SetState, Kind, Sign))
    for kind, sign in itertools.product(Kind, Sign):
        rows = {PROCESSING[area, kind, sign] for area in SetState if area != "unset"}
        assert len(rows) == 1, (kind, sign)
    assert [str(SILENCE[a].condition) for a in SetState] == ["tamper", "tamper", "fault", "tamper"]


def test_what_no_logic_holds_back() -> None:
    """E4: fire, hold-up and tamper yield to nothing; the two words for it are one."""
    for row in (*PROCESSING.values(), *FROZEN.values()):
        assert not (row.yields and row.category in NEVER_HELD_BY_DESIGN)
        assert row.silent == (row.category in SILENT)


def test_the_oracle_knows_every_kind() -> None:
    assert set(FAMILY) == set(Kind)
    assert set(FAMILIES) <= set(Category)


FREEZE_KINDS: Final = ("case", "picture", "plinth", "store-door")


@pytest.mark.parametrize("area", list(SetState))
def test_d5_while_nothing_may_be_moved_its_contacts_are_of_the_top_class(area: SetState) -> None:
    """D5: in the modes of the freeze, set or unset; every other kind is as it was."""
    for kind in Kind:
        site = _site(kind)
        yard = msgspec.structs.replace(site.areas["yard"], frozen_in=(Mode.LOCKDOWN,))
        night = Night(msgspec.structs.replace(site, areas={**site.areas, "yard": yard}))
        night.state.areas["yard"].state = area
        night.opens("yard-panel.it")
        usual = {str(a.category) for a in night.state.alarms.values()}
        assert usual == _oracle(area, kind, PointState.ACTIVE)
        night.feed(f.ChangeMode(mode=Mode.LOCKDOWN, reason="r", by="anna", proof=Proof.PIN))
        alarms = list(night.state.alarms.values())
        if kind in FREEZE_KINDS:
            assert [str(a.category) for a in alarms] == ["object"]
            assert [a.priority for a in alarms] == [Priority.CRITICAL]
            assert night.incident().priority is Priority.CRITICAL
        else:
            assert {str(a.category) for a in alarms} == usual
