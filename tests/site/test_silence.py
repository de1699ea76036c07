"""Devices that speak first, in the site file: how long they may be silent."""

from pathlib import Path

import pytest

from monitord.site import Finding, Severity, load

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
    keys: str, silence_ms: int, river: str, tmp_path: Path, drivers, channels
) -> None:
    """And one that is polled promises none."""
    file = tmp_path / "site.yaml"
    file.write_text(with_panel(river, keys))
    devices = load(file, drivers, channels).site.devices
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
    [told] = [finding for finding in found if words in finding.text]
    assert told.severity is severity
    assert told.cure


def test_a_polled_device_has_no_silence_of_its_own(check_text, river: str) -> None:
    """It is silent when it does not answer."""
    found: list[Finding] = check_text(river.replace("    timeout: 1s", "    silence: 60s"))
    [told] = [finding for finding in found if "is polled" in finding.text]
    assert told.severity is Severity.ERROR
