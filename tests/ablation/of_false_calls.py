"""Safeguards of the account of false alarms: what is said at the end, and what the police hear."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/"

ABLATIONS: Final = (
    Ablation(
        "seen_from_outside_it_was_false",
        "monitord/core/causes.py",
        '    Looked.OUTSIDE: frozenset({"attack", ASSUMED}),\n',
        '    Looked.OUTSIDE: frozenset({"attack", "false-alarm", ASSUMED}),\n',
        (_CORE + "test_causes.py::test_g6_a_cause_is_taken_only_where_the_look_bears_it_out",),
    ),
    Ablation(
        "nobody_found_it",
        "monitord/core/causes.py",
        "    if not fact.found_by and fact.cause != ASSUMED:\n",
        "    if False:\n",
        (_CORE + "test_causes.py::test_g6_no_close_without_cause_finder_and_finding",),
    ),
    Ablation(
        "nobody_looked_and_nobody_tells",
        "monitord/core/kpis.py",
        "                self.found.nobody_looked += event.looked is Looked.NOBODY\n",
        "",
        (_CORE + "test_causes.py::test_g6_that_nobody_looked_is_reported",),
    ),
)
