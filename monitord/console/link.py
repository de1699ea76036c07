"""The console's end of the control socket: one question, one answer; or a stream of lines.

Asynchronous and bounded in time and size. Every failure to reach the daemon is ``DaemonGone``.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import msgspec

from monitord.runtime.control.protocol import PathTooLong, socket_path

Reply = dict[str, Any]

#: A daemon that has not answered by then does not answer.
ANSWER_S: Final = 10.0
CONNECT_S: Final = 2.0
#: The longest line: the snapshot of a site with 12,800 points has about 10 MB.
LINE_BYTES_MAX: Final = 256 * 1024 * 1024


class DaemonGone(Exception):
    """Nobody answers at the socket; the text says why."""


class Snapshot(msgspec.Struct):
    """The state at ``position``, or a refusal with its ``text``."""

    ok: bool
    text: str = ""
    position: str = ""
    state: msgspec.Raw = msgspec.Raw(b"")


class DaemonLink:
    """The daemon of one state folder."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder

    async def ask(self, do: str, **request: Any) -> Reply:
        """One request, one answer, refusals too. Raises ``DaemonGone``."""
        line = await self._line(do, request, ANSWER_S)
        try:
            return _decoded(await line.next(ANSWER_S))
        finally:
            line.close()

    async def snapshot(self) -> "Snapshot":
        """The whole state, as bytes. Raises ``DaemonGone``."""
        line = await self._line("snapshot", {"replica": True}, ANSWER_S)
        try:
            return _SNAPSHOT.decode(await line.next(ANSWER_S))
        except msgspec.MsgspecError:
            raise DaemonGone(_NOT_UNDERSTOOD) from None
        finally:
            line.close()

    async def stream(self, do: str, silence_s: float, **request: Any) -> AsyncIterator[bytes]:
        """Line after line as they come; raises ``DaemonGone`` at the end or after a silence."""
        line = await self._line(do, request, ANSWER_S)
        try:
            while True:
                yield await line.next(silence_s)
        finally:
            line.close()

    async def _line(self, do: str, request: Reply, answer_s: float) -> "_Line":
        try:
            path = socket_path(self._folder)
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_unix_connection(str(path), limit=LINE_BYTES_MAX)
            writer.write(msgspec.json.encode({"do": do, **request}) + b"\n")
            async with asyncio.timeout(answer_s):
                await writer.drain()
        except PathTooLong as error:
            raise DaemonGone(str(error)) from None
        except (OSError, TimeoutError) as error:
            raise DaemonGone(f"no daemon answers in {self._folder}: {error}") from None
        return _Line(reader, writer)


class _Line:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def next(self, silence_s: float) -> bytes:
        """The next line. Raises ``DaemonGone``."""
        try:
            async with asyncio.timeout(silence_s):
                line = await self._reader.readuntil(b"\n")
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise DaemonGone(f"the daemon has gone silent: {type(error).__name__}") from None
        except asyncio.LimitOverrunError:
            raise DaemonGone("the daemon says more than can be taken in") from None
        return line

    def close(self) -> None:
        self._writer.close()


def _decoded(line: bytes) -> Reply:
    try:
        reply = msgspec.json.decode(line)
    except msgspec.DecodeError:
        raise DaemonGone(_NOT_UNDERSTOOD) from None
    if not isinstance(reply, dict):
        raise DaemonGone(_NOT_UNDERSTOOD)
    return reply


_NOT_UNDERSTOOD: Final = "the daemon says something that is not understood"
_SNAPSHOT: Final = msgspec.json.Decoder(Snapshot)
