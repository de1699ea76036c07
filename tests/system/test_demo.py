"""`monitord demo` from its first line to its last: the newcomer's first two minutes."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

import httpx
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
