"""Holding back over the socket: what programs may send, and what comes of a part that fails."""

import os
import pwd
from typing import Any

import pytest

from monitord.core import facts as f
from monitord.vocabulary import Cause
from tests.runtime.control.house import PIN, Client, House


@pytest.fixture
def me(house: House) -> str:
    """This account is anna's."""
    house.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}
    return "anna"


def asking(**changed: Any) -> dict[str, Any]:
    """A request that holds, unless something in it is changed."""
    until = "2026-11-18T13:00:00Z"
    return {"how": "shelved", "until": until, "reason": "dust", "source": "east.pir", **changed}


async def test_a_login_alone_holds_nothing_back(house: House, client: Client, me: str) -> None:
    """Law 11: the PIN, typed again."""
    assert (await client.ask("suppress", **asking()))["code"] == "needs-pin"
    assert not house.engine.state.suppressions
    assert (await client.ask("suppress", **asking(), pin=PIN))["ok"]
    assert set(house.engine.state.suppressions) == {"east.pir:shelved"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"how": "shelvd"}, "did you mean shelved?"),
        ({"how": "suppressed-by-design"}, "there are: shelved, out-of-service"),
        ({"until": "2026-11-18T13:00:00"}, "RFC 3339 with its zone"),
        ({"until": "soon"}, "RFC 3339 with its zone"),
        ({"until": "2026-11-18T11:00:00Z"}, "must lie ahead"),
        ({"source": "east.pr"}, "did you mean east.pir?"),
        ({"source": "pir"}, "write one of east.pir, west.pir"),
        ({"source": "", "number": 4}, "No incident 4 is open"),
        ({"reason": "x" * 2_001}, "at most 2000 characters"),
    ],
)
async def test_what_cannot_be_held_back_says_why(
    house: House, client: Client, me: str, changed: dict[str, Any], says: str
) -> None:
    reply = await client.ask("suppress", **asking(**changed), pin=PIN)
    assert not reply["ok"]
    assert says in reply["text"]
    assert not house.engine.state.suppressions


async def test_what_was_held_back_is_told_beside_what_was_refused(
    house: House, client: Client, me: str
) -> None:
    """An incident of a detector and of a dead panel, whose tamper only a manager holds back."""
    house.trip("east")
    house.engine.take(f.DeviceLost(device="west", cause=Cause.SILENT))
    house.engine.at_ms += 3_600
    while (due_ms := min(house.engine.state.deadlines.values())) < house.engine.at_ms + 30_000:
        house.engine.at_ms = max(house.engine.at_ms, due_ms)
        house.engine.take(f.TimePassed())
    number = next(i.number for i in house.engine.state.open_incidents() if len(i.alarms) > 1)
    reply = await client.ask("suppress", **asking(source="", number=number), pin=PIN)
    assert (reply["ok"], reply["code"]) == (False, "forbidden")
    assert "west: A tamper alarm" in reply["text"]
    assert [h["source"] for h in reply["held_back"]] == ["east.pir"]
    assert [r["what"] for r in reply["refused"]] == ["west"]


async def test_a_key_is_carried_to_every_fact_of_a_command(
    house: House, client: Client, me: str
) -> None:
    """A command about several alarms is several facts: each has a key of its own."""
    house.trip("east")
    house.trip("west")
    asked = asking(source="", number=1, key="k")
    assert (await client.ask("suppress", **asked, pin=PIN))["ok"]
    keys = [x.key for x in house.engine.submitted if isinstance(x, f.Suppress)]
    uid = os.geteuid()
    assert keys == [f"command-line:{uid}:k:east.pir", f"command-line:{uid}:k:west.pir"]


async def test_giving_back_what_is_not_held_names_what_is(
    house: House, client: Client, me: str
) -> None:
    await client.ask("suppress", **asking(), pin=PIN)
    reply = await client.ask("unsuppress", source="west.pir")
    assert reply["code"] == "unknown"
    assert "held back are: east.pir" in reply["text"]
    assert (await client.ask("unsuppress", source="east.pir"))["ok"]


async def test_names_are_shown_and_not_journaled(house: House, client: Client) -> None:
    """Law 3."""
    people = (await client.ask("people"))["people"]
    assert [(p["id"], p["name"]) for p in people] == [
        ("anna", "Anna Okafor"),
        ("boris", "Boris Lang"),
        ("ivo", ""),
    ]
    assert all(b"Okafor" not in row.payload for row in house.engine.rows)
