"""``report``: what is counted out of the journal on the disk, with or without a daemon.

It only reads, and the same journal gives the same figures for ever (``monitord.core.kpis``).
"""

import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from monitord.cli import say_kpis
from monitord.cli.errors import Exit, Mistake
from monitord.cli.journal import journal_of, running_count
from monitord.cli.output import answer
from monitord.cli.until import day
from monitord.core.events import Entry, SiteAccepted
from monitord.core.kpis import DAY_MS, HOUR_MS, TEN_MINUTES_MS, Kpis
from monitord.core.kpis import kpis as count
from monitord.core.site import Site
from monitord.core.state import State
from monitord.core.state import decode as decode_state
from monitord.journal.codec import NotAnEntry, decode
from monitord.journal.export import rfc3339
from monitord.journal.reader import JournalReader
from monitord.journal.records import Snapshot, Stored
from monitord.runtime.clock import SystemClock

View = dict[str, Any]
Tell = Callable[[int], None]

_SITE: Final = b'"type":"SiteAccepted"'
_ZONE: Final = re.compile(rb'"timezone":"([^"]+)"')


def kpis(args: Namespace) -> int:
    """The figures by which a control room is judged, each beside its bar."""
    with journal_of(args) as source, running_count("entries counted") as tell:
        begin, after = _beginning(source)
        found = _Entries(source, begin, after, tell)
        from_ms, until_ms = _times(args, found.timezone())
        begins_ms = 0 if begin is None else begin.utc_ms(begin.at_ms)
        try:
            figures = count(found, max(from_ms, begins_ms), until_ms, begin)
        except (KeyError, AttributeError) as error:
            words = f"an entry is missing that others build on ({error})"
            raise Mistake(f"{words}: ask `monitord journal verify`", code="damaged") from None
    answer(args, view(figures, found.site, found.lost), say_kpis.report)
    return Exit.DONE


def _beginning(source: JournalReader) -> tuple[State | None, int]:
    """Nothing, and the first entry; the oldest state that is kept where files were dropped."""
    if source.opening().seq == 0:
        return None, 0
    kept = [s for s in source.snapshots() if isinstance(s, Snapshot)]
    if not kept:
        raise Mistake("The journal's first files are gone, and no snapshot leads to the others")
    oldest = min(kept, key=lambda snapshot: snapshot.head.seq)
    return decode_state(oldest.body), oldest.head.seq


class _Entries:
    """What can be read, in order. ``lost`` counts what cannot, ``site`` is the last site seen."""

    def __init__(
        self, source: JournalReader, begin: State | None, after: int, tell: Tell | None
    ) -> None:
        self._source, self._after, self._tell = source, after, tell
        self.lost = 0
        self.site = _site(State().site if begin is None else begin.site)

    def timezone(self) -> str:
        """That of the last site file: dates are meant as people at the site write them."""
        found: str = self.site["timezone"]
        for item in self._source.scan(self._after):
            if isinstance(item, Stored) and _SITE in item.payload:
                zones = _ZONE.findall(item.payload)
                found = zones[-1].decode() if zones else found
        return found

    def __iter__(self) -> Iterator[Entry]:
        for seen, item in enumerate(self._source.scan(self._after), 1):
            if self._tell is not None and seen % 10_000 == 0:
                self._tell(seen)
            try:
                entry = decode(item.payload).entry if isinstance(item, Stored) else None
            except NotAnEntry:
                entry = None
            if entry is None:
                self.lost += 1
                continue
            for event in entry.events:
                if isinstance(event, SiteAccepted):
                    self.site = _site(event.site)
            yield entry


def _site(site: Site) -> View:
    return {"id": site.id, "name": site.setup.get("name", site.id), "timezone": site.timezone}


def _times(args: Namespace, timezone: str) -> tuple[int, int]:
    now = datetime.fromtimestamp(SystemClock().wall_ms() / 1000, UTC)
    until = now if args.end is None else day(args.end, timezone)
    start = until - timedelta(days=args.days) if args.begin is None else day(args.begin, timezone)
    if start >= until:
        raise Mistake("The report ends before it begins: --from lies before --to")
    return _ms(start), _ms(until)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def view(found: Kpis, site: View, lost: int = 0) -> View:
    """All counts, and the rates and shares that are judged."""
    lasted_ms = found.until_ms - found.from_ms
    each = found.alarms / found.positions / lasted_ms
    return {
        "site": site,
        "now": rfc3339(found.until_ms),
        "from": rfc3339(found.from_ms),
        "until": rfc3339(found.until_ms),
        "unreadable_entries": lost,
        "per_position": {
            "day": round(each * DAY_MS, 2),
            "hour": round(each * HOUR_MS, 2),
            "ten_minutes": round(each * TEN_MINUTES_MS, 3),
        },
        "share": {
            "hours_over": _share(found.hours_over, found.hours),
            "windows_over": _share(found.windows_over, found.windows),
            "in_flood": _share(found.flood_ms, lasted_ms),
            "top": _share(sum(found.top.values()), found.alarms),
            "false": _share(found.false, found.closed),
        },
        "standing_most": max(found.standing_by_day, default=0),
        **msgspec.to_builtins(found, str_keys=True),
    }


def _share(part: int, whole: int) -> float | None:
    """Per cent; None of nothing."""
    return round(100 * part / whole, 2) if whole else None
