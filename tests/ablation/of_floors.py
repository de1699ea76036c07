"""Safeguards of floor plans."""

from typing import Final

from tests.ablation.taking import Ablation

_SITE: Final = "tests/site/test_floors.py::"
_PAGE: Final = "tests/console/test_floors.py::"
_STATIONS: Final = "tests/console/test_stations.py::"

ABLATIONS: Final = (
    Ablation(
        "an_entity_of_a_drawing_is_expanded",
        "monitord/site/svg.py",
        "    parser.StartDoctypeDeclHandler = cleaner.doctype\n",
        "",
        (_SITE + "test_entities_are_refused_before_one_is_expanded",),
    ),
    Ablation(
        "every_attribute_of_a_drawing_is_passed_on",
        "monitord/site/svg.py",
        "            elif key in _SHAPE or key in _LOOK:\n"
        "                yield from self._checked(key, value)\n",
        "            elif key:\n                yield key, value\n",
        (_SITE + "test_nothing_that_could_act_or_call_outside_is_left",),
    ),
    Ablation(
        "every_element_of_a_drawing_is_passed_on",
        "monitord/site/svg.py",
        'name not in _ELEMENTS or space not in (SVG, "")',
        'name == ""',
        (_SITE + "test_nothing_that_could_act_or_call_outside_is_left",),
    ),
    Ablation(
        "a_drawing_may_grow_while_it_is_written_anew",
        "monitord/site/svg.py",
        "        if len(data) > SHOWN_BYTES_MAX:\n",
        "        if False:\n",
        (_SITE + "test_a_drawing_that_cannot_be_shown_says_what_is_wrong",),
    ),
    Ablation(
        "a_picture_may_unfold_to_any_size",
        "monitord/site/raster.py",
        "    if width * height > PIXELS_MAX:\n",
        "    if False:\n",
        (_SITE + "test_a_drawing_that_cannot_be_shown_says_what_is_wrong",),
    ),
    Ablation(
        "a_transform_can_be_read_in_many_ways",
        "monitord/site/svg.py",
        'r"\\s*(?:(?:translate',
        'r"(?:\\s*(?:translate',
        (_SITE + "test_a_long_transform_that_ends_wrong_costs_no_more_than_its_length",),
    ),
    Ablation(
        "a_site_is_refused_for_its_drawing",
        "monitord/site/floors.py",
        '            found.warning(at, f"the drawing {floor.drawing} cannot be shown: {bad.text}"',
        '            found.error(at, f"the drawing {floor.drawing} cannot be shown: {bad.text}"',
        (_SITE + "test_a_site_is_guarded_without_its_drawing",),
    ),
    Ablation(
        "the_police_see_the_plans",
        "monitord/console/pages/floors.py",
        "    knows_coverage(await viewer_of(request, desk))\n    reply",
        "    await viewer_of(request, desk)\n    reply",
        (_PAGE + "test_plans_are_hidden_from_those_who_need_not_know",),
    ),
    Ablation(
        "a_floor_knows_of_a_silent_alarm_at_its_button",
        "monitord/console/pages/floors.py",
        "    state = state_of(desk, viewer)\n    found",
        "    state: Any = desk.replica.state\n    found",
        (_STATIONS + "test_g9_a_station_beside_who_is_threatened_is_the_same_with_and_without",),
    ),
    Ablation(
        "the_pin_is_the_last_alarm",
        "monitord/console/shown/floors.py",
        '    for alarm in shown["alarms"]:\n        for section',
        '    for alarm in reversed(shown["alarms"]):\n        for section',
        (
            _PAGE + "test_c7_a_first_alarm_without_a_pin_is_where_its_area_is"
            "_and_not_where_the_second_is",
        ),
    ),
    Ablation(
        "the_plan_of_an_incident_is_drawn_once",
        "monitord/console/templates/incident.html",
        '/place" hx-trigger="load, sse:changed delay:500ms, every 5s"',
        '/place" hx-trigger="load"',
        (_PAGE + "test_law_4_on_the_screen_the_plan_of_an_incident_is_as_it_is_now",),
    ),
    Ablation(
        "the_police_see_where_it_is",
        "monitord/console/pages/incident.py",
        "    viewer = knows_coverage(await viewer_of(request, desk))\n    record, vitals",
        "    viewer = await viewer_of(request, desk)\n    record, vitals",
        (_PAGE + "test_plans_are_hidden_from_those_who_need_not_know",),
    ),
)
