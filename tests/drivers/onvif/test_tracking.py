"""What points are by what a camera tells, second by second; no camera needed."""

from typing import Any

import pytest

from monitord.driver import UNKNOWN, Point
from monitord_drivers.onvif import OnvifConfig, OnvifPointConfig
from monitord_drivers.onvif.messages import Message
from monitord_drivers.onvif.tracking import Tracker

MOTION = "VideoSource/MotionAlarm"
CONFIG = OnvifConfig.model_validate(
    {
        "address": "http://10.0.30.21",
        "topics": {"tns1:RuleEngine/MyRule/People": "Inside", "tns1:Vendor/Door": "Open"},
    }
)


def tracker(*sections: dict[str, str]) -> Tracker:
    points = [
        Point(f"p{index}", OnvifPointConfig.model_validate(section))
        for index, section in enumerate(sections)
    ]
    return Tracker([*points, Point("clock")], CONFIG)


def message(
    topic: str = MOTION, state: str = "true", source: str = "a", operation: str = "Changed"
) -> Message:
    return Message(topic, operation, {"Source": source}, {"State": state}, 1_000)


def values(readings: list[Any]) -> dict[str, Any]:
    return {reading.point: reading.value for reading in readings}


def test_motion_is_that_of_any_source() -> None:
    made = tracker({"read": "motion"}, {"read": "motion/b"})
    quiet = [message(state="false"), message(state="false", source="b")]
    assert values(made.take(quiet, 0)) == {"p0": False, "p1": False}
    assert values(made.take([message()], 1)) == {"p0": True}
    assert values(made.take([message(source="b")], 2)) == {"p1": True}
    assert values(made.take([message(state="false")], 3)) == {}, "b still moves"
    assert values(made.take([message(state="false", source="b")], 4)) == {"p0": False, "p1": False}


def test_motion_without_an_end_is_doubted_and_never_taken_for_quiet() -> None:
    """HA and others clear it; unknown is not clear."""
    made = tracker({"read": "motion"}, {"read": "tamper"})
    made.take([message(), message("VideoSource/GlobalSceneChange/ImagingService")], 0)
    assert made.doubt(59) == []
    [doubted] = made.doubt(60)
    assert doubted.point == "p0", "a covered camera stays covered for as long as it is"
    assert doubted.value is UNKNOWN
    assert "60 s" in str(doubted.raw)
    assert made.doubt(61) == [], "said once"
    assert values(made.take([message()], 62)) == {"p0": True}
    assert values(made.take([message()], 100)) == {}
    assert made.doubt(159) == [], "another word from the camera begins the wait anew"


def test_a_property_that_is_gone_is_unknown() -> None:
    made = tracker({"read": "motion"})
    made.take([message()], 0)
    assert values(made.take([message(operation="Deleted")], 1)) == {"p0": UNKNOWN}


def test_topics_of_a_make_read_the_item_that_the_table_names() -> None:
    made = tracker({"topic": "tns1:RuleEngine/MyRule/People"}, {"topic": "tns1:Vendor/Other"})
    told = Message("RuleEngine/MyRule/People", "Changed", {}, {"State": "0", "Inside": "1"}, None)
    assert values(made.take([told], 0)) == {"p0": True}
    other = Message("Vendor/Other", "Changed", {}, {"Anything": "true"}, None)
    assert values(made.take([other], 0)) == {"p1": True}


def test_alike_crossings_are_two_and_replays_are_none() -> None:
    """T7.3: twice in one second is two; a state that is told again is no alarm."""
    made = tracker({"read": "line/east"})
    crossed = Message("RuleEngine/LineDetector/Crossed", "", {"Rule": "east"}, {"ObjectId": "1"}, 5)
    first, second = made.take([crossed, crossed], 0)
    assert first.once
    assert second.once
    assert first.key != second.key
    [third] = made.take([crossed], 1)
    assert third.key not in (first.key, second.key)
    replay = Message(crossed.topic, "Initialized", crossed.source, crossed.data, 5)
    assert made.take([replay], 2) == []


def test_a_line_is_quiet_once_it_is_listened_to() -> None:
    made = tracker({"read": "line"})
    assert values(made.all()) == {"p0": UNKNOWN}
    made.listening()
    assert values(made.all()) == {"p0": False}
    made.forget()
    assert values(made.all()) == {"p0": UNKNOWN}


@pytest.mark.parametrize("count", [200])
def test_a_camera_that_names_endless_sources_fills_no_memory(count: int) -> None:
    made = tracker({"read": "motion"})
    made.take([message(source=str(number)) for number in range(count)], 0)
    assert len(made._points[0]._states) == 64
    crossed = [
        Message("RuleEngine/LineDetector/Crossed", "", {}, {"ObjectId": str(number)}, number)
        for number in range(3_000)
    ]
    made = tracker({"read": "line"})
    made.take(crossed, 0)
    assert len(made._crossings) <= 1_000
