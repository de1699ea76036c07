"""The bare loop that the daemon's polls are compared with: ``python bare.py SECONDS PORT...``.

A task per panel and pymodbus's own client, 64 discrete inputs at 5 Hz, sleeping to a grid of four
phases as the daemon does, and nothing else: no bound but pymodbus's own, nothing compared, nothing
kept. Prints one line of JSON: polls, and the CPU time of the process in seconds.
"""

import asyncio
import json
import sys
import time

from pymodbus.client import AsyncModbusTcpClient

PERIOD_S, PHASES, INPUTS, SETTLE_S = 0.2, 4, 64, 2.0

polls = 0


async def poll(port: int, first_s: float) -> None:
    """One panel for ever."""
    global polls
    loop = asyncio.get_running_loop()
    client = AsyncModbusTcpClient("127.0.0.1", port=port, timeout=1, retries=0)
    assert await client.connect()
    due_s = first_s
    while True:
        await asyncio.sleep(due_s - loop.time())
        reply = await client.read_discrete_inputs(0, count=INPUTS, device_id=1)
        assert not reply.isError()
        polls += 1
        due_s += PERIOD_S


async def measure(lasting_s: float, ports: list[int]) -> None:
    """Count and time, the start-up left out."""
    first_s = asyncio.get_running_loop().time() + 1
    tasks = [
        asyncio.create_task(poll(port, first_s + PERIOD_S * (index % PHASES) / PHASES))
        for index, port in enumerate(ports)
    ]
    await asyncio.sleep(SETTLE_S)
    polls_before, cpu_before_s = polls, time.process_time()
    await asyncio.wait(tasks, timeout=lasting_s, return_when=asyncio.FIRST_EXCEPTION)
    cpu_s = time.process_time() - cpu_before_s
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    print(json.dumps({"polls": polls - polls_before, "cpu_s": cpu_s}))


if __name__ == "__main__":
    asyncio.run(measure(float(sys.argv[1]), [int(port) for port in sys.argv[2:]]))
