"""Safeguards of deciding and of the site: bugs, starts, hours, texts, people."""

from typing import Final

from tests.ablation.taking import Ablation

_BUGS: Final = "tests/runtime/test_bugs.py::"
_CALENDAR: Final = "tests/runtime/test_calendar.py::"
_RELOAD: Final = "tests/system/test_reload.py::"
_ERASING: Final = "tests/runtime/test_erasing.py::"
_CORE_CALENDAR: Final = "tests/core/test_calendar.py::"
_PLANTED_BUGS: Final = "tests/simulation/test_planted_bugs.py::"
_STARTS: Final = "tests/runtime/test_starts.py::"
_SYSTEM_BAD_STARTS: Final = "tests/system/test_bad_starts.py::"
_SYSTEM_DISK: Final = "tests/system/test_disk.py::"
_SYSTEM_ERASING: Final = "tests/system/test_erasing.py::"
_SYSTEM_HOLDING: Final = "tests/system/test_holding.py::"
_BOUNDS: Final = "tests/core/test_bounds.py::"
_WEEKS: Final = "tests/simulation/test_weeks.py::"

ABLATIONS: Final = (
    Ablation(
        "no_bare_path_for_signals",
        "monitord/runtime/engine.py",
        "        if signals or incident:\n",
        "        if incident:\n",
        (
            _BUGS + "test_a_bug_in_any_concern_costs_no_alarm",
            _BUGS + "test_a_bug_that_fails_on_everything_still_calls_for_an_alarm",
            _PLANTED_BUGS + "test_a_planted_bug_costs_no_call_and_the_run_comes_through",
        ),
    ),
    Ablation(
        "a_rebuild_by_the_handlers_that_fail",
        "monitord/runtime/engine.py",
        "        if not barely:\n            self._since",
        "        if held.entry:\n            self._since",
        (_BUGS + "test_a_bug_in_a_handler_costs_no_alarm",),
    ),
    Ablation(
        "a_failing_deadline_ends_the_engine",
        "monitord/runtime/engine.py",
        "                self._pass_time_in_parts(now_ms)\n",
        '                raise RuntimeError("a deadline failed")\n',
        (_BUGS + "test_one_failing_deadline_keeps_no_other_from_firing",),
    ),
    Ablation(
        "a_failing_deadline_is_tried_each_second",
        "monitord/runtime/engine.py",
        "Failing(STUCK_MS, STUCK_MS_MAX)",
        "Failing(STUCK_MS, STUCK_MS)",
        (_BUGS + "test_a_deadline_that_always_fails_neither_spins_nor_fills_the_journal",),
    ),
    Ablation(
        "the_bare_path_forgets_its_deadline",
        "monitord/core/bare.py",
        '    state.deadlines[f"chain:{event.incident}"] = event.until_ms\n',
        "",
        ("tests/core/test_bare.py::test_a_replay_by_the_usual_handlers_comes_to_the_same_state",),
    ),
    Ablation(
        "failed_starts_are_not_counted",
        "monitord/runtime/starts.py",
        "distrusted = len(failed) >= FAILED_MAX",
        "distrusted = False",
        (_SYSTEM_DISK + "test_a_start_after_three_that_failed_keeps_the_journal_and_begins_anew",),
    ),
    Ablation(
        "a_start_does_not_look_at_the_state",
        "monitord/runtime/resume.py",
        "(_damage_in_words(loaded), _broken(loaded.state))",
        "(_damage_in_words(loaded),)",
        (_STARTS + "test_an_entry_that_applies_and_contradicts_the_rest_is_told",),
    ),
    Ablation(
        "an_unreadable_journal_ends_the_start",
        "monitord/runtime/resume.py",
        "    except StoreError as error:\n        return _begin_anew(store, str(error))",
        "    except StoreError:\n        raise",
        (
            _SYSTEM_BAD_STARTS
            + "test_a_journal_that_cannot_be_read_is_kept_and_the_site_is_guarded",
            "tests/system/test_bad_starts.py::test_a_journal_that_the_disk_does_not_give_back",
        ),
    ),
    Ablation(
        "a_newer_journal_is_begun_anew",
        "monitord/runtime/resume.py",
        "    except (JournalBusy, JournalNewer):\n        raise\n    except StoreError as error:\n"
        "        return _begin_anew",
        "    except JournalBusy:\n        raise\n    except StoreError as error:\n"
        "        return _begin_anew",
        ("tests/system/test_bad_starts.py::test_a_journal_of_a_newer_version_is_not_touched",),
    ),
    Ablation(
        "the_shorter_reading_is_the_longer",
        "monitord/runtime/calendar.py",
        "(Span(_readings(a, zone)[1], _readings(b, zone)[0]) for a, b in hours)",
        "(Span(_readings(a, zone)[0], _readings(b, zone)[1]) for a, b in hours)",
        (
            _CALENDAR + "test_both_changes_of_the_clock",
            _CALENDAR + "test_spans_never_leave_what_either_reading_allows",
        ),
    ),
    Ablation(
        "bad_hours_cost_all",
        "monitord/runtime/calendar.py",
        "                missing.append(name)\n",
        "                raise\n",
        (_CALENDAR + "test_one_that_cannot_be_worked_out_costs_no_other",),
    ),
    Ablation(
        "the_end_of_the_hours_is_not_told",
        "monitord/core/calendar.py",
        "ends_ms = calendar.until_ms - AHEAD_MS",
        "ends_ms = calendar.until_ms",
        (_CORE_CALENDAR + "test_fewer_than_48_hours_ahead_is_a_fault_until_they_are_laid_anew",),
    ),
    Ablation(
        "old_days_count_after_a_leap",
        "monitord/core/calendar.py",
        "    if not calendar.from_ms <= state.utc_ms(state.at_ms) < ends_ms:\n",
        "    if False:\n",
        (_CORE_CALENDAR + "test_a_leap_of_the_clock_asks_for_others_and_counts_no_old_day",),
    ),
    Ablation(
        "who_is_guarded_is_erased",
        "monitord/core/erasure.py",
        "    elif guarded:\n",
        "    elif False:\n",
        ("tests/core/test_erasure.py::test_what_is_refused",),
    ),
    Ablation(
        "what_ended_is_kept",
        "monitord/runtime/erasing.py",
        "        if fresh:\n            await",
        "        if False:\n            await",
        (_ERASING + "test_what_reached_its_end_goes_and_who_left_goes_a_month_later",),
    ),
    Ablation(
        "a_wrong_clock_erases",
        "monitord/runtime/erasing.py",
        "abs(state.offset_ms - before_ms) <= CLOCK_MS",
        "True",
        (_ERASING + "test_a_clock_that_stands_wrong_ends_nothing",),
    ),
    Ablation(
        "an_order_is_not_carried_out",
        "monitord/runtime/erasing.py",
        "        await self._texts.run(lambda side: side.erase(refs), ERASE_S)\n",
        "",
        (
            _SYSTEM_ERASING
            + "test_a_person_who_left_is_erased_to_the_last_byte_over_a_kill_in_between",
        ),
    ),
    Ablation(
        "a_suppression_is_not_kept",
        "monitord/core/suppression.py",
        "    realign(state)\n\n\ndef realign",
        "\n\ndef realign",
        (
            _SYSTEM_HOLDING
            + "test_isolated_stays_isolated_over_kill_9_and_its_end_raises_the_alarm",
        ),
    ),
    Ablation(
        "a_program_may_do_all",
        "monitord/core/rights.py",
        "    elif type(command) not in PROGRAMS_MAY:\n",
        "    elif False:\n",
        ("tests/runtime/control/test_tokens.py::test_a_program_weakens_nothing",),
    ),
    Ablation(
        "a_start_with_nothing_left_calls_a_terminal",
        "monitord/core/chain.py",
        "                yield from _site_known(state, now_ms)\n",
        "                pass\n",
        (
            (
                "tests/core/test_starts.py"
                "::test_people_of_the_site_are_called_for_a_start_that_had_nothing_left"
            ),
        ),
    ),
    Ablation(
        "a_point_that_leaves_is_forgotten",
        "monitord/core/retired.py",
        "        if name not in new.points and name not in renamed and has_open(state, name):\n",
        "        if False:\n",
        (_RELOAD + "test_a_point_that_leaves_the_file_with_its_alarm_open_is_retired",),
    ),
    Ablation(
        "a_changed_driver_is_nothing_new",
        "monitord/site/difference.py",
        "        elif was[name] != origin:\n",
        "        elif False:\n",
        (
            _RELOAD
            + "test_a_driver_that_was_changed_is_told_at_a_start_although_the_site_file_was_not",
        ),
    ),
    Ablation(
        "readers_take_the_common_threads",
        "monitord/runtime/history.py",
        "run_in_executor(self._readers, what)",
        "run_in_executor(None, what)",
        (
            (
                "tests/runtime/test_state_folder.py"
                "::test_readers_that_hang_leave_the_other_threads_free"
            ),
        ),
    ),
    Ablation(
        "the_unit_starts_nothing_again",
        "systemd/monitord.service",
        "Restart=always\n",
        "Restart=no\n",
        ("tests/system/test_systemd.py::test_a_night_under_systemd",),
    ),
    Ablation(
        "the_unit_may_do_anything",
        "systemd/monitord.service",
        "NoNewPrivileges=yes\n",
        "",
        ("tests/system/test_systemd.py::test_the_unit_is_hardened",),
    ),
    Ablation(
        "a_chain_in_vain_remembers_all_its_police_calls",
        "monitord/core/police.py",
        "    if len(incident.police) < CALLS_KEPT_MAX:\n",
        "    if True:\n",
        (_BOUNDS + "test_a_chain_that_goes_round_for_hours_keeps_no_more_than_at_first",),
    ),
    Ablation(
        "closed_incidents_stay_for_ever",
        "monitord/core/incidents.py",
        "    for number in closed[: max(0, len(closed) - CLOSED_INCIDENTS_KEPT)]:\n",
        "    for number in ():\n",
        ("tests/simulation/test_weeks.py::test_ten_more_days_leave_the_state_as_large_as_it_was",),
    ),
)
