"""Checks of what not every driver has: connections that devices share, and outputs."""

from monitord.driver import ConfigFault
from monitord.runtime.line import shares_lines
from monitord.testing.conformance.bench import Trouble
from monitord.testing.conformance.trial import Told, Trial, words
from monitord.testing.conformance.verdict import Failed, NotTried

LINE_CURE = "leave the shared connection to its line: close() of a device ends nothing of others"
OUTPUT_CURE = "write() returns when the device has confirmed it, and raises a DeviceFault if not"


async def shared_line(trial: Trial) -> None:
    """Devices that share a connection leave each other alone."""
    cls = type(trial.make())
    if not shares_lines(cls):
        raise NotTried("the driver has no connect(): its devices share no connection")
    if not trial.bench.address():
        raise NotTried("the bench gives no address() to connect to")
    connected = await trial.call("connect", cls.connect(trial.bench.address()))
    if not isinstance(connected, Told):
        raise Failed(f"connect ended with {words(connected)}", "a line", "let connect() return it")
    line = connected.value
    trial.bench.show(trial.a)
    first, second = await trial.opened(line), await trial.opened(line)
    for driver in (first, second, first):
        await trial.expect(driver, trial.a, "over a shared connection")
    trial.bench.show(trial.b)
    await trial.close(first)
    ending = await trial.poll(second)
    if not (isinstance(ending, Told) and ending.value == trial.b):
        seen = f"after its neighbour was closed, {trial.read_word} {words(ending)}"
        raise Failed(seen, f"what the device says: {trial.b}", LINE_CURE)
    await trial.begin_trouble(Trouble.HANG)
    await trial.poll(second)
    await trial.close(second)
    await trial.bench.heal()
    third = await trial.opened(line)
    await trial.expect(third, trial.b, "after a neighbour's question was given up on")
    await trial.close(third)
    ended = await trial.call("close of the line", line.close())
    if not isinstance(ended, Told) or not await trial.settle():
        seen = f"{trial.bench.connections()} connections after the line was closed"
        raise Failed(seen, "none", "let the line's close() end its connection, and never raise")


async def outputs(trial: Trial) -> None:
    """An output is on when the device has it on, and what was not confirmed is a fault."""
    names = trial.bench.outputs
    if not names:
        raise NotTried("the bench names no outputs")
    driver = await trial.opened()
    for name in names:
        for value in (True, False, True):
            ending = await trial.call("write", driver.write(name, value))
            if not isinstance(ending, Told) or trial.bench.switched().get(name) is not value:
                raise Failed(
                    f"write of {name} to {value} ended with {words(ending)}, and the device has"
                    f" {trial.bench.switched().get(name)}",
                    f"that the device has it {value}",
                    OUTPUT_CURE,
                )
    unknown = await trial.call("write", driver.write("no-such-output", value=True))
    if not isinstance(unknown, ConfigFault):
        seen = f"write of an output that there is not ended with {words(unknown)}"
        raise Failed(seen, "a ConfigFault", "look the output up before writing anything")
    await trial.begin_trouble(Trouble.HANG)
    lost = await trial.call("write", driver.write(names[0], value=False))
    if isinstance(lost, Told):
        raise Failed("write returned although the device hangs", "a DeviceFault", OUTPUT_CURE)
    await trial.close(driver)
