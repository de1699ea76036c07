"""Safeguards of the handover of a post."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/test_handover.py::"

ABLATIONS: Final = (
    Ablation(
        "one_person_hands_over_to_themselves",
        "monitord/core/handover.py",
        "    elif fact.by == record.by:\n",
        '    elif fact.by == "":\n',
        (_CORE + "test_h2_whoever_leaves_signs_and_another_person_takes_it_over",),
    ),
    Ablation(
        "what_is_refused_at_a_handover_calls_nobody",
        "monitord/core/handover.py",
        "    if fact.refuses:  # it has happened: it stays until somebody has closed it\n",
        "    if fact.refuses and fact.by == fact.post:\n",
        (_CORE + "test_h2_two_isolations_one_refused_stays_with_who_leaves_and_people_are_called",),
    ),
    Ablation(
        "nobody_misses_a_handover",
        "monitord/core/handover_times.py",
        '                state.deadlines[f"handover:{post}"] = span.until_ms - state.offset_ms\n',
        "                pass\n",
        (
            _CORE
            + "test_h2_unsigned_at_the_end_of_its_time_people_are_called_until_both_have_signed",
        ),
    ),
)
