"""`monitord demo` from its first line to its last: the newcomer's first two minutes."""

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import tempfile
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.console.conftest import CHROMIUM
from tests.support import require
from tests.system.daemon import MONITORD, until
from tests.system.parts import part, parts_of

#: The story takes 80 s; one that hangs is ended.
STORY_S = 180
#: Less than one part that hangs would hold it up; on a quiet machine it is below half a second.
ENDS_S = 6.0
OPENED: Final = "the link is open in a browser"


@contextmanager
def demo(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """The demo without a keyboard; ended in any case."""
    with (
        tempfile.TemporaryDirectory() as short,  # the path of a socket has 107 bytes at most
        subprocess.Popen(
            [str(MONITORD), "demo", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": short},
            text=True,
            bufsize=1,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(STORY_S)


def said_by(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def test_the_whole_story_happens_and_its_link_signs_on_once() -> None:
    """A burglary, a kill -9, a call to the next person: all of it, or the exit code says no."""
    with demo("--headless") as process:
        _signs_on_once(_link(said_by(process)))
        told = said_by(process).read()
        code = process.wait(STORY_S)
    assert code == 0, told
    for words in ("kill -9", "monitord was started again"):
        assert words in told
    assert "boris reads the message and presses its button" in told
    *_, verified, seen, after = told.splitlines()
    assert "verified: the chain is whole" in verified
    assert "you saw" in seen
    for reader in ("guard", "manager", "integrator", "tester"):
        assert f"{reader}: " in after


def test_the_story_waits_for_the_page_and_ctrl_c_ends_it_all() -> None:
    """Nobody looks: nothing happens. The page is still open when it is ended."""
    program = require("chromium", "apt-get install chromium")
    with demo() as process, sync_playwright() as playwright:
        lines = said_by(process)
        link = _link(lines)
        browser = playwright.chromium.launch(executable_path=program, args=[*CHROMIUM])
        page = browser.new_page()
        page.goto(link)
        expect(page.get_by_role("button", name="Sign off")).to_be_attached()
        assert OPENED in _told_until(lines, "It is night.")
        started = parts_of(process.pid)
        assert set(started.values()) == {"daemon", "console"}
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=ENDS_S)
        until(lambda: not any(part(pid) for pid in started), "all have ended")
        browser.close()


def _link(lines: IO[str]) -> str:
    return next(found[0] for line in lines if (found := re.search(r"http://\S+/once/\S+", line)))


def _told_until(lines: IO[str], words: str) -> str:
    told = ""
    for line in lines:
        told += line
        if words in line:
            return told
    raise AssertionError(f"never told: {words}; but: {told}")


def _signs_on_once(link: str) -> None:
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:
        assert "Sign off" in browser.get(link).text
    with httpx.Client(trust_env=False) as another:
        assert another.get(link).status_code == 404


class Shown:
    """A demo on a terminal of its own, as a newcomer has it."""

    def __init__(self, folder: str) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        self.process = subprocess.Popen(
            [str(MONITORD), "demo"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TMPDIR": folder, "TERM": "xterm", "COLUMNS": "80", "LINES": "40"},
            start_new_session=True,
        )
        os.close(theirs)
        self._ours, self._text = ours, ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the terminal is gone when the demo is
            while data := os.read(self._ours, 65536):
                self._text += data.decode("utf-8", "replace")

    def find(self, pattern: str) -> str:
        """The first text that is shown and matches."""
        try:
            found = until(lambda: re.search(pattern, self._text), f"{pattern} is shown", 60)
        except AssertionError as error:
            raise AssertionError(f"{error}; the last that is shown: {self._text[-2000:]}") from None
        return str(found[0])

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def shown() -> Iterator[Shown]:
    with tempfile.TemporaryDirectory() as short:
        made = Shown(short)
        try:
            yield made
        finally:
            made.end()
            until(lambda: not _ours(short), "nothing is left running")


def _ours(folder: str) -> list[str]:
    """The processes that speak of this folder."""
    found = []
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if folder.encode() in cmdline.read_bytes():
                found.append(cmdline.parent.name)
    return found


def test_somebody_opens_the_page_plays_the_museum_and_leaves(shown: Shown) -> None:
    link = shown.find(r"http://\S+/once/[\w-]+")
    panel = shown.find(r"(?<=Play it at )http://127\.0\.0\.1:\d+/[\w-]+/")
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:

        def now() -> str:
            return browser.get(panel + "now").text

        def order(what: str, to: str = "") -> int:
            return browser.post(panel + "do", data={"order": what, "to": to}).status_code

        assert "SIMULATION" in browser.get(panel).text
        assert "Sign off" in browser.get(link).text
        shown.find("It is night")
        assert order("trip", "east-panel.g2-pir") == 204
        until(lambda: "Detector over the river door: active" in now(), "tripped")
        assert order("trip", "east-panel.g2-pic") == 204
        rung = until(lambda: re.search(r'id="take-([\w-]+)"', now()), "a telephone rings")
        assert order("take", rung[1]) == 204
        until(lambda: ">taken<" in now(), "taken by the link")
        assert order("cut", "west-panel") == 204
        until(lambda: "West panel: cut" in now(), "cut")
        assert order("kill") == 204
        until(lambda: "The daemon is gone" in now(), "killed")
        until(lambda: "The daemon is gone" not in now(), "started again")
        shown.find("the chain goes on where")
        _takes_no_other_orders(browser, panel)
    shown.process.send_signal(signal.SIGINT)  # as Ctrl-C does
    assert shown.process.wait(30) == 0
    shown.find("verified: the chain is whole")
    shown.find(r"guard: docs/guard\.md")


def _takes_no_other_orders(browser: httpx.Client, panel: str) -> None:
    """From another page, from who does not know the address, and of no kind that it has."""
    form = {"order": "kill", "to": ""}
    elsewhere = {"Origin": "http://evil.example"}
    root = panel.rpartition("/")[0].rpartition("/")[0]
    assert browser.post(panel + "do", data=form, headers=elsewhere).status_code == 404
    assert browser.post(root + "/guess/do", data=form).status_code == 404
    assert browser.get(root + "/").status_code == 404
    assert browser.post(panel + "do", data={"order": "rm", "to": "/"}).status_code == 400
    assert browser.post(panel + "do", data={"to": "x" * 5000}).status_code == 400
    assert browser.get(panel + "../panel.py").status_code == 404
