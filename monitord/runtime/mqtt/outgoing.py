"""What waits to be published, in bounded memory, drawn from a replica of the committed state.

Hearing an entry never waits. A state topic waits once, however often it changes, and says what is
true when it is sent. Incidents and answers are a queue of ``EVENTS_MAX``, journal entries another
one; what does not fit is dropped from the old end, counted and told.
"""

import asyncio
from collections import deque
from typing import Final

import msgspec
import structlog

from monitord.core.events import SiteAccepted
from monitord.core.state import State
from monitord.core.step import apply
from monitord.runtime.ledger import Published
from monitord.runtime.mqtt.topics import Topics, incident_changes, journal_payload

EVENTS_MAX: Final = 1_000
JOURNAL_MAX: Final = 2_000
#: A larger message (a whole site in the journal) is left out: brokers hang up on what is too big.
PAYLOAD_BYTES_MAX: Final = 256 * 1024

_log = structlog.get_logger(__name__)


class Event(msgspec.Struct, frozen=True):
    """A message that is sent once, in order, and not retained."""

    topic: str
    payload: bytes


class Outgoing:
    """Hears entries; gives what to publish next. ``state`` is its own replica."""

    def __init__(self, state: State, topics: Topics, *, journal: bool) -> None:
        self.state, self.topics, self._journal = state, topics, journal
        #: Messages that did not fit, since the start.
        self.dropped = 0
        self._states: dict[str, None] = {}
        self._events: deque[Event] = deque()
        self._entries: deque[Event] = deque()
        self._more_states, self._more_events = asyncio.Event(), asyncio.Event()
        self._telling = False

    def hear(self, published: Published) -> None:
        """Called by the engine for every entry that leaves it."""
        entry = published.entry
        if (entry.epoch, entry.seq) <= (self.state.epoch, self.state.seq):
            return
        before = frozenset(self.topics.all_states(self.state)) if _new_site(published) else ()
        apply(self.state, entry)
        self.mark(*before, *self.topics.touched(self.state, entry))
        for change in incident_changes(self.state, entry, stored=published.stored):
            self.tell(self.topics.incidents, change.payload)
        if self._journal:
            payload = journal_payload(entry, stored=published.stored)
            self._put(self._entries, Event(self.topics.journal, payload), JOURNAL_MAX)

    def mark(self, *topics: str) -> None:
        """Publish these state topics, each once."""
        self._states.update(dict.fromkeys(topics))
        if self._states:
            self._more_states.set()

    @property
    def states_waiting(self) -> int:
        """State topics that the broker has not been told."""
        return len(self._states)

    def is_stray(self, topic: str) -> bool:
        """Whether a state topic is of something that the site does not have."""
        return self.topics.is_state(topic) and not self.topics.payload(self.state, topic)

    def mark_all(self) -> None:
        """A broker that may have lost everything is told everything."""
        self.mark(*self.topics.all_states(self.state))

    def tell(self, topic: str, payload: bytes) -> None:
        """Publish a message that is not a state."""
        self._put(self._events, Event(topic, payload), EVENTS_MAX)

    async def next_state(self) -> tuple[str, bytes]:
        """The next state topic, areas and devices first after a rebuild, and what it says now."""
        while not self._states:
            self._more_states.clear()
            await self._more_states.wait()
        topic = next(iter(self._states))
        del self._states[topic]
        return topic, self.topics.payload(self.state, topic)

    async def next_event(self) -> Event:
        """The oldest message, incidents before the journal; it waits on until :meth:`sent`."""
        while not self._events and not self._entries:
            self._more_events.clear()
            await self._more_events.wait()
        return (self._events or self._entries)[0]

    def sent(self, event: Event) -> None:
        """The broker has it. One that was dropped meanwhile is gone already."""
        for queue in (self._events, self._entries):
            if queue and queue[0] is event:
                queue.popleft()
        if not self._events and not self._entries:
            self._telling = False

    def _put(self, queue: "deque[Event]", event: Event, most: int) -> None:
        too_big = len(event.payload) > PAYLOAD_BYTES_MAX
        if too_big or len(queue) >= most:
            if not too_big:
                queue.popleft()
            self.dropped += 1
            if not self._telling:
                self._telling = True
                _log.warning("mqtt_messages_dropped", topic=event.topic, dropped=self.dropped)
        if not too_big:
            queue.append(event)
            self._more_events.set()


def _new_site(published: Published) -> bool:
    """Whether points may leave the site: their topics are then cleared."""
    return any(isinstance(event, SiteAccepted) for event in published.entry.events)
