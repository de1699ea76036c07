"""Checks that only a driver which listens is asked: receipts, repeats, floods, silence, clocks."""

import asyncio
from typing import Final

from monitord.driver import Reading
from monitord.testing.conformance.bench import Trouble
from monitord.testing.conformance.listen_trial import Ear, ListenTrial
from monitord.testing.conformance.trial import AnyDriver, plain_value
from monitord.testing.conformance.verdict import Failed, NotTried

#: More than the runtime takes at one go.
FLOOD: Final = 2_000
WAITING_MAX: Final = 1_000

_RECEIPT_CURE = "answer the device when `await emit(...)` has returned True, and only then"


async def says_nothing_itself(trial: ListenTrial) -> None:
    """A device that says nothing is not said to be alive."""
    driver, ear = await _listening(trial)
    await trial.begin_trouble(Trouble.HANG)
    before = ear.calls
    await trial.until(driver, lambda: ear.calls > before)
    if ear.calls > before:
        raise Failed(
            f"{ear.calls - before} calls of emit while the device said nothing",
            "none: a dead device would count as alive for ever",
            "call emit for what the device said, an empty list for a sign of life of its own",
        )
    await trial.close(driver)


async def answers_when_stored(trial: ListenTrial) -> None:
    """The device is answered when what it reported is stored, and not before."""
    driver, ear = await _reporting(trial)
    ear.hold()
    await _report(trial, driver, ear)
    await asyncio.sleep(trial.bench.timeout_ms / 3_000)
    if trial.device.answered():
        raise Failed("an answer before emit had returned", "no answer yet", _RECEIPT_CURE)
    ear.let_go()
    if not await trial.until(driver, lambda: trial.device.answered() == 1):
        raise Failed(
            f"{trial.device.answered()} answers after emit had returned True",
            "one answer",
            _RECEIPT_CURE,
        )
    await trial.close(driver)


async def silent_when_not_stored(trial: ListenTrial) -> None:
    """What is not stored is not answered; its repeat bears the same key, another report not."""
    driver, ear = await _reporting(trial)
    ear.answer = False
    first = await _report(trial, driver, ear)
    if await trial.until(driver, lambda: trial.device.answered() > 0):
        raise Failed("an answer although emit returned False", "silence", _RECEIPT_CURE)
    ear.answer = True
    again = await _heard(trial, driver, ear, trial.device.repeat)
    other = await _report(trial, driver, ear)
    if not first.key or first.key != again.key or first.key == other.key:
        raise Failed(
            f"keys {first.key!r} of a report, {again.key!r} of its repeat and {other.key!r} of"
            " another one",
            "the same key for the repeat, and no other report with it",
            "make `key` of what the device numbers its reports by, and of its date where that "
            "begins anew",
        )
    await trial.close(driver)


async def waits_in_a_flood(trial: ListenTrial) -> None:
    """While emit does not come back, no more is taken than the runtime keeps."""
    driver, ear = await _listening(trial)
    ear.hold()
    await trial.begin_trouble(Trouble.FLOOD)
    telling = trial.begin("tell", trial.device.tell())
    await trial.until(driver, lambda: ear.waiting > WAITING_MAX)
    if ear.waiting > WAITING_MAX:
        raise Failed(
            f"more than {WAITING_MAX} calls of emit at the same time",
            "that the driver waits for emit before it takes more",
            "await emit in listen(); without tasks of its own for it",
        )
    ear.let_go()
    await trial.bench.heal()
    await asyncio.wait({telling}, timeout=trial.bench.timeout_ms / 1000)
    trial.bench.show(trial.b)
    for _ in range(3):
        ending = await trial.poll(driver)
        if getattr(ending, "value", None) == trial.b:
            break
    else:
        await trial.expect(driver, trial.b, "after a flood")
    await trial.close(driver)


async def tells_in_order_of_arrival(trial: ListenTrial) -> None:
    """Whatever the device's clock says: it is evidence, and orders nothing."""
    driver, ear = await _listening(trial)
    await trial.begin_trouble(Trouble.CLOCK)
    told = []
    for values in (trial.b, trial.a):
        trial.bench.show(values)
        told.append(plain_value(await _report(trial, driver, ear)))
    if told != [trial.b[0], trial.a[0]]:
        raise Failed(
            f"{told} of reports whose dates run backwards",
            f"{[trial.b[0], trial.a[0]]}, as they came",
            "tell what arrives as it arrives; the device's date goes into device_ms",
        )
    await trial.close(driver)


async def speaks_of_its_points_only(trial: ListenTrial) -> None:
    """The site names some of a device's points: of the others nothing is told."""
    driver = trial.device.make_first()
    if driver is None:
        raise NotTried("the bench has no make_first(): a driver for the first point alone")
    trial.adopt(driver)
    await trial.open(driver)
    ear = trial.listening(driver)
    trial.bench.show(trial.b)
    last = len(trial.b) - 1
    await trial.device.tell()
    if not await trial.until(driver, lambda: bool(ear.readings)):
        raise Failed("nothing told of its one point", "a Reading of it", trial.read_cure)
    before = ear.calls
    await trial.device.report(last)
    await trial.until(driver, lambda: ear.calls > before, parts=3)
    if ending := trial.ending(driver):
        raise Failed(
            f"a report of a point that the site does not name ended it: {ending}",
            "that it goes on, and answers as for any other",
            "emit an empty list for it: a sign of life that tells nothing",
        )
    await trial.close(driver)


async def cancel_while_listening(trial: ListenTrial) -> None:
    """Listening that is cancelled ends at once, and the next driver is none the worse."""
    driver, ear = await _listening(trial)
    ear.hold()
    await trial.begin_trouble(Trouble.HANG)
    await trial.stop_listening(driver)
    await trial.close(driver)
    trial.bench.show(trial.b)
    await trial.returned()


async def _listening(trial: ListenTrial) -> tuple[AnyDriver, Ear]:
    """A driver that has heard ``a``."""
    trial.bench.show(trial.a)
    driver = await trial.opened()
    await trial.expect(driver, trial.a, "from a healthy device")
    trial.bench.show(trial.b)
    return driver, trial.listening(driver)


async def _reporting(trial: ListenTrial) -> tuple[AnyDriver, Ear]:
    if not trial.device.receipts:
        raise NotTried("this bench's device expects no answers")
    return await _listening(trial)


async def _report(trial: ListenTrial, driver: AnyDriver, ear: Ear) -> Reading:
    return await _heard(trial, driver, ear, lambda: trial.device.report(0))


async def _heard(trial: ListenTrial, driver: AnyDriver, ear: Ear, said: object) -> Reading:
    """What is told of the first point once the device has said it."""
    before = len(ear.readings)
    await said()  # type: ignore[operator]
    if not await trial.until(driver, lambda: len(ear.readings) > before):
        raise Failed(
            f"nothing told of a report ({trial.ending(driver) or 'it goes on listening'})",
            "a Reading of the point that it is about",
            trial.read_cure,
        )
    return ear.readings[before]
