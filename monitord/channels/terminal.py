"""The terminal channel: rings and prints the call where the daemon runs.

Handed over only when the write worked. A terminal may stop taking output for ever (a held
screen, a full pipe), so each write has a thread of its own that may hang without holding
anything else up; while one hangs, further calls fail at once. Texts hold names that people
wrote: nothing in them may steer the terminal.

Bound: 5 s a call.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Mapping
from typing import Any, ClassVar, Final, TextIO

from pydantic import BaseModel, ConfigDict

from monitord.channels.contract import Delivery, Message
from monitord.channels.words import plain
from monitord.vocabulary import Outcome, Priority

WRITE_S: Final = 5.0

_BELL: Final = "\a"
_RESET: Final = "\x1b[0m"
_COLOUR: Final[dict[Priority, str]] = {
    Priority.CRITICAL: "\x1b[1;97;41m",
    Priority.HIGH: "\x1b[1;91m",
    Priority.MEDIUM: "\x1b[1;93m",
    Priority.LOW: "\x1b[1m",
}


class TerminalConfig(BaseModel):
    """The terminal has nothing to set; ``may_acknowledge`` is taken and has no effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    may_acknowledge: bool = False


class TerminalChannel:
    """Prints to ``stream``, the daemon's standard output unless given."""

    Config: ClassVar[type[BaseModel]] = TerminalConfig

    def __init__(
        self,
        name: str,
        setup: Mapping[str, Any],
        secret: str | None,
        *,
        stream: TextIO | None = None,
    ) -> None:
        TerminalConfig.model_validate(dict(setup))
        self.name = name
        self._stream = stream
        self._turn = asyncio.Lock()
        self._writer: threading.Thread | None = None

    async def open(self) -> None:
        """Nothing to do: the terminal is there or the first call says that it is not."""

    async def close(self) -> None:
        """Nothing to do: the stream belongs to the process."""

    async def deliver(self, message: Message) -> Delivery:
        """Print ``message``; within :data:`WRITE_S`."""
        try:
            async with asyncio.timeout(WRITE_S), self._turn:
                if self._writer is not None and self._writer.is_alive():
                    return Delivery(Outcome.FAILED, "the terminal does not take output")
                await self._write(message)
        except TimeoutError:
            return Delivery(Outcome.UNKNOWN, "the terminal does not take output")
        except (OSError, ValueError) as error:
            return Delivery(Outcome.FAILED, f"the terminal is gone ({type(error).__name__})")
        return Delivery(Outcome.HANDED_OVER, "printed")

    async def _write(self, message: Message) -> None:
        """Write in a thread that does not keep the process from ending. Raises ``OSError``."""
        stream = self._stream if self._stream is not None else sys.stdout
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()

        def settle(error: OSError | ValueError | None) -> None:
            if written.done():
                return
            if error is None:
                written.set_result(None)
            else:
                written.set_exception(error)

        def work() -> None:
            failed: OSError | ValueError | None = None
            try:
                _print(stream, message)
            except (OSError, ValueError) as error:  # ValueError: the stream has been closed
                failed = error
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, failed)

        self._writer = threading.Thread(target=work, name=f"print-{self.name}", daemon=True)
        self._writer.start()
        await written


def render(message: Message, *, colour: bool) -> str:
    """The call as it is printed: bell, then place and gate first, then how to take it."""
    incident = message.incident
    head = plain(incident.text)
    if colour:
        head = f"{_COLOUR[incident.priority]} {head} {_RESET}"
    about = (
        f"  incident {incident.number}, priority {int(incident.priority)}, "
        f"for {plain(message.person)}, call {plain(message.call_id)}"
    )
    return f"{_BELL}{head}\n{about}\n  to take it: monitord acknowledge {incident.number}\n"


def _print(stream: TextIO, message: Message) -> None:
    text = render(message, colour=stream.isatty())
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
