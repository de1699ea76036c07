"""Relays of a camera as outputs: switched, proven, refused, and told when they fall off."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from monitord.driver import Cause, ConfigFault, DeviceFault, PointState
from monitord_drivers.onvif import OnvifConfig, relays
from monitord_simulators.camera import SimulatedCamera
from tests.drivers.onvif.conftest import Heard, Make, Start, config_of

Hear = Callable[..., Awaitable[Heard]]
RELAY = "tns1:Device/Trigger/Relay"
SIREN: dict[str, Any] = {"siren": {"write": "relay/relay-1"}}


async def heard_of(
    camera: SimulatedCamera, make: Make, hear: Hear, outputs: dict[str, Any] = SIREN
) -> Heard:
    """A camera with outputs that has told what its relays are."""
    heard = await hear(make(camera.port, "motion", outputs=outputs))
    await heard.until(lambda: heard.value("relays") is PointState.NORMAL)
    await heard.until(lambda: heard.value("p0") is False)
    return heard


async def test_a_relay_is_switched_and_its_event_proves_it(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await heard_of(camera, make, hear)
    for value in (True, False):
        await heard.driver.write("siren", value)
        assert camera.device.relays == {"relay-1": value, "relay-2": False}
    assert camera.requests["SetRelayOutputState"] == 2
    assert heard.value("relays") is PointState.NORMAL


async def test_a_relay_that_says_yes_and_does_not_switch_is_not_believed(
    camera: SimulatedCamera, make: Make, hear: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "PROOF_S", 0.1)
    heard = await heard_of(camera, make, hear)
    camera.fault("relay-stuck")
    with pytest.raises(DeviceFault, match="tells that its relay is off") as raised:
        await heard.driver.write("siren", True)
    assert raised.value.cause is Cause.SILENT, "what it did is not known: no refusal"
    await heard.until(lambda: heard.value("relays") is PointState.FAULT)
    assert heard.words("relays") == "siren is off although it was switched on"


async def test_a_relay_of_which_nothing_is_told_is_done_when_the_camera_says_so(
    camera: SimulatedCamera, make: Make, hear: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONVIF has no question for it: the answer is all that there is."""
    monkeypatch.setattr(relays, "PROOF_S", 0.1)
    camera.fault("no-initial-state")
    camera.fault("relay-stuck")  # it tells nothing when it is switched either
    heard = await hear(make(camera.port, "motion", outputs=SIREN))
    await heard.until(lambda: heard.value("relays") is PointState.NORMAL)
    await heard.driver.write("siren", True)
    assert camera.requests["SetRelayOutputState"] == 1
    assert heard.value("relays") is PointState.NORMAL


async def test_somebody_else_who_switches_it_is_told(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await heard_of(camera, make, hear)
    await heard.driver.write("siren", True)
    camera.device.set_relay("relay-1", False)
    await heard.until(lambda: heard.value("relays") is PointState.FAULT)
    assert heard.words("relays") == "siren is off although it was switched on"
    await heard.driver.write("siren", True)
    await heard.until(lambda: heard.value("relays") is PointState.NORMAL)


async def test_a_pulse_ends_by_itself_and_that_is_no_fault(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    camera.device.pulses_s["relay-2"] = 10.0
    strobe = {"strobe": {"write": "relay/relay-2", "pulse": "10s"}}
    heard = await heard_of(camera, make, hear, strobe)
    await heard.driver.write("strobe", True)
    camera.device.set_relay("relay-2", False)
    camera.motion(True)  # told after it
    await heard.until(lambda: heard.value("p0") is True)
    assert heard.value("relays") is PointState.NORMAL
    await heard.driver.write("strobe", False)
    assert camera.requests["SetRelayOutputState"] == 1, "it is off, and some refuse to be told so"


@pytest.mark.parametrize(
    ("pulse_s", "section", "words"),
    [
        (None, {"write": "relay/relay-9"}, "no relay 'relay-9'; it has relay-1, relay-2"),
        (None, {"write": "relay/relay-1", "pulse": "10s"}, "does not fall back by itself"),
        (5.0, {"write": "relay/relay-1"}, "falls back by itself after 5 s: write `pulse: 5s`"),
        (5.0, {"write": "relay/relay-1", "pulse": "60s"}, "falls back by itself after 5 s"),
    ],
)
async def test_a_site_file_that_does_not_fit_the_camera_switches_nothing(
    pulse_s: float | None, section: dict[str, Any], words: str, start: Start, make: Make
) -> None:
    """A siren that falls silent after a second, for nobody knows what was set in the camera."""
    camera = await start()
    if pulse_s is not None:
        camera.device.pulses_s["relay-1"] = pulse_s
    driver = make(camera.port, outputs={"siren": section})
    await driver.open()
    with pytest.raises(ConfigFault, match=words.replace("(", r"\(")):
        await driver.write("siren", True)
    assert not any(camera.device.relays.values())
    assert "SetRelayOutputState" not in camera.requests


async def test_a_camera_that_refuses_says_why(
    camera: SimulatedCamera, make: Make, hear: Hear
) -> None:
    heard = await heard_of(camera, make, hear)
    await heard.driver.write("siren", False)
    del camera.device.relays["relay-1"]  # its firmware was updated
    with pytest.raises(DeviceFault, match="the camera refuses: no relay 'relay-1'") as raised:
        await heard.driver.write("siren", True)
    assert raised.value.cause is Cause.DEVICE
    with pytest.raises(ConfigFault, match="no output 'horn' is declared"):
        await heard.driver.write("horn", True)


@pytest.mark.parametrize("write", ["coil/0", "relay/", "relay/a b", "relay-1"])
def test_what_is_no_relay_is_refused_in_words(write: str) -> None:
    with pytest.raises(ValueError, match="is no relay of a camera: write relay/1"):
        config_of(80, outputs={"siren": {"write": write}})
    assert OnvifConfig.model_fields["outputs"]
