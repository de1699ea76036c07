"""Safeguards of cameras and of what they give."""

from typing import Final

from tests.ablation.taking import Ablation

_CORE: Final = "tests/core/test_pictures.py::"
_EYES: Final = "tests/runtime/workers/test_eyes.py::"
_ONVIF: Final = "tests/drivers/onvif/test_faults.py::"
_FOOTAGE: Final = "tests/drivers/onvif/test_footage.py::"
_WALL: Final = "tests/console/test_cameras.py::"
_OLD: Final = (
    "tests/console/test_wall.py::"
    "test_a_picture_of_now_says_how_old_it_is_and_an_old_one_that_it_is_old"
)
_PAGE: Final = "tests/console/test_pictures.py::"

ABLATIONS: Final = (
    Ablation(
        "a_camera_that_did_not_come_home_is_forgotten",
        "monitord/core/aiming.py",
        "    elif fact.why or fact.proof is None:\n",
        "    elif False:\n",
        ("tests/core/test_aiming.py::test_a_return_that_is_refused_is_a_fault_until_it_is_proven",),
    ),
    Ablation(
        "a_camera_stays_where_it_was_turned",
        "monitord/core/aiming.py",
        '            yield _home(state, aim, "it was away for long enough")\n',
        "            pass\n",
        ("tests/core/test_aiming.py::test_it_is_turned_home_after_a_while_although_nobody_closes",),
    ),
    Ablation(
        "a_head_turns_for_a_hold_up",
        "monitord/core/pictures.py",
        "    if _is_silent(incident):\n        return\n",
        "",
        ("tests/core/test_aiming_shared.py::test_g9_no_head_turns_for_a_silent_alarm",),
    ),
    Ablation(
        "a_view_on_the_way_is_judged",
        "monitord/runtime/workers/eyes.py",
        "            if look.at is None:",
        "            if look.at == 0:",
        ("tests/runtime/workers/test_aiming.py::test_what_is_seen_on_the_way_is_not_judged",),
    ),
    Ablation(
        "a_dead_camera_is_asked_all_the_same",
        "monitord/core/pictures.py",
        "    return record is not None and record.status is DeviceStatus.SILENT\n",
        "    return record is None\n",
        (_CORE + "test_a_dead_camera_is_passed_over_in_words_and_the_next_one_asked",),
    ),
    Ablation(
        "a_camera_without_a_picture_counts_as_well",
        "monitord/runtime/workers/eyes.py",
        "    return Verdict(PointState.UNKNOWN, ",
        "    return Verdict(PointState.NORMAL, ",
        (_EYES + "test_a_camera_that_never_showed_anything_is_unknown_at_once",),
    ),
    Ablation(
        "a_reference_is_moved_by_each_picture",
        "monitord/pictures/checking.py",
        "        known, like = self._nearest(place, seen)\n",
        "        known, like = self._nearest(place, seen)\n"
        "        place.references[:] = [Reference(seen, noise)]\n",
        ("tests/pictures/test_checking.py::test_what_covers_slowly_is_not_learned",),
    ),
    Ablation(
        "a_picture_has_its_name_before_its_bytes",
        "monitord/pictures/store.py",
        "        unfinished, where = tempfile.mkstemp(dir=path.parent, suffix=_UNFINISHED)\n",
        "        unfinished, where = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), str(path)\n",
        ("tests/pictures/test_store.py::test_kill_9_leaves_a_whole_picture_or_none",),
    ),
    Ablation(
        "a_file_is_shown_whatever_is_in_it",
        "monitord/pictures/store.py",
        "            if hashlib.sha256(jpeg).hexdigest() == name:\n",
        "            if jpeg:\n",
        (_PAGE + "test_a_damaged_file_is_told_and_never_shown",),
    ),
    Ablation(
        "pictures_of_a_silent_alarm_are_counted_beside_it",
        "monitord/runtime/control/hiding.py",
        "state.pictures.items() if p.incident not in incidents}",
        "state.pictures.items()}",
        (_PAGE + "test_g9_pictures_of_what_does_not_exist_for_somebody_do_not_either",),
    ),
    Ablation(
        "a_wall_asks_the_cameras_for_every_page",
        "monitord/runtime/workers/eyes.py",
        "            look = self._newest()\n",
        "            look = await self._look()\n",
        (_EYES + "test_the_newest_picture_is_given_without_asking_the_camera",),
    ),
    Ablation(
        "an_old_picture_is_shown_like_one_of_now",
        "monitord/console/static/console.js",
        '    shot.classList.toggle("old", old);\n'
        '    shot.querySelector("[data-late]").hidden = !old;\n',
        "",
        (_OLD,),
    ),
    Ablation(
        "nobody_is_told_who_looks",
        "monitord/runtime/control/cameras.py",
        "    answer = await desk.engine.submit(fact)\n    if answer.code:\n",
        "    answer = await desk.engine.submit(f.TimePassed())\n    if answer.code:\n",
        (_WALL + "test_that_somebody_looks_is_written_down_once",),
    ),
    Ablation(
        "live_pictures_are_for_every_role",
        "monitord/runtime/control/cameras.py",
        "    if refused is not None:  # as of",
        "    if not fact:  # as of",
        (_WALL + "test_the_daemon_refuses_by_itself",),
    ),
    Ablation(
        "footage_may_be_as_young_as_it_likes",
        "drivers/monitord_drivers/onvif/rungs.py",
        "    if now - oldest < footage_s * 1_000:\n",
        "    if now < oldest:\n",
        (_ONVIF + "test_i1_footage_that_does_not_reach_back_as_far_as_the_site_asks",),
    ),
    Ablation(
        "a_gap_in_the_footage_is_kept_to_itself",
        "drivers/monitord_drivers/onvif/driver.py",
        "            self._ear.lacks(footage.words(found))\n",
        "            pass\n",
        (_FOOTAGE + "test_a_gap_around_an_alarm_is_found_and_told_with_the_recording",),
    ),
    Ablation(
        "pictures_wait_for_a_search",
        "monitord/runtime/picturing.py",
        "            self._begin_search(event)\n",
        "            await self._footage(event)\n",
        ("tests/runtime/test_picturing.py::test_no_picture_waits_for_a_search",),
    ),
)
