"""A reload that changes the doors of the site: they are swapped whole, or nothing is changed."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from monitord.core import events as ev
from tests.system.daemon import Daemon, Gateway, free_port, until, write_site
from tests.system.panel_row import PanelRow
from tests.system.test_reload import PIN, give_pin, rewrite


@pytest.fixture
def row(tmp_path: Path) -> Iterator[PanelRow]:
    made = PanelRow(tmp_path, 1)
    yield made
    made.stop()


@pytest.fixture
def guard(tmp_path: Path, row: PanelRow, gateway: Gateway) -> Iterator[Daemon]:
    made = Daemon(write_site(tmp_path / "site.yaml", row.ports, gateway.url), tmp_path / "state")
    made.start().wait_until_watching()
    give_pin(made, "anna")
    yield made
    if made.running:
        made.kill()


def serves(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def listens(guard: Daemon, listen: str) -> str:
    """Write another address into the site file; gives the one before."""
    [line] = [x for x in guard.config.read_text().splitlines() if x.startswith("acknowledge:")]
    rewrite(guard, (line, f'acknowledge: {{listen: "{listen}"}}'))
    return line.split('"')[1]


def test_a_changed_listener_takes_effect_at_once_or_changes_nothing(
    guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """Design 5.2: a reload that fails leaves the running site as it was."""
    port = free_port()
    before = listens(guard, f"127.0.0.1:{port}")
    code, done = guard.ask("reload", "--pin-stdin", stdin=PIN)
    assert (code, done["accepted"]) == (0, True)
    row.tell("set panel 1 input 0 on")
    [call, *_] = until(lambda: gateway.of("anna"), "the call")
    link = call["acknowledge_url"]
    assert link.startswith(f"http://127.0.0.1:{port}/a/")
    assert serves(link)
    assert not serves(link.replace(f":{port}/", f":{before.rpartition(':')[2]}/"))

    with socket.create_server(("127.0.0.1", 0)) as taken:
        listens(guard, f"127.0.0.1:{taken.getsockname()[1]}")
        refused = guard.say("reload", "--pin-stdin", stdin=PIN)
        assert refused.returncode == 1
        assert "acknowledge links" in refused.stderr
        assert "Nothing was changed" in refused.stderr
    assert len(guard.events(ev.SiteAccepted)) == 2
    assert serves(link), "the old door stays open"

    listens(guard, f"0.0.0.0:{port}")
    code, done = guard.ask("reload", "--pin-stdin", stdin=PIN)
    assert (code, done["accepted"]) == (0, True)
    assert serves(link), "the same port on another host"
    assert not guard.events(ev.DoorMissing)
    assert guard.stop() == 0


def test_a_file_that_is_not_taken_opens_no_door(guard: Daemon) -> None:
    """Law 11: it weakens, and there was no PIN."""
    port = free_port()
    listens(guard, f"127.0.0.1:{port}")
    assert guard.say("reload").returncode == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    assert guard.stop() == 0
