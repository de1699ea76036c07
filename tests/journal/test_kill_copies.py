"""Real processes, killed while they erase and back up: finished next time, and never half."""

import contextlib
import random
import subprocess
from pathlib import Path

from monitord.journal.manifest import BackupRefused
from monitord.journal.restoring import restore
from monitord.journal.side import ERASED, SideStore
from tests.journal.samples import filled
from tests.journal.test_kill import started

KILLS = 8
CHANCE = random.Random(5)
NOW_MS = 1_795_400_000_000

ERASING = """
import sys
from pathlib import Path
from monitord.journal.side import SideStore
side = SideStore(Path(sys.argv[1]))
refs = [kept.ref for kept in side.of_person("dev", 9_999)]
print("ready", flush=True)
side.erase(refs)
print("gone", flush=True)
"""

BACKING_UP = """
import sys
from pathlib import Path
from monitord.journal.backup import back_up
print("ready", flush=True)
back_up(Path(sys.argv[1]), Path(sys.argv[2]), (), "0.1.0", 0)
"""


def killed(program: str, within_s: float, *arguments: object) -> None:
    """Killed at a random moment within ``within_s`` of its beginning."""
    process = started(program, *arguments)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(CHANCE.random() * within_s)
    process.kill()
    process.communicate()


def test_a_kill_while_it_erases_leaves_nothing_that_the_next_try_does_not_erase(
    tmp_path: Path,
) -> None:
    """Law 3: whatever the kill left, journals of the database among it."""
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        side = SideStore(folder)
        ids = [(f"note/{who}/1-{n}", "log", f"<{who}{n}>" * 99) for n in range(50) for who in
               ("dev", "ana")]  # fmt: skip
        side.add((name, 1, name, b"salt", text, use, None) for name, use, text in ids)
        refs = [kept.ref for kept in side.of_person("dev", 99)]
        side.close()
        killed(ERASING, 0.006, folder)
        side = SideStore(folder)
        side.erase(refs)
        assert {side.get(ref) for ref in refs} == {ERASED}
        assert len(side.of_person("ana", 99)) == 50
        side.close()
        content = b"".join(path.read_bytes() for path in folder.iterdir())
        assert content.count(b"<dev") == 0
        assert content.count(b"<ana") == 50 * 99


def test_a_kill_while_it_backs_up_leaves_a_whole_backup_or_none(tmp_path: Path) -> None:
    filled(tmp_path / "state", 300).close()
    for kill in range(KILLS):
        out = tmp_path / f"backup-{kill}"
        killed(BACKING_UP, 0.03, tmp_path / "state", out)
        if out.exists():
            assert restore(out, tmp_path / f"{kill}-whole", NOW_MS).entries == 300
            continue
        with contextlib.suppress(BackupRefused):
            cut = tmp_path / f".{out.name}.unfinished"
            assert restore(cut, tmp_path / f"{kill}-cut", NOW_MS).entries == 300
