"""Checks of how a driver behaves in its process: order, cancelling, closing, leaks, words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from pydantic import ValidationError

from monitord.driver import ConfigFault, DeviceFault
from monitord.testing.conformance.bench import Trouble
from monitord.testing.conformance.trial import GRACE_MS, AnyDriver, Trial
from monitord.testing.conformance.verdict import Failed, NotTried

#: Longest time for which a call may keep the loop from everybody else.
BLOCKED_MS_MAX: Final = 50
#: The best of so many rounds counts: a busy machine must not fail a driver.
ROUNDS: Final = 3
_TICK_S: Final = 0.002


async def in_order(trial: Trial) -> None:
    """One item per point, in the order of points()."""
    driver = await trial.opened()
    if len(driver.points()) != len(trial.a):
        raise Failed(
            f"{len(driver.points())} points for {len(trial.a)} pairs of the bench",
            "as many points as the bench has pairs",
            "let make() give the driver one point per pair",
        )
    trial.bench.show(trial.a)
    await trial.expect(driver, trial.a, "at first")
    for place, other in enumerate(trial.b):
        values = [*trial.a[:place], other, *trial.a[place + 1 :]]
        trial.bench.show(values)
        await trial.expect(driver, values, f"when point {place + 1} alone had changed")
    await trial.close(driver)


async def cancel_in_flight(trial: Trial) -> None:
    """A poll that is cancelled ends at once, and the next driver is none the worse."""
    driver = await trial.opened()
    trial.bench.show(trial.b)
    await trial.begin_trouble(Trouble.HANG)
    before = trial.bench.asked()
    task = trial.begin("poll", driver.poll())
    for _ in range(trial.bench.timeout_ms // 4):
        if trial.bench.asked() > before or task.done():
            break
        await asyncio.sleep(_TICK_S)
    if not task.done():
        await trial.cancel("poll", task)
    await trial.close(driver)
    await trial.returned()


async def close_never_raises(trial: Trial) -> None:
    """Never opened, twice, in trouble, after the device vanished."""
    never_opened = trial.make()
    await trial.close(never_opened)
    driver = await trial.opened()
    await trial.close(driver)
    await trial.close(driver)
    driver = await trial.opened()
    await trial.bench.stop()
    await trial.poll(driver)
    await trial.close(driver)
    await trial.close(driver)


async def no_blocking(trial: Trial) -> None:
    """The loop goes on while a driver waits; measured."""
    driver = await trial.opened()
    await trial.close(driver)
    worst: dict[str, float] = {}
    for _ in range(ROUNDS):
        driver = trial.make()
        await _keep(worst, "open", trial.open, driver)
        await _keep(worst, "poll", trial.poll, driver)
        if Trouble.HANG not in trial.bench.cannot:
            await trial.bench.trouble(Trouble.HANG)
            await _keep(worst, "poll of a device that hangs", trial.poll, driver)
            await trial.bench.heal()
        await _keep(worst, "close", trial.close, driver)
    for call, blocked_ms in worst.items():
        if blocked_ms > BLOCKED_MS_MAX:
            raise Failed(
                f"{call} blocked the loop for {blocked_ms:.0f} ms, every time of {ROUNDS}",
                f"{BLOCKED_MS_MAX} ms at most: every other device waits meanwhile",
                "use asyncio's connections, or asyncio.to_thread for what blocks",
            )


async def no_leaks(trial: Trial) -> None:
    """After close no connection and no task is left, however the driver's life ended."""
    for trouble in (None, Trouble.RESET, Trouble.HANG):
        before = asyncio.all_tasks()
        driver = await trial.opened()
        if trouble is not None and trouble not in trial.bench.cannot:
            await trial.bench.trouble(trouble)
        await trial.poll(driver)
        await trial.close(driver)
        await trial.bench.heal()
        if not await trial.settle():
            raise Failed(
                f"{trial.bench.connections()} connections are open after close",
                "none",
                "let close() end every connection that open() or poll() made",
            )
        await _tasks_end(before)


async def mistakes_are_told(trial: Trial) -> None:
    """What a person wrote wrongly is refused as such, in words."""
    mistakes = trial.bench.mistakes()
    if not mistakes:
        raise NotTried("the bench names no mistakes(): say at least one")
    for mistake, make in mistakes.items():
        try:
            driver = make()
            await driver.open()
        except ValidationError:
            continue
        except ConfigFault as fault:
            if fault.detail.strip():
                continue
            seen = "a ConfigFault without words"
        except DeviceFault as fault:
            seen = f"{type(fault).__name__}: {fault.detail}"
        else:
            await driver.close()
            seen = "it was accepted"
        raise Failed(
            f"{mistake}: {seen}",
            "refused by Config, PointConfig or a ConfigFault, in words",
            "validate it in the models, or raise ConfigFault in open()",
        )


async def secrets_stay_secret(trial: Trial) -> None:
    """A secret of the site file shows in no text that may reach a log."""
    if not trial.bench.secrets:
        raise NotTried("the bench names no secrets: a driver without any has none to lose")
    driver = await trial.opened()
    texts = {"repr of the driver": repr(driver), "str of the driver": str(driver)}
    texts |= {"repr of its config": repr(driver.config), "str of its config": str(driver.config)}
    texts |= {"repr of its points": repr(driver.points())}
    await trial.bench.stop()
    await trial.poll(driver)
    await trial.close(driver)
    await trial.open(trial.make())
    texts |= {f"fault {number}": fault.detail for number, fault in enumerate(trial.faults, 1)}
    for where, text in texts.items():
        if any(secret in text for secret in trial.bench.secrets):
            raise Failed(
                f"a secret stands in the {where}",
                "that it is seen nowhere",
                "declare it as pydantic's SecretStr, and leave it out of faults",
            )


async def _keep(
    worst: dict[str, float],
    call: str,
    ask: Callable[[AnyDriver], Awaitable[Any]],
    driver: AnyDriver,
) -> None:
    """Note for how long ``ask`` kept the loop, if that is the least so far."""
    loop = asyncio.get_running_loop()
    longest_ms, last_s, ended = 0.0, loop.time(), False

    async def tick() -> None:
        nonlocal longest_ms, last_s
        while not ended:
            await asyncio.sleep(_TICK_S)
            now_s = loop.time()
            longest_ms = max(longest_ms, (now_s - last_s - _TICK_S) * 1000)
            last_s = now_s

    ticking = asyncio.create_task(tick())
    try:
        await ask(driver)
    finally:
        ended = True
        await ticking
    worst[call] = min(worst.get(call, longest_ms), longest_ms)


async def _tasks_end(before: "set[asyncio.Task[Any]]") -> None:
    left: set[asyncio.Task[Any]] = set()
    for _ in range(GRACE_MS // 10):
        left = asyncio.all_tasks() - before
        if not left:
            return
        await asyncio.sleep(0.01)
    names = ", ".join(sorted(getattr(task.get_coro(), "__qualname__", "a task") for task in left))
    for task in left:
        task.cancel()
    raise Failed(
        f"left running after close: {names}",
        "no task",
        "cancel and await in close() what open() or poll() began",
    )
