"""Permits, bookings and the freeze, as they are written in a site file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from monitord.core.site import Permit, Site
from monitord.site import Severity, load
from monitord.vocabulary import Mode
from tests.site.conftest import CheckText, Installed

LOAN = """permits:
  loan-7: {points: [east.case], object: "Astrolabe 1887.3", people: [anna], approver: boris,
           from: 2026-11-24T08:00, until: 2026-11-24T18:00, why: loan}
"""

House = Callable[..., Site]


@pytest.fixture
def house(tmp_path: Path, river: str, drivers: Installed, channels: Installed) -> House:
    """Compile the good site with more below it, and keys for its site and its gallery."""

    def compiled(
        more: str, *, freeze: str = "", area: str = "", timezone: str = "Europe/London"
    ) -> Site:
        file = tmp_path / "site.yaml"
        text = river.replace("timezone: Europe/London", f"timezone: {timezone}{freeze}")
        text = text.replace("    confirm: 30min", f"    confirm: 30min{area}")
        file.write_text(text + more)
        return load(file, drivers, channels).site

    return compiled


def test_d5_a_permit_is_compiled_to_utc(house: House) -> None:
    """D5: dates are those of the site's clock."""
    site = house(LOAN, timezone="Europe/Paris")
    assert site.permits["loan-7"] == Permit(
        "loan-7",
        ("east.case",),
        "boris",
        from_ms=1_795_503_600_000,
        until_ms=1_795_539_600_000,
        why="loan",
        what="Astrolabe 1887.3",
        people=("anna",),
    )


@pytest.mark.parametrize(
    ("first", "until", "hours"),
    [
        ("2026-10-25T01:30", "2026-10-25T03:00", 1.5),  # from the second 01:30
        ("2026-10-25T00:00", "2026-10-25T01:30", 1.5),  # until the first 01:30
        ("2027-03-28T00:00", "2027-03-28T01:30", 0.5),  # 01:30 is missing: until 00:30
    ],
)
def test_a_double_or_missing_hour_guards_longer(
    house: House, first: str, until: str, hours: float
) -> None:
    text = LOAN.replace("2026-11-24T08:00", first).replace("2026-11-24T18:00", until)
    permit = house(text).permits["loan-7"]
    assert permit.until_ms - permit.from_ms == hours * 3_600_000


@pytest.mark.parametrize(
    ("site_says", "area_says", "modes"),
    [
        ("", "", ()),
        ("true", "", tuple(Mode)),
        ("[lockdown, works]", "", (Mode.LOCKDOWN, Mode.WORKS)),
        ("true", "lockdown", (Mode.LOCKDOWN,)),
        ("true", "false", ()),
    ],
)
def test_d5_a_freeze_of_the_site_or_of_an_area(
    house: House, site_says: str, area_says: str, modes: tuple[Mode, ...]
) -> None:
    """D5: NO-MOVE for the site or an area, always or by mode; the area's own word wins."""
    site_key = f"\n  freeze: {site_says}" if site_says else ""
    area_key = f"\n    freeze: {area_says}" if area_says else ""
    assert house("", freeze=site_key, area=area_key).areas["gallery"].frozen_in == modes


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("east.case]", "east.river]", "may not hold back"),
        ("east.case]", "east.cas]", "no point"),
        ("approver: boris", "approver: gus", "no person"),
        ("people: [anna]", "people: [erna]", "no person"),
        ("T18:00", "T08:00", "does not end within"),
        ("2026-11-24T18:00", "2028-11-24T18:00", "does not end within"),
        ("T18:00", "", "no date with a time"),
        ("why: loan", "why: holiday", "holiday"),
        ('object: "Astrolabe 1887.3", ', "", "object"),
    ],
)
def test_a_permit_that_could_go_wrong_is_refused(
    check_text: CheckText, river: str, was: str, now: str, words: str
) -> None:
    """K2: each with a finding that names what is wrong, at its line."""
    assert not [f for f in check_text(river + LOAN) if f.severity is Severity.ERROR]
    found = [f for f in check_text(river + LOAN.replace(was, now)) if f.severity is Severity.ERROR]
    assert any(words in f.text for f in found), found


def test_a_booking_is_for_a_vehicle_and_a_permit_is_not(check_text: CheckText, river: str) -> None:
    road = river.replace(
        "      wet: {", "      road: {read: discrete/5, kind: vehicle}\n      wet: {"
    )
    booking = (
        "bookings:\n  wine: {points: west.road, what: Delivery, approver: anna,"
        " from: 2026-11-24 08:00, until: 2026-11-24 18:00}\n"
    )
    assert not [f for f in check_text(road + booking) if f.severity is Severity.ERROR]
    for text in (booking.replace("west.road", "east.case"), LOAN.replace("east.case", "west.road")):
        found = [f for f in check_text(road + text) if f.severity is Severity.ERROR]
        assert [f.text for f in found if "may not hold back" in f.text], text
