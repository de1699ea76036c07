"""Safeguards around programs: what their tokens prove, what they see, and how they are bounded."""

from typing import Final

from tests.ablation.taking import Ablation

_TOKENS: Final = "tests/runtime/control/test_tokens.py::"

ABLATIONS: Final = (
    Ablation(
        "a_token_without_end",
        "monitord/people/tokens.py",
        "        return self.ends_ms is None or self.made_ms <= now_ms < self.ends_ms\n",
        "        return True\n",
        (
            "tests/people/test_tokens.py::test_a_token_is_worth_nothing_from_its_end_on",
            _TOKENS + "test_a_token_that_has_ended_proves_nothing",
        ),
    ),
    Ablation(
        "a_hold_up_on_a_programs_screen",
        "monitord/core/records.py",
        "            return self.silent or bool(self.hidden_from)\n",
        "            return False\n",
        (_TOKENS + "test_g9_to_a_program_a_hold_up_by_duress_pin_does_not_exist",),
    ),
    Ablation(
        "one_key_for_all_programs",
        "monitord/runtime/control/who.py",
        "    if who.proof is Proof.TOKEN:\n",
        "    if not who.person:\n",
        (_TOKENS + "test_a_key_is_its_programs_own",),
    ),
)
