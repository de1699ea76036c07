"""Outputs of a site file: who may switch, and what is told of what stays on."""

import pytest

from monitord.site.findings import Severity
from tests.site.conftest import CheckText

SIREN = "siren: {write: coil/0, max_on: 15min}"
APART = "runs in a process of its own, which switches nothing"


def told(check_text: CheckText, text: str, words: str) -> list[Severity]:
    return [finding.severity for finding in check_text(text) if words in finding.text]


def test_what_stays_on_if_the_server_dies_is_told(check_text: CheckText, river: str) -> None:
    words = "stays on if the server dies"
    assert told(check_text, river, words) == [Severity.WARNING]
    timed = river.replace(SIREN, "siren: {write: coil/0, max_on: 15min, timed: true}")
    assert told(check_text, timed, words) == []


@pytest.mark.parametrize("choice", ["true", "false"])
def test_an_output_is_refused_where_its_driver_runs_in_a_worker(
    check_text: CheckText, river: str, choice: str
) -> None:
    """Also where another device of the same driver and address is the one that is isolated."""
    shared = river.replace(
        "    use: panel\n    address: tcp://127.0.0.1:15021",
        f"    use: panel\n    isolate: {choice}\n    address: tcp://127.0.0.1:15020\n    unit: 2",
    )
    assert shared != river
    expected = [Severity.ERROR] if choice == "true" else []
    assert told(check_text, shared, APART) == expected


def test_a_driver_that_does_not_ship_runs_in_a_worker_unless_told_otherwise(
    check_text: CheckText, river: str
) -> None:
    foreign = river.replace("driver: modbus", "driver: foreign", 1)
    assert Severity.ERROR in told(check_text, foreign, APART)
