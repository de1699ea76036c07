"""``probe``: one read of a device or an address, by no daemon, and what it says when that fails."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit
from monitord_simulators.panel import Fault, FaultKind, Panel

Capture = pytest.CaptureFixture[str]

SITE = """
site: {{id: river, name: River}}
areas: {{hall: {{name: Hall, gate: Gate A, set_by: monitord}}}}
people: {{ada: {{name: Ada, role: duty-manager, reach: [{{screen: ada}}]}}}}
channels: {{screen: {{driver: terminal}}}}
chains: {{default: [{{call: ada, by: screen, wait: 30s}}]}}
devices:
  panel:
    driver: modbus
    address: {address}
    timeout: 300ms
    points:
      door: {{read: manual/10002, kind: door, area: hall, name: Front door}}
      case: {{read: discrete/3, counter: input/3, wiring: normally-closed, kind: case, area: hall}}
      level: {{read: input/4, scale: 0.01, unit: m, kind: water-level, area: hall}}
      {more}
"""


@pytest.fixture
def panel() -> Iterator[Panel]:
    """A simulated panel with 8 inputs, on a loop of its own thread."""
    loop, made = asyncio.new_event_loop(), Panel(8, counters=True, registers=8)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(made.start(), loop).result(5)
    made.unit().discrete.set(1, True)
    made.unit().registers.set(4, 115)
    yield made
    asyncio.run_coroutine_threadsafe(made.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


def site_at(folder: Path, address: str, more: str = "") -> str:
    path = folder / "site.yaml"
    path.write_text(SITE.format(address=address, more=more))
    return str(path)


def probe(capsys: Capture, *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["probe", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def no_daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)


def test_a_device_as_the_daemon_would_read_it(
    panel: Panel, tmp_path: Path, capsys: Capture
) -> None:
    """Raw and decoded, by wiring and scale, with both notations; and nothing is written."""
    site = site_at(tmp_path, f"tcp://127.0.0.1:{panel.port}")
    code, view = probe(capsys, "panel", "--config", site)
    assert (code, view["read"], view["cause"]) == (Exit.DONE, True, None)
    assert [(p["point"], p["raw"], p["state"], p["value"]) for p in view["points"]] == [
        ("door", True, "active", None),
        ("case", "0, counter 0", "active", None),
        ("level", 115, "normal", 1.15),
    ]
    assert main(["probe", "panel", "--config", site]) == Exit.DONE
    page = capsys.readouterr().out
    assert "discrete/1 (manual 10002)" in page
    assert "Front door" in page
    assert {seen.function for seen in panel.seen} == {2, 4}


def test_what_one_point_asks_wrongly_is_told_at_that_point(
    panel: Panel, tmp_path: Path, capsys: Capture
) -> None:
    more = "far: {read: discrete/60, kind: door, area: hall}"
    site = site_at(tmp_path, f"tcp://127.0.0.1:{panel.port}", more)
    code, view = probe(capsys, "panel", "--config", site)
    assert (code, view["read"], view["cause"]) == (Exit.REFUSED, False, "configuration")
    causes = {p["point"]: p["cause"] for p in view["points"]}
    assert causes == {"door": None, "case": None, "level": None, "far": "configuration"}
    assert "correct the address" in view["points"][3]["detail"]


@pytest.mark.parametrize(
    ("fault", "cause"), [(FaultKind.HANG, "silent"), (FaultKind.GARBAGE, "protocol")]
)
def test_a_panel_in_trouble_is_told_in_time(
    panel: Panel, tmp_path: Path, capsys: Capture, fault: FaultKind, cause: str
) -> None:
    """Each step is bounded; no state is ever made up."""
    panel.core.inject(Fault(fault), 0)
    site = site_at(tmp_path, f"tcp://127.0.0.1:{panel.port}")
    code, view = probe(capsys, "panel", "--config", site)
    assert (code, view["cause"]) == (Exit.REFUSED, cause)
    assert {p["state"] for p in view["points"]} == {"unknown"}


def test_an_address_shows_what_is_there(panel: Panel, capsys: Capture) -> None:
    """Half as many until the device has them: 8 inputs, 16 coils, 8 registers, 16 holding."""
    address = f"tcp://127.0.0.1:{panel.port}"
    code, view = probe(capsys, address)
    tables = [p["point"].partition("/")[0] for p in view["points"]]
    assert code == Exit.DONE
    assert {table: tables.count(table) for table in tables} == {
        "discrete": 8,
        "coil": 16,
        "input": 8,
        "holding": 16,
    }
    code, view = probe(capsys, address, "--read", "discrete/0-2,input/4", "--unit", "1")
    assert [(p["point"], p["raw"]) for p in view["points"]] == [
        ("discrete/0", False),
        ("discrete/1", True),
        ("discrete/2", False),
        ("input/4", 115),
    ]


def test_nobody_there_is_said_once(capsys: Capture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert main(["probe", address]) == Exit.REFUSED
    assert capsys.readouterr().out.count("nobody listens") == 1


def test_a_serial_line_is_left_alone_while_a_daemon_runs(tmp_path: Path, capsys: Capture) -> None:
    """Two masters on one bus garble each other; a network address is only remarked upon."""
    (tmp_path / "state").mkdir()
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind(str(tmp_path / "state" / "monitord.sock"))
        daemon.listen()
        code, view = probe(capsys, "rtu:///dev/no-such-port")
        assert (code, view["code"]) == (Exit.REFUSED, "line-in-use")
        site = site_at(tmp_path, "rtu:///dev/no-such-port")
        assert probe(capsys, "panel", "--config", site)[1]["code"] == "line-in-use"
        code, view = probe(capsys, "rtu:///dev/no-such-port", "--force")
        assert "no connection to /dev/no-such-port" in view["detail"]
        assert probe(capsys, "tcp://127.0.0.1:1")[1]["daemon_runs"]
    code, view = probe(capsys, "rtu:///dev/no-such-port")
    assert "no connection" in view["detail"], "a socket that nobody listens at is no daemon"


@pytest.mark.parametrize(
    ("words", "exit_code", "says"),
    [
        (["panel"], Exit.USAGE, "--config SITE.yaml"),
        (["tcp://10.0.0.1:0"], Exit.REFUSED, "is not a port"),
        (["tcp://10.0.0.1", "--read", "discrete/9-1"], Exit.REFUSED, "the lower one first"),
        (["tcp://10.0.0.1", "--read", "contact/1"], Exit.REFUSED, "is no Modbus table"),
        (["tcp://10.0.0.1", "--driver", "modbsu"], Exit.REFUSED, "there is no driver 'modbsu'"),
    ],
)
def test_a_mistake_says_what_to_write(
    words: list[str], exit_code: int, says: str, capsys: Capture
) -> None:
    assert main(["probe", *words]) == exit_code
    assert says in capsys.readouterr().err


def test_a_device_that_is_not_there_names_the_nearest(tmp_path: Path, capsys: Capture) -> None:
    assert main(["probe", "panle", "--config", site_at(tmp_path, "tcp://127.0.0.1:1")]) == 1
    assert "panel" in capsys.readouterr().err
