"""Pictures for incidents: fetched, kept and told, the urgent ones first, and never waited for."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.driver import DeviceFault
from monitord.runtime import picturing
from monitord.runtime.ledger import Published
from monitord.runtime.picturing import AT_ONCE, Picturing
from monitord.runtime.workers.frames import Seen, Want
from monitord.vocabulary import PictureMoment, Priority
from tests.core.night import Night
from tests.core.test_pictures import site

ALARM, BEFORE = PictureMoment.ALARM, PictureMoment.BEFORE


def seen(jpeg: bytes, age_ms: int = 0) -> Seen:
    """A picture as a worker hands it over."""
    return Seen(0, jpeg, age_ms, 7, "door", False)


class Cameras:
    """What is asked, and what ``answer`` gives for it."""

    def __init__(self, answer: Callable[[str, Want, int], Seen]) -> None:
        self.asked: list[tuple[str, Want, int]] = []
        self.told: list[f.PicturesCame] = []
        self.kept: list[bytes] = []
        self.removed: list[str] = []
        self.settled: list[str] = []
        self.swept = 0
        self.gone: list[f.PictureRemoved] = []
        self.may = asyncio.Event()
        self.may.set()
        self._answer = answer
        self.state = State()
        self.searched: list[tuple[str, int, int]] = []
        self.lacks: list[tuple[int, int]] | DeviceFault = []
        self.found = asyncio.Event()
        self.found.set()
        self.desk = Picturing(lambda: self.state, self.look, self, self._tell, self.search)

    async def look(self, camera: str, want: Want, back: int) -> Seen:
        """As a supervisor does it."""
        self.asked.append((camera, want, back))
        await self.may.wait()
        return self._answer(camera, want, back)

    def keep(self, jpeg: bytes) -> str:
        """As the store does it."""
        self.kept.append(jpeg)
        return f"sha of {jpeg.decode()}"

    def remove(self, name: str) -> bool:
        """As the store does it; what is called so cannot be taken away."""
        self.removed.append(name)
        return name != "stuck"

    async def search(self, camera: str, from_ms: int, until_ms: int) -> list[tuple[int, int]]:
        """What it did not record: ``lacks``, or a fault of that name."""
        self.searched.append((camera, from_ms, until_ms))
        await self.found.wait()
        if isinstance(self.lacks, DeviceFault):
            raise self.lacks
        return self.lacks

    def settle(self, name: str) -> None:
        """As the store does it."""
        self.settled.append(name)

    def sweep(self, on_record: Collection[str]) -> None:
        """As the store does it."""
        self.swept += 1

    def _tell(self, fact: f.AnyFact) -> None:
        if isinstance(fact, f.PictureRemoved):
            self.gone.append(fact)
        else:
            assert isinstance(fact, f.PicturesCame)
            self.told.append(fact)

    def publish(self, *events: ev.AnyEvent, fact: f.AnyFact | None = None) -> None:
        """These were committed."""
        entry = ev.Entry(1, 1, 1, 0, 0, "test", fact or f.TimePassed(), events)
        self.desk.on_published(Published(entry, True))

    async def told_of(self, count: int) -> list[f.PicturesCame]:
        """Wait for so many."""
        async with asyncio.timeout(5):
            while len(self.told) < count:
                await asyncio.sleep(0)
        return self.told


def ask(camera: str, *moments: PictureMoment, incident: int = 1) -> ev.PicturesAsked:
    """The core wants these."""
    return ev.PicturesAsked(incident=incident, camera=camera, moments=moments)


def by_name(camera: str, want: Want, back: int) -> Seen:
    """A picture that says what it is; of the time before there are two."""
    if want is Want.BEFORE and back > 2:
        raise DeviceFault("there is no earlier picture")
    return seen(f"{camera} {want} {back}".encode(), back * 10_000)


async def test_g5_the_picture_of_now_is_told_first_and_what_was_before_it_is_kept_too() -> None:
    """Memory first, for the ring goes on turning; then the one that a guard waits for."""
    cameras = Cameras(by_name)
    cameras.publish(ask("cam", ALARM, BEFORE))
    now, before = await cameras.told_of(2)
    assert [want for _, want, _ in cameras.asked] == [Want.BEFORE, Want.BEFORE, Want.NOW]
    assert (now.moment, [shot.sha256 for shot in now.shots]) == (ALARM, ["sha of cam now 0"])
    assert before.moment is BEFORE
    assert [shot.age_ms // 10_000 for shot in before.shots] == [1, 2]
    assert (now.shots[0].size, now.shots[0].device_ms, now.shots[0].preset) == (9, 7, "door")


async def test_why_there_is_no_picture_is_told_in_words() -> None:
    """The guard reads it in place of the picture."""

    def dead(camera: str, want: Want, back: int) -> Seen:
        raise DeviceFault("it refuses our password " + "x" * 500)

    cameras = Cameras(dead)
    cameras.publish(ask("cam", ALARM, BEFORE))
    for one in await cameras.told_of(2):
        assert not one.shots
        assert one.why.startswith("it refuses our password")
        assert len(one.why) == picturing.WHY_MAX


async def test_what_the_disk_does_not_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs the picture, and nobody believes that there is one."""
    cameras = Cameras(by_name)

    def full(jpeg: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cameras, "keep", full)
    cameras.publish(ask("cam", ALARM))
    [one] = await cameras.told_of(1)
    assert one.why == "the picture could not be kept: No space left on device"


async def test_a_camera_that_hangs_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are fetched meanwhile, and this one is told."""
    monkeypatch.setattr(picturing, "LOOK_S", 0.01)
    cameras = Cameras(by_name)
    cameras.may.clear()
    cameras.publish(ask("cam", ALARM))
    [one] = await cameras.told_of(1)
    assert one.why == "no picture within 0.01 s"


async def test_the_more_urgent_is_fetched_first_and_too_many_are_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten alarms at once queue by priority; in a flood the least urgent are given up in words."""
    monkeypatch.setattr(picturing, "AT_ONCE", 1)
    monkeypatch.setattr(picturing, "WAITING_MAX", 3)
    cameras = Cameras(by_name)
    for number, priority in enumerate((3, 4, 1, 2, 4), start=1):
        cameras.state.incidents[number] = _incident(number, Priority(priority))
    cameras.may.clear()
    cameras.publish(ask("cam-0", ALARM, incident=1))
    await asyncio.sleep(0)
    cameras.publish(*(ask(f"cam-{number}", ALARM, incident=number) for number in (2, 3, 4, 5)))
    cameras.may.set()
    told = await cameras.told_of(5)
    assert [(one.camera, one.why) for one in told] == [
        ("cam-5", picturing.TOO_MANY),
        ("cam-0", ""),
        ("cam-3", ""),
        ("cam-4", ""),
        ("cam-2", ""),
    ]


async def test_a_bug_of_ours_costs_one_picture() -> None:
    """The next one is fetched."""

    def broken(camera: str, want: Want, back: int) -> Seen:
        if camera == "cam-1":
            raise KeyError(camera)
        return by_name(camera, want, back)

    cameras = Cameras(broken)
    cameras.publish(ask("cam-1", ALARM), ask("cam-2", ALARM))
    first, second = sorted(await cameras.told_of(2), key=lambda one: one.camera)
    assert first.why == "monitord itself failed to fetch it"
    assert second.shots


async def test_a_start_fetches_what_never_came_and_a_stop_leaves_it() -> None:
    """kill -9 between the question and the picture."""
    night = Night(site())
    night.opens("east.pir")
    cameras = Cameras(by_name)
    cameras.state = night.state
    cameras.desk.begin(night.state)
    await cameras.told_of(4)
    assert {(one.camera, one.moment) for one in cameras.told} == {
        (camera, moment) for camera in ("cam-1", "cam-2") for moment in (ALARM, BEFORE)
    }
    cameras.may.clear()
    cameras.publish(ask("cam-3", ALARM))
    await cameras.desk.close()
    assert len(cameras.told) == 4
    assert not cameras.desk.waiting


async def test_t3_8_a_picture_at_its_end_is_taken_away_and_that_is_told() -> None:
    """Once for each file: what two pictures share goes with the last of them."""
    night = Night(site())
    night.opens("east.pir")
    for camera, name in (("cam-1", "aa"), ("cam-2", "aa")):
        shots = (f.Shot(name, 9),)
        night.feed(f.PicturesCame(incident=1, camera=camera, moment=ALARM, shots=shots))
    cameras = Cameras(by_name)
    cameras.state = night.state
    night.state.pictures[1].expired = True
    cameras.publish(ev.PictureExpired(picture=1, sha256="aa"))
    cameras.publish(ev.PictureExpired(picture=9, sha256="stuck"))
    async with asyncio.timeout(5):
        while len(cameras.gone) < 2:
            await asyncio.sleep(0)
    assert [(one.picture, bool(one.error)) for one in cameras.gone] == [(1, False), (9, True)]
    assert cameras.removed == ["stuck"]
    night.state.pictures[2].expired = True
    cameras.desk.begin(night.state)
    async with asyncio.timeout(5):
        while len(cameras.gone) < 4:
            await asyncio.sleep(0)
    assert cameras.removed == ["stuck", "aa", "aa"], "a start goes on with what was not done"
    assert cameras.swept == 1
    await cameras.desk.close()


async def test_a_picture_that_is_just_being_kept_is_not_taken_away() -> None:
    """A frozen camera gives the same bytes for days: the old record goes, and the file stays."""
    cameras = Cameras(by_name)
    cameras.publish(ask("cam", ALARM))
    [came] = await cameras.told_of(1)
    name = came.shots[0].sha256
    over = ev.PictureExpired(picture=1, sha256=name)
    cameras.publish(over)
    kept = ev.PictureKept(
        picture=2,
        incident=1,
        camera="cam",
        moment=ALARM,
        sha256=name,
        size=9,
        taken_utc_ms=0,
    )
    async with asyncio.timeout(5):
        while not cameras.gone:
            await asyncio.sleep(0)
    assert (cameras.removed, bool(cameras.gone[0].error)) == ([], True)
    cameras.publish(kept, over, fact=came)
    async with asyncio.timeout(5):
        while len(cameras.gone) < 2:
            await asyncio.sleep(0)
    assert cameras.removed == [name], "now it is no news any more"


async def test_what_goes_keeps_no_look_waiting() -> None:
    """A thousand pictures reach their end at once, and somebody breaks in."""
    cameras = Cameras(by_name)
    cameras.publish(*(ev.PictureExpired(picture=n, sha256=f"{n}") for n in range(1, 1_000)))
    cameras.publish(ask("cam", ALARM))
    [one] = await cameras.told_of(1)
    assert one.shots
    assert len(cameras.gone) < 999, "those are still being taken away"
    await cameras.desk.close()


def _incident(number: int, priority: Priority) -> Any:
    night = Night(site())
    night.opens("east.pir")
    incident = night.incident()
    incident.number, incident.priority = number, priority
    return incident


FOOTAGE = PictureMoment.FOOTAGE


def searches(camera: str, *moments: PictureMoment) -> ev.PicturesAsked:
    asked = ask(camera, FOOTAGE, *moments)
    return msgspec.structs.replace(asked, from_utc_ms=10, until_utc_ms=20)


async def test_i1_the_recording_is_asked_for_the_span_of_the_alarm() -> None:
    cameras = Cameras(by_name)
    cameras.lacks = [(12, 14)]
    cameras.publish(searches("cam"))
    (told,) = await cameras.told_of(1)
    assert cameras.searched == [("cam", 10, 20)]
    assert (told.moment, told.missing, told.why, told.shots) == (FOOTAGE, ((12, 14),), "", ())


async def test_that_a_recording_cannot_be_asked_is_told_as_not_known() -> None:
    """Law 4: no answer is no footage that is there."""
    cameras = Cameras(by_name)
    cameras.lacks = DeviceFault("what it records cannot be searched")
    cameras.publish(searches("cam"))
    (told,) = await cameras.told_of(1)
    assert (told.missing, told.why) == ((), "what it records cannot be searched")


async def test_no_picture_waits_for_a_search() -> None:
    """A recorder may take its time."""
    cameras = Cameras(by_name)
    cameras.found.clear()
    for number in range(AT_ONCE + 1):
        cameras.publish(searches(f"cam-{number}", ALARM))
    told = await cameras.told_of(AT_ONCE + 1)
    assert {one.moment for one in told} == {ALARM}
    cameras.found.set()
    assert len(await cameras.told_of(2 * AT_ONCE + 2)) == 2 * AT_ONCE + 2
    await cameras.desk.close()


async def test_a_search_that_hangs_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picturing, "FOOTAGE_S", 0.0)
    cameras = Cameras(by_name)
    cameras.found.clear()
    cameras.publish(searches("cam"))
    (told,) = await cameras.told_of(1)
    assert told.why == "no answer within 0 s"


async def test_only_so_many_searches_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picturing, "SEARCHES_MAX", 1)
    cameras = Cameras(by_name)
    cameras.found.clear()
    cameras.publish(searches("cam-1"), searches("cam-2"))
    (told,) = await cameras.told_of(1)
    assert (told.camera, told.why) == ("cam-2", picturing.TOO_MANY)
    await cameras.desk.close()
