"""The control socket's server: connections, their bounds and their ends.

Each connection costs the daemon a bounded amount: a request of 64 KiB, one of 32 places, a
minute of silence, five seconds for a reader who does not read. Whatever a client sends, the
others are served and the engine goes on. It never logs what a request holds: a PIN may be in it.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
import structlog

from monitord.people.logins import peer_uid
from monitord.runtime.control import protocol as p
from monitord.runtime.control.answering import answer_of
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.live import LiveFrames
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.session import Session, seat_of
from monitord.runtime.control.streams import feed, watch
from monitord.runtime.control.who import Caller

CLIENTS_MAX: Final = 32
IDLE_S: Final = 60.0
#: How long a reader may leave its side full before it is dropped.
READ_S: Final = 5.0
BACKLOG: Final = 32
SOCKET_MODE: Final = 0o660
#: What the disk is given to take the socket's name away.
UNLINK_S: Final = 0.2

_log = structlog.get_logger(__name__)


class ControlServer:
    """Serves one state folder's socket. The caller holds the journal's lock: nobody else can."""

    def __init__(
        self, desk: Desk, state_folder: Path, *, idle_s: float = IDLE_S, read_s: float = READ_S
    ) -> None:
        """Raises ``PathTooLong``."""
        self.path = p.socket_path(state_folder)
        self._desk = desk
        self._idle_s, self._read_s = idle_s, read_s
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._live = LiveFrames()

    async def open(self) -> None:
        """Begin to listen; what an earlier daemon left behind is replaced. Raises ``OSError``."""
        listening = await asyncio.to_thread(_bind, self.path)
        try:
            self._server = await asyncio.start_unix_server(
                self._serve, sock=listening, limit=p.REQUEST_BYTES_MAX, backlog=BACKLOG
            )
        except BaseException:
            listening.close()
            raise

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for task in self._clients:
            task.cancel()
        if self._clients:
            await asyncio.wait(self._clients)
        # A disk that hangs keeps the name: the next start takes it over.
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(UNLINK_S):
                await asyncio.to_thread(self.path.unlink, missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        full = len(self._clients) >= CLIENTS_MAX
        self._clients.add(task)
        try:
            line = _Line(reader, writer, self._idle_s, self._read_s)
            if full:
                text = f"{CLIENTS_MAX} programs are connected already: end one, or try again"
                await line.send(Refused("busy", text).reply())
            else:
                await self._talk(line, Caller(_uid(writer)))
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # gone, silent, or we are closing: nothing is owed to the other end
        except Exception:  # noqa: BLE001 - one connection's bug is not the others' end
            _log.exception("control_connection_failed")
        finally:
            self._clients.discard(task)
            writer.transport.abort() if task.cancelling() else writer.close()

    async def _talk(self, line: "_Line", caller: Caller) -> None:
        while True:
            try:
                raw = await line.receive()
            except Refused as refused:
                await line.send(refused.reply())
                return
            if raw is None:
                return
            try:
                await self._answer(line, caller, p.read_request(raw))
            except Refused as refused:
                await line.send(refused.reply())
            except (OSError, TimeoutError):
                raise
            except Exception:  # noqa: BLE001 - the client is told, and the log has the rest
                _log.exception("control_request_failed")
                await line.send(
                    Refused("fault", "monitord failed on this request; see its log").reply()
                )

    async def _answer(self, line: "_Line", caller: Caller, request: p.AnyRequest) -> None:
        session = await seat_of(self._desk, caller, request)
        try:
            await self._carry_out(line, caller, request, session)
        finally:
            await session.end()

    async def _carry_out(
        self, line: "_Line", caller: Caller, request: p.AnyRequest, session: Session
    ) -> None:
        desk = session.seen()
        match request:
            case p.Watch():
                await line.stream(watch(desk, self._live, request))
            case p.Feed():
                await line.stream(feed(desk, request))
                await line.send({"ok": True, "end": desk.engine.state.position})
            case _:
                await line.send(await answer_of(desk, caller, request))


class _Line:
    """One client's two directions, bounded in size and time."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        idle_s: float,
        read_s: float,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._idle_s, self._read_s = idle_s, read_s

    async def receive(self) -> bytes | None:
        """One line; None at the end. Raises ``Refused`` for one too long, ``TimeoutError``."""
        try:
            async with asyncio.timeout(self._idle_s):
                return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError:
            text = f"A request has at most {p.REQUEST_BYTES_MAX} bytes"
            raise Refused("bad-input", text) from None

    async def send(self, reply: Reply) -> None:
        """One line. Raises ``TimeoutError`` for a client that does not read."""
        self._writer.write(msgspec.json.encode(reply) + b"\n")
        async with asyncio.timeout(self._read_s):
            await self._writer.drain()

    async def stream(self, replies: AsyncIterator[Reply]) -> None:
        """Line after line until they end or the client has left."""
        async with contextlib.aclosing(replies):  # type: ignore[type-var]
            async for reply in replies:
                await self.send(reply)
                if self._reader.at_eof():
                    raise ConnectionResetError


def _uid(writer: asyncio.StreamWriter) -> int:
    return peer_uid(writer.get_extra_info("socket"))


def _bind(path: Path) -> socket.socket:
    """A socket that only this account and its group reach, from the first moment on."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_socket():
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # The mode of the file is that of the descriptor when it is bound.
        os.fchmod(listening.fileno(), SOCKET_MODE)
        listening.bind(str(path))
        path.chmod(SOCKET_MODE)
        listening.settimeout(0)
    except BaseException:
        listening.close()
        raise
    return listening
