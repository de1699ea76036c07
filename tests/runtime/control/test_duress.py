"""G9 on the socket: pages equal but for the clock, with the true PIN and with the duress PIN."""

import json
import os
import pwd
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace

from monitord.core import facts as f
from monitord.core.site import Person
from monitord.core.state import HIDDEN_FROM
from monitord.journal.errors import StoreError
from monitord.runtime.control import protocol as p
from monitord.runtime.control import relieving
from monitord.runtime.control.server import ControlServer
from monitord.vocabulary import Looked, Proof, Role
from tests.runtime.control.house import PIN, Client, House, small_site

DURESS: Final = "735194"
HIDDEN: Final = HIDDEN_FROM + 1
#: One request for each command that a PIN may stand beside, to a house in which one door is open.
REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "acknowledge": {"number": 1, "seen": 1},
    "close": {
        "number": 1,
        "seen": 1,
        "cause": "test",
        "finding": "a walk test",
        "found_by": "anna",
        "looked": "inside",
    },
    "confirm": {"number": 1, "how": "seen"},
    "declare": {"category": "theft", "area": "gallery"},
    "attend": {"number": 1, "says": "entered"},
    "log-write": {"kind": "visit", "note": "a courier"},
    "suppress": {
        "how": "shelved",
        "until": "2026-11-18T13:00:00Z",
        "reason": "dust",
        "source": "west.pir",
    },
    "unsuppress": {"source": "east.pir"},
    "set": {"area": "gallery", "force": True, "reason": "late"},
    "unset": {"area": "gallery"},
    "walk-start": {"area": "gallery", "until": "2026-11-18T13:00:00Z", "reason": "yearly"},
    "walk-end": {"area": "gallery"},
    "exception": {"area": "gallery", "until": "2026-11-18T13:00:00Z", "reason": "a lecture"},
    "output": {"output": "east.siren", "on": False},
    "mode-change": {"mode": "works", "until": "2026-11-18T13:00:00Z", "reason": "paint"},
    "maintenance-grant": {
        "who": "ivo",
        "areas": ["gallery"],
        "until": "2026-11-18T13:00:00Z",
        "reason": "new detectors",
    },
    "maintenance-end": {"number": 1},
    "step": {"number": 1, "step": 1},
    "police-told": {"number": 1, "how": "self"},
    "handover-offer": {"post": "desk"},
    "handover-take": {"post": "desk"},
    "agree": {"number": 1, "seen": 1},
    "relief-give": {"who": "gus", "until": "2026-11-18T13:00:00Z"},
    "relief-end": {"who": "gus"},
    "evidence-hold": {
        "number": 1,
        "until": "2026-11-30T13:00:00Z",
        "reason": "the police asked",
    },
    "evidence-release": {"number": 1},
    "police-reinstate": {"reference": "gb-1", "reason": "their letter"},
}
#: These are carried out by parts that build the fact themselves.
ELSEWHERE: Final = frozenset({"reload", "erase"})
LOOKS: Final = (
    *("status", "incidents", "areas", "points", "devices", "suppressions", "site", "mode"),
    "maintenance",
    "handover",
    "reliefs",
    "evidence",
)


def test_every_command_of_the_socket_is_in_the_table() -> None:
    """A new verb that takes a PIN is tried with the duress PIN, too."""
    verbs = {
        str(kind.__struct_config__.tag)
        for kind in p.AnyRequest.__args__
        if issubclass(kind, p.Command)
    }
    assert verbs == set(REQUESTS) | ELSEWHERE


async def night_of(folder: Path, verb: str, pin: str) -> tuple[list[str], House]:
    """What a session is told: the answer, every look after it, one more command, and the feed."""
    site = small_site()
    house = House(replace(site, people={**site.people, "gus": Person("gus", Role.GUARD)}))
    house.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}
    house.accounts.duress = {"anna": DURESS}
    house.trip()
    folder.mkdir()
    server = ControlServer(house.desk, folder)
    await server.open()
    told = []
    async with Client(server.path) as client:
        told.append(await client.ask(verb, **REQUESTS[verb], pin=pin))
        told += [await client.ask(look) for look in LOOKS]
        told.append(await client.ask("incidents", closed=True))
        told.append(await client.ask("incident", number=HIDDEN))
        told.append(await client.ask("acknowledge", number=HIDDEN, seen=1))
        hold = {"number": HIDDEN, "until": "2026-11-30T13:00:00Z", "reason": "r", "pin": pin}
        told.append(await client.ask("evidence-hold", **hold))
        told.append(await client.ask("declare", category="damage", area="gallery"))
        told.append(await client.ask("snapshot"))
    await server.close()
    return [json.dumps(one, sort_keys=True) for one in told], house


@pytest.mark.parametrize("verb", REQUESTS)
async def test_g9_a_session_sees_the_same_with_either_pin(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G9: answer for answer, byte for byte; and help was called."""
    monkeypatch.setattr(relieving, "made", lambda: "482913")
    true, _ = await night_of(tmp_path / "true", verb, PIN)
    under, house = await night_of(tmp_path / "duress", verb, DURESS)
    assert under == true
    if "PIN" not in true[0] and verb != "unsuppress":  # nothing is held back: refused before it
        assert house.engine.state.incidents[HIDDEN].calling


async def test_g9_the_feed_says_nothing_of_it_there_and_all_of_it_after_the_release(
    house: House, client: Client
) -> None:
    house.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}
    house.accounts.duress = {"anna": DURESS}
    house.trip()
    assert (await client.ask("acknowledge", number=1, seen=1, pin=DURESS))["ok"]
    call = next(iter(house.engine.state.incidents[HIDDEN].calls))
    house.engine.take(f.CallStarted(call))

    async def feed() -> str:
        lines = []
        await client.send(b'{"do": "feed", "live": false}')
        while "end" not in (line := await client.receive()):
            lines.append(json.dumps(line))
        return "\n".join(lines)

    said = await feed()
    assert str(HIDDEN) not in said
    assert '"duress": true' not in said
    assert said.count('"stored"') == house.engine.state.seq, "no position is missing"
    seen = house.engine.state.incidents[HIDDEN].rev
    house.engine.take(
        f.Close(
            incident=HIDDEN,
            seen=seen,
            cause="attack",
            by="boris",
            proof=Proof.PIN,
            finding=f.TextRef("note/boris/1-1", "00"),
            found_by="boris",
            looked=Looked.INSIDE,
        )
    )
    assert str(HIDDEN) in await feed()


async def test_g9_another_person_at_another_place_sees_and_takes_it(
    house: House, client: Client
) -> None:
    """This account is nobody's; boris has a PIN of his own, and the session is not the forced."""
    house.accounts.pins["boris"] = PIN
    house.engine.take(
        f.Acknowledge(incident=9, seen=1, by="anna", duress=True, session="socket:99999")
    )
    listed = (await client.ask("incidents"))["incidents"]
    assert [i["number"] for i in listed] == [HIDDEN]
    assert "anna is forced" in listed[0]["text"]
    taken = await client.ask("acknowledge", number=HIDDEN, seen=2, person="boris", pin=PIN)
    assert taken["ok"], taken


class FullDisk:
    """An eraser whose disk takes nothing."""

    async def order(self, *_: object) -> None:
        raise StoreError("no room")


async def test_g9_a_request_that_comes_to_no_fact_calls_help_all_the_same(
    house: House, tmp_path: Path
) -> None:
    """The answer is the same refusal; nothing else in the daemon need know of the PIN."""
    house.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}
    house.accounts.duress = {"anna": DURESS}
    house.replace_desk(eraser=FullDisk())
    server = ControlServer(house.desk, tmp_path / "two")
    await server.open()
    async with Client(server.path) as other:
        said = [await other.ask("erase", what="dev", reason="left", pin=x) for x in (PIN, DURESS)]
    await server.close()
    assert said[0] == said[1]
    assert house.engine.state.incidents[HIDDEN].calling


async def test_a_duress_pin_is_set_over_the_socket(house: House, client: Client) -> None:
    reply = await client.ask("user-add", person="anna", pin=DURESS, duress=True)
    assert reply["ok"]
    assert house.accounts.duress == {"anna": DURESS}
    assert house.accounts.pins["anna"] == PIN
