"""Programs' tokens in the accounts file: shown once, kept as a hash, gone when revoked."""

import stat
from pathlib import Path

import pytest

from monitord.people import tokens as t
from monitord.people.accounts import FILE_NAME, Accounts
from monitord.people.tokens import Program, TokenRefused, TokenRole

MADE_MS = 1_795_000_000_000


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path, lambda: MADE_MS)


async def test_a_token_is_kept_as_a_hash_alone(accounts: Accounts, tmp_path: Path) -> None:
    """What lies in the file proves nothing to who reads it."""
    text = await accounts.add_token("hub", TokenRole.OPERATOR)
    assert len(text) > t.TOKEN_BYTES
    assert await accounts.check_token(text) == Program("hub", TokenRole.OPERATOR)
    file = tmp_path / FILE_NAME
    assert text not in file.read_text()
    assert text.removeprefix(t.PREFIX) not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = (await accounts.tokens())["hub"]
    assert await accounts.check_token(kept.hash) is None


async def test_a_token_is_worth_nothing_from_its_end_on(tmp_path: Path) -> None:
    now_ms = MADE_MS
    accounts = Accounts(tmp_path, lambda: now_ms)
    text = await accounts.add_token("wall", TokenRole.READ, MADE_MS + 1_000)
    for at_ms, holds in ((0, True), (999, True), (1_000, False), (-1, False), (90_000, False)):
        now_ms = MADE_MS + at_ms
        assert (await accounts.check_token(text) is not None) == holds, at_ms
    with pytest.raises(TokenRefused, match="lies ahead"):
        await accounts.add_token("late", TokenRole.READ, now_ms)


@pytest.mark.parametrize("text", ["", "hub", t.PREFIX, "monitord_" + "A" * 43])
async def test_anything_else_is_nobody(accounts: Accounts, text: str) -> None:
    await accounts.add_token("hub", TokenRole.READ)
    assert await accounts.check_token(text) is None


async def test_a_revoked_token_is_worth_nothing_and_pins_stay(accounts: Accounts) -> None:
    await accounts.set_pin("anna", "730164")
    text = await accounts.add_token("hub", TokenRole.READ)
    other = await accounts.add_token("wall", TokenRole.READ)
    await accounts.revoke_token("hub")
    assert await accounts.check_token(text) is None
    assert await accounts.check_token(other) == Program("wall", TokenRole.READ)
    assert (await accounts.check_pin("anna", "730164", "command-line")).ok
    with pytest.raises(TokenRefused, match="there are: wall"):
        await accounts.revoke_token("hub")


async def test_a_name_is_given_once_and_their_number_is_bounded(accounts: Accounts) -> None:
    await accounts.add_token("hub", TokenRole.READ)
    with pytest.raises(TokenRefused, match="revoke it first"):
        await accounts.add_token("hub", TokenRole.OPERATOR)
    with pytest.raises(TokenRefused, match="a-z, 0-9"):
        await accounts.add_token("Hub/../x", TokenRole.READ)
    full = dict.fromkeys(map(str, range(t.TOKENS_MAX)), (await accounts.tokens())["hub"])
    with pytest.raises(TokenRefused, match="64 tokens"):
        t.make(full, "one-more", TokenRole.READ, 0)
