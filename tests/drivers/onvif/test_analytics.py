"""What cameras recognise, as points: motion, a line that has no end, fields, loitering, objects."""

import pytest

from monitord_simulators.camera import SimulatedCamera
from tests.drivers.onvif.conftest import Make
from tests.drivers.onvif.test_faults import Hear

RULE = {
    "VideoSourceConfigurationToken": "video-source-1",
    "VideoAnalyticsConfigurationToken": "analytics-1",
    "Rule": "quay",
}
ENGINE = "tns1:RuleEngine/"


@pytest.mark.parametrize(
    ("read", "topic", "begins", "ends"),
    [
        ("field/quay", "FieldDetector/ObjectsInside", {"IsInside": "true"}, {"IsInside": "false"}),
        (
            "loitering/quay",
            "LoiteringDetector/ObjectIsLoitering",
            {"IsLoitering": "true"},
            {"IsLoitering": "false"},
        ),
        (
            "object/human",
            "ObjectDetection/Object",
            {"ClassTypes": "Human Bag"},
            {"ClassTypes": "Vehicle"},
        ),
        (
            "object/vehicle",
            "ObjectDetection/Object",
            {"ClassTypes": "Vehicle"},
            {"ClassTypes": ""},
        ),
    ],
)
async def test_what_lasts_begins_and_ends(
    read: str,
    topic: str,
    begins: dict[str, str],
    ends: dict[str, str],
    camera: SimulatedCamera,
    make: Make,
    hear: Hear,
) -> None:
    heard = await hear(make(camera.port, read))
    await heard.until(lambda: "p0" in heard.last)
    camera.event(ENGINE + topic, RULE, begins)
    await heard.until(lambda: heard.value("p0") is True)
    camera.event(ENGINE + topic, RULE, ends)
    await heard.until(lambda: heard.value("p0") is False)


async def test_a_line_that_is_crossed_has_no_end(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    """Two who cross it are two; nobody waits for a line to be well again."""
    heard = await hear(make(camera.port, "line/quay", "line/yard"))
    await heard.until(lambda: heard.value("p0") is False)
    for number in ("7", "8"):
        camera.event(f"{ENGINE}LineDetector/Crossed", RULE, {"ObjectId": number})
    await heard.until(lambda: len([r for r in heard.times("p0") if r.once]) == 2)
    assert not [reading for reading in heard.times("p1") if reading.once]
