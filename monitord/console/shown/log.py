"""The occurrence log of a day: which lines of it exist for a viewer, and which were asked for.

Pure. What must not be seen is taken out before anything is counted (G9).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from monitord.console.shown.finding import has
from monitord.console.viewer import Viewer
from monitord.core import facts as f
from monitord.core.rights import MAY
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import hiding

Line = dict[str, Any]

#: The words of a search, and an id, have so many characters at most.
_CHARS_MAX: Final = 80


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of the log. ``day`` is a day of the house; the rest narrows it."""

    day: date
    kind: str = ""
    area: str = ""
    role: str = ""
    text: str = ""

    def query(self, **other: str | int) -> str:
        """As an address has it; what says nothing is left out."""
        said = {**msgspec.structs.asdict(self), "day": self.day.isoformat(), **other}
        return urlencode({k: v for k, v in said.items() if v not in ("", 1)})

    @property
    def narrowed(self) -> bool:
        """Whether not the whole day is asked for."""
        return bool(self.kind or self.area or self.role or self.text)


def wanted(
    day: str, now_utc_ms: int, timezone: str, kind: str, area: str, role: str, text: str
) -> Wanted:
    """What came with the address, bounded. Raises ``ValueError`` for a day that is none."""
    today = datetime.fromtimestamp(now_utc_ms / 1000, ZoneInfo(timezone)).date()
    chosen = date.fromisoformat(day[:20]) if day else today
    if not date.min < chosen < date.max:
        raise ValueError(day)
    short = (each.strip()[:_CHARS_MAX] for each in (kind, area, role, text))
    return Wanted(chosen, *short)


def bounds(day: date, timezone: str) -> tuple[str, str]:
    """From midnight to midnight at the house, however many hours lie between; in UTC."""
    zone = ZoneInfo(timezone)
    both = (day, day + timedelta(days=1))
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in both)
    return rfc3339(round(begin.timestamp() * 1000)), rfc3339(round(end.timestamp() * 1000))


def neighbours(day: date) -> tuple[str, str]:
    """The day before and the day after."""
    one = timedelta(days=1)
    return (day - one).isoformat(), (day + one).isoformat()


def seen(state: State, viewer: Viewer, lines: Iterable[Line]) -> list[Line]:
    """The lines that exist for them; ``state`` is the whole one."""
    hidden = viewer.hidden(state)
    beside = hiding.beside(state, viewer.area)
    return [x for x in lines if x["incident"] not in hidden and x["source"] not in beside]


def narrowed(lines: Iterable[Line], asked: Wanted, words: tuple[str, ...]) -> list[Line]:
    """Those that were asked for, the newest first."""
    found = [
        line
        for line in lines
        if asked.kind in ("", line["kind"])
        and asked.area in ("", line["area"])
        and asked.role in ("", line["role"])
        and has(words, line["text"], line["by"], line["area"])
    ]
    return found[::-1]


def may_write(role: str) -> bool:
    """Whether there is any sense in asking them; at a station it is whoever gives a PIN."""
    return not role or role in MAY[f.WriteLog]


def late(line: Line) -> bool:
    """Whether it was written in another minute than it happened."""
    return bool(line["occurred"][:16] != line["written"][:16])
