"""Safeguards of answer times."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/test_answer_times.py::"
_PAGE: Final = "tests/console/test_times.py::"
_CHILD: Final = "tests/runtime/test_answer_times.py::"

ABLATIONS: Final = (
    Ablation(
        "answer_times_name_who_was_not_heard_of",
        "monitord/core/answer_times.py",
        "        source = _told(event.source)\n",
        "        source = event.source\n",
        (_CORE + "test_h6_no_person_is_in_the_figures",),
    ),
    Ablation(
        "answer_times_tell_of_a_silent_alarm",
        "monitord/core/answer_times.py",
        "        if number is not None and self._may_be_hidden(number):\n",
        "        if False:\n",
        (_CORE + "test_g9_a_silent_alarm_is_counted_once_it_is_closed",),
    ),
    Ablation(
        "guards_are_shown_answer_times",
        "monitord/console/shown/times.py",
        "    return role in ROLES\n",
        "    return bool(role)\n",
        (_PAGE + "test_h6_for_those_who_answer_for_the_guards_and_for_nobody_else",),
    ),
    Ablation(
        "everybody_who_asks_starts_a_child",
        "monitord/runtime/answer_times.py",
        "            if self._task is None or self._task.done():\n",
        "            if True:\n",
        (_CHILD + "test_who_asks_waits_for_nothing_and_one_child_counts_at_a_time",),
    ),
)
