"""2,000 events a minute on the running daemon, with a panic button in the middle (E7).

200 panels of 64 inputs, 12,800 points in 200 areas. Half a minute by default, as in the issue with
``FLOOD_MINUTES=10``. Every edge of every input is counted in the journal afterwards.
"""

import asyncio
import os
import time
from collections import Counter
from pathlib import Path

from monitord.core import events as ev
from monitord.vocabulary import PointState
from tests.bench import house
from tests.bench.figures import figure, title
from tests.system.daemon import Daemon, free_port

MINUTES = float(os.environ.get("FLOOD_MINUTES", "0.5"))
EVENTS_A_MINUTE = 2_000
AREAS = 40
#: The last input of panel 20 is a button; each other input is moved again after a second or more.
PANIC = (20, house.INPUTS - 1)
PATIENCE_S = 30.0


def test_a_flood_on_the_running_daemon(tmp_path: Path) -> None:
    """Edges lost, calls made, input to call for the panic."""
    title(f"{EVENTS_A_MINUTE:,} events a minute for {MINUTES:g} min, 200 panels x 64 inputs")
    with house.panels(tmp_path) as panels:
        call_port = free_port()
        config = house.write_site(tmp_path / "site.yaml", panels.ports, call_port)
        text = config.read_text().replace(", calls-in-flood: 0s", "")
        text = text.replace("wait: 15min", "wait: 30s").replace(
            f"discrete/{PANIC[1]}, kind: motion, area: hall-{PANIC[0]},",
            f"discrete/{PANIC[1]}, kind: panic, area: hall-{PANIC[0]},",
        )
        config.write_text(text.replace("kind: smoke", "kind: motion"))
        state = tmp_path / "state"
        with house.daemon(config, state) as daemon:
            house.until_all_polled(state)
            before = house.counts(state)
            moved, took_ms, calls = asyncio.run(_flood(panels, call_port))
            figure("missed polls", house.counts(state).missed - before.missed, most=0.5)
            figure("memory", house.memory_mb(daemon.pid), "MB", most=120)
            found = _changed(daemon, sum(moved.values()))
            edges = sum(moved.values())
            figure(f"edges lost of {edges:,}", edges - sum((moved & found).values()), most=0.5)
            figure("panic to its call", took_ms, "ms", most=1_000)
            figure("calls received", calls)
            figure("  held", len(daemon.events(ev.CallHeld)))
            figure("  incidents", len(daemon.events(ev.IncidentOpened)))
    assert moved == found


async def _flood(panels: house.Panels, call_port: int) -> tuple[Counter[str], float, int]:
    """How often each input was moved, the panic's way in ms, and the calls that came."""
    receiver, moved = house.Receiver(), Counter[str]()
    await receiver.open(call_port)
    reader, writer = await asyncio.open_unix_connection(panels.control)
    inputs = [(p, i) for i in range(house.INPUTS) for p in range(AREAS) if (p, i) != PANIC]
    events, is_on, took_ms = round(MINUTES * EVENTS_A_MINUTE), set[tuple[int, int]](), 0.0
    began_s = time.monotonic()
    for count in range(events):
        at = PANIC if count == events // 2 else inputs[count * 17 % len(inputs)]
        is_on ^= {at}
        said_s = time.monotonic()
        writer.write(f"set panel {at[0] + 1} input {at[1]} {_word(at in is_on)}\n".encode())
        assert not (await reader.readuntil(b"\n\n")).startswith(b"error")
        moved[f"panel-{at[0]}.p{at[1]}"] += 1
        if at == PANIC:
            called = asyncio.create_task(receiver.until_called(_name(at), PATIENCE_S))
            panic_s = said_s
        await asyncio.sleep(began_s + (count + 1) * 60 / EVENTS_A_MINUTE - time.monotonic())
    took_ms = (await called - panic_s) * 1_000
    writer.close()
    await receiver.close()
    return moved, took_ms, receiver.calls


def _word(is_on: bool) -> str:
    return "on" if is_on else "off"


def _name(at: tuple[int, int]) -> str:
    return f"panel-{at[0]}.p{at[1]}"


def _changed(daemon: Daemon, edges: int) -> Counter[str]:
    """How often each input changed by the journal, its first reading aside."""
    end_s = time.monotonic() + PATIENCE_S
    while True:
        events = daemon.events(ev.PointStateChanged)
        found = Counter(e.point for e in events if e.before is not PointState.UNKNOWN)
        if sum(found.values()) >= edges or time.monotonic() > end_s:
            return found
        time.sleep(0.5)
