"""Changes inputs at a stated rate, so that a bench can time what happens next.

Each change is told with two clocks: CLOCK_MONOTONIC, which other processes on this machine can
compare with their own, and UTC.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence

from monitord_simulators.panel.server import Panel


async def toggle(
    panels: Sequence[Panel],
    per_second: float,
    tell: Callable[[str], None],
    *,
    address: int = 0,
    as_json: bool = False,
) -> None:
    """Turn input ``address`` of one panel after the other over, ``per_second`` in all; for ever.

    The changes keep to a grid: a late one does not push the next ones back.
    """
    loop = asyncio.get_running_loop()
    started, done = loop.time(), 0
    while True:
        panel = panels[done % len(panels)]
        bits = panel.unit().discrete
        is_on = not bits.get(address)
        changed_ns = time.monotonic_ns()
        bits.set(address, is_on)
        tell(_line(panel, address, is_on, changed_ns, as_json=as_json))
        done += 1
        await asyncio.sleep(max(0.0, started + done / per_second - loop.time()))


def _line(panel: Panel, address: int, is_on: bool, changed_ns: int, *, as_json: bool) -> str:
    utc_ms = time.time_ns() // 1_000_000
    if not as_json:
        return f"{panel.name} port {panel.port}: input {address} {'on' if is_on else 'off'}"
    return json.dumps(
        {
            "event": "input",
            "panel": panel.name,
            "port": panel.port,
            "input": address,
            "on": is_on,
            "monotonic_ns": changed_ns,
            "utc_ms": utc_ms,
        }
    )
