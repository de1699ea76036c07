"""Safeguards of plans, and of the word about the police."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/test_plans.py::"
_POLICE: Final = "tests/core/test_police_calls.py::"

ABLATIONS: Final = (
    Ablation(
        "an_open_step_keeps_nothing_open",
        "monitord/core/closing.py",
        "    elif text := plans.objection(incident):\n",
        '    elif text := "":\n',
        (_CORE + "test_e1_it_is_not_closed_before_every_mandatory_step_is_answered_for",),
    ),
    Ablation(
        "an_incident_takes_no_plan",
        "monitord/core/plans.py",
        "    state.incidents[event.incident].plan = event.plan\n",
        "    state.incidents[event.incident].plan = None\n",
        (_CORE + "test_e1_a_plan_edited_in_the_middle_keeps_its_old_version_on_that_incident",),
    ),
    Ablation(
        "nobody_waits_for_a_word_about_the_police",
        "monitord/core/police_calls.py",
        '    state.deadlines[f"police-call:{event.incident}"] = event.until_ms\n',
        "    pass\n",
        (_POLICE + "test_c8_confirmed_and_nobody_says_that_they_know_people_are_called",),
    ),
    Ablation(
        "a_silent_alarm_is_asked_about",
        "monitord/core/police_calls.py",
        "            waits = not (incident.silent or incident.police_told or incident.police)\n",
        "            waits = not (incident.police_told or incident.police)\n",
        (_POLICE + "test_g9_a_silent_alarm_is_never_asked_about",),
    ),
)
