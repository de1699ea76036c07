"""A site in which everything that a reload compares has a value."""

from typing import Final

from monitord.core.site import (
    Area,
    Chain,
    ChainStep,
    Channel,
    Device,
    Permit,
    Person,
    Point,
    PoliceReference,
    Post,
    Site,
    Station,
)
from monitord.vocabulary import (
    Arming,
    Category,
    Kind,
    Mode,
    PoliceType,
    Priority,
    Role,
    SecondFactor,
)

DOOR: Final = Point(
    id="east.door",
    device="east",
    name="Door",
    kind=Kind.DOOR,
    category=Category.INTRUSION,
    area="hall",
    priority=Priority.HIGH,
    arming=Arming.WHILE_SET,
    latching=True,
    what="Door",
    action="Look",
    setup={
        "wiring": "normally-open",
        "debounce_ms": 100,
        "scale": 1.0,
        "unit": "m",
        "deadband": 0.1,
        "mean_ms": 600_000,
        "stuck_ms": 3_600_000,
        "limits": {"high": 2.0, "low": 1.0, "valid": [0, 4]},
        "cameras": ["cam"],
        "presets": {"cam": "door"},
        "cause": "burglar",
        "consequence": "loss",
        "verify": "a picture",
        "time_to_respond_ms": 60_000,
        "config": {"read": "discrete/0"},
    },
)
SITE: Final = Site(
    id="house",
    timezone="Europe/London",
    areas={
        "hall": Area(
            "hall",
            "Hall",
            "Gate A",
            None,
            1_800_000,
            ("east.door",),
            frozen_in=(Mode.LOCKDOWN,),
            entry_ms=30_000,
            exit_ms=30_000,
        )
    },
    permits={
        "loan-7": Permit(
            "loan-7", ("east.door",), "boris", 1_000, 2_000, "loan", "a map", ("anna",)
        )
    },
    devices={
        "east": Device(
            id="east",
            name="East",
            driver="modbus",
            areas=("hall",),
            points=("east.door",),
            setup={
                "address": "tcp://10.0.0.1",
                "poll_ms": 200,
                "timeout_ms": 500,
                "isolate": None,
                "config": {"unit": 1},
                "pictures": {"every_ms": 10_000, "home": "home", "limits": {"kept": 0.4}},
                "outputs": {
                    "siren": {
                        "name": "Siren",
                        "kind": "sounder",
                        "area": "hall",
                        "on": ["fire"],
                        "confirmed": False,
                        "outside": False,
                        "off": "taken",
                        "max_on_ms": 900_000,
                        "timed": True,
                    }
                },
            },
        )
    },
    points={"east.door": DOOR},
    people={"anna": Person("anna", Role.DUTY_MANAGER, ("voice", "sms"))},
    police={
        "gb-1": PoliceReference(
            "gb-1", "1", PoliceType.INTRUDER, ("hall",), withdrawn_at=3, instead=("anna",)
        )
    },
    posts={"control-room": Post("control-room", 2)},
    stations={"desk": Station("desk", "Desk", "hall", "control-room", 60_000, 60_000, 60_000)},
    channels={"voice": Channel("voice", "webhook", setup={"url": "https://a.example"})},
    chains={
        "default": Chain(
            "default",
            (
                ChainStep(("anna", "boris"), ("voice", "sms"), 60_000, "mail", 2),
                ChainStep(("boris",), ("voice",), 60_000),
            ),
            confirmed_start_at=0,
        )
    },
    close_by_two=(Category.INTRUSION,),
    second_factor=(SecondFactor.UNSET,),
    setup={
        "name": "House",
        "address": "Quay",
        "country": "GB",
        "second_person": True,
        "journal": {"keep_ms": 120_000},
        "areas": {"hall": {"open": "Mo 08:00-19:00", "late_to_set_ms": 60_000}},
        "posts": {"control-room": {"rota": "Mo-Su 00:00-24:00"}},
        "kinds": {"door": {}},
    },
)
