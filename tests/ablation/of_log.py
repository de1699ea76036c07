"""Safeguards of the occurrence log."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/test_occurrences.py::"
_PAGE: Final = "tests/console/test_log.py::"
_SOCKET: Final = "tests/runtime/control/test_occurrences.py::"

ABLATIONS: Final = (
    Ablation(
        "the_log_is_written_ahead",
        "monitord/core/occurrences.py",
        "    elif not 0 < fact.occurred_utc_ms <= state.utc_ms(now_ms):\n",
        "    elif not 0 < fact.occurred_utc_ms:\n",
        (_CORE + "test_h1_nothing_is_written_ahead",),
    ),
    Ablation(
        "what_people_write_stands_in_the_journal",
        "monitord/runtime/control/occurrences.py",
        "        note = await desk.keep(who.person, request.note)\n",
        "        note = f.TextRef(request.note, (await desk.keep(who.person, '')).hash)\n",
        (_SOCKET + "test_law_3_the_text_is_in_no_entry_of_the_journal",),
    ),
    Ablation(
        "the_log_of_a_day_reads_the_whole_journal",
        "monitord/runtime/control/occurrences.py",
        "        if rows and rows[0].at_ms < at_ms:\n",
        "        if rows:\n",
        (_SOCKET + "test_of_a_million_entries_only_the_window_is_read",),
    ),
    Ablation(
        "the_log_tells_of_a_silent_alarm",
        "monitord/console/shown/log.py",
        ' if x["incident"] not in hidden and',
        " if",
        (_PAGE + "test_g9_what_is_hidden_is_taken_out_before_anything_is_counted",),
    ),
)
