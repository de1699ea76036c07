"""A daemon with a foreign driver that blocks for ever: on record, by name, and nothing is left."""

import os
from pathlib import Path

from monitord.core.events import DeviceWentSilent
from tests.peers.build import ModbusServer
from tests.system.daemon import Daemon, Gateway, until, write_site

#: Blocks when a file says so; notes in which process it runs.
BLOCKS = """
import os
import time
from pathlib import Path

from pydantic import BaseModel

from monitord.driver import Driver


class Section(BaseModel):
    blocks: bool = False


class Blocks(Driver[Section]):
    Config = Section
    PointConfig = Section

    async def poll(self):
        here = Path(__file__).parent.parent
        (here / "worker.pid").write_text(str(os.getpid()))
        if self.config.blocks and (here / "block").exists():
            with (here / "blocked").open("a") as note:
                note.write(f"{os.getpid()} ")
            time.sleep(600)
        return [False for _ in self.points()]


DRIVER = Blocks
"""

DEVICES = """
  odd:
    driver: blocks
    blocks: "true"
    poll: 200ms
    points:
      lamp: {kind: door, area: hall-0, name: Lamp}
  beside:
    driver: blocks
    poll: 200ms
    points:
      lamp: {kind: door, area: hall-0, name: Lamp two}
"""


def site_with_a_foreign_driver(folder: Path, panels: ModbusServer, gateway: Gateway) -> Path:
    path = write_site(folder / "site.yaml", panels.ports[:2], gateway.url)
    path.write_text(path.read_text().replace("\npeople:", f"{DEVICES}\npeople:", 1))
    drivers = folder / "drivers"
    drivers.mkdir()
    (drivers / "blocks.py").write_text(BLOCKS)
    return path


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_foreign_driver_that_blocks_is_named_on_record_and_dies_with_the_daemon(
    tmp_path: Path, panels: ModbusServer, gateway: Gateway
) -> None:
    """Law 12: the panels lose nothing, the record names the driver and the device that block."""
    daemon = Daemon(site_with_a_foreign_driver(tmp_path, panels, gateway), tmp_path / "state")
    daemon.start()
    try:
        daemon.wait_until_watching()
        noted = tmp_path / "worker.pid"
        pid = int(until(lambda: noted.exists() and noted.read_text(), "the worker polls"))
        assert pid != daemon.pid
        opened = [os.path.realpath(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()]
        assert not [path for path in opened if path.startswith(str(daemon.state))]

        (tmp_path / "block").touch()
        silent = until(lambda: daemon.events(DeviceWentSilent), "the loss is on record")
        assert {event.device for event in silent} <= {"odd", "beside"}
        assert "in driver blocks at device odd" in silent[0].detail

        blocked = tmp_path / "blocked"
        until(lambda: gone(pid), "the worker that blocks is killed")
        until(lambda: len(blocked.read_text().split()) == 2, "and begun anew")
        until(lambda: "seated_apart" in daemon.log.read_text(), "who blocks again is apart")
        until(lambda: len(blocked.read_text().split()) == 3, "where it blocks once more")
        daemon.kill()
        last = int(blocked.read_text().split()[-1])
        until(lambda: gone(last), "it does not outlive the daemon although it sees nothing")
        until(lambda: not children_of_nobody(daemon.pid), "nor does any other")
    finally:
        if daemon.running:
            daemon.kill()


def children_of_nobody(daemon: int) -> list[str]:
    """Workers that name this daemon in their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"monitord.runtime.workers.host" in words and str(daemon).encode() in words:
            found.append(path.parent.name)
    return found
