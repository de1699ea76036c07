"""Outputs of a site file: who may switch, and what is told of what stays on."""

from monitord.site.findings import Severity
from tests.site.conftest import CheckText

SIREN = "siren: {write: coil/0, max_on: 15min}"


def told(check_text: CheckText, text: str, words: str) -> list[Severity]:
    return [finding.severity for finding in check_text(text) if words in finding.text]


def test_what_stays_on_if_the_server_dies_is_told(check_text: CheckText, river: str) -> None:
    words = "stays on if the server dies"
    assert told(check_text, river, words) == [Severity.WARNING]
    timed = river.replace(SIREN, "siren: {write: coil/0, max_on: 15min, timed: true}")
    assert told(check_text, timed, words) == []
