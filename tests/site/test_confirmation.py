"""What the site file says of confirmation: windows, groups, detectors outside (G3, T2.5)."""

from pathlib import Path

import pytest

from monitord.site import Finding, Severity, load, show
from tests.site.conftest import LoadText, assert_told

PIR = "kind: motion, area: gallery, name: East door}"
CASE = "kind: case, area: gallery, wiring: normally-closed, priority: 1}"


def test_windows_groups_and_outside_reach_the_core(
    river: str, tmp_path: Path, drivers, channels
) -> None:
    text = river.replace("confirm: 30min", "confirm: 45min")
    text = text.replace("  country: GB", "  country: GB\n  confirm-hold-up: 8h")
    text = text.replace(PIR, PIR[:-1] + ", group: door}")
    text = text.replace(CASE, CASE[:-1] + ", group: door, outside: true}")
    file = tmp_path / "site.yaml"
    file.write_text(text)
    site = load(file, drivers, channels).site
    assert (site.areas["gallery"].confirm_ms, site.hold_up_ms) == (45 * 60_000, 8 * 3_600_000)
    assert (site.points["east.pir"].group, site.points["east.case"].outside) == ("door", True)
    rows = {row.key: row for row in show(file, "east.pir", drivers, channels).rows}
    assert (rows["group"].value, rows["outside"].value) == ("door", "no")
    assert rows["area.confirm"].value == "45min"


def test_the_shortest_good_file_has_the_safe_windows(river: str, load_text: LoadText) -> None:
    site = load_text(river.replace("    confirm: 30min\n", "")).site
    assert (site.areas["gallery"].confirm_ms, site.hold_up_ms) == (30 * 60_000, 20 * 3_600_000)


@pytest.mark.parametrize(
    ("was", "now", "words", "severity"),
    [
        ("confirm: 30min", "confirm: 0s", "no second detector ever", Severity.WARNING),
        ("confirm: 30min", "confirm: 29min", "outside of 30 to 60", Severity.WARNING),
        ("confirm: 30min", "confirm: 61min", "outside of 30 to 60", Severity.WARNING),
        ("country: GB", "confirm-hold-up: 7h", "outside of 8 to 20", Severity.WARNING),
        ("country: GB", "confirm-hold-up: 21h", "outside of 8 to 20", Severity.WARNING),
        (PIR, PIR[:-1] + ", group: [a, b]}", "a detector is in one group", Severity.ERROR),
        (PIR, PIR[:-1] + ", group: a}", "alone in its group", Severity.WARNING),
        ("kind: area-set,", "kind: area-set, group: a,", "confirms nothing", Severity.WARNING),
    ],
)
def test_what_cannot_be_meant_is_told(
    was: str, now: str, words: str, severity: Severity, check_text, river: str
) -> None:
    """T2.5; the bounds themselves say nothing."""
    found: list[Finding] = check_text(river.replace(was, now))
    assert_told(found, words, severity)


@pytest.mark.parametrize("window", ["30min", "60min"])
def test_a_window_of_the_standard_is_well(window: str, check_text, river: str) -> None:
    found = check_text(river.replace("confirm: 30min", f"confirm: {window}"))
    assert not [finding for finding in found if "window" in finding.text]
