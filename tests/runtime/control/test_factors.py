"""A second factor over the control socket: set up by root, asked for where the site says so."""

import os
import pwd

import pytest
from msgspec.structs import replace

from monitord.people import totp
from monitord.runtime.control.who import Caller
from monitord.vocabulary import Mode, SecondFactor
from tests.runtime.control.house import CODE, PIN, UTC_MS, Client, House, small_site

WORKS = {"mode": "works", "until": "2026-11-18T13:00:00Z", "reason": "paint", "pin": PIN}


@pytest.fixture
def house() -> House:
    made = House(replace(small_site(), second_factor=tuple(SecondFactor)))
    made.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}
    return made


async def test_without_the_code_it_is_refused_and_with_it_it_is_done(
    house: House, client: Client
) -> None:
    house.accounts.factors["anna"] = "secret"
    house.engine.state.mode = Mode.NIGHT
    refused = await client.ask("mode-change", **WORKS)
    assert (refused["code"], house.engine.state.mode) == ("needs-code", Mode.NIGHT)
    refused = await client.ask("mode-change", **WORKS, code="000000")
    assert (refused["code"], house.engine.state.mode) == ("wrong-code", Mode.NIGHT)
    assert (await client.ask("mode-change", **WORKS, code=CODE))["ok"]
    assert house.engine.state.mode is Mode.WORKS


async def test_a_code_without_a_pin_proves_nothing(house: House, client: Client) -> None:
    house.accounts.factors["anna"] = "secret"
    house.engine.state.mode = Mode.NIGHT
    refused = await client.ask("mode-change", **{**WORKS, "pin": ""}, code=CODE)
    assert refused["code"] == "needs-pin"


async def test_the_code_of_one_request_serves_no_other(house: House, client: Client) -> None:
    house.accounts.factors["anna"] = "secret"
    house.engine.state.mode = Mode.NIGHT
    assert (await client.ask("mode-change", **WORKS, code=CODE))["ok"]
    house.engine.state.mode = Mode.NIGHT
    assert (await client.ask("mode-change", **WORKS))["code"] == "needs-code"


async def test_who_has_none_is_told_what_to_do(house: House, client: Client) -> None:
    refused = await client.ask("mode-change", **WORKS, code=CODE)
    assert (refused["code"], "monitord user totp anna" in refused["text"]) == ("no-code", True)


async def test_an_alarm_is_taken_and_declared_without_one(house: House, client: Client) -> None:
    house.trip()
    assert (await client.ask("acknowledge", number=1, seen=1))["ok"]
    assert (await client.ask("declare", category="theft", area="gallery"))["ok"]
    assert (await client.ask("attend", number=1, says="safe"))["ok"]


async def test_it_is_kept_once_a_code_of_it_has_come(house: House, client: Client) -> None:
    told = await client.ask("user-totp", person="anna")
    assert told["address"].startswith("otpauth://totp/The%20House:anna?")
    assert not house.accounts.factors, "nothing is kept before the phone has shown it"
    proof = {"person": "anna", "secret": told["secret"]}
    assert (await client.ask("user-totp", **proof, code="00000x"))["code"] == "wrong-code"
    code = totp.code_at(told["secret"], UTC_MS // totp.STEP_MS)
    assert (await client.ask("user-totp", **proof, code=code))["ok"]
    assert house.accounts.factors == {"anna": told["secret"]}
    assert (await client.ask("user-totp", person="anna", remove=True))["ok"]
    assert house.accounts.factors == {"anna": ""}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"person": "ana"}, "unknown"),
        ({"person": "anna", "secret": "not base32!", "code": "123456"}, "bad-input"),
        ({"person": "boris", "remove": True}, "no-pin"),
    ],
)
async def test_what_is_wrong_is_told(client: Client, request_: dict[str, str], code: str) -> None:
    assert (await client.ask("user-totp", **request_))["code"] == code


async def test_only_root_and_the_daemon_set_one_up(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(Caller, "keeps_accounts", False)
    assert (await client.ask("user-totp", person="anna"))["code"] == "forbidden"
