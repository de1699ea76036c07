"""Safeguards of the PIN for one shift, and of the second factor."""

from typing import Final

from tests.ablation.taking import Ablation

_FILE: Final = "tests/people/test_shift_pins.py::"
_CODE: Final = "tests/people/test_totp.py::"
_GIVING: Final = "tests/runtime/control/test_relieving.py::"

ABLATIONS: Final = (
    Ablation(
        "a_pin_for_one_shift_never_ends",
        "monitord/people/accounts.py",
        " or (account.ends_ms is not None and now_ms >= account.ends_ms):\n",
        ":\n",
        (_FILE + "test_it_holds_until_its_end_and_not_a_millisecond_longer",),
    ),
    Ablation(
        "a_sign_on_outlives_its_pin",
        "monitord/people/sessions.py",
        "shift_ms if ends_ms is None else min(shift_ms, ends_ms)",
        "shift_ms",
        (_FILE + "test_a_sign_on_ends_with_the_pin_it_was_made_with",),
    ),
    Ablation(
        "a_pin_for_one_shift_replaces_one_of_their_own",
        "monitord/runtime/control/relieving.py",
        "        await _has_none(desk, request.who)\n",
        "",
        (_GIVING + "test_a_pin_of_their_own_is_never_replaced_by_one_for_a_night",),
    ),
    Ablation(
        "a_code_holds_twice",
        "monitord/people/accounts.py",
        "                account.totp_step = step\n",
        "                pass\n",
        (_CODE + "test_each_code_holds_once_also_after_a_start",),
    ),
    Ablation(
        "codes_may_be_guessed",
        "monitord/people/accounts.py",
        "                account.failures[way] = failures.one_more(now_ms)\n",
        "                account.failures[way] = Failures()\n",
        (_CODE + "test_guessing_is_slowed_down_and_locks_no_pin",),
    ),
    Ablation(
        "a_pin_alone_is_enough",
        "monitord/core/rights.py",
        "    if command.second or asked not in state.site.second_factor:\n",
        "    if True:\n",
        ("tests/core/test_second_factor.py::test_what_takes_a_code_and_what_never_does",),
    ),
)
