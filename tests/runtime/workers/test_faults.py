"""Foreign drivers that block, die, leak, flood or lie: named, and they cost no other (law 12).

Real processes, all of them at the same time: for each fault a worker with a device that has it and
one beside it, next to a worker and a device of the daemon's own that must not notice anything.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from monitord.vocabulary import Cause
from tests.runtime.workers.house import DRIVER, QUICK, House, folder_of, live, site_with

DEADLY = {
    "block_in_a_task": "was blocked for 1.5 s",
    "leave": "ended itself with code 3",
    "crash": "was killed by SIGSEGV",
}
OTHERS = ("leak", "garbage", "flood", "print", "deaf")
HANGS = "import time\ntime.sleep(60)\n"
RAISES = "import nothing_like_this\n"


def name_of(do: str) -> str:
    return do.replace("_", "-")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> House:
    """All of them, until each has shown what it does and its neighbour is polled again."""
    path = tmp_path_factory.mktemp("site")
    copies = dict.fromkeys((*DEADLY, *OTHERS, "calm_worker"), DRIVER)
    folder = folder_of(path, **copies, hangs=HANGS, raises=RAISES)
    calm = {"elsewhere": {"driver": "calm-worker"}, "inside": {"driver": "calm"}}
    devices = {
        **calm,
        "hangs-bad": {"driver": "hangs"},
        "raises-bad": {"driver": "raises"},
    }
    for do in (*DEADLY, *OTHERS):
        name = name_of(do)
        timeout_ms = 300 if do == "deaf" else 1_000
        devices[f"{name}-bad"] = {
            "driver": name, "config": {"do": do}, "timeout_ms": timeout_ms,
        }  # fmt: skip
        devices[f"{name}-beside"] = {"driver": name}

    async def story(house: House) -> None:
        for name in calm:
            await house.polled(name)
            house.before[name] = house.vitals(name)
        house.told.clear()
        await house.supervisor.adopt(site_with(**devices))
        await asyncio.gather(*(until_seen(house, do) for do in (*DEADLY, *OTHERS)))
        await house.until(lambda: house.down("hangs"), "the import that hangs is ended")
        await house.until(lambda: house.lost("hangs-bad"), "and its device lost")
        await house.until(lambda: house.lost("raises-bad"), "what cannot be imported is lost")
        (path / "drivers" / "raises.py").write_text(DRIVER)
        await house.polled("raises-bad")

    return live(lambda: House(site_with(**calm), folder), story)


async def until_seen(house: House, do: str) -> None:
    """What must be seen of each, before its neighbour is asked."""
    name = name_of(do)
    seen: Callable[[], object] = lambda: len(house.down(name)) >= 2  # noqa: E731
    if do == "print":
        seen = lambda: house.said("worker_says", f"{name}-1")  # noqa: E731
    elif do == "deaf":
        seen = lambda: "does not stop" in house.vitals("deaf-bad").detail  # noqa: E731
    await house.until(seen, do)
    await house.polled(f"{name}-beside")


def test_the_neighbours_elsewhere_have_noticed_nothing(night: House) -> None:
    """Every answer came, and there was nothing to tell of them."""
    for name in ("elsewhere", "inside"):
        before, after = night.before[name], night.last[name]
        assert after.errors == before.errors, name
        assert (night.lost(name), night.returned(name)) == ([], 0), name
        assert after.polls > before.polls + 10


@pytest.mark.parametrize("do", DEADLY)
def test_who_brings_its_worker_down_is_named_and_then_seated_apart(night: House, do: str) -> None:
    """Two deaths, each told with the device; then its neighbour is left in peace."""
    name = name_of(do)
    assert night.down(name)[:2] == [(DEADLY[do], f"{name}-bad")] * 2
    [apart] = night.said("devices_seated_apart", f"{name}-2")
    assert apart["devices"] == [f"{name}-bad"]
    for device in (f"{name}-bad", f"{name}-beside"):
        failed = [e for e in night.logged if e["event"] == "device failed"]
        details = [e["detail"] for e in failed if e["device"] == device]
        assert any(f"device {name}-bad" in detail for detail in details), "each is told who it was"
    assert night.last[f"{name}-beside"].cause is None
    assert [e["why"] for e in night.said("worker_down", f"{name}-1")] == [DEADLY[do]] * 2


def test_a_crash_in_a_library_names_its_place(night: House) -> None:
    lines = [e["line"] for e in night.said("worker_says", "crash-1")]
    assert any("crash.py" in line for line in lines)


def test_who_eats_memory_is_ended_and_the_worker_halved(night: House) -> None:
    """Nobody can say whose memory it is: with two devices, one parting shows it."""
    for why, device in night.down("leak"):
        assert "MiB of memory, 96 are allowed" in why
        assert device is None
    [apart] = night.said("devices_seated_apart", "leak-2")
    assert apart["devices"] == ["leak-beside"]


@pytest.mark.parametrize("do", ["garbage", "flood"])
def test_who_writes_what_was_not_asked_for_loses_its_worker(night: House, do: str) -> None:
    assert all(why.startswith("said ") for why, _ in night.down(do))


def test_who_prints_without_end_fills_no_log(night: House) -> None:
    says = night.said("worker_says", "print-1")
    assert len(says) == QUICK.lines_a_minute
    assert all(len(entry["line"]) <= 200 for entry in says)


def test_who_ignores_cancellation_is_not_spoken_to_by_two_and_stays_silent_alone(
    night: House,
) -> None:
    assert night.down("deaf") == []
    assert night.last["deaf-beside"].errors == 0


def test_an_import_that_hangs_is_ended_and_named_on_record(night: House) -> None:
    assert night.down("hangs")[0] == ("did not import driver hangs within 6 s", None)
    lost = night.lost("hangs-bad")[0]
    assert lost.cause is Cause.DRIVER
    assert "hangs" in lost.detail


def test_an_import_that_raises_is_told_and_tried_again(night: House) -> None:
    """Where somebody mends the file, its devices are polled without a restart of anything."""
    lost = night.lost("raises-bad")[0]
    assert lost.cause is Cause.DRIVER
    assert "driver" in lost.detail
    assert "nothing_like_this" in night.said("worker_driver_refused", "raises-1")[0]["why"]
    assert night.down("raises") == []


def test_the_daemon_imports_no_foreign_driver(tmp_path: Path) -> None:
    """The file notes who imports it."""
    note = tmp_path / "imported"
    text = f"import os\nopen({str(note)!r}, 'a').write(f'{{os.getpid()}} ')\n" + DRIVER
    folder = folder_of(tmp_path, notes=text)
    site = site_with(a={"driver": "notes"}, b={"driver": "notes", "isolate": True})

    async def story(house: House) -> None:
        await house.polled("a")
        await house.polled("b")

    live(lambda: House(site, folder), story)
    assert note.exists()
    assert str(os.getpid()) not in note.read_text().split()
