"""A page of memory that a worker writes and the daemon reads: is its loop turning, and for whom.

It needs no turn of the worker's loop and no room in a socket, so it still tells at which device a
driver blocks, or died, when nothing else can be said any more. What stands there is a number and
is believed to be no more than that.
"""

import fcntl
import mmap
import os
import struct
from typing import Final

NOBODY: Final = 0

_SIZE: Final = 16
_BEATS: Final = struct.Struct("<Q")
_NUMBER: Final = struct.Struct("<I")
_NUMBER_AT: Final = 8


class Page:
    """Beats of the loop, and the number of the device whose code runs now (0: nobody's)."""

    def __init__(self, fd: int) -> None:
        self._memory = mmap.mmap(fd, _SIZE)

    @property
    def beats(self) -> int:
        """How often the loop has turned for the beat; it only has to change."""
        return int(_BEATS.unpack_from(self._memory)[0])

    @property
    def number(self) -> int:
        """Whose code runs."""
        return int(_NUMBER.unpack_from(self._memory, _NUMBER_AT)[0])

    def beat(self) -> None:
        """In the worker: the loop turns."""
        _BEATS.pack_into(self._memory, 0, self.beats + 1)

    def enter(self, number: int) -> None:
        """In the worker: from now on this device's code runs."""
        _NUMBER.pack_into(self._memory, _NUMBER_AT, number)

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()


def new_page() -> int:
    """The file of a new page. Sealed: a worker that cut it short would end the daemon."""
    fd = os.memfd_create("monitord worker", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(fd, _SIZE)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return fd
