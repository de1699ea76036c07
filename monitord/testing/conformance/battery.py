"""The list of checks, and how one is run: on a bench of its own, bounded, never raising."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Final

import msgspec

from monitord.testing.conformance import checks_loss as loss
from monitord.testing.conformance import checks_manners as manners
from monitord.testing.conformance.bench import Bench, Trouble
from monitord.testing.conformance.stall import interrupting
from monitord.testing.conformance.trial import Trial
from monitord.testing.conformance.verdict import Failed, NotTried, Outcome, Verdict

#: No check takes longer; one that does has met a driver or a bench that does not come back.
CHECK_MS_MAX: Final = 15_000


class Check(msgspec.Struct, frozen=True):
    """One question to a driver."""

    id: str
    asks: str
    ask: Callable[[Trial], Awaitable[None]]


def _loses(trouble: Trouble) -> Callable[[Trial], Awaitable[None]]:
    return partial(loss.loses, trouble=trouble)


def _either(trouble: Trouble) -> Callable[[Trial], Awaitable[None]]:
    return partial(loss.true_or_fault, trouble=trouble)


CHECKS: Final = (
    Check("in-order", "one item per point, in the order of points()", manners.in_order),
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
    Check("flood", "what nobody asked for is not believed", _either(Trouble.FLOOD)),
    Check("late-reply", "a late reply never answers the next request", loss.late),
    Check("unknown-on-loss", "an old value is not said again", loss.unknown_on_loss),
    Check("asks-once", "retries are the runtime's", loss.asks_once),
    Check("cancel", "a cancelled poll ends at once", manners.cancel_in_flight),
    Check("close", "close never raises", manners.close_never_raises),
    Check("no-blocking", "the loop goes on while the driver waits", manners.no_blocking),
    Check("no-leaks", "no connection and no task outlives close", manners.no_leaks),
    Check("mistakes", "a mistake in the site file is refused in words",
          manners.mistakes_are_told),
    Check("secrets", "a secret shows in no text", manners.secrets_stay_secret),
)  # fmt: skip


async def run(make_bench: Callable[[], Bench]) -> AsyncIterator[Verdict]:
    """Every check's verdict, as it is found."""
    for check in CHECKS:
        yield await run_check(check.id, make_bench)


async def run_check(check_id: str, make_bench: Callable[[], Bench]) -> Verdict:
    """One check's verdict. Raises ``KeyError`` for one that does not exist."""
    check = {each.id: each for each in CHECKS}[check_id]
    try:
        with interrupting():
            async with asyncio.timeout(CHECK_MS_MAX / 1000):
                await _ask(check, make_bench())
    except Failed as failed:
        return Verdict(
            check.id, check.asks, Outcome.FAILED, failed.seen, failed.expected, failed.cure
        )
    except NotTried as why:
        return Verdict(check.id, check.asks, Outcome.NOT_TRIED, str(why))
    except Exception as error:  # noqa: BLE001 - the boundary to foreign code: a bench, a driver
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
    trial = Trial(bench)
    try:
        await check.ask(trial)
    finally:
        await trial.end()
        await bench.heal()
        await bench.stop()
