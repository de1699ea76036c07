"""The demo's screen on a real pseudo-terminal: drawn, one key read, the keyboard given back."""

import os
import pty
import select
import subprocess
import sys
import termios

CODE = """
import time
from monitord.cli.demo.screen import screen
with screen(headless=False) as shown:
    shown.stand("quiet", "nothing is open", "press any key")
    while not (key := shown.key()):
        time.sleep(0.005)
    shown.tell("0:10", "story", f"the key was {key}")
"""


def test_a_key_is_read_and_the_keyboard_is_given_back() -> None:
    parent, child = pty.openpty()
    before = termios.tcgetattr(child)
    with subprocess.Popen(
        [sys.executable, "-c", CODE],
        stdin=child,
        stdout=child,
        env={**os.environ, "TERM": "xterm"},
    ) as process:
        shown = b""
        pressed = False
        while b"the key was" not in shown and select.select([parent], [], [], 20)[0]:
            shown += os.read(parent, 65_536)
            if b"press any key" in shown and not pressed:
                pressed = True
                os.write(parent, b"a")
        assert process.wait(10) == 0
    assert "the key was a" in shown.decode()
    assert "nothing is open" in shown.decode()
    assert termios.tcgetattr(child)[3] == before[3]
    os.close(parent)
    os.close(child)
