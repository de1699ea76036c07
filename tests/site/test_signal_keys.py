"""How a point is read, in the site file: limits, wiring, resistors (E2, E3, E8, T5.2)."""

from pathlib import Path
from typing import Any, Final

import pytest

from monitord.core.signals import rule_of
from monitord.site import Finding, Severity, load, show
from monitord.vocabulary import Limit
from tests.site.conftest import assert_told

RIVER: Final = 'limits: {high: 1.2, high-high: 1.5, rise: "0.2 m in 10min", valid: [0, 4]}'
LOOP: Final = "loop: {end: 4700, alarm: 4700, full: 65535}"


def with_point(river: str, point: str) -> str:
    """The good site with one more point on the east panel."""
    return river.replace(
        "      river:\n", f"      more: {{area: basement, {point}}}\n      river:\n", 1
    )


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ("limits: {high: 1.2, valid: [0, 1]}", "`valid` does not hold the limits"),
        ("limits: {low: 1.3, high: 1.2}", "out of order"),
        ("limits: {high: 1.2, high-high: 1.2}", "out of order"),
        ("limits: {high: 1.2, high-high: 1.5, deadband: 0.3}", "the deadband is wider"),
        ('limits: {rise: "0.2 m in 10min", deadband: 0.2}', "the deadband is wider"),
        ("limits: {high: 1.2, deadband: -1}", "the deadband is wider"),
        ('limits: {rise: "0.2 in 10min"}', "the change is without a unit"),
        ('limits: {rise: "20 cm in 10min"}', "the change is in cm"),
        ('limits: {rise: "0.2 m"}', "is not a rise"),
        ('limits: {fall: "0 m in 10min"}', "can never be told from noise"),
    ],
)
def test_e2_limits_that_cannot_be_meant_are_refused_with_a_cure(
    limits: str, words: str, check_text, river: str
) -> None:
    """E2: each with the line of the limits."""
    found: list[Finding] = check_text(river.replace(RIVER, limits))
    [told] = [finding for finding in found if words in finding.text]
    assert told.severity is Severity.ERROR
    assert told.cure
    assert "east" not in told.text or told.at.line


@pytest.mark.parametrize(
    ("point", "words", "severity"),
    [
        (f"read: discrete/5, kind: motion, wiring: eol2, {LOOP}", "single bit", Severity.ERROR),
        ("read: input/5, kind: motion, wiring: eol2", "without its resistors", Severity.ERROR),
        (f"read: input/5, kind: motion, {LOOP}", "says resistors", Severity.ERROR),
        (
            f"read: input/5, kind: motion, wiring: eol3, {LOOP}",
            "not the resistors of",
            Severity.ERROR,
        ),
        (
            f"read: input/5, kind: motion, wiring: eol1, {LOOP}",
            "not the resistors of",
            Severity.ERROR,
        ),
        (
            f"read: input/5, kind: motion, wiring: eol3, {LOOP[:-1]}, mask: 4700}}",
            "measure alike",
            Severity.ERROR,
        ),
        (
            f"read: input/5, kind: motion, wiring: eol2, {LOOP[:-1]}, contact: normally-open}}",
            "`contact` is for",
            Severity.ERROR,
        ),
        (f"read: input/5, kind: wind, wiring: eol2, {LOOP}", "is for a contact", Severity.ERROR),
        ("read: discrete/5, kind: motion, limits: {high: 1}", "is a contact", Severity.ERROR),
        ("read: discrete/5, kind: motion, stuck: 6h", "is a contact", Severity.ERROR),
        ("read: input/5, kind: humidity, unit: rh, stuck: 1s", "nothing unusual", Severity.ERROR),
        ("read: discrete/5, kind: water, latching: false", "end by itself", Severity.ERROR),
        ("read: input/5, kind: wind, limits: {high: 17}", "each gust", Severity.WARNING),
        ("read: input/5, kind: humidity", "has no limit", Severity.WARNING),
        ("read: input/5, kind: value, limits: {high: 1}", "never alarms", Severity.WARNING),
    ],
)
def test_what_cannot_be_meant_of_a_signal_is_told(
    point: str, words: str, severity: Severity, check_text, river: str
) -> None:
    """K2: what is wrong, and what to write."""
    found: list[Finding] = check_text(with_point(river, point))
    assert_told(found, words, severity)


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ("read: discrete/5, kind: motion", "cable cut undetectable on 2 normally-open contacts"),
        (
            "read: discrete/5, kind: motion, wiring: normally-closed",
            "cable short undetectable on 2 normally-closed contacts",
        ),
        (
            "read: input/5, kind: motion, wiring: eol1, loop: {end: 5600, full: 4095}",
            "cable fault not always told from an alarm on 1 eol1 contact",
        ),
        (f"read: input/5, kind: motion, wiring: eol2, {LOOP}", "on 1 normally-open contact"),
        ("read: discrete/5, opposite: discrete/6, kind: motion", "on 1 normally-open contact"),
    ],
)
def test_t52_check_says_what_a_wiring_can_never_show(
    point: str, words: str, check_text, river: str
) -> None:
    """T5.2: in the standard's words; of two resistors and of a pair there is nothing to say."""
    found: list[Finding] = check_text(with_point(river, point))
    [told] = [f for f in found if f.text.startswith("east:") and "cable" in f.text]
    assert words in told.text
    assert "eol2" not in told.text


def compiled(text: str, tmp_path: Path, drivers: Any, channels: Any, point: str) -> Any:
    file = tmp_path / "site.yaml"
    file.write_text(text)
    return load(file, drivers, channels).site.points[point]


def test_limits_reach_the_signals(river: str, tmp_path: Path, drivers, channels) -> None:
    """E2: as written, with the delays in ms; without an off-delay the debounce stands for it."""
    limits = RIVER.replace("valid", "deadband: 0.05, on-delay: 1min, valid")
    point = compiled(river.replace(RIVER, limits), tmp_path, drivers, channels, "east.river")
    measuring = rule_of(point).measuring
    assert measuring is not None
    assert {
        rule.limit: (rule.at, rule.within_ms, rule.on_ms, rule.off_ms) for rule in measuring.limits
    } == {
        Limit.HIGH_HIGH: (1.5, 0, 60_000, 400),
        Limit.HIGH: (1.2, 0, 60_000, 400),
        Limit.RISE: (0.2, 600_000, 60_000, 400),
    }


def test_wind_and_gust_may_be_one_register(
    river: str, tmp_path: Path, drivers, channels, check_text
) -> None:
    """E3: the same anemometer, once as a mean; a copied contact is an error as ever."""
    text = with_point(river, "read: input/5, kind: wind, mean: 10min, limits: {high: 17}")
    both = text.replace("      river:\n", "      gust: {area: basement, read: input/5, kind: gust, "
                        "limits: {high: 24}}\n      river:\n", 1)  # fmt: skip
    point = compiled(both, tmp_path, drivers, channels, "east.more")
    measuring = rule_of(point).measuring
    assert measuring is not None
    assert measuring.mean_ms == 600_000
    twice = both.replace("kind: gust", "kind: wind, mean: 10min")
    assert [f for f in check_text(twice) if "read at the same place" in f.text]


def test_a_loop_is_shown_with_its_resistors(river: str, tmp_path: Path, drivers, channels) -> None:
    """`monitord show` says what is in effect."""
    file = tmp_path / "site.yaml"
    file.write_text(with_point(river, f"read: input/5, kind: motion, wiring: eol2, {LOOP}"))
    rows = {row.key: row.value for row in show(file, "east.more", drivers, channels).rows}
    assert rows["wiring"] == "eol2"
    assert rows["loop"] == "end: 4700.0, alarm: 4700.0, full: 65535.0"
    assert rule_of(load(file, drivers, channels).site.points["east.more"]).loop is not None
