"""Safeguards of devices: workers, lines, counters, those that speak first; and of rehearsals."""

from typing import Final

from tests.ablation.taking import Ablation

_FAULTS: Final = "tests/runtime/workers/test_faults.py::"
_LIFE: Final = "tests/runtime/workers/test_life.py::"
_WORKERS: Final = "tests/system/test_workers.py::"
_RECEIPTS: Final = "tests/runtime/test_receipts.py::"
_ANSWERED: Final = "tests/system/test_receipts.py::"
_LISTENING: Final = "tests/runtime/test_listening.py::"
_COUNTERS: Final = "tests/core/test_counters.py::"
_SIMULATE: Final = "tests/system/test_simulate.py::"
_DEMO: Final = "tests/system/test_demo.py::"
_PLAN: Final = "tests/cli/test_rehearsal_plan.py::"
_LINE: Final = "tests/runtime/test_line.py::"
_SERIAL: Final = "tests/system/test_serial_line.py::"
_HALF_OPEN: Final = "tests/system/test_half_open.py::"

ABLATIONS: Final = (
    Ablation(
        "a_blocked_worker_is_left_alone",
        "monitord/runtime/workers/worker.py",
        "            if held_up := self._held_up(process, beats):\n",
        "            if (held_up := self._held_up(process, beats)) and not held_up:\n",
        (_FAULTS + "test_who_brings_its_worker_down_is_named_and_then_seated_apart",),
    ),
    Ablation(
        "memory_is_not_looked_at",
        "monitord/runtime/workers/worker.py",
        "            if too_much := self._too_much(process):\n",
        "            if (too_much := self._too_much(process)) and not too_much:\n",
        (_FAULTS + "test_who_eats_memory_is_ended_and_the_worker_halved",),
    ),
    Ablation(
        "nobody_is_parted",
        "monitord/runtime/workers/seating.py",
        "        if len(table.parties) < 2 or table.strikes[key] < STRIKES:\n",
        "        if True:\n",
        (_FAULTS + "test_who_eats_memory_is_ended_and_the_worker_halved",),
    ),
    Ablation(
        "who_blocks_is_not_named",
        "monitord/runtime/workers/page.py",
        "        _NUMBER.pack_into(self._memory, _NUMBER_AT, number)\n",
        "        del number\n",
        (
            _WORKERS
            + "test_a_foreign_driver_that_blocks_is_named_on_record_and_dies_with_the_daemon",
        ),
    ),
    Ablation(
        "a_worker_is_told_everything",
        "monitord/runtime/workers/process.py",
        "env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},",
        "env=dict(os.environ),",
        (_LIFE + "test_a_secret_stands_in_no_argument_and_no_environment",),
    ),
    Ablation(
        "a_panel_is_answered_at_once",
        "monitord/runtime/reading_queue.py",
        "        if receipts:\n            await asyncio.wait(receipts)\n"
        "        return told and all(_is_stored(receipt) for receipt in receipts)",
        "        return told",
        (
            _RECEIPTS + "test_true_comes_with_the_commit_and_not_before",
            _RECEIPTS + "test_false_where_it_is_in_memory_only_and_true_once_it_is_stored",
            (
                "tests/runtime/workers/test_listening.py"
                "::test_receipts_come_when_it_is_stored_and_the_driver_waits_for_them"
            ),
            (
                "tests/simulation/test_speaking.py"
                "::test_what_a_panel_was_answered_is_in_the_journal_after_any_crash"
            ),
        ),
    ),
    Ablation(
        "a_repeat_is_a_second_event",
        "monitord/core/keys.py",
        "    if heard_ms is None or heard_ms <= at_ms - KEY_KEPT_MS:\n",
        "    if True:\n",
        (_ANSWERED + "test_what_a_panel_was_answered_is_in_the_journal_once",),
    ),
    Ablation(
        "a_flood_is_not_slowed",
        "monitord/runtime/reading_queue.py",
        "min(float(QUEUE_MAX), grown), now_ms",
        "float(QUEUE_MAX), now_ms",
        (_RECEIPTS + "test_a_flood_is_slowed_and_nothing_of_it_is_lost",),
    ),
    Ablation(
        "silence_is_not_counted",
        "monitord/runtime/listening.py",
        '        if call == "listen" and times == 1 and self._broken is None:\n',
        "        if False:\n",
        (_LISTENING + "test_it_is_lost_when_it_is_silent_for_longer_than_it_promises",),
    ),
    Ablation(
        "what_was_said_before_a_break_is_believed",
        "monitord/runtime/listening.py",
        "samples = tuple(Sample(point, PointState.UNKNOWN) for point in unspoken)",
        "samples = tuple(Sample(point, PointState.UNKNOWN) for point in unspoken[:0])",
        (_LISTENING + "test_after_a_break_only_what_it_says_anew_is_known",),
    ),
    Ablation(
        "a_restart_is_many_pulses",
        "monitord/core/counters.py",
        "    return wrapped if wrapped <= BURST + elapsed_ms // PULSE_MS_MIN else None",
        "    return wrapped",
        (_COUNTERS + "test_an_alarm_exactly_where_a_counted_pulse_was",),
    ),
    Ablation(
        "a_wrap_is_a_restart",
        "monitord/core/counters.py",
        "    return wrapped if wrapped <= BURST + elapsed_ms // PULSE_MS_MIN else None",
        "    return None",
        (
            (
                "tests/drivers/test_modbus_counters.py"
                "::test_a_pulse_that_no_poll_saw_is_an_alarm_and_a_reboot_is_none"
            ),
        ),
    ),
    Ablation(
        "a_dead_unit_has_its_whole_timeout",
        "monitord/core/lines.py",
        "return min(timeout_ms, max(TRY_MS_MIN, round(ANSWERS_PER_TRY * longest_answer_ms)))",
        "return timeout_ms",
        (_SERIAL + "test_one_dead_unit_of_six",),
    ),
    Ablation(
        "a_failing_unit_goes_first",
        "monitord/runtime/line.py",
        "        if self._first and (not self._later or self._passed_over < self._members):\n",
        "        if self._first and not self._later:\n",
        (_LINE + "test_the_figure_of_check_is_kept",),
    ),
    Ablation(
        "a_poll_may_last_for_ever",
        "monitord/core/signals/silence.py",
        "    return max(MISSED_POLLS * poll_ms + min(poll_ms, timeout_ms), SILENCE_MS)",
        "    return max(MISSED_POLLS * poll_ms + min(poll_ms, timeout_ms), SILENCE_MS) + 60_000",
        (_HALF_OPEN + "test_packets_that_vanish_are_a_fault_within_ten_seconds",),
    ),
    Ablation(
        "a_look_at_a_line_in_use",
        "monitord/cli/probe.py",
        "    if _is_port_of_ours(address) and not args.force:\n",
        "    if False:\n",
        (("tests/cli/test_probe.py::test_a_serial_line_is_left_alone_while_a_daemon_runs"),),
    ),
    Ablation(
        "a_rehearsal_calls_out",
        "monitord/cli/rehearsal/plan.py",
        "devices=devices, channels=channels, setup=marked(setup))",
        "devices=devices, setup=marked(setup))",
        (
            _PLAN + "test_no_way_out_is_left",
            _SIMULATE + "test_nobody_is_connected_to_and_no_key_is_read",
            _SIMULATE + "test_in_a_network_without_routes_everything_works",
        ),
    ),
    Ablation(
        "a_rehearsal_does_not_say_so",
        "monitord/runtime/rehearsal.py",
        "    return bool(site.setup.get(MARK))",
        "    return False and bool(site.setup.get(MARK))",
        ("tests/channels/test_views.py::test_in_a_rehearsal_every_text_begins_with_test",),
    ),
    Ablation(
        "a_guard_takes_a_rehearsals_folder",
        "monitord/runtime/rehearsal.py",
        "    if found and not rehearsing:\n",
        "    if False:\n",
        (_PLAN + "test_a_folder_is_one_or_the_other",),
    ),
    Ablation(
        "a_rehearsals_daemon_is_not_tethered",
        "monitord/cli/rehearsal/tether.py",
        "    for line in sys.stdin:\n        hear(line)\n",
        "    threading.Event().wait()\n",
        (_SIMULATE + "test_kill_9_leaves_nothing_behind",),
    ),
    Ablation(
        "the_demo_begins_before_anybody_looks",
        "monitord/cli/demo/acts.py",
        'while "page" not in self._done and not',
        "while False and not",
        (_DEMO + "test_the_story_waits_for_the_page_and_ctrl_c_ends_it_all",),
    ),
    Ablation(
        "the_play_panel_takes_orders_from_any_page",
        "monitord/cli/demo/panel.py",
        'if self._path() != "do" or self.headers.get("Origin", own) != own:',
        'if self._path() != "do":',
        (_DEMO + "test_somebody_opens_the_page_plays_the_museum_and_leaves",),
    ),
    Ablation(
        "foreign_drivers_run_in_the_daemon",
        "monitord/runtime/plugins.py",
        "        return not found.given and (not found.shipped or drivers.get(name).cls.isolate)\n",
        "        return False and found.given\n",
        (
            _FAULTS + "test_the_neighbours_elsewhere_have_noticed_nothing",
            _FAULTS + "test_the_daemon_imports_no_foreign_driver",
        ),
    ),
    Ablation(
        "a_frame_that_is_none_raises_anything",
        "monitord/runtime/workers/frames.py",
        "        raise Garbage(type(error).__name__) from None\n",
        "        raise\n",
        ("tests/runtime/workers/test_frames.py::test_no_bytes_raise_anything_else",),
    ),
    Ablation(
        "what_cannot_be_slowed_is_dropped",
        "monitord/runtime/reading_queue.py",
        "        self._crowds.add(place, reading)\n",
        "",
        (_RECEIPTS + "test_what_cannot_be_slowed_collapses_per_point_and_no_alarm_is_dropped",),
    ),
)
