"""Devices that speak first, in the site file: how long they may be silent."""

from pathlib import Path

import pytest

from monitord.site import Finding, Severity, show
from tests.site.conftest import LoadText, assert_told

WEST = """
  gate-panel:
    driver: speaking
    area: basement
    points:
      hatch: {kind: hatch}
people:
"""


def with_panel(river: str, keys: str = "", point: str = "") -> str:
    """The good site with one more device, which has these keys as well."""
    panel = WEST.replace("area:", f"{keys}\n    area:" if keys else "area:")
    panel = panel.replace("kind: hatch", f"kind: hatch{point}")
    return river.replace("\npeople:\n", panel, 1)


@pytest.mark.parametrize(("keys", "silence_ms"), [("", 30_000), ("silence: 45s", 45_000)])
def test_the_longest_silence_is_the_sites_or_the_drivers(
    keys: str, silence_ms: int, river: str, load_text: LoadText
) -> None:
    """And one that is polled promises none."""
    devices = load_text(with_panel(river, keys)).site.devices
    assert (devices["gate-panel"].silence_ms, devices["east"].silence_ms) == (silence_ms, 0)


@pytest.mark.parametrize(
    ("keys", "point", "words", "severity"),
    [
        ("poll: 200ms", "", "speaks first and is not polled", Severity.ERROR),
        ("silence: 20ms", "", "no device speaks that often", Severity.ERROR),
        ("silence: 2h", "", "may be dead for 7200 s", Severity.WARNING),
        ("", ", debounce: 2s", "`debounce` does nothing", Severity.WARNING),
    ],
)
def test_what_cannot_be_meant_is_told(
    keys: str, point: str, words: str, severity: Severity, check_text, river: str
) -> None:
    found: list[Finding] = check_text(with_panel(river, keys, point))
    assert_told(found, words, severity)


def test_a_polled_device_has_no_silence_of_its_own(check_text, river: str) -> None:
    """It is silent when it does not answer."""
    found: list[Finding] = check_text(river.replace("    timeout: 1s", "    silence: 60s"))
    [told] = [finding for finding in found if "is polled" in finding.text]
    assert told.severity is Severity.ERROR


@pytest.mark.parametrize(("device", "key", "other"), [("gate-panel", "silence", "poll"),
                                                      ("east", "poll", "silence")])  # fmt: skip
def test_only_what_holds_for_a_device_is_shown(
    device: str, key: str, other: str, river: str, tmp_path: Path, drivers, channels
) -> None:
    """`monitord show`: the one that is asked has a period, the one that speaks a silence."""
    file = tmp_path / "site.yaml"
    file.write_text(with_panel(river))
    shown = show(file, device, drivers, channels)
    keys = {row.key: row.value for row in shown.rows}
    assert key in keys
    assert other not in keys
    assert device != "gate-panel" or keys["silence"] == "30s"
