"""Events: what changed, in the past tense. Only events change the state, and only in ``evolve``.

An event type never changes its meaning; fields are only added, with a default. An entry written
by a newer version may hold types that this one does not know: they are kept, skipped and told.
One file per theme; here is the closed list.
"""

import msgspec

from monitord.core.events.alarms import (
    AlarmAcknowledged,
    AlarmCleared,
    AlarmOccurred,
    AlarmReset,
    AlarmSuppressed,
    AlarmUnsuppressed,
    AnyAlarmEvent,
    IsolationsRemained,
    PermitBegan,
)
from monitord.core.events.areas import (
    AnyAreaEvent,
    AreaAlerted,
    AreaChanged,
    AreaConfirmed,
    AreaExcepted,
    AreaHeld,
    AreaJudged,
    ConfirmationLapsed,
    DetectorReinstated,
    HoldUpAlerted,
    HoldUpConfirmed,
    SectorDarkened,
)
from monitord.core.events.attending import (
    AnyAttendingEvent,
    AttendanceBegan,
    AttendanceEnded,
    AttendanceMissed,
    AttendanceTold,
    DecideDeferred,
    HolderWarned,
)
from monitord.core.events.base import Event
from monitord.core.events.calls import (
    AnyCallEvent,
    CallBegan,
    CallHeld,
    CallPlaced,
    CallRepeated,
    CallResulted,
    CallRetryDue,
    CallSkipped,
    CallsStopped,
    CallsTold,
    ChainLooped,
    ChainStarted,
    DecideExpired,
    StepSkipped,
    StepStarted,
)
from monitord.core.events.daemon import (
    AnyDaemonEvent,
    BrokerCameBack,
    BrokerWentSilent,
    CalendarLaid,
    CalendarRanShort,
    ClockStepped,
    CommandRefused,
    DoorMissing,
    EpochOpened,
    FactFailed,
    KeyAnswered,
    ModeChanged,
    ModeOverstayed,
)
from monitord.core.events.devices import (
    AnyDeviceEvent,
    DeviceCameBack,
    DeviceCauseChanged,
    DeviceColdStarted,
    DeviceOverdue,
    DeviceWarmed,
    DeviceWentSilent,
    PointOverdue,
    PointStateChanged,
)
from monitord.core.events.entering import (
    AnyEnteringEvent,
    EntryBegan,
    EntryRanOut,
    ExitBegan,
    ExitEnded,
    OutsideAborted,
    OutsideCancelled,
    OutsideHeld,
    OutsideReleased,
)
from monitord.core.events.fire import (
    AnyFireEvent,
    DisablementBegan,
    DisablementEnded,
    DisablementOverran,
)
from monitord.core.events.floods import (
    AnyFloodEvent,
    FloodBegan,
    FloodEnded,
    PointChattered,
    PointSettled,
)
from monitord.core.events.handover import (
    AnyHandoverEvent,
    HandoverMissed,
    HandoverOffered,
    HandoverTaken,
)
from monitord.core.events.incidents import (
    AnyIncidentEvent,
    CloseAsked,
    DuressRepeated,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentConfirmed,
    IncidentJoined,
    IncidentOpened,
)
from monitord.core.events.maintenance import (
    AnyMaintenanceEvent,
    MaintenanceEnded,
    MaintenanceGranted,
)
from monitord.core.events.occurrences import LogWritten
from monitord.core.events.outputs import (
    AnyOutputEvent,
    OutputFailed,
    OutputForgotten,
    OutputHeld,
    OutputProven,
    OutputReleased,
    OutputSwitched,
)
from monitord.core.events.paths import PathChanged
from monitord.core.events.plans import (
    AnyPlanEvent,
    PlanTaken,
    PoliceAwaited,
    PoliceOverdue,
    PoliceWereTold,
    StepDone,
)
from monitord.core.events.police import (
    AnyPoliceEvent,
    FalseCallCounted,
    FalseCallsLapsed,
    PoliceReinstated,
    PoliceWarned,
    PoliceWithdrawn,
)
from monitord.core.events.record import (
    AnyRecordEvent,
    DiskRoomChanged,
    ErasureOrdered,
    FileDropped,
    HistoryGaveWay,
    SnapshotAgreed,
    SnapshotFailed,
    StatusGaveWay,
    StoreDegraded,
    StoreRestored,
    TextsErased,
)
from monitord.core.events.relief import AnyReliefEvent, ReliefEnded, ReliefGiven
from monitord.core.events.restoring import (
    AnyRestoringEvent,
    RestoreAwaited,
    RestoreFailed,
    RestoreProven,
    RestoreSetAside,
)
from monitord.core.events.site import (
    PointReleased,
    PointRenamed,
    PointRetired,
    SiteAccepted,
    SiteHeld,
    SiteRejected,
)
from monitord.core.events.stations import (
    AnyStationEvent,
    HearingLapsed,
    HearingProven,
    StationChanged,
)
from monitord.core.events.walking import AnyWalkingEvent, DetectorSeen, WalkTestBegan, WalkTestEnded
from monitord.core.facts import AnyFact, UnknownFact

__all__ = [
    "AlarmAcknowledged",
    "AlarmCleared",
    "AlarmOccurred",
    "AlarmReset",
    "AlarmSuppressed",
    "AlarmUnsuppressed",
    "AnyEvent",
    "AreaAlerted",
    "AreaChanged",
    "AreaConfirmed",
    "AreaExcepted",
    "AreaHeld",
    "AreaJudged",
    "AttendanceBegan",
    "AttendanceEnded",
    "AttendanceMissed",
    "AttendanceTold",
    "BrokerCameBack",
    "BrokerWentSilent",
    "CalendarLaid",
    "CalendarRanShort",
    "CallBegan",
    "CallHeld",
    "CallPlaced",
    "CallRepeated",
    "CallResulted",
    "CallRetryDue",
    "CallSkipped",
    "CallsStopped",
    "CallsTold",
    "ChainLooped",
    "ChainStarted",
    "ClockStepped",
    "CloseAsked",
    "CommandRefused",
    "ConfirmationLapsed",
    "DecideDeferred",
    "DecideExpired",
    "DetectorReinstated",
    "DetectorSeen",
    "DeviceCameBack",
    "DeviceCauseChanged",
    "DeviceColdStarted",
    "DeviceOverdue",
    "DeviceWarmed",
    "DeviceWentSilent",
    "DisablementBegan",
    "DisablementEnded",
    "DisablementOverran",
    "DiskRoomChanged",
    "DoorMissing",
    "DuressRepeated",
    "Entry",
    "EntryBegan",
    "EntryRanOut",
    "EpochOpened",
    "ErasureOrdered",
    "Event",
    "ExitBegan",
    "ExitEnded",
    "FactFailed",
    "FalseCallCounted",
    "FalseCallsLapsed",
    "FileDropped",
    "FloodBegan",
    "FloodEnded",
    "HandoverMissed",
    "HandoverOffered",
    "HandoverTaken",
    "HearingLapsed",
    "HearingProven",
    "HistoryGaveWay",
    "HoldUpAlerted",
    "HoldUpConfirmed",
    "HolderWarned",
    "IncidentAcknowledged",
    "IncidentClosed",
    "IncidentConfirmed",
    "IncidentJoined",
    "IncidentOpened",
    "IsolationsRemained",
    "KeyAnswered",
    "LogWritten",
    "MaintenanceEnded",
    "MaintenanceGranted",
    "ModeChanged",
    "ModeOverstayed",
    "OutputFailed",
    "OutputForgotten",
    "OutputHeld",
    "OutputProven",
    "OutputReleased",
    "OutputSwitched",
    "OutsideAborted",
    "OutsideCancelled",
    "OutsideHeld",
    "OutsideReleased",
    "PathChanged",
    "PermitBegan",
    "PlanTaken",
    "PointChattered",
    "PointOverdue",
    "PointReleased",
    "PointRenamed",
    "PointRetired",
    "PointSettled",
    "PointStateChanged",
    "PoliceAwaited",
    "PoliceOverdue",
    "PoliceReinstated",
    "PoliceWarned",
    "PoliceWereTold",
    "PoliceWithdrawn",
    "ReliefEnded",
    "ReliefGiven",
    "RestoreAwaited",
    "RestoreFailed",
    "RestoreProven",
    "RestoreSetAside",
    "SectorDarkened",
    "SiteAccepted",
    "SiteHeld",
    "SiteRejected",
    "SnapshotAgreed",
    "SnapshotFailed",
    "StationChanged",
    "StatusGaveWay",
    "StepDone",
    "StepSkipped",
    "StepStarted",
    "StoreDegraded",
    "StoreRestored",
    "TextsErased",
    "WalkTestBegan",
    "WalkTestEnded",
]

AnyEvent = (
    EpochOpened
    | AnyAlarmEvent
    | AnyStationEvent
    | SiteAccepted
    | SiteHeld
    | PointRenamed
    | PointRetired
    | PointReleased
    | SiteRejected
    | AnyRecordEvent
    | AnyDaemonEvent
    | ErasureOrdered
    | TextsErased
    | PointStateChanged
    | PointOverdue
    | AnyDeviceEvent
    | AnyAreaEvent
    | AnyEnteringEvent
    | AnyWalkingEvent
    | AnyMaintenanceEvent
    | AnyRestoringEvent
    | AnyOutputEvent
    | PathChanged
    | AnyPoliceEvent
    | AnyFloodEvent
    | AnyIncidentEvent
    | AnyCallEvent
    | AnyAttendingEvent
    | LogWritten
    | AnyPlanEvent
    | AnyReliefEvent
    | AnyHandoverEvent
    | DuressRepeated
    | AnyFireEvent
)


class Entry(msgspec.Struct, frozen=True):
    """One fact that changed something, with all the events it caused: applied whole or not.

    ``at_ms`` is engine time, ``utc_ms`` the same moment in UTC; ``v`` the format of the entry,
    ``version`` the program's.
    """

    v: int
    epoch: int
    seq: int
    at_ms: int
    utc_ms: int
    version: str
    fact: AnyFact | UnknownFact
    events: tuple[AnyEvent, ...]

    @property
    def position(self) -> str:
        """``EPOCH.SEQ``."""
        return f"{self.epoch}.{self.seq}"
