"""Safeguards of maintenance: who is let in, and what happens when it is over."""

from typing import Final

from tests.ablation.taking import Ablation

_TESTS: Final = "tests/core/test_maintenance.py::test_t2_2b_"
_FILE: Final = "monitord/core/maintenance.py"

ABLATIONS: Final = (
    Ablation(
        "an_integrator_needs_no_grant",
        _FILE,
        "LET_IN: Final = frozenset({Role.INTEGRATOR, Role.TESTER})\n",
        "LET_IN: Final = frozenset({Role.TESTER})\n",
        (_TESTS + "without_a_grant_nothing_is_held_back_and_the_words_say_whom_to_ask",),
    ),
    Ablation(
        "a_grant_is_for_the_whole_site",
        _FILE,
        " and areas and {*areas} <= {*g.areas}]\n",
        " and areas]\n",
        (_TESTS + "a_grant_is_of_its_person_and_its_areas_alone",),
    ),
    Ablation(
        "a_maintenance_that_is_over_gives_nothing_back",
        _FILE,
        "    for line in held:\n",
        "    for line in held[:0]:\n",
        (_TESTS + "what_is_given_back_must_prove_that_it_is_live",),
    ),
    Ablation(
        "what_is_held_back_outlives_the_maintenance",
        "monitord/core/suppression.py",
        "min(fact.until_utc_ms, grant.until_utc_ms) if grant else fact.until_utc_ms,\n",
        "fact.until_utc_ms,\n",
        (_TESTS + "at_its_end_everything_held_back_under_it_is_given_back",),
    ),
)
