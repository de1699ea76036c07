"""The pictures of a recording: all of them, at their times, and nothing but the file is opened."""

import socket
from pathlib import Path

import pytest

from monitord.pictures.decoding import BadPicture
from monitord.pictures.recording import looks
from tests.pictures.films import PER_S, film, folder, jpegs


def times(path: Path, every_ms: int) -> list[int]:
    said: list[str] = []
    found = [look.at_ms for look in looks(path, every_ms, said.append)]
    assert said == []
    return found


@pytest.mark.parametrize(
    ("codec", "name"), [("MJPG", "a.avi"), ("mp4v", "a.mp4"), ("VP80", "a.mkv")]
)
def test_a_film_is_looked_at_by_its_own_times(codec: str, name: str, tmp_path: Path) -> None:
    path = film(tmp_path / name, 8, {}, codec)
    assert times(path, 1_000) == [0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]
    assert times(path, 3_000) == [0, 3_000, 6_000]
    assert len(times(path, 1)) == 8 * PER_S, "no more often than it has pictures"


def test_a_film_without_times_has_those_of_its_pace(tmp_path: Path) -> None:
    """A bare row of pictures: the decoder takes 25 a second."""
    path = tmp_path / "bare.mjpeg"
    path.write_bytes(b"".join(jpegs(50, {}, 40)))
    assert times(path, 1_000) == [0, 1_000]


def test_a_folder_is_taken_in_the_order_of_its_names(tmp_path: Path) -> None:
    path = folder(tmp_path / "night", 3, {})
    (path / "0001.jpg").write_bytes(b"\xff\xd8 cut off")
    (path / "0004.JPEG").write_bytes((path / "0002.jpg").read_bytes())
    (path / "0005.jpg").mkdir()
    (path / "notes.txt").write_text("of no matter")
    said: list[str] = []
    assert [look.at_ms for look in looks(path, 500, said.append)] == [0, 1_000, 1_500]
    assert said == ["0001.jpg: it is cut off, or no JPEG", "0005.jpg: Is a directory"]


@pytest.mark.parametrize(
    "content", [b"", b"no film", b"\x00" * 100_000, b"RIFF\xff\xff\xff\xffAVI LIST"]
)
def test_what_is_no_film_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "strange.avi"
    path.write_bytes(content)
    with pytest.raises(BadPicture, match="no film"):
        list(looks(path, 1_000, print))


def test_a_film_that_is_cut_off_is_looked_at_up_to_there(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.avi", 20, {}).read_bytes()
    cut = tmp_path / "cut.avi"
    cut.write_bytes(whole[: len(whole) // 2])
    assert 5 < len(times(cut, 1_000)) < 15


def test_a_playlist_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a stranger may name addresses; with the decoder's doors open it would ask them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/film.ts"
        path = tmp_path / "film.m3u8"
        path.write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n"
        )
        with pytest.raises(BadPicture):
            list(looks(path, 1_000, print))
        with pytest.raises(BlockingIOError):
            server.accept()
        opened = "protocol_whitelist;file,http,tcp|timeout;500000"
        monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", opened)
        with pytest.raises(BadPicture):
            list(looks(path, 1_000, print))
        server.accept()[0].close()
