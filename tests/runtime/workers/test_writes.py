"""Outputs of devices in workers: switched, refused, or not known; never lost on the way."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from monitord.runtime.writing import UNKNOWN
from tests.runtime.workers.house import House, folder_of, live, site_with, with_isolate
from tests.runtime.workers.test_listening import Disk

#: Notes each write; ``first`` names what becomes of the first one.
WRITER = """
import asyncio
import os
from pathlib import Path

from pydantic import BaseModel

from monitord.driver import Cause, DeviceFault, Driver, Reading


class Section(BaseModel):
    note: str
    first: str = "done"


class PointSection(BaseModel):
    pass


class Writer(Driver[Section]):
    Config = Section
    PointConfig = PointSection
    silence_ms = 2_000

    async def write(self, output, value):
        note = Path(self.config.note)
        before = note.read_text() if note.exists() else ""
        note.write_text(f"{before}{output}={value} ")
        if not before:
            await getattr(self, self.config.first)()

    async def done(self):
        pass

    async def refused(self):
        raise DeviceFault("the relay is locked", Cause.DEVICE)

    async def dies(self):
        os._exit(3)

    async def hangs(self):
        await asyncio.sleep(60)


class Speaker(Writer):
    async def listen(self, emit):
        while True:
            await emit([Reading("p", False)])
            await asyncio.sleep(0.05)


class Polled(Writer):
    async def poll(self):
        return [False for _ in self.points()]
"""
DRIVERS = {name: f"{WRITER}\nDRIVER = {name.title()}\n" for name in ("speaker", "polled")}

both = pytest.mark.parametrize("driver", DRIVERS)


def house_of(
    tmp_path: Path, driver: str, first: str = "done", isolate: bool = True
) -> Callable[[], House]:
    """A device with one output, ``siren``, whose writes stand in ``tmp_path / "note"``."""
    disk = Disk()
    disk.answer(stored=True)
    config = {"note": str(tmp_path / "note"), "first": first}
    site = site_with(a={"driver": driver, "config": config})
    folder = folder_of(tmp_path, **DRIVERS)
    return lambda: House(with_isolate(site, "a", isolate), folder, receipts=disk)


async def answer(house: House, value: bool) -> str:
    """What is told of switching the siren."""
    told = asyncio.Event()
    words: list[str] = []
    house.supervisor.switch("a", "siren", value, lambda why: (words.append(why), told.set())[0])
    async with asyncio.timeout(40):
        await told.wait()
    return words[0]


def written(tmp_path: Path) -> list[str]:
    note = tmp_path / "note"
    return note.read_text().split() if note.exists() else []


@both
@pytest.mark.parametrize("isolate", [True, False])
def test_a_wish_of_a_start_is_done_once_the_device_is_there(
    tmp_path: Path, driver: str, isolate: bool
) -> None:
    """Nothing is known of the driver yet when it is wished for."""

    async def story(house: House) -> None:
        assert await answer(house, True) == ""
        assert await answer(house, False) == ""
        assert written(tmp_path)[-2:] == ["siren=True", "siren=False"]

    live(house_of(tmp_path, driver, isolate=isolate), story)


@both
def test_a_refusal_is_told_and_costs_nothing_else(tmp_path: Path, driver: str) -> None:
    async def story(house: House) -> None:
        assert await answer(house, True) == "the relay is locked"
        assert await answer(house, True) == ""
        assert written(tmp_path) == ["siren=True"] * 2
        assert house.vitals("a").errors == 0

    live(house_of(tmp_path, driver, "refused"), story)


@both
@pytest.mark.parametrize("first", ["dies", "hangs"])
def test_a_write_without_an_answer_is_not_known_and_not_lost(
    tmp_path: Path, driver: str, first: str
) -> None:
    """The worker dies, or nothing is heard, between the write and its answer."""

    async def story(house: House) -> None:
        why = await answer(house, True)
        retried = len(written(tmp_path)) >= 2  # its connection was made anew, and so was the wish
        assert why == "" if retried else why.startswith(UNKNOWN)
        again = await answer(house, True)
        assert again == "", "whoever wished may wish again, and is answered"
        assert set(written(tmp_path)) == {"siren=True"}
        assert len(written(tmp_path)) >= 2

    live(house_of(tmp_path, driver, first), story)


def test_what_was_wished_for_holds_over_a_loss(tmp_path: Path) -> None:
    """A device that speaks first may have lost power: its outputs are written again."""

    async def story(house: House) -> None:
        assert await answer(house, True) == ""
        before = len(written(tmp_path))
        house.kill("a")
        await house.until(lambda: len(written(tmp_path)) > before, "it is written again")
        assert set(written(tmp_path)) == {"siren=True"}

    live(house_of(tmp_path, "speaker"), story)
