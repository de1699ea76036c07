"""Safeguards of what a detector or a sensor shows: loops, pairs, limits, rates, means."""

from typing import Final

from tests.ablation.taking import Ablation

_LOOPS: Final = "tests/core/test_loops.py::"
_LIMITS: Final = "tests/core/test_limits.py::"
_CROSSINGS: Final = "tests/core/test_crossings.py::"
_SIGNALS: Final = "tests/runtime/test_signals.py::"
_WIRED: Final = "tests/drivers/test_modbus_signals.py::"

ABLATIONS: Final = (
    Ablation(
        "a_cut_loop_is_quiet",
        "monitord/core/signals/loops.py",
        "shorted, cut = (PointState.TAMPER, SHORT), (PointState.TAMPER, CUT)",
        "shorted, cut = (PointState.TAMPER, SHORT), (PointState.NORMAL, CUT)",
        (
            _LOOPS + "test_t51_a_resistance_is_a_state",
            _WIRED + "test_t51_a_loop_on_an_analogue_input",
        ),
    ),
    Ablation(
        "a_loop_flutters_at_an_edge",
        "monitord/core/signals/loops.py",
        "    if held in loop.bands and _reach(loop, held, ratio):\n",
        "    if False:\n",
        (_LOOPS + "test_t51_nothing_flutters_at_an_edge",),
    ),
    Ablation(
        "two_inputs_that_agree_are_believed",
        "monitord/core/signals/decoding.py",
        "        return PointState.TAMPER, ALIKE\n",
        "        return _contact(rule, bool(pair.contact)), None\n",
        (_LOOPS + "test_t52_two_inputs_that_agree_are_a_tamper_once_they_have_held",),
    ),
    Ablation(
        "a_broken_sensor_reads_zero",
        "monitord/core/signals/decoding.py",
        "            return PointState.FAULT, None  # a broken sensor's",
        "            return PointState.NORMAL, 0.0  # a broken sensor's",
        (_SIGNALS + "test_e2_a_sensor_out_of_its_valid_range_is_at_fault_and_never_zero",),
    ),
    Ablation(
        "a_rise_is_not_seen",
        "monitord/core/signals/limits.py",
        "far = value - self._extremes.low - rule.at",
        "far = -rule.at",
        (_WIRED + "test_e2_a_fast_ramp_is_told_by_its_rise_long_before_its_limit",),
    ),
    Ablation(
        "a_restart_waits_for_the_delay",
        "monitord/core/signals/limits.py",
        "        delay_ms = 0 if first else rule.on_ms if wanted else rule.off_ms\n",
        "        delay_ms = rule.on_ms if wanted else rule.off_ms\n",
        (_LIMITS + "test_e2_the_first_value_after_a_start_waits_for_no_delay",),
    ),
    Ablation(
        "a_gust_is_wind",
        "monitord/core/signals/measuring.py",
        "        return round(self.mean.of(value), 3)\n",
        "        return value\n",
        (_LIMITS + "test_e3_a_gust_is_not_wind_and_wind_is",),
    ),
    Ablation(
        "a_stuck_sensor_is_believed",
        "monitord/core/signals/measuring.py",
        "        if self._rule.stuck_ms and now_ms - self._moved_ms >= self._rule.stuck_ms:\n",
        "        if False:\n",
        (_LIMITS + "test_e8_a_value_that_does_not_move_any_more_is_a_fault",),
    ),
    Ablation(
        "a_second_limit_weighs_nothing",
        "monitord/core/processing.py",
        "    return Priority(max(Priority.CRITICAL, of_point - 1)) if grave else of_point",
        "    return of_point",
        (
            (
                _CROSSINGS + "test_e2_the_second_limit_is_a_worsening"
                "_and_refuses_an_older_acknowledgement"
            ),
        ),
    ),
    Ablation(
        "wind_is_no_caution",
        "monitord/channels/words.py",
        "        sentences.append(_WINDY)\n",
        "        pass\n",
        (_CROSSINGS + "test_e3_a_shock_in_strong_wind_calls_with_a_caution",),
    ),
    Ablation(
        "check_is_silent_about_a_short",
        "monitord/site/lint_signals.py",
        '    "normally-closed": "cable short undetectable",\n',
        "",
        ("tests/site/test_signal_keys.py::test_t52_check_says_what_a_wiring_can_never_show",),
    ),
)
