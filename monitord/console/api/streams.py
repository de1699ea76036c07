"""The journal, the events and the snapshot: for who follows the site rather than asks for it.

``/events`` is for every token and tells what may be seen. The journal and the snapshot are for
auditors and hubs (design 5.4): there a replica begins, and goes on from any position.
"""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final

import msgspec
from litestar import MediaType, Response, get
from litestar.openapi import ResponseSpec
from litestar.params import FromQuery, HeaderParameter
from litestar.response import ServerSentEvent, Stream
from litestar.response.sse import ServerSentEventMessage as Message

from monitord.console.api import following
from monitord.console.api.answers import Position
from monitord.console.api.asking import Asker, bearer_of
from monitord.console.api.following import FeedLine, follow
from monitord.console.api.happenings import Happened, happened
from monitord.console.api.refusing import Problem, Refused
from monitord.console.api.telling import ASKS, AnyRequest, Tools, Who, problems, state_of
from monitord.console.desk import Desk
from monitord.console.link import DaemonGone
from monitord.core.site import Site
from monitord.core.state import encode
from monitord.journal.export import rfc3339
from monitord.runtime.control import hiding

NDJSON: Final = "application/x-ndjson"
#: How long a program waits before it comes back.
RETRY_MS: Final = 2_000

LastSeen = Annotated[
    str,
    HeaderParameter(
        name="Last-Event-ID", max_length=100, description="Goes on behind it, as `after` does"
    ),
]


class Line(msgspec.Struct):
    """One entry of the journal. ``stored``: false while memory alone holds it."""

    position: Position
    stored: bool
    entry: msgspec.Raw


class End(msgspec.Struct):
    """The last line: without it the answer is not whole."""

    end: Position


class Snapshot(msgspec.Struct):
    """The state at a position: where a replica starts."""

    position: Position
    state: Any


class _Snapshot(msgspec.Struct):
    position: Position
    state: msgspec.Raw


_STREAM: Final = problems(400, 401, 403, 410, 429, 500, 503)
_OK: Final = {
    200: ResponseSpec(
        str, generate_examples=False, description="One JSON object a line", media_type=NDJSON
    )
}
_EVENTS: Final = {
    200: ResponseSpec(
        str,
        generate_examples=False,
        description="Events as they happen",
        media_type="text/event-stream",
    )
}


@get("/journal", responses={**_STREAM, **_OK}, opt={ASKS: ("after",)})
async def journal(
    request: AnyRequest,
    desk: Tools,
    asker: Who,
    after: FromQuery[str] = "0.0",
    last_seen: LastSeen = "",
) -> Stream | ServerSentEvent:
    """The entries behind a position. With `Accept: text/event-stream` it goes on as they come."""
    _for_the_record(asker)
    live = "text/event-stream" in request.headers.get("accept", "")
    start = last_seen or after
    lines = await following.begun(follow(desk.link, desk.places, asker.name, start, live=live))
    if not live:
        return Stream(_ndjson(desk, asker, lines), media_type=NDJSON)
    return ServerSentEvent(_told(request, desk, lines, _Whole(desk, asker)))


@get("/events", responses={**_STREAM, **_EVENTS}, opt={ASKS: ("after",)})
async def events(
    request: AnyRequest,
    desk: Tools,
    asker: Who,
    after: FromQuery[str] = "",
    last_seen: LastSeen = "",
) -> ServerSentEvent:
    """What happens, from now on or behind a position, with a beat each second."""
    start = last_seen or after or state_of(desk, asker).position
    lines = await following.begun(follow(desk.link, desk.places, asker.name, start, live=True))
    return ServerSentEvent(_told(request, desk, lines, _Seen(desk, asker)))


@get("/snapshot", responses=problems(400, 401, 403, 429, 500, 503))
async def snapshot(desk: Tools, asker: Who) -> Response[Snapshot]:
    """The whole state at a position; the journal goes on behind it."""
    _for_the_record(asker)
    state = state_of(desk, asker)
    whole = _Snapshot(state.position, msgspec.Raw(encode(state)))
    return Response(msgspec.json.encode(whole), media_type=MediaType.JSON)  # type: ignore[arg-type]


def _for_the_record(asker: Asker) -> None:
    if not asker.may_read_the_journal:
        text = "The journal is for auditors, and for tokens of the role hub; see /api/v1/events"
        raise Refused(403, Problem(code="forbidden", text=text))


async def _ndjson(
    desk: Desk, asker: Asker, lines: AsyncGenerator[FeedLine, None]
) -> AsyncGenerator[bytes, None]:
    try:
        async for line in lines:
            if line.end:
                yield msgspec.json.encode(End(line.end)) + b"\n"
            elif not line.beat:
                entry = await following.whole(desk.replica, asker, line)
                yield msgspec.json.encode(Line(line.position, line.stored, entry)) + b"\n"
    except (Refused, DaemonGone) as why:
        problem = (
            why.problem if isinstance(why, Refused) else Problem(code="no-daemon", text=str(why))
        )
        yield msgspec.json.encode(problem) + b"\n"
    finally:
        await lines.aclose()


class _Whole:
    """Entries as they stand."""

    event = "entry"

    def __init__(self, desk: Desk, asker: Asker) -> None:
        self._desk, self._asker = desk, asker

    async def of(self, line: FeedLine) -> Line | None:
        entry = await following.whole(self._desk.replica, self._asker, line)
        return Line(line.position, line.stored, entry)


class _Seen:
    """What of an entry may be seen."""

    event = "happened"

    def __init__(self, desk: Desk, asker: Asker) -> None:
        self._desk, self._asker = desk, asker
        self._site: Site | None = None
        self._buttons: frozenset[str] = frozenset()

    async def of(self, line: FeedLine) -> Happened | None:
        state = await following.state_at(self._desk.replica, line.seq)
        if state.site is not self._site:
            own = self._asker.is_program and not self._asker.is_hub
            self._buttons = hiding.buttons(state) if own else frozenset()
            self._site = state.site
        hidden = self._asker.hidden(state)
        return happened(state, following.read(line), hidden, self._buttons, stored=line.stored)


async def _told(
    request: AnyRequest, desk: Desk, lines: AsyncGenerator[FeedLine, None], how: _Whole | _Seen
) -> AsyncGenerator[Message, None]:
    """The stream; its last event says why it ends: ``gone``, ``refused`` or ``lost``."""
    yield Message(data=None, retry=RETRY_MS)
    try:
        async for line in lines:
            if line.beat:
                await desk.askers.still(bearer_of(request))
                at = {"position": line.beat, "at": rfc3339(line.utc_ms), "degraded": line.degraded}
                yield _message("beat", at)
            elif (said := await how.of(line)) is not None:
                yield _message(how.event, said, line.position)
    except Refused as why:
        yield _message("gone" if why.problem.code == "gone" else "refused", why.problem)
    except DaemonGone as why:
        yield _message("lost", Problem(code="no-daemon", text=str(why)))
    finally:
        await lines.aclose()


def _message(event: str, data: object, position: str | None = None) -> Message:
    return Message(event=event, data=msgspec.json.encode(data).decode(), id=position)


ROUTES: Final = (journal, events, snapshot)
