"""The drawings that the daemon keeps: by their hash, whole or not at all, none too many."""

import hashlib
from pathlib import Path

import pytest

from monitord.runtime.drawings import Drawings

DATA = b"<svg/>"
DIGEST = hashlib.sha256(DATA).hexdigest()


def test_a_drawing_is_kept_by_its_hash_and_removed_when_nothing_shows_it(tmp_path: Path) -> None:
    kept = Drawings(tmp_path)
    assert kept.get(DIGEST) is None
    kept.keep({DIGEST: DATA})
    kept.keep({DIGEST: DATA})
    assert kept.get(DIGEST) == DATA
    assert [path.name for path in (tmp_path / "drawings").iterdir()] == [DIGEST]
    kept.keep_only([DIGEST])
    assert kept.get(DIGEST) == DATA
    kept.keep_only([])
    assert kept.get(DIGEST) is None


def test_a_damaged_drawing_is_none_and_is_written_again(tmp_path: Path) -> None:
    kept = Drawings(tmp_path)
    kept.keep({DIGEST: DATA})
    (tmp_path / "drawings" / DIGEST).write_bytes(b"<svg onload='x'/>")
    assert kept.get(DIGEST) is None
    kept.keep({DIGEST: DATA})
    assert kept.get(DIGEST) == DATA


@pytest.mark.parametrize("name", ["../side.db", "", "x" * 64, DIGEST.upper(), DIGEST + "/.."])
def test_only_a_hash_is_a_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "side.db").write_text("people")
    assert Drawings(tmp_path).get(name) is None


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "drawings").write_text("a file in its place")
    kept = Drawings(tmp_path)
    kept.keep({DIGEST: DATA})
    kept.keep_only([])
    assert kept.get(DIGEST) is None
