"""The accounts file of the state folder: PIN hashes, wrong tries, hashes of tokens; 0600.

It never enters journal, site file, snapshot or feed. Each change is written whole beside the file,
synced and renamed; a lock file keeps the daemon and the command line apart. A wrong try is on
disk before the PIN is looked at, so that a kill or a second process wins nobody a free guess.
Whoever guesses in one way (``via``: a link, the command line) locks only that way, so a
stranger with a link cannot keep a guard from closing an incident on site.
"""

import asyncio
import difflib
import fcntl
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from monitord.people import stations, totp
from monitord.people.pins import Failures, PinRefused, check_choice, hash_pin, pin_matches
from monitord.people.private import PrivateFileError, read_private, write_private
from monitord.people.stations import StationSecret
from monitord.people.tokens import Program, TokenRecord, TokenRefused, TokenRole, find, make

FILE_NAME: Final = "accounts.json"
FILE_BYTES_MAX: Final = 4 * 1024 * 1024
LOCK_TRIES: Final = 200
LOCK_PAUSE_S: Final = 0.01
WAYS_MAX: Final = 8
#: Behind the way, where codes are counted and not PINs.
CODE: Final = "+code"


class UnknownPerson(LookupError):
    """The site has no such person; the text says so, with the nearest that it has."""


class PinVerdict(StrEnum):
    """What came of a PIN. Only ``OK`` proves anything."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"
    NOT_SET = "not-set"


class PinAnswer(msgspec.Struct, frozen=True):
    """``wait_ms``: how long no further PIN of this person is looked at on this way.

    ``duress``: it is the PIN that they give when they are forced; nothing may show that.
    ``ends_ms``: until when one for one shift holds.
    """

    verdict: PinVerdict
    wait_ms: int = 0
    duress: bool = False
    ends_ms: int | None = None

    @property
    def ok(self) -> bool:
        """The PIN is this person's."""
        return self.verdict is PinVerdict.OK


class _Account(msgspec.Struct):
    pin_hash: str
    failures: dict[str, Failures] = {}
    duress_hash: str = ""
    #: Of a PIN for one shift: it holds until then; None for one of their own.
    ends_ms: int | None = None
    #: The secret of their second factor, in base32, and the last step whose code was taken.
    totp: str = ""
    totp_step: int = 0


class _File(msgspec.Struct):
    version: int = 1
    people: dict[str, _Account] = {}
    tokens: dict[str, TokenRecord] = {}
    stations: dict[str, StationSecret] = {}


class Accounts:
    """PINs of people. ``now_ms`` is the time of day (UTC)."""

    def __init__(self, state: Path, now_ms: Callable[[], int]) -> None:
        self._path = state / FILE_NAME
        self._now_ms = now_ms
        # One check at a time bounds the memory that hashing takes.
        self._turn = asyncio.Lock()

    async def set_pin(
        self, person: str, pin: str, *, duress: bool = False, ends_ms: int | None = None
    ) -> None:
        """Give ``person`` a (new) PIN and forget wrong tries. Raises ``PinRefused``.

        ``duress``: the second one, for when they are forced. ``ends_ms``: it is for one shift.
        """
        check_choice(pin)
        async with self._turn:
            await asyncio.to_thread(self._set, person, pin, duress, ends_ms)

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        """Whether ``pin`` is the one of ``person``. Raises ``PrivateFileError``."""
        async with self._turn:
            return await asyncio.to_thread(self._check, person, pin, via)

    async def set_totp(self, person: str, secret: str) -> None:
        """Their second factor; an empty ``secret`` takes it away. Raises ``PinRefused`` where
        they have no PIN."""
        async with self._turn:
            await asyncio.to_thread(self._set_totp, person, secret)

    async def check_code(self, person: str, code: str, via: str) -> PinAnswer:
        """Whether ``code`` is the one of their second factor just now; each holds once.

        Wrong ones are counted as wrong PINs are, on a way of their own.
        """
        async with self._turn:
            return await asyncio.to_thread(self._check_code, person, code, via + CODE)

    async def has_pin(self, person: str) -> bool:
        """Whether ``person`` has a PIN at all. Raises ``PrivateFileError``."""
        return person in (await asyncio.to_thread(self._read)).people

    async def has_own_pin(self, person: str) -> bool:
        """Whether ``person`` has a PIN that is not for one shift. Raises ``PrivateFileError``."""
        account = (await asyncio.to_thread(self._read)).people.get(person)
        return account is not None and account.ends_ms is None

    async def forget(self, person: str) -> None:
        """Keep nothing of ``person`` any more. Raises ``PrivateFileError``."""
        async with self._turn:
            await asyncio.to_thread(self._forget, person)

    async def add_token(self, name: str, role: TokenRole, ends_ms: int | None = None) -> str:
        """A new token, as text: the only time that it is told. Raises ``TokenRefused``."""
        async with self._turn:
            return await asyncio.to_thread(self._add_token, name, role, ends_ms)

    async def revoke_token(self, name: str) -> None:
        """Make a token worth nothing. Raises ``TokenRefused`` when there is none."""
        async with self._turn:
            await asyncio.to_thread(self._revoke_token, name)

    async def tokens(self) -> dict[str, TokenRecord]:
        """What is kept of every token, by name. Raises ``PrivateFileError``."""
        return (await asyncio.to_thread(self._read)).tokens

    async def check_token(self, text: str) -> Program | None:
        """The program whose token this is, if it holds. Raises ``PrivateFileError``."""
        return find(await self.tokens(), text, self._now_ms())

    async def enrol_station(self, name: str) -> str:
        """A new secret for a station, as text; an earlier one ends. Raises ``PrivateFileError``."""
        async with self._turn:
            return await asyncio.to_thread(self._enrol_station, name)

    async def check_station(self, text: str) -> str | None:
        """The station whose secret this is. Raises ``PrivateFileError``."""
        return stations.find((await asyncio.to_thread(self._read)).stations, text)

    def _enrol_station(self, name: str) -> str:
        with self._locked() as file:
            if name not in file.stations and len(file.stations) >= stations.STATIONS_MAX:
                raise PrivateFileError(f"{stations.STATIONS_MAX} stations are enrolled already")
            text, file.stations[name] = stations.make(self._now_ms())
            self._write(file)
        return text

    def _add_token(self, name: str, role: TokenRole, ends_ms: int | None) -> str:
        with self._locked() as file:
            text, file.tokens[name] = make(file.tokens, name, role, self._now_ms(), ends_ms)
            self._write(file)
        return text

    def _revoke_token(self, name: str) -> None:
        with self._locked() as file:
            if file.tokens.pop(name, None) is None:
                known = ", ".join(sorted(file.tokens)) or "none"
                raise TokenRefused(f"There is no token {name}; there are: {known}")
            self._write(file)

    def _set(self, person: str, pin: str, duress: bool, ends_ms: int | None) -> None:
        pin_hash = hash_pin(pin)
        with self._locked() as file:
            known = file.people.get(person)
            if duress and known is None:
                raise PinRefused(f"{person} has no PIN yet: set that one first")
            other = "" if known is None else known.pin_hash if duress else known.duress_hash
            if other and pin_matches(other, pin):
                raise PinRefused("the PIN and the duress PIN must not be the same")
            kept = known or _Account("")
            kept.failures = {}
            if duress:
                kept.duress_hash = pin_hash
            else:
                kept.pin_hash, kept.ends_ms = pin_hash, ends_ms
            file.people[person] = kept
            self._write(file)

    def _forget(self, person: str) -> None:
        with self._locked() as file:
            if file.people.pop(person, None) is not None:
                self._write(file)

    def _set_totp(self, person: str, secret: str) -> None:
        with self._locked() as file:
            if (account := file.people.get(person)) is None:
                raise PinRefused(f"{person} has no PIN yet: set that one first")
            account.totp, account.totp_step = secret, 0
            self._write(file)

    def _check_code(self, person: str, code: str, way: str) -> PinAnswer:
        now_ms = self._now_ms()
        with self._locked() as file:
            account = file.people.get(person)
            if account is None or not account.totp:
                return PinAnswer(PinVerdict.NOT_SET)
            failures = account.failures.get(way, Failures())
            if wait_ms := failures.wait_ms(now_ms):
                return PinAnswer(PinVerdict.LOCKED, wait_ms)
            step = totp.matching_step(account.totp, code, now_ms, account.totp_step)
            if step is None:
                account.failures[way] = failures.one_more(now_ms)
                wait_ms = account.failures[way].wait_ms(now_ms)
            else:
                account.totp_step = step
                account.failures.pop(way, None)
            self._write(file)
        return PinAnswer(PinVerdict.WRONG, wait_ms) if step is None else PinAnswer(PinVerdict.OK)

    def _check(self, person: str, pin: str, via: str) -> PinAnswer:
        now_ms = self._now_ms()
        with self._locked() as file:
            account = file.people.get(person)
            if account is None or (account.ends_ms is not None and now_ms >= account.ends_ms):
                return PinAnswer(PinVerdict.NOT_SET)
            failures = account.failures.get(via, Failures())
            wait_ms = failures.wait_ms(now_ms)
            if wait_ms:
                return PinAnswer(PinVerdict.LOCKED, wait_ms)
            if via not in account.failures and len(account.failures) >= WAYS_MAX:
                raise PrivateFileError(f"more than {WAYS_MAX} ways to give a PIN: {via} is not one")
            account.failures[via] = failures.one_more(now_ms)
            self._write(file)
        # Both are looked at, always: how long it takes tells nobody which one it was, nor whether
        # there is a second one at all.
        true = pin_matches(account.pin_hash, pin)
        forced = pin_matches(account.duress_hash or account.pin_hash, pin)
        duress = forced and bool(account.duress_hash)
        if not (true or duress):
            return PinAnswer(PinVerdict.WRONG, account.failures[via].wait_ms(now_ms))
        with self._locked() as file:
            same = file.people.get(person)
            if same is not None and same.failures.pop(via, None) is not None:
                self._write(file)
        return PinAnswer(PinVerdict.OK, duress=duress, ends_ms=account.ends_ms)

    @contextmanager
    def _locked(self) -> Iterator[_File]:
        """The file's content while nobody else may change it."""
        path = self._path.with_suffix(".lock")
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PrivateFileError(f"{path} cannot be opened: {error.strerror}") from None
        try:
            _wait_for(lock)
            yield self._read()
        finally:
            os.close(lock)

    def _read(self) -> _File:
        raw = read_private(self._path, FILE_BYTES_MAX)
        if raw is None:
            return _File()
        try:
            return msgspec.json.decode(raw, type=_File)
        except msgspec.MsgspecError:
            raise PrivateFileError(
                f"{self._path} is damaged: restore it, or move it away and set the PINs again"
            ) from None

    def _write(self, content: _File) -> None:
        write_private(self._path, msgspec.json.encode(content))


async def add_user(
    accounts: Accounts, known: Collection[str], person: str, pin: str, *, duress: bool = False
) -> None:
    """Give a person of the site their PIN, the first or a new one; or their ``duress`` PIN.

    ``known`` are the people of the site file. Raises ``UnknownPerson`` for anybody else and
    ``PinRefused`` for a PIN that is too easy.
    """
    if person not in known:
        near = difflib.get_close_matches(person, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "add them to the site file first"
        raise UnknownPerson(f"the site has no person called {person}: {hint}")
    await accounts.set_pin(person, pin, duress=duress)


def _wait_for(lock: int) -> None:
    """Take the lock; raises ``PrivateFileError`` when another program keeps it for 2 s."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE_S)
        else:
            return
    raise PrivateFileError("another program holds the accounts file: try again")
