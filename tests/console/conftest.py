"""The console on the miniature daemon: real core, real socket, real HTTP, a real browser."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from monitord.console.app import build
from monitord.console.desk import Desk
from monitord.console.server import Server, context_of
from monitord.console.tls.serving import Authority, Tls
from monitord.people.sessions import Sessions
from monitord.runtime.control.server import ControlServer
from monitord.runtime.vitals import VitalsFeed
from tests.runtime.control.house import PIN, House
from tests.support import require

#: Nothing that a browser does by itself; what the page does is all that is left.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
UTC_MS = 1_795_000_000_000


class QuietServer(Server):
    """Signals stay with the test."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Console:
    """A console process's inside, served on a port of its own."""

    def __init__(
        self, state_folder: Path, tls: Tls | None = None, authority: Authority | None = None
    ) -> None:
        self.desk = Desk(state_folder, tls=tls, authority=authority)
        self._socket = socket.create_server(("127.0.0.1", 0))
        # As asyncio does for sockets of its own: else each answer waits 40 ms for an ACK.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            build(self.desk),
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=1,
            ssl_context_factory=None if tls is None else context_of(tls),
        )
        self._server = QuietServer(config, self.desk)

    async def __aenter__(self) -> "Console":
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        async with asyncio.timeout(5):
            while not (self._server.started and self.desk.replica.fresh):
                if self._task.done():
                    await self._task
                await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.handle_exit(signal.SIGTERM, None)
        await self._task
        self._socket.close()


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House()
    made.replace_desk(
        sessions=Sessions(tmp_path, lambda: UTC_MS),
        depths=lambda: {"facts": 3, "calls": 0},
        frames=VitalsFeed(made.desk.frame).frames,
    )
    return made


@pytest.fixture
async def daemon(house: House, tmp_path: Path) -> AsyncIterator[ControlServer]:
    made = ControlServer(house.desk, tmp_path)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def console(daemon: ControlServer, tmp_path: Path) -> AsyncIterator[Console]:
    async with Console(tmp_path) as made:
        yield made


@pytest.fixture
async def visitor(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    """A program that behaves like a browser on this console's pages, signed on by nobody."""
    headers = {"origin": console.url, "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=console.url, headers=headers, trust_env=False) as made:
        yield made


@pytest.fixture
async def anna(visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    """The visitor, signed on as the duty manager."""
    answer = await visitor.post("/sign-on", data={"person": "anna", "pin": PIN})
    assert answer.status_code == 303, answer.text
    return visitor


@pytest.fixture
async def program(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    """A program that asks the API, with no bearer yet."""
    url = f"{console.url}/api/v1/"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as made:
        yield made


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    program = require("chromium", "apt-get install chromium")
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=program, args=[*CHROMIUM])
        yield made
        await made.close()


@pytest.fixture
async def page(browser: Browser, console: Console) -> AsyncIterator[Page]:
    """Anna's screen; whatever the browser complains of fails the test."""
    made = await browser.new_page(viewport={"width": 1366, "height": 768})
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on(
        "console", lambda said: complaints.append(said.text) if "Security" in said.text else None
    )
    await made.goto(f"{console.url}/sign-on")
    await made.check("input[value=anna]", force=True)
    await made.fill("input[name=pin]", PIN)
    await made.keyboard.press("Enter")
    await made.wait_for_url(f"{console.url}/")
    yield made
    assert complaints == []


def keep(page_name: str) -> str | None:
    """Where a screenshot is kept, for people to look at; None: nowhere."""
    folder = os.environ.get("SCREENSHOTS")
    return str(Path(folder) / f"{page_name}.png") if folder else None
