"""Counters: a pulse between two polls is seen, a wrap and a restart are no alarms (T5.3, T5.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.core.counters import BURST, Count, pulses
from monitord.core.signals import DeviceSignals, SignalRule, Wiring
from monitord.vocabulary import PointState

POLL_MS = 200
NORMAL, ACTIVE = PointState.NORMAL, PointState.ACTIVE
OPEN = SignalRule("d.p")


def count(contact: object, number: int, bits: int = 16) -> Count:
    return Count(contact, number % (1 << bits), bits)


def states(signals: DeviceSignals, *answers: Count, poll_ms: int = POLL_MS) -> list[PointState]:
    """What the point is believed to have changed to, polled on a grid."""
    return [
        change.sample.state
        for number, item in enumerate(answers)
        for change in signals.take([item], number * poll_ms)
    ]


@given(
    st.sampled_from([16, 32]),
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(0, BURST), min_size=1, max_size=30),
)
def test_every_pulse_is_counted_over_any_number_of_wraps(
    bits: int, start: int, steps: list[int]
) -> None:
    """T5.4: the wrap loses nothing and invents nothing."""
    total = start
    for step in steps:
        before, now = count(False, total, bits), count(False, total + step, bits)
        assert pulses(before, now, POLL_MS) == step
        total += step


@given(st.sampled_from([16, 32]), st.integers(0, 2**32 - 1), st.integers(0, BURST))
def test_a_restart_is_told_from_a_wrap(bits: int, before: int, after: int) -> None:
    """T5.4: back to 0 is no pulse, unless the way round is as short as a real one could be."""
    before %= 1 << bits
    counted = pulses(count(False, before, bits), count(False, after, bits), POLL_MS)
    if after >= before:
        assert counted == after - before
    elif (1 << bits) - before + after <= BURST + POLL_MS // 10:
        assert counted, "in doubt it is an alarm"
    else:
        assert counted is None


@given(st.lists(st.sampled_from(["quiet", "pulse", "restart", "lost"]), max_size=40), st.data())
def test_an_alarm_exactly_where_a_counted_pulse_was(story: list[str], data: st.DataObject) -> None:
    """Pulses that no sample saw, restarts of the module and lost polls, in any order."""
    signals = DeviceSignals([OPEN])
    total = data.draw(st.integers(1_000, 60_000))
    at_ms, owed, alarms = 0, 0, 0
    signals.take([count(False, total)], at_ms)
    for step in story:
        at_ms += 1_000  # long enough for each alarm to end
        if step == "restart":
            total, owed = 0, 0  # what was counted and not yet read is gone with it
        elif step == "pulse":
            total += 1
            owed += 1
        if step == "lost":
            continue
        told = [c.sample.state for c in signals.take([count(False, total)], at_ms)]
        told += [c.sample.state for c in signals.take([count(False, total)], at_ms + 500)]
        assert told == ([ACTIVE, NORMAL] if owed else [])
        alarms, owed = alarms + bool(owed), 0
    assert signals.everything()[0].state is NORMAL


@pytest.mark.parametrize("wiring", Wiring)
def test_a_pulse_between_two_quiet_samples_is_an_alarm_that_ends(wiring: Wiring) -> None:
    """T5.3: active at once, normal when that has held for the debounce."""
    signals = DeviceSignals([SignalRule("d.p", wiring)])
    quiet = wiring is Wiring.NORMALLY_CLOSED
    at = [count(quiet, n) for n in (7, 7, 8, 8, 8, 8)]
    assert states(signals, *at) == [NORMAL, ACTIVE, NORMAL]


def test_pulses_that_go_on_keep_it_active() -> None:
    signals = DeviceSignals([OPEN])
    assert states(signals, *(count(False, n) for n in range(20))) == [NORMAL, ACTIVE]


def test_a_pulse_that_a_sample_saw_is_one_alarm_not_two() -> None:
    """The count goes up with the contact, or at its return: the samples have told of it."""
    closing = [count(False, 5), count(True, 6), count(False, 6), *[count(False, 6)] * 4]
    assert states(DeviceSignals([OPEN]), *closing) == [NORMAL, ACTIVE, NORMAL]
    returning = [count(False, 5), count(True, 5), count(False, 6), *[count(False, 6)] * 4]
    assert states(DeviceSignals([OPEN]), *returning) == [NORMAL, ACTIVE, NORMAL]


def test_the_first_count_after_a_start_or_a_loss_is_no_alarm() -> None:
    """What happened meanwhile is the blind interval's, not a pulse's."""
    signals = DeviceSignals([OPEN])
    assert states(signals, count(False, 500), count(False, 500)) == [NORMAL]
    signals.forget()
    assert states(signals, count(False, 900), count(False, 900)) == [NORMAL]


def test_a_restart_is_noticed_and_no_alarm() -> None:
    signals = DeviceSignals([OPEN])
    assert states(signals, count(False, 500), count(False, 0), count(False, 3)) == [NORMAL, ACTIVE]
    assert [(n.point, n.pulses) for n in signals.noticed] == [("d.p", None)]


def test_a_short_pulse_is_a_glitch_where_the_site_says_so() -> None:
    """T5.3: told as a glitch; after a lost poll it may have been 400 ms, and is an alarm."""
    signals = DeviceSignals([SignalRule("d.p", ignores_short=True)])
    assert states(signals, *(count(False, n) for n in (5, 7, 8))) == [NORMAL]
    assert [n.pulses for n in signals.noticed] == [2, 1]
    late = DeviceSignals([SignalRule("d.p", ignores_short=True)])
    assert states(late, count(False, 5), count(False, 6), poll_ms=400) == [NORMAL, ACTIVE]


def test_what_is_measured_has_no_pulses() -> None:
    signals = DeviceSignals([SignalRule("d.p", measured=True)])
    assert states(signals, count(3, 5), count(3, 6)) == [NORMAL]
