"""What a module's own pulse counter proves about the time between two polls. Pure.

A contact that opened and closed again between two polls looks quiet at both. Where the module
counts its pulses, the count tells: it went up, so something happened that no sample saw.

- A count that went up by N is N pulses, however many that is.
- A count that went down has wrapped if the way round is short enough to be believed, and else the
  module has begun anew from 0 (a restart). A wrap is pulses like any others; a restart is none: of
  the time before it nobody knows, and the loss of the module is told by its own silence.
- The first count after a start or a loss is where counting begins: nothing to compare it with.

The nearer a count was to its end when the module restarted, the more a restart looks like a wrap:
then it counts as pulses. In doubt it is an alarm.
"""

from typing import Any, Final

import msgspec

#: What a contact can do at most, bounces included: so many at once, and one in so many ms.
BURST: Final = 50
PULSE_MS_MIN: Final = 10

#: What lasts shorter need not be processed (EN 50131-3).
SHORT_MS: Final = 400


class Count(msgspec.Struct, frozen=True):
    """A contact as it was sampled, and what its counter of ``bits`` bits said in that answer."""

    contact: Any
    count: int
    bits: int


def pulses(before: Count, now: Count, elapsed_ms: int) -> int | None:
    """How many pulses were counted in between; None where the counter began anew."""
    counted = now.count - before.count
    if counted >= 0:
        return counted
    wrapped = counted + (1 << now.bits)
    return wrapped if wrapped <= BURST + elapsed_ms // PULSE_MS_MIN else None
