"""Safeguards of what is kept of incidents."""

from typing import Final

from tests.ablation.taking import Ablation

_HOLDS: Final = "tests/core/test_holds.py::"

ABLATIONS: Final = (
    Ablation(
        "pictures_go_although_their_incident_is_open",
        "monitord/core/evidence.py",
        "    is_open = incident is not None and incident.closed_ms is None\n",
        "    is_open = False\n",
        ("tests/core/test_evidence.py::test_what_an_open_incident_needs_stays",),
    ),
    Ablation(
        "what_is_held_goes_with_the_rest",
        "monitord/core/evidence.py",
        "    return is_open or record.incident in state.holds\n",
        "    return is_open\n",
        (
            _HOLDS + "test_t3_8_what_is_held_stays_beyond_its_end_and_goes_with_the_release",
            _HOLDS + "test_too_many_pictures_never_cost_what_is_held",
        ),
    ),
    Ablation(
        "a_hold_that_nobody_looks_at_is_forgotten",
        "monitord/core/holds.py",
        "                yield _alarm(int(name))\n",
        "",
        (_HOLDS + "test_a_hold_whose_date_is_over_holds_on_and_stands_as_a_fault",),
    ),
)
