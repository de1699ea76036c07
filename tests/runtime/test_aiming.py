"""Turning cameras: what was committed is asked, the last wish counts, and its end is told."""

import asyncio

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.picture_records import AimRecord
from monitord.core.state import State
from monitord.driver import DeviceFault
from monitord.runtime import aiming
from monitord.runtime.aiming import WHY_MAX, Aiming
from monitord.runtime.ledger import Published
from monitord.runtime.workers.frames import Proof
from monitord.vocabulary.aiming import AimProof, AimStage


class Heads:
    """Cameras whose turns end when ``may`` is set, as ``ends`` says."""

    def __init__(self, ends: Proof | DeviceFault = Proof.POSITION) -> None:
        self.ends = ends
        self.asked: list[tuple[str, str, bool]] = []
        self.told: asyncio.Queue[f.AnyFact] = asyncio.Queue()
        self.may = asyncio.Event()
        self.may.set()
        self.desk = Aiming(self.aim, self.told.put_nowait)

    async def aim(self, device: str, preset: str, *, home: bool) -> Proof:
        """As a supervisor does it."""
        self.asked.append((device, preset, home))
        await self.may.wait()
        if isinstance(self.ends, DeviceFault):
            raise self.ends
        return self.ends

    def publish(self, *events: ev.AnyEvent) -> None:
        """These were committed."""
        entry = ev.Entry(1, 1, 1, 0, 0, "test", f.TimePassed(), events)
        self.desk.on_published(Published(entry, True))

    async def heard(self) -> f.CameraAimed:
        """The next that is told."""
        async with asyncio.timeout(5):
            fact = await self.told.get()
        assert isinstance(fact, f.CameraAimed)
        return fact


def turn(preset: str, camera: str = "cam", *, home: bool = False) -> ev.CameraTurned:
    """The core wants this."""
    return ev.CameraTurned(camera=camera, preset=preset, incident=1, priority=2, home=home)


@pytest.mark.parametrize(
    ("proof", "told"),
    [
        (Proof.POSITION, AimProof.POSITION),
        (Proof.PICTURE, AimProof.PICTURE),
        (Proof.NONE, None),
    ],
)
async def test_what_proves_a_turn_is_told(proof: Proof, told: AimProof | None) -> None:
    heads = Heads(proof)
    heads.publish(turn("home", home=True))
    assert await heads.heard() == f.CameraAimed("cam", "home", home=True, proof=told)
    assert heads.asked == [("cam", "home", True)]


async def test_why_it_did_not_is_told_in_words() -> None:
    heads = Heads(DeviceFault("the head is locked " * 99))
    heads.publish(turn("door"))
    told = await heads.heard()
    assert told.why.startswith("the head is locked")
    assert len(told.why) == WHY_MAX
    heads.ends = DeviceFault("")
    heads.publish(turn("door"))
    assert (await heads.heard()).why, "a fault without words is no success"


async def test_a_worker_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aiming, "TURN_S", 0.01)
    heads = Heads()
    heads.may.clear()
    heads.publish(turn("door"))
    assert (await heads.heard()).why == "no answer to the turn within 0.01 s"


async def test_the_last_wish_for_a_camera_counts_and_others_go_on() -> None:
    heads = Heads()
    heads.may.clear()
    heads.publish(turn("door"), turn("gate", "cam-2"))
    await asyncio.sleep(0)
    heads.publish(turn("case"))
    heads.may.set()
    assert {(await heads.heard()).preset, (await heads.heard()).preset} == {"case", "gate"}
    assert heads.told.empty()


async def test_one_that_is_forgotten_is_not_waited_for() -> None:
    heads = Heads()
    heads.may.clear()
    heads.publish(turn("door"))
    await asyncio.sleep(0)
    heads.publish(ev.CameraForgotten(camera="cam"))
    heads.may.set()
    heads.publish(turn("gate", "cam-2"))
    assert (await heads.heard()).preset == "gate"
    assert heads.told.empty()


async def test_a_start_turns_whoever_looked_away_once_more() -> None:
    """Its worker is a new one, and takes the camera to be at home."""
    heads = Heads()
    state = State()
    state.aims["cam"] = AimRecord("cam", "door", 1, 2, 0, AimStage.THERE)
    heads.desk.begin(state)
    assert (await heads.heard()).preset == "door"
    heads.may.clear()
    heads.publish(turn("home", home=True))
    await heads.desk.close()
    assert heads.told.empty()
