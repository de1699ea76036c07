"""Acknowledge tokens: bound to incident, revision, person and end, and to this daemon's key."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.people.private import PrivateFileError
from monitord.runtime.links import KEY_FILE, Grant, Links, signing_key

KEY = bytes(range(32))
LINKS = Links(KEY, "https://alarm.example/")
GRANT = Grant(12, 3, "anna", 5_000)
OPENED_MS = 777

ids = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)
grants = st.builds(Grant, st.integers(1, 10**9), st.integers(1, 10**9), ids, st.integers(0, 10**15))


def opened(_: int) -> int:
    return OPENED_MS


@given(grants)
def test_what_was_granted_is_read_back(grant: Grant) -> None:
    assert LINKS.read(LINKS.token(grant, OPENED_MS), opened) == grant


@given(grants, st.data())
def test_a_token_with_any_one_letter_changed_is_nothing(grant: Grant, data: st.DataObject) -> None:
    token = LINKS.token(grant, OPENED_MS)
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("abcxyz019-_.A"))
    changed = token[:at] + letter + token[at + 1 :]
    read = LINKS.read(changed, opened)
    assert read is None or changed == token


@given(st.text(max_size=300))
def test_garbage_is_nothing(token: str) -> None:
    assert LINKS.read(token, opened) is None


def test_another_key_does_not_read_it() -> None:
    assert Links(bytes(32), "").read(LINKS.token(GRANT, OPENED_MS), opened) is None


def test_another_incident_of_the_same_number_is_not_taken() -> None:
    """After a lost journal numbers begin again; links from before must not count."""
    token = LINKS.token(GRANT, OPENED_MS)
    assert LINKS.read(token, lambda _: OPENED_MS + 1) is None
    assert LINKS.read(token, lambda _: None) is None


def test_the_link_stands_below_the_public_url() -> None:
    assert LINKS.url(GRANT, OPENED_MS).startswith("https://alarm.example/a/12.3.anna.5000.")


def test_a_link_survives_a_restart(tmp_path: Path) -> None:
    token = Links(signing_key(tmp_path), "").token(GRANT, OPENED_MS)
    assert Links(signing_key(tmp_path), "").read(token, opened) == GRANT


def test_the_key_is_closed_to_others(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        signing_key(tmp_path)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(PrivateFileError, match="open to others"):
        signing_key(tmp_path)


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / KEY_FILE
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(PrivateFileError, match="damaged"):
        signing_key(tmp_path)
