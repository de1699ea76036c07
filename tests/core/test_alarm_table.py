"""The alarm state machine against the text of ISA-18.2 / IEC 62682 (standards.md 1.1)."""

import itertools
from typing import Final

import pytest

from monitord.core.alarm_table import UNSEEN, AlarmInput, IllegalTransition, move
from monitord.vocabulary import AlarmState

A, B, C, D, E, F = (
    AlarmState.NORMAL,
    AlarmState.UNACK,
    AlarmState.ACKED,
    AlarmState.RTN_UNACK,
    AlarmState.LATCH_UNACK,
    AlarmState.LATCH_ACKED,
)

#: The transitions as the standard's own letters, each line FROM input TO. F goes to B when it
#: occurs again (the standard leaves B or C), and a suppression that ends while the condition is
#: clear ("any -> G/H/I and back") lets go of what nobody holds.
NON_LATCHING: Final = """
    A occur B         B acknowledge C   B clear D         C clear A
    D acknowledge A   D occur B         C re-alarm B      B re-alarm B
    D release A
"""
LATCHING: Final = """
    A occur B         B acknowledge C   B clear E         C clear F
    E acknowledge F   F reset A         E occur B         F occur B
    C re-alarm B      B re-alarm B      E release A       F release A
"""


def _oracle(text: str) -> dict[tuple[AlarmState, AlarmInput], AlarmState]:
    letters = dict(zip("ABCDEF", (A, B, C, D, E, F), strict=True))
    words = text.split()
    rows = [words[i : i + 3] for i in range(0, len(words), 3)]
    return {(letters[a], AlarmInput(given)): letters[b] for a, given, b in rows}


ORACLES: Final = {False: _oracle(NON_LATCHING), True: _oracle(LATCHING)}
EVERY: Final = list(itertools.product(AlarmState, AlarmInput, (False, True)))


@pytest.mark.parametrize(("state", "given", "latching"), EVERY)
def test_every_state_and_input_moves_as_listed_or_raises(
    state: AlarmState, given: AlarmInput, latching: bool
) -> None:
    """72 pairs: the listed target, or ``IllegalTransition``; nothing in between."""
    wanted = ORACLES[latching].get((state, given))
    if wanted is None:
        with pytest.raises(IllegalTransition, match=given):
            move(state, given, latching=latching)
    else:
        assert move(state, given, latching=latching) is wanted


@pytest.mark.parametrize(("latching", "states"), [(False, {A, B, C, D}), (True, {A, B, C, E, F})])
def test_each_kind_of_alarm_has_its_states_and_normal_is_always_in_reach(
    latching: bool, states: set[AlarmState]
) -> None:
    """From normal exactly these can be reached, and from each of them normal again."""

    def reach(start: AlarmState) -> set[AlarmState]:
        found, todo = {start}, [start]
        while todo:
            here = todo.pop()
            for given in AlarmInput:
                try:
                    there = move(here, given, latching=latching)
                except IllegalTransition:
                    continue
                if there not in found:
                    found.add(there)
                    todo.append(there)
        return found

    assert reach(A) == states
    for state in states:
        assert A in reach(state)


def test_a_latched_alarm_is_never_normal_without_acknowledgement_and_reset() -> None:
    """T1.4: acknowledge is not reset; only RELEASE (held back, unseen) takes another way."""
    for first, second in itertools.permutations((AlarmInput.CLEAR, AlarmInput.ACK)):
        state = move(move(B, first, latching=True), second, latching=True)
        assert state is F
    assert move(F, AlarmInput.RESET, latching=True) is A


@pytest.mark.parametrize("latching", [False, True])
def test_what_is_presented_anew_is_never_taken_as_acknowledged(latching: bool) -> None:
    """T1.1: leaving a suppression while active lands in B, never in C."""
    for state in (B, C):
        assert move(state, AlarmInput.REALARM, latching=latching) is B


def test_unseen_are_the_states_that_the_standard_calls_unacknowledged() -> None:
    assert {B, D, E} == UNSEEN
