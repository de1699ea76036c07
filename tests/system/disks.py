"""Disks of a test's own: small, and frozen, filled up or cut off at will. They need root."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.support import missing, require
from tests.system.daemon import Daemon, Gateway, until

MB: Final = 1024 * 1024

DaemonOn = Callable[[Path], Daemon]


def run(*command: str) -> None:
    """A command of the system that must work."""
    subprocess.run(command, check=True, capture_output=True, timeout=20)


def _works(*command: str) -> bool:
    done = subprocess.run(command, check=False, capture_output=True, timeout=20)
    return done.returncode == 0


class Disk:
    """A file system on a folder of the test, with nothing on it yet."""

    def __init__(self, folder: Path) -> None:
        require("fsfreeze", "apt-get install util-linux")
        if os.geteuid() != 0:
            missing("root", "these tests mount disks of their own")
        self._folder = folder
        self._image = folder.with_suffix(".img")
        self._fillers = 0
        folder.mkdir()

    def in_memory(self, size: str) -> Path:
        """A tmpfs of ``size``; the folder it is on."""
        return self._mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs")

    def on_loop(self, size: int) -> Path:
        """An ext4 of ``size`` bytes on a loop device; the folder it is on."""
        with self._image.open("wb") as file:
            file.truncate(size)
        run("mkfs.ext4", "-q", "-F", str(self._image))
        return self._mount("-o", "loop", str(self._image))

    def freeze(self) -> None:
        """From here on every write waits."""
        run("fsfreeze", "-f", str(self._folder))

    def thaw(self) -> None:
        """Let all that wait go on; harmless where nothing is frozen."""
        subprocess.run(["fsfreeze", "-u", str(self._folder)], check=False, capture_output=True)

    def turn_read_only(self) -> None:
        """As a file system does after an error of its disk: at once, whoever writes."""
        run("mount", "-o", "remount,abort", str(self._folder))

    def mount_read_only(self) -> None:
        """Repaired, and mounted again for readers only. Nobody may use it now."""
        run("umount", str(self._folder))
        subprocess.run(["e2fsck", "-fy", str(self._image)], check=False, capture_output=True)
        self._mount("-o", "loop", str(self._image))
        # The kernel may still be at work on what it has just mounted.
        command = ("mount", "-o", "remount,ro", str(self._folder))
        until(lambda: _works(*command), "mounted for readers only")

    def make_writable(self) -> None:
        """Whoever has it open goes on."""
        run("mount", "-o", "remount,rw", str(self._folder))

    def lose(self, path: Path) -> None:
        """Make a file of a disk on a loop unreadable: where its blocks lie is overwritten."""
        require("debugfs", "apt-get install e2fsprogs")
        run("umount", str(self._folder))
        place = f"sif /{path.relative_to(self._folder)} block[0] 0"
        run("debugfs", "-w", "-R", place, str(self._image))
        self._mount("-o", "loop", str(self._image))

    def fill(self) -> None:
        """Take all room that is left, as somebody else's file would."""
        self._fillers += 1
        filler = self._folder / f"filler-{self._fillers}"
        try:
            with filler.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4_096))
        except OSError:
            return

    def make_room(self) -> None:
        """The other's files are gone."""
        for filler in self._folder.glob("filler-*"):
            filler.unlink()

    def take_down(self) -> None:
        """Thawed and unmounted."""
        self.thaw()
        for _ in range(100):
            gone = subprocess.run(
                ["umount", str(self._folder)], check=False, capture_output=True
            ).returncode
            if gone == 0 or not os.path.ismount(self._folder):
                return
            time.sleep(0.05)

    def _mount(self, *options: str) -> Path:
        try:
            run("mount", *options, str(self._folder))
        except subprocess.CalledProcessError as error:
            missing("mounting", f"this machine refuses: {error.stderr.decode().strip()}")
        return self._folder


def called(gateway: Gateway, point: str) -> bool:
    """Whether anybody was called for this point."""
    return any(call["incident"]["point"] == point for call in gateway.calls)
