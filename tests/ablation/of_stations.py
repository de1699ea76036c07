"""Safeguards of the screens that guard a post: what they prove, and what they never tell."""

from typing import Final

from tests.ablation.taking import Ablation

_STATIONS: Final = "tests/console/test_stations.py::"
_SAME: Final = (
    _STATIONS + "test_g9_a_station_beside_who_is_threatened_is_the_same_with_and_without",
)
_VIEWER: Final = "tests/console/test_viewer.py::"
_VIEWED: Final = (_VIEWER + "test_g9_all_that_is_drawn_beside_it_is_the_same_before_and_after",)

ABLATIONS: Final = (
    Ablation(
        "a_stream_tells_that_something_hidden_moves",
        "monitord/console/live.py",
        "                    shows, turn = self._shows(viewer, turn), self._turn\n",
        "                    shows, turn = True, self._turn\n",
        _SAME,
    ),
    Ablation(
        "a_page_draws_what_is_hidden",
        "monitord/console/viewer.py",
        "        seen = hiding.without(state, self.hidden(state))\n",
        "        seen = state\n",
        _SAME,
    ),
    Ablation(
        "a_page_shows_the_button_beside_it",
        "monitord/console/viewer.py",
        "        return hiding.without_points(seen, hiding.beside(state, self.area))\n",
        "        return seen\n",
        _SAME,
    ),
    Ablation(
        "an_alarm_stays_behind_when_its_incident_is_hidden",
        "monitord/runtime/control/hiding.py",
        "        alarms={k: a for k, a in state.alarms.items() if a.incident not in incidents},\n",
        "",
        _VIEWED,
    ),
    Ablation(
        "hearing_is_assumed",
        "monitord/console/screens.py",
        "        if number != expected or asyncio.get_running_loop().time() > until_s:\n",
        "        if asyncio.get_running_loop().time() > until_s:\n",
        (_STATIONS + "test_h3_hearing_is_proven_by_counting_and_not_assumed",),
    ),
    Ablation(
        "nobody_there_counts_as_there",
        "monitord/console/screens.py",
        "        if said.idle_s * 1000 > station.idle_ms + station.prompt_ms:\n",
        "        if said.idle_s < 0:\n",
        (_STATIONS + "test_h3_who_does_not_answer_counts_as_gone",),
    ),
    Ablation(
        "the_question_takes_the_key_from_the_alarm",
        "monitord/console/static/station.js",
        """        if (silent && !document.querySelector("[data-take], dialog[open]")) {\n""",
        "        if (silent) {\n",
        (_STATIONS + "test_h3_a_station_shows_the_alarm_and_asks_who_takes_it",),
    ),
)
