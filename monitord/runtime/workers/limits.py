"""What a worker may do, in numbers; tests and small machines may set others."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Times in seconds, memory in MiB."""

    devices: int = 32
    #: How often the daemon looks, and how often a worker's loop beats.
    look_s: float = 0.25
    #: Without a beat for this long the worker is held up: its devices fail and are told by whom.
    late_s: float = 0.75
    #: Without one for this long it is killed.
    silent_s: float = 3.0
    #: From its start to the first beat: imports block, and large ones take their time.
    start_s: float = 10.0
    #: A driver that cannot be used is imported again after this: somebody may have mended it.
    refused_s: float = 60.0
    #: Resident memory: so much for the worker, and so much for each of its devices.
    memory_mib: int = 64
    device_mib: int = 24
    #: Address space, against what grows faster than anybody looks.
    address_mib: int = 2_048
    files: int = 1_024
    #: Lines of its output that are logged a minute; the rest is counted.
    lines_a_minute: int = 20
    #: Workers beyond those that the devices need, for devices that must be kept apart.
    extra: int = 8

    def memory_bytes(self, devices: int, driver_mib: int = 0) -> int:
        """The bound of a worker with so many devices, whose driver says what it needs itself."""
        return (max(self.memory_mib, driver_mib) + devices * self.device_mib) << 20
