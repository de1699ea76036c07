"""Who is asking: the kernel names the account, the site file the person, a PIN proves another.

Nothing that a request says about its sender is believed without a PIN. A PIN is never logged and
never part of an answer.
"""

import os
from typing import Final

import msgspec

from monitord.people.accounts import PinAnswer, PinVerdict
from monitord.people.logins import person_of
from monitord.people.private import PrivateFileError
from monitord.people.sessions import Session
from monitord.people.tokens import Program, TokenRole
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, nearest_text
from monitord.runtime.control.request import Command
from monitord.vocabulary import Proof

#: The ways by which wrong tries are counted (``Accounts.check_pin``), each on its own.
VIA: Final = "command-line"
CONSOLE: Final = "console"
#: How a program came: its name says which.
PROGRAM_VIA: Final = "program"


class Caller(msgspec.Struct, frozen=True):
    """A connection's other end: ``uid`` by the kernel's word."""

    uid: int

    @property
    def keeps_accounts(self) -> bool:
        """Root, or the account that the daemon itself runs as."""
        return self.uid in (0, os.geteuid())


class Speaker(msgspec.Struct, frozen=True):
    """The person (or ``token/NAME``) in whose name a command is given, and how we know."""

    person: str
    proof: Proof
    via: str = VIA


async def speaker(desk: Desk, caller: Caller, command: Command) -> Speaker:
    """Who is behind a command. Raises :class:`Refused` with what to do about it."""
    if command.token:
        return await _program(desk, command)
    if command.session or command.station:
        return await _at_console(desk, command)
    own = await person_of(caller.uid, desk.logins())
    person = command.person or own
    if person is None:
        raise Refused(
            "forbidden",
            "Your account is nobody's in the site file: say who you are with --person and your "
            "PIN, or have `login:` added to your record",
        )
    people = desk.engine.state.site.people
    if person not in people:
        raise Refused("forbidden", nearest_text("person", person, people))
    if command.pin:
        await _check_both(desk, person, command, VIA)
        return Speaker(person, Proof.PIN)
    if person != own:
        raise Refused("needs-pin", f"Your account is not the one of {person}: give their PIN")
    return Speaker(person, Proof.LOGIN)


async def _at_console(desk: Desk, command: Command) -> Speaker:
    """Who is signed on there; or at a station, who gives their PIN with this one command."""
    if not command.session:
        await station_of(desk, command.station)
        if command.person not in desk.engine.state.site.people:
            raise Refused("forbidden", "Say who you are, and give your PIN")
        await _check_both(desk, command.person, command, CONSOLE)
        return Speaker(command.person, Proof.PIN, CONSOLE)
    if command.person:
        raise Refused("bad-input", "A session speaks for who is signed on: leave person out")
    session = await session_of(desk, command.session)
    if not command.pin:
        return Speaker(session.person, Proof.SESSION, CONSOLE)
    await _check_both(desk, session.person, command, CONSOLE)
    return Speaker(session.person, Proof.PIN, CONSOLE)


async def session_of(desk: Desk, text: str) -> Session:
    """The session that ``text`` proves, of somebody who is still in the site file."""
    try:
        session = None if desk.sessions is None else await desk.sessions.find(text)
    except PrivateFileError as error:
        raise Refused("unavailable", f"Sessions cannot be checked: {error}") from None
    if session is None or session.person not in desk.engine.state.site.people:
        raise Refused("signed-off", "You are not signed on any more: sign on again")
    return session


async def station_of(desk: Desk, secret: str) -> str:
    """The station that ``secret`` proves, which is still in the site file."""
    try:
        station = await desk.accounts.check_station(secret)
    except PrivateFileError as error:
        raise Refused("unavailable", f"Stations cannot be checked: {error}") from None
    if station is None or station not in desk.engine.state.site.stations:
        raise Refused("not-enrolled", "This screen is no station any more: enrol it again")
    return station


async def _program(desk: Desk, command: Command) -> Speaker:
    """The program that a token proves; a token beside a person's name or PIN proves nothing."""
    if command.person or command.pin or command.session or command.station:
        raise Refused("bad-input", "A token speaks for a program: leave person and pin out")
    program = await program_of(desk, command.token)
    if program.role is not TokenRole.OPERATOR:
        raise Refused("forbidden", f"The token {program.name} may look and not act")
    return Speaker(program.speaks_as, Proof.TOKEN, PROGRAM_VIA)


async def program_of(desk: Desk, text: str) -> Program:
    """The program that a token proves while it holds."""
    try:
        program = await desk.accounts.check_token(text)
    except PrivateFileError as error:
        raise Refused("unavailable", f"Tokens cannot be checked: {error}") from None
    if program is None:
        raise Refused(
            "no-token", "No such token: it was revoked, has ended, or was never made here"
        )
    return program


def key_of(caller: Caller, who: Speaker, key: str) -> str:
    """An idempotency key as the engine has it: nobody comes by the answer to another's."""
    if not key:
        return ""
    if who.proof is Proof.TOKEN:
        return f"{who.person}:{key}"
    return f"{who.via}:{caller.uid}:{key}"


async def check_pin(desk: Desk, person: str, pin: str, via: str) -> PinAnswer:
    """The answer when it is theirs. Raises :class:`Refused`."""
    try:
        answer = await desk.accounts.check_pin(person, pin, via)
    except PrivateFileError as error:
        raise Refused("unavailable", f"PINs cannot be checked: {error}") from None
    if not answer.ok:
        raise _refusal(person, answer)
    return answer


async def _check_both(desk: Desk, person: str, command: Command, via: str) -> None:
    """The PIN, and the code of the second factor where one is given."""
    await check_pin(desk, person, command.pin, via)
    if not command.code:
        return
    try:
        answer = await desk.accounts.check_code(person, command.code, via)
    except PrivateFileError as error:
        raise Refused("unavailable", f"Codes cannot be checked: {error}") from None
    if not answer.ok:
        raise _code_refusal(person, answer)


def _code_refusal(person: str, answer: PinAnswer) -> Refused:
    wait_s = -(-answer.wait_ms // 1000)
    if answer.verdict is PinVerdict.NOT_SET:
        text = f"{person} has no second factor yet: `monitord user totp {person}` sets one up"
        return Refused("no-code", text)
    if answer.verdict is PinVerdict.LOCKED:
        return Refused("locked", f"Too many wrong codes: wait {wait_s} s", {"wait_s": wait_s})
    text = "This code does not hold, or was used before: wait for the next one"
    return Refused("wrong-code", text, {"wait_s": wait_s})


def _refusal(person: str, answer: PinAnswer) -> Refused:
    wait_s = -(-answer.wait_ms // 1000)
    if answer.verdict is PinVerdict.NOT_SET:
        return Refused("no-pin", f"{person} has no PIN yet: `monitord user add {person}` sets one")
    if answer.verdict is PinVerdict.LOCKED:
        return Refused("locked", f"Too many wrong PINs: wait {wait_s} s", {"wait_s": wait_s})
    then = f", and wait {wait_s} s before the next try" if wait_s else ""
    return Refused("wrong-pin", f"This is not the PIN of {person}{then}", {"wait_s": wait_s})
