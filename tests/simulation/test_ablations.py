"""Each safeguard is taken away once, and the checkers must notice (style: ablations).

A checker that nothing can upset proves nothing. Every case says within how many seeds it is
caught, and by which checks.
"""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from monitord.core import calls, chain, daemon, incidents, invariants
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.signals import DeviceSignals
from monitord.journal.records import Stored
from monitord.runtime import engine as engine_module
from monitord.runtime import ledger as ledger_module
from monitord.runtime.bound import DriverCalls
from monitord.runtime.engine import Engine
from monitord.runtime.guard import Guard
from monitord.runtime.ledger import Held, Ledger
from monitord.runtime.outbox import Outbox
from monitord.testing.disk import SimStore
from monitord.testing.spill import SimSpill
from monitord.vocabulary import PointState, SetState
from tests.simulation.runs import findings

Patch = pytest.MonkeyPatch
Ablation = Callable[[Patch], None]


def timers_are_not_restored(patch: Patch) -> None:
    """After a restart no deadline stands: the chain stops where it was."""

    def opened(state: daemon.State, event: ev.EpochOpened) -> None:
        original(state, event)
        if event.epoch > 1:
            for key in [k for k in state.deadlines if k.startswith(("chain:", "decide:"))]:
                del state.deadlines[key]

    original = daemon.EVOLVE[ev.EpochOpened]
    patch.setitem(_evolve(), ev.EpochOpened, opened)
    patch.setattr(invariants, "touched", lambda _state, _events: [])


def outbox_is_lost(patch: Patch) -> None:
    """A start repeats no call whose outcome went down with the daemon."""
    patch.setattr(calls, "repeats", lambda _incident: iter(()))


def polls_have_no_timeout(patch: Patch) -> None:
    """A driver's call may take for ever: a panel that hung once is never asked again."""

    async def make(
        self: DriverCalls, call: str, ask: Callable[[], object], bound_ms: int
    ) -> object:
        return await ask()  # type: ignore[misc]

    patch.setattr(DriverCalls, "make", make)


def publishes_before_the_commit(patch: Patch) -> None:
    """What is decided leaves at once, stored or not."""
    original = Ledger.add

    def add(self: Ledger, held: Held) -> None:
        self._publish(held, stored=True)
        original(self, held)

    patch.setattr(Ledger, "add", add)


def acknowledgement_ignores_worsening(patch: Patch) -> None:
    """Whatever revision a person saw is good enough."""

    def answerable(
        state: incidents.State, fact: f.Acknowledge | f.Close
    ) -> incidents.IncidentRecord | ev.CommandRefused:
        found = original(state, fact)
        if isinstance(found, ev.CommandRefused) and found.code == "worsened":
            return state.incidents[fact.incident]
        return found

    original = incidents.answerable
    patch.setattr(incidents, "answerable", answerable)


def acknowledgement_does_not_stop_the_calls(patch: Patch) -> None:
    """Somebody has taken it, and the chain climbs on."""
    patch.setattr(chain, "_acknowledged", lambda *_: iter(()))


def the_disk_is_not_synced(patch: Patch) -> None:
    """A commit comes back before it is durable: a crash takes it away."""
    original = SimStore.sync

    def sync(self: SimStore) -> object:
        synced = max(0, len(self.rows) - 2)
        head = original(self)
        self._synced = synced
        return head

    patch.setattr(SimStore, "sync", sync)


def every_start_repeats_everything(patch: Patch) -> None:
    """Calls with an outcome on record are repeated too."""

    def repeats(incident: calls.IncidentRecord) -> Iterator[ev.CallRepeated]:
        for call in tuple(incident.calls):
            yield ev.CallRepeated(call=call)

    patch.setattr(calls, "repeats", repeats)


def inputs_are_not_read_again(patch: Patch) -> None:
    """The first answer of a device after a start or a loss tells nothing of its contacts."""

    def offer(self: Engine, fact: f.AnyFact) -> None:
        if isinstance(fact, f.DeviceReturned):
            fact = f.DeviceReturned(device=fact.device)
        original(self, fact)

    original = Engine.offer
    patch.setattr(Engine, "offer", offer)


def a_call_is_forgotten_when_the_disk_hangs(patch: Patch) -> None:
    """A store that does not come back is waited for: law 1 the other way round."""
    patch.setattr(ledger_module, "STALL_MS", 10 * 60_000)


def the_state_keeps_what_replay_does_not(patch: Patch) -> None:
    """A decision changes the state past its events."""
    original = engine_module.step

    def step(state: daemon.State, at_ms: int, fact: f.AnyFact) -> tuple[ev.AnyEvent, ...]:
        events = original(state, at_ms, fact)
        if isinstance(fact, f.Acknowledge) and events:
            state.incidents[fact.incident].calls_placed += 1
        return events

    patch.setattr(engine_module, "step", step)


def the_outbox_calls_twice(patch: Patch) -> None:
    """Each committed call is made two times."""
    original = Outbox._place

    def place(self: Outbox, event: ev.CallPlaced) -> None:
        original(self, event)
        asyncio.get_running_loop().call_later(5, original, self, event)

    patch.setattr(Outbox, "_place", place)


def the_chain_of_hashes_breaks(patch: Patch) -> None:
    """One entry in fifty does not cover the one before it."""
    original = SimStore.write

    def write(self: SimStore, rows: list[Stored]) -> None:
        original(self, rows)
        if self.rows and self.rows[-1].seq % 50 == 0:
            self.rows[-1] = self.rows[-1]._replace(hash=bytes(32))

    patch.setattr(SimStore, "write", write)


def a_start_forgets_when_it_last_looked(patch: Patch) -> None:
    """The blind interval begins with the start, as if nobody had been away."""
    patch.setattr(Guard, "_alive_ms", lambda _self, at_ms: at_ms)


def a_start_unsets_every_area(patch: Patch) -> None:
    """A restart leaves the site less armed than before."""

    def opened(state: daemon.State, event: ev.EpochOpened) -> None:
        original(state, event)
        if event.epoch > 1:
            for area in state.areas.values():
                area.state = SetState.UNSET

    original = daemon.EVOLVE[ev.EpochOpened]
    patch.setitem(_evolve(), ev.EpochOpened, opened)


def a_contact_must_stay_open_to_be_believed(patch: Patch) -> None:
    """An alarm is debounced as a return to normal is: short openings are lost."""
    original = DeviceSignals._believe

    def believe(
        self: DeviceSignals, index: int, plain: object, now_ms: int, *, first: bool
    ) -> object:
        if plain is PointState.ACTIVE and not first:
            due_ms = self._pending.setdefault(index, now_ms + 2_000)
            if now_ms < due_ms:
                return None
        return original(self, index, plain, now_ms, first=first)

    patch.setattr(DeviceSignals, "_believe", believe)


def what_was_spilled_is_gone(patch: Patch) -> None:
    """The spill file ends with the process: what was told while the disk hung is lost with it."""
    patch.setattr(SimSpill, "survivor", lambda self: SimSpill(self._pass_by))


def told_before_it_is_spilled(patch: Patch) -> None:
    """What goes out while the disk takes nothing is kept only afterwards."""
    publish, spill = Ledger._publish, Ledger._spill_rows

    def published(self: Ledger, held: Held, *, stored: bool) -> None:
        publish(self, held, stored=stored)
        spill(self, (held,))

    patch.setattr(Ledger, "_publish", published)
    patch.setattr(Ledger, "_spill_rows", lambda _self, _helds: None)


CASES: list[tuple[Ablation, int, set[str]]] = [
    (what_was_spilled_is_gone, 20, {"S9"}),
    (told_before_it_is_spilled, 60, {"S9"}),
    (timers_are_not_restored, 20, {"L1"}),
    (outbox_is_lost, 40, {"S1"}),
    (polls_have_no_timeout, 20, {"S1", "S4"}),
    (publishes_before_the_commit, 10, {"S9"}),
    (acknowledgement_ignores_worsening, 40, {"S3"}),
    (acknowledgement_does_not_stop_the_calls, 5, {"S2"}),
    (the_disk_is_not_synced, 10, {"S9"}),
    (every_start_repeats_everything, 10, {"S7"}),
    (inputs_are_not_read_again, 10, {"S4"}),
    (a_call_is_forgotten_when_the_disk_hangs, 20, {"S4"}),
    (the_state_keeps_what_replay_does_not, 5, {"S6"}),
    (the_outbox_calls_twice, 5, {"S7"}),
    (the_chain_of_hashes_breaks, 5, {"S10"}),
    (a_start_forgets_when_it_last_looked, 20, {"S11"}),
    (a_start_unsets_every_area, 20, {"S1"}),
    (a_contact_must_stay_open_to_be_believed, 5, {"S4"}),
]


@pytest.mark.parametrize(
    ("ablation", "within", "by"), CASES, ids=[case[0].__name__ for case in CASES]
)
def test_the_checkers_notice(
    ablation: Ablation, within: int, by: set[str], monkeypatch: Patch
) -> None:
    ablation(monkeypatch)
    caught: set[str] = set()
    for seed in range(within):
        caught |= {found.split()[0] for found in findings(seed)}
        if by <= caught:
            return
    pytest.fail(f"{ablation.__name__}: {by - caught} silent in {within} seeds, found {caught}")


def _evolve() -> dict[type, object]:
    from monitord.core import step as step_module

    return step_module._EVOLVE  # type: ignore[return-value]
