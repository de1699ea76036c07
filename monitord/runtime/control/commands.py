"""The verbs that change something: each builds one fact and waits for the engine's answer.

What is allowed is decided in the core. Notes are personal text: they go to the side store, and
the fact carries a reference.
"""

from typing import Final, assert_never

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.facts import TextRef
from monitord.journal.errors import StoreError
from monitord.people.pins import PinRefused
from monitord.people.private import PrivateFileError
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_people as rp
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view import moment
from monitord.runtime.control.view_incidents import incident
from monitord.runtime.control.who import Caller, Speaker, key_of, speaker
from monitord.runtime.engine import Answer
from monitord.vocabulary import DECLARABLE, Category, Confirmed, Looked

#: The finding of an incident that was closed while no text could be stored.
UNKEPT: Final = "note/unkept"

AnyCommand = p.Acknowledge | p.Close | p.Agree | p.Confirm | p.Declare


async def carry_out(desk: Desk, caller: Caller, command: AnyCommand) -> Reply:
    """Give the fact to the engine; the answer comes after its commit."""
    _check_same(desk, command)
    who = await speaker(desk, caller, command)
    note = None if isinstance(command, p.Agree) else await _keep(desk, who, command.note)
    key = key_of(caller, who, command.key)
    fact: f.AnyFact
    match command:
        case p.Acknowledge():
            fact = f.Acknowledge(
                by=who.person,
                proof=who.proof,
                incident=command.number,
                seen=command.seen,
                via=who.via,
                note=note,
                key=key,
            )
        case p.Close():
            fact = f.Close(
                by=who.person,
                proof=who.proof,
                incident=command.number,
                seen=command.seen,
                cause=command.cause,
                finding=await _keep_finding(desk, who, command.finding),
                note=note,
                found_by=command.found_by,
                looked=Looked(command.looked) if command.looked else None,
                key=key,
            )
        case p.Agree():
            number, seen = command.number, command.seen
            fact = f.AgreeClose(by=who.person, proof=who.proof, incident=number, seen=seen, key=key)
        case p.Confirm():
            fact = f.ConfirmIncident(
                by=who.person,
                proof=who.proof,
                incident=command.number,
                how=Confirmed(command.how),
                note=note,
                key=key,
            )
        case p.Declare():
            fact = f.Declare(
                by=who.person,
                proof=who.proof,
                category=_category(desk, command),
                area=command.area,
                note=note,
                key=key,
            )
        case _ as never:
            assert_never(never)
    answer = await desk.engine.submit(fact)
    return _reply(desk, answer, _number(desk, who, command, answer))


def _check_same(desk: Desk, command: AnyCommand) -> None:
    """Refuse a number that means another incident than the one that was shown.

    Numbers begin anew where a journal was lost: whoever looked before must look again.
    """
    if isinstance(command, p.Declare) or not command.opened:
        return
    state = desk.engine.state
    record = state.incidents.get(command.number)
    if record is None or moment(state, record.opened_ms) == command.opened:
        return
    raise Refused(
        "not-the-same",
        f"Incident {command.number} is another one than you looked at: it was opened at "
        f"{moment(state, record.opened_ms)}, yours at {command.opened[:60]}. Look again",
        {"incident": incident(state, record, desk.engine.now_ms())},
    )


def _category(desk: Desk, command: p.Declare) -> Category:
    """The category, once it and the area are known words; else the nearest ones are told."""
    words = sorted(DECLARABLE)
    areas = desk.engine.state.site.areas
    if command.category not in words:
        raise Refused("bad-input", p.nearest_text("category to declare", command.category, words))
    if command.area not in areas:
        raise Refused("bad-input", p.nearest_text("area", command.area, areas))
    return Category(command.category)


async def add_user(desk: Desk, caller: Caller, request: rp.UserAdd) -> Reply:
    """Set a person's PIN. Whoever is signed on with the one before is signed on no more."""
    if not caller.keeps_accounts:
        raise Refused("forbidden", "Only root and the account of the daemon may set PINs: use sudo")
    people = desk.engine.state.site.people
    if request.person not in people:
        raise Refused("unknown", p.nearest_text("person", request.person, people))
    try:
        await desk.accounts.set_pin(request.person, request.pin, duress=request.duress)
        if desk.sessions is not None and not request.duress:
            await desk.sessions.close_all(request.person)
    except PinRefused as error:
        raise Refused("bad-input", str(error)) from None
    except PrivateFileError as error:
        raise Refused("unavailable", f"The PIN was not stored: {error}") from None
    return {"ok": True, "person": request.person}


async def _keep(desk: Desk, who: Speaker, note: str) -> TextRef | None:
    if not note:
        return None
    try:
        return await desk.keep(who.person, note)
    except StoreError:
        raise Refused(
            "unavailable", "The note cannot be stored now: send it again without the note"
        ) from None


async def _keep_finding(desk: Desk, who: Speaker, finding: str) -> TextRef | None:
    """Where it cannot be stored the incident may be closed all the same: people must not be called
    all night because a disk is full. It then reads as erased."""
    if not finding.strip():
        return None
    try:
        return await desk.keep(who.person, finding)
    except StoreError:
        return TextRef(id=UNKEPT, hash="")


def _number(desk: Desk, who: Speaker, command: AnyCommand, answer: Answer) -> int | None:
    """The incident that a command is about; of a repeated declaration the one it opened then."""
    if not isinstance(command, p.Declare):
        return command.number
    opened = next((e.incident for e in answer.events if isinstance(e, ev.IncidentOpened)), None)
    if opened is not None or answer.code or not command.key:
        return opened
    about = (who.person, command.category, command.area)
    known = desk.engine.state.incidents.values()
    own = (i.number for i in known if (i.declared_by, i.category, i.area) == about)
    return max(own, default=None)


def _reply(desk: Desk, answer: Answer, number: int | None) -> Reply:
    """The answer, with the incident as it is now: a refusal shows what there is to see."""
    state = desk.engine.state
    record = None if number is None else state.incidents.get(number)
    shown = None if record is None else incident(state, record, desk.engine.now_ms())
    more: Reply = {"position": answer.position, "stored": answer.stored, "incident": shown}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    return {"ok": True, **more}
