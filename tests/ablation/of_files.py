"""Safeguards of the journal's files: sealing, dropping, replicas, backups."""

from typing import Final

from tests.ablation.taking import Ablation

_FILES: Final = "tests/journal/test_files.py::"
_KEEPING: Final = "tests/runtime/test_keeping.py::"
_BACKUP: Final = "tests/journal/test_backup.py::"
_REPLICA: Final = "tests/runtime/test_replica.py::"
_ROLLING: Final = "tests/system/test_rolling.py::"
_RESTORED: Final = "tests/system/test_backup.py::"

_OPENINGS: Final = "tests/site/test_openings.py::"


ABLATIONS: Final = (
    Ablation(
        "what_a_life_left_unsealed_stays_so",
        "monitord/journal/rolling.py",
        "            else:\n                self._unsealed.append(path)\n",
        "",
        (_FILES + "test_kill_9_at_each_step_of_a_rollover",),
    ),
    Ablation(
        "a_file_that_cannot_be_begun_ends_the_store",
        "monitord/journal/rolling.py",
        "            self._begin_after_seq = head.seq + AGAIN_ENTRIES\n            return None",
        "            raise StoreError(Trouble.INPUT_OUTPUT, str(error)) from error",
        (_FILES + "test_a_disk_that_fails_at_each_step_of_a_rollover",),
    ),
    Ablation(
        "a_new_file_is_believed_before_it_is_written",
        "monitord/journal/files.py",
        "        _fold_in(db)\n    finally:\n        db.close()\n    _sync(fresh)",
        "    finally:\n        db.close()\n    _sync(fresh)",
        (_ROLLING + "test_a_full_disk_in_the_middle_of_a_rollover_costs_no_entry",),
    ),
    Ablation(
        "a_sealed_file_is_not_looked_at",
        "monitord/journal/verify.py",
        "        if before.seal is not None:\n            yield _Mark",
        "        if False:\n            yield _Mark",
        (_FILES + "test_an_edited_sealed_file_is_named",),
    ),
    Ablation(
        "a_file_goes_before_it_is_on_record",
        "monitord/runtime/keeping.py",
        "            answer = await engine.submit(_due(found))\n",
        "            await asyncio.to_thread(drop, folder, found.last.seq)\n"
        "            answer = await engine.submit(_due(found))\n",
        (_KEEPING + "test_a_file_goes_on_record_first_and_verify_knows_the_rule",),
    ),
    Ablation(
        "a_file_goes_that_a_start_needs",
        "monitord/journal/retention.py",
        "    if not kept or min(one.head.seq for one in kept) < last.seq:\n        return None\n",
        "",
        (_KEEPING + "test_a_file_is_expired_when_its_end_is_old_and_no_snapshot_needs_it",),
    ),
    Ablation(
        "all_files_go_at_once",
        "monitord/core/history.py",
        "return state.dropped_ms is None or now_ms >= state.dropped_ms + BETWEEN_FILES_MS",
        "return True",
        ("tests/core/test_history.py::test_one_file_a_day_at_most",),
    ),
    Ablation(
        "a_replica_believes_any_state",
        "monitord/runtime/replica.py",
        "    if sha256(body).hexdigest() != digest:\n",
        "    if False:\n",
        (_REPLICA + "test_a_replica_that_comes_to_another_state_says_so_and_keeps_nothing",),
    ),
    Ablation(
        "a_backup_is_not_compared",
        "monitord/journal/restoring.py",
        "== copied.bytes and digest_of(path) == copied.sha256",
        "== copied.bytes",
        (_BACKUP + "test_one_flipped_byte_anywhere_is_refused",),
    ),
    Ablation(
        "a_late_replica_is_waited_for",
        "monitord/runtime/child.py",
        "async with asyncio.timeout(within_s):",
        "async with asyncio.timeout(600):",
        (_REPLICA + "test_a_replica_that_is_late_is_killed",),
    ),
    Ablation(
        "a_restored_life_repeats_positions",
        "monitord/runtime/guard.py",
        "epoch=max(resumed.state.epoch + 1, restored.epoch if restored else 0),",
        "epoch=resumed.state.epoch + 1,",
        (_RESTORED + "test_a_backup_of_a_running_daemon_guards_from_another_folder",),
    ),
    Ablation(
        "a_backup_is_made_under_its_name",
        "monitord/journal/backup.py",
        'draft = out.with_name(f".{out.name}.unfinished")',
        "draft = out",
        (_BACKUP + "test_what_was_cut_off_has_no_name_and_is_in_nobodys_way",),
    ),
    Ablation(
        "one_file_that_cannot_be_opened_ends_the_walk",
        "monitord/journal/segments.py",
        "            except (sqlite3.Error, JournalUnreadable):\n                continue",
        "            except ZeroDivisionError:\n                continue",
        (_FILES + "test_a_sealed_file_that_cannot_be_opened_loses_its_own_entries_alone",),
    ),
    Ablation(
        "an_opening_without_a_contact_is_no_finding",
        "monitord/site/openings.py",
        "            if opening.point is None:\n                found.warning(\n",
        "            if opening.point is None:\n                bool(\n",
        (_OPENINGS + "test_g7_an_opening_without_a_contact_is_a_finding_and_never_shut",),
    ),
    Ablation(
        "a_kind_of_ones_own_may_say_nothing",
        "monitord/site/typed.py",
        "for key in STARRED if getattr(model, key) is None]\n",
        "for key in STARRED if key == 0]\n",
        ("tests/site/test_rationale.py::test_a_kind_of_ones_own_that_says_too_little_is_refused",),
    ),
)
