"""Safeguards of the alarm logic: what is an alarm, confirms, joins, holds back and is proven."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/"
_LIST: Final = (
    "tests/cli/test_floods.py::test_t2_3_a_long_list_says_how_many_more_and_the_worst_of_them"
)
_REAL: Final = "tests/system/test_flood.py::"
_KPIS: Final = "tests/core/test_kpis.py::"
_HELD: Final = "tests/core/test_held_calls.py::"

ABLATIONS: Final = (
    Ablation(
        "a_door_is_no_alarm_while_set",
        "monitord/core/processing.py",
        "Category.INTRUSION: (_active(Category.INTRUSION, sounder=True), _NOTHING),",
        "Category.INTRUSION: (_NOTHING, _NOTHING),",
        (_CORE + "test_processing.py::test_t2_2_every_row_of_the_matrix",),
    ),
    Ablation(
        "two_detectors_prove_nothing",
        "monitord/core/confirmation.py",
        "    (Sort.DETECTOR, Sort.DETECTOR): Pair.WINDOW,\n",
        "",
        (_CORE + "test_confirmation.py::test_a_second_detector_confirms_inside_the_window",),
    ),
    Ablation(
        "a_stuck_detector_confirms",
        "monitord/core/confirmation.py",
        "    if event.source in area.excluded:\n        return\n",
        "",
        (
            _CORE
            + "test_confirmation.py"
            + "::test_a_detector_still_active_at_the_end_is_excluded_until_it_returns",
        ),
    ),
    Ablation(
        "a_permit_holds_back_for_ever",
        "monitord/core/permits.py",
        "                until_utc_ms=permit.until_ms,\n                by=permit.approver,",
        "                until_utc_ms=permit.until_ms + 600_000,\n"
        "                by=permit.approver,",
        (
            _CORE + "test_permits.py::test_d5_a_case_is_opened_during_a_freeze",
            _CORE + "test_permits.py::test_d5_what_has_not_come_back_at_the_end_is_an_alarm",
        ),
    ),
    Ablation(
        "a_permit_holds_back_anything",
        "monitord/core/permits.py",
        "if point is None or not PROCESSING[SetState.SET, point.kind, Sign.ACTIVE].yields:",
        "if point is None:",
        (_CORE + "test_permits.py::test_a_permit_holds_back_no_tamper_no_fire_and_no_hold_up",),
    ),
    Ablation(
        "losses_behind_one_switch_are_many",
        "monitord/core/joining.py",
        "RULES: Final[tuple[Rule, ...]] = (_same_cause, _same_blackout,",
        "RULES: Final[tuple[Rule, ...]] = (_same_blackout,",
        (_CORE + "test_joining.py::test_losses_behind_one_parent_are_one_incident_from_the_start",),
    ),
    Ablation(
        "a_blackout_needs_three_cameras",
        "monitord/core/blackout.py",
        "    (True, False, 2): True,\n",
        "",
        (_CORE + "test_blackout.py::test_mains_and_two_cameras_are_one_joined_high_incident",),
    ),
    Ablation(
        "silence_proves_that_it_is_live",
        "monitord/core/restoring.py",
        "    if signal is not None and signal.state is not PointState.NORMAL:\n",
        "    if False:\n",
        (
            _CORE
            + "test_restoring.py"
            + "::test_a_panel_that_leaves_it_out_past_the_end_is_an_alarm_until_it_does_not",
        ),
    ),
    Ablation(
        "an_area_is_unset_by_anybody",
        "monitord/core/setting.py",
        "refused = refusal(state, fact) or _not_ours(state, fact)",
        "refused = _not_ours(state, fact)",
        (_CORE + "test_setting.py::test_an_area_becomes_unset_by_a_person_alone",),
    ),
    Ablation(
        "what_stands_open_is_no_hindrance",
        "monitord/core/setting.py",
        "    if against:\n        refused = _not_forced(state, fact, against)\n",
        "    if against:\n        refused = None\n",
        (_CORE + "test_setting.py::test_t2_1_an_inhibit_lasts_one_set_period",),
    ),
    Ablation(
        "lost_paths_are_a_fault_each",
        "monitord/core/paths.py",
        "    return len(paths) >= PATHS_MIN and len(lost) == len(paths)",
        "    return len(paths) < PATHS_MIN and len(lost) == len(paths)",
        (_CORE + "test_paths.py::test_both_paths_lost_confirm_an_open_attack",),
    ),
    Ablation(
        "a_path_that_flaps_is_lost_each_time",
        "monitord/core/paths.py",
        "    (PathState.WELL, Given.FAILED): PathState.FAILING,\n",
        "    (PathState.WELL, Given.FAILED): PathState.LOST,\n",
        (_CORE + "test_paths.py::test_a_path_that_flaps_is_one_fault_and_confirms_nothing",),
    ),
    Ablation(
        "three_in_a_minute_are_nothing",
        "monitord/core/floods.py",
        "CHATTER: Final = 3\n",
        "CHATTER: Final = 4\n",
        (
            _CORE
            + "test_floods.py::test_t1_8_three_in_a_minute_chatter_and_are_proposed_for_shelving",
        ),
    ),
    Ablation(
        "a_walk_test_sees_everybody",
        "monitord/core/walking.py",
        "    return tuple(point for point in test.points if point not in test.seen)",
        "    return tuple(point for point in test.points if point in ())",
        (_CORE + "test_walking.py::test_forty_nine_of_fifty_and_the_report_names_the_fiftieth",),
    ),
    Ablation(
        "a_hold_up_is_shown_to_everybody",
        "monitord/core/records.py",
        "        return self.silent and area in self.areas\n",
        "        return False\n",
        (_CORE + "test_silent.py::test_g9_whoever_stands_there_can_neither_take_nor_close_it",),
    ),
    Ablation(
        "fire_waits_its_turn",
        "monitord/core/records.py",
        "        return self.category is not Category.FIRE, self.priority\n",
        "        return False, self.priority\n",
        (_CORE + "test_silent.py::test_e4_fire_is_first_among_forty_alarms",),
    ),
    Ablation(
        "a_panic_joins_the_flood",
        "monitord/core/joining.py",
        "    if event.category in NEVER_JOINED:\n        return None\n",
        "    if True:\n        return next(state.open_incidents(), None)\n",
        (_CORE + "test_floods.py::test_a_panic_in_a_flood_is_called_at_once_and_stands_first",),
    ),
    Ablation(
        "a_held_call_is_held_for_good",
        "monitord/core/chain.py",
        '            for name in state.due(now_ms, "held", fact):\n',
        '            for name in state.due(now_ms, "held", fact)[:0]:\n',
        (_HELD + "test_every_held_call_ends_in_time_and_no_incident_is_without_one",),
    ),
    Ablation(
        "a_panic_is_held_behind_a_panic",
        "monitord/core/held_calls.py",
        "    if incident.category is Category.HOLD_UP or incident.declared_by:\n",
        "    if incident.declared_by:\n",
        (_HELD + "test_a_second_hold_up_and_what_is_confirmed_are_called_at_once",),
    ),
    Ablation(
        "what_is_more_urgent_is_held",
        "monitord/core/held_calls.py",
        "        and called.priority <= other.priority\n",
        "        and called.priority\n",
        (_HELD + "test_what_is_more_urgent_is_called_at_once",),
    ),
    Ablation(
        "a_flood_calls_for_each_alarm",
        "monitord/core/held_calls.py",
        "    if state.flood.since_ms is None:\n        return list(planned), []\n",
        "    if state.seq >= 0:\n        return list(planned), []\n",
        (
            _HELD + "test_e7_a_flood_calls_as_often_as_a_person_can_answer",
            _REAL + "test_e7_nothing_is_lost_and_the_panic_is_called_before_what_came_later",
        ),
    ),
    Ablation(
        "eleven_are_no_flood",
        "monitord/core/floods.py",
        "FLOOD: Final = 10\n",
        "FLOOD: Final = 11\n",
        (
            _CORE
            + "test_floods.py"
            + "::test_t1_7_eleven_in_ten_minutes_are_a_flood_and_four_in_the_next_end_it",
        ),
    ),
    Ablation(
        "the_oldest_stands_first",
        "monitord/core/records.py",
        "        return *self.urgency, -self.number\n",
        "        return *self.urgency, self.number\n",
        (_LIST,),
    ),
    Ablation(
        "a_long_list_ends_without_a_word",
        "monitord/cli/say_incident.py",
        "    if more := listed[most:]:\n",
        "    if more := listed[:0]:\n",
        (_LIST,),
    ),
    Ablation(
        "a_call_that_failed_holds_the_others",
        "monitord/core/chain.py",
        "    for other in held_calls.behind(state, incident.number, who) if unreached else ():\n",
        "    for other in held_calls.behind(state, incident.number, who)[:0]:\n",
        (_HELD + "test_who_cannot_be_reached_holds_nothing",),
    ),
    Ablation(
        "a_held_incident_is_not_told",
        "monitord/channels/words.py",
        "        sentences.append(_besides(site, others))\n",
        "        pass\n",
        (_HELD + "test_the_text_of_a_call_says_how_many_more_and_the_worst",),
    ),
    Ablation(
        "half_of_the_answers_are_later",
        "monitord/core/kpis.py",
        "-(-len(samples) * percent // 100) - 1",
        "len(samples) * percent // 100 - 2",
        (
            _KPIS + "test_h6_percentiles_are_times_that_somebody_took",
            _KPIS + "test_t1_9_thirty_days_are_reproduced_exactly",
        ),
    ),
    Ablation(
        "what_nobody_saw_is_counted",
        "monitord/core/kpis.py",
        "                if counts and self.state.presented(event.alarm):\n",
        "                if counts:\n",
        (_KPIS + "test_what_is_held_back_counts_for_nothing",),
    ),
    Ablation(
        "what_the_panel_leaves_out_is_closed_over",
        "monitord/core/closing.py",
        "        if left_out(state, point) and state.area_counts_as_set(",
        "        if False and state.area_counts_as_set(",
        (
            _CORE
            + "test_restoring.py"
            + "::test_a_close_is_refused_while_the_panel_is_set_and_one_zone_is_left_out",
        ),
    ),
    Ablation(
        "no_hours_are_looked_at",
        "monitord/core/guarding.py",
        "    return warns and calendar.is_outside_hours(state, point.area)\n",
        "    return warns and not warns\n",
        (_CORE + "test_kinds.py::test_d4_a_vehicle_outside_the_hours_of_an_unset_area_warns",),
    ),
    Ablation(
        "what_was_not_shown_is_acknowledged",
        "monitord/core/incidents.py",
        "        if record.rev <= seen and record.state in UNSEEN:\n",
        "        if record.state in UNSEEN:\n",
        (
            _CORE
            + "test_acknowledgement.py"
            + "::test_a_new_occurrence_between_the_page_and_the_click_stays_unseen",
        ),
    ),
)
