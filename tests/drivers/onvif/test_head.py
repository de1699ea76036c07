"""The head of a camera: turned to presets, and asked whether it stands there."""

import pytest

from monitord.driver import Cause, ConfigFault, DeviceFault
from monitord_simulators.camera import SimulatedCamera
from tests.drivers.onvif.conftest import Make


async def test_a_head_turns_to_a_preset_and_is_there_when_it_stands(
    camera: SimulatedCamera, make: Make
) -> None:
    now_s = 100.0
    camera.device.now_s = lambda: now_s
    driver = make(camera.port)
    await driver.open()
    assert await driver.aimed("home") is True
    await driver.aim("door")
    assert await driver.aimed("door") is False, "it moves"
    now_s += 1
    assert await driver.aimed("door") is True
    assert await driver.aimed("case") is False
    assert camera.requests["GetPresets"] == 1


async def test_one_that_stalls_sticks_or_is_turned_by_hand_is_not_there(
    camera: SimulatedCamera, make: Make
) -> None:
    now_s = 100.0
    camera.device.now_s = lambda: now_s
    driver = make(camera.port)
    await driver.open()
    camera.fault("motor-stalls", count=1)
    await driver.aim("door")
    now_s += 1
    assert await driver.aimed("door") is False, "half way"
    camera.fault("preset-stuck", count=1)
    await driver.aim("home")
    assert await driver.aimed("home") is False
    camera.device.turn_by_hand(0.0)
    assert await driver.aimed("home") is True
    camera.device.turn_by_hand(10.0)
    assert await driver.aimed("home") is False


async def test_one_that_refuses_or_does_not_tell(camera: SimulatedCamera, make: Make) -> None:
    driver = make(camera.port)
    await driver.open()
    camera.fault("preset-refused")
    with pytest.raises(DeviceFault, match="the camera refuses: the head is locked") as refused:
        await driver.aim("door")
    assert refused.value.cause is Cause.DEVICE
    camera.fault("position-untold")
    assert await driver.aimed("home") is None
    with pytest.raises(ConfigFault, match="no preset 'roof'; it has home, door, case"):
        await driver.aim("roof")
