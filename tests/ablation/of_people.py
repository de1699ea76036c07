"""Safeguards of people: who comes to an alarm, who is threatened, and whom a fire lets out."""

from typing import Final

from tests.ablation.taking import Ablation

_ATTENDANCE: Final = "tests/core/test_attendance.py::"

ABLATIONS: Final = (
    Ablation(
        "nobody_follows_who_does_not_arrive",
        "monitord/core/chain.py",
        "    if attendance.is_late(state, event):",
        "    if False:",
        (_ATTENDANCE + "test_g8_who_accepts_and_does_not_arrive_is_followed_by_the_next",),
    ),
    Ablation(
        "nobody_misses_who_is_inside",
        "monitord/core/attendance.py",
        "        category=Category.PROCEDURE,\n",
        "        category=Category.NONE,\n",
        (_ATTENDANCE + "test_g8_a_missed_safe_call_is_an_alarm_of_its_own_until_a_word_comes",),
    ),
    Ablation(
        "unset_before_the_arrival_plan",
        "monitord/core/setting.py",
        "            refused = attendance.refusal_to_unset(state, fact.area)",
        "            refused = None",
        (_ATTENDANCE + "test_g8_nothing_is_unset_before_the_arrival_plan_is_agreed",),
    ),
    Ablation(
        "who_is_inside_hears_nothing",
        "monitord/core/step.py",
        "    reattending.decide,\n",
        "",
        (_ATTENDANCE + "test_g8_a_second_alarm_warns_who_is_on_the_way_or_inside",),
    ),
)
