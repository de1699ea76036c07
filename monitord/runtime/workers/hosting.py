"""In a worker: the daemon's frames become calls of the real drivers, and their outcomes frames.

One call of a device at a time, as in the daemon. Each step of a driver's code is written on the
page before it runs, so that the daemon knows at which device a driver blocks or dies.
"""

import asyncio
import contextvars
import socket
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any, Final

import msgspec

from monitord.driver import DeviceFault, Driver, Line
from monitord.runtime.bound import place_of, raised
from monitord.runtime.building import Builder, Order
from monitord.runtime.health import is_hopeless
from monitord.runtime.readings import valid
from monitord.runtime.workers import frames as f
from monitord.runtime.workers import items
from monitord.runtime.workers.eyes import Eyes, Judge
from monitord.runtime.workers.judging import judge_of
from monitord.runtime.workers.page import NOBODY, Page
from monitord.runtime.workers.speaking import Mouth
from monitord.vocabulary import Cause

#: How long a driver has to end a call that was given up on, before its device may not go on.
LET_GO_S: Final = 0.1
_BESIDE: Final = (f.Listen, f.Look, f.Write, f.Aim, f.Footage)

_device: contextvars.ContextVar[int] = contextvars.ContextVar("device", default=NOBODY)


class Hosted:
    """One device: its driver, the calls that have not ended, and its last answer as bytes."""

    def __init__(self) -> None:
        self.driver: Driver[Any] | None = None
        self.calls: dict[asyncio.Task[None], f.Call] = {}
        self.last = b""
        self.mouth: Mouth | None = None
        self.eyes: Eyes | None = None
        #: What it knows of the place outlives a connection.
        self.judge: tuple[Order, Judge] | None = None


class Host:
    """The devices of one worker, all of one driver."""

    def __init__(
        self,
        end: socket.socket,
        page: Page,
        cls: type[Driver[Any]],
        name: str,
        builder: Builder,
        beat_s: float,
        judge: Callable[[Order, bytes], Judge] = judge_of,
    ) -> None:
        self._socket, self._page, self._beat_s = end, page, beat_s
        self._cls, self._name, self._builder, self._judge = cls, name, builder, judge
        self._hosted: dict[int, Hosted] = {}
        self._lines: dict[str, asyncio.Task[Line]] = {}

    async def run(self) -> None:
        """Serve until the daemon's end is closed."""
        loop = asyncio.get_running_loop()
        loop.set_task_factory(self._task)
        loop.set_exception_handler(_tell_place)
        reader, self._writer = await asyncio.open_unix_connection(sock=self._socket)
        self._beat()
        try:
            while True:
                length = f.length_of(await reader.readexactly(f.HEAD))
                self._take(f.ask_of(await reader.readexactly(length)))
        except (asyncio.IncompleteReadError, OSError):
            pass  # the daemon has let go, or is gone

    def _beat(self) -> None:
        self._page.beat()
        asyncio.get_running_loop().call_later(self._beat_s, self._beat)

    def _take(self, ask: f.Ask) -> None:
        match ask:
            case f.LeaveLine(address=address):
                if line := self._lines.pop(address, None):
                    self._begin(NOBODY, _close_line(line))
            case f.Cancel(id=call_id, number=number):
                for call, asked in self._hosted.setdefault(number, Hosted()).calls.items():
                    if asked.id == call_id:
                        call.cancel()
            case f.Open():
                self._call(ask, "open", partial(self._open, ask))
            case f.Poll():
                self._call(ask, "poll", partial(self._poll, ask))
            case f.Listen():
                self._call(ask, "listen", partial(self._listen, ask))
            case f.Receipt(number=number, emit=emit, stored=stored):
                hosted = self._hosted.get(number)
                if hosted is not None and hosted.mouth is not None:
                    hosted.mouth.receipt(emit, stored=stored)
            case f.Look():
                self._call(ask, "frame", partial(self._look, ask))
            case f.Write():
                self._call(ask, "write", partial(self._write, ask))
            case f.Aim():
                self._call(ask, "aim", partial(self._aim, ask))
            case f.Footage():
                self._call(ask, "footage", partial(self._footage, ask))
            case f.Close():
                self._call(ask, "close", partial(self._close, ask))

    def _call(
        self,
        ask: f.Call,
        call: str,
        work: Callable[[Hosted], Awaitable[f.Reply]],
    ) -> None:
        hosted = self._hosted.setdefault(ask.number, Hosted())
        task = self._begin(ask.number, self._answer(ask, call, work, hosted))
        hosted.calls[task] = ask
        task.add_done_callback(hosted.calls.pop)

    def _begin(self, number: int, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task whose every step is told as this device's, and those that it begins."""
        context = contextvars.copy_context()
        context.run(_device.set, number)
        return asyncio.get_running_loop().create_task(work, context=context)

    async def _answer(
        self,
        ask: f.Call,
        call: str,
        work: Callable[[Hosted], Awaitable[f.Reply]],
        hosted: Hosted,
    ) -> None:
        try:
            if not isinstance(ask, f.Look | f.Aim | f.Footage):  # these go on beside all others
                await self._alone(ask, hosted)
            reply = await work(hosted)
        except DeviceFault as error:
            reply = _failed(ask.id, error)
        except asyncio.CancelledError:
            detail = f"{call} of driver {self._name} was cancelled"  # by whom, the daemon knows
            reply = _failed(ask.id, DeviceFault(detail, Cause.DRIVER))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary to foreign code
            reply = _failed(ask.id, raised(self._name, call, error))
        self._send(reply)

    async def _alone(self, ask: f.Call, hosted: Hosted) -> None:
        """Calls that were given up on must have ended: a device is never spoken to by two.

        An output is switched beside the listening, and both go on beside a look.
        """
        beside = _BESIDE if isinstance(ask, f.Write | f.Listen) else ()
        others = {
            call
            for call, asked in hosted.calls.items()
            if call.cancelling() or not isinstance(asked, beside)
        } - {asyncio.current_task()}
        for other in others:
            other.cancel()
        if others and (await asyncio.wait(others, timeout=LET_GO_S))[1]:
            detail = f"driver {self._name} does not stop a call when told to"
            raise DeviceFault(detail, Cause.DRIVER)

    async def _open(self, ask: f.Open, hosted: Hosted) -> f.Reply:
        if hosted.driver is not None:  # its closing was given up on
            old, hosted.driver = hosted.driver, None
            await old.close()
        hosted.last = b""
        hosted.driver = driver = self._builder.build(ask.order)
        looked_at = ask.order.look_ms > 0 and type(driver).frame is not Driver.frame
        hosted.eyes = None
        if looked_at:
            if hosted.judge is None or hosted.judge[0] != ask.order:
                hosted.judge = ask.order, self._judge(ask.order, ask.memory)
            learned = partial(self._learned, ask.number)
            hosted.eyes = Eyes(driver, ask.order.look_ms, hosted.judge[1], learned, ask.number)
        if ask.line is None:
            await driver.open()
        else:
            await driver.open(await self._line(ask.line))
        return f.Done(ask.id)

    async def _poll(self, ask: f.Poll, hosted: Hosted) -> f.Reply:
        answer = await _opened(hosted).poll()
        if type(answer) is not list and type(answer) is not tuple:
            kind = type(answer).__name__
            raise DeviceFault(f"driver {self._name} answered a poll with {kind}", Cause.DRIVER)
        try:
            told = [items.packed(item) for item in answer]
        except items.TooLong as error:
            raise DeviceFault(f"driver {self._name} answered {error}", Cause.DRIVER) from None
        body = msgspec.msgpack.encode(told)
        if body == hosted.last:
            return f.Same(ask.id)
        hosted.last = body
        return f.Answer(ask.id, told)

    async def _listen(self, ask: f.Listen, hosted: Hosted) -> f.Reply:
        driver = _opened(hosted)
        hosted.mouth = mouth = Mouth(ask.id, self._name, self._say, can_wait=driver.can_wait)
        try:
            if hosted.eyes is None:
                await driver.listen(mouth.emit)
            else:
                await _first(driver.listen(mouth.emit), hosted.eyes.run(mouth.emit))
        finally:
            hosted.mouth = None
            mouth.close()
        return f.Done(ask.id)

    async def _look(self, ask: f.Look, hosted: Hosted) -> f.Reply:
        _opened(hosted)
        if hosted.eyes is None:
            raise DeviceFault(f"driver {self._name} sees nothing here", Cause.CONFIGURATION)
        return msgspec.structs.replace(await hosted.eyes.see(ask.want, ask.back), id=ask.id)

    async def _aim(self, ask: f.Aim, hosted: Hosted) -> f.Reply:
        driver = _opened(hosted)
        if hosted.eyes is None or type(driver).aim is Driver.aim:
            raise DeviceFault(f"driver {self._name} turns no head", Cause.CONFIGURATION)
        return f.Aimed(ask.id, await hosted.eyes.aim(ask.preset, home=ask.home))

    async def _footage(self, ask: f.Footage, hosted: Hosted) -> f.Reply:
        driver = _opened(hosted)
        if type(driver).footage is Driver.footage:
            raise DeviceFault(f"driver {self._name} records nothing", Cause.CONFIGURATION)
        spans = await driver.footage(ask.from_ms, ask.until_ms)
        told = [(int(begin), int(end)) for begin, end in spans]
        return f.Missing(ask.id, told[: f.SPANS_MAX])

    async def _write(self, ask: f.Write, hosted: Hosted) -> f.Reply:
        await _opened(hosted).write(ask.output, ask.value)
        return f.Done(ask.id)

    async def _close(self, ask: f.Close, hosted: Hosted) -> f.Reply:
        driver, hosted.driver = hosted.driver, None
        if driver is not None:
            await driver.close()
        return f.Done(ask.id)

    async def _line(self, address: str) -> Line:
        """The line of that address, connected by the first device that asks for it."""
        line = self._lines.get(address)
        if line is None:
            connecting = self._connect(address)
            line = self._lines[address] = asyncio.get_running_loop().create_task(connecting)
        try:
            return await asyncio.shield(line)
        except BaseException:  # one that was given up on too: the next device connects anew
            if self._lines.get(address) is line:
                del self._lines[address]
            line.cancel()
            raise

    async def _connect(self, address: str) -> Line:
        return await self._cls.connect(address)

    def _say(self, said: f.Emitted) -> None:
        self._writer.write(f.framed(said))

    def _learned(self, number: int, memory: bytes) -> None:
        if len(memory) <= f.PICTURE_MAX:
            self._writer.write(f.framed(f.Learned(number, memory)))

    def _send(self, reply: f.Reply) -> None:
        try:
            self._writer.write(f.framed(reply))
        except items.TooLong as error:
            detail = f"driver {self._name} answered too much: {error}"
            self._writer.write(f.framed(_failed(reply.id, DeviceFault(detail, Cause.DRIVER))))

    def _task(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        context: contextvars.Context | None = None,
    ) -> "asyncio.Task[Any]":
        number = _device.get() if context is None else context.get(_device, NOBODY)
        if number != NOBODY:
            work = _told(self._page, number, work)
        return asyncio.Task(work, loop=loop, context=context)


class _Steps:
    """An awaitable that tells the page whose code runs, step by step."""

    def __init__(self, page: Page, number: int, work: Any) -> None:
        self._page, self._number, self._work = page, number, work

    def __await__(self) -> Generator[Any, Any, Any]:
        page, number, step = self._page, self._number, self._work.send
        given: Any = None
        while True:
            page.enter(number)
            try:
                waits_for = step(given)
            except StopIteration as end:
                return end.value
            finally:
                page.enter(NOBODY)
            try:
                given = yield waits_for
                step = self._work.send
            except BaseException as error:  # noqa: BLE001 - it is the driver's to take
                given, step = error, self._work.throw


async def _told(page: Page, number: int, work: Any) -> Any:
    return await _Steps(page, number, work)


async def _close_line(connecting: "asyncio.Task[Line]") -> None:
    connecting.cancel()
    if connecting.done() and not connecting.cancelled() and connecting.exception() is None:
        await connecting.result().close()


async def _first(*works: Coroutine[Any, Any, None]) -> None:
    """All of them until the first ends, by whatever way; then none goes on."""
    tasks = [asyncio.get_running_loop().create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _opened(hosted: Hosted) -> Driver[Any]:
    if hosted.driver is None:
        raise DeviceFault("the device is not open", Cause.DRIVER)
    return hosted.driver


def _failed(call_id: int, fault: DeviceFault) -> f.Failed:
    detail = valid(str(fault.detail))[: f.DETAIL_MAX]
    return f.Failed(call_id, Cause(fault.cause), is_hopeless(fault), detail)


def _tell_place(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody caught, without what it says: a secret may stand in it."""
    error = context.get("exception")
    what = "an error" if error is None else f"{type(error).__name__} ({place_of(error)})"
    print(f"{what} that nobody caught", flush=True)
