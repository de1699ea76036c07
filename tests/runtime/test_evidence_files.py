"""T3.8: what the record says of pictures and what lies on the disk are the same, whatever came."""

import asyncio
import hashlib
from pathlib import Path

from msgspec import structs

from monitord.core import evidence
from monitord.core import facts as f
from monitord.driver import DeviceFault
from monitord.pictures.store import PictureStore
from monitord.runtime.ledger import Published
from monitord.runtime.picturing import Picturing
from monitord.runtime.workers.frames import Seen, Want
from monitord.vocabulary import PictureMoment, Proof
from tests.core.night import Events, Night
from tests.core.sites import HOUR, MIN
from tests.core.test_evidence import KEPT, closed
from tests.core.test_holds import DAY, WHY, with_managers
from tests.core.test_pictures import site

ROOM = 100_000_000


class House(Night):
    """A night whose pictures lie in a folder: each entry is published as the engine does it."""

    def __init__(self, folder: Path) -> None:
        self.store = PictureStore(folder)
        self.folder = folder / "evidence"
        self.shown = 0
        self.stored = True
        self.desk: Picturing | None = None
        super().__init__(structs.replace(with_managers(site(cameras=1)), pictures_bytes=ROOM))
        self.desk = self._desk()

    def _desk(self) -> Picturing:
        return Picturing(lambda: self.state, self.look, self.store, self._offer, self.search)

    async def look(self, camera: str, want: Want, back: int) -> Seen:
        """A picture that is like no other; none of the time before."""
        if want is Want.BEFORE:
            raise DeviceFault("there is no earlier picture")
        self.shown += 1
        return Seen(0, f"picture {self.shown}".encode(), 0, None, "", False)

    async def search(self, camera: str, from_ms: int, until_ms: int) -> list[tuple[int, int]]:
        """It records nothing."""
        return []

    def _offer(self, fact: f.AnyFact) -> None:
        self.feed(fact)

    def feed(self, fact: f.AnyFact) -> Events:
        """Step it, and publish what came of it."""
        entries = len(self.journal)
        events = super().feed(fact)
        if self.desk is not None:
            for entry in self.journal[entries:]:
                self.desk.on_published(Published(entry, self.stored))
        return events

    def files(self, *, fresh: bool = False) -> set[str]:
        """The names of what lies there."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.name for path in found if (path.parent.name == "fresh") is fresh}

    async def until_idle(self) -> None:
        """Everything that was asked for has come, and every file was seen to."""
        async with asyncio.timeout(20):
            assert self.desk is not None
            while self.desk.busy:
                await asyncio.sleep(0)

    async def alarms(self) -> str:
        """An incident with one picture, closed; the name of its file."""
        self.after(20 * MIN)
        self.opens("east.pir")
        await self.until_idle()
        closed(self, self.state.incidents_opened)
        await self.until_idle()
        return named(self.shown)

    def again(self) -> None:
        """Killed and started: what was only in memory is gone."""
        self.desk = self._desk()
        self.desk.begin(self.state)


def named(number: int) -> str:
    """The name of the file of the picture that was shown so many times."""
    return hashlib.sha256(f"picture {number}".encode()).hexdigest()


async def test_t3_8_after_its_time_the_file_is_gone_and_that_is_on_record(tmp_path: Path) -> None:
    house = House(tmp_path)
    name = await house.alarms()
    assert house.files() == {name}
    house.after(KEPT + DAY)
    await house.until_idle()
    assert house.files() == set()
    assert house.state.pictures == {}, "PictureDeleted"


async def test_t3_8_the_file_of_what_is_held_stays_until_it_is_released(tmp_path: Path) -> None:
    house = House(tmp_path)
    name = await house.alarms()
    until = house.state.utc_ms(house.now_ms) + 60 * DAY
    house.feed(
        f.HoldEvidence(incident=1, until_utc_ms=until, reason=WHY, by="max", proof=Proof.PIN)
    )
    house.after(50 * DAY)
    await house.until_idle()
    assert house.files() == {name}
    house.feed(f.ReleaseEvidence(incident=1, by="max", proof=Proof.PIN))
    house.after(1)
    await house.until_idle()
    assert house.files() == set()


async def test_what_makes_room_is_gone_from_the_disk_too(tmp_path: Path) -> None:
    """The record says that the first was large: the next one takes its place."""
    house = House(tmp_path)
    name = await house.alarms()
    house.state.pictures[1].size = ROOM
    second = await house.alarms()
    assert house.files() == {second} != {name}


async def test_what_is_refused_for_want_of_room_leaves_no_file(tmp_path: Path) -> None:
    house = House(tmp_path)
    name = await house.alarms()
    house.state.pictures[1].size = ROOM
    until = house.state.utc_ms(house.now_ms) + 60 * DAY
    house.feed(
        f.HoldEvidence(incident=1, until_utc_ms=until, reason=WHY, by="max", proof=Proof.PIN)
    )
    house.after(HOUR)
    house.opens("east.pir")
    await house.until_idle()
    assert house.shown == 2
    assert house.files() | house.files(fresh=True) == {name}


async def test_what_a_crash_left_on_no_record_is_swept_at_the_next_start(tmp_path: Path) -> None:
    """And nothing else: pictures of a journal that was lost are no leftovers."""
    house = House(tmp_path)
    known = await house.alarms()
    unknown = PictureStore(tmp_path).keep(b"killed before its entry")
    lost = PictureStore(tmp_path).keep(b"of a journal that was lost")
    PictureStore(tmp_path).settle(lost)
    assert house.files(fresh=True) == {unknown}
    house.again()
    await house.until_idle()
    assert house.files() == {known, lost}
    assert house.files(fresh=True) == set()


async def test_what_is_not_stored_yet_stays_fresh_and_is_settled_by_the_next_start(
    tmp_path: Path,
) -> None:
    """The disk of the journal hangs: whether the entry will ever be there is not known yet."""
    house = House(tmp_path)
    house.stored = False
    name = await house.alarms()
    assert (house.files(), house.files(fresh=True)) == (set(), {name})
    house.again()
    await house.until_idle()
    assert (house.files(), house.files(fresh=True)) == ({name}, set())
    assert house.store.get(name) is not None


async def test_a_picture_is_not_kept_before_the_leftovers_are_gone(tmp_path: Path) -> None:
    """A frozen camera shows the bytes that a crash left: the sweep would take the new ones away."""
    house = House(tmp_path)
    first = f.PicturesCame(incident=1, camera="cam-1", moment=PictureMoment.ALARM)
    assert house.store.keep(b"picture 1") == named(1)
    house.again()
    house.opens("east.pir")
    await house.until_idle()
    assert house.files() == {named(1)}
    assert house.feed(first) == ()
    assert evidence.has_room(house.state, ())
