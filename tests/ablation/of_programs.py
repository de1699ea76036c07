"""Safeguards around programs: what their tokens prove, what they see, and how they are bounded."""

from typing import Final

from tests.ablation.taking import Ablation

_TOKENS: Final = "tests/runtime/control/test_tokens.py::"
_API: Final = "tests/console/test_api.py::"
_METRICS: Final = "tests/console/test_api_metrics.py::"
_SCHEMA: Final = "tests/console/test_api_schema.py::"
_STREAMS: Final = "tests/console/test_api_streams.py::"

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
    Ablation(
        "a_token_beside_a_pin",
        "monitord/console/api/acts.py",
        '    return {} if asker.is_program else {"pin": pin}\n',
        '    return {"pin": pin}\n',
        (_API + "test_a_token_weakens_nothing_and_its_person_pin_goes_nowhere",),
    ),
    Ablation(
        "one_key_for_all_requests",
        "monitord/console/api/acts.py",
        "(asker.name, *about, key)",
        "(asker.name, key)",
        (_API + "test_a_key_holds_for_one_request_and_tells_nothing_of_it",),
    ),
    Ablation(
        "the_last_known_is_told_as_true",
        "monitord/console/api/telling.py",
        "    if replica.state is None or not replica.fresh:\n",
        "    if replica.state is None:\n",
        (_API + "test_nothing_is_told_as_true_while_the_link_is_lost",),
    ),
    Ablation(
        "a_session_in_a_cookie_bears",
        "monitord/console/api/asking.py",
        '    kind, _, text = request.headers.get("authorization", "").partition(" ")\n',
        "    kind, _, text = request.headers.get(\n"
        '        "authorization", "Bearer " + request.cookies.get("monitord_session", "")\n'
        '    ).partition(" ")\n',
        (_API + "test_a_guards_cookie_and_a_token_in_an_address_let_nobody_in",),
    ),
    Ablation(
        "who_asks_without_end",
        "monitord/console/api/bounds.py",
        "        taken = left >= 1\n",
        "        taken = True\n",
        (_API + "test_each_asker_is_bounded_and_so_is_who_guesses",),
    ),
    Ablation(
        "the_journal_for_every_token",
        "monitord/console/api/asking.py",
        "        return self.is_hub or (not self.is_program and self.role == Role.AUDITOR)\n",
        "        return True\n",
        (_STREAMS + "test_the_journal_is_for_auditors_and_hubs_alone",),
    ),
    Ablation(
        "a_button_in_a_stream",
        "monitord/console/api/happenings.py",
        "        if not _of_a_button(event, buttons) and not hiding",
        "        if not hiding",
        (_STREAMS + "test_g9_no_stream_of_a_program_tells_of_a_hold_up_but_a_hubs",),
    ),
    Ablation(
        "a_button_in_a_list",
        "monitord/console/api/asking.py",
        "        return seeing.without_buttons(seen) if self.is_program else seen\n",
        "        return seen\n",
        (_STREAMS + "test_g9_no_stream_of_a_program_tells_of_a_hold_up_but_a_hubs",),
    ),
    Ablation(
        "streams_without_end",
        "monitord/console/api/following.py",
        "        if not self.free or self._taken.count(asker) >= PER_ASKER_MAX:\n",
        "        if not self.all:\n",
        (_STREAMS + "test_streams_are_bounded_and_a_place_is_free_again",),
    ),
    Ablation(
        "a_revoked_token_follows_on",
        "monitord/console/api/streams.py",
        "                await desk.askers.still(bearer_of(request))\n",
        "",
        (_STREAMS + "test_a_stream_ends_with_why",),
    ),
    Ablation(
        "the_first_entry_is_not_told",
        "monitord/console/api/following.py",
        "            yield first\n",
        "            assert first\n",
        (_STREAMS + "test_the_journal_is_all_that_a_replica_needs",),
    ),
    Ablation(
        "figures_of_before",
        "monitord/console/api/metrics.py",
        "    if fresh and replica.state is not None:\n",
        "    if replica.state is not None:\n",
        (_METRICS + "test_a_figure_that_is_not_known_is_left_out",),
    ),
    Ablation(
        "an_answer_that_the_document_does_not_have",
        "monitord/console/api/looks.py",
        "_ONE: Final = problems(304, 400, 401, 404, 429, 500, 503)\n",
        "_ONE: Final = problems(304, 400, 401, 429, 500, 503)\n",
        (_SCHEMA + "test_whatever_is_sent_is_answered_as_the_document_says",),
    ),
)
