"""Safeguards of the schedule: when and by whom an area may be unset, and when it is late."""

from typing import Final

from tests.ablation.taking import Ablation

_SCHEDULE: Final = "tests/core/test_schedule.py::"

ABLATIONS: Final = (
    Ablation(
        "unset_outside_its_hours_is_nothing",
        "monitord/core/schedule.py",
        "        found.append(Condition.UNSET_EARLY)\n",
        "        pass\n",
        (
            _SCHEDULE + "test_g2_unset_outside_its_hours_is_an_intrusion_that_calls",
            _SCHEDULE + "test_g2_an_area_without_hours_is_always_to_be_set",
        ),
    ),
    Ablation(
        "anybody_may_unset",
        "monitord/core/listed.py",
        "    return not listed or any(\n",
        "    return True or any(\n",
        (_SCHEDULE + "test_d1_unset_by_somebody_who_is_not_listed",),
    ),
    Ablation(
        "nobody_is_ever_late_to_set",
        "monitord/core/lateness.py",
        "        return Condition.LATE_TO_SET if utc_ms",
        "        return None if utc_ms",
        (
            _SCHEDULE + "test_g2_late_to_set_is_told_at_its_time_and_ends_when_it_is_set",
            _SCHEDULE + "test_g2_what_was_found_unset_is_late_and_not_early",
        ),
    ),
    Ablation(
        "an_exception_has_no_end",
        "monitord/core/lateness.py",
        "or utc_ms < state.areas[area].excepted.until_ms",
        "or 0 < state.areas[area].excepted.until_ms",
        (_SCHEDULE + "test_g2_an_exception_ends_by_itself_and_leaves_every_other_area_guarded",),
    ),
    Ablation(
        "a_code_at_the_panel_opens_under_an_alarm",
        "monitord/core/schedule.py",
        "        found.append(Condition.UNSET_IN_ALARM)\n",
        "        pass\n",
        (
            _SCHEDULE
            + "test_oxford_unset_before_the_arrival_plan_is_agreed_makes_the_incident_worse",
            "tests/simulation/test_incidents.py::test_k3_an_incident_replay_is_met",
        ),
    ),
)
