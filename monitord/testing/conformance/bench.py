"""What a driver's author provides: the driver, and a device of their own that can misbehave.

The bench says what the device cannot do; the battery then says that it was not tried.
"""

import importlib.util
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Final

from monitord.driver import Driver, Value
from monitord.runtime.folder import PluginFolder, PluginRefused, said
from monitord.runtime.plugins import driver_registry

BENCH_FILE: Final = "bench.py"


class Trouble(StrEnum):
    """What a simulated device does until it is healed."""

    HANG = "hang"  # takes requests, never answers
    HALF_OPEN = "half-open"  # stops reading; the connection stays
    RESET = "reset"  # half an answer, then the connection is reset
    TRUNCATED = "truncated"  # half an answer, and the end never comes
    GARBAGE = "garbage"  # bytes that are not its protocol
    SLOW = "slow"  # answers right, after a third of the timeout
    REBOOT = "reboot"  # drops all connections and takes none until it is healed
    QUIET = "quiet"  # has dropped the connections that nobody used, and takes new ones
    FLOOD = "flood"  # a hundred frames that nobody asked for come before each answer
    LATE = "late"  # answers request n only when request n+1 comes
    CLOCK = "clock"  # dates what it reports years off, and backwards


class Bench(ABC):
    """One driver and one simulated device on 127.0.0.1. Every check gets a bench of its own.

    ``pairs`` has for each point two values that the device can say. ``cannot`` says for each
    trouble that the device cannot be brought into why not. ``secrets`` are those that ``make``
    gives to the driver; they must be seen nowhere. ``outputs`` are those that the driver can
    switch. ``timeout_ms`` bounds each call.
    """

    pairs: ClassVar[Sequence[tuple[Value, Value]]]
    cannot: ClassVar[Mapping[Trouble, str]] = {}
    secrets: ClassVar[Sequence[str]] = ()
    outputs: ClassVar[Sequence[str]] = ()
    timeout_ms: ClassVar[int] = 300

    @abstractmethod
    def make(self) -> Driver[Any]:
        """A new driver for the device, with all points of ``pairs``, not yet open."""

    @abstractmethod
    async def start(self) -> None:
        """The device is there and well; on a second call at the same address as before."""

    @abstractmethod
    async def stop(self) -> None:
        """The device is gone: nobody listens, every connection is dropped."""

    @abstractmethod
    def show(self, values: Sequence[Value]) -> None:
        """From now on the device says these, one for each of ``pairs``."""

    @abstractmethod
    async def trouble(self, trouble: Trouble) -> None:
        """Begin to misbehave; only asked for what ``cannot`` does not name."""

    @abstractmethod
    async def heal(self) -> None:
        """End the trouble."""

    def asked(self) -> int:
        """How many requests have reached the device so far, unanswered ones too."""
        return 0

    @abstractmethod
    def connections(self) -> int:
        """How many connections to the device are open."""

    def address(self) -> str:
        """What ``connect`` is given, where the driver's devices can share a connection."""
        return ""

    def switched(self) -> Mapping[str, bool]:
        """Which of ``outputs`` are on, as the device has it."""
        return {}

    def mistakes(self) -> Mapping[str, Callable[[], Driver[Any]]]:
        """Mistakes of a site file in words, each with what makes a driver from it."""
        return {}


class ListenBench(Bench):
    """The same for a device that speaks first. In trouble it misbehaves when it is to speak.

    ``receipts`` is whether the protocol has an answer by which the device knows that what it
    reported was taken. Everything that it is to say it says on its connections of that moment,
    without waiting for anybody.
    """

    receipts: ClassVar[bool] = True

    @abstractmethod
    async def tell(self) -> None:
        """The device says of all of its points what they are now; nobody answers that."""

    @abstractmethod
    async def report(self, place: int) -> None:
        """The device reports what the point at this place is now, and waits for an answer."""

    async def repeat(self) -> None:
        """It sends its last report once more, as it does when nobody has answered."""
        raise NotImplementedError

    def answered(self) -> int:
        """How many answers to reports have reached it."""
        return 0

    def make_first(self) -> Driver[Any] | None:
        """A driver for the first point alone; the device has all of them."""
        return None


def load_driver(path: Path) -> type[Driver[Any]]:
    """The driver of a file, found as the daemon finds it. Raises ``PluginRefused``."""
    found = PluginFolder(path.parent).load(path, "DRIVER")
    registry = driver_registry()
    registry.add("under-test", found, str(path))  # type: ignore[arg-type]  # it is checked there
    return registry.get("under-test").cls


def load_bench(path: Path) -> type[Bench]:
    """The bench of a file (``BENCH = ...``) or of a folder's ``bench.py``.

    Raises ``PluginRefused`` with words for the author.
    """
    file = path / BENCH_FILE if path.is_dir() else path
    if not file.is_file():
        raise PluginRefused(
            f"there is no {file}: a bench says how to make the driver and its device,"
            " `monitord driver new NAME` makes one to begin with"
        )
    name = f"monitord_bench_{abs(hash(file.resolve()))}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise PluginRefused(f"{file} is not a file that Python can load")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except PluginRefused:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary to foreign code
        raise PluginRefused(f"{file} cannot be imported: {said(error)}. Mend it") from None
    bench = getattr(module, "BENCH", None)
    if not (isinstance(bench, type) and issubclass(bench, Bench)):
        raise PluginRefused(f"{file} does not say which class it is: add the line 'BENCH = …'")
    return bench
