"""Twenty screens of a real console, as a browser holds them: a stream each, read as it comes."""

import asyncio
import json
import re
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from monitord.runtime.control.protocol import socket_path
from tests.bench.figures import on_core
from tests.bench.house import OTHERS_CORE
from tests.system.daemon import MONITORD, free_port, until

SCREENS: Final = 20
PEOPLE: Final = ("ann", "bob")
PIN: Final = "482915"
#: The incident on top of the queue is the one that a screen shows whole.
_SHOWN: Final = re.compile(rb"/incidents/(\d+)")


class Seen:
    """When each incident left the daemon, and when each screen had it, in ``time.monotonic()``."""

    def __init__(self) -> None:
        self.told_s: dict[int, float] = {}
        self.seen_s: list[dict[int, float]] = [{} for _ in range(SCREENS)]
        self.beats = 0

    def took_ms(self) -> list[float]:
        """A sample for each screen and incident. One that was never seen fails the bench."""
        return [
            (screen[number] - told_s) * 1_000
            for screen in self.seen_s
            for number, told_s in self.told_s.items()
        ]


@contextmanager
def console(state: Path) -> Iterator[tuple[str, int]]:
    """``monitord console`` on the core of the others: its address and its process."""
    for person in PEOPLE:
        command = [str(MONITORD), "user", "add", person, "--pin-stdin", "--state", str(state)]
        subprocess.run(command, input=PIN + "\n", text=True, check=True, capture_output=True)
    port = free_port()
    options = ("--state", str(state), "--port", str(port))
    with on_core(OTHERS_CORE):
        process = subprocess.Popen([str(MONITORD), "console", *options], stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        until(answers, "the console shows what is true", 30)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(10)


@asynccontextmanager
async def screens(url: str, state: Path) -> AsyncIterator[Seen]:
    """All of them open, and the daemon's own feed beside them to know when an entry left it."""
    seen = Seen()
    cookies = [_sign_on(url, person) for person in PEOPLE]
    tasks = [asyncio.create_task(_feed(state, seen))]
    for place in range(SCREENS):
        cookie = cookies[place % len(cookies)]
        tasks.append(asyncio.create_task(_screen(url, cookie, seen, seen.seen_s[place])))
    try:
        async with asyncio.timeout(30):
            while seen.beats < 2 * SCREENS:
                await asyncio.sleep(0.05)
        yield seen
        assert not any(task.done() for task in tasks), "a screen was let go"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _sign_on(url: str, person: str) -> str:
    headers = {"origin": url, "sec-fetch-site": "same-origin"}
    form = {"person": person, "pin": PIN}
    answer = httpx.post(f"{url}/sign-on", data=form, headers=headers, trust_env=False)
    assert answer.status_code == 303, answer.text
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


async def _screen(url: str, cookie: str, seen: Seen, shown_s: dict[int, float]) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=4 * 1024 * 1024)
    words = f"GET /live?parts=queue,alarm HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n"
    writer.write(words.encode() + b"\r\n")
    try:
        while line := await reader.readline():
            now_s = time.monotonic()
            seen.beats += line.startswith(b"event: beat")
            for number in _SHOWN.findall(line):
                shown_s.setdefault(int(number), now_s)
    finally:
        writer.close()


async def _feed(state: Path, seen: Seen) -> None:
    path = socket_path(state)
    reader, writer = await asyncio.open_unix_connection(str(path), limit=64 * 1024 * 1024)
    writer.write(json.dumps({"do": "snapshot", "replica": True}).encode() + b"\n")
    position = json.loads(await reader.readline())["position"]
    asked = {"do": "feed", "after": position, "live": True, "replica": True}
    writer.write(json.dumps(asked).encode() + b"\n")
    try:
        while line := await reader.readline():
            now_s = time.monotonic()
            if b'"type":"IncidentOpened"' in line:
                for event in json.loads(line)["entry"]["events"]:
                    if event["type"] == "IncidentOpened":
                        seen.told_s[event["incident"]] = now_s
    finally:
        with suppress(ConnectionError):
            writer.close()
