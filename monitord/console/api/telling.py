"""How the API answers: drawn for one asker, while it is true, and only when it has changed."""

from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from msgspec.structs import replace

from monitord.console.api.answers import Head
from monitord.console.api.asking import Asker
from monitord.console.api.refusing import Problem, Refused
from monitord.console.desk import Desk
from monitord.core.state import State
from monitord.journal.export import rfc3339

Tools = NamedDependency[Desk]
Who = NamedDependency[Asker]
AnyRequest = Request[Any, Any, Any]

#: The names of query parameters that a handler takes, in its ``opt``.
ASKS: Final = "asks"

_T = TypeVar("_T", bound=Head)


def problems(*codes: int) -> dict[int, ResponseSpec]:
    """What else a handler may answer, for the OpenAPI document."""
    said = {
        304: "Nothing has changed",
        400: "The request is wrong; the text says where",
        401: "The bearer proves nothing",
        403: "This asker may not do it",
        404: "There is no such thing",
        409: "It is not so any more, or not yet",
        410: "The journal does not have this position: begin from a snapshot",
        413: "The request is too long",
        429: "Too often",
        500: "A fault of monitord",
        503: "The daemon does not answer",
    }
    return {
        code: ResponseSpec(
            None if code == 304 else Problem, generate_examples=False, description=said[code]
        )
        for code in codes
    }


async def asker(request: AnyRequest, desk: Tools) -> Asker:
    """Who asks. A parameter that nobody takes is refused: it would be left out in silence."""
    found = await desk.askers.of(request)
    takes = request.route_handler.opt.get(ASKS, ())
    for name in request.query_params:
        if name not in takes:
            there = f"there are: {', '.join(takes)}" if takes else "this address takes none"
            text = f"There is no parameter {name[:60]}; {there}"
            raise Refused(400, Problem(code="bad-input", text=text, field=name[:60]))
    return found


def state_of(desk: Desk, who: Asker) -> State:
    """The state as it exists for them. Raises ``Refused`` while nobody knows what is true."""
    replica = desk.replica
    if replica.state is None or not replica.fresh:
        since = replica.last_true_utc_ms
        heard = "" if since is None else f"; it was heard last at {rfc3339(since)}"
        text = f"The link to the daemon is lost, so nothing is told as true{heard}"
        raise Refused(503, Problem(code="no-daemon", text=text, wait_s=1))
    return who.sees(replica.state)


def told(request: AnyRequest, shown: dict[str, Any], kind: type[_T]) -> Response[Any]:
    """An answer with its tag; 304 to who has the same already.

    The tag is of what is shown, without the moment and the position: who polls is told when
    something has changed for them, and not whenever the journal grows.
    """
    body = msgspec.convert(shown, kind)
    of_all_times = replace(body, now="", position="", epoch=0)
    tag = f'W/"{sha256(msgspec.json.encode(of_all_times)).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Monitord-Position": body.position}
    known = request.headers.get("if-none-match", "")
    if tag in [each.strip() for each in known.split(",")]:
        return Response(None, status_code=304, headers=headers)
    return Response(body, headers=headers)


def missing(what: str, given: str, there: str) -> Refused:
    """404 that says what there is."""
    text = f"There is no {what} {given[:60]}; {there}"
    return Refused(404, Problem(code="unknown", text=text))
