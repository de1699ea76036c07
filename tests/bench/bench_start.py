"""How long a person waits: the command line, and a start of the daemon.

One panel and 12,800 points of 200 panels; each start is a new process, and ``watching`` means
that every panel has answered a poll.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from monitord.journal.reader import JournalReader
from tests.bench import house, million
from tests.bench.figures import fastest, figure, title
from tests.system.daemon import MONITORD, free_port


def run(*words: str) -> None:
    """One command, to its end; any verdict will do, no daemon (3) or a mistake (2) will not."""
    done = subprocess.run([str(MONITORD), *words], capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr


def test_the_command_line(tmp_path: Path) -> None:
    """Beside an interpreter that starts and does nothing."""
    title("The command line, a site of 12,800 points")
    nothing: Sequence[str] = (sys.executable, "-c", "")
    figure("python that does nothing", fastest(lambda: subprocess.run(nothing, check=True)), "s")
    figure("monitord --help", fastest(lambda: run("--help")), "s")
    with house.panels(tmp_path) as panels:
        config = house.write_site(tmp_path / "site.yaml", panels.ports, free_port())
        state = tmp_path / "state"
        figure("monitord check", fastest(lambda: run("check", str(config))), "s")
        with house.daemon(config, state):
            house.until_all_polled(state)
            for command in ("status", "incidents", "points"):
                words = (command, "--state", str(state))
                figure(f"monitord {command}", fastest(partial(run, *words)), "s")


def test_a_start_behind_a_million_entries(tmp_path: Path) -> None:
    """The newest snapshot is as old as it can be: 10,000 entries have to be replayed."""
    title("A start behind 1,000,000 entries, 200 panels of 64 inputs")
    with house.panels(tmp_path) as panels:
        config = house.write_site(tmp_path / "site.yaml", panels.ports, free_port())
        state = tmp_path / "state"
        with house.daemon(config, state):
            house.until_all_polled(state)
        hall = [f"panel-0.p{number}" for number in range(house.DETECTORS, house.INPUTS)]
        head = million.fill(state, hall)
        for words, kill in (("start", True), ("start after kill -9", False)):
            began_s = time.monotonic()
            with house.daemon(config, state, kill=kill):
                house.until_all_polled(state)
                lasted_s = time.monotonic() - began_s
                figure(f"{words} to every panel polled", lasted_s, "s", most=3)
        with JournalReader(state) as reader:
            assert reader.head().seq > head.seq, "it went on with this journal"


def test_a_start(tmp_path: Path) -> None:
    """A new site file is read, checked and stored once; then the stored one is used."""
    title("A start of the daemon, 200 panels of 64 inputs")
    with house.panels(tmp_path) as panels:
        config = house.write_site(tmp_path / "site.yaml", panels.ports, free_port())
        state = tmp_path / "state"
        for words, bar_s, kill in (
            ("first start", 0, False),
            ("next start", 3, True),
            ("start after kill -9", 3, False),
        ):
            began_s = time.monotonic()
            with house.daemon(config, state, kill=kill) as daemon:
                house.until_all_polled(state)
                lasted_s = time.monotonic() - began_s
                figure(f"{words} to every panel polled", lasted_s, "s", most=bar_s)
                figure("  memory, at most so far", house.memory_mb(daemon.pid, "VmHWM"), "MB")
