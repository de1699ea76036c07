"""Safeguards of the pages: what they show of the site, and what they never count as well."""

from typing import Final

from tests.ablation.taking import Ablation

_UNKNOWN: Final = (
    "tests/console/test_unknown.py::test_law_4_no_count_of_normal_has_an_unknown_point_in_it",
)
_SEEN: Final = ("tests/console/test_seen.py::test_law_4_of_an_old_frame_nothing_is_told",)
_POINTS: Final = "tests/console/test_points.py::"
_COVERAGE: Final = (
    _POINTS + "test_who_answers_our_calls_from_outside_learns_nothing_of_the_coverage",
)
_BROWSER: Final = "tests/console/test_browser.py::"
_AXE: Final = ("tests/console/test_axe.py::test_h6_axe_core_finds_nothing_on_any_page",)
_SCREEN: Final = "tests/console/test_first_screen.py::"
_FIRST: Final = (_SCREEN + "test_h3_the_top_incident_and_its_button_are_in_the_first_screen",)
_SCENES: Final = "tests/console/test_scenes.py::"
_FIVE: Final = (
    _SCENES
    + "test_in_five_of_five_scenes_place_what_and_what_to_do_come_first_and_the_dead_is_found",
)
_EVERYWHERE: Final = (_BROWSER + "test_an_alarm_shows_and_sounds_on_every_page_until_it_is_taken",)
_REPLICA: Final = "tests/console/test_replica.py::"

ABLATIONS: Final = (
    Ablation(
        "what_is_not_known_stands_as_it_was_known_last",
        "monitord/console/shown/standings.py",
        "        if (said := _SAID.get(record.state)) is not None:\n",
        "        if (said := _SAID.get(record.known)) is not None:\n",
        _UNKNOWN,
    ),
    Ablation(
        "what_was_not_heard_of_in_time_counts_as_normal",
        "monitord/console/shown/standings.py",
        "        if point.device in self._stale:\n",
        "        if point.device in self._held:\n",
        _UNKNOWN,
    ),
    Ablation(
        "what_is_not_heard_any_more_is_still_told",
        "monitord/console/seen.py",
        "        if passed_s > KNOWN_S:\n            return {}\n",
        "",
        _SEEN,
    ),
    Ablation(
        "an_alarm_is_told_on_the_first_page_alone",
        "monitord/console/desk.py",
        """                "alarm": partial(queue.strip, self.replica),\n""",
        "",
        _EVERYWHERE,
    ),
    Ablation(
        "everybody_sees_where_nobody_watches",
        "monitord/console/pages/frame.py",
        "    if not viewer.knows_coverage:\n",
        "    if not viewer:\n",
        _COVERAGE,
    ),
    Ablation(
        "what_is_less_important_is_hard_to_read",
        "monitord/console/static/console.css",
        "--soft: #565f6b;",
        "--soft: #a5afbb;",
        _AXE,
    ),
    Ablation(
        "whoever_takes_it_must_find_the_button_first",
        "monitord/console/templates/_queue.html",
        """<button class="primary" id="take-{{ top.number }}" data-first>""",
        """<button class="primary" id="take-{{ top.number }}">""",
        _FIRST,
    ),
    Ablation(
        "the_queue_does_not_say_what_to_do",
        "monitord/console/templates/_queue.html",
        """<p class="todo">{{ top.action }}</p>\n""",
        "",
        _FIVE,
    ),
    Ablation(
        "the_picture_of_a_phone_lies_below_its_first_screen",
        "monitord/console/static/console.css",
        "  .picture { min-height: 6rem; }",
        "  .picture { min-height: 60rem; }",
        _FIRST,
    ),
    Ablation(
        "all_screens_are_lent_what_one_may_see",
        "monitord/console/replica.py",
        "        if seen is not state:\n",
        "        if False:\n",
        (
            _REPLICA
            + "test_how_all_of_it_stands_is_worked_out_once_for_all_until_something_happens",
        ),
    ),
)
