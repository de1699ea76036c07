"""PINs: which are refused, how guessing is slowed down, and what survives a restart."""

import asyncio
import fcntl
import json
import os
import stat
from itertools import pairwise
from pathlib import Path

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.people import accounts as accounts_module
from monitord.people import pins
from monitord.people.accounts import Accounts, PinVerdict, UnknownPerson, add_user
from monitord.people.pins import WAIT_MS_MAX, Failures, PinRefused, check_choice, pin_matches
from monitord.people.private import PrivateFileError

PIN = "482915"
REAL_HASHER = pins._HASHER


class Time:
    ms = 1_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm at its lowest cost."""
    monkeypatch.setattr(pins, "_HASHER", argon2.PasswordHasher(1, 8, 1))


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def people(tmp_path: Path, now: Time) -> Accounts:
    return Accounts(tmp_path, now)


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "1234567890123", "12345a", "12 456", "-12345", "١٢٣٤٥٦", "111111", "123456",
     "654321", "024680", "890123", "121212", "123123", "112112", "1231231"],
)  # fmt: skip
def test_easy_pins_are_refused_without_being_repeated(pin: str) -> None:
    with pytest.raises(PinRefused) as refused:
        check_choice(pin)
    assert not pin or pin not in str(refused.value)


@given(st.from_regex(r"[0-9]{6,12}", fullmatch=True))
def test_a_pin_is_refused_for_a_run_or_a_repeat_only(pin: str) -> None:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeats = any(
        all(pin[i] == pin[i % part] for i in range(len(pin)))
        for part in range(1, len(pin) // 2 + 1)
    )
    try:
        check_choice(pin)
    except PinRefused:
        assert len(steps) == 1 or repeats
    else:
        assert len(steps) > 1
        assert not repeats


async def test_only_the_right_pin_of_the_right_person_proves_anything(people: Accounts) -> None:
    await people.set_pin("anna", PIN)
    await people.set_pin("boris", "730264")
    verdicts = [
        (await people.check_pin(person, pin, "console")).verdict
        for person, pin in [
            ("anna", PIN), ("anna", "730264"), ("boris", "730264"), ("chloe", PIN), ("anna", ""),
        ]
    ]  # fmt: skip
    assert verdicts == [
        PinVerdict.OK, PinVerdict.WRONG, PinVerdict.OK, PinVerdict.NOT_SET, PinVerdict.WRONG,
    ]  # fmt: skip


DURESS = "260417"


async def test_g9_a_second_pin_says_that_they_are_forced(people: Accounts) -> None:
    """G9: each is told from the other, also after the true one is another."""
    await people.set_pin("anna", PIN)
    await people.set_pin("anna", DURESS, duress=True)
    for true in (PIN, "730264"):
        await people.set_pin("anna", true)
        found = [await people.check_pin("anna", p, "console") for p in (true, DURESS, "000007")]
        assert [(a.verdict, a.duress) for a in found] == [
            (PinVerdict.OK, False), (PinVerdict.OK, True), (PinVerdict.WRONG, False),
        ]  # fmt: skip


async def test_g9_the_two_pins_are_never_the_same(people: Accounts) -> None:
    with pytest.raises(PinRefused, match="no PIN yet"):
        await people.set_pin("anna", DURESS, duress=True)
    await people.set_pin("anna", PIN)
    with pytest.raises(PinRefused, match="must not be the same"):
        await people.set_pin("anna", PIN, duress=True)
    await people.set_pin("anna", DURESS, duress=True)
    with pytest.raises(PinRefused, match="must not be the same"):
        await people.set_pin("anna", DURESS)
    assert (await people.check_pin("anna", PIN, "console")).ok


@pytest.mark.parametrize("has_duress", [False, True])
@pytest.mark.parametrize("pin", [PIN, DURESS, "000007"])
async def test_g9_every_check_takes_as_long(
    people: Accounts, monkeypatch: pytest.MonkeyPatch, has_duress: bool, pin: str
) -> None:
    """G9: two hashes whatever was given, and whether there is a second PIN or not."""
    await people.set_pin("anna", PIN)
    if has_duress:
        await people.set_pin("anna", DURESS, duress=True)
    looked: list[str] = []

    def counted(pin_hash: str, given: str) -> bool:
        looked.append(pin_hash)
        return pin_matches(pin_hash, given)

    monkeypatch.setattr("monitord.people.accounts.pin_matches", counted)
    await people.check_pin("anna", pin, "console")
    assert len(looked) == 2


async def test_five_wrong_tries_lock_and_a_restart_does_not_unlock(
    people: Accounts, now: Time, tmp_path: Path
) -> None:
    await people.set_pin("anna", PIN)
    answers = [await people.check_pin("anna", "000001", "console") for _ in range(5)]
    assert [answer.wait_ms for answer in answers] == [0, 0, 0, 0, 30_000]
    after = Accounts(tmp_path, now)
    assert (await after.check_pin("anna", PIN, "console")).verdict is PinVerdict.LOCKED
    now.ms += 30_000
    assert (await after.check_pin("anna", PIN, "console")).ok
    assert (await after.check_pin("anna", "000001", "console")).wait_ms == 0


async def test_a_lock_on_links_does_not_lock_the_console(people: Accounts) -> None:
    """A stranger with a link cannot keep a guard from closing an incident on site."""
    await people.set_pin("anna", PIN)
    for _ in range(5):
        await people.check_pin("anna", "000001", "link")
    assert (await people.check_pin("anna", PIN, "link")).verdict is PinVerdict.LOCKED
    assert (await people.check_pin("anna", PIN, "console")).ok


async def test_a_try_is_on_disk_before_the_pin_is_looked_at(
    people: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill between try and answer wins nobody a free guess."""

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    await people.set_pin("anna", PIN)
    monkeypatch.setattr(accounts_module, "pin_matches", killed)
    with pytest.raises(KeyboardInterrupt):
        people._check("anna", PIN, "console")
    stored = json.loads((tmp_path / "accounts.json").read_bytes())
    assert stored["people"]["anna"]["failures"]["console"]["count"] == 1


@given(st.integers(0, 2**50), st.integers(0, 2**50), st.integers(0, 60))
def test_no_clock_makes_a_wait_longer_than_the_longest(now: int, later: int, tries: int) -> None:
    failures = Failures()
    for _ in range(tries):
        failures = failures.one_more(now)
    assert 0 <= failures.wait_ms(later) <= WAIT_MS_MAX
    assert failures.wait_ms(now) == (
        min(30_000 * 2 ** (tries - 5), WAIT_MS_MAX) if tries > 4 else 0
    )


async def test_the_file_is_closed_to_others_and_holds_no_pin(
    people: Accounts, tmp_path: Path
) -> None:
    old = os.umask(0)
    try:
        await people.set_pin("anna", PIN)
    finally:
        os.umask(old)
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert PIN.encode() not in file.read_bytes()


async def test_a_file_that_others_can_read_is_not_believed(
    people: Accounts, tmp_path: Path
) -> None:
    await people.set_pin("anna", PIN)
    (tmp_path / "accounts.json").chmod(0o640)
    with pytest.raises(PrivateFileError, match="chmod 600"):
        await people.check_pin("anna", PIN, "console")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"people": {"anna": 1}}', b"\x00" * 64])
async def test_a_damaged_file_says_what_to_do(
    people: Accounts, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "accounts.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(PrivateFileError, match="damaged: restore it"):
        await people.check_pin("anna", PIN, "console")


def test_a_hash_is_dear_to_guess_at() -> None:
    assert REAL_HASHER.type is argon2.Type.ID
    assert (REAL_HASHER.time_cost, REAL_HASHER.memory_cost) >= (3, 32 * 1024)


async def test_a_damaged_hash_matches_nothing(people: Accounts, tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    path.write_bytes(b'{"people": {"anna": {"pin_hash": "$argon2id$nonsense"}}}')
    path.chmod(0o600)
    assert (await people.check_pin("anna", PIN, "console")).verdict is PinVerdict.WRONG


async def test_a_lock_that_another_program_keeps_is_not_waited_for_without_end(
    people: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts_module, "LOCK_TRIES", 2)
    with (tmp_path / "accounts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(PrivateFileError, match="another program"):
            await people.check_pin("anna", PIN, "console")


async def test_tries_at_the_same_time_are_all_counted(people: Accounts) -> None:
    await people.set_pin("anna", PIN)
    answers = await asyncio.gather(
        *(people.check_pin("anna", f"00000{i}", "console") for i in range(6))
    )
    assert [a.verdict for a in answers] == [PinVerdict.WRONG] * 5 + [PinVerdict.LOCKED]


async def test_add_user_knows_the_people_of_the_site(people: Accounts) -> None:
    await add_user(people, ["anna", "boris"], "anna", PIN)
    assert await people.has_pin("anna")
    with pytest.raises(UnknownPerson, match="did you mean boris"):
        await add_user(people, ["anna", "boris"], "borsi", PIN)
    with pytest.raises(PinRefused):
        await add_user(people, ["anna", "boris"], "boris", "123456")
    assert not await people.has_pin("boris")
