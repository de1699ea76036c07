"""The evidence store: a picture is there whole under the name of its bytes, or it is not there."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitord.pictures import store
from monitord.pictures.store import PICTURE_BYTES_MAX, PictureStore, is_name

JPEG = b"\xff\xd8 a room \xff\xd9"


def files(folder: Path) -> list[Path]:
    """All that lies there."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_i1_a_picture_is_kept_under_its_sha256_and_given_back(tmp_path: Path) -> None:
    """Its name is the proof of its bytes; kept twice is kept once, for this account alone."""
    kept = PictureStore(tmp_path)
    name = kept.keep(JPEG)
    assert name == hashlib.sha256(JPEG).hexdigest()
    assert kept.keep(JPEG) == name
    assert kept.get(name) == JPEG
    [path] = files(tmp_path)
    assert path.name == name
    assert path.stat().st_mode & 0o077 == 0


def test_one_changed_byte_is_no_picture(tmp_path: Path) -> None:
    """Damaged or changed on the disk: not shown as if it were what the camera saw; kept anew."""
    kept = PictureStore(tmp_path)
    name = kept.keep(JPEG)
    [path] = files(tmp_path)
    path.write_bytes(JPEG.replace(b"room", b"wall"))
    assert kept.get(name) is None
    assert kept.keep(JPEG) == name
    assert kept.get(name) == JPEG


def test_what_is_taken_away_is_gone(tmp_path: Path) -> None:
    """And what was never there counts as gone."""
    kept = PictureStore(tmp_path)
    name = kept.keep(JPEG)
    assert kept.remove(name)
    assert kept.remove(name)
    assert kept.get(name) is None
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "/x"])
def test_a_name_that_is_none_leads_nowhere(tmp_path: Path, name: str) -> None:
    """What comes over a socket or out of a file is no path."""
    kept = PictureStore(tmp_path)
    assert not is_name(name)
    assert kept.get(name) is None
    assert not kept.remove(name)


@pytest.mark.parametrize("jpeg", [b"", b"x" * (PICTURE_BYTES_MAX + 1)], ids=["empty", "too large"])
def test_what_cannot_be_a_picture_is_not_kept(tmp_path: Path, jpeg: bytes) -> None:
    """One worker that hands over gigabytes fills no disk."""
    with pytest.raises(ValueError, match="bytes"):
        PictureStore(tmp_path).keep(jpeg)
    assert files(tmp_path) == []


def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a picture is none."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    kept = PictureStore(tmp_path)
    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        kept.keep(JPEG)
    monkeypatch.undo()
    assert files(tmp_path) == []


def test_kill_9_leaves_a_whole_picture_or_none(tmp_path: Path) -> None:
    """Killed after each of the steps in turn, whatever is found under a name is whole."""
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from monitord.pictures import store\n"
        "left = int(sys.argv[2])\n"
        "def watch(event, args):\n"
        "    global left\n"
        "    if event in ('open', 'os.rename', 'os.mkdir', 'tempfile.mkstemp'):\n"
        "        left -= 1\n"
        "        if left < 0:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "kept = store.PictureStore(Path(sys.argv[1]))\n"
        "sys.addaudithook(watch)\n"
        f"kept.keep({JPEG!r})\n"
    )
    name, killed = hashlib.sha256(JPEG).hexdigest(), 0
    for step in range(12):
        folder = tmp_path / str(step)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder), str(step)],
            check=False,
            env=dict(os.environ),
        )
        killed += done.returncode == -signal.SIGKILL
        found = PictureStore(folder).get(name)
        assert found in (None, JPEG)
        assert [path for path in files(folder) if path.name == name] == [] or found == JPEG
        PictureStore(folder).sweep({name})
        assert [path.name for path in files(folder)] == [name] * (found is not None)
        if done.returncode == 0:
            assert found == JPEG
            break
    assert killed >= 3
