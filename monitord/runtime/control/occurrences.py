"""The verbs of the occurrence log: write into it, and read what happened between two moments.

The journal may have a million entries: where the window begins is found by halving, and it is
read a piece at a time, so that nothing waits for a reader. Both ends are bounded, and what was
left out is said.
"""

from collections import deque
from typing import Final

from monitord.core import facts as f
from monitord.journal.errors import StoreError
from monitord.journal.export import rfc3339
from monitord.runtime.control import requests_log as rl
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.queries import settled
from monitord.runtime.control.who import Caller, key_of, speaker
from monitord.runtime.occurrences import Line, lines

#: Entries of the journal read at a time, and for one answer.
CHUNK: Final = 256
ENTRIES_MAX: Final = 50_000
LINES_MAX: Final = 2_000
#: The wall clock may have been stepped: so much before and behind is looked through, too.
MARGIN_MS: Final = 3_600_000
UNREADABLE: Final = "unreadable"


async def write(desk: Desk, caller: Caller, request: rl.WriteLog) -> Reply:
    """Write it down; the answer has the number of the entry."""
    if not request.note.strip():
        raise Refused("bad-input", "Say what happened")
    occurred_ms = utc_ms_of(request.at) if request.at else None
    who = await speaker(desk, caller, request)
    try:
        note = await desk.keep(who.person, request.note)
    except StoreError:
        raise Refused("unavailable", "The entry cannot be stored now: try again") from None
    state = desk.engine.state
    now_utc_ms = state.utc_ms(desk.engine.now_ms())
    fact = f.WriteLog(
        by=who.person,
        proof=who.proof,
        kind=request.kind,
        occurred_utc_ms=now_utc_ms if occurred_ms is None else occurred_ms,
        note=note,
        area=request.area,
        amends=request.amends,
        key=key_of(caller, who, request.key),
    )
    answer = await desk.engine.submit(fact)
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    more: Reply = {
        **view.head(state, now_ms),
        "position": answer.position,
        "stored": answer.stored,
        "number": state.log_written,
    }
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}


async def read(desk: Desk, request: rl.ReadLog) -> Reply:
    """The lines, oldest first; ``whole`` is false where some are left out at the beginning."""
    since_ms, until_ms = utc_ms_of(request.since), utc_ms_of(request.until)
    await settled(desk)
    try:
        found, whole = await _found(desk, since_ms, until_ms)
    except StoreError as error:
        raise Refused("unavailable", f"The journal cannot be read: {error}") from None
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    texts = await _texts(desk, found)
    return {
        "ok": True,
        **view.head(state, now_ms),
        "whole": whole,
        "lines": [_shown(desk, line, texts) for line in found],
    }


async def _found(desk: Desk, since_ms: int, until_ms: int) -> tuple[list[Line], bool]:
    offset_ms = desk.engine.state.offset_ms
    head = desk.engine.state.seq
    begins = await _behind(desk, head, since_ms - offset_ms - MARGIN_MS)
    ends = await _behind(desk, head, until_ms - offset_ms + MARGIN_MS)
    after = max(begins, ends - ENTRIES_MAX)
    kept: deque[Line] = deque(maxlen=LINES_MAX + 1)
    while after < ends:
        rows = await desk.history.read(after, min(CHUNK, ends - after))
        if not rows:
            break
        after = rows[-1].seq
        for row in rows:
            told = lines(desk.engine.state, row)
            kept.extend(line for line in told if since_ms <= line.utc_ms < until_ms)
    whole = ends - begins <= ENTRIES_MAX and len(kept) <= LINES_MAX
    return list(kept)[-LINES_MAX:], whole


async def _behind(desk: Desk, head: int, at_ms: int) -> int:
    """The number of the last entry before ``at_ms`` of engine time; found by halving."""
    low, high = 0, head
    while low < high:
        middle = (low + high) // 2
        rows = await desk.history.read(middle, 1)
        if rows and rows[0].at_ms < at_ms:
            low = rows[0].seq
        else:
            high = middle
    return low


async def _texts(desk: Desk, found: list[Line]) -> dict[f.TextRef, str]:
    refs = [line.note for line in found if line.note is not None]
    try:
        return dict(zip(refs, await desk.texts(refs), strict=True)) if refs else {}
    except StoreError:
        return {}


def _shown(desk: Desk, line: Line, texts: dict[f.TextRef, str]) -> Reply:
    person = desk.engine.state.site.people.get(line.by)
    return {
        "written": rfc3339(line.utc_ms),
        "occurred": rfc3339(line.occurred_utc_ms),
        "kind": line.kind,
        "text": line.text if line.note is None else texts.get(line.note, UNREADABLE),
        "by": line.by,
        "role": "" if person is None else person.role.value,
        "area": line.area,
        "number": line.number,
        "amends": line.amends,
        "incident": line.incident,
        "source": line.source,
    }
