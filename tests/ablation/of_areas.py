"""Safeguards of areas: who comes in and leaves, what waits before it goes out, what part set is."""

from typing import Final

from tests.ablation.taking import Ablation

_ENTERING: Final = "tests/core/test_entering.py::"
_OUTWARD: Final = "tests/core/test_outward.py::"
_WARMING: Final = "tests/core/test_warming.py::"
_ARMED: Final = "tests/core/test_never_less_armed.py::"
_TOGETHER: Final = "tests/core/test_concerns_together.py::"

ABLATIONS: Final = (
    Ablation(
        "an_entry_that_runs_out_is_forgotten",
        "monitord/core/entering.py",
        "        yield ev.EntryRanOut(area=area, point=record.way_in)\n",
        "        yield ev.ExitEnded(area=area)\n",
        (_ENTERING + "test_t2_4_an_entry_that_is_not_unset_is_an_alarm",),
    ),
    Ablation(
        "an_entry_excuses_the_whole_area",
        "monitord/core/entering.py",
        "    (AreaPhase.ENTRY, False): Excuse.INSIDE_FIRST,\n",
        "    (AreaPhase.ENTRY, False): Excuse.EXCUSED,\n",
        (
            _ENTERING + "test_a_detector_off_the_route_is_an_alarm_at_once",
            _ARMED + "test_in_any_order_of_things_no_area_is_less_armed",
        ),
    ),
    Ablation(
        "an_intruder_by_the_door_is_given_time",
        "monitord/core/entering.py",
        "and moves and free and not _is_called_for(state, point.area)\n",
        "and moves and free\n",
        (_ENTERING + "test_no_entry_while_people_are_called_for_an_attack_there",),
    ),
    Ablation(
        "what_was_found_open_is_given_time",
        "monitord/core/entering.py",
        "    was_seen_shut = event.before is PointState.NORMAL and not event.blind\n",
        "    was_seen_shut = event.before is PointState.NORMAL\n",
        (_ENTERING + "test_no_entry_for_what_was_found_open_after_nobody_looked",),
    ),
    Ablation(
        "what_failed_to_set_is_not_told",
        "monitord/core/alarms.py",
        "        for name in event.open:\n",
        "        for name in event.open[:0]:\n",
        (_ENTERING + "test_g1_what_still_stands_open_when_the_exit_is_over_failed_to_set",),
    ),
    Ablation(
        "everything_waits_before_it_goes_out",
        "monitord/core/entering.py",
        "    if record is None or point.category is not Category.INTRUSION:\n",
        "    if record is None:\n",
        (_OUTWARD + "test_what_joins_ends_the_wait",),
    ),
    Ablation(
        "an_abort_goes_out_all_the_same",
        "monitord/core/outward.py",
        "    incident.aborted_by = event.by\n",
        '    incident.aborted_by = ""\n',
        (_OUTWARD + "test_t2_9_an_abort_inside_the_window",),
    ),
    Ablation(
        "nobody_hears_of_a_cancel",
        "monitord/core/chain.py",
        "                yield from calls.cancels(state, state.incidents[event.incident])\n",
        "                pass\n",
        (_OUTWARD + "test_t2_9_after_the_window_a_cancel_follows_the_alarm",),
    ),
    Ablation(
        "a_held_step_is_passed_over",
        "monitord/core/chain.py",
        "        waits = calls.waits(state, incident, index)\n",
        "        waits = False\n",
        (_OUTWARD + "test_a_wait_shifts_the_chain_and_skips_nobody",),
    ),
    Ablation(
        "a_restart_is_a_power_up",
        "monitord/core/warming.py",
        "    was_normal = event.before is PointState.NORMAL\n",
        "    was_normal = True\n",
        (_WARMING + "test_t2_8_a_restart_of_the_service_gets_nothing",),
    ),
    Ablation(
        "a_panel_settles_for_ever",
        "monitord/core/alarms.py",
        "            case ev.DeviceWarmed():\n"
        "                yield from _rejudged(state, state.site.devices[event.device].points)\n",
        "            case ev.DeviceWarmed():\n                pass\n",
        (_WARMING + "test_t2_8_no_intruder_alarm_for_60_s_and_then_what_is_still_active",),
    ),
    Ablation(
        "an_unknown_part_contact_means_part_set",
        "monitord/core/areas.py",
        "    (PointState.NORMAL, PointState.ACTIVE): SetState.PART_SET,\n",
        "    (PointState.NORMAL, PointState.ACTIVE): SetState.PART_SET,\n"
        "    (PointState.UNKNOWN, PointState.ACTIVE): SetState.PART_SET,\n",
        ("tests/core/test_part_set.py::test_the_table_of_the_two_contacts",),
    ),
    Ablation(
        "anybody_sets_less_than_before",
        "monitord/core/setting.py",
        "    if now_is.counts_as_set and (fact.by.startswith(PROGRAM) "
        "or fact.proof is not Proof.PIN):\n",
        "    if not now_is.counts_as_set and fact.by.startswith(PROGRAM):\n",
        ("tests/core/test_part_set.py::test_from_fully_set_to_part_needs_a_person_with_the_pin",),
    ),
    Ablation(
        "a_walk_test_goes_on_in_a_set_area",
        "monitord/core/walking.py",
        "    return event.state in _SET and ",
        "    return event.state not in _SET and ",
        (
            _TOGETHER + "test_b2_a_walk_test_is_over_when_its_area_is_set_at_the_panel",
            _TOGETHER + "test_b2_what_is_still_active_when_the_test_is_ended_is_an_alarm",
        ),
    ),
    Ablation(
        "a_door_that_nobody_saw_shut_begins_an_entry",
        "monitord/core/supervision.py",
        "            blind=record.state is PointState.UNKNOWN,\n",
        "",
        (
            _TOGETHER + "test_t2_4_a_door_that_a_silent_panel_tells_of_gives_no_entry_time",
            _TOGETHER + "test_t2_4_a_door_that_could_not_be_read_gives_no_entry_time",
        ),
    ),
    Ablation(
        "a_program_is_a_witness",
        "monitord/core/incidents.py",
        "    if not fact.by.startswith(PROGRAM):\n        # A person",
        "    if fact.by:\n        # A person",
        (_TOGETHER + "test_g3_a_program_that_declares_has_seen_nothing",),
    ),
    Ablation(
        "a_walk_test_holds_back_the_power",
        "monitord/core/walking.py",
        "    Category.POWER,\n",
        "",
        (_TOGETHER + "test_b2_power_weather_and_levels_are_live_during_a_walk_test",),
    ),
    Ablation(
        "a_failed_supply_hinders_nobody",
        "monitord/core/setting.py",
        '            found[name] = "power fault"\n',
        "            pass\n",
        (_TOGETHER + "test_g1_a_supply_that_has_failed_speaks_against_setting",),
    ),
    Ablation(
        "a_release_that_fails_is_waited_for",
        "monitord/core/bare.py",
        '"decide", "held", "outside"})',
        '"decide", "held"})',
        (
            _TOGETHER
            + "test_law_13_whoever_waits_for_a_call_outside_is_called_when_its_release_fails",
        ),
    ),
    Ablation(
        "whoever_has_been_inside_all_night_was_slow",
        "monitord/core/outward.py",
        "    if state.at_ms - incident.opened_ms > SLOW_MS:\n        return False\n",
        "",
        (_TOGETHER + "test_t2_9_whoever_unsets_long_after_the_alarm_was_not_slow",),
    ),
    Ablation(
        "a_dead_camera_is_ready",
        "monitord/core/setting.py",
        '            found[device.id] = "does not answer"\n',
        "            pass\n",
        (_TOGETHER + "test_g1_a_camera_that_is_down_speaks_against_setting",),
    ),
    Ablation(
        "a_start_unsets_what_monitord_keeps",
        "monitord/core/areas.py",
        "                    if compiled.set_by is not None and _wanted(state, area_id, {}) is",
        "                    if compiled.set_by is None:\n"
        "                        yield ev.AreaChanged(area=area_id, state=SetState.UNSET)\n"
        "                    if compiled.set_by is not None and _wanted(state, area_id, {}) is",
        ("tests/core/test_setting.py::test_no_prefix_is_less_armed_than_it_was",),
    ),
)
