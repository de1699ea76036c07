"""Commands over the socket: who is speaking, what proves it, and what the core answers."""

import os
import pwd

import pytest

from monitord.core import facts as f
from monitord.runtime.control import who
from monitord.vocabulary import PointState, Proof
from tests.runtime.control.house import PIN, Client, House


@pytest.fixture
def me(house: House) -> str:
    """This account is anna's."""
    house.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name, "boris": "somebody-else"}
    return "anna"


def last(house: House) -> f.AnyFact:
    """The last fact that was not only a question."""
    return [x for x in house.engine.submitted if not isinstance(x, f.WallClockRead)][-1]


async def test_the_kernel_says_who_acknowledges(house: House, client: Client, me: str) -> None:
    """C3: a login is proof enough to take an alarm, in that person's name."""
    house.trip()
    reply = await client.ask("acknowledge", number=1, seen=1)
    assert reply["ok"]
    assert reply["stored"]
    assert reply["incident"]["owner"] == "anna"
    fact = last(house)
    assert isinstance(fact, f.Acknowledge)
    assert (fact.by, fact.proof, fact.via) == ("anna", Proof.LOGIN, "command-line")


async def test_an_account_that_is_nobodys_may_not_act(house: House, client: Client) -> None:
    """Root is nobody, too, unless the site file names it."""
    house.trip()
    reply = await client.ask("acknowledge", number=1, seen=1)
    assert (reply["ok"], reply["code"]) == (False, "forbidden")
    assert "--person" in reply["text"]
    assert not house.engine.state.incidents[1].acks


async def test_nobody_speaks_for_another_without_their_pin(
    house: House, client: Client, me: str
) -> None:
    house.trip()
    reply = await client.ask("acknowledge", number=1, seen=1, person="boris")
    assert reply["code"] == "needs-pin"
    assert not house.engine.state.incidents[1].acks


async def test_a_pin_proves_the_person(house: House, client: Client) -> None:
    house.trip()
    reply = await client.ask("acknowledge", number=1, seen=1, person="anna", pin=PIN)
    assert reply["ok"]
    fact = last(house)
    assert isinstance(fact, f.Acknowledge)
    assert fact.proof is Proof.PIN


@pytest.mark.parametrize(
    ("person", "pin", "code", "says"),
    [
        ("anna", "111222", "wrong-pin", "not the PIN of anna"),
        ("anna", "000001", "locked", "wait 30 s"),
        ("boris", PIN, "no-pin", "monitord user add boris"),
        ("bors", PIN, "forbidden", "did you mean boris?"),
    ],
)
async def test_a_pin_that_proves_nothing(
    house: House, client: Client, person: str, pin: str, code: str, says: str
) -> None:
    """The answer says what to do, and never holds the PIN."""
    house.trip()
    reply = await client.ask("acknowledge", number=1, seen=1, person=person, pin=pin)
    assert (reply["ok"], reply["code"]) == (False, code)
    assert says in reply["text"]
    assert pin not in str(reply)
    assert not house.engine.state.incidents[1].acks


async def test_a_worsened_incident_is_refused_and_shown(
    house: House, client: Client, me: str
) -> None:
    """Law 10, T1.4: what got worse stands in the answer, with the incident as it is now."""
    house.trip("east")
    house.trip("west")
    reply = await client.ask("acknowledge", number=1, seen=1)
    assert (reply["ok"], reply["code"]) == (False, "worsened")
    assert reply["incident"]["worse"] == ["confirmed"]
    assert (await client.ask("acknowledge", number=1, seen=reply["incident"]["rev"]))["ok"]


async def test_closing_needs_the_pin_and_a_quiet_detector(
    house: House, client: Client, me: str
) -> None:
    """Law 11, and closing is the reset."""
    house.trip()
    ask = {"number": 1, "seen": 1, "cause": "false-alarm", "found_by": "anna"}
    ask |= {"looked": "inside"}
    assert (await client.ask("close", **ask))["code"] == "needs-pin"
    assert (await client.ask("close", **ask, pin=PIN, finding="a cat"))["code"] == "active"
    house.engine.take(f.PointChanged(point="east.pir", state=PointState.NORMAL))
    reply = await client.ask("close", **ask, pin=PIN, finding="a cat", note="came by the roof")
    assert reply["ok"]
    assert not reply["incident"]["open"]
    assert set(house.notes) == {"came by the roof", "a cat"}
    fact = last(house)
    assert isinstance(fact, f.Close)
    assert fact.note is not None
    assert fact.finding is not None
    assert not {"came by", "a cat"} & {text for text in house.notes if text in repr(fact)}


async def test_declaring_calls_at_once(house: House, client: Client, me: str) -> None:
    reply = await client.ask("declare", category="theft", area="gallery")
    assert reply["ok"]
    assert reply["incident"]["declared_by"] == "anna"
    assert reply["incident"]["calling"]


@pytest.mark.parametrize(
    ("category", "area", "says"),
    [
        ("thft", "gallery", "did you mean theft?"),
        ("xyzzy", "gallery", "there are: bomb-call"),
        ("theft", "galery", "did you mean gallery?"),
    ],
)
async def test_declaring_something_unknown_names_the_nearest(
    client: Client, me: str, category: str, area: str, says: str
) -> None:
    reply = await client.ask("declare", category=category, area=area)
    assert reply["code"] == "bad-input"
    assert says in reply["text"]


async def test_the_same_key_gets_the_same_answer(house: House, client: Client, me: str) -> None:
    ask = {"category": "theft", "area": "gallery", "key": "once"}
    assert (await client.ask("declare", **ask))["ok"]
    assert last(house).key == f"command-line:{os.geteuid()}:once"


async def test_root_and_the_daemons_account_set_pins(house: House, client: Client) -> None:
    reply = await client.ask("user-add", person="boris", pin="730164")
    assert reply["ok"]
    assert house.accounts.pins["boris"] == "730164"
    assert (await client.ask("user-add", person="boris", pin="1"))["code"] == "bad-input"
    assert "did you mean boris?" in (await client.ask("user-add", person="bors", pin=PIN))["text"]


def test_other_accounts_do_not_set_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 990)
    assert who.Caller(990).keeps_accounts
    assert who.Caller(0).keeps_accounts
    assert not who.Caller(1000).keeps_accounts


async def test_a_person_who_has_seen_it_confirms(house: House, client: Client, me: str) -> None:
    """G3: and no other incident than the one that was looked at."""
    house.trip()
    shown = (await client.ask("incident", number=1))["incident"]
    other = await client.ask("confirm", number=1, how="seen", opened="2026-01-01T00:00:00Z")
    assert other["code"] == "not-the-same"
    assert not (await client.ask("confirm", number=1, how="told"))["ok"]
    reply = await client.ask(
        "confirm", number=1, how="on-scene", opened=shown["opened"], note="a ladder"
    )
    assert reply["ok"]
    assert reply["incident"]["confirmed_by"] == ["anna"]
    assert reply["incident"]["confirmed_how"] == "on-scene"
    assert house.notes == ["a ladder"]
