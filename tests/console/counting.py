"""Answer times of a miniature daemon, whose journal is a list and no file."""

from monitord.core.answer_times import answer_times
from monitord.journal.codec import decode
from monitord.runtime.answer_times import PERIODS, Count, Counted, TimesKeeper
from tests.runtime.control.house import House


def keeper_of(house: House) -> TimesKeeper:
    """Counts in place of the child, in one go."""
    return TimesKeeper(_count(house))


def _count(house: House) -> Count:
    async def count(period: str, until_utc_ms: int) -> Counted:
        lasts_ms, bar_ms = PERIODS[period]
        entries = [decode(row.payload).entry for row in house.engine.rows]
        from_ms = until_utc_ms - lasts_ms
        return Counted(answer_times(entries, from_ms, until_utc_ms + 1, bar_ms))

    return count
