"""Safeguards of the account of false alarms: what is said at the end, and what the police hear."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/"
_FALSE: Final = _CORE + "test_false_calls.py::"
_REFERENCE: Final = "tests/site/test_police.py::"

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
    Ablation(
        "a_false_call_counts_a_day_too_long",
        "monitord/core/false_calls.py",
        "ROLLING_MS: Final = 365 * 24 * 3_600_000\n",
        "ROLLING_MS: Final = 366 * 24 * 3_600_000\n",
        (_FALSE + "test_t2_6_three_false_calls_over_365_days_and_the_drop_is_exact",),
    ),
    Ablation(
        "nobody_goes_instead_of_the_police",
        "monitord/core/calls.py",
        "    ways += _in_place_of_the_police(state, incident, index, called)\n",
        "",
        (_FALSE + "test_t2_6_a_warning_before_the_threshold_and_then_the_keyholder_instead",),
    ),
    Ablation(
        "a_quiet_year_reinstates",
        "monitord/core/false_calls.py",
        "    record.fresh = record.fresh and bool(_means(state, event.reference))\n",
        "    record.fresh = record.fresh and bool(_means(state, event.reference))\n"
        "    record.withdrawn_ms = record.withdrawn_ms if record.calls else None\n",
        (
            _FALSE
            + "test_t2_6_it_stays_withdrawn_until_a_person_with_a_pin_says_that_they_answer_again",
        ),
    ),
    Ablation(
        "the_police_are_called_to_anything",
        "monitord/core/police.py",
        "    if incident.category not in SERVED[reference.type]:\n",
        "    if False:\n",
        (_FALSE + "test_t2_7_the_police_are_not_called_to_what_they_do_not_come_to",),
    ),
    Ablation(
        "a_reference_with_a_space",
        "monitord/site/police_models.py",
        '_NUMBER: Final = re.compile(r"[A-Za-z0-9/-]{1,40}")\n',
        '_NUMBER: Final = re.compile(r"[A-Za-z0-9 /-]{1,40}")\n',
        (_REFERENCE + "test_t2_7_a_reference_that_the_police_would_reject_is_refused",),
    ),
    Ablation(
        "not_restored_and_nobody_says_why",
        "monitord/runtime/views.py",
        "        unproven=state.restores[source].missing if source in state.restores else None,\n",
        "",
        ("tests/cli/test_police.py::test_b5_why_a_detector_is_not_restored_is_told_everywhere",),
    ),
)
