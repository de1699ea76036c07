"""Safeguards of the pages: what they show of the site, and what they never count as well."""

from typing import Final

from tests.ablation.taking import Ablation

_UNKNOWN: Final = (
    "tests/console/test_unknown.py::test_law_4_no_count_of_normal_has_an_unknown_point_in_it",
)

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
)
