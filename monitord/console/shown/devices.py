"""Every device: whether it answers, since when, what hangs on it, and what helps when it does not.

Pure. Addresses are for those who look after devices; everybody else has no use for them.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from monitord.console.seen import Vitals
from monitord.console.shown.finding import Asked, has, rows
from monitord.console.shown.points import ALL, Seen, seen
from monitord.console.shown.standings import Health, health, limit_ms
from monitord.core.records import DeviceRecord, PointRecord
from monitord.core.site import Device, ancestors
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.vocabulary import Cause, DeviceStatus, PointState, Role

#: Who is told at which address a device is.
LOOKS_AFTER_DEVICES: Final = frozenset(
    {Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.INTEGRATOR, Role.TESTER}
)
_RANK: Final = {health: rank for rank, health in enumerate(Health)}


class Row(msgspec.Struct, frozen=True):
    """One device. ``behind``: what it hangs on, nearest first; ``before``: how many hang on it."""

    id: str
    name: str
    health: Health
    since: str
    answered: Seen
    limit_ms: int | None
    driver: str
    address: str
    places: list[str]
    points: int
    unknown: int
    behind: list[str]
    before: int
    vitals: Vitals | None
    cause: Cause | None
    cause_words: str
    detail: str
    overdue: bool
    held: list[View]


def listing(
    state: State, now_ms: int, vitals: Mapping[str, Vitals], asked: Asked, role: str
) -> View:
    """``counts`` of all, and the ``listed`` of one page: the worst first."""
    devices = state.site.devices.values()
    of = {device.id: health(state, device, vitals.get(device.id)) for device in devices}
    counts = Counter(of.values())
    wanted = _wanted(asked.show)
    found = [
        device
        for device in devices
        if of[device.id] in wanted and has(asked.words, *_said(state, device))
    ]
    found.sort(key=lambda device: _RANK[of[device.id]])
    page = rows(found, asked.page)
    before = Counter(device.behind.partition(".")[0] for device in devices if device.behind)
    return {
        "counts": counts,
        "amiss": counts.total() - counts[Health.ONLINE],
        "listed": [
            _row(state, now_ms, device, of[device.id], vitals, before, role)
            for device in page.listed
        ],
        "page": page.page,
        "last_page": page.pages,
        "found": page.total,
    }


def _wanted(show: str) -> frozenset[Health]:
    if show == ALL:
        return frozenset(Health)
    return frozenset({Health(show)}) if show in _RANK else frozenset(Health) - {Health.ONLINE}


def _said(state: State, device: Device) -> tuple[str, ...]:
    places = (view.place(state, area)["place"] for area in device.areas)
    return device.id, device.name, device.driver, *places


def _row(
    state: State,
    now_ms: int,
    device: Device,
    health: Health,
    vitals: Mapping[str, Vitals],
    before: Mapping[str, int],
    role: str,
) -> Row:
    record = state.devices.get(device.id, DeviceRecord())
    answers = record.status is DeviceStatus.OK
    shown = view.device(state, device)
    states = [state.points.get(p, PointRecord()).state for p in device.points]
    return Row(
        id=device.id,
        name=shown["name"],
        health=health,
        since=shown["since"] if answers else shown["blind_from"],
        answered=seen(state, now_ms, device.id, vitals),
        limit_ms=limit_ms(device),
        driver=device.driver,
        address=str(device.setup.get("address") or "") if role in LOOKS_AFTER_DEVICES else "",
        places=[view.place(state, area)["place"] for area in device.areas],
        points=len(states),
        unknown=len(states) if not answers else states.count(PointState.UNKNOWN),
        behind=[_name(state, source) for source in ancestors(state.site, device.id)],
        before=before.get(device.id, 0),
        vitals=vitals.get(device.id),
        cause=record.cause,
        cause_words=shown["cause_words"],
        detail=record.detail,
        overdue=record.overdue,
        held=view.held_back(state, (device.id,)),
    )


def _name(state: State, source: str) -> str:
    known = state.site.devices.get(source) or state.site.points.get(source)
    return known.name if known is not None and known.name else source
