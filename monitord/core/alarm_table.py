"""The ISA-18.2 alarm state machine, as two tables.

Theory of operation. An alarm is the object of one source and one condition. Two things happen to
it: its condition comes and goes (OCCUR, CLEAR), and people take note (ACK, RESET). REALARM says
that an active alarm is presented anew: its suppression ended, or it was raised again on purpose;
it always lands in B, never in C (T1.1). RELEASE says that a suppression ended while the condition
was clear and no incident holds the alarm. Suppression itself (G, H, I) is no state here: three
independent flags stand beside the state, and evaluation goes on under them.

One choice differs from the letter of the standard: a latched and acknowledged alarm that occurs
again (F, OCCUR) goes to B, not to C. A second break of the same window is a new thing to see.

An input that a state has no row for raises ``IllegalTransition`` and changes nothing.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from monitord.vocabulary import AlarmState


class AlarmInput(StrEnum):
    """What happens to an alarm."""

    OCCUR = "occur"
    CLEAR = "clear"
    ACK = "acknowledge"
    RESET = "reset"
    REALARM = "re-alarm"
    RELEASE = "release"


class IllegalTransition(Exception):
    """An input that makes no sense in this state: a fault of ours."""


_A = AlarmState.NORMAL
_B = AlarmState.UNACK
_C = AlarmState.ACKED
_D = AlarmState.RTN_UNACK
_E = AlarmState.LATCH_UNACK
_F = AlarmState.LATCH_ACKED

Table = Mapping[tuple[AlarmState, AlarmInput], AlarmState]

PASSING: Final[Table] = {
    (_A, AlarmInput.OCCUR): _B,
    (_B, AlarmInput.ACK): _C,
    (_B, AlarmInput.CLEAR): _D,
    (_B, AlarmInput.REALARM): _B,
    (_C, AlarmInput.CLEAR): _A,
    (_C, AlarmInput.REALARM): _B,
    (_D, AlarmInput.ACK): _A,
    (_D, AlarmInput.OCCUR): _B,
    (_D, AlarmInput.RELEASE): _A,
}

LATCHED: Final[Table] = {
    (_A, AlarmInput.OCCUR): _B,
    (_B, AlarmInput.ACK): _C,
    (_B, AlarmInput.CLEAR): _E,
    (_B, AlarmInput.REALARM): _B,
    (_C, AlarmInput.CLEAR): _F,
    (_C, AlarmInput.REALARM): _B,
    (_E, AlarmInput.ACK): _F,
    (_E, AlarmInput.OCCUR): _B,
    (_E, AlarmInput.RELEASE): _A,
    (_F, AlarmInput.RESET): _A,
    (_F, AlarmInput.OCCUR): _B,
    (_F, AlarmInput.RELEASE): _A,
}

#: States in which nobody has taken note yet.
UNSEEN: Final = frozenset({_B, _D, _E})


def move(state: AlarmState, given: AlarmInput, *, latching: bool) -> AlarmState:
    """The next state; raises ``IllegalTransition``."""
    table = LATCHED if latching else PASSING
    try:
        return table[state, given]
    except KeyError:
        raise IllegalTransition(f"{given} in {state}") from None
