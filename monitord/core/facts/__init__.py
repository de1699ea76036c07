"""Facts: what happened outside the core, one frozen record each.

A fact says what was seen or asked; what it means is decided in :mod:`monitord.core.step`.
``key`` makes a repeat harmless: the same key within 24 h is the same fact and gets the same
answer. Personal text never stands in a fact: a ``TextRef`` names it in the side store. One file
per theme; here is the closed list.
"""

import msgspec

from monitord.core.facts.aiming import CameraAimed
from monitord.core.facts.attending import Attend
from monitord.core.facts.base import Fact, TextRef
from monitord.core.facts.calls import CallEnded, CallStarted
from monitord.core.facts.daemon import (
    BrokerLost,
    BrokerReturned,
    CalendarRead,
    DoorFailed,
    Signal,
    Started,
    StepFailed,
    TimePassed,
    TurnedAway,
    WallClockRead,
)
from monitord.core.facts.devices import DeviceLost, DeviceReturned, PointChanged, Sample
from monitord.core.facts.evidence import HoldEvidence, PictureRemoved, ReleaseEvidence
from monitord.core.facts.handover import OfferHandover, TakeHandover
from monitord.core.facts.maintenance import EndMaintenance, GrantMaintenance
from monitord.core.facts.occurrences import WriteLog
from monitord.core.facts.outputs import OutputAnswered, SwitchOutput
from monitord.core.facts.paths import PathLost, PathReturned
from monitord.core.facts.people import (
    Acknowledge,
    AgreeClose,
    ChangeMode,
    Close,
    Command,
    ConfirmIncident,
    Declare,
    EraseTexts,
    ExceptArea,
    GiveDuressPin,
    ReinstatePolice,
    ReloadSite,
    SetArea,
    Suppress,
    UnsetArea,
    Unsuppress,
)
from monitord.core.facts.pictures import PicturesCame, Shot, ViewPictures
from monitord.core.facts.plans import DoStep, TellPolice
from monitord.core.facts.record import (
    DiskLooked,
    FileExpired,
    HistoryFull,
    SnapshotTried,
    StatusDropped,
    StoreFailed,
    StoreRecovered,
    TextsExpired,
    TextsGone,
)
from monitord.core.facts.relief import EndRelief, GiveRelief
from monitord.core.facts.site import SiteOffered, SiteRefused
from monitord.core.facts.stations import StationHeard, StationSaid
from monitord.core.facts.walking import EndWalkTest, StartWalkTest
from monitord.core.site import Site

__all__ = [
    "Acknowledge",
    "AgreeClose",
    "AnyFact",
    "Attend",
    "BrokerLost",
    "BrokerReturned",
    "CalendarRead",
    "CallEnded",
    "CallStarted",
    "CameraAimed",
    "ChangeMode",
    "Close",
    "Command",
    "ConfirmIncident",
    "Declare",
    "DeviceLost",
    "DeviceReturned",
    "DiskLooked",
    "DoStep",
    "DoorFailed",
    "EndMaintenance",
    "EndRelief",
    "EndWalkTest",
    "EraseTexts",
    "ExceptArea",
    "Fact",
    "FileExpired",
    "GiveDuressPin",
    "GiveRelief",
    "GrantMaintenance",
    "HistoryFull",
    "HoldEvidence",
    "OfferHandover",
    "OutputAnswered",
    "PathLost",
    "PathReturned",
    "PictureRemoved",
    "PicturesCame",
    "PointChanged",
    "ReinstatePolice",
    "ReleaseEvidence",
    "ReloadSite",
    "Sample",
    "SetArea",
    "Shot",
    "Signal",
    "SiteOffered",
    "SiteRefused",
    "SnapshotTried",
    "StartWalkTest",
    "Started",
    "StationHeard",
    "StationSaid",
    "StatusDropped",
    "StepFailed",
    "StoreFailed",
    "StoreRecovered",
    "Suppress",
    "SwitchOutput",
    "TakeHandover",
    "TellPolice",
    "TextRef",
    "TextsExpired",
    "TextsGone",
    "TimePassed",
    "TurnedAway",
    "UnknownFact",
    "UnsetArea",
    "Unsuppress",
    "ViewPictures",
    "WallClockRead",
    "WriteLog",
    "on_record",
]


class UnknownFact(Fact, frozen=True):
    """Stands in an entry for a fact that a newer version wrote: for the record, never decided on.

    Not one of ``AnyFact``: nobody may submit it.
    """

    fact_type: str


AnyFact = (
    Started
    | StationSaid
    | StationHeard
    | SiteOffered
    | SiteRefused
    | DoorFailed
    | BrokerLost
    | BrokerReturned
    | CalendarRead
    | TurnedAway
    | WallClockRead
    | TimePassed
    | StoreFailed
    | StoreRecovered
    | DiskLooked
    | StatusDropped
    | HistoryFull
    | SnapshotTried
    | FileExpired
    | StepFailed
    | TextsExpired
    | TextsGone
    | PointChanged
    | DeviceLost
    | DeviceReturned
    | Acknowledge
    | Close
    | AgreeClose
    | Declare
    | ConfirmIncident
    | Attend
    | WriteLog
    | DoStep
    | GiveRelief
    | EndRelief
    | TellPolice
    | OfferHandover
    | TakeHandover
    | GiveDuressPin
    | Suppress
    | Unsuppress
    | SetArea
    | UnsetArea
    | StartWalkTest
    | EndWalkTest
    | GrantMaintenance
    | EndMaintenance
    | ChangeMode
    | ExceptArea
    | ReloadSite
    | EraseTexts
    | ReinstatePolice
    | CallStarted
    | CallEnded
    | OutputAnswered
    | SwitchOutput
    | PathLost
    | PathReturned
    | PicturesCame
    | CameraAimed
    | PictureRemoved
    | HoldEvidence
    | ReleaseEvidence
    | ViewPictures
)


def on_record(fact: AnyFact) -> AnyFact:
    """The fact as an entry has it: a site stands there once, in the event that accepts it."""
    if isinstance(fact, SiteOffered | ReloadSite):
        return msgspec.structs.replace(fact, site=Site(id=fact.site.id))
    return fact
