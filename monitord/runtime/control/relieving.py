"""The verbs of the PIN for one shift. What is allowed is decided in the core.

The PIN is made here, out of chance, told once in the answer, and kept as a hash with its end. It
goes into no fact, no log and no second answer.
"""

import secrets
from typing import Final

from monitord.core import facts as f
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.people.pins import PinRefused, check_choice
from monitord.people.private import PrivateFileError
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_relief as rr
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.holding import utc_ms_of
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.view import View
from monitord.runtime.control.who import Caller, key_of, speaker
from monitord.vocabulary import Role

DIGITS: Final = 6


async def relieve(desk: Desk, caller: Caller, request: rr.GiveRelief | rr.EndRelief) -> Reply:
    """Give or end; the answer of giving has the PIN, once."""
    people = desk.engine.state.site.people
    if request.who not in people:
        raise Refused("unknown", p.nearest_text("person", request.who, people))
    until_ms = utc_ms_of(request.until) if isinstance(request, rr.GiveRelief) else 0
    who = await speaker(desk, caller, request)
    key = key_of(caller, who, request.key)
    fact: f.AnyFact
    if isinstance(request, rr.GiveRelief):
        await _has_none(desk, request.who)
        fact = f.GiveRelief(
            by=who.person, proof=who.proof, person=request.who, until_utc_ms=until_ms, key=key
        )
    else:
        fact = f.EndRelief(by=who.person, proof=who.proof, person=request.who, key=key)
    answer = await desk.engine.submit(fact)
    shown = reliefs(desk.engine.state, desk.engine.now_ms())
    more: Reply = {"position": answer.position, "stored": answer.stored, **shown}
    if answer.code:
        return Refused(answer.code, answer.text, more).reply()
    given = isinstance(request, rr.GiveRelief)
    pin = await _keep(desk, request.who, until_ms) if given else await _drop(desk, request.who)
    return {"ok": True, **more, "who": request.who, "pin": pin}


def reliefs(state: State, now_ms: int) -> View:
    """Those that hold, and the guards to whom one may be given."""
    return {
        **view.head(state, now_ms),
        "reliefs": [
            {
                "person": person,
                "by": record.by,
                "since": view.moment(state, record.since_ms),
                "until": rfc3339(record.until_utc_ms),
            }
            for person, record in state.reliefs.items()
        ],
        "guards": [n for n, person in state.site.people.items() if person.role is Role.GUARD],
    }


async def _has_none(desk: Desk, person: str) -> None:
    """A PIN of their own is never replaced by one for a night."""
    try:
        own = await desk.accounts.has_own_pin(person)
    except PrivateFileError as error:
        raise Refused("unavailable", f"PINs cannot be looked at: {error}") from None
    if own:
        raise Refused("already", f"{person} has a PIN of their own, and uses that one")


async def _keep(desk: Desk, person: str, until_ms: int) -> str:
    pin = made()
    try:
        await desk.accounts.set_pin(person, pin, ends_ms=until_ms)
        await _sign_off(desk, person)
    except (PinRefused, PrivateFileError) as error:
        raise Refused("unavailable", f"The PIN was not stored: {error}. Give it again") from None
    return pin


async def _drop(desk: Desk, person: str) -> str:
    try:
        if not await desk.accounts.has_own_pin(person):
            await desk.accounts.forget(person)
        await _sign_off(desk, person)
    except PrivateFileError as error:
        raise Refused("unavailable", f"The PIN still holds: {error}. End it again") from None
    return ""


async def _sign_off(desk: Desk, person: str) -> None:
    if desk.sessions is not None:
        await desk.sessions.close_all(person)


def made() -> str:
    """Six digits out of chance, none of those that are guessed first."""
    while True:
        pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        try:
            check_choice(pin)
        except PinRefused:
            continue
        return pin
