"""A PIN for one shift in the accounts file: it holds until its end, and so does a sign-on."""

from pathlib import Path

import pytest

from monitord.people.accounts import Accounts, PinVerdict
from monitord.people.sessions import SHIFT_MS, Sessions

BEGIN = 1_000_000_000_000
PIN, OWN = "482913", "739152"


class Now:
    ms = BEGIN

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def accounts(tmp_path: Path, now: Now) -> Accounts:
    return Accounts(tmp_path, now)


async def test_it_holds_until_its_end_and_not_a_millisecond_longer(
    accounts: Accounts, now: Now
) -> None:
    await accounts.set_pin("gus", PIN, ends_ms=BEGIN + 1000)
    now.ms = BEGIN + 999
    answer = await accounts.check_pin("gus", PIN, "console")
    assert (answer.ok, answer.ends_ms) == (True, BEGIN + 1000)
    now.ms = BEGIN + 1000
    answer = await accounts.check_pin("gus", PIN, "console")
    assert answer.verdict is PinVerdict.NOT_SET


async def test_a_duress_pin_beside_it_ends_with_it(accounts: Accounts, now: Now) -> None:
    await accounts.set_pin("gus", PIN, ends_ms=BEGIN + 1000)
    await accounts.set_pin("gus", OWN, duress=True)
    assert (await accounts.check_pin("gus", OWN, "console")).duress
    now.ms = BEGIN + 1000
    assert (await accounts.check_pin("gus", OWN, "console")).verdict is PinVerdict.NOT_SET


async def test_a_pin_of_their_own_has_no_end_and_is_told_from_it(accounts: Accounts) -> None:
    assert not await accounts.has_own_pin("gus")
    await accounts.set_pin("gus", PIN, ends_ms=BEGIN + 1000)
    assert not await accounts.has_own_pin("gus")
    await accounts.set_pin("gus", OWN)
    assert await accounts.has_own_pin("gus")
    assert (await accounts.check_pin("gus", OWN, "console")).ends_ms is None


@pytest.mark.parametrize(
    ("ends_ms", "until_ms"),
    [(None, BEGIN + SHIFT_MS), (BEGIN + 5, BEGIN + 5), (BEGIN + 2 * SHIFT_MS, BEGIN + SHIFT_MS)],
)
async def test_a_sign_on_ends_with_the_pin_it_was_made_with(
    tmp_path: Path, now: Now, ends_ms: int | None, until_ms: int
) -> None:
    text, session = await Sessions(tmp_path, now).open("gus", "", ends_ms)
    assert session.ends_ms == until_ms
    now.ms = until_ms
    assert await Sessions(tmp_path, now).find(text) is None
