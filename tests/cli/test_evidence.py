"""The evidence of an incident as a ZIP: complete, without names, and void with one changed byte."""

import hashlib
import json
import random
import zipfile
from pathlib import Path

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit
from monitord.core import facts as f
from monitord.journal.records import Row
from monitord.journal.store import SqliteStore
from monitord.pictures.store import PictureStore
from monitord.runtime.evidence_pack import INDEX, JOURNAL, MANIFEST, SUM, write
from monitord.vocabulary import PictureMoment, PointState
from tests.core.test_pictures import site
from tests.runtime.control.house import UTC_MS, House

Capture = pytest.CaptureFixture[str]
JPEGS = (b"\xff\xd8 first \xff\xd9", b"\xff\xd8 second \xff\xd9")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A night with one incident and two pictures of it; other things happen in between."""
    folder = tmp_path / "state"
    folder.mkdir()
    pictures = PictureStore(folder)
    house = House(site())
    house.trip()
    for camera, jpeg in zip(("cam-2", "cam-1"), JPEGS, strict=True):
        shot = f.Shot(pictures.keep(jpeg), len(jpeg), age_ms=40, device_ms=UTC_MS + 2_500)
        house.engine.take(
            f.PicturesCame(incident=1, camera=camera, moment=PictureMoment.ALARM, shots=(shot,))
        )
        house.engine.take(f.PointChanged(point="west.pir", state=PointState.UNKNOWN))
    store = SqliteStore(folder)
    store.open()
    store.append([Row(*stored[:4]) for stored in house.engine.rows])
    store.close()
    return folder


@pytest.fixture
def exported(state: Path, tmp_path: Path) -> Path:
    """The ZIP of that incident."""
    out = tmp_path / "seven.zip"
    assert export(state, out) == Exit.DONE
    return out


def export(state: Path, out: Path, number: str = "1", *more: str) -> int:
    return main(["evidence", "export", number, "--out", str(out), "--state", str(state), *more])


def verify(path: Path, *more: str) -> int:
    return main(["evidence", "verify", str(path), *more])


def damage_of(path: Path, capsys: Capture) -> str:
    """What ``verify`` says against it."""
    capsys.readouterr()
    assert verify(path, "--json") == Exit.REFUSED
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is False
    return str(said["damage"])


def rewritten(
    path: Path, changes: dict[str, bytes], *, add: dict[str, bytes] | None = None
) -> Path:
    """The same ZIP, made by somebody who knows its form, with other contents."""
    with zipfile.ZipFile(path) as pack:
        contents = {name: pack.read(name) for name in pack.namelist()} | changes | (add or {})
    other = path.with_name("forged.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_STORED) as pack:
        for name, content in contents.items():
            write(pack, name, content)
    return other


def test_i2_an_incident_with_its_pictures_is_whole(
    state: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "one.zip"
    assert export(state, out, "1", "--json") == Exit.DONE
    said = json.loads(capsys.readouterr().out)
    assert (said["pictures"], said["missing"]) == (2, [])
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as pack:
        manifest = json.loads(pack.read(MANIFEST))
        assert [pack.read(each["file"]) for each in manifest["pictures"]] == list(JPEGS)
        assert b"cam-2" in pack.read(INDEX)
    assert manifest["site"] == site().id
    first = manifest["pictures"][0]
    assert first["offset_ms"] == first["device_ms"] - first["taken_utc_ms"]
    assert verify(out, "--sha256", said["sha256"]) == Exit.DONE
    assert said["head"] in capsys.readouterr().out


def test_of_other_entries_it_holds_no_more_than_a_digest(exported: Path) -> None:
    """Between two entries of the incident lies what is nobody's business."""
    with zipfile.ZipFile(exported) as pack:
        lines = [json.loads(line) for line in pack.read(JOURNAL).splitlines()]
    others = [line for line in lines if "entry" not in line]
    assert others
    assert all(set(line) == {"seq", "digest"} for line in others)


def test_one_changed_byte_anywhere_fails_it(exported: Path, capsys: Capture) -> None:
    """Heads, names, contents, the list at the end: wherever it lies."""
    whole = exported.read_bytes()
    some = random.Random(6).sample(range(len(whole)), 150)
    for place in {*some, *range(60), *range(len(whole) - 60, len(whole))}:
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        exported.write_bytes(changed)
        assert verify(exported) == Exit.REFUSED, f"byte {place}"
    capsys.readouterr()
    for other in (whole[:-1], whole + b"\0", b"\0" + whole, b"", whole[:40]):
        exported.write_bytes(other)
        assert verify(exported) == Exit.REFUSED


def test_one_made_anew_with_other_contents_fails_it(exported: Path, capsys: Capture) -> None:
    """Somebody who knows how to count the sums again must change the chain's end as well."""
    with zipfile.ZipFile(exported) as pack:
        manifest, journal = pack.read(MANIFEST), pack.read(JOURNAL)
    changed = journal.replace(b'"cam-2"', b'"cam-3"')
    sums = [hashlib.sha256(text).hexdigest().encode() for text in (journal, changed)]
    text = manifest.replace(*sums).replace(b'"cam-2"', b'"cam-3"')
    with zipfile.ZipFile(exported) as pack:
        index = pack.read(INDEX).replace(b"cam-2", b"cam-3")
    total = hashlib.sha256(text).hexdigest().encode() + b"\n"
    forged = rewritten(exported, {MANIFEST: text, JOURNAL: changed, INDEX: index, SUM: total})
    assert "chain" in damage_of(forged, capsys)


def test_another_whole_one_is_not_the_one_written_down(exported: Path, capsys: Capture) -> None:
    assert verify(exported, "--sha256", "0" * 64) == Exit.REFUSED
    assert "another one" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["../evil", "pictures/../../evil.jpg", "pictures/a.jpg", "/x"])
def test_hostile_names(exported: Path, capsys: Capture, name: str) -> None:
    assert "no file of such a ZIP" in damage_of(rewritten(exported, {}, add={name: b"x"}), capsys)


def test_a_file_that_stands_in_it_twice(exported: Path, capsys: Capture) -> None:
    with zipfile.ZipFile(exported, "a") as pack, pytest.warns(UserWarning, match="Duplicate"):
        write(pack, pack.namelist()[-1], b"x")
    assert "twice" in damage_of(exported, capsys)


def test_a_bomb_is_refused_before_it_is_unpacked(exported: Path, capsys: Capture) -> None:
    with zipfile.ZipFile(exported, "a", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(f"pictures/{'a' * 64}.jpg", bytes(3_000_000))
    assert "packed" in damage_of(exported, capsys)


def test_a_picture_that_is_gone_is_told(state: Path, tmp_path: Path, capsys: Capture) -> None:
    """The rest is evidence all the same."""
    PictureStore(state).remove(hashlib.sha256(JPEGS[0]).hexdigest())
    out = tmp_path / "one.zip"
    assert export(state, out) == Exit.DONE
    assert "no longer had: 1" in capsys.readouterr().out
    assert verify(out) == Exit.DONE


def test_an_incident_that_never_was(state: Path, tmp_path: Path, capsys: Capture) -> None:
    assert export(state, tmp_path / "no.zip", "9") == Exit.REFUSED
    assert "no incident 9" in capsys.readouterr().err
    assert not (tmp_path / "no.zip").exists()
