"""Who is signed on at a console: 256 bits of chance in the page, a hash in the state folder, 0600.

A session proves who sits there, for one shift at most, and nothing of law 11: that asks for the
PIN again. The console only carries it; whoever takes the console over finds the sessions of those
who are signed on, and nobody else's. Sessions outlive a kill of the daemon, so that no guard
signs on again in the middle of an alarm.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from monitord.people.private import PrivateFileError, read_private, write_private

FILE_NAME: Final = "sessions.json"
FILE_BYTES_MAX: Final = 256 * 1024
#: The longest shift.
SHIFT_MS: Final = 12 * 3_600_000
#: Of one person, and of all: whoever signs on once more ends their oldest.
PER_PERSON_MAX: Final = 4
SESSIONS_MAX: Final = 200
TOKEN_BYTES: Final = 32


class Session(msgspec.Struct, frozen=True):
    """One sign-on. Times are UTC; ``place`` is the station, or empty for any other browser."""

    hash: str
    person: str
    place: str
    since_ms: int
    ends_ms: int


class _File(msgspec.Struct):
    version: int = 1
    sessions: list[Session] = []


class Sessions:
    """All that are signed on. ``now_ms`` is UTC. One daemon alone writes the file."""

    def __init__(self, state: Path, now_ms: Callable[[], int]) -> None:
        self._path = state / FILE_NAME
        self._now_ms = now_ms
        self._turn = asyncio.Lock()
        self._known: list[Session] | None = None

    async def open(
        self, person: str, place: str, ends_ms: int | None = None
    ) -> tuple[str, Session]:
        """A new session as text, the only time that it is told. Raises ``PrivateFileError``.

        ``ends_ms``: their PIN holds no longer, so neither does this.
        """
        text = secrets.token_urlsafe(TOKEN_BYTES)
        now_ms = self._now_ms()
        shift_ms = now_ms + SHIFT_MS
        until_ms = shift_ms if ends_ms is None else min(shift_ms, ends_ms)
        session = Session(_hash(text), person, place, now_ms, until_ms)
        async with self._turn:
            known = await self._live()
            own = [s for s in known if s.person == person]
            ended = own[: max(0, len(own) - PER_PERSON_MAX + 1)]
            kept = [s for s in known if s not in ended][-SESSIONS_MAX + 1 :]
            await self._keep([*kept, session])
        return text, session

    async def find(self, text: str) -> Session | None:
        """The session that ``text`` proves; None when it is over. Raises ``PrivateFileError``."""
        given = _hash(text)
        found = None
        for session in await self._live():
            if hmac.compare_digest(session.hash, given):
                found = session
        return found

    async def close(self, text: str) -> Session | None:
        """End it; None where there was none. Raises ``PrivateFileError``."""
        found = await self.find(text)
        if found is not None:
            async with self._turn:
                await self._keep([s for s in await self._live() if s != found])
        return found

    async def close_all(self, person: str) -> int:
        """End all of ``person``; how many there were. Raises ``PrivateFileError``."""
        async with self._turn:
            known = await self._live()
            kept = [s for s in known if s.person != person]
            if len(kept) != len(known):
                await self._keep(kept)
        return len(known) - len(kept)

    async def signed_on(self) -> tuple[Session, ...]:
        """Those of now, oldest first. Raises ``PrivateFileError``."""
        return tuple(await self._live())

    async def _live(self) -> list[Session]:
        """Those that have not ended. A clock that went back makes none longer than a shift."""
        if self._known is None:
            self._known = await asyncio.to_thread(self._read)
        now_ms = self._now_ms()
        return [s for s in self._known if s.since_ms <= now_ms < s.ends_ms]

    async def _keep(self, sessions: list[Session]) -> None:
        await asyncio.to_thread(
            write_private, self._path, msgspec.json.encode(_File(sessions=sessions))
        )
        self._known = sessions

    def _read(self) -> list[Session]:
        raw = read_private(self._path, FILE_BYTES_MAX)
        if raw is None:
            return []
        try:
            return msgspec.json.decode(raw, type=_File).sessions
        except msgspec.MsgspecError:
            raise PrivateFileError(
                f"{self._path} is damaged: remove it, everybody then signs on anew"
            ) from None


def seat_name(station: str, session: str) -> str:
    """How a console's page is named in the record: its station, or its session by its hash."""
    if station:
        return f"station:{station}"
    return f"console:{_hash(session)[:16]}" if session else ""


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
