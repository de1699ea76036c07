"""Safeguards of people: who comes to an alarm, who is threatened, and whom a fire lets out."""

from typing import Final

from tests.ablation.taking import Ablation

_ATTENDANCE: Final = "tests/core/test_attendance.py::"

_DURESS: Final = "tests/core/test_duress.py::"

_KEEPING: Final = "tests/runtime/test_keeping.py::"
_FIRE: Final = "tests/core/test_fire.py::"

ABLATIONS: Final = (
    Ablation(
        "one_smoked_detector_opens_the_house",
        "monitord/core/fire.py",
        "SOURCES_MIN: Final = 2",
        "SOURCES_MIN: Final = 1",
        (_FIRE + "test_e4_doors_released_at_night_with_no_fire_confirmed_are_an_intrusion",),
    ),
    Ablation(
        "a_disablement_never_ends",
        "monitord/core/fire.py",
        '        for name in state.due(now_ms, "disabled", fact):',
        "        for name in ():",
        (_FIRE + "test_e4_a_disablement_over_its_end_is_an_alarm",),
    ),
    Ablation(
        "a_low_battery_is_nothing_to_the_record",
        "monitord/runtime/keeping.py",
        "        return point is not None and point.kind in (Kind.BATTERY, Kind.UPS)",
        "        return False",
        (_KEEPING + "test_a5_a_low_battery_has_the_record_put_in_order_at_once",),
    ),
    Ablation(
        "no_tamper_while_open",
        "monitord/core/processing.py",
        "            return _TAMPER_GUARDED if area.counts_as_set else _TAMPER",
        "            return _TAMPER_GUARDED if area.counts_as_set else _NOTHING",
        (_FIRE + "test_g4_a_tamper_while_open_is_a_tamper_and_no_intrusion",),
    ),
    Ablation(
        "the_session_shows_the_hold_up",
        "monitord/runtime/control/session.py",
        "        return hiding.without(self._engine.state, self._session.hidden())\n",
        "        return self._engine.state\n",
        ("tests/runtime/control/test_duress.py::test_g9_a_session_sees_the_same_with_either_pin",),
    ),
    Ablation(
        "duress_calls_nobody",
        "monitord/core/step.py",
        "    duress.decide,\n",
        "",
        (_DURESS + "test_g9_every_command_is_answered_alike_and_opens_a_hidden_hold_up",),
    ),
    Ablation(
        "a_guard_releases_who_is_forced",
        "monitord/core/closing.py",
        "    elif not may_release(state, incident, fact.by):\n"
        '        code, text = "forbidden", ONLY_RELEASED\n    elif active:\n',
        "    elif active:\n",
        (_DURESS + "test_g9_a_security_manager_releases_and_nobody_who_may_be_forced",),
    ),
    Ablation(
        "the_true_pin_is_quicker",
        "monitord/people/accounts.py",
        "        forced = pin_matches(account.duress_hash or account.pin_hash, pin)",
        "        forced = not true and pin_matches(account.duress_hash or account.pin_hash, pin)",
        ("tests/people/test_pins.py::test_g9_every_check_takes_as_long",),
    ),
    Ablation(
        "nobody_follows_who_does_not_arrive",
        "monitord/core/chain.py",
        "    if attendance.is_late(state, event):",
        "    if False:",
        (_ATTENDANCE + "test_g8_who_accepts_and_does_not_arrive_is_followed_by_the_next",),
    ),
    Ablation(
        "nobody_misses_who_is_inside",
        "monitord/core/attendance.py",
        "        category=Category.PROCEDURE,\n",
        "        category=Category.NONE,\n",
        (_ATTENDANCE + "test_g8_a_missed_safe_call_is_an_alarm_of_its_own_until_a_word_comes",),
    ),
    Ablation(
        "unset_before_the_arrival_plan",
        "monitord/core/setting.py",
        "            refused = attendance.refusal_to_unset(state, fact.area)",
        "            refused = None",
        (_ATTENDANCE + "test_g8_nothing_is_unset_before_the_arrival_plan_is_agreed",),
    ),
    Ablation(
        "who_is_inside_hears_nothing",
        "monitord/core/step.py",
        "    reattending.decide,\n",
        "",
        (_ATTENDANCE + "test_g8_a_second_alarm_warns_who_is_on_the_way_or_inside",),
    ),
)
