"""The MQTT section of the site file: what it holds, and what is wrong with it."""

from collections.abc import Callable
from typing import Any

import pytest

from monitord.site import Finding
from tests.site.conftest import CheckText, LoadText

GOOD = """
mqtt:
  host: 127.0.0.1
  user: monitord
  password: {credential: mqtt}
  users:
    board: {person: anna, token: {credential: board-token}}
"""


def said(findings: list[Finding]) -> str:
    return "\n".join(str(found) for found in findings)


def test_a_good_section_is_kept_with_names_of_secrets_alone(
    river: str, load_text: LoadText
) -> None:
    setup: dict[str, Any] = load_text(river + GOOD).site.setup["mqtt"]
    assert setup == {
        "host": "127.0.0.1",
        "port": 1883,
        "user": "monitord",
        "password": {"credential": "mqtt"},
        "tls": False,
        "ca": None,
        "keepalive_ms": 10_000,
        "lost_after_ms": 60_000,
        "journal": False,
        "users": {"board": {"person": "anna", "token": {"credential": "board-token"}}},
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("person: anna", "person: ana"), "there is no person"),
        (lambda text: text.replace("{credential: mqtt}", "secret"), "a secret is only named here"),
        (lambda text: text.replace("  user: monitord\n", ""), "a password without a user"),
        (lambda text: text + "  ca: /etc/ca.pem\n", "`ca` does nothing"),
        (lambda text: text + "  keepalive: 1h\n", "keepalive"),
        (lambda text: text + "  usr: x\n", "did you mean"),
        (lambda text: text.replace("127.0.0.1", "10.0.0.9"), "in the clear"),
    ],
)
def test_each_mistake_is_found(
    check_text: CheckText, river: str, change: Callable[[str], str], words: str
) -> None:
    before = said(check_text(river + GOOD))
    assert words not in before
    assert words in said(check_text(river + change(GOOD)))


def test_tls_has_a_port_of_its_own_and_nothing_in_the_clear(
    river: str, load_text: LoadText
) -> None:
    loaded = load_text(river + GOOD.replace("127.0.0.1", "broker.example") + "  tls: yes\n")
    assert loaded.site.setup["mqtt"]["port"] == 8883
    assert "in the clear" not in said(list(loaded.findings))
