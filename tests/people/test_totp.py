"""The code of a second factor: RFC 6238, each code once, guessing slowed down."""

import base64
from pathlib import Path

import pytest

from monitord.people import totp
from monitord.people.accounts import Accounts, PinVerdict
from monitord.people.pins import FREE_FAILURES, PinRefused

#: The key of the appendices of RFC 4226 and RFC 6238.
SECRET = base64.b32encode(b"12345678901234567890").decode()
PIN = "482913"
BEGIN = 1_800_000_000_000


class Now:
    ms = BEGIN

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
async def accounts(tmp_path: Path, now: Now) -> Accounts:
    made = Accounts(tmp_path, now)
    await made.set_pin("anna", PIN)
    await made.set_totp("anna", SECRET)
    return made


def code(ms: int) -> str:
    return totp.code_at(SECRET, ms // totp.STEP_MS)


@pytest.mark.parametrize(
    ("seconds", "eight"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_the_vectors_of_rfc_6238(seconds: int, eight: str) -> None:
    assert totp.code_at(SECRET, seconds // 30) == eight[-6:]


def test_a_secret_is_160_bits_and_never_the_same() -> None:
    many = {totp.made() for _ in range(100)}
    assert len(many) == 100
    assert all(len(base64.b32decode(secret)) == 20 for secret in many)


def test_the_address_names_person_and_house() -> None:
    told = totp.address(SECRET, "anna", "Riverside Museum")
    assert told.startswith("otpauth://totp/Riverside%20Museum:anna?")
    assert f"secret={SECRET}" in told


@pytest.mark.parametrize(
    ("beside", "ok"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
async def test_a_phone_may_be_one_step_beside(accounts: Accounts, beside: int, ok: bool) -> None:
    given = code(BEGIN + beside * totp.STEP_MS)
    assert (await accounts.check_code("anna", given, "console")).ok is ok


async def test_each_code_holds_once_also_after_a_start(
    accounts: Accounts, now: Now, tmp_path: Path
) -> None:
    assert (await accounts.check_code("anna", code(BEGIN), "console")).ok
    again = Accounts(tmp_path, now)
    for held in (accounts, again):
        answer = await held.check_code("anna", code(BEGIN), "command-line")
        assert answer.verdict is PinVerdict.WRONG
    earlier = code(BEGIN - totp.STEP_MS)
    assert (await again.check_code("anna", earlier, "console")).verdict is PinVerdict.WRONG
    now.ms += totp.STEP_MS
    assert (await again.check_code("anna", code(now.ms), "console")).ok


async def test_guessing_is_slowed_down_and_locks_no_pin(accounts: Accounts, now: Now) -> None:
    for _ in range(FREE_FAILURES + 1):
        answer = await accounts.check_code("anna", "000000", "console")
        assert answer.verdict is PinVerdict.WRONG
    answer = await accounts.check_code("anna", code(now.ms), "console")
    assert (answer.verdict, answer.wait_ms) == (PinVerdict.LOCKED, 30_000)
    assert (await accounts.check_pin("anna", PIN, "console")).ok, "an alarm can still be taken"


async def test_a_new_pin_keeps_it_and_to_remove_takes_it_away(accounts: Accounts) -> None:
    await accounts.set_pin("anna", "739152")
    await accounts.set_pin("anna", "264871", duress=True)
    assert (await accounts.check_code("anna", code(BEGIN), "console")).ok
    assert (await accounts.check_pin("anna", "264871", "console")).duress
    await accounts.set_totp("anna", "")
    answer = await accounts.check_code("anna", code(BEGIN), "console")
    assert answer.verdict is PinVerdict.NOT_SET


async def test_without_a_pin_there_is_none(accounts: Accounts) -> None:
    with pytest.raises(PinRefused, match="no PIN yet"):
        await accounts.set_totp("boris", SECRET)
