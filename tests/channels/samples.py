"""A small museum and a message, for the tests of what people are told and how."""

from typing import Any

import msgspec

from monitord.channels.contract import IncidentView, Message
from monitord.core.site import Area, Channel, Device, Person, Point, Post, Site
from monitord.vocabulary import Arming, Category, Kind, Priority, Role

SITE = Site(
    id="riverside",
    setup={"name": "Riverside Museum"},
    areas={
        "gallery-1": Area("gallery-1", "Gallery 1, first floor", "Gate B, King Street"),
        "gallery-11": Area("gallery-11", "Gallery 11, first floor", "Gate B, King Street"),
    },
    devices={"east": Device("east", "East panel", "modbus", ("gallery-1",), ("east.g1-pir",))},
    points={
        "east.g1-pir": Point(
            id="east.g1-pir",
            device="east",
            name="PIR by the east door",
            kind=Kind.MOTION,
            category=Category.INTRUSION,
            area="gallery-1",
            priority=Priority.HIGH,
            arming=Arming.WHILE_SET,
            latching=True,
            what="Motion",
            action="Send two guards to look",
            setup={"read": "discrete/10017"},
        )
    },
    people={
        "anna": Person("anna", Role.DUTY_MANAGER, ("sms", "voice")),
        "boris": Person("boris", Role.SECURITY_MANAGER, ("voice",)),
    },
    posts={"control-room": Post("control-room")},
    channels={
        "sms": Channel("sms", "webhook"),
        "voice": Channel("voice", "webhook", may_acknowledge=True),
    },
)

VIEW = IncidentView(
    id="riverside-12",
    number=12,
    rev=3,
    category=Category.INTRUSION,
    priority=Priority.HIGH,
    confirmed=False,
    area="gallery-1",
    point="east.g1-pir",
    opened_at="2026-11-24T22:00:00.000Z",
    text="Gallery 1, first floor. Gate B, King Street. Motion: PIR by the east door.",
)

MESSAGE = Message(
    call_id="riverside-3-12-1",
    site="riverside",
    incident=VIEW,
    person="anna",
    to="+441632960001",
    step=1,
    attempt=1,
    test=False,
    acknowledge_url="http://127.0.0.1:8091/a/token",
)


def message(**changes: Any) -> Message:
    """``MESSAGE`` with other values; those of the incident as ``incident={...}``."""
    incident = changes.pop("incident", {})
    made = msgspec.structs.replace(MESSAGE, **changes)
    return msgspec.structs.replace(made, incident=msgspec.structs.replace(VIEW, **incident))
