"""Driving simulated panels by lines of text, as a tester does, and as a program."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from monitord_simulators.lines import CommandError, parse_at, parse_duration_ms
from monitord_simulators.panel import Fault, FaultKind, Panel
from monitord_simulators.panel.__main__ import main
from monitord_simulators.panel.commands import Desk
from monitord_simulators.panel.toggle import toggle
from monitord_simulators.session import Session, serve_control

from .conftest import MakeDriver


@pytest.fixture
def panels() -> list[Panel]:
    return [Panel(8, units=(1, 7), name=f"panel {n}") for n in (1, 2)]


def _inputs_on(panel: Panel, unit: int = 1) -> list[int]:
    bits = panel.unit(unit).discrete
    return [i for i in range(bits.size) if bits.get(i)]


async def test_inputs_are_set_on_all_panels_or_one(panels: list[Panel]) -> None:
    desk = Desk(panels)
    assert desk.run("set 3 on") == "input 3 of 2 panels: on"
    assert desk.run("set panel 2 input 5 1") == "input 5 of panel 2: 1"
    desk.run("set panel 1 unit 7 input 0 on")
    desk.run("set panel 1 3 off")
    assert [_inputs_on(panel) for panel in panels] == [[], [3, 5]]
    assert [_inputs_on(panel, 7) for panel in panels] == [[0], []]
    desk.run("set panel 1 register 4 -1")
    desk.run("set holding 2 4711")
    desk.run("set coil 1 on")
    assert panels[0].unit().registers.get(4) == 0xFFFF
    assert panels[1].unit().holding.get(2) == 4_711
    assert panels[1].unit().coils.get(1)


async def test_faults_begin_and_end(panels: list[Panel]) -> None:
    desk = Desk(panels)
    desk.run("fault hang")
    desk.run("fault panel 2 exception code 2 count 3")
    desk.run("fault panel 2 slow delay 700ms 5s unit 7")
    assert list(panels[0].faults()) == [Fault(FaultKind.HANG)]
    assert list(panels[1].faults()) == [
        Fault(FaultKind.EXCEPTION, count=3, code=2),
        Fault(FaultKind.SLOW, for_ms=5_000, delay_ms=700, unit=7),
    ]
    assert desk.run("status panel 1") == "panel 1 port 0: hang; inputs on: none; 0 connected"
    assert desk.run("clear") == "2 panels in order"
    assert not [*panels[0].faults(), *panels[1].faults()]
    desk.run("reboot panel 1 2s")
    assert [fault.kind for fault in panels[0].faults()] == [FaultKind.REBOOT]
    assert len(desk.run("status").splitlines()) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("st 3 on", "'st' is no command: did you mean set?"),
        ("set", "write: set 3 on"),
        ("set 3", "write: set 3 on"),
        ("set 3 maybe", "'maybe' is no state: write on or off"),
        ("set 8 on", "there is no input 8 on this panel: it has 0 to 7"),
        ("set panel 3 input 1 on", "there is no panel 3: they are 1 to 2"),
        ("set panel", "'panel' wants a number after it"),
        ("set unit 9 input 1 on", "there is no unit 9 on panel 1"),
        ("set register 0 70000", "it holds -32768 to 65535"),
        ("fault", "write: fault hang 5s"),
        ("fault hangs", "'hangs' is no fault: did you mean hang?"),
        ("fault exception", "which exception? write: fault exception code 4"),
        ("fault exception code 300", "codes go from 1 to 255"),
        ("fault hang soon", "'soon' is not a time: write 300ms, 5s or 2min"),
        ("fault hang 5s please", "'please' is too much"),
        ("fault slow delay", "'delay' wants a time after it"),
        ("reboot 2s now", "'now' is too much"),
    ],
)
async def test_a_wrong_line_says_what_to_type_and_changes_nothing(
    panels: list[Panel], line: str, words: str
) -> None:
    with pytest.raises(CommandError) as caught:
        Desk(panels).run(line)
    assert words in str(caught.value)
    assert [_inputs_on(panel) for panel in panels] == [[], []]
    assert not [*panels[0].faults(), *panels[1].faults()]


def test_durations_and_at() -> None:
    assert [parse_duration_ms(t) for t in ("300ms", "5s", "1.5s", "2min", "1h")] == [
        *(300, 5_000, 1_500, 120_000, 3_600_000)
    ]
    assert parse_at("at 10s set 3 on") == (10_000, "set 3 on")
    assert parse_at("  set 3 on\n") == (0, "set 3 on")
    with pytest.raises(CommandError, match="at 10s fault hang"):
        parse_at("at 10s")


async def test_a_line_with_at_runs_later(panels: list[Panel]) -> None:
    told: list[str] = []
    session = Session(Desk(panels), told.append, as_json=True)
    assert session.take("at 20ms set 3 on") == "in 20 ms: set 3 on"
    assert session.take("at 1h set 4 on") == "in 3600000 ms: set 4 on"
    assert session.take("falt") == "error: 'falt' is no command: did you mean fault?"
    assert _inputs_on(panels[0]) == []
    async with asyncio.timeout(10):
        while not told:
            await asyncio.sleep(0.005)
    assert _inputs_on(panels[0]) == [3]
    assert json.loads(told[0]) == {"event": "answer", "text": "input 3 of 2 panels: on"}
    await session.stop()


async def test_lines_come_over_a_socket(panels: list[Panel], tmp_path: Path) -> None:
    path = tmp_path / "panel.sock"
    server = await serve_control(Session(Desk(panels), print, as_json=False), path)
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"set 2 on\nstatus panel 1\nfrobnicate\n")
    writer.write_eof()
    answers = (await reader.read()).decode().split("\n\n")
    writer.close()
    server.close()
    assert answers[0] == "input 2 of 2 panels: on"
    assert "inputs on: 2" in answers[1]
    assert answers[2].startswith("error: 'frobnicate' is no command")


async def test_ending_with_somebody_connected_is_no_traceback(
    panels: list[Panel], tmp_path: Path
) -> None:
    """SIGTERM cancels whatever serves the socket; asyncio tells of handlers that end so."""
    path = tmp_path / "panel.sock"
    told: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    before = asyncio.all_tasks()
    server = await serve_control(Session(Desk(panels), print, as_json=False), path)
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"status\n")
    await reader.readuntil(b"\n\n")
    serving = asyncio.all_tasks() - before
    for task in serving:
        task.cancel()
    await asyncio.wait(serving)
    await asyncio.sleep(0)
    writer.close()
    server.close()
    assert serving
    assert told == []


async def test_toggling_keeps_going_round_the_panels(panels: list[Panel]) -> None:
    lines: list[dict[str, Any]] = []
    task = asyncio.create_task(
        toggle(panels, 500, lambda line: lines.append(json.loads(line)), address=2, as_json=True)
    )
    async with asyncio.timeout(10):
        while len(lines) < 4:
            await asyncio.sleep(0.002)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [(line["panel"], line["on"]) for line in lines[:4]] == [
        *(("panel 1", True), ("panel 2", True), ("panel 1", False), ("panel 2", False))
    ]
    stamps = [line["monotonic_ns"] for line in lines]
    assert stamps == sorted(stamps)


@asynccontextmanager
async def _program(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "monitord_simulators.panel", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def test_the_program_serves_panels_and_takes_lines(
    make_driver: MakeDriver, tmp_path: Path
) -> None:
    script = tmp_path / "script"
    script.write_text("# a comment\nset panel 2 input 1 on\n", encoding="utf-8")
    arguments = ["--count", "2", "--port", "0", "--inputs", "4", "--json", "--script", str(script)]
    async with _program(*arguments) as process, asyncio.timeout(20):
        assert process.stdin is not None
        assert process.stdout is not None
        listening = json.loads(await process.stdout.readline())
        assert json.loads(await process.stdout.readline())["text"] == "input 1 of panel 2: on"
        driver = make_driver(listening["ports"][1], *[f"discrete/{i}" for i in range(4)])
        await driver.open()
        assert list(await driver.poll()) == [False, True, False, False]
        process.stdin.write(b"set 3 on\n")
        await process.stdout.readline()
        assert list(await driver.poll()) == [False, True, False, True]
        process.stdin.write(b"quit\n")
        assert await process.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "65535", "--count", "3"], "3 panels from port 65535 on pass port 65535"),
        (["--port", "0", "--script", "/no/such/file"], "the script /no/such/file cannot be read"),
        (["--port", "0", "--inputs", "4", "--toggle", "1", "--toggle-input", "4"], "no input 4"),
        (["--port", "0", "--control", "/no/such/folder/socket"], "cannot listen on /no/such"),
    ],
)
def test_what_cannot_start_says_why(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], words: str
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert not printed.out


def test_a_taken_port_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert (
        f"port {port} on 127.0.0.1 is taken: choose others with --port" in capsys.readouterr().err
    )


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--toggle", "fast"], ["--unit", "256"]])
def test_a_wrong_option_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert f"'{arguments[1]}' is not a" in capsys.readouterr().err
