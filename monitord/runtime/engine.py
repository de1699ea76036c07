"""The engine: the only writer of the state.

Facts are queued; one task steps them in order and gives the entries to the ledger, which stores
and publishes them. It sleeps until the next deadline of the state and waits for nothing else:
never for a device, a channel or a reader. A step that raises changes nothing: the state is
rebuilt in process and the bug becomes a fault that people are told of (law 13).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import structlog

from monitord.channels.words import plain
from monitord.core import bare, invariants
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State, decode, encode
from monitord.core.step import answer_before, apply, next_deadline, step
from monitord.journal.codec import encode as encode_entry
from monitord.journal.committer import Committer
from monitord.journal.records import Position, Row, Snapshot
from monitord.journal.spill import SpillFile
from monitord.runtime.failing import Failing
from monitord.runtime.giving_way import GivingWay
from monitord.runtime.ledger import Answer, Held, Ledger, Published
from monitord.runtime.seams import Clock
from monitord.runtime.timer import Timer

__all__ = ["Answer", "Engine", "Published"]

#: Facts stepped in one turn, and how long a turn may take before others run.
BATCH_FACTS_MAX: Final = 256
BATCH_MS_MAX: Final = 10
#: Entries that may be ahead of a healthy disk before stepping waits for it.
AHEAD_MAX: Final = 4_096
#: Entries kept to rebuild the state after a failed step; then a new base is taken.
SINCE_BASE_MAX: Final = 10_000
#: A deadline whose step fails is tried again after this, doubling to a minute.
STUCK_MS: Final = 1_000
STUCK_MS_MAX: Final = 60_000
#: People are told of the same failure again after this, doubling to a day.
TOLD_MS: Final = 3_600_000
TOLD_MS_MAX: Final = 24 * 3_600_000
#: Deadlines that may fail in one turn; the others are tried in the next one.
STUCK_A_TURN_MAX: Final = 8
#: How long a stop waits for the disk.
STOP_MS: Final = 1_000

_FAULT: Final = "monitord failed on this and changed nothing; it is logged"

_log = structlog.get_logger(__name__)


class _Queued(msgspec.Struct):
    fact: f.AnyFact
    waiter: asyncio.Future[Answer] | None


class Engine:
    """Steps facts into entries. Not thread-safe: everything happens on one event loop.

    ``at_ms`` is engine time now; ``snapshot`` is given the state at a clean stop. ``strict``
    makes a bug end the engine, for tests; ``carried`` rows are stored before all others."""

    def __init__(
        self,
        state: State,
        at_ms: int,
        clock: Clock,
        committer: Committer,
        *,
        version: str,
        snapshot: Callable[[Snapshot], None],
        strict: bool = False,
        spill: SpillFile | None = None,
        carried: Sequence[Row] = (),
    ) -> None:
        self.state = state
        self.giving_way = GivingWay()
        self._clock, self._version, self._strict = clock, version, strict
        self._at_ms, self._boot_ms = at_ms, clock.boot_ms()
        self._queue: deque[_Queued] = deque()
        self._wake = asyncio.Event()
        self._ledger = Ledger(committer, clock, self._wake.set, spill)
        self._ledger.carry(carried)
        self._snapshot = snapshot
        self._base, self._since = encode(state), list[ev.Entry]()
        self._timer = Timer(self._wake.set)
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._stuck = Failing(STUCK_MS, STUCK_MS_MAX)
        self._told = Failing(TOLD_MS, TOLD_MS_MAX)
        #: Boot time of the last turn in which it got on.
        self.turned_ms = self._boot_ms

    def now_ms(self) -> int:
        """Engine time: only moves forward."""
        return max(self._at_ms + self._clock.boot_ms() - self._boot_ms, self.state.at_ms)

    def offer(self, fact: f.AnyFact) -> None:
        """Queue a fact whose answer interests nobody."""
        self.receive(fact, None)

    def receive(self, fact: f.AnyFact, waiter: asyncio.Future[Answer] | None) -> bool:
        """Queue a fact from outside; False where it gave way because too much waits already."""
        held_bytes = self._ledger.held_bytes
        self._wake.set()
        if not self.giving_way.takes(self.state, fact, len(self._queue), held_bytes):
            return False
        self._queue.append(_Queued(fact, waiter))
        return True

    async def submit(self, fact: f.AnyFact) -> Answer:
        """Queue a fact and wait until what it did is stored, or declared degraded."""
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue.append(_Queued(fact, waiter))
        self._wake.set()
        return await waiter

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        """Hear every entry that leaves, in order; the callback must not block or raise."""
        return self._ledger.subscribe(callback)

    def unanswered_ms(self, boot_ms: int) -> int:
        """For how long a commit has been under way without being declared; 0 for none."""
        return self._ledger.unanswered_ms(boot_ms)

    def take_base(self) -> tuple[Position, bytes]:
        """Let a rebuild start from the state as it is now; where that is, and its bytes."""
        self._base, self._since = encode(self.state), []
        return Position(self.state.epoch, self.state.seq), self._base

    @property
    def waiting(self) -> int:
        """Facts that are queued and not stepped."""
        return len(self._queue)

    @property
    def degraded(self) -> bool:
        """Events are held in memory because the journal does not take them."""
        return bool(self._ledger.degraded)

    def start(self) -> "asyncio.Task[None]":
        """Begin to step. The task ends with :meth:`stop`, or with a bug of the engine itself."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="engine")
        return self._task

    async def stop(self) -> bool:
        """Step what is queued, store it, keep a snapshot: whether it could within ``STOP_MS``."""
        if self._task is None:
            return True
        self._stopping = True
        self._wake.set()
        done, _ = await asyncio.wait({self._task}, timeout=STOP_MS / 1000)
        if not done:
            self._task.cancel()
            await asyncio.wait({self._task})
        self._timer.cancel()
        if self._task.cancelled():
            return False
        self._task.result()
        self._keep_snapshot()
        return True

    # --- the loop --------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while not (self._stopping and not self._queue and not self._ledger.ahead):
                self._wake.clear()
                self._turn()
                if self._queue and self._may_step():
                    await asyncio.sleep(0)
                else:
                    self._set_timer()
                    await self._wake.wait()
        except BaseException as error:
            self._ledger.fail(error)
            for queued in self._queue:
                if queued.waiter is not None and not queued.waiter.done():
                    queued.waiter.set_exception(RuntimeError(f"the engine ended: {error!r}"))
            raise

    def _may_step(self) -> bool:
        return bool(self._ledger.degraded) or self._ledger.ahead < AHEAD_MAX

    def _turn(self) -> None:
        began_ms = self._clock.boot_ms()
        if self._queue and isinstance(self._queue[0].fact, f.Started):
            # Before time passes: what fell due while nobody looked says nothing of a device.
            first = self._queue.popleft()
            self._step(first.fact, first.waiter)
        self._look_at_store(began_ms)
        self._pass_time()
        for _ in range(min(len(self._queue), BATCH_FACTS_MAX)):
            if not self._may_step() or self._clock.boot_ms() - began_ms >= BATCH_MS_MAX:
                break
            queued = self._queue.popleft()
            self._step(queued.fact, queued.waiter)
        self._ledger.commit()
        self.turned_ms = self._clock.boot_ms()

    def _look_at_store(self, boot_ms: int) -> None:
        self._ledger.look(boot_ms)
        held = self._ledger.recovered()
        if held is not None:
            self._step(f.StoreRecovered(held=held))
        elif self._ledger.degraded and not self.state.degraded:
            self._step(f.StoreFailed(reason=self._ledger.degraded))
        self._step(self.giving_way.news(self.state, len(self._queue), self._ledger.held_bytes))
        self._step(self._ledger.overflow())
        if len(self._since) >= SINCE_BASE_MAX:
            self.take_base()

    def _set_timer(self) -> None:
        """Wake for the next deadline or for the store, whichever comes first."""
        waits_ms = []
        deadline_ms = self.due_ms()
        if deadline_ms is not None:
            waits_ms.append(deadline_ms - self.now_ms())
        look_ms = self._ledger.next_look_ms()
        if look_ms is not None:
            waits_ms.append(look_ms - self._clock.boot_ms())
        self._timer.set(min(waits_ms, default=None))

    # --- stepping --------------------------------------------------------------------------

    def due_ms(self) -> int | None:
        """When a deadline is to be stepped next: one that fails waits for longer."""
        if not self._stuck:
            return next_deadline(self.state)
        until_ms = self._stuck.until_ms
        return min((max(m, until_ms(k)) for k, m in self.state.deadlines.items()), default=None)

    def _pass_time(self) -> None:
        """Step ``TimePassed`` while a deadline is due."""
        for _ in range(BATCH_FACTS_MAX):
            deadline_ms, now_ms = self.due_ms(), self.now_ms()
            if deadline_ms is None or deadline_ms > now_ms:
                return
            if self._time_fails(f.TimePassed(held=self._stuck.waiting(now_ms))) is not None:
                self._pass_time_in_parts(now_ms)
                return
            self._stuck.over(now_ms)

    def _pass_time_in_parts(self, now_ms: int) -> None:
        """By concern, and where that fails by deadline: a failing one keeps no other waiting."""
        due: dict[str, list[str]] = {}
        for key, ms in sorted(self.state.deadlines.items(), key=lambda item: item[1]):
            if ms <= now_ms and not self._stuck.waits(key, now_ms):
                due.setdefault(key.partition(":")[0], []).append(key)
        failures = 0
        for concern, keys in due.items():
            whole = f.TimePassed(only=f"{concern}:", held=self._stuck.waiting(now_ms))
            if len(keys) > 1 and self._time_fails(whole) is None:
                continue
            for key in keys:
                if failures >= STUCK_A_TURN_MAX:
                    break
                if self.state.deadlines.get(key, now_ms + 1) > now_ms:
                    continue  # another one's step has moved or ended it
                error = self._time_fails(f.TimePassed(only=key))
                if error is None:
                    self._stuck.works(key)
                    continue
                failures += 1
                self._stuck.failed(key, now_ms)
                signals = bare.overdue(self.state, key)
                what = f"TimePassed {key.partition(':')[0]}"
                self._tell_failure(what, error, signals, bare.climbs(key))

    def _time_fails(self, fact: f.TimePassed) -> Exception | None:
        """Step it; what went wrong. A step that leaves what is due as it was is a bug as well."""
        before = self.state.seq
        error = self._attempt(fact, None, recorded=f.TimePassed())
        idle = error is None and self.state.seq == before
        return RuntimeError("no concern takes this deadline") if idle else error

    def _step(self, fact: f.AnyFact | None, waiter: asyncio.Future[Answer] | None = None) -> None:
        if fact is None:
            return
        before = answer_before(self.state, self.now_ms(), fact)
        if before is not None:
            self._answer(waiter, before.code, before.text)
            return
        error = self._attempt(fact, waiter)
        if error is not None:
            self._tell_failure(type(fact).__name__, error, bare.signals_of(self.state, fact))
            self._answer(waiter, "fault", _FAULT)

    def _attempt(
        self,
        fact: f.AnyFact,
        waiter: asyncio.Future[Answer] | None,
        *,
        recorded: f.AnyFact | None = None,
        barely: bool = False,
    ) -> Exception | None:
        """Step a fact, whole or not at all; what it raised, when it changed nothing (law 13)."""
        now_ms = self.now_ms()
        try:
            events = (bare.step if barely else step)(self.state, now_ms, fact)
            if not barely and len(events) > 1:
                broken = invariants.touched(self.state, events)
                assert not broken, "; ".join(broken)
            held = self._entered(now_ms, recorded or fact, events, waiter) if events else None
        except Exception as error:
            if self._strict:
                raise
            _log.error("step_failed", fact=type(fact).__name__, exc_info=error)
            self._rebuild()
            return error
        if held is None or held.entry is None:
            self._answer(waiter, "", "")
            return None
        if not barely:
            self._since.append(held.entry)
        else:  # the handlers that a rebuild uses may be what fails
            self._base, self._since = encode(self.state), []
        self._ledger.add(held)
        return None

    def _entered(
        self,
        now_ms: int,
        fact: f.AnyFact,
        events: tuple[ev.AnyEvent, ...],
        waiter: asyncio.Future[Answer] | None,
    ) -> Held:
        """The next entry. Raises for one that cannot be written down, such as a broken text."""
        state = self.state
        state.seq += 1
        entry = ev.Entry(
            v=1,
            epoch=state.epoch,
            seq=state.seq,
            at_ms=now_ms,
            utc_ms=state.utc_ms(now_ms),
            version=self._version,
            fact=f.on_record(fact),
            events=events,
        )
        row = Row(entry.seq, entry.epoch, now_ms, encode_entry(entry))
        return Held(position=entry.position, row=row, entry=entry, waiter=waiter)

    def _answer(self, waiter: asyncio.Future[Answer] | None, code: str, text: str) -> None:
        """Answer without an entry, when what the answer rests on is stored."""
        if waiter is not None:
            self._ledger.add(Held(position=self.state.position, waiter=waiter, answer=(code, text)))

    def _tell_failure(
        self, what: str, error: Exception, signals: tuple[f.Signal, ...], incident: int = 0
    ) -> None:
        """Store that a step raised, and have people called: by the bare path for what went active
        or could not climb, and by the usual way, once for the same failure, for the bug itself."""
        now_ms = self.now_ms()
        name = f"{what} {type(error).__name__}"
        again = self._told.waits(name, now_ms)
        failed = f.StepFailed(
            fact_type=what,
            error=plain(f"{type(error).__name__}: {error}")[:500],
            went_active=signals[0].point if signals else "",
            count=self._told.failed(name, now_ms),
        )
        if signals or incident:
            urgent = msgspec.structs.replace(failed, signals=signals, incident=incident)
            self._attempt(urgent, None, barely=True)
        if not again and self._attempt(failed, None) is not None and not signals and not incident:
            self._attempt(failed, None, barely=True)

    def _rebuild(self) -> None:
        state = decode(self._base)
        for entry in self._since:
            try:
                apply(state, entry)
            except Exception as error:  # noqa: BLE001 - law 13
                # What it did not change is lost to the memory, not to the journal.
                _log.error("entry_not_rebuilt", position=entry.position, exc_info=error)
                state.epoch, state.seq = entry.epoch, entry.seq
        self.state = state

    def _keep_snapshot(self) -> None:
        """Keep the state on disk; only where all of it is stored, and whole (law 2)."""
        head = self._ledger.head
        if head is None or (head.epoch, head.seq) != (self.state.epoch, self.state.seq):
            return
        broken = invariants.check(self.state)
        if broken:
            _log.error("state_broken", broken=broken[:10])
            return
        self._snapshot(Snapshot(head, self._version, encode(self.state)))
