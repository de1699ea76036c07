"""Safeguards of the record: the disk, what is held meanwhile, the journal's files."""

from typing import Final

from tests.ablation.taking import Ablation

_ENGINE: Final = "tests/runtime/test_engine.py::"
_DISK: Final = "tests/system/test_disk.py::"
_SPILL: Final = "tests/runtime/test_spill.py::"
_STORAGE: Final = "tests/core/test_storage.py::"
_PROBES: Final = "tests/runtime/test_probes.py::"
_RESERVE: Final = "tests/system/test_reserve.py::"
_HANGING: Final = "tests/system/test_hanging_disk.py::"
_BAD_STARTS: Final = "tests/system/test_bad_starts.py::"

ABLATIONS: Final = (
    Ablation(
        "publishes_before_the_commit",
        "monitord/runtime/ledger.py",
        "        if self.degraded:\n            self.held_entries",
        "        if True:\n            self.held_entries",
        (_ENGINE + "test_nothing_is_published_before_it_is_stored",),
    ),
    Ablation(
        "a_stalled_commit_is_waited_for",
        "monitord/runtime/ledger.py",
        "if not self.degraded and self._in_flight and boot_ms",
        "if False and self._in_flight and boot_ms",
        (
            _ENGINE + "test_a_disk_that_hangs_holds_no_alarm_up",
            _ENGINE + "test_an_alarm_in_the_middle_of_a_long_hang_is_called_and_climbs",
            _DISK + "test_a_disk_that_hangs_holds_up_no_alarm_and_kill_loses_none",
            _HANGING + "test_it_pings_calls_and_stops_although_the_disk_hangs",
        ),
    ),
    Ablation(
        "what_failed_is_tried_last",
        "monitord/runtime/ledger.py",
        "self._waiting.extendleft(reversed(batch))",
        "self._waiting.extend(batch)",
        (_ENGINE + "test_what_came_while_a_refused_commit_was_under_way_is_stored_behind_it",),
    ),
    Ablation(
        "the_newest_is_stored_first",
        "monitord/runtime/ledger.py",
        "[self._waiting.popleft() for _ in range",
        "[self._waiting.pop() for _ in range",
        (_ENGINE + "test_what_was_held_is_stored_in_order_and_once_when_the_disk_answers",),
    ),
    Ablation(
        "nothing_is_spilled",
        "monitord/runtime/ledger.py",
        "        if self._spill is None:\n            return\n        fresh",
        "        if True:\n            return\n        fresh",
        (
            _SPILL + "test_what_was_told_unstored_is_taken_by_the_next_life",
            _DISK + "test_a_disk_that_stays_full_over_a_kill_loses_nothing",
        ),
    ),
    Ablation(
        "a_torn_spill_record_is_believed",
        "monitord/journal/spill.py",
        "if magic != _MAGIC or digest != _digest(seq, epoch, at_ms, payload):",
        "if magic != _MAGIC:",
        (_SPILL + "test_a_torn_or_changed_record_ends_it_and_what_follows_is_written_anew",),
    ),
    Ablation(
        "held_without_a_bound",
        "monitord/runtime/ledger.py",
        "if not self.degraded or self.held_bytes < giving_way.HELD_BYTES_MAX:",
        "if True:",
        ("tests/runtime/test_giving_way.py::test_ten_minutes_of_flood_on_a_disk_that_hangs",),
    ),
    Ablation(
        "missing_history_leaves_no_state",
        "monitord/core/storage.py",
        "        setattr(state, name, getattr(was, name))",
        "        getattr(was, name)",
        (_STORAGE + "test_a_replay_without_the_missing_entries_comes_to_the_same_state",),
    ),
    Ablation(
        "a_stop_waits_for_the_disk",
        "monitord/runtime/engine.py",
        "await asyncio.wait({self._task}, timeout=STOP_MS / 1000)",
        "await asyncio.wait({self._task}, timeout=600)",
        (_ENGINE + "test_a_stop_does_not_wait_for_a_disk_that_hangs",),
    ),
    Ablation(
        "a_disk_that_hangs_stops_the_pulse",
        "monitord/runtime/ledger.py",
        "undeclared = bool(self._in_flight) and not self.degraded",
        "undeclared = bool(self._in_flight)",
        (_PROBES + "test_a_disk_that_hangs_and_channels_that_hang_are_no_reason_to_be_killed",),
    ),
    Ablation(
        "a_stalled_task_keeps_the_pulse",
        "monitord/runtime/pulse.py",
        "            if words := probe(now_ms):",
        "            if (words := probe(now_ms)) and not words:",
        (_PROBES + "test_one_stalled_task_stops_the_pulse",),
    ),
    Ablation(
        "no_reserve_is_given_up",
        "monitord/journal/reserved.py",
        "            if not self._reserve.release(error.trouble):\n                raise",
        "            raise",
        (_RESERVE + "test_an_alarm_on_a_full_disk_is_stored_within_the_reserve",),
    ),
    Ablation(
        "a_read_only_journal_is_not_read",
        "monitord/journal/reserved.py",
        "        except StoreError:\n            if not is_read_only",
        "        except StoreError:\n            if True or not is_read_only",
        (_BAD_STARTS + "test_a_disk_that_turns_read_only_and_a_start_on_it",),
    ),
)
