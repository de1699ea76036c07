"""Safeguards of the modes: what asks for a PIN, and what an end may do."""

from typing import Final

from tests.ablation.taking import Ablation

_MODES: Final = "tests/core/test_modes.py::"
_FILE: Final = "monitord/core/modes.py"

ABLATIONS: Final = (
    Ablation(
        "a_looser_mode_needs_no_pin",
        _FILE,
        "    if weaker and fact.proof is not Proof.PIN:\n",
        "    if False:\n",
        (
            _MODES + "test_d7_only_a_tighter_mode_is_free",
            _MODES + "test_law_11_a_tighter_mode_that_ends_a_freeze_needs_the_pin",
            _MODES + "test_d1_a_tighter_mode_in_which_more_may_unset_needs_the_pin",
        ),
    ),
    Ablation(
        "a_looser_mode_has_no_end",
        _FILE,
        "    elif is_loose(fact.mode) and not fact.until_utc_ms:\n",
        "    elif False:\n",
        (_MODES + "test_d7_each_change_has_a_reason_and_a_looser_one_an_end",),
    ),
    Ablation(
        "works_never_give_way",
        _FILE,
        "    if record.until_utc_ms and not record.overstayed:\n        state.deadlines",
        "    if False:\n        state.deadlines",
        (_MODES + "test_d7_a_looser_mode_ends_by_itself_and_the_tight_one_before_it_is_back",),
    ),
    Ablation(
        "a_lockdown_ends_by_itself",
        _FILE,
        "            if weakens(state, back):\n",
        "            if False:\n",
        (
            _MODES + "test_d7_a_forgotten_end_of_a_tighter_mode_calls_people_and_loosens_nothing",
            _MODES + "test_d7_a_loose_mode_whose_end_would_end_a_freeze_stays_and_is_told",
        ),
    ),
)
