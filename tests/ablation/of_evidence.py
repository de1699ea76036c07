"""Safeguards of what is kept of incidents."""

from typing import Final

from tests.ablation.taking import Ablation

_ROOM: Final = "tests/core/test_evidence_room.py::"
_FILES: Final = "tests/runtime/test_evidence_files.py::"
_HOLDS: Final = "tests/core/test_holds.py::"

ABLATIONS: Final = (
    Ablation(
        "pictures_go_although_their_incident_is_open",
        "monitord/core/evidence.py",
        "    is_open = incident is not None and incident.closed_ms is None\n",
        "    is_open = False\n",
        ("tests/core/test_evidence.py::test_what_an_open_incident_needs_stays",),
    ),
    Ablation(
        "what_is_held_goes_with_the_rest",
        "monitord/core/evidence.py",
        "    return is_open or record.incident in state.holds\n",
        "    return is_open\n",
        (
            _HOLDS + "test_t3_8_what_is_held_stays_beyond_its_end_and_goes_with_the_release",
            _HOLDS + "test_too_many_pictures_never_cost_what_is_held",
            _ROOM + "test_t3_8_what_is_held_is_never_evicted",
            _FILES + "test_t3_8_the_file_of_what_is_held_stays_until_it_is_released",
        ),
    ),
    Ablation(
        "a_hold_that_nobody_looks_at_is_forgotten",
        "monitord/core/holds.py",
        "                yield _alarm(int(name))\n",
        "",
        (_HOLDS + "test_a_hold_whose_date_is_over_holds_on_and_stands_as_a_fault",),
    ),
    Ablation(
        "pictures_fill_the_disk",
        "monitord/core/evidence.py",
        "    large = sum(one.size for one in there) - state.site.pictures_bytes\n",
        "    large = 0\n",
        (_ROOM + "test_the_oldest_that_may_go_makes_room",),
    ),
    Ablation(
        "a_full_store_takes_more_all_the_same",
        "monitord/core/pictures.py",
        "    if shots and not evidence.has_room(state, shots):\n",
        "    if not fact.moment:\n",
        (_ROOM + "test_where_nothing_may_go_it_is_refused_in_words_and_people_hear_of_it",),
    ),
    Ablation(
        "a_file_is_gone_because_it_should_be",
        "monitord/runtime/picturing.py",
        "        gone = await asyncio.to_thread(self._store.remove, file.sha256)\n",
        "        gone = True\n",
        (_FILES + "test_t3_8_after_its_time_the_file_is_gone_and_that_is_on_record",),
    ),
    Ablation(
        "what_a_crash_left_stays_for_good",
        "monitord/pictures/store.py",
        "                else:\n                    path.unlink(missing_ok=True)\n",
        "",
        (_FILES + "test_what_a_crash_left_on_no_record_is_swept_at_the_next_start",),
    ),
)
