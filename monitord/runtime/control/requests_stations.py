"""Requests of consoles: who signs on, and what the pages of stations say of themselves."""

from typing import Annotated

import msgspec

from monitord.runtime.control.request import Request
from monitord.vocabulary import Attention


class SignOn(Request, frozen=True, kw_only=True, tag="sign-on"):
    """A person at a console: their PIN for a session, which lasts for one shift at most."""

    person: str
    pin: str
    station: str = ""


class SignOff(Request, frozen=True, kw_only=True, tag="sign-off"):
    """End a session."""

    session: str


class Session(Request, frozen=True, kw_only=True, tag="session"):
    """Whose session it is, and until when."""

    session: str


class StationCode(Request, frozen=True, kw_only=True, tag="station-code"):
    """A code with which a screen is enrolled as a station. Only for root and the daemon's own."""

    station: str


class StationEnrol(Request, frozen=True, kw_only=True, tag="station-enrol"):
    """A code that was typed at a screen, for the secret that makes it the station."""

    code: str


class RingList(Request, frozen=True, kw_only=True, tag="ring-list"):
    """Whom to ring when nothing else works. Only for who is signed on, or at a station."""

    session: str = ""
    station: str = ""


class WhichStation(Request, frozen=True, kw_only=True, tag="which-station"):
    """The station that a secret proves."""

    secret: str


class StationReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one page says of itself. ``session`` is that of who is signed on there."""

    secret: str
    attention: Attention
    session: str = ""


class StationsSaid(Request, frozen=True, kw_only=True, tag="stations-said"):
    """What the pages of stations say of themselves; again every two seconds."""

    stations: Annotated[tuple[StationReport, ...], msgspec.Meta(max_length=100)]


class Heard(Request, frozen=True, kw_only=True, tag="heard"):
    """Somebody at a station has counted its beeps and was right."""

    secret: str
    beeps: Annotated[int, msgspec.Meta(ge=2, le=9)]
    session: str = ""


AnyStationRequest = (
    StationCode
    | StationEnrol
    | StationsSaid
    | WhichStation
    | RingList
    | Heard
    | SignOn
    | SignOff
    | Session
)
