"""The site file as typed so far: what was valid, what exists at all, and where it stands.

Something that exists but is wrong is missing from the models and present in the ids, so that
nobody is told twice. Only data and look-ups here; nothing is judged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from pydantic import BaseModel

from monitord.driver import Driver
from monitord.site.attendance_models import Attendance
from monitord.site.chain_models import Chain
from monitord.site.files import Source
from monitord.site.findings import Mark
from monitord.site.floor_models import Floor
from monitord.site.kind_models import KindWords
from monitord.site.kinds import KindTable
from monitord.site.models import (
    Acknowledge,
    Area,
    Channel,
    Device,
    FollowsPoint,
    Journal,
    Output,
    Person,
    Point,
    Post,
)
from monitord.site.mqtt_models import Mqtt
from monitord.site.nodes import Mapping as MappingNode
from monitord.site.nodes import Node, Sequence
from monitord.site.permit_models import Booking, Permit
from monitord.site.plan_models import Plan
from monitord.site.police_models import Reference
from monitord.site.site_models import SiteInfo
from monitord.site.station_models import Station
from monitord.site.svg import Drawing
from monitord.vocabulary import Kind

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PointDraft:
    """A point: ours, the driver's keys as written, and as its model read them.

    ``own_kind`` is a kind of the site's own; ``model.kind`` is then the one that it is like.
    ``is_own``: the device has it unasked, and nothing tells its driver what to read there.
    """

    model: Point
    config: dict[str, Any]
    typed: BaseModel | None
    own_kind: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class DeviceDraft:
    """A device with those of its points and outputs that are right in themselves."""

    model: Device
    driver: type[Driver[Any]] | None
    config: dict[str, Any]
    typed: BaseModel | None
    points: dict[str, PointDraft]
    outputs: dict[str, Output]


class Line(msgspec.Struct, frozen=True):
    """A connection, of one device or of several, and what it costs on paper.

    ``busy_ms`` is a round of polls, ``worst_ms`` the longest time from a contact to its event;
    None where a driver on it cannot say. ``made_of`` is for people.
    """

    driver: str
    address: str
    devices: tuple[str, ...]
    poll_ms: int
    busy_ms: int | None
    worst_ms: int | None
    every_pulse_seen: bool
    made_of: str


@dataclass(slots=True)
class Draft:
    """One site file. ``ids`` holds every key of each section, right or wrong."""

    source: Source
    shipped_kinds: KindTable
    site: SiteInfo | None = None
    areas: dict[str, Area] = field(default_factory=dict)
    devices: dict[str, DeviceDraft] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    floors: dict[str, Floor] = field(default_factory=dict)
    #: Of each floor what is shown (None: it cannot be), and the sha256 of the file as it is.
    drawings: dict[str, tuple[Drawing | None, str]] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    stations: dict[str, Station] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    channel_configs: dict[str, dict[str, Any]] = field(default_factory=dict)
    channel_types: dict[str, type[Any]] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)
    permits: dict[str, Permit] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    kinds: dict[Kind, KindWords] = field(default_factory=dict)
    own_kinds: dict[str, KindWords] = field(default_factory=dict)
    acknowledge: Acknowledge | None = None
    mqtt: Mqtt | None = None
    journal: Journal | None = None
    attendance: Attendance | None = None
    police: dict[str, Reference] = field(default_factory=dict)
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    point_ids: frozenset[str] = frozenset()
    lines: tuple[Line, ...] = ()
    _sets: dict[str, tuple[str, ...]] | None = None
    _isolates: dict[str, tuple[str, ...]] | None = None
    _cameras: frozenset[str] | None = None
    _released: dict[str, tuple[str, ...]] | None = None

    def mark(self, *path: str | int) -> Mark:
        """Where ``path`` stands, or the nearest thing above it that stands anywhere."""
        return mark_of(self.source.root, path)

    def points(self) -> Iterator[tuple[str, str, DeviceDraft, PointDraft]]:
        """Device id, short point id, device, point; in the order of the file."""
        for device_id, device in self.devices.items():
            for point_id, point in device.points.items():
                yield device_id, point_id, device, point

    def area_of(self, device: DeviceDraft, point: PointDraft) -> str | None:
        """A point's own area, else its device's."""
        return point.model.area or device.model.area

    def sets(self) -> dict[str, tuple[str, ...]]:
        """The areas that follow each point, by full point id."""
        if self._sets is None:
            sets: dict[str, tuple[str, ...]] = {}
            for area_id, area in self.areas.items():
                if isinstance(area.set_by, FollowsPoint):
                    for point in filter(None, (area.set_by.point, area.set_by.part)):
                        sets[point] = (*sets.get(point, ()), area_id)
            self._sets = sets
        return self._sets

    def cameras(self) -> frozenset[str]:
        """Devices that are looked at, or that a point names as its camera."""
        if self._cameras is None:
            looked_at = (name for name, d in self.devices.items() if d.model.pictures is not None)
            named = (view.camera for *_, point in self.points() for view in point.model.cameras)
            self._cameras = frozenset((*looked_at, *named))
        return self._cameras

    def isolates(self) -> dict[str, tuple[str, ...]]:
        """The points that each signal of a panel says are left out, by full point id."""
        if self._isolates is None:
            isolates: dict[str, tuple[str, ...]] = {}
            for device_id, point_id, _, point in self.points():
                if signal := point.model.isolated:
                    isolates[signal] = (*isolates.get(signal, ()), f"{device_id}.{point_id}")
            self._isolates = isolates
        return self._isolates

    def released(self) -> dict[str, tuple[str, ...]]:
        """The points that say that each door is released, by full point id."""
        if self._released is None:
            released: dict[str, tuple[str, ...]] = {}
            for device_id, point_id, _, point in self.points():
                for door in point.model.releases:
                    released[door] = (*released.get(door, ()), f"{device_id}.{point_id}")
            self._released = released
        return self._released

    def has(self, section: str, item: str) -> bool:
        """Whether ``section`` has an entry of that name, right or wrong."""
        return item in self.ids.get(section, ())


def mark_of(root: MappingNode, path: Path) -> Mark:
    """The mark of the deepest part of ``path`` that was written; list short forms are seen."""
    node: Node = root
    mark = root.mark
    for part in path:
        if isinstance(node, MappingNode) and part in node.entries:
            mark, node = node.entries[str(part)]
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            mark = node.mark
        elif isinstance(node, Sequence) and isinstance(part, str):
            continue
        else:
            break
    return mark


def written(root: MappingNode, path: Path) -> Mark | None:
    """The mark of exactly ``path``, or None where nothing is written there."""
    node: Node = root
    mark: Mark | None = None
    for part in path:
        if not isinstance(node, MappingNode) or part not in node.entries:
            return None
        mark, node = node.entries[str(part)]
    return mark


def section(plain: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A section's entries; empty where it is missing or no mapping."""
    value = plain.get(name)
    return value if isinstance(value, dict) else {}
