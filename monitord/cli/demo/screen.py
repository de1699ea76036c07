"""Where the demo is told: redrawn in place on a terminal, plain lines everywhere else.

It draws what it is given and knows nothing of the story. The keyboard is read one key at a time,
and is given back as it was, whatever happens.
"""

import contextlib
import os
import select
import sys
import termios
import threading
import tty
from collections import deque
from collections.abc import Iterator
from typing import Any, Final, Protocol

from monitord.channels.words import plain

LINES_SHOWN: Final = 18
KEY_WAIT_S: Final = 0.2


class Screen(Protocol):
    """What the play may do with it."""

    has_keys: bool

    def tell(self, clock: str, who: str, what: str) -> None:
        """One line of the story."""

    def stand(self, contacts: str, standing: str, hint: str) -> None:
        """What is true now: the contacts, the incident, and what may be done."""

    def key(self) -> str:
        """The key that was pressed since the last call; empty for none."""


@contextlib.contextmanager
def screen(*, headless: bool) -> Iterator[Screen]:
    """The right kind of screen for what standard output is."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        with _Drawn(keys=not headless and sys.stdin.isatty()) as drawn:
            yield drawn
    else:
        yield _Lines()


class _Lines:
    """Plain lines, one behind the other."""

    has_keys = False

    def tell(self, clock: str, who: str, what: str) -> None:
        print(f"{clock:>6}  {who:<9}{plain(what)}", flush=True)

    def stand(self, contacts: str, standing: str, hint: str) -> None:
        """Nothing: lines that come again and again are noise in a log."""

    def key(self) -> str:
        return ""


class _Drawn:
    """A page that is redrawn in place."""

    def __init__(self, *, keys: bool) -> None:
        from rich.live import Live

        self.has_keys = keys
        self._live: Any = Live(auto_refresh=False)
        self._lines: deque[tuple[str, str, str]] = deque(maxlen=LINES_SHOWN)
        self._standing = ("", "", "")
        self._keys: deque[str] = deque(maxlen=8)
        self._ending = threading.Event()
        self._reader: threading.Thread | None = None
        self._before: list[Any] | None = None

    def __enter__(self) -> "_Drawn":
        if self.has_keys:
            self._before = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
            self._reader = threading.Thread(target=self._read, name="keys", daemon=True)
            self._reader.start()
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._live.stop()
        if self._reader is not None:
            self._reader.join()
        if self._before is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)

    def tell(self, clock: str, who: str, what: str) -> None:
        self._lines.append((clock, who, plain(what)))
        self._draw()

    def stand(self, contacts: str, standing: str, hint: str) -> None:
        if self._standing != (contacts, standing, hint):
            self._standing = (contacts, standing, hint)
            self._draw()

    def key(self) -> str:
        return self._keys.popleft() if self._keys else ""

    def _read(self) -> None:
        while not self._ending.is_set():
            ready, _, _ = select.select([sys.stdin], [], [], KEY_WAIT_S)
            if ready:
                self._keys.append(os.read(sys.stdin.fileno(), 1).decode("ascii", "replace"))

    def _draw(self) -> None:
        from rich.console import Group
        from rich.panel import Panel
        from rich.table import Table
        from rich.text import Text

        contacts, standing, hint = self._standing
        story = Table.grid(padding=(0, 2))
        for clock, who, what in self._lines:
            story.add_row(Text(clock, "dim"), Text(who, "bold"), Text(what))
        self._live.update(
            Group(
                Panel(Text(contacts), title="the panels", title_align="left"),
                Panel(Text(standing, "bold"), title="the incident", title_align="left"),
                story,
                Text(hint, "bold yellow"),
            ),
            refresh=True,
        )
