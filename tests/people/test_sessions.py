"""Signing on: one shift, one file closed to others, nothing that outlives its end."""

import stat
from pathlib import Path

import pytest

from monitord.people.private import PrivateFileError
from monitord.people.sessions import FILE_NAME, PER_PERSON_MAX, SHIFT_MS, Sessions

NOON = 1_795_000_000_000


class Clock:
    now_ms = NOON

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Sessions:
    return Sessions(tmp_path, clock)


async def test_a_session_proves_its_person_until_the_end_of_the_shift(
    sessions: Sessions, clock: Clock
) -> None:
    text, _ = await sessions.open("anna", "desk")
    clock.now_ms = NOON + SHIFT_MS - 1
    found = await sessions.find(text)
    assert found is not None
    assert (found.person, found.place) == ("anna", "desk")
    clock.now_ms = NOON + SHIFT_MS
    assert await sessions.find(text) is None


async def test_it_outlives_the_daemon_and_its_text_stands_nowhere(
    sessions: Sessions, clock: Clock, tmp_path: Path
) -> None:
    text, _ = await sessions.open("anna", "")
    file = tmp_path / FILE_NAME
    assert text not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert await Sessions(tmp_path, clock).find(text) is not None


async def test_what_was_never_given_proves_nobody(sessions: Sessions) -> None:
    text, _ = await sessions.open("anna", "")
    for forged in ("", "x", text[:-1], text + "A", text.swapcase()):
        assert await sessions.find(forged) is None


async def test_signing_off_ends_it_and_signing_on_again_and_again_ends_the_oldest(
    sessions: Sessions,
) -> None:
    texts = [(await sessions.open("anna", ""))[0] for _ in range(PER_PERSON_MAX + 1)]
    assert await sessions.find(texts[0]) is None
    other, _ = await sessions.open("boris", "")
    await sessions.close(texts[-1])
    assert await sessions.find(texts[-1]) is None
    assert await sessions.close_all("anna") == PER_PERSON_MAX - 1
    assert await sessions.find(other) is not None


async def test_a_damaged_file_says_what_to_do(sessions: Sessions, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{")
    (tmp_path / FILE_NAME).chmod(0o600)
    with pytest.raises(PrivateFileError, match="remove it"):
        await sessions.find("x")
