"""A daemon in miniature: the real core behind the real socket, with a disk that is a list."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from msgspec import structs

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.facts import AnyFact, TextRef
from monitord.core.site import Area, Chain, ChainStep, Channel, Device, Output, Person, Point, Site
from monitord.core.state import State
from monitord.core.step import answer_before, step
from monitord.journal.codec import encode
from monitord.journal.errors import Gone
from monitord.journal.records import BEGINNING, Position, Stored
from monitord.people import stations
from monitord.people.accounts import PinAnswer, PinVerdict
from monitord.people.pins import PinRefused
from monitord.people.stations import StationSecret
from monitord.people.tokens import Program, TokenRecord, TokenRefused, TokenRole, find, make
from monitord.runtime.control.desk import Desk
from monitord.runtime.engine import Answer, Published
from monitord.runtime.vitals import DeviceVitals, PointVitals, VitalsFrame
from monitord.vocabulary import Arming, Category, Kind, OutputKind, PointState, Priority, Role

PIN = "482915"
#: What the phone of everybody with a second factor shows.
CODE = "314159"
UTC_MS = 1_795_000_000_000


def small_site() -> Site:
    """One gallery with two detectors on two panels, two people, one chain."""
    points = {
        f"{panel}.pir": Point(
            id=f"{panel}.pir",
            device=panel,
            name=f"Detector {panel}",
            kind=Kind.MOTION,
            category=Category.INTRUSION,
            area="gallery",
            priority=Priority.HIGH,
            arming=Arming.WHILE_SET,
            latching=True,
            what="Motion",
        )
        for panel in ("east", "west")
    }
    steps = (
        ChainStep(call=("anna",), by=("voice",), wait_ms=60_000),
        ChainStep(call=("director",), by=("voice",), wait_ms=120_000),
    )
    return Site(
        id="house",
        timezone="Europe/London",
        areas={"gallery": Area("gallery", "Gallery 1", "Gate B", points=tuple(points))},
        devices={
            panel: Device(panel, f"Panel {panel}", "modbus", ("gallery",), (f"{panel}.pir",))
            for panel in ("east", "west")
        },
        points=points,
        people={
            "anna": Person("anna", Role.DUTY_MANAGER, ("voice",)),
            "boris": Person("boris", Role.DIRECTOR, ("voice",)),
            "ivo": Person("ivo", Role.INTEGRATOR),
        },
        channels={"voice": Channel("voice", "webhook")},
        chains={"default": Chain("default", steps)},
        outputs={"east.siren": Output("east.siren", "east", "Siren", OutputKind.SOUNDER, 60_000)},
        setup={"name": "The House"},
    )


def site_with_button() -> Site:
    """The same with a silent button in its gallery: ``east.button``."""
    site = small_site()
    button = Point(
        id="east.button",
        device="east",
        name="Button under the desk",
        kind=Kind.PANIC,
        category=Category.HOLD_UP,
        area="gallery",
        priority=Priority.CRITICAL,
        arming=Arming.ALWAYS,
        latching=True,
        what="Hold-up",
    )
    east, gallery = site.devices["east"], site.areas["gallery"]
    return structs.replace(
        site,
        points={**site.points, button.id: button},
        devices={**site.devices, "east": structs.replace(east, points=(*east.points, button.id))},
        areas={"gallery": structs.replace(gallery, points=(*gallery.points, button.id))},
    )


class MiniEngine:
    """Steps facts at once; what it made is stored at once unless told otherwise."""

    def __init__(self) -> None:
        self.state = State()
        self.degraded = False
        self.at_ms = 1_000_000
        self.rows: list[Stored] = []
        self.submitted: list[AnyFact] = []
        self._callbacks: list[Callable[[Published], None]] = []

    def now_ms(self) -> int:
        return self.at_ms

    async def submit(self, fact: AnyFact) -> Answer:
        self.submitted.append(fact)
        if (before := answer_before(self.state, self.at_ms, fact)) is not None:
            return Answer(before.code, before.text, self.state.position, True, ())
        return self.take(fact)

    def take(self, fact: AnyFact) -> Answer:
        """Step a fact, keep its entry, tell the subscribers."""
        events = step(self.state, self.at_ms, fact)
        if events:
            self._publish(fact, events)
        refused = [e for e in events if isinstance(e, ev.CommandRefused)]
        code, text = (refused[0].code, refused[0].text) if refused else ("", "")
        return Answer(code, text, self.state.position, not self.degraded, events)

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    @property
    def listeners(self) -> int:
        return len(self._callbacks)

    def _publish(self, fact: AnyFact, events: tuple[ev.AnyEvent, ...]) -> None:
        state = self.state
        state.seq += 1
        utc_ms = state.utc_ms(self.at_ms)
        entry = ev.Entry(1, state.epoch, state.seq, self.at_ms, utc_ms, "test", fact, events)
        if not self.degraded:
            row = Stored(entry.seq, entry.epoch, entry.at_ms, encode(entry), b"")
            self.rows.append(row)
        for callback in tuple(self._callbacks):
            callback(Published(entry, not self.degraded))


class MiniHistory:
    """The rows that the engine has stored."""

    def __init__(self, engine: MiniEngine) -> None:
        self._engine = engine

    async def find(self, position: Position) -> None:
        if position != BEGINNING and position not in [r.position for r in self._engine.rows]:
            raise Gone(position, None)

    async def read(self, after_seq: int, limit: int) -> Sequence[Stored]:
        return [r for r in self._engine.rows if r.seq > after_seq][:limit]


class MiniAccounts:
    """One PIN for everybody who has one."""

    def __init__(self) -> None:
        self.pins = {"anna": PIN}
        self.duress: dict[str, str] = {}
        self.ends: dict[str, int] = {}
        self.factors: dict[str, str] = {}
        self.kept: dict[str, TokenRecord] = {}
        self.stations: dict[str, StationSecret] = {}

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        if person not in self.pins:
            return PinAnswer(PinVerdict.NOT_SET)
        if pin == "000001":
            return PinAnswer(PinVerdict.LOCKED, 29_500)
        if self.duress.get(person) == pin:
            return PinAnswer(PinVerdict.OK, duress=True)
        return PinAnswer(PinVerdict.OK if self.pins[person] == pin else PinVerdict.WRONG)

    async def check_token(self, text: str) -> Program | None:
        return find(self.kept, text, UTC_MS)

    async def add_token(self, name: str, role: TokenRole, ends_ms: int | None = None) -> str:
        text, self.kept[name] = make(self.kept, name, role, UTC_MS, ends_ms)
        return text

    async def revoke_token(self, name: str) -> None:
        if self.kept.pop(name, None) is None:
            raise TokenRefused(f"There is no token {name}")

    async def enrol_station(self, name: str) -> str:
        text, self.stations[name] = stations.make(1_795_000_000_000)
        return text

    async def check_station(self, text: str) -> str | None:
        return stations.find(self.stations, text)

    async def tokens(self) -> dict[str, TokenRecord]:
        return self.kept

    async def set_pin(
        self, person: str, pin: str, *, duress: bool = False, ends_ms: int | None = None
    ) -> None:
        if len(pin) < 6:
            raise PinRefused("a PIN has 6 to 12 digits")
        (self.duress if duress else self.pins)[person] = pin
        if ends_ms is not None:
            self.ends[person] = ends_ms

    async def set_totp(self, person: str, secret: str) -> None:
        if person not in self.pins:
            raise PinRefused(f"{person} has no PIN yet: set that one first")
        self.factors[person] = secret

    async def check_code(self, person: str, code: str, via: str) -> PinAnswer:
        if not self.factors.get(person):
            return PinAnswer(PinVerdict.NOT_SET)
        return PinAnswer(PinVerdict.OK if code == CODE else PinVerdict.WRONG)

    async def has_own_pin(self, person: str) -> bool:
        return person in self.pins and person not in self.ends

    async def forget(self, person: str) -> None:
        self.pins.pop(person, None)
        self.ends.pop(person, None)


class Client:
    """One connection to the socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> "Client":
        self.reader, self.writer = await asyncio.open_unix_connection(self._path, limit=1024 * 1024)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    async def send(self, line: bytes) -> None:
        self.writer.write(line + b"\n")
        await self.writer.drain()

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            line = await self.reader.readline()
        if not line:
            raise EOFError
        reply: dict[str, Any] = json.loads(line)
        return reply

    async def ask(self, do: str, **request: Any) -> dict[str, Any]:
        await self.send(json.dumps({"do": do, **request}).encode())
        return await self.receive()


class House:
    """The miniature with its parts at hand."""

    def __init__(self, site: Site | None = None, utc_ms: int = UTC_MS) -> None:
        self.engine = MiniEngine()
        self.accounts = MiniAccounts()
        self.notes: list[str] = []
        self.logins: dict[str, str] = {}
        self.reach = {
            "anna": {"voice": "+44 1632 960001", "mail": "anna@house.example"},
            "boris": {"voice": "+44 1632 960002"},
        }
        self.names = {"anna": "Anna Okafor", "boris": "Boris Lang"}
        self.desk = Desk(
            engine=self.engine,
            accounts=self.accounts,
            history=MiniHistory(self.engine),
            logins=lambda: self.logins,
            names=lambda: self.names,
            reach=lambda person: self.reach.get(person, {}),
            keep=self._keep,
            frame=self._frame,
            frames=self._frames,
        )
        take = self.engine.take
        take(f.Started(epoch=1, version="test", utc_ms=utc_ms))
        take(f.SiteOffered(file_hash="h", site=site or small_site()))
        for panel in ("east", "west"):
            sample = f.Sample(f"{panel}.pir", PointState.NORMAL)
            take(f.DeviceReturned(device=panel, samples=(sample,)))

    def trip(self, panel: str = "east") -> None:
        """An intruder before one detector."""
        self.engine.at_ms += 1_000
        self.engine.take(f.PointChanged(point=f"{panel}.pir", state=PointState.ACTIVE))

    def replace_desk(self, **parts: Any) -> None:
        self.desk = replace(self.desk, **parts)

    async def _keep(self, by: str, note: str) -> TextRef:
        self.notes.append(note)
        return TextRef(f"note/{by}/{len(self.notes)}", "salted")

    def _frame(self) -> VitalsFrame:
        points = (PointVitals("east.pir", PointState.ACTIVE, True),)
        east = DeviceVitals("east", True, 120, 300, 310, 40, 0, 0, 0, None, "", points)
        west = DeviceVitals("west", True, 9_000, 300, 310, 40, 10, 0, 0, None, "", ())
        return VitalsFrame(self.engine.at_ms, (east, west))

    async def _frames(self) -> AsyncIterator[VitalsFrame]:
        for _ in range(3):
            yield self._frame()
