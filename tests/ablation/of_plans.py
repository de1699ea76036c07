"""Safeguards of plans."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/test_plans.py::"

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
)
