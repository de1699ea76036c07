"""Giving a PIN for one shift over the control socket: made by the daemon, told once."""

import json
import os
import pwd
from typing import Any

import pytest
from msgspec.structs import replace

from monitord.core.site import Person
from monitord.runtime.control.relieving import made
from monitord.vocabulary import Role
from tests.runtime.control.house import PIN, Client, House, small_site

UNTIL = "2026-11-18T13:00:00Z"


@pytest.fixture
def house() -> House:
    site = small_site()
    made = House(replace(site, people={**site.people, "gus": Person("gus", Role.GUARD)}))
    made.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}
    return made


async def give(
    client: Client, who: str = "gus", until: str = UNTIL, pin: str = PIN
) -> dict[str, Any]:
    return await client.ask("relief-give", who=who, until=until, pin=pin)


async def test_the_pin_is_told_once_and_kept_with_its_end(house: House, client: Client) -> None:
    told = await give(client)
    assert told["ok"], told
    pin = told["pin"]
    assert house.accounts.pins["gus"] == pin
    assert house.accounts.ends["gus"]
    shown = await client.ask("reliefs")
    assert [each["person"] for each in shown["reliefs"]] == ["gus"]
    assert shown["guards"] == ["gus"]
    assert pin not in json.dumps(shown)
    assert not any(pin.encode() in row.payload for row in house.engine.rows), "the journal has it"


async def test_a_pin_of_their_own_is_never_replaced_by_one_for_a_night(
    house: House, client: Client
) -> None:
    house.accounts.pins["gus"] = PIN
    told = await give(client)
    assert told["code"] == "already"
    assert house.accounts.pins["gus"] == PIN
    assert not house.engine.state.reliefs


@pytest.mark.parametrize(
    ("who", "until", "code"),
    [
        ("guss", UNTIL, "unknown"),
        ("boris", UNTIL, "forbidden"),
        ("gus", "2026-11-20T13:00:00Z", "bad-input"),
        ("gus", "soon", "bad-input"),
    ],
)
async def test_what_is_refused_gives_no_pin(
    house: House, client: Client, who: str, until: str, code: str
) -> None:
    told = await give(client, who, until)
    assert told["code"] == code
    assert "pin" not in told
    assert set(house.accounts.pins) == {"anna"}


async def test_it_needs_the_pin_of_who_gives_it(house: House, client: Client) -> None:
    assert (await give(client, pin=""))["code"] == "needs-pin"
    assert (await give(client, pin="739152"))["code"] == "wrong-pin"
    assert "gus" not in house.accounts.pins


async def test_its_end_takes_the_pin_away_but_never_one_of_their_own(
    house: House, client: Client
) -> None:
    await give(client)
    assert (await client.ask("relief-end", who="gus", pin=PIN))["ok"]
    assert "gus" not in house.accounts.pins
    await give(client)
    await house.accounts.set_pin("gus", "739152")
    house.accounts.ends.pop("gus")
    assert (await client.ask("relief-end", who="gus", pin=PIN))["ok"]
    assert house.accounts.pins["gus"] == "739152"


def test_no_pin_is_made_that_would_be_guessed_first() -> None:
    """Out of chance: a thousand of them are nearly all different, and all of six digits."""
    many = [made() for _ in range(1000)]
    assert all(len(pin) == 6 and pin.isdecimal() for pin in many)
    assert len(set(many)) > 900
    assert not {"000000", "123456", "111111"} & set(many)
