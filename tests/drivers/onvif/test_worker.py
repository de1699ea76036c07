"""A camera in a worker of its own process, as in use: heard, seen, lost and found again."""

import socket
from pathlib import Path
from typing import Any

from monitord.core.facts import PointChanged
from monitord.core.site import Device, Site
from monitord.runtime.workers.frames import Proof, Want
from monitord.runtime.workers.limits import Limits
from monitord.vocabulary import Kind, PointState
from monitord_drivers.onvif import OnvifDriver
from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera
from tests.drivers.onvif.conftest import config_of
from tests.runtime.supervised import point_of
from tests.runtime.workers.house import House, folder_of, live
from tests.runtime.workers.test_listening import Disk

OUTPUTS = {"siren": {"write": "relay/relay-1"}}
LIMITS = Limits(look_s=0.1, start_s=20.0)


def site_of(port: int) -> Site:
    """One camera with motion and its own points."""
    own = [point.id for point in OnvifDriver.own_points(config_of(port, outputs=OUTPUTS))]
    setups: dict[str, Any] = {"motion": {"config": {"read": "motion"}}}
    setups |= {name: {"config": None} for name in (*own, "picture")}
    points = {
        f"cam.{name}": point_of(
            f"cam.{name}", "cam", Kind.MOTION if name == "motion" else Kind.EVENT, **setup
        )
        for name, setup in setups.items()
    }
    setup = {
        "address": f"http://127.0.0.1:{port}",
        "timeout_ms": 20_000,
        "isolate": True,
        "pictures": {"every_ms": 200},
        "config": {
            "user": USER,
            "password": {"credential": "camera"},
            "outputs": OUTPUTS,
        },
    }
    device = Device("cam", "cam", "onvif", ("hall",), tuple(points), setup=setup, silence_ms=8_000)
    return Site(id="test", devices={"cam": device}, points=points)


def changes(disk: Disk, point: str) -> list[PointState]:
    return [
        fact.state for fact in disk.given if isinstance(fact, PointChanged) and fact.point == point
    ]


def test_a_camera_is_heard_seen_lost_and_found_again(tmp_path: Path) -> None:
    folder, disk = folder_of(tmp_path), Disk()
    disk.answer(stored=True)
    camera = SimulatedCamera("vault")
    with socket.create_server(("127.0.0.1", 0)) as server:  # it comes up later, on that port
        port = int(server.getsockname()[1])

    async def story(house: House) -> None:
        await camera.start(port)
        await house.until(lambda: PointState.NORMAL in changes(disk, "cam.stream"), "health")
        camera.motion(True)
        await house.until(lambda: PointState.ACTIVE in changes(disk, "cam.motion"), "motion")
        seen = await house.supervisor.look("cam", Want.NOW)
        assert seen.jpeg.startswith(b"\xff\xd8\xff")
        assert seen.device_ms is not None
        small = await house.supervisor.look("cam", Want.SMALL)
        assert len(small.jpeg) < len(seen.jpeg)
        oldest_ms = camera.device.recording.from_ms
        missing = await house.supervisor.footage("cam", oldest_ms - 60_000, oldest_ms + 60_000)
        assert [begin for begin, _ in missing] == [oldest_ms - 60_000]
        told: list[str] = []
        house.supervisor.switch("cam", "siren", True, told.append)
        await house.until(lambda: told, "it is switched")
        assert (told, camera.device.relays["relay-1"]) == ([""], True)
        assert await house.supervisor.aim("cam", "door", home=False) is Proof.POSITION
        assert (await house.supervisor.look("cam", Want.NOW)).preset == "door"
        assert camera.device.head.at_preset == "door"
        assert await house.supervisor.aim("cam", "home", home=True) is Proof.POSITION
        await camera.unplug()
        await house.until(lambda: house.lost("cam"), "it is lost")
        returned = house.returned("cam")
        await camera.plug_in()
        await house.until(lambda: house.returned("cam") > returned, "it is back")
        assert len(camera.device.pull_points) == 1
        await house.until(lambda: camera.device.relays["relay-1"], "it lost power: on again")
        await camera.stop()

    site = site_of(port)
    read = {"camera": PASSWORD}.__getitem__
    house = live(lambda: House(site, folder, LIMITS, disk, read), story)
    assert house.down("onvif") == []
    assert PASSWORD not in f"{house.told} {house.logged} {disk.given}"
