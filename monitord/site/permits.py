"""Permits and bookings: the cross checks of their keys, and what the core is given of them.

Dates are those of the site's clock. Where daylight saving makes one double or missing, the
reading that guards longer holds: a later beginning, an earlier end.
"""

import datetime
import zoneinfo
from typing import Final

from monitord.core import site as core
from monitord.core.processing import PROCESSING, Sign
from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings
from monitord.site.permit_models import Booking, Permit
from monitord.vocabulary import Kind, Mode, Role, SetState

#: Every suppression ends (law 8); a longer loan is approved anew.
LONGEST: Final = datetime.timedelta(days=400)
APPROVERS: Final = frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR})
#: A vehicle or a person is booked; an object is moved by permit.
BOOKED: Final = frozenset({Kind.VEHICLE, Kind.PERSON})


def lint_permits(draft: Draft, found: Findings) -> None:
    """Check who approves, what is named and from when until when."""
    for section, entries in (("permits", draft.permits), ("bookings", draft.bookings)):
        for name, entry in entries.items():
            _dated(draft, found, section, name, entry)
    for name in draft.permits.keys() & draft.bookings.keys():
        found.error(
            draft.mark("bookings", name),
            f"{name} is a permit too: the record could not tell them apart",
            "give one of them another name",
        )


def _dated(draft: Draft, found: Findings, section: str, name: str, entry: Permit | Booking) -> None:
    at = (section, name)
    length = _moment(entry.until) - _moment(entry.first)
    if not datetime.timedelta() < length <= LONGEST:
        found.error(
            draft.mark(*at, "until"),
            f"{name} does not end within {LONGEST.days} days after it begins",
            "write an `until` after `from`; a longer one is approved anew",
        )
    if references.person(draft, entry.approver, draft.mark(*at, "approver"), found):
        approver = draft.people.get(entry.approver)
        if approver is not None and approver.role not in APPROVERS:
            found.error(
                draft.mark(*at, "approver"),
                f"{entry.approver} is {approver.role.value}, who may not approve this",
                "name a duty manager, security manager or director",
            )
    if isinstance(entry, Permit):
        for index, person in enumerate(entry.people):
            references.person(draft, person, draft.mark(*at, "people", index), found)
    for index, point in enumerate(entry.points):
        _point(draft, found, (*at, "points", index), point, booking=isinstance(entry, Booking))


def _point(
    draft: Draft, found: Findings, at: tuple[str | int, ...], name: str, *, booking: bool
) -> None:
    if not references.point(draft, name, draft.mark(*at), found):
        return
    device_id, point_id = name.split(".")
    device = draft.devices.get(device_id)
    known = device.points.get(point_id) if device else None
    if known is None:
        return
    kind = known.model.kind
    if PROCESSING[SetState.SET, kind, Sign.ACTIVE].yields and (kind in BOOKED) is booking:
        return
    what = "a vehicle or a person" if booking else "an object or a store door"
    found.error(
        draft.mark(*at),
        f"{name} is a {kind.value} point, which this may not hold back",
        f"name a point that tells of {what}; anything else a person isolates, by name",
    )


def compile_permits(draft: Draft, timezone: str) -> dict[str, core.Permit]:
    """Every permit and booking by its name."""
    zone = zoneinfo.ZoneInfo(timezone)
    made: dict[str, core.Permit] = {}
    entries: dict[str, Permit | Booking] = {**draft.permits, **draft.bookings}
    for name, entry in entries.items():
        made[name] = core.Permit(
            id=name,
            points=entry.points,
            approver=entry.approver,
            from_ms=max(_utc_ms(entry.first, zone)),
            until_ms=min(_utc_ms(entry.until, zone)),
            why=entry.why if isinstance(entry, Permit) else "booking",
            what=entry.object if isinstance(entry, Permit) else entry.what,
            people=entry.people if isinstance(entry, Permit) else (),
        )
    return made


def frozen_in(draft: Draft, area: str) -> tuple[Mode, ...]:
    """The modes in which no object of the area may be moved: its own word, else the site's."""
    own = draft.areas[area].freeze
    if own is not None:
        return own
    return draft.site.freeze if draft.site is not None else ()


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _utc_ms(text: str, zone: zoneinfo.ZoneInfo) -> tuple[int, int]:
    """Both readings of a local time; the same twice nearly always."""
    local = _moment(text).replace(tzinfo=zone)
    readings = (local.replace(fold=fold).timestamp() for fold in (0, 1))
    first, second = (round(reading * 1000) for reading in readings)
    return first, second
