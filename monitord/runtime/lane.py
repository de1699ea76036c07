"""The calls of one channel: a bounded line of those that wait, and a few on their way.

Every channel has a lane of its own, so that one that hangs, floods or lies delays no other.
The more urgent incident goes first, then the older call. Whatever a channel does, each call that
began gets one outcome within :data:`DELIVER_S`; a channel that cannot even be cancelled keeps its
place, and once all places are lost that way its calls fail at once, so that the chain moves on.
"""

import asyncio
from bisect import insort
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import structlog

from monitord.channels.contract import Delivery
from monitord.vocabulary import Outcome, Priority

AT_ONCE: Final = 8
WAITING_MAX: Final = 1_000

#: More than any channel's own bound: this one is for channels that do not keep theirs.
DELIVER_S: Final = 35.0
#: What a call is given to end when it is stopped.
STOP_S: Final = 1.0
#: A call that waits for longer than this while there is a place for it is not being made.
WAITING_LATE_MS: Final = 5_000
#: A call on its way is told of by then, whatever its channel does.
ON_WAY_LATE_MS: Final = round(DELIVER_S * 1000) + 5_000

_log = structlog.get_logger(__name__)


class Job(msgspec.Struct, frozen=True, order=True):
    """One call to make; sorts by urgency, then by age (``number`` counts calls as they come)."""

    priority: Priority
    number: int
    call: str
    incident: int
    person: str
    target: str
    channel: str
    step: int
    attempt: int


class Lane:
    """``deliver`` makes one call, ``began`` and ``ended`` are told of it, in this order.

    Neither is told anything after :meth:`close`: what was on its way then is unknown, and the
    core repeats it after the next start.
    """

    def __init__(
        self,
        name: str,
        deliver: Callable[[Job], Awaitable[Delivery]],
        began: Callable[[Job], None],
        ended: Callable[[Job, Delivery], None],
    ) -> None:
        self._name = name
        self._deliver = deliver
        self._began = began
        self._ended = ended
        self._waiting: list[Job] = []
        self._on_way: dict[str, tuple[Job, asyncio.Future[Delivery]]] = {}
        self._places: set[asyncio.Task[None]] = set()
        self._stuck = 0
        self._closed = False
        #: Calls that should get on, and since when they were found so.
        self._found_ms: dict[str, int] = {}

    def put(self, job: Job) -> None:
        """Make this call as soon as there is a place; the same call only once at a time."""
        if (
            self._closed
            or job.call in self._on_way
            or any(job.call == w.call for w in self._waiting)
        ):
            return
        insort(self._waiting, job)
        if len(self._waiting) > WAITING_MAX:
            worst = self._waiting.pop()
            self._ended(worst, Delivery(Outcome.FAILED, "too many calls wait for this channel"))
        self._pump()

    @property
    def waiting(self) -> int:
        """Calls that have not begun."""
        return len(self._waiting)

    def call_off(self, incident: int) -> None:
        """Somebody has taken it: make no more of its calls, and stop those on their way."""
        dropped = [job for job in self._waiting if job.incident == incident]
        self._waiting = [job for job in self._waiting if job.incident != incident]
        for job in dropped:
            self._ended(job, Delivery(Outcome.FAILED, "called off before it was made"))
        for job, on_way in self._on_way.values():
            if job.incident == incident:
                on_way.cancel()

    def late(self, now_ms: int) -> str:
        """Why calls do not get on, in words, for the pulse, which asks again and again.

        A channel that hangs is not late: its calls end at their bound. A lane that lets them lie
        is a fault of ours.
        """
        has_place = len(self._places) < AT_ONCE
        limits_ms = {job.call: WAITING_LATE_MS for job in self._waiting if has_place}
        limits_ms |= dict.fromkeys(self._on_way, ON_WAY_LATE_MS)
        self._found_ms = {call: self._found_ms.get(call, now_ms) for call in limits_ms}
        late = [call for call, ms in self._found_ms.items() if now_ms - ms > limits_ms[call]]
        return f"{len(late)} calls on {self._name} do not get on" if late else ""

    async def settled(self) -> None:
        """Wait until the calls that are on their way now have ended; each is bounded."""
        if self._places:
            await asyncio.wait(tuple(self._places))

    async def close(self) -> None:
        """Stop all calls, without an outcome; waits a second at most."""
        self._closed = True
        self._waiting.clear()
        for _, on_way in self._on_way.values():
            on_way.cancel()
        if self._places:
            await asyncio.wait(self._places, timeout=STOP_S)
        for place in self._places:
            place.cancel()

    def _pump(self) -> None:
        while self._waiting and len(self._places) < AT_ONCE:
            self._make(self._waiting.pop(0))
        if self._stuck >= AT_ONCE:
            waiting, self._waiting = self._waiting, []
            for job in waiting:
                self._ended(job, Delivery(Outcome.FAILED, "the channel hangs", reached=False))

    def _make(self, job: Job) -> None:
        """Take a place. From here on the call is known, so that it can be called off."""
        on_way = asyncio.ensure_future(self._deliver(job))
        self._on_way[job.call] = (job, on_way)
        place = asyncio.create_task(self._watch(job, on_way), name=f"call on {self._name}")
        self._places.add(place)
        place.add_done_callback(self._free)
        self._began(job)

    def _free(self, place: asyncio.Task[None]) -> None:
        self._places.discard(place)
        if not self._closed:
            self._pump()

    async def _watch(self, job: Job, on_way: asyncio.Future[Delivery]) -> None:
        await asyncio.wait({on_way}, timeout=DELIVER_S)
        del self._on_way[job.call]
        if on_way.done():
            self._tell(job, _outcome(self._name, on_way))
            return
        on_way.cancel()
        _log.error("channel_hangs", channel=self._name, call=job.call)
        self._tell(
            job, Delivery(Outcome.UNKNOWN, "the channel did not come back in time", reached=False)
        )
        await asyncio.wait({on_way}, timeout=STOP_S)
        if not on_way.done():
            self._stuck += 1
            self._pump()
            await asyncio.wait({on_way})
            self._stuck -= 1
        # Looked at so that an error of a call that was given up is not lost.
        _outcome(self._name, on_way)

    def _tell(self, job: Job, delivery: Delivery) -> None:
        if not self._closed:
            self._ended(job, delivery)


def _outcome(name: str, made: asyncio.Future[Delivery]) -> Delivery:
    """What came of it. A channel that raises has failed; only the error's class is told, because
    its text may hold an address."""
    if made.cancelled():
        return Delivery(Outcome.UNKNOWN, "called off on its way")
    error = made.exception()
    if error is not None:
        _log.error("channel_raised", channel=name, error=type(error).__name__)
        return Delivery(Outcome.FAILED, f"the channel failed ({type(error).__name__})")
    delivery = made.result()
    if not isinstance(delivery, Delivery):
        _log.error("channel_lied", channel=name)
        return Delivery(Outcome.UNKNOWN, "the channel gave no outcome")
    return delivery
