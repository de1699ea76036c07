"""Commands over MQTT against the real core: who may, what never, and what is on record."""

import json
from typing import Any

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.core.step import answer_before
from monitord.runtime.engine import Answer
from monitord.runtime.mqtt.commands import PER_USER, REFUSALS, Commands, Reply
from monitord.runtime.mqtt.settings import Settings, User
from monitord.vocabulary import Proof, SetState
from tests.core.night import Night

SETTINGS = Settings(host="h", port=1, client="c", users={"board": User("anna", "right")})


class NightDesk:
    """The core of a night where the engine would be."""

    def __init__(self) -> None:
        self.night = Night()

    @property
    def state(self) -> State:
        """As decided."""
        return self.night.state

    async def submit(self, fact: f.AnyFact) -> Answer:
        """Stepped at once."""
        before = answer_before(self.state, self.night.now_ms, fact)
        events = () if before else self.night.feed(fact)
        refused = next((e for e in events if isinstance(e, ev.CommandRefused)), before)
        code, text = (refused.code, refused.text) if refused else ("", "")
        return Answer(code, text, self.state.position, stored=True, events=tuple(events))

    def offer(self, fact: f.AnyFact) -> None:
        """Stepped at once."""
        self.night.feed(fact)

    def refusals(self) -> list[ev.CommandRefused]:
        """Those on record."""
        return [e for e in self.night.heard if isinstance(e, ev.CommandRefused)]


def body(**changes: Any) -> bytes:
    plain = {"user": "board", "token": "right", "key": "k1", "incident": 1, "seen": 1}
    return json.dumps({k: v for k, v in (plain | changes).items() if v is not None}).encode()


async def told(commands: Commands, name: str, payload: bytes, *, retained: bool = False) -> Reply:
    reply = await commands.carry_out(name, payload, retained=retained)
    assert reply is not None
    return reply


@pytest.fixture
def desk() -> NightDesk:
    made = NightDesk()
    made.night.opens("west.glass")
    return made


@pytest.fixture
def commands(desk: NightDesk) -> Commands:
    return Commands(desk, SETTINGS)


async def test_a_program_acknowledges_in_the_name_of_its_person(
    desk: NightDesk, commands: Commands
) -> None:
    reply = await told(commands, "acknowledge", body())
    assert (reply.accepted, reply.key, reply.incident) == (True, "k1", 1)
    assert [(a.by, a.via) for a in desk.night.incident().acks] == [("anna", "mqtt")]
    assert (await told(commands, "acknowledge", body())).accepted
    assert len(desk.night.incident().acks) == 1, "the same key is the same command"


async def test_a_program_declares(desk: NightDesk, commands: Commands) -> None:
    payload = body(incident=None, seen=None, category="theft", area="store")
    reply = await told(commands, "declare", payload)
    assert reply.accepted
    assert reply.incident == 2
    assert desk.state.incidents[2].declared_by == "anna"


async def test_a_program_sets_what_is_ready_and_forces_nothing(
    desk: NightDesk, commands: Commands
) -> None:
    """G1, law 11: it tightens; a list of what stands open is the answer to all else."""
    desk.night.feed(f.UnsetArea(area="store", by="anna", proof=Proof.PIN))
    payload = body(incident=None, seen=None, area="store")
    reply = await told(commands, "set", payload)
    assert (reply.accepted, reply.code, "west.glass open" in reply.text) == (
        False, "not-ready", True
    )  # fmt: skip
    desk.night.closes("west.glass")
    reply = await told(commands, "set", body(incident=None, seen=None, area="store", key="k2"))
    assert (reply.accepted, reply.incident) == (True, None)
    assert desk.state.areas["store"].state is SetState.SET


@pytest.mark.parametrize(
    ("name", "payload", "code"),
    [
        ("acknowledge", body(token="wrong"), "unauthorized"),
        ("acknowledge", body(user="stranger"), "unauthorized"),
        ("acknowledge", body(user="stranger", token=""), "unauthorized"),
        ("acknowledge", body(key=""), "bad-input"),
        ("acknowledge", body(key="a:b"), "bad-input"),
        ("acknowledge", body(more=1), "bad-input"),
        ("acknowledge", body(seen=None), "bad-input"),
        ("acknowledge", b"\xff\x00", "bad-input"),
        ("acknowledge", b"[" * 100_000, "bad-input"),
        ("declare", body(incident=None, seen=None, category="peace", area="store"), "bad-input"),
        ("declare", body(incident=None, seen=None, category="theft", area="moon"), "bad-input"),
        ("set", body(), "bad-input"),
        ("set", body(incident=None, seen=None, area="store", force=True), "bad-input"),
        ("unset", body(), "forbidden"),
        ("isolate", body(), "forbidden"),
        ("shelve", body(), "forbidden"),
        ("close", body(), "forbidden"),
        ("mode", body(), "forbidden"),
        ("output/siren", b"off", "forbidden"),
    ],
)
async def test_a_refusal_is_answered_and_on_record(
    desk: NightDesk, commands: Commands, name: str, payload: bytes, code: str
) -> None:
    """Law 11: nothing weakens the guard from afar, and nothing of a token is kept."""
    reply = await told(commands, name, payload)
    assert (reply.accepted, reply.code) == (False, code)
    [refused] = desk.refusals()
    assert refused.code == code
    assert not desk.night.incident().acks
    assert "right" not in refused.text
    assert "stranger" not in refused.text


async def test_a_retained_command_is_refused_though_it_is_right(
    desk: NightDesk, commands: Commands
) -> None:
    """T9.3: once on record, however often the broker sends it."""
    for _ in range(3):
        reply = await told(commands, "acknowledge", body(), retained=True)
        assert reply.code == "retained"
    assert [e.code for e in desk.refusals()] == ["retained"]
    assert not desk.night.incident().acks


async def test_an_old_revision_is_refused_by_the_core(desk: NightDesk, commands: Commands) -> None:
    """Law 10."""
    desk.night.opens("west.pir")
    desk.night.opens("east.pir")
    assert desk.night.incident().worse_rev > 1
    reply = await told(commands, "acknowledge", body())
    assert not reply.accepted
    assert reply.code == "worsened"


async def test_a_flood_of_refusals_does_not_fill_the_journal(
    desk: NightDesk, commands: Commands
) -> None:
    answers = [
        await commands.carry_out("unset", b"x", retained=False) for _ in range(REFUSALS + 20)
    ]
    assert sum(answer is not None for answer in answers) == REFUSALS
    assert len(desk.refusals()) == REFUSALS
    assert commands.unrecorded == 20


async def test_a_user_has_so_many_commands_a_minute(desk: NightDesk, commands: Commands) -> None:
    codes = [
        (await told(commands, "acknowledge", body(key=f"k{n}"))).code for n in range(PER_USER + 1)
    ]
    assert codes[-1] == "too-often"
    assert "too-often" not in codes[:-1]
