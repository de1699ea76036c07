"""All safeguards that are taken away, and the promises whose proof is shown to fail elsewhere."""

from collections.abc import Mapping
from typing import Final

from tests.ablation import (
    of_alarms,
    of_areas,
    of_decision,
    of_devices,
    of_doors,
    of_evidence,
    of_false_calls,
    of_files,
    of_floors,
    of_handover,
    of_incidents,
    of_log,
    of_maintenance,
    of_modes,
    of_outputs,
    of_pages,
    of_people,
    of_pictures,
    of_plans,
    of_programs,
    of_record,
    of_relief,
    of_schedule,
    of_seeking,
    of_signals,
    of_stations,
    of_times,
    of_tls,
)
from tests.ablation.taking import Ablation

ABLATIONS: Final[tuple[Ablation, ...]] = (
    *of_record.ABLATIONS,
    *of_decision.ABLATIONS,
    *of_files.ABLATIONS,
    *of_doors.ABLATIONS,
    *of_devices.ABLATIONS,
    *of_seeking.ABLATIONS,
    *of_alarms.ABLATIONS,
    *of_areas.ABLATIONS,
    *of_signals.ABLATIONS,
    *of_stations.ABLATIONS,
    *of_people.ABLATIONS,
    *of_pictures.ABLATIONS,
    *of_programs.ABLATIONS,
    *of_false_calls.ABLATIONS,
    *of_modes.ABLATIONS,
    *of_schedule.ABLATIONS,
    *of_incidents.ABLATIONS,
    *of_floors.ABLATIONS,
    *of_handover.ABLATIONS,
    *of_relief.ABLATIONS,
    *of_evidence.ABLATIONS,
    *of_log.ABLATIONS,
    *of_maintenance.ABLATIONS,
    *of_outputs.ABLATIONS,
    *of_pages.ABLATIONS,
    *of_plans.ABLATIONS,
    *of_times.ABLATIONS,
    *of_tls.ABLATIONS,
)

_STEPS: Final = "its own test_without_a_spill_file_it_is_noticed takes the spill file away"
_BY_HAND: Final = "strikes at random: broken by hand when it was written, not for certain each time"

#: Promises with no ablation here: what else shows that their proof can fail.
SHOWN_ELSEWHERE: Final[Mapping[str, str]] = {
    "tests/simulation/test_seeds.py::test_bad_days": "tests/simulation/test_ablations.py",
    "tests/kills/test_steps.py::test_nothing_that_was_told_is_lost_at_any_step": _STEPS,
    "tests/kills/test_steps.py::test_the_same_where_half_a_write_is_there": _STEPS,
    "tests/system/test_kills.py"
    "::test_killed_at_any_moment_nothing_that_was_accepted_is_lost": _BY_HAND,
    "tests/journal/test_kill_copies.py"
    "::test_a_kill_while_it_erases_leaves_nothing_that_the_next_try_does_not_erase": _BY_HAND,
    "tests/core/test_joining.py"
    "::test_an_acknowledgement_of_what_was_not_shown_is_noticed": "it plants the fault itself",
    "tests/journal/test_backup.py"
    "::test_a_writer_is_not_held_up_and_a_copy_ends_at_one_entry": _BY_HAND,
}
