"""The daemon's end of one worker's socket: calls go out, each answer finds who waits for it.

Nothing that comes in is trusted: what is no frame, or answers what was never asked, ends the
link, and with it the worker. Nobody waits here for ever: when the link ends, every call under way
fails at once with the reason.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Final

from monitord.driver import ConfigFault, DeviceFault
from monitord.runtime.workers import frames as f
from monitord.runtime.workers import items
from monitord.vocabulary import Cause

#: Frames that are taken before everybody else in the daemon has a turn.
FRAMES_A_TURN: Final = 64
#: What may wait to be read by a worker; one that reads nothing is about to be ended anyway.
WAITING_MAX: Final = 4 * f.FRAME_MAX

MakeAsk = Callable[[int], f.Ask]
Hear = Callable[[f.Emitted], None]


class Link:
    """One socket, from its making to its end. ``heard`` is told what was not asked for."""

    def __init__(
        self, end: socket.socket, heard: Callable[[f.Ready | f.Refused | f.Learned], None]
    ) -> None:
        self._socket = end
        self._heard = heard
        self._writer: asyncio.StreamWriter | None = None
        self._calls: dict[int, asyncio.Future[f.Reply]] = {}
        self._hear: dict[int, Hear] = {}
        self._last_id = self._given_up = self._late_emits = 0
        self._over: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nobody is behind it any more."""
        return self._over is not None

    async def run(self) -> str:
        """Take what comes until it ends; what was wrong with it, empty when it was just closed."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._socket)
        taken = 0
        try:
            while True:
                length = f.length_of(await reader.readexactly(f.HEAD))
                self._take(f.said_of(await reader.readexactly(length)))
                taken += 1
                if taken % FRAMES_A_TURN == 0:
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, OSError):
            return ""
        except items.Garbage as error:
            return str(error)

    async def call(
        self, make: MakeAsk, number: int, hear: Hear | None = None
    ) -> f.Done | f.Answer | f.Same | f.Seen | f.Aimed | f.Missing:
        """Ask and wait for the answer. Raises ``DeviceFault``; whoever cancels bounds it.

        ``hear`` is told what is emitted meanwhile.
        """
        call_id = self._last_id = self._last_id + 1
        answer: asyncio.Future[f.Reply] = asyncio.get_running_loop().create_future()
        self._calls[call_id] = answer
        if hear is not None:
            self._hear[call_id] = hear
        try:
            self.tell(make(call_id))
            reply = await answer
        except asyncio.CancelledError:
            self._give_up(f.Cancel(call_id, number))
            raise
        finally:
            self._calls.pop(call_id, None)
            if self._hear.pop(call_id, None) is not None:
                self._late_emits += f.EMITS_MAX
        if isinstance(reply, f.Failed):
            fault = (ConfigFault if reply.hopeless else DeviceFault)(reply.detail)
            fault.cause = reply.cause
            raise fault
        return reply

    def tell(self, ask: f.Ask) -> None:
        """Send without waiting for an answer. Raises ``DeviceFault`` where that cannot be done."""
        if self._over is not None:
            raise DeviceFault(self._over, Cause.DRIVER)
        try:
            frame = f.framed(ask)
        except items.TooLong as error:
            raise ConfigFault(f"the device's section is too long for a worker: {error}") from None
        self._send(frame)

    def held_up(self, why: str) -> None:
        """Nobody behind it answers now: whoever waits hears ``why``; what comes late is no news."""
        self._given_up += len(self._calls)
        self._fail(why)

    def end(self, why: str) -> None:
        """Nothing more goes out or comes in; whoever waits hears ``why``."""
        if self._over is not None:
            return
        self._over = why
        self._fail(why)
        if self._writer is not None:
            self._writer.transport.abort()
        else:
            self._socket.close()

    def _fail(self, why: str) -> None:
        for answer in self._calls.values():
            if not answer.done():
                answer.set_exception(DeviceFault(why, Cause.DRIVER))
                answer.exception()  # whoever has just been cancelled will not look
        self._calls.clear()

    def _send(self, frame: bytes) -> None:
        writer = self._writer
        if writer is None or writer.transport.get_write_buffer_size() > WAITING_MAX:
            raise DeviceFault("its worker reads nothing", Cause.DRIVER)
        writer.write(frame)

    def _give_up(self, cancel: f.Cancel) -> None:
        """One answer may still come for it."""
        with contextlib.suppress(DeviceFault):
            self.tell(cancel)
            self._given_up += 1

    def _take(self, said: f.Said) -> None:
        if isinstance(said, f.Ready | f.Refused | f.Learned):
            self._heard(said)
            return
        if isinstance(said, f.Emitted):
            self._emitted(said)
            return
        answer = self._calls.pop(said.id, None)
        if answer is not None and not answer.done():
            answer.set_result(said)
        elif self._given_up:
            self._given_up -= 1
        else:
            raise items.Garbage("an answer that nobody asked for")

    def _emitted(self, said: f.Emitted) -> None:
        hear = self._hear.get(said.id)
        if hear is not None:
            hear(said)
        elif self._late_emits:
            self._late_emits -= 1
        else:
            raise items.Garbage("readings that nobody listens to")
