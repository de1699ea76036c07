"""Workers over a reload, on a shared line, and at the end; and what stands in them."""

import asyncio
import os
from pathlib import Path

import pytest
from msgspec import structs

from monitord.core.site import Site
from monitord.runtime.workers.parties import parties_of
from tests.runtime.workers.house import (
    DRIVER,
    POLL_MS,
    House,
    folder_of,
    live,
    registry,
    site_with,
    with_isolate,
)

SECRET = "s3cret-of-panel-a"

#: Notes who connects, and who reads it.
LINE = (
    DRIVER
    + """

class Bus:
    async def close(self):
        Path(self.note).open("a").write("closed ")


class OnABus(Odd):
    @classmethod
    async def connect(cls, address):
        bus = Bus()
        bus.note = address
        Path(address).open("a").write("connected ")
        return bus

    async def open(self, line=None):
        assert type(line) is Bus


DRIVER = OnABus
"""
)


def pids(note: Path) -> set[str]:
    """The processes that polled, by the note that they leave."""
    return set(note.read_text().split()) if note.exists() else set()


def without(site: Site, device: str) -> Site:
    devices = {name: one for name, one in site.devices.items() if name != device}
    points = {name: one for name, one in site.points.items() if one.device != device}
    return structs.replace(site, devices=devices, points=points)


def test_a_reload_of_one_device_begins_that_one_anew_and_no_worker(tmp_path: Path) -> None:
    notes = {name: tmp_path / name for name in "abc"}
    config = {name: {"config": {"note": str(notes[name])}} for name in notes}
    both = site_with(**config)
    folder = folder_of(tmp_path)

    async def story(house: House) -> None:
        for name in "ab":
            await house.polled(name)
        changed = site_with(a=config["a"], b={**config["b"], "poll_ms": 2 * POLL_MS}, c=config["c"])
        await house.supervisor.adopt(changed)
        for name in "abc":
            await house.polled(name)
        assert house.returned("a") == 1
        assert house.returned("b") == 2
        assert house.vitals("a").errors == 0
        assert {house.vitals(name).worker for name in "abc"} == {"odd-1"}
        [pid] = pids(notes["a"])
        assert pids(notes["b"]) == pids(notes["c"]) == {pid}
        await house.supervisor.adopt(with_isolate(changed, "b", False))
        await house.polled("b")
        assert house.vitals("b").worker == ""
        assert pids(notes["b"]) == {pid, str(os.getpid())}
        await house.supervisor.adopt(site_with(inside={"driver": "calm"}))
        await house.until(lambda: not alive(int(pid)), "a worker of nobody is ended")

    live(lambda: House(without(both, "c"), folder), story)


def alive(pid: int) -> bool:
    """Whether the process is there, and no zombie."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_a_line_stands_in_one_worker_and_is_closed_when_its_devices_leave(tmp_path: Path) -> None:
    bus = tmp_path / "bus"
    folder = folder_of(tmp_path, bus=LINE)
    units = {name: {"driver": "bus", "address": str(bus)} for name in ("u1", "u2", "u3")}
    site = site_with(**units, inside={"driver": "calm"})

    async def story(house: House) -> None:
        for name in units:
            await house.polled(name)
        assert bus.read_text().split() == ["connected"]
        await house.supervisor.adopt(site_with(u1=units["u1"], u2=units["u2"]))
        await house.polled("u1")
        await house.until(lambda: bus.read_text().split() == ["connected", "closed", "connected"],
                          "the line is laid anew")  # fmt: skip
        assert house.down("bus") == []

    live(lambda: House(site, folder), story)


def test_a_secret_stands_in_no_argument_and_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does what the daemon is told of its own: folders and sockets stay with it."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", f"/run/credentials/{SECRET}")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    state = tmp_path / "state"
    state.mkdir()
    held = (state / "journal").open("w")
    note = tmp_path / "note"
    folder = folder_of(tmp_path)
    config = {"note": str(note), "address": SECRET}

    async def story(house: House) -> None:
        await house.polled("a")
        [pid] = pids(note)
        proc = Path("/proc") / pid
        seen = (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
        assert SECRET.encode() not in seen
        assert str(state).encode() not in seen
        opened = {str(fd.readlink()) for fd in (proc / "fd").iterdir()}
        assert not [path for path in opened if path.startswith(str(state))]
        assert (proc / "cwd").readlink() == Path("/")
        limits = (proc / "limits").read_text()
        assert "Max core file size        0 " in limits

    live(lambda: House(site_with(a={"config": config}), folder), story)
    held.close()


def test_a_stop_leaves_nothing_behind_though_a_driver_blocks(tmp_path: Path) -> None:
    note = tmp_path / "note"
    folder = folder_of(tmp_path)
    site = site_with(a={"config": {"note": str(note), "do": "block"}})

    async def story(house: House) -> None:
        await house.until(lambda: len(note.read_text().split()) >= 2 if note.exists() else False,
                          "it was polled")  # fmt: skip
        await asyncio.sleep(0)

    live(lambda: House(site, folder), story)
    assert not any(alive(int(pid)) for pid in pids(note))


def test_who_runs_in_a_worker(tmp_path: Path) -> None:
    """Foreign ones, and whoever is told to; a line together; what was handed over stays here."""
    drivers = registry(folder_of(tmp_path, bus=LINE))
    site = site_with(
        foreign={},
        trusted={"isolate": False},
        shipped={"driver": "modbus", "address": "tcp://h:1"},
        told={"driver": "modbus", "address": "tcp://h:2", "isolate": True},
        unit1={"driver": "bus", "address": "b", "isolate": False},
        unit2={"driver": "bus", "address": "b"},
        given={"driver": "calm", "isolate": True},
        unknown={"driver": "nobodys"},
    )
    seated = [party.devices for party in parties_of(site, drivers)]
    assert seated == [("foreign",), ("told",), ("unit1", "unit2")]
