"""The checkers: what must hold in every run, whatever was done to the daemon.

Each is a pure function of the evidence and gives its findings in words, none when all is well.
They compute what should have happened from the world's script, and never call the core: a
checker that shares the core's rules would share its bugs.
"""

from collections.abc import Callable, Iterator
from typing import Final

from monitord.testing import checks_calls, checks_journal, checks_watch
from monitord.testing.evidence import Evidence
from monitord.testing.simulation import Outcome

Check = Callable[[Evidence], Iterator[str]]

CHECKS: Final[dict[str, Check]] = {
    "S1": checks_watch.due_alarms_are_dialled,
    "S2": checks_calls.no_call_after_acknowledgement,
    "S3": checks_calls.stale_acknowledgement_refused,
    "S4": checks_watch.openings_are_journaled,
    "S5": checks_watch.silence_raises_an_alarm,
    "S6": checks_journal.replay_equals_live,
    "S7": checks_calls.repeated_only_after_unknown,
    "S8": checks_calls.bounded,
    "S9": checks_journal.nothing_accepted_is_lost,
    "S10": checks_journal.chain_verifies,
    "S11": checks_watch.blind_interval_is_on_record,
    "S12": checks_journal.answered_to_a_panel_is_stored,
    "L1": checks_journal.comes_to_rest,
}


def check(outcome: Outcome) -> list[str]:
    """Every finding of a run, each beginning with the name of its check."""
    evidence = Evidence(
        outcome.script, outcome.site, outcome.history, outcome.store.rows, outcome.entries
    )
    return [f"{name} {found}" for name, run in CHECKS.items() for found in run(evidence)]
