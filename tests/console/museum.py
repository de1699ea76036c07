"""The museum that the site file of the demo describes, at twelve past four in the night: the
scenes that people and axe-core look at. Points are found by what they sense, not by their names."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from monitord.cli.rehearsal.sitefile import load
from monitord.console.shown.cameras import cameras_of
from monitord.core import facts as f
from monitord.core.facts import TextRef
from monitord.core.site import Area, Device, Point, Site, Station
from monitord.people.sessions import Sessions
from monitord.people.stations import Codes
from monitord.resources import config_file
from monitord.runtime.live_pictures import Live
from monitord.runtime.stations import StationWatch
from monitord.runtime.vitals import DeviceVitals, VitalsFeed, VitalsFrame
from monitord.runtime.workers.frames import Seen, Want
from monitord.vocabulary import (
    Category,
    Cause,
    DeviceStatus,
    Kind,
    Outcome,
    PointState,
    Proof,
    SetState,
    Suppression,
)
from monitord_simulators.camera.scene import Scene
from monitord_simulators.camera.spoil import PictureFault, Spoil
from tests.console.counting import keeper_of
from tests.runtime.control.house import PIN, House

NIGHT_MS: Final = int(datetime(2026, 11, 24, 4, 12, tzinfo=UTC).timestamp() * 1000)
STATION: Final = "control-room-pc"
#: What the gauges of a calm night show; one that has no row shows the middle of its limits.
CALM: Final = {
    Kind.WATER_LEVEL: 0.62,
    Kind.WIND: 6.5,
    Kind.GUST: 9.0,
    Kind.TEMPERATURE: 20.5,
    Kind.HUMIDITY: 51.0,
}
BY_HAND: Final = (Category.MEDICAL, Category.THEFT, Category.DAMAGE, Category.FLOOD)


@cache
def _read() -> tuple[Site, dict[str, dict[str, Any]], dict[str, bytes]]:
    compiled = load(config_file("museum.yaml"))
    texts = {key.removeprefix("person/"): json.loads(t) for key, t in compiled.texts.items()}
    station = Station(STATION, "Control room")
    site = replace(compiled.site, stations={STATION: station})
    return site, texts, dict(compiled.drawings)


class Museum(House):
    """All of it answers, every area is set, nothing is open."""

    def __init__(self, folder: Path) -> None:
        site, people, drawings = _read()
        super().__init__(site, NIGHT_MS)
        self._scenes = {
            one.id: Scene(one.id, size=(640, 360)) for one in cameras_of(self.engine.state)
        }
        self.names = {person: text["name"] for person, text in people.items()}
        self.reach = {
            person: {way["channel"]: way["address"] for way in text["reach"]}
            for person, text in people.items()
        }
        self.accounts.pins = dict.fromkeys(people, PIN)
        self.watch = StationWatch(self.engine.submit)
        self.replace_desk(
            sessions=Sessions(folder, lambda: self.engine.state.utc_ms(self.engine.now_ms())),
            codes=Codes(lambda: self.engine.state.utc_ms(self.engine.now_ms())),
            stations=self.watch,
            times=keeper_of(self),
            texts=self._texts,
            drawing=drawings.get,
            live=self._live,
            depths=lambda: {"facts": 0, "calls": 0},
            frames=VitalsFeed(lambda: self.desk.frame()).frames,
        )
        for device in site.devices:
            self.answers(device)
        for area in site.areas:
            if self.engine.state.areas[area] is not SetState.SET:
                self.engine.take(f.SetArea(by="boris", proof=Proof.PIN, area=area))
        self.engine.take(f.TimePassed())

    @property
    def site(self) -> Site:
        return self.engine.state.site

    def points(self, *kinds: Kind) -> list[Point]:
        """Of these kinds, as the site file has them."""
        return [point for point in self.site.points.values() if point.kind in kinds]

    def place(self, point: Point) -> Area:
        return self.site.areas[point.area]

    def blinds(self) -> Device:
        """A cloth over one camera, a stream that stands still at another, a third that is gone."""
        covered, faulty, gone = cameras_of(self.engine.state)[1:4]
        self.engine.take(
            f.PointChanged(
                point=f"{covered.id}.picture",
                state=PointState.ACTIVE,
                raw="covered: 94 % of the edges of the place are gone, for 20 s",
            )
        )
        words = "no stream: it opened and sent nothing for 6 s"
        stream = f"{faulty.id}.stream"
        self.engine.take(f.PointChanged(point=stream, state=PointState.FAULT, raw=words))
        self.loses(gone.id)
        self._scenes[covered.id].spoil(Spoil(PictureFault.COVER), NIGHT_MS)
        return covered

    async def _live(self, camera: str, want: Want, every_ms: int) -> Live:
        """What the simulated camera of that name shows; one of them has shown nothing for long."""
        usual = want is Want.REFERENCE
        scene = Scene(camera, size=(640, 360)) if usual else self._scenes[camera]
        jpeg = await asyncio.to_thread(scene.jpeg, NIGHT_MS)
        away = self.engine.state.devices[camera].status is not DeviceStatus.OK
        old_ms = 64_000 if away else 1_200
        return Live(Seen(0, jpeg, old_ms, None, "", smaller=True), old_ms)

    def answers(self, device: str) -> None:
        """Everything on it as it is on a calm night."""
        samples = []
        for name in self.site.devices[device].points:
            kind = self.site.points[name].kind
            calm = PointState.ACTIVE if kind is Kind.AREA_SET else PointState.NORMAL
            samples.append(f.Sample(name, calm, CALM.get(kind)))
        self.engine.take(f.DeviceReturned(device=device, samples=tuple(samples)))

    def trips(self, point: Point) -> int:
        """Something stands before it; the number of the incident that it belongs to."""
        self.engine.at_ms += 2_000
        self.engine.take(f.PointChanged(point=point.id, state=PointState.ACTIVE))
        return max(i.number for i in self.engine.state.open_incidents())

    def burglary(self) -> int:
        """Motion in a gallery; the control room did not answer, the next ones are called."""
        number = self.trips(self.points(Kind.MOTION)[0])
        self.engine.at_ms += 31_000
        self.engine.take(f.TimePassed())
        for call in self.engine.state.incidents[number].calls:
            self.engine.take(f.CallStarted(call=call))
            self.engine.take(f.CallEnded(call=call, outcome=Outcome.HANDED_OVER))
        return number

    def fire(self) -> int:
        """Smoke, in the middle of whatever else goes on."""
        return self.trips(self.points(Kind.SMOKE)[0])

    def flood(self, open_in_all: int) -> int:
        """So many incidents, a fire as the last: it must be on top."""
        areas = sorted(self.site.areas)
        for k in range(open_in_all - 1):
            self.engine.at_ms += 3_000
            area, category = areas[k % len(areas)], BY_HAND[k % len(BY_HAND)]
            declared = f.Declare(by="dev", proof=Proof.PIN, category=category, area=area)
            self.engine.take(declared)
        return self.fire()

    def loses(self, device: str) -> None:
        """It does not answer any more; after ten seconds that is an alarm."""
        lost = f.DeviceLost(device=device, cause=Cause.SILENT, detail="", silent_ms=2_000)
        self.engine.take(lost)
        self.engine.at_ms += 10_000
        self.engine.take(f.TimePassed())

    def holds(self, point: Point) -> None:
        utc_ms = self.engine.state.utc_ms(self.engine.at_ms)
        self.engine.take(
            f.Suppress(
                by="boris",
                proof=Proof.PIN,
                source=point.id,
                how=Suppression.SHELVED,
                until_utc_ms=utc_ms + 3_600_000,
                reason="a bird in the hall",
            )
        )

    def _frame(self) -> VitalsFrame:
        devices = self.engine.state.devices
        return VitalsFrame(
            self.engine.at_ms,
            tuple(
                DeviceVitals(name, True, 120, 300, 310, 4_000, 0, 0, 0, None, "", ())
                if record.status is DeviceStatus.OK
                else DeviceVitals(name, False, 14_000, 300, 310, 4_000, 9, 9, 0, None, "", ())
                for name, record in devices.items()
            ),
        )

    async def _texts(self, refs: Sequence[TextRef]) -> list[str]:
        return [self.notes[int(ref.id.rpartition("/")[2]) - 1] for ref in refs]
