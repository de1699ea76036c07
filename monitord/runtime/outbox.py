"""The outbox: turns committed events into calls, and what came of them into facts.

It is told of an entry after its commit and never decides anything: whom to call, when and for how
long is the core's. Nothing of a person's name, number or answer goes into a fact or a log. Words
and revision are of the moment of dialling; the call's id ends the words, so that a person can tell
a repeat after a crash from a new call (law 7).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, Protocol

import structlog
from msgspec import structs

from monitord.channels.contract import Channel, Delivery, Message, Said
from monitord.core.calls import incident_of
from monitord.core.events import CallPlaced, CallRepeated, CallsStopped, Entry, IncidentClosed
from monitord.core.facts import (
    Acknowledge,
    AnyFact,
    CallEnded,
    CallStarted,
    PathLost,
    PathReturned,
)
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.channel_set import UnusableChannel
from monitord.runtime.lane import Job, Lane
from monitord.runtime.links import LINK_LIFE_MS, Grant, Links
from monitord.runtime.rehearsal import is_rehearsed
from monitord.runtime.views import view
from monitord.vocabulary import Outcome, Priority, Proof

DETAIL_CHARS_MAX: Final = 200
READY_S: Final = 1.0

_log = structlog.get_logger(__name__)


class Published(Protocol):
    """A committed entry; ``stored`` is False while the disk does not answer (law 1)."""

    @property
    def entry(self) -> Entry: ...
    @property
    def stored(self) -> bool: ...


class Engine(Protocol):
    """What the outbox needs of the engine."""

    @property
    def state(self) -> State: ...

    def offer(self, fact: AnyFact) -> None:
        """Hand over a fact without waiting for it."""

    def now_ms(self) -> int:
        """Engine time."""


#: To somebody who is on the way or inside (G8).
TO_THE_ATTENDING: Final = " You are on your way or inside: do not go on alone."

#: A person's addresses by channel, looked up when the call is made (side store).
Directory = Callable[[str], Mapping[str, str]]


class Outbox:
    """Makes the calls of a site. Subscribe :meth:`on_published` to the engine before it starts.

    Without ``links``, or while nobody serves them (no ``base``), messages carry no
    ``acknowledge_url``.
    """

    def __init__(
        self,
        engine: Engine,
        channels: Mapping[str, Channel],
        directory: Directory,
        links: Links | None,
    ) -> None:
        self._engine = engine
        self._channels = dict(channels)
        self._retiring: set[asyncio.Task[None]] = set()
        self._directory = directory
        self._links = links
        self._told_rev: dict[str, int] = {}
        self._count = 0
        self._lanes = {
            name: Lane(name, self._deliver, self._began, self._ended) for name in channels
        }

    async def open(self) -> None:
        """Get the channels ready, all at once; one that cannot be is told by its first call."""
        await asyncio.gather(*(_let(n, "open", c.open) for n, c in self._channels.items()))

    async def swap(self, changed: Mapping[str, Channel], gone: Iterable[str]) -> None:
        """Call by ``changed`` from now on, and by ``gone`` no more: such a call fails for certain.

        What is on its way ends on the channel that it began on; every other channel goes on.
        """
        await asyncio.gather(*(_let(n, "open", c.open) for n, c in changed.items()))
        new = {**changed, **{n: UnusableChannel("it has left the site file") for n in gone}}
        for name, channel in new.items():
            old = self._channels.get(name)
            self._channels[name] = channel
            lane = self._lanes.setdefault(name, Lane(name, self._deliver, self._began, self._ended))
            if old is not None:
                task = asyncio.create_task(_retire(name, old, lane), name=f"retire {name}")
                self._retiring.add(task)
                task.add_done_callback(self._retiring.discard)

    async def close(self) -> None:
        """Stop calling. Calls on their way have no outcome and are repeated at the next start."""
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))
        if self._retiring:
            await asyncio.wait(tuple(self._retiring), timeout=READY_S)
            for task in self._retiring:
                task.cancel()
        await asyncio.gather(*(_let(n, "close", c.close) for n, c in self._channels.items()))

    def on_published(self, published: Published) -> None:
        """Act on one committed entry; returns at once."""
        for event in published.entry.events:
            match event:
                case CallPlaced():
                    self._place(event)
                case CallRepeated():
                    self._repeat(event.call)
                case CallsStopped() | IncidentClosed():
                    for lane in self._lanes.values():
                        lane.call_off(event.incident)
                case _:
                    pass

    @property
    def waiting(self) -> int:
        """Calls of all channels that have not begun."""
        return sum(lane.waiting for lane in self._lanes.values())

    def late(self, now_ms: int) -> str:
        """Why calls do not get on, in words; empty when they do."""
        return "; ".join(words for lane in self._lanes.values() if (words := lane.late(now_ms)))

    def _place(self, event: CallPlaced) -> None:
        incident = self._engine.state.incidents.get(event.incident)
        self._put(
            Job(
                # Not known means that the incident is long over or the state was rebuilt: the
                # intent stands in the journal all the same, and an unneeded call harms less.
                priority=Priority.CRITICAL if incident is None else incident.priority,
                number=self._next_number(),
                call=event.call,
                incident=event.incident,
                person=event.person,
                target=event.target,
                channel=event.channel,
                step=event.step,
                attempt=event.attempt,
            )
        )

    def _repeat(self, call_id: str) -> None:
        incident = incident_of(self._engine.state, call_id)
        record = None if incident is None else incident.calls.get(call_id)
        if incident is None or record is None:
            _log.error("repeated_call_not_known", call=call_id)
            return
        self._put(
            Job(
                priority=incident.priority,
                number=self._next_number(),
                call=call_id,
                incident=incident.number,
                person=record.person,
                target=record.target,
                channel=record.channel,
                step=record.step,
                attempt=record.attempt,
            )
        )

    def _next_number(self) -> int:
        self._count += 1
        return self._count

    def _put(self, job: Job) -> None:
        lane = self._lanes.get(job.channel)
        if lane is None:
            detail = f"there is no channel {job.channel}"
            self._ended(job, Delivery(Outcome.FAILED, detail))
        else:
            lane.put(job)

    async def _deliver(self, job: Job) -> Delivery:
        incident = self._engine.state.incidents.get(job.incident)
        if incident is None:
            return Delivery(Outcome.FAILED, "the incident is not known any more")
        return await self._channels[job.channel].deliver(self._message(job, incident))

    def _message(self, job: Job, incident: IncidentRecord) -> Message:
        shown = view(self._engine.state, incident, job.person or job.target)
        called = incident.calls.get(job.call)
        attends = any(
            r.running and r.holder == job.person for r in self._engine.state.attendances.values()
        )
        warning = TO_THE_ATTENDING if attends and called is not None and called.warns else ""
        self._told_rev[job.call] = shown.rev
        reach = self._directory(job.person) if job.person else {}
        return Message(
            call_id=job.call,
            site=self._engine.state.site.id,
            incident=structs.replace(shown, text=f"{shown.text}{warning} Call {job.call}."),
            person=job.person or job.target,
            to=reach.get(job.channel, ""),
            step=job.step,
            attempt=job.attempt,
            test=is_rehearsed(self._engine.state.site),
            acknowledge_url=self._link(job, incident),
        )

    def _link(self, job: Job, incident: IncidentRecord) -> str | None:
        """A person's own link; a post has none, because an acknowledgement names a person."""
        if self._links is None or not self._links.base or not job.person:
            return None
        end_ms = self._engine.now_ms() + LINK_LIFE_MS
        grant = Grant(incident.number, incident.rev, job.person, end_ms)
        return self._links.url(grant, incident.opened_ms)

    def _began(self, job: Job) -> None:
        self._engine.offer(CallStarted(call=job.call))

    def _ended(self, job: Job, delivery: Delivery) -> None:
        told_rev = self._told_rev.pop(job.call, None)
        detail = delivery.detail[:DETAIL_CHARS_MAX]
        self._engine.offer(CallEnded(call=job.call, outcome=delivery.outcome, detail=detail))
        self._tell_path(job.channel, delivery, detail)
        if delivery.said is not None and self._is_theirs(job, delivery.said, told_rev):
            self._engine.offer(
                Acknowledge(
                    key=f"said:{job.call}:{delivery.said.rev}",
                    by=job.person,
                    proof=Proof.LINK,
                    incident=job.incident,
                    seen=delivery.said.rev,
                    via=job.channel,
                )
            )

    def _tell_path(self, name: str, delivery: Delivery, detail: str) -> None:
        """Whether an outward path gets through, as each call on it shows (A4)."""
        channel = self._engine.state.site.channels.get(name)
        if channel is None or not channel.outside:
            return
        if delivery.reached is False:
            self._engine.offer(PathLost(channel=name, reason=detail))
        elif delivery.reached and name in self._engine.state.paths:
            self._engine.offer(PathReturned(channel=name))

    def _is_theirs(self, job: Job, said: Said, told_rev: int | None) -> bool:
        """Whether the channel may acknowledge, and did so for this call, person and revision."""
        channel = self._engine.state.site.channels.get(job.channel)
        return (
            channel is not None
            and channel.may_acknowledge
            and bool(job.person)
            and (said.call_id, said.person, said.rev) == (job.call, job.person, told_rev)
        )


async def _retire(name: str, channel: Channel, lane: Lane) -> None:
    """Close a channel once nothing is on its way on it."""
    await lane.settled()
    await _let(name, "close", channel.close)


async def _let(name: str, what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Let a channel open or close for a second; whatever goes wrong is that channel's alone."""

    async def begin() -> None:
        await work()

    task = asyncio.create_task(begin(), name=f"{what} {name}")
    await asyncio.wait({task}, timeout=READY_S)
    if not task.done():
        task.cancel()
        _log.error("channel_hangs", channel=name, what=what)
    elif (error := task.exception()) is not None:
        _log.error("channel_raised", channel=name, what=what, error=type(error).__name__)
