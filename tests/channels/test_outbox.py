"""The outbox over the real core: from an alarm to calls, outcomes and an acknowledgement."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp
import msgspec
import pytest

from monitord.channels.contract import Delivery, Message, Said
from monitord.channels.webhook import WebhookChannel
from monitord.core import facts as f
from monitord.core.events import AnyEvent, CallPlaced, CallsStopped, Entry
from monitord.core.site import Chain, ChainStep, Site
from monitord.core.state import State
from monitord.core.step import step
from monitord.people.accounts import PinAnswer, PinVerdict
from monitord.runtime import outbox as outbox_module
from monitord.runtime.acknowledge import AcknowledgeListener, Shown
from monitord.runtime.links import Links
from monitord.runtime.outbox import Outbox
from monitord.runtime.views import view
from monitord.vocabulary import Category, Outcome, Proof
from tests.channels.gateway import answering, gateway, hanging
from tests.channels.samples import SITE

CHAIN = Chain(
    "default",
    (
        ChainStep(call=("anna",), by=("sms", "voice"), wait_ms=60_000),
        ChainStep(call=("boris",), by=("voice",), wait_ms=60_000),
    ),
)
CALLED: Site = msgspec.structs.replace(SITE, chains={"default": CHAIN})
REACH = {
    "anna": {"sms": "+441632960001", "voice": "+441632960002"},
    "boris": {"voice": "+441632960003"},
}


class Published(msgspec.Struct):
    entry: Entry
    stored: bool = True


class Answer(msgspec.Struct):
    code: str = ""
    text: str = ""
    position: str = ""
    stored: bool = True


class CoreEngine:
    """The real core without disk or queue: each fact is stepped and published where it comes."""

    def __init__(self) -> None:
        self.state = State()
        self.listener: Callable[[Published], None] = lambda _: None
        self.facts: list[f.AnyFact] = []
        self.events: list[AnyEvent] = []
        self.news = asyncio.Event()
        self.offer(f.Started(epoch=1, version="0", utc_ms=0))
        self.offer(f.SiteOffered(file_hash="h", site=CALLED))
        self.facts.clear()

    def now_ms(self) -> int:
        return self.state.at_ms

    def offer(self, fact: f.AnyFact) -> None:
        self.facts.append(fact)
        events = step(self.state, self.state.at_ms, fact)
        self.events += events
        self.publish(*events, fact=fact)
        self.news.set()

    def publish(self, *events: AnyEvent, fact: f.AnyFact) -> None:
        self.listener(Published(Entry(1, 1, 0, 0, 0, "0", fact, events)))

    async def submit(self, fact: f.AnyFact) -> Answer:
        before = len(self.events)
        self.offer(fact)
        refused = [getattr(event, "code", "") for event in self.events[before:]]
        return Answer(code=next(filter(None, refused), ""))

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():
                self.news.clear()
                await self.news.wait()

    def of(self, kind: type[Any]) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def outcomes(self) -> dict[str, Outcome]:
        return {fact.call: fact.outcome for fact in self.of(f.CallEnded)}


class Phone:
    """A channel that says what the test tells it to."""

    def __init__(self, answer: Callable[[Message], Any] | None = None) -> None:
        self.messages: list[Message] = []
        self.answer = answer or (lambda _: Delivery(Outcome.HANDED_OVER))
        self.closed = False

    async def open(self) -> None:
        """Ready."""

    async def deliver(self, message: Message) -> Delivery:
        self.messages.append(message)
        answer = self.answer(message)
        return await answer if asyncio.iscoroutine(answer) else answer

    async def close(self) -> None:
        self.closed = True


def alarm() -> f.Declare:
    return f.Declare(by="anna", proof=Proof.LOGIN, category=Category.INTRUSION, area="gallery-1")


async def forever(_: Message | None = None) -> Delivery:
    return await asyncio.get_running_loop().create_future()


@pytest.fixture
def engine() -> CoreEngine:
    return CoreEngine()


@pytest.fixture
async def make(engine: CoreEngine) -> AsyncIterator[Callable[..., Outbox]]:
    made: list[Outbox] = []

    def build(channels: Mapping[str, Any], links: Links | None = None) -> Outbox:
        outbox = Outbox(engine, channels, lambda person: REACH[person], links)
        engine.listener = outbox.on_published
        made.append(outbox)
        return outbox

    yield build
    for outbox in made:
        await outbox.close()


async def test_an_alarm_calls_the_first_person_on_all_channels_of_the_step(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    """C1: order and channels as the chain says; addresses looked up when the call is made."""
    sms, voice = Phone(), Phone()
    await make({"sms": sms, "voice": voice}).open()
    engine.offer(alarm())
    await engine.until(lambda: len(engine.outcomes()) == 2)
    [by_sms], [by_voice] = sms.messages, voice.messages
    assert (by_sms.person, by_sms.to) == ("anna", "+441632960001")
    assert (by_voice.person, by_voice.to) == ("anna", "+441632960002")
    assert by_sms.incident.text.startswith("Gallery 1, first floor. Gate B, King Street.")
    assert by_sms.call_id == "riverside-1-1-1"
    assert by_sms.incident.text.endswith(" Call riverside-1-1-1.")
    assert (by_sms.acknowledge_url, by_sms.test) == (None, False)
    assert [fact.call for fact in engine.of(f.CallStarted)] == [
        "riverside-1-1-1",
        "riverside-1-1-2",
    ]
    assert set(engine.outcomes().values()) == {Outcome.HANDED_OVER}


async def test_a_channel_that_hangs_does_not_delay_the_other(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    """Law 12."""
    make({"sms": Phone(forever), "voice": Phone()})
    for _ in range(20):
        engine.offer(alarm())
    await engine.until(lambda: len(engine.outcomes()) >= 20)
    assert set(engine.outcomes().values()) == {Outcome.HANDED_OVER}


async def test_when_every_channel_fails_for_certain_the_next_person_is_called_at_once(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    """C1: a gateway that is gone, a channel that was never made, a channel that raises."""

    def broken(_: Message) -> Delivery:
        raise RuntimeError("+441632960001")

    make({"voice": Phone(broken)})  # and no sms at all
    engine.offer(alarm())
    await engine.until(lambda: len(engine.outcomes()) >= 3)
    assert list(engine.outcomes().values())[:2] == [Outcome.FAILED] * 2
    placed = [event for event in engine.events if isinstance(event, CallPlaced)]
    assert [event.person for event in placed][:3] == ["anna", "anna", "boris"]
    assert "+44" not in str(engine.facts)


async def test_an_acknowledgement_calls_off_what_is_on_its_way(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    """C3: taken means that nobody else is called."""
    make({"sms": Phone(forever), "voice": Phone(forever)})
    engine.offer(alarm())
    await engine.until(lambda: len(engine.of(f.CallStarted)) == 2)
    seen = engine.state.incidents[1].rev
    engine.offer(f.Acknowledge(by="boris", proof=Proof.LOGIN, incident=1, seen=seen))
    await engine.until(lambda: len(engine.outcomes()) == 2)
    assert set(engine.outcomes().values()) == {Outcome.UNKNOWN}
    assert len([e for e in engine.events if isinstance(e, CallPlaced)]) == 2


async def test_calls_on_their_way_at_the_end_are_repeated_with_the_same_id(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    """Law 7: at least once for people."""
    outbox = make({"sms": Phone(forever), "voice": Phone(forever)})
    engine.offer(alarm())
    await engine.until(lambda: len(engine.of(f.CallStarted)) == 2)
    await outbox.close()
    assert engine.outcomes() == {}
    sms, voice = Phone(), Phone()
    make({"sms": sms, "voice": voice})
    engine.offer(f.Started(epoch=2, version="0", utc_ms=0))
    await engine.until(lambda: len(engine.outcomes()) == 2)
    assert [m.call_id for m in sms.messages + voice.messages] == [
        "riverside-1-1-1", "riverside-1-1-2",
    ]  # fmt: skip


def said(**changes: Any) -> Callable[[Message], Delivery]:
    def answer(message: Message) -> Delivery:
        what = Said(message.call_id, message.person, message.incident.rev)
        return Delivery(Outcome.HANDED_OVER, said=msgspec.structs.replace(what, **changes))

    return answer


async def test_what_a_channel_that_may_says_takes_the_incident(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    make({"sms": Phone(forever), "voice": Phone(said())})
    engine.offer(alarm())
    await engine.until(lambda: bool(engine.of(f.Acknowledge)))
    [taken] = engine.of(f.Acknowledge)
    seen = engine.state.incidents[1].rev
    assert (taken.by, taken.seen, taken.via, taken.proof) == ("anna", seen, "voice", Proof.LINK)
    assert engine.state.incidents[1].owner == "anna"
    assert any(isinstance(event, CallsStopped) for event in engine.events)


@pytest.mark.parametrize(
    ("channel", "changes"),
    [
        ("sms", {}),  # not a channel that may
        ("voice", {"person": "boris"}),
        ("voice", {"rev": 99}),
        ("voice", {"call_id": "riverside-1-1-9"}),
    ],
)
async def test_anything_else_takes_nothing(
    engine: CoreEngine, make: Callable[..., Outbox], channel: str, changes: dict[str, Any]
) -> None:
    """Law 11: only such channels, only for this call, person and revision."""
    other = "voice" if channel == "sms" else "sms"
    make({channel: Phone(said(**changes)), other: Phone()})
    engine.offer(alarm())
    await engine.until(lambda: len(engine.outcomes()) == 2)
    assert engine.of(f.Acknowledge) == []
    assert engine.state.incidents[1].calling


async def test_closing_closes_every_channel_even_after_a_bad_one(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    class Bad(Phone):
        def open(self) -> Any:  # a foreign channel that does not even keep to the contract
            raise OSError

        async def close(self) -> None:
            raise OSError

    good = Phone()
    outbox = make({"sms": Bad(), "voice": good})
    await outbox.open()
    await outbox.close()
    assert good.closed


async def test_a_channel_that_hangs_in_its_opening_holds_nothing_up(
    engine: CoreEngine, make: Callable[..., Outbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck(Phone):
        async def open(self) -> None:
            await forever()

        async def close(self) -> None:
            if not self.closed:
                self.closed = True
                await forever()

    monkeypatch.setattr(outbox_module, "READY_S", 0.01)
    good = Phone()
    outbox = make({"sms": Stuck(), "voice": good})
    await outbox.open()
    await outbox.close()
    assert good.closed


class Desk:
    """The listener's daemon: the real core, nobody's PIN, no side store."""

    def __init__(self, engine: CoreEngine) -> None:
        self.engine = engine
        self.now_ms = engine.now_ms
        self.submit = engine.submit

    def look(self, incident: int) -> Shown | None:
        record = self.engine.state.incidents.get(incident)
        if record is None:
            return None
        takers = (record.owner,) if record.acknowledged else ()
        return Shown(view(self.engine.state, record), record.opened_ms, record.open, takers)

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        return PinAnswer(PinVerdict.WRONG)

    async def keep(self, by: str, note: str) -> f.TextRef:
        raise OSError


async def test_from_an_alarm_to_a_gateway_to_a_person_who_takes_it(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    """C1, C3, T6: the whole way; a scanner's double GET on it leaves the chain running."""

    links = Links(bytes(32), "")
    listener = AcknowledgeListener(Desk(engine), links, "127.0.0.1", 0)
    await listener.open()
    links.base = f"http://127.0.0.1:{listener.port}"
    async with gateway(answering(200, b'{"acknowledged": true}')) as sms, gateway(hanging) as deaf:
        setup = {"may_acknowledge": True}
        make(
            {
                "sms": WebhookChannel("sms", {"url": sms.url, **setup}, None),
                "voice": WebhookChannel("voice", {"url": deaf.url, **setup}, None),
            },
            links,
        )
        engine.offer(alarm())
        await engine.until(lambda: bool(engine.outcomes()))
        assert engine.state.incidents[1].calling
        url = msgspec.json.decode(sms.requests[0][1])["acknowledge_url"]
        async with aiohttp.ClientSession() as person:
            for method in ("GET", "HEAD", "GET"):
                async with person.request(method, url) as looked:
                    assert looked.status == 200
            assert engine.state.incidents[1].calling
            async with person.post(url, json={"pin": "000001"}) as wrong:
                assert wrong.status == 403
            assert engine.state.incidents[1].calling
            async with person.post(url, json={}) as taken:
                assert taken.status == 200
            assert not engine.state.incidents[1].calling
            assert engine.state.incidents[1].owner == "anna"
            await engine.until(lambda: len(engine.outcomes()) == 2)
            async with person.get(url) as looked:
                assert "Already taken by anna." in await looked.text()
    await listener.close()


async def test_a_link_from_before_it_became_worse_does_not_take_it(
    engine: CoreEngine, make: Callable[..., Outbox]
) -> None:
    """Law 10."""
    links = Links(bytes(32), "")
    listener = AcknowledgeListener(Desk(engine), links, "127.0.0.1", 0)
    await listener.open()
    links.base = f"http://127.0.0.1:{listener.port}"
    sms = Phone()
    make({"sms": sms, "voice": Phone()}, links)
    engine.offer(alarm())
    await engine.until(lambda: len(engine.outcomes()) == 2)
    incident = engine.state.incidents[1]
    incident.rev += 1
    incident.worse_rev, incident.worse = incident.rev, ("confirmed",)
    url = sms.messages[0].acknowledge_url
    assert url is not None
    async with aiohttp.ClientSession() as person:
        async with person.get(url) as looked:
            assert "This has changed since you were called." in await looked.text()
        async with person.post(url, json={}) as refused:
            assert refused.status == 409
    assert engine.state.incidents[1].calling
    await listener.close()
