"""Safeguards that the incident replays (K3) rest on."""

from typing import Final

from tests.ablation.taking import Ablation

_TWO: Final = "tests/core/test_agreeing.py::"
_REPLAY: Final = "tests/simulation/test_incidents.py::"

ABLATIONS: Final = (
    Ablation(
        "a_look_from_outside_bears_out_a_false_alarm",
        "monitord/core/causes.py",
        '    Looked.OUTSIDE: frozenset({"attack", ASSUMED}),\n',
        "    Looked.OUTSIDE: _WHOEVER_SAW | {ASSUMED},\n",
        (_REPLAY + "test_k3_an_incident_replay_is_met",),
    ),
    Ablation(
        "the_camera_of_a_detector_is_not_named",
        "monitord/channels/words.py",
        "    sentences += [_what(site, situation), _cameras(site, situation)]\n",
        "    sentences += [_what(site, situation)]\n",
        (_REPLAY + "test_k3_an_incident_replay_is_met",),
    ),
    Ablation(
        "one_person_closes_what_two_must",
        "monitord/core/closing.py",
        "    elif asked.by == fact.by:\n",
        '    elif asked.by == "":\n',
        ("tests/core/test_agreeing.py::test_nobody_agrees_with_themselves_nor_without_a_pin",),
    ),
)
