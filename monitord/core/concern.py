"""What a concern is: one file that decides about one thing and evolves its own records."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from monitord.core.events import AnyEvent
from monitord.core.facts import AnyFact
from monitord.core.state import State

#: ``decide(state, now_ms, fact, so_far)``: a generator. Each event it yields is applied before
#: it goes on, so it sees its own changes; ``so_far`` are the events of the concerns before it.
#: It never iterates over a live collection of the state while it yields.
Decide = Callable[[State, int, AnyFact, tuple[AnyEvent, ...]], Iterator[AnyEvent]]

#: One handler per event type; the only code that changes a state.
Evolve = Mapping[type[Any], Callable[[State, Any], None]]
