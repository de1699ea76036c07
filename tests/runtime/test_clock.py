"""The real clocks and the alive file."""

import threading
import time
from pathlib import Path

import pytest

from monitord.runtime.clock import ALIVE_NAME, SystemClock, SystemIo


def test_the_clocks_are_the_machines() -> None:
    """Integer milliseconds; boot time and UTC."""
    clock = SystemClock()
    before_ms = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    assert before_ms <= clock.boot_ms() <= before_ms + 10_000
    assert abs(clock.wall_ms() - time.time() * 1000) < 10_000


def test_the_alive_file_is_what_was_last_left(tmp_path: Path) -> None:
    """It dates the blind interval of the next start."""
    io = SystemIo(tmp_path)
    assert io.read_alive() is None
    for utc_ms in (1, 2, 1_795_000_000_123):
        io.write_alive(utc_ms)
    io.close()
    assert SystemIo(tmp_path).read_alive() == 1_795_000_000_123


@pytest.mark.parametrize("text", ["", "12x", "\x00\x00"])
def test_a_torn_alive_file_is_none(tmp_path: Path, text: str) -> None:
    """Better no date than a wrong one."""
    (tmp_path / ALIVE_NAME).write_text(text)
    assert SystemIo(tmp_path).read_alive() is None


def test_a_hanging_disk_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the newest number waits for the disk, however long it hangs."""
    answers = threading.Event()
    began = threading.Event()
    written: list[str] = []

    def hang(path: Path, text: str, encoding: str) -> None:
        began.set()
        answers.wait(10)
        written.append(text)

    monkeypatch.setattr(Path, "write_text", hang)
    monkeypatch.setattr(Path, "replace", lambda path, target: target)
    io = SystemIo(tmp_path)
    io.write_alive(1)
    assert began.wait(10)
    for utc_ms in range(2, 1_000):
        io.write_alive(utc_ms)
    io.close(wait_s=0.01)
    assert written == []
    answers.set()
    io.close(wait_s=10)
    assert written == ["1\n", "999\n"]


def test_a_full_disk_is_no_error(tmp_path: Path) -> None:
    """The alive file is a help, not a condition."""
    io = SystemIo(tmp_path / "nonesuch")
    io.write_alive(1)
    io.close(wait_s=10)
    assert io.read_alive() is None


def test_jitter_is_a_fraction(tmp_path: Path) -> None:
    """In [0, 1), and not always the same."""
    io = SystemIo(tmp_path)
    drawn = [io.jitter() for _ in range(50)]
    assert all(0 <= number < 1 for number in drawn)
    assert len(set(drawn)) > 1
