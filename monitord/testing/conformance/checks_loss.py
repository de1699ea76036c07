"""Checks of what a driver says while its device is lost or lies, and after it came back.

One rule runs through all: a fault, or the truth; never what was true before.
"""

from monitord.testing.conformance.bench import Trouble
from monitord.testing.conformance.trial import AnyDriver, Ending, Told, Trial, is_unknown, words
from monitord.testing.conformance.verdict import Failed

LOSS_CURE = "raise DeviceFault when the answer is missing, cut short or not what was asked for"


async def cold_start(trial: Trial) -> None:
    """The device is absent at first, then there."""
    await trial.bench.stop()
    driver = trial.make()
    if isinstance(await trial.open(driver), Told):
        _lost(trial, await trial.poll(driver), "while the device is absent")
    await trial.close(driver)
    await trial.bench.start()
    trial.bench.show(trial.b)
    await trial.returned()


async def unknown_on_loss(trial: Trial) -> None:
    """The device vanishes: what it said before is not said again."""
    driver = await _watching(trial)
    await trial.bench.stop()
    for _ in range(3):
        _lost(trial, await trial.poll(driver), "after the device vanished")
    await trial.close(driver)
    await trial.bench.start()
    await trial.returned()


async def loses(trial: Trial, trouble: Trouble) -> None:
    """The device gives no answer that can be believed, and is read anew when it is back."""
    driver = await _watching(trial)
    await trial.begin_trouble(trouble)
    _lost(trial, await trial.poll(driver), f"while the device is in trouble ({trouble})")
    await trial.close(driver)
    await trial.returned()


async def reboot(trial: Trial) -> None:
    """The device drops everything, takes no connection for a while, and is back."""
    driver = await _watching(trial)
    await trial.begin_trouble(Trouble.REBOOT)
    _lost(trial, await trial.poll(driver), "while the device reboots")
    await trial.close(driver)
    second = trial.make()
    if isinstance(await trial.open(second), Told):
        _lost(trial, await trial.poll(second), "while the device reboots")
    await trial.close(second)
    await trial.returned()


async def slow(trial: Trial) -> None:
    """A slow device is not a dead one."""
    driver = await _watching(trial)
    await trial.begin_trouble(Trouble.SLOW)
    await trial.expect(driver, trial.b, "while the device answers in a third of its timeout")
    await trial.close(driver)
    await trial.returned()


async def true_or_fault(trial: Trial, trouble: Trouble) -> None:
    """A right answer may be found, an old one must not be believed."""
    driver = await _watching(trial)
    await trial.begin_trouble(trouble)
    for _ in range(2):
        _true_or_lost(trial, await trial.poll(driver), f"in trouble ({trouble})")
    await trial.close(driver)
    await trial.returned()


async def late(trial: Trial) -> None:
    """The answer to a request that was given up on never answers the next one."""
    driver = await _watching(trial)
    trial.bench.show(trial.a)
    await trial.begin_trouble(Trouble.LATE)
    _lost(trial, await trial.poll(driver), "while the device holds its answer back")
    trial.bench.show(trial.b)
    for _ in range(2):
        _true_or_lost(trial, await trial.poll(driver), "when the held back answer came")
    await trial.close(driver)
    await trial.returned()


async def asks_once(trial: Trial) -> None:
    """Retries belong to the runtime: a failed poll asks no more than a good one."""
    driver = await trial.opened()
    before = trial.bench.asked()
    await trial.poll(driver)
    good = trial.bench.asked() - before
    await trial.close(driver)
    for trouble in (Trouble.HANG, Trouble.GARBAGE):
        driver = await trial.opened()
        await trial.begin_trouble(trouble)
        before = trial.bench.asked()
        await trial.poll(driver)
        asked = trial.bench.asked() - before
        await trial.close(driver)
        await trial.bench.heal()
        if asked > good:
            raise Failed(
                f"{asked} requests in one failed poll ({trouble}), {good} in a good one",
                "one try: the runtime backs off and tries again",
                "take the retries out of poll()",
            )


async def _watching(trial: Trial) -> AnyDriver:
    """A driver that has read ``a``; the device says ``b`` from now on."""
    trial.bench.show(trial.a)
    driver = await trial.opened()
    await trial.expect(driver, trial.a, "from a healthy device")
    trial.bench.show(trial.b)
    return driver


def _lost(trial: Trial, ending: Ending, when: str) -> None:
    if isinstance(ending, Told) and not is_unknown(ending.value):
        raise Failed(f"{when}, {trial.read_word} {words(ending)}", "a DeviceFault", LOSS_CURE)


def _true_or_lost(trial: Trial, ending: Ending, when: str) -> None:
    if isinstance(ending, Told) and ending.value != trial.b and not is_unknown(ending.value):
        raise Failed(
            f"{when}, {trial.read_word} {words(ending)}",
            f"a DeviceFault, or what the device says now: {trial.b}",
            "believe only the answer to the last request, and drop the connection when one is "
            "given up on or does not fit",
        )
