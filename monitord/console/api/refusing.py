"""Refusals of the API: a code for programs, a text for people, the field that it is about."""

import re
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from monitord.console.api.answers import Area, Position
from monitord.console.api.answers_incidents import Incident
from monitord.console.guarding import HEADERS
from monitord.console.link import DaemonGone, Reply
from monitord.runtime.control.protocol import nearest_text

#: HTTP for the daemon's codes; any other is the asker's mistake.
STATUS: Final = {
    "no-token": 401,
    "signed-off": 401,
    "forbidden": 403,
    "needs-pin": 403,
    "needs-code": 403,
    "no-pin": 403,
    "wrong-pin": 403,
    "unknown": 404,
    "worsened": 409,
    "already": 409,
    "ended": 409,
    "active": 409,
    "not-ready": 409,
    "not-the-same": 409,
    "gone": 410,
    "locked": 429,
    "busy": 503,
    "unavailable": 503,
    "fault": 503,
}
#: How a field is named that is missing, or that nobody knows.
_NAMED: Final = re.compile(r"(?:missing required|contains unknown) field `(.*)`")
_OF_HTTP: Final = {
    400: "bad-input",
    401: "no-token",
    403: "forbidden",
    404: "unknown",
    405: "bad-verb",
    413: "too-long",
    415: "bad-input",
    429: "too-often",
}

_log = structlog.get_logger(__name__)


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why it was not done, and what to do. ``field`` names what is wrong in the request.

    ``incident`` or ``area`` is what it is now; ``snapshot`` the position to begin anew from.
    """

    code: str
    text: str
    field: str | None = None
    incident: Incident | None = None
    area: Area | None = None
    snapshot: Position | None = None
    wait_s: int | None = None


class Refused(HTTPException):
    """A request that is not carried out."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(detail=problem.text, status_code=status)
        self.problem = problem


def of_daemon(reply: Reply) -> Refused:
    """The daemon's refusal."""
    code = str(reply.get("code", "fault"))
    status = STATUS.get(code, 400)
    wait_s = reply.get("wait_s")
    shown = reply.get("incident"), reply.get("area")
    return Refused(
        status,
        Problem(
            code=code,
            text=str(reply.get("text", "")),
            incident=None if shown[0] is None else msgspec.convert(shown[0], Incident),
            area=None if not isinstance(shown[1], dict) else msgspec.convert(shown[1], Area),
            snapshot=reply.get("snapshot"),
            wait_s=wait_s if isinstance(wait_s, int) else None,
        ),
    )


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Whatever went wrong, as one shape."""
    headers = dict(HEADERS)
    match error:
        case Refused():
            status, problem = error.status_code, error.problem
        case ValidationException():
            status, problem = 400, _at_the_field(request, error)
        case HTTPException():
            status = error.status_code
            headers |= error.headers or {}
            problem = Problem(code=_OF_HTTP.get(status, "bad-input"), text=_said(error))
        case DaemonGone():
            status, problem = 503, Problem(code="no-daemon", text=str(error))
        case _:
            _log.error("api_failed", exc_info=error)
            text = "monitord failed on this request; see the log of the console"
            status, problem = 500, Problem(code="fault", text=text)
    if problem.wait_s:
        headers["Retry-After"] = str(problem.wait_s)
    return Response(problem, status_code=status, headers=headers)


def _at_the_field(request: Request[Any, Any, Any], error: ValidationException) -> Problem:
    """The first thing that is wrong. It names the field and what belongs there, never what was
    sent: that may be a PIN."""
    told = error.extra if isinstance(error.extra, list) else []
    each = next((each for each in told if isinstance(each, dict)), {})
    field, message = str(each.get("key", "")), str(each.get("message", ""))
    fields = _fields(request)
    if named := _NAMED.search(message):
        field = named[1][:60]
        there = nearest_text("field", field, fields)
        message = there if "unknown" in message else f"{field} is missing: send it as well"
    elif field in ("", "data"):
        message, field = f"Send one JSON object; its fields are {', '.join(fields)}", ""
    else:
        message = f"{field}: {message}"
    return Problem(code="bad-input", text=message, field=field or None)


def _fields(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """What the body of this request may hold."""
    taken = request.route_handler.parsed_fn_signature.parameters.get("data")
    kinds = () if taken is None else (taken.annotation, *taken.type_wrappers, *taken.args)
    return next((k.__struct_fields__ for k in kinds if hasattr(k, "__struct_fields__")), ())


def _said(error: HTTPException) -> str:
    match error.status_code:
        case 400:
            return f"That is not JSON: {error.detail}"
        case 404:
            return "There is nothing at this address; /api/openapi.json lists what there is"
        case 405:
            return "This address takes another verb; /api/openapi.json lists them"
        case 413:
            return "A request has at most 64 KiB"
        case _:
            return error.detail
