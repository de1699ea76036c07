"""From a device's answers to point states: wiring, debounce, deadband and silence.

:mod:`.rule` is how a point is read, :mod:`.decoding` reads one item, :mod:`.device` remembers the
last answer and what is believed, :mod:`.silence` says from when on there is none. All of it is
pure: integer milliseconds, no clock, no input, no output; what a change *means* is decided
elsewhere.
"""

from monitord.core.signals.decoding import ALIKE, TEXT_MAX, Momentary, Pair, decode
from monitord.core.signals.device import NEVER_MS, TREND_MS, Change, DeviceSignals, Noticed
from monitord.core.signals.loops import loop_of, overlaps
from monitord.core.signals.rule import DEBOUNCE_MS, MEASURED, SignalRule, Wiring, rule_of
from monitord.core.signals.sensed import SignalValue
from monitord.core.signals.silence import MISSED_POLLS, SILENCE_MS, silence_limit_ms

__all__ = [
    "ALIKE",
    "DEBOUNCE_MS",
    "MEASURED",
    "MISSED_POLLS",
    "NEVER_MS",
    "SILENCE_MS",
    "TEXT_MAX",
    "TREND_MS",
    "Change",
    "DeviceSignals",
    "Momentary",
    "Noticed",
    "Pair",
    "SignalRule",
    "SignalValue",
    "Wiring",
    "decode",
    "loop_of",
    "overlaps",
    "rule_of",
    "silence_limit_ms",
]
