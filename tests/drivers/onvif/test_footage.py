"""I1: what a camera has recorded is searched around an alarm, and what is missing is told."""

import pytest

from monitord.driver import DeviceFault, PointState
from monitord_drivers.onvif.footage import GAP_MS, gaps, words
from monitord_simulators.camera import SimulatedCamera
from tests.drivers.onvif.conftest import Make
from tests.drivers.onvif.test_faults import Hear

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([], []),
        ([(100_000, "r/v", True)], []),
        ([(100_000, "r/v", False)], [(100_000, 160_000)]),
        ([(100_000, "r/v", True), (120_000, "r/v", False)], [(120_000, 160_000)]),
        ([(120_000, "r/v", False), (130_000, "r/v", True)], [(120_000, 130_000)]),
        ([(120_000, "r/v", False), (120_000 + GAP_MS - 1, "r/v", True)], []),
        ([(90_000, "r/v", False), (110_000, "r/v", True)], [(100_000, 110_000)]),
        # Another track goes on: there is a picture.
        ([(100_000, "r/a", True), (100_000, "r/v", True), (120_000, "r/v", False)], []),
    ],
)
def test_gaps_are_where_no_track_has_data(
    states: list[tuple[int, str, bool]], found: list[tuple[int, int]]
) -> None:
    assert gaps(100_000, 160_000, 0, 200_000, states) == found


def test_before_the_oldest_and_after_the_newest_there_is_nothing() -> None:
    assert gaps(100_000, 160_000, 110_000, 150_000, []) == [(100_000, 110_000), (150_000, 160_000)]
    assert gaps(100_000, 160_000, 170_000, 180_000, []) == [(100_000, 160_000)]
    assert gaps(100_000, 160_000, 10_000, 20_000, []) == [(100_000, 160_000)]
    still = [(100_000, "r/v", True), (105_000, "r/v", False), (108_000, "r/v", True)]
    assert gaps(100_000, 160_000, 0, 150_000, still) == [(105_000, 108_000), (150_000, 160_000)]


def test_what_is_missing_in_words() -> None:
    assert words([]) == ""
    said = "it has no footage of 1970-01-01T00:01:40Z to 00:01:50Z"
    assert words([(100_000, 110_000)]) == said


async def test_a_gap_around_an_alarm_is_found_and_told_with_the_recording(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    """By our clock, however far the camera's own is off."""
    camera.device.clock.drift_s = 1_000.0
    driver = make(camera.port, recording="camera")
    heard = await hear(driver)
    await heard.until(lambda: heard.value("recording") is PointState.NORMAL)
    now_ms = camera.device.clock.now_ms() - 1_000_000
    assert await driver.footage(now_ms - 60_000, now_ms - 10_000) == []
    theirs_ms = camera.device.clock.now_ms()
    camera.device.recording.gaps.append((theirs_ms - 50_000, theirs_ms - 30_000))
    ((begin, end),) = await driver.footage(now_ms - 60_000, now_ms - 10_000)
    assert begin == pytest.approx(now_ms - 50_000, abs=2_500)
    assert end == pytest.approx(now_ms - 30_000, abs=2_500)
    await heard.until(lambda: heard.value("recording") is PointState.FAULT)
    assert "it has no footage of" in heard.words("recording")


async def test_before_its_oldest_footage_there_is_none(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    driver = make(camera.port, recording="camera")
    await hear(driver)
    oldest_ms = camera.device.recording.from_ms
    ((begin, end),) = await driver.footage(oldest_ms - DAY_MS, oldest_ms + DAY_MS)
    assert begin == oldest_ms - DAY_MS
    assert end == pytest.approx(oldest_ms, abs=2_500)


async def test_a_camera_that_is_not_there_is_no_gap(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    """Nobody knows, and that is what is said."""
    driver = make(camera.port, recording="camera")
    await hear(driver)
    camera.fault("hang")
    with pytest.raises(DeviceFault):
        await driver.footage(0, 1)
