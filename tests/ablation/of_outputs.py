"""Safeguards of outputs: what is switched on ends, and betrays nobody."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/test_outputs.py::"
_SYSTEM: Final = "tests/system/test_outputs.py::"
_WRITES: Final = "tests/runtime/workers/test_writes.py::"
_OUTPUTS: Final = "monitord/core/outputs.py"

ABLATIONS: Final = (
    Ablation(
        "a_lost_answer_is_a_yes",
        "monitord/runtime/writing.py",
        '                tell(f"{UNKNOWN}: {fault.detail}")\n',
        '                tell("")\n',
        (_WRITES + "test_a_write_without_an_answer_is_not_known_and_not_lost",),
    ),
    Ablation(
        "a_device_that_is_back_keeps_its_outputs_as_they_fell",
        "monitord/runtime/listening.py",
        "        self.writes.renew()\n",
        "",
        (_WRITES + "test_what_was_wished_for_holds_over_a_loss",),
    ),
    Ablation(
        "a_siren_without_an_end",
        _OUTPUTS,
        "    if event.on and event.until_ms is not None:\n",
        "    if False:\n",
        (_CORE + "test_it_is_never_on_for_longer_than_the_site_says",),
    ),
    Ablation(
        "a_siren_tells_of_a_hold_up",
        _OUTPUTS,
        "    if incident.silent or incident.hidden_from:\n        return\n",
        "",
        (_CORE + "test_g9_a_silent_alarm_switches_nothing_on",),
    ),
    Ablation(
        "outside_it_sounds_for_a_fault",
        _OUTPUTS,
        "    return not output.outside or may_sound_outside(state, incident, alarm)\n",
        "    return True\n",
        (
            _CORE + "test_t2_2_an_outside_sounder_tells_of_no_fault",
            _CORE + "test_t2_2_an_outside_sounder_tells_of_no_silence",
        ),
    ),
    Ablation(
        "a_start_leaves_on_what_is_on",
        "monitord/runtime/switching.py",
        "            self._wish(output, record is not None and record.on)\n",
        "            pass\n",
        (_SYSTEM + "test_a_siren_sounds_until_it_is_taken_and_nothing_undeclared_is_ever_written",),
    ),
    Ablation(
        "nobody_hears_that_it_does_not_switch",
        _OUTPUTS,
        "            yield from _fault(state, fact.output, wanted=True)\n",
        "",
        (_CORE + "test_a_device_that_does_not_switch_it_is_a_fault_until_it_does",),
    ),
)
