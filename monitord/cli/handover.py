"""``report handover``: the sheet for the change of the shift, now or as it was at any moment.

It is rebuilt from the journal on the disk, with or without a daemon, and only read. The moment
is that of the site's clock: where the clock was set back, it came twice, and one of the two is
shown.
"""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from monitord.cli import say_status
from monitord.cli.errors import Exit, Mistake
from monitord.cli.journal import MODEL, journal_of, running_count
from monitord.cli.output import answer
from monitord.cli.page import Cell, Page, Style, line, title
from monitord.cli.until import past
from monitord.cli.when import zone
from monitord.core.state import State
from monitord.journal.codec import NotAnEntry, decode
from monitord.journal.export import rfc3339
from monitord.journal.reader import JournalReader
from monitord.journal.records import Position
from monitord.journal.recover import Loaded, load
from monitord.runtime.clock import SystemClock
from monitord.runtime.control.view_handover import sheet

View = dict[str, Any]

_SIGN: Final = "_" * 24


def handover(args: Namespace) -> int:
    """The sheet, and whether all of the journal could be read for it."""
    now_ms = SystemClock().wall_ms()
    with journal_of(args) as reader, running_count("entries replayed") as progress:
        loaded = load(reader, MODEL, progress=progress)
        at_ms = now_ms
        if args.at is not None:
            at_ms = _moment(args.at, loaded.state.site.timezone, now_ms)
            loaded = _as_of(reader, at_ms)
    answer(args, _view(loaded, at_ms), _page)
    return Exit.DONE


def sheet_at(folder: Path, at_utc_ms: int) -> View:
    """The sheet of a state folder at a moment, as the command shows it. Raises ``Mistake``."""
    with journal_of(Namespace(state=folder)) as reader:
        return _view(_as_of(reader, at_utc_ms), at_utc_ms)


def _view(loaded: Loaded[State], at_ms: int) -> View:
    if not loaded.state.site.id:
        raise Mistake("No site had been accepted by then: there was nothing to hand over")
    return {**sheet(loaded.state, at_ms), "damaged": loaded.damaged}


def _as_of(reader: JournalReader, at_utc_ms: int) -> Loaded[State]:
    """The state after the last entry of that moment."""
    first, last = reader.opening().seq, reader.head().seq
    low, high = first, last
    while low < high:
        middle = (low + high + 1) // 2
        if _later(reader, middle, last, at_utc_ms):
            high = middle - 1
        else:
            low = middle
    if low == first:
        raise Mistake(f"The journal begins later than {rfc3339(at_utc_ms)}", code="gone")
    return load(reader, MODEL, until=_position(reader, low))


def _later(reader: JournalReader, seq: int, last: int, at_utc_ms: int) -> bool:
    """Whether the first entry from ``seq`` on that can be read is of a later moment."""
    for number in range(seq, last + 1):
        for stored in reader.read(number - 1, 1):
            try:
                return decode(stored.payload).entry.utc_ms > at_utc_ms
            except NotAnEntry:
                break
    return True


def _position(reader: JournalReader, seq: int) -> Position:
    stored = reader.read(seq - 1, 1)
    if not stored or stored[0].seq != seq:
        raise Mistake(
            f"Entry {seq} cannot be read: ask `monitord journal verify`", code="unreadable"
        )
    return stored[0].position


def _moment(text: str, timezone: str, now_ms: int) -> int:
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    return round(past(text, now, zone(timezone)).timestamp() * 1000)


def _page(view: View) -> Page:
    page: Page = [title("Handover"), *say_status.status(view)]
    if view["damaged"]:
        words = f"{view['damaged']} entries cannot be read: ask monitord journal verify."
        page.append(line(Cell(words, Style.ALARM)))
    return [*page, line(), line(f"handed over by {_SIGN}   taken over by {_SIGN}")]
