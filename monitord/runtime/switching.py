"""Switching outputs: what was committed is asked of its device, and its answer told.

One output has one wish, the last. What a device refuses is tried again a few times while it is
still wished for; a device that does not answer gets the wish when it does. None of it holds up a
call: it is asked for between two polls of its own device, and nothing here is waited for.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Site
from monitord.core.state import State
from monitord.runtime.ledger import Published

AGAIN_S: Final = 1.0
TRIES: Final = 5
#: Nothing heard for so long is told as no answer; the wish goes on waiting for its device.
ANSWER_S: Final = 5.0

#: Device, output, value, and who hears what came of it.
Switch = Callable[[str, str, bool, Callable[[str], None]], None]

_log = structlog.get_logger(__name__)


class Switchboard:
    """Hears what the engine publishes. ``switch`` has a device do it, ``offer`` tells the core."""

    def __init__(
        self, site: Callable[[], Site], switch: Switch, offer: Callable[[f.AnyFact], None]
    ) -> None:
        self._site, self._switch, self._offer = site, switch, offer
        self._wishes: dict[str, int] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def on_published(self, published: Published) -> None:
        """Never waits and never raises: it is called by the engine."""
        for event in published.entry.events:
            if isinstance(event, ev.OutputSwitched):
                self._wish(event.output, event.on)

    def begin(self, state: State) -> None:
        """A start: every output as the core has it, for the entry of the start is gone by."""
        for output in state.site.outputs:
            record = state.outputs.get(output)
            self._wish(output, record is not None and record.on)

    def close(self) -> None:
        """No further try. What is on stays on: a guard who stops is no reason for silence."""
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()

    def _wish(self, output: str, on: bool) -> None:
        wish = self._wishes[output] = self._wishes.get(output, 0) + 1
        self._try(output, on, wish, 1)

    def _try(self, output: str, on: bool, wish: int, count: int) -> None:
        if (timer := self._waiting.pop(output, None)) is not None:
            timer.cancel()
        declared = self._site().outputs.get(output)
        if declared is None or self._wishes.get(output) != wish:
            return
        loop = asyncio.get_running_loop()
        silent = partial(self._answered, output, on, wish, TRIES, "no answer")
        self._waiting[output] = loop.call_later(ANSWER_S, silent)
        short = output.removeprefix(f"{declared.device}.")
        self._switch(declared.device, short, on, partial(self._answered, output, on, wish, count))

    def _answered(self, output: str, on: bool, wish: int, count: int, error: str) -> None:
        if self._wishes.get(output) != wish:
            return  # something else is wished for by now
        if (timer := self._waiting.pop(output, None)) is not None:
            timer.cancel()
        self._offer(f.OutputAnswered(output=output, on=on, error=error))
        if error and count < TRIES:
            _log.warning("output_not_switched", output=output, on=on, why=error)
            self._waiting[output] = asyncio.get_running_loop().call_later(
                AGAIN_S, self._try, output, on, wish, count + 1
            )
