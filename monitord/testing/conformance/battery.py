"""The list of checks, and how one is run: on a bench of its own, bounded, never raising."""

import asyncio
import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final

import msgspec

from monitord.testing.conformance import checks_listening as hear
from monitord.testing.conformance import checks_loss as loss
from monitord.testing.conformance import checks_manners as manners
from monitord.testing.conformance import checks_more as more
from monitord.testing.conformance.bench import Bench, ListenBench, Trouble
from monitord.testing.conformance.listen_trial import ListenTrial
from monitord.testing.conformance.stall import interrupting
from monitord.testing.conformance.steady import Machine, watched
from monitord.testing.conformance.trial import Trial
from monitord.testing.conformance.verdict import Failed, NotTried, Outcome, Verdict

#: No check takes longer; one that does has met a driver or a bench that does not come back.
CHECK_MS_MAX: Final = 15_000
TRIES: Final = 3


class Check(msgspec.Struct, frozen=True):
    """One question to a driver; ``ask`` takes the trial of its kind of driver."""

    id: str
    asks: str
    ask: Callable[[Any], Awaitable[None]]


def _loses(trouble: Trouble) -> Callable[[Trial], Awaitable[None]]:
    return partial(loss.loses, trouble=trouble)


def _either(trouble: Trouble) -> Callable[[Trial], Awaitable[None]]:
    return partial(loss.true_or_fault, trouble=trouble)


#: Of every driver: what its device says, and what it makes of a device in trouble.
_FIRST: Final = (
    Check("cold-start", "an absent device is a fault, and is read once it is there",
          loss.cold_start),
    Check("hang", "a device that never answers is lost", _loses(Trouble.HANG)),
    Check("half-open", "a device that stops reading is lost", _loses(Trouble.HALF_OPEN)),
    Check("reset", "an answer that breaks off with a reset is none", _loses(Trouble.RESET)),
    Check("truncated", "half an answer is none", _loses(Trouble.TRUNCATED)),
    Check("garbage", "what is not the protocol is no answer", _loses(Trouble.GARBAGE)),
    Check("slow", "a slow device is not a dead one", loss.slow),
    Check("reboot", "a reboot is a loss and a return", loss.reboot),
    Check("long-quiet", "a connection dropped unseen is a fault", _either(Trouble.QUIET)),
    Check("unknown-on-loss", "an old value is not said again", loss.unknown_on_loss),
)  # fmt: skip
_LAST: Final = (
    Check("close", "close never raises", manners.close_never_raises),
    Check("no-blocking", "the loop goes on while the driver waits", manners.no_blocking),
    Check("no-leaks", "no connection and no task outlives close", manners.no_leaks),
    Check("shared-line", "devices on one connection leave each other alone", more.shared_line),
    Check("outputs", "an output is on when its device has it on", more.outputs),
    Check("mistakes", "a mistake in the site file is refused in words",
          manners.mistakes_are_told),
    Check("secrets", "a secret shows in no text", manners.secrets_stay_secret),
)  # fmt: skip

#: What a polled driver is asked.
CHECKS: Final = (
    Check("in-order", "one item per point, in the order of points()", manners.in_order),
    *_FIRST,
    Check("flood", "what nobody asked for is not believed", _either(Trouble.FLOOD)),
    Check("late-reply", "a late reply never answers the next request", loss.late),
    Check("asks-once", "retries are the runtime's", loss.asks_once),
    Check("cancel", "a cancelled poll ends at once", manners.cancel_in_flight),
    *_LAST,
)

#: What a driver that listens is asked.
LISTEN_CHECKS: Final = (
    Check("each-point", "what the device says of a point is told of that point",
          manners.in_order),
    *_FIRST,
    Check("own-points", "points that the site does not name are answered, and not told",
          hear.speaks_of_its_points_only),
    Check("silence", "a device that says nothing is not said to be alive",
          hear.says_nothing_itself),
    Check("receipt", "the device is answered when what it said is stored, and not before",
          hear.answers_when_stored),
    Check("repeat", "what is not stored is not answered, and its repeat has the same key",
          hear.silent_when_not_stored),
    Check("flood", "a driver whose emit waits takes no more from its device",
          hear.waits_in_a_flood),
    Check("late-time", "what the device's clock says orders nothing",
          hear.tells_in_order_of_arrival),
    Check("cancel", "listening that is cancelled ends at once", hear.cancel_while_listening),
    *_LAST,
)  # fmt: skip


def checks_of(bench: Bench) -> tuple[Check, ...]:
    """What the driver of this bench is asked."""
    return LISTEN_CHECKS if isinstance(bench, ListenBench) else CHECKS


async def run(make_bench: Callable[[], Bench]) -> AsyncIterator[Verdict]:
    """Every check's verdict, as it is found."""
    for check in checks_of(make_bench()):
        yield await run_check(check.id, make_bench)


async def run_check(check_id: str, make_bench: Callable[[], Bench]) -> Verdict:
    """One check's verdict. Raises ``KeyError`` for one that does not exist.

    A driver that fails while the machine was in the way is asked again.
    """
    for left in reversed(range(TRIES)):
        with watched() as machine:
            verdict = await _verdict(check_id, make_bench(), machine)
        if verdict.outcome is not Outcome.FAILED or not machine.disturbed or not left:
            return verdict
    raise AssertionError("the last try answers")


async def _verdict(check_id: str, bench: Bench, machine: Machine) -> Verdict:
    check = {each.id: each for each in checks_of(bench)}[check_id]
    try:
        with interrupting():
            async with asyncio.timeout(CHECK_MS_MAX / 1000):
                await _ask(check, bench)
    except Failed as failed:
        return Verdict(
            check.id, check.asks, Outcome.FAILED, failed.seen, failed.expected, failed.cure
        )
    except NotTried as why:
        return Verdict(check.id, check.asks, Outcome.NOT_TRIED, str(why))
    except Exception as error:  # noqa: BLE001 - the boundary to foreign code: a bench, a driver
        machine.port_taken = getattr(error, "errno", None) == errno.EADDRINUSE
        return Verdict(
            check.id,
            check.asks,
            Outcome.FAILED,
            f"{type(error).__name__}: {error}",
            "a bench that works, and a driver that can be made",
            "mend the bench or the driver's __init__",
        )
    return Verdict(check.id, check.asks, Outcome.PASSED)


async def _ask(check: Check, bench: Bench) -> None:
    if not bench.pairs or any(first == second for first, second in bench.pairs):
        raise Failed(
            "pairs without two different values",
            "two values for each point, and at least one point",
            "mend the bench's pairs",
        )
    await bench.start()
    trial = ListenTrial(bench) if isinstance(bench, ListenBench) else Trial(bench)
    try:
        await check.ask(trial)
    finally:
        await trial.end()
        await bench.heal()
        await bench.stop()
