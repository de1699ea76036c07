"""What a camera or recorder has recorded of a span, searched as Profile G has it. In the worker.

Footage is dated by the device's own clock, so a span of ours is asked for by that clock, and what
is missing is told by ours again.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from monitord.driver import AuthFault, Cause, DeviceFault
from monitord_drivers.onvif import clock
from monitord_drivers.onvif.answers import Node, Told
from monitord_drivers.onvif.meaning import truth
from monitord_drivers.onvif.session import Session

#: A gap that is shorter is none: moments are told in whole seconds.
GAP_MS: Final = 2_000
#: What was seen just now may not be on the card yet.
LAG_MS: Final = 5_000
#: Answers of one search, and events of each; a search that has more is told as far as it goes.
ANSWERS_MAX: Final = 8
EVENTS_MAX: Final = 200
_PRESENT: Final = "IsDataPresent"

Span = tuple[int, int]


async def missing(session: Session, from_ms: int, until_ms: int) -> list[Span]:
    """The spans between these moments (UTC, ours) of which there is no footage.

    Raises ``DeviceFault`` where that cannot be told.
    """
    if not session.has("search"):
        raise DeviceFault("what it records cannot be searched", Cause.CONFIGURATION)
    ahead_ms = round((session.ahead_s or 0.0) * 1_000)
    from_ms, until_ms = from_ms + ahead_ms, until_ms + ahead_ms
    summary = await session.call("search", "GetRecordingSummary")
    oldest, newest = (
        clock.moment_ms(getattr(summary.find(name), "text", ""))
        for name in ("DataFrom", "DataUntil")
    )
    if oldest is None or newest is None:
        raise DeviceFault("it tells of no footage at all", Cause.DEVICE)
    try:
        states = await _states(session, from_ms, until_ms)
    except AuthFault:
        raise
    except Told:  # it searches no events: from when until when is all that it tells
        states = []
    found = gaps(from_ms, until_ms, oldest, newest + LAG_MS, states)
    return [(begin - ahead_ms, end - ahead_ms) for begin, end in found]


def gaps(
    from_ms: int,
    until_ms: int,
    oldest_ms: int,
    newest_ms: int,
    states: Iterable[tuple[int, str, bool]],
) -> list[Span]:
    """What is missing between two moments.

    ``states`` are moments at which a track began to have data, or had none any more; of what they
    do not tell there is data between ``oldest_ms`` and ``newest_ms``. Pure.
    """
    has: dict[str, bool] = {}
    found: list[Span] = []
    since: int | None = from_ms if from_ms < oldest_ms else None
    told = sorted([*states, (oldest_ms, "", True), (newest_ms, "", False)])
    for at_ms, track, present in told:
        if not track:
            inside = present
            gone = not inside or (bool(has) and not any(has.values()))
        else:
            has[track] = present
            gone = not any(has.values()) or not oldest_ms <= at_ms <= newest_ms
        if gone and since is None:
            since = at_ms
        elif not gone and since is not None:
            found.append((since, at_ms))
            since = None
    if since is not None:
        found.append((since, until_ms))
    cut = [(max(begin, from_ms), min(end, until_ms)) for begin, end in found]
    return [(begin, end) for begin, end in cut if end - begin >= GAP_MS]


def words(found: Sequence[Span]) -> str:
    """What is missing, for people; empty where nothing is."""
    said = [f"{clock.moment(begin)} to {clock.moment(end)[11:]}" for begin, end in found[:4]]
    return f"it has no footage of {', '.join(said)}" if said else ""


async def _states(session: Session, from_ms: int, until_ms: int) -> list[tuple[int, str, bool]]:
    asked = {
        "StartPoint": clock.moment(from_ms),
        "EndPoint": clock.moment(until_ms + 999),
        "Scope": {},
        "SearchFilter": {},
        "IncludeStartState": True,
        "KeepAliveTime": "PT10S",
    }
    token = (await session.call("search", "FindEvents", asked)).find("SearchToken")
    if token is None:
        return []
    found: list[tuple[int, str, bool]] = []
    for _ in range(ANSWERS_MAX):
        answer = await session.call(
            "search",
            "GetEventSearchResults",
            {"SearchToken": token.text, "MaxResults": EVENTS_MAX, "WaitTime": "PT2S"},
        )
        listed = answer.find("ResultList") or answer
        found += [state for each in listed.all("Result") if (state := _state(each)) is not None]
        if listed.at("SearchState") == "Completed":
            break
    return found


def _state(result: Node) -> tuple[int, str, bool] | None:
    """When a track began or ceased to have data; None for any other event."""
    message = result.find("Data")
    items = () if message is None else message.all("SimpleItem")
    at_ms = clock.moment_ms(result.at("Time"))
    for item in items:
        present = truth(item.attributes.get("Value", ""))
        if item.attributes.get("Name") == _PRESENT and present is not None and at_ms is not None:
            return at_ms, f"{result.at('RecordingToken')}/{result.at('TrackToken')}", present
    return None
