"""What a rehearsal shows: one line for each thing that happens, calls apart from all others."""

import shutil
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from monitord.channels.words import plain
from monitord.cli.rehearsal.house import House
from monitord.runtime.clock import SystemClock

_BOLD, _RESET = "\x1b[1m", "\x1b[0m"
#: Devices and channels that are named one by one; more are only counted.
NAMED_MAX: Final = 12
#: Columns that the words keep on the narrowest screen.
WORDS_MIN: Final = 30


class Teller:
    """Prints lines with the time since the beginning. ``quiet``: prints nothing."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._colour = sys.stdout.isatty()
        self._clock = SystemClock()
        self._began_ms = self._clock.boot_ms()

    def begin(self) -> None:
        """Time counts from now."""
        self._began_ms = self._clock.boot_ms()

    def elapsed_ms(self) -> int:
        """How long it has been going on."""
        return self._clock.boot_ms() - self._began_ms

    def line(self, who: str, what: str, *, strong: bool = False) -> None:
        """One thing that happened."""
        seconds = self.elapsed_ms() // 1000
        head = f"{seconds // 60:>3}:{seconds % 60:02}  {who:<9} "
        text = _filled(head, plain(what))
        self.print(f"{_BOLD}{text}{_RESET}" if strong and self._colour else text)

    def print(self, text: str = "") -> None:
        """A line without a time."""
        if not self._quiet:
            print(text, flush=True)


def welcome(tell: Teller, house: House, path: Path, *, kept: bool) -> None:
    """What is rehearsed, what is not, and that nobody is called."""
    site = house.site
    tell.print(f"REHEARSAL of {path}: nobody is called, no device of the house is asked.")
    rows = {"simulated devices": _some([d for d in site.devices if d not in house.stood_in])}
    if house.stood_in:
        odd = _some([f"{device} ({driver})" for device, driver in house.stood_in.items()])
        rows["stood in for"] = (
            f"{odd}: by plain contacts, one for each point; their own protocol is not rehearsed"
        )
    rows["shown, not sent"] = _some(list(dict.fromkeys(("terminal", *site.channels))))
    if site.setup.get("mqtt"):
        rows["left out"] = "MQTT"
    rows["record and log"] = f"{house.state} ({'kept' if kept else 'gone afterwards'})"
    rows["another terminal"] = f"monitord status --state {house.state}"
    for name, what in rows.items():
        tell.print(_filled(f"  {name:<21}", what))
    tell.print()


def call_lines(call: Mapping[str, Any]) -> tuple[str, str]:
    """Who is called how, and the words."""
    to = f" at {call['to']}" if call.get("to") else ""
    again = f", try {call['attempt']}" if call.get("attempt", 1) > 1 else ""
    return f"{call['channel']} to {call['person']}{to}{again}", str(call["incident"]["text"])


def _filled(head: str, words: str) -> str:
    """The words beside their head, in as many lines as the screen wants."""
    width = max(shutil.get_terminal_size().columns, len(head) + WORDS_MIN)
    return textwrap.fill(
        words,
        width,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _some(names: list[str]) -> str:
    if len(names) <= NAMED_MAX:
        return ", ".join(names) or "none"
    return f"{', '.join(names[:NAMED_MAX])} and {len(names) - NAMED_MAX} more"
