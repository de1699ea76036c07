"""What is asked for: each becomes one request to the daemon, which decides and keeps the record.

What weakens the guard needs a person's own session and their PIN again; a program is refused by
the daemon, on record (law 11). The PIN of somebody is never sent on with a program's token.
"""

from hashlib import sha256
from typing import Annotated, Any, Final, TypeVar

import msgspec
from litestar import Response, delete, post
from litestar.params import FromPath, HeaderParameter, JSONBody

from monitord.console.api.answers import Area, LedgerLine, Moment, Position
from monitord.console.api.answers_incidents import Incident
from monitord.console.api.asking import Asker, bearer_of
from monitord.console.api.looks import found
from monitord.console.api.refusing import of_daemon
from monitord.console.api.telling import AnyRequest, Tools, Who, problems, state_of
from monitord.console.desk import Desk
from monitord.console.link import Reply
from monitord.people.pins import DIGITS_MAX
from monitord.runtime.control.protocol import NOTE_CHARS_MAX

KEY_CHARS_MAX: Final = 64

Words = Annotated[str, msgspec.Meta(max_length=NOTE_CHARS_MAX)]
Word = Annotated[str, msgspec.Meta(max_length=100)]
Pin = Annotated[str, msgspec.Meta(max_length=DIGITS_MAX)]
Revision = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Key = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        max_length=KEY_CHARS_MAX,
        description="The same key with the same request is carried out once within 24 h",
    ),
]

_T = TypeVar("_T")

_WRITES: Final = problems(400, 401, 403, 404, 409, 413, 429, 500, 503)


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of all that is sent: a field that nobody knows is refused."""


class Acknowledge(Asked, frozen=True, kw_only=True):
    """``seen`` is the `rev` that was shown; ``opened`` its opening time, so that a number that
    means another incident by now is refused."""

    seen: Revision
    note: Words = ""
    opened: Word = ""


class Declare(Asked, frozen=True, kw_only=True):
    category: Word
    area: Word
    note: Words = ""


class SetArea(Asked, frozen=True, kw_only=True):
    """``force`` over what speaks against it needs a person and their PIN."""

    force: bool = False
    part: bool = False
    reason: Words = ""
    pin: Pin = ""


class Close(Asked, frozen=True, kw_only=True):
    """Without ``seen``: as it is shown now."""

    cause: Word
    finding: Words = ""
    note: Words = ""
    found_by: Word = ""
    looked: Word = ""
    seen: Revision | None = None
    pin: Pin


class Isolate(Asked, frozen=True, kw_only=True):
    until: Moment
    reason: Words
    pin: Pin


class Unset(Asked, frozen=True, kw_only=True):
    pin: Pin


class SignOn(Asked, frozen=True, kw_only=True):
    person: Word
    pin: Pin


class Done(msgspec.Struct, kw_only=True):
    """Carried out. ``stored``: false while the journal does not take it and memory holds it."""

    position: Position
    stored: bool


class IncidentDone(Done, kw_only=True):
    """``incident`` as it is now; null where it is hidden from who asked."""

    incident: Incident | None


class AreaDone(Done, kw_only=True):
    area: Area


class HeldDone(Done, kw_only=True):
    held_back: list[LedgerLine]


class GivenBack(Done, kw_only=True):
    source: str
    ended: list[str]


class SignedOn(msgspec.Struct, kw_only=True):
    """``session`` is the bearer of this person until ``ends``, or until they sign off."""

    session: str
    person: str
    name: str
    role: str
    since: Moment
    ends: Moment


@post("/incidents/{incident:str}/acknowledge", status_code=200, responses=_WRITES)
async def acknowledge(
    desk: Tools, asker: Who, incident: FromPath[str], data: JSONBody[Acknowledge], key: Key = ""
) -> Response[IncidentDone]:
    """Take an incident at the revision that was seen; 409 when it has worsened since."""
    number = found(state_of(desk, asker), incident).number
    asked = {"number": number, "seen": data.seen, "opened": data.opened, "note": data.note}
    given = _key(asker, key, "acknowledge", number, data.seen)
    return Response(await _ask(desk, asker, "acknowledge", IncidentDone, **asked, key=given))


@post("/incidents", status_code=201, responses=_WRITES)
async def declare(
    desk: Tools, asker: Who, data: JSONBody[Declare], key: Key = ""
) -> Response[IncidentDone]:
    """Raise an alarm by hand: what somebody saw, and where."""
    asked = {"category": data.category, "area": data.area, "note": data.note}
    given = _key(asker, key, "declare", data.category, data.area)
    done = await _ask(desk, asker, "declare", IncidentDone, **asked, key=given)
    where = {"Location": f"/api/v1/incidents/{done.incident.number}"} if done.incident else {}
    return Response(done, headers=where)


@post("/incidents/{incident:str}/close", status_code=200, responses=_WRITES)
async def close(
    desk: Tools, asker: Who, incident: FromPath[str], data: JSONBody[Close], key: Key = ""
) -> Response[IncidentDone]:
    """Close an incident with its cause. A person's session and their PIN; a token gets 403."""
    record = found(state_of(desk, asker), incident)
    asked = {
        "number": record.number,
        "seen": data.seen or record.rev,
        "cause": data.cause,
        "finding": data.finding,
        "note": data.note,
        "found_by": data.found_by,
        "looked": data.looked,
    }
    given = _key(asker, key, "close", record.number, asked["seen"], data.cause)
    return Response(
        await _ask(desk, asker, "close", IncidentDone, **asked, **_pin(asker, data.pin), key=given)
    )


@post("/areas/{area:str}/set", status_code=200, responses=_WRITES)
async def set_area(
    desk: Tools,
    asker: Who,
    area: FromPath[str],
    data: JSONBody[SetArea | None] = None,
    key: Key = "",
) -> Response[AreaDone]:
    """Set an area that monitord keeps."""
    data = data or SetArea()
    asked = {"area": area, "force": data.force, "part": data.part, "reason": data.reason}
    given = _key(asker, key, "set", area, data.force, data.part)
    return Response(
        await _ask(desk, asker, "set", AreaDone, **asked, **_pin(asker, data.pin), key=given)
    )


@post("/areas/{area:str}/unset", status_code=200, responses=_WRITES)
async def unset_area(
    desk: Tools, asker: Who, area: FromPath[str], data: JSONBody[Unset], key: Key = ""
) -> Response[AreaDone]:
    """Unset an area that monitord keeps. A person's session and their PIN; a token gets 403."""
    given = _key(asker, key, "unset", area)
    pin = _pin(asker, data.pin)
    return Response(await _ask(desk, asker, "unset", AreaDone, area=area, **pin, key=given))


@post("/points/{point:str}/isolate", status_code=200, responses=_WRITES)
async def isolate(
    desk: Tools, asker: Who, point: FromPath[str], data: JSONBody[Isolate], key: Key = ""
) -> Response[HeldDone]:
    """Take a point out of service until an end. A person's session and PIN; a token gets 403."""
    asked = {"source": point, "how": "out-of-service", "until": data.until, "reason": data.reason}
    given = _key(asker, key, "isolate", point, data.until)
    return Response(
        await _ask(desk, asker, "suppress", HeldDone, **asked, **_pin(asker, data.pin), key=given)
    )


@post("/points/{point:str}/restore", status_code=200, responses=_WRITES)
async def restore(
    desk: Tools, asker: Who, point: FromPath[str], key: Key = ""
) -> Response[GivenBack]:
    """End what people hold back of a point, before its time."""
    given = _key(asker, key, "restore", point)
    return Response(await _ask(desk, asker, "unsuppress", GivenBack, source=point, key=given))


@post("/session", status_code=201, responses=problems(400, 403, 413, 429, 500, 503), security=[])
async def sign_on(desk: Tools, data: JSONBody[SignOn]) -> Response[SignedOn]:
    """A person signs on: the session is their bearer, for one shift at most."""
    reply = await desk.link.ask("sign-on", person=data.person, pin=data.pin)
    return Response(_converted(reply, SignedOn))


@delete("/session", status_code=204, responses=problems(400, 401, 429, 500, 503))
async def sign_off(request: AnyRequest, desk: Tools, asker: Who) -> None:
    """End the session that is borne. A token is ended by `monitord token NAME --revoke`."""
    if not asker.is_program:
        session = bearer_of(request)
        desk.askers.forget(session)
        desk.people.forget(session)
        await desk.link.ask("sign-off", session=session)


async def _ask(desk: Desk, asker: Asker, verb: str, kind: type[_T], **asked: Any) -> _T:
    return _converted(await desk.link.ask(verb, **asked, **asker.bears), kind)


def _converted(reply: Reply, kind: type[_T]) -> _T:
    if not reply.get("ok"):
        raise of_daemon(reply)
    return msgspec.convert(reply, kind)


def _pin(asker: Asker, pin: str) -> dict[str, str]:
    return {} if asker.is_program else {"pin": pin}


def _key(asker: Asker, key: str, *about: object) -> str:
    """The asker's key for this very request: with another one it is another.

    Nothing that people wrote and no PIN goes into it: it stands in the journal.
    """
    if not key:
        return ""
    whole = "\0".join(str(each) for each in (asker.name, *about, key))
    return f"api/{sha256(whole.encode()).hexdigest()[:40]}"


ROUTES: Final = (
    acknowledge,
    declare,
    close,
    set_area,
    unset_area,
    isolate,
    restore,
    sign_on,
    sign_off,
)
