"""Entry, exit and abort in the site file: what reaches the core, and what is refused (T2.4)."""

from pathlib import Path

import pytest

from monitord.site import Finding, Severity, load, show
from tests.site.conftest import LoadText, assert_told

KEPT = "    set_by: monitord\n"
DOOR = "kind: store-door"


def with_times(river: str, times: str, route: str = ", route: true") -> str:
    return river.replace(KEPT, KEPT + times).replace(DOOR, DOOR + route)


def test_the_times_reach_the_core_where_monitord_keeps_the_area(
    river: str, tmp_path: Path, drivers, channels
) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(with_times(river, "    entry: 45s\n    exit: 60s\n    abort: 30s\n"))
    site = load(file, drivers, channels).site
    area = site.areas["basement"]
    assert (area.entry_ms, area.exit_ms, area.abort_ms) == (45_000, 60_000, 30_000)
    assert [name for name, point in site.points.items() if point.route] == ["west.door"]
    rows = {row.key: row.value for row in show(file, "west.door", drivers, channels).rows}
    assert (rows["route"], rows["area.entry"], rows["area.abort"]) == ("yes", "45s", "30s")


def test_a_panel_counts_its_own_times(river: str, load_text: LoadText) -> None:
    """T2.4: nothing is delayed where a certified panel sets the area, and `check` says so."""
    text = river.replace("name: East door}", "name: East door, route: true}")
    loaded = load_text(text)
    area = loaded.site.areas["gallery"]
    assert (area.entry_ms, area.exit_ms, area.abort_ms) == (0, 0, 0)
    assert not any(point.route for point in loaded.site.points.values())
    told = [finding.text for finding in loaded.findings]
    assert any("the panel counts `entry`, `exit`" in text for text in told)
    assert any("knows its own route" in text for text in told)


@pytest.mark.parametrize(
    ("times", "route", "words", "severity"),
    [
        ("    entry: 46s\n", ", route: true", "is over 45s: whoever", Severity.ERROR),
        ("    exit: 256s\n", ", route: true", "is over 255s", Severity.ERROR),
        ("    entry: 9s\n    abort: 46s\n", ", route: true", "is over 45s: nobody", Severity.ERROR),
        ("    entry: 30s\n", "", "no door", Severity.WARNING),
        ("    exit: 30s\n", "", "on the way out", Severity.WARNING),
        ("", ", route: true", "gives nobody time", Severity.WARNING),
        ("    exit: 9s\n    abort: 9s\n", ", route: true", "no entry time", Severity.WARNING),
    ],
)
def test_what_cannot_be_meant_is_told(
    times: str, route: str, words: str, severity: Severity, check_text, river: str
) -> None:
    """T2.4: each with a cure; the bounds themselves say nothing."""
    found: list[Finding] = check_text(with_times(river, times, route))
    assert_told(found, words, severity)


def test_the_bounds_of_the_standards_are_well(check_text, river: str) -> None:
    times = "    entry: 45s\n    exit: 255s\n    abort: 45s\n"
    assert not [f for f in check_text(with_times(river, times)) if f.severity is Severity.ERROR]


def test_nobody_comes_in_through_a_case(check_text, river: str) -> None:
    text = river.replace("kind: case,", "kind: case, route: true,")
    [told] = [finding for finding in check_text(text) if "nobody comes in" in finding.text]
    assert told.severity is Severity.ERROR


def test_a_chain_without_anybody_inside_is_told(check_text, river: str) -> None:
    """While channels that leave the site wait, somebody has to hear of it."""
    text = with_times(river, "    entry: 30s\n").replace("by: terminal", "by: voice")
    text = text.replace("by: console", "by: voice")
    outside = text.replace("driver: webhook,", "driver: webhook, outside: true,")
    assert [f for f in check_text(outside) if "calls nobody inside" in f.text]


def test_part_set_reaches_the_core(river: str, load_text: LoadText) -> None:
    """By the panel's second contact, or by command where monitord keeps the area."""
    text = river.replace("set_by: {point: east.set}", "set_by: {point: east.set, part: east.part}")
    text = text.replace(
        "      pir: {",
        "      part: {read: discrete/9, kind: area-set, area: gallery}\n      pir: {",
    )
    text = text.replace("name: East door}", "name: East door, part-set: off}")
    site = load_text(text).site
    assert (site.areas["gallery"].set_by, site.areas["gallery"].part_by) == (
        "east.set",
        "east.part",
    )
    assert (site.points["east.part"].sets, site.points["east.pir"].part_off) == (("gallery",), True)
    assert site.points["west.door"].part_off is False


@pytest.mark.parametrize(
    ("was", "now", "words", "severity"),
    [
        ("kind: case,", "kind: case, part-set: off,", "guards in every state", Severity.ERROR),
        ("name: East door}", "name: East door, part-set: off}", "no effect", Severity.WARNING),
        ("{point: east.set}", "{point: east.set, part: east.pir}", "cannot set", Severity.ERROR),
        ("{point: east.set}", "{point: east.set, part: east.p}", "no point", Severity.ERROR),
    ],
)
def test_what_part_set_cannot_mean(
    was: str, now: str, words: str, severity: Severity, check_text, river: str
) -> None:
    found = [finding for finding in check_text(river.replace(was, now)) if words in finding.text]
    assert [finding.severity for finding in found] == [severity]
    assert all(finding.cure for finding in found)


COLD = "      cold: {read: discrete/10, kind: event}\n      wet:"


def with_cold(river: str, more: str = "cold-start: west.cold") -> str:
    text = river.replace("      wet:", COLD)
    return text.replace(
        "    area: basement\n    points:", f"    area: basement\n    {more}\n    points:"
    )


def test_the_cold_start_of_a_panel_reaches_the_core(
    river: str, tmp_path: Path, drivers, channels
) -> None:
    """T2.8: 60 s unless the file says less; no panel that says nothing has any."""
    file = tmp_path / "site.yaml"
    file.write_text(with_cold(river))
    devices = load(file, drivers, channels).site.devices
    assert (devices["west"].cold_start, devices["west"].hold_off_ms) == ("west.cold", 60_000)
    assert devices["east"].cold_start == ""
    rows = {row.key: row.value for row in show(file, "west", drivers, channels).rows}
    assert (rows["cold-start"], rows["hold-off"]) == ("west.cold", "1min")


@pytest.mark.parametrize(
    ("more", "words", "severity"),
    [
        ("hold-off: 30s", "powered up", Severity.WARNING),
        ("cold-start: west.cold\n    hold-off: 121s", "over 120s", Severity.ERROR),
        ("cold-start: east.pir", "no signal of west", Severity.ERROR),
        ("cold-start: west.door", "says something else", Severity.ERROR),
        ("cold-start: west.cool", "no point", Severity.ERROR),
    ],
)
def test_what_a_cold_start_cannot_be(
    more: str, words: str, severity: Severity, check_text, river: str
) -> None:
    """T2.8: with a cure each."""
    found = [f for f in check_text(with_cold(river, more)) if words in f.text]
    assert [finding.severity for finding in found] == [severity]
    assert found[0].cure
