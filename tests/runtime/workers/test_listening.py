"""A device that speaks first, in a worker: receipts, back-pressure and silence as in the daemon."""

import asyncio
import itertools
from pathlib import Path
from typing import Any

import pytest

from monitord.core.facts import AnyFact, PointChanged
from monitord.driver import Reading
from monitord.runtime.ledger import Answer
from monitord.runtime.receipts import Receipt
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.speaking import Mouth
from monitord.vocabulary import Cause
from tests.runtime.workers.house import House, folder_of, live, site_with

SPEAKER = """
import asyncio
import itertools
from pathlib import Path

from pydantic import BaseModel

from monitord.driver import Driver, Emit, Reading


class Section(BaseModel):
    says: str = "changes"
    note: str


class PointSection(BaseModel):
    pass


class Speaker(Driver[Section]):
    Config = Section
    PointConfig = PointSection
    silence_ms = 1_000

    async def listen(self, emit: Emit) -> None:
        await getattr(self, self.config.says)(emit)

    async def changes(self, emit):
        value, told = True, []
        while True:
            told.append(asyncio.create_task(emit([Reading("p", value)])))
            value = not value
            done = [task for task in told if task.done()]
            stored = sum(task.result() for task in done)
            Path(self.config.note).write_text(f"{len(told)} {len(done)} {stored}")
            await asyncio.sleep(0.01)

    async def lies(self, emit):
        await emit([{"point": "p"}])
        await asyncio.sleep(60)

    async def strays(self, emit):
        await emit([Reading("another.point", True)])
        await asyncio.sleep(60)

    async def sleeps(self, emit):
        await emit([Reading("p", False)])
        await asyncio.sleep(60)


DRIVER = Speaker
"""


class Disk:
    """An engine's receipts: held back until ``answer`` says what became of the facts."""

    def __init__(self) -> None:
        self.given: list[AnyFact] = []
        self.waiting: list[Receipt] = []
        self.stored: bool | None = None

    def give(self, fact: AnyFact) -> Receipt:
        """Queue a fact."""
        receipt: Receipt = asyncio.get_running_loop().create_future()
        self.given.append(fact)
        self.waiting.append(receipt)
        self._settle()
        return receipt

    def knows(self, fact: AnyFact) -> bool:
        """No key was used before."""
        return False

    def answer(self, *, stored: bool | None) -> None:
        """From now on facts are stored, or declared not to be, or wait."""
        self.stored = stored
        self._settle()

    def _settle(self) -> None:
        while self.waiting and self.stored is not None:
            receipt = self.waiting.pop(0)
            if not receipt.done():
                receipt.set_result(Answer("", "", "1.1", stored=self.stored))


def house(path: Path, disk: Disk, says: str) -> House:
    folder = folder_of(path, speaker=SPEAKER)
    config = {"says": says, "note": str(path / "note")}
    return House(site_with(panel={"driver": "speaker", "config": config}), folder, receipts=disk)


def counts(path: Path) -> tuple[int, int, int]:
    """What the driver has begun to emit, what it had an answer to, and how often that was True."""
    words = (path / "note").read_text().split() if (path / "note").exists() else []
    return (int(words[0]), int(words[1]), int(words[2])) if len(words) == 3 else (0, 0, 0)


def test_receipts_come_when_it_is_stored_and_the_driver_waits_for_them(tmp_path: Path) -> None:
    """While the disk hangs no more than a few frames are under way; then all is told in order."""
    disk = Disk()

    async def story(house: House) -> None:
        await house.until(lambda: counts(tmp_path)[0] > 3 * f.EMITS_MAX, "much is to be said")
        assert counts(tmp_path)[1:] == (0, 0), "nothing is answered before it is stored"
        assert 1 <= len(disk.given) <= f.EMITS_MAX
        disk.answer(stored=False)
        await house.until(lambda: counts(tmp_path)[1] > f.EMITS_MAX, "it hears that it is not")
        assert counts(tmp_path)[2] == 0
        disk.answer(stored=True)
        await house.until(lambda: counts(tmp_path)[2] > 50, "and then that it is")
        states = [str(fact.state) for fact in disk.given if isinstance(fact, PointChanged)]
        assert len(states) > 50
        assert all(one != other for one, other in itertools.pairwise(states))
        assert house.down("speaker") == []

    live(lambda: house(tmp_path, disk, "changes"), story)


@pytest.mark.parametrize(
    ("says", "words"), [("lies", "a dict that is no reading"), ("strays", "another.point")]
)
def test_who_says_what_is_no_reading_is_told_and_begun_anew(
    tmp_path: Path, says: str, words: str
) -> None:
    disk = Disk()
    disk.answer(stored=True)

    async def story(house: House) -> None:
        await house.until(lambda: words in house.vitals("panel").detail, "it is told")
        assert house.vitals("panel").cause is Cause.DRIVER
        assert house.down("speaker") == []

    live(lambda: house(tmp_path, disk, says), story)


def test_who_falls_silent_is_lost_and_its_worker_stays(tmp_path: Path) -> None:
    disk = Disk()
    disk.answer(stored=True)

    async def story(house: House) -> None:
        await house.until(lambda: house.lost("panel"), "it is lost")
        assert "nothing heard for 1000 ms" in house.lost("panel")[0].detail
        assert house.down("speaker") == []

    live(lambda: house(tmp_path, disk, "sleeps"), story)


def mouth(said: list[f.Emitted], *, can_wait: bool = True) -> Mouth:
    return Mouth(1, "odd", said.append, can_wait=can_wait)


async def test_a_long_list_goes_in_parts_and_is_stored_when_all_parts_are() -> None:
    said: list[f.Emitted] = []
    speaking = mouth(said)
    task = asyncio.create_task(speaking.emit([Reading("p", n) for n in range(300)]))
    await asyncio.sleep(0)
    assert [len(part.readings) for part in said] == [125, 125, 50]
    for part, stored in zip(said, (True, True, False), strict=True):
        speaking.receipt(part.emit, stored=stored)
    assert await task is False


async def test_what_cannot_wait_is_told_no_more_beyond_a_bound() -> None:
    said: list[f.Emitted] = []
    speaking = mouth(said, can_wait=False)
    waiting: list[Any] = [asyncio.create_task(speaking.emit([])) for _ in range(1_000)]
    await asyncio.sleep(0)
    assert await speaking.emit([]) is False
    assert len(said) == f.EMITS_MAX
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
