"""`monitord demo` from its first line to its last: the newcomer's first two minutes."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator

import httpx

from tests.system.daemon import MONITORD

#: The story takes 80 s; one that hangs is ended.
STORY_S = 180


def test_the_whole_story_happens_and_its_link_signs_on_once() -> None:
    """A burglary, a kill -9, a call to the next person: all of it, or the exit code says no."""
    with tempfile.TemporaryDirectory() as short:  # the path of a socket has 107 bytes at most
        command = [MONITORD, "demo", "--headless"]
        with subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": short},
            text=True,
        ) as process:
            try:
                assert process.stdout is not None
                lines = iter(process.stdout)
                _signs_on_once(lines)
                rest = "".join(lines)
                code = process.wait(STORY_S)
            finally:
                process.terminate()
    assert code == 0, rest
    for words in (
        "kill -9",
        "monitord was started again",
        "boris reads the message and presses its button",
        "verified: the chain is whole",
    ):
        assert words in rest


def _signs_on_once(lines: Iterator[str]) -> None:
    link = next(found[0] for line in lines if (found := re.search(r"http://\S+/once/\S+", line)))
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:
        assert "Sign off" in browser.get(link).text
    with httpx.Client(trust_env=False) as another:
        assert another.get(link).status_code == 404
