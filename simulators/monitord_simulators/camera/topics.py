"""What a camera can tell: its topics, and the messages that carry them.

A property has a state that begins and ends, and is told again to whoever subscribes; an event
only happens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitord_simulators.camera.moments import moment
from monitord_simulators.camera.soap import tag

CONCRETE: Final = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"


class Operation(StrEnum):
    """What a message says of a property."""

    INITIALIZED = "Initialized"
    CHANGED = "Changed"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class Topic:
    """``data`` maps the name of each item to its XML type."""

    name: str
    source: Mapping[str, str]
    data: Mapping[str, str]
    is_property: bool = True


_VIDEO: Final = {"VideoSourceConfigurationToken": "tt:ReferenceToken"}
_SOURCE: Final = {"Source": "tt:ReferenceToken"}
_STATE: Final = {"State": "xs:boolean"}
_FAILED: Final = {"Token": "tt:ReferenceToken"}
_RULE: Final = {
    **_VIDEO,
    "VideoAnalyticsConfigurationToken": "tt:ReferenceToken",
    "Rule": "xs:string",
}

TOPICS: Final = {
    topic.name: topic
    for topic in (
        Topic("tns1:VideoSource/MotionAlarm", _SOURCE, _STATE),
        Topic("tns1:VideoSource/GlobalSceneChange/ImagingService", _SOURCE, _STATE),
        Topic("tns1:VideoSource/GlobalSceneChange/AnalyticsService", _SOURCE, _STATE),
        Topic("tns1:VideoSource/ImageTooDark/ImagingService", _SOURCE, _STATE),
        Topic("tns1:VideoSource/ImageTooBright/ImagingService", _SOURCE, _STATE),
        Topic("tns1:VideoSource/ImageTooBlurry/ImagingService", _SOURCE, _STATE),
        Topic("tns1:VideoSource/SignalLoss", _SOURCE, _STATE),
        Topic("tns1:RuleEngine/CellMotionDetector/Motion", _RULE, {"IsMotion": "xs:boolean"}),
        Topic("tns1:RuleEngine/MotionRegionDetector/Motion", _RULE, _STATE),
        Topic(
            "tns1:RuleEngine/FieldDetector/ObjectsInside",
            _RULE,
            {"IsInside": "xs:boolean", "ObjectId": "xs:integer"},
        ),
        Topic(
            "tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering",
            _RULE,
            {"IsLoitering": "xs:boolean"},
        ),
        Topic("tns1:RuleEngine/ObjectDetection/Object", _RULE, {"ClassTypes": "xs:string"}),
        Topic(
            "tns1:RuleEngine/LineDetector/Crossed",
            _RULE,
            {"ObjectId": "xs:integer"},
            is_property=False,
        ),
        Topic("tns1:RuleEngine/TamperDetector/Tamper", _RULE, {"IsTamper": "xs:boolean"}),
        Topic(
            "tns1:Device/Trigger/DigitalInput",
            {"InputToken": "tt:ReferenceToken"},
            {"LogicalState": "xs:boolean"},
        ),
        Topic(
            "tns1:Device/Trigger/Relay",
            {"RelayToken": "tt:ReferenceToken"},
            {"LogicalState": "tt:RelayLogicalState"},
        ),
        Topic("tns1:Device/HardwareFailure/FanFailure", _FAILED, {"Failed": "xs:boolean"}),
        Topic("tns1:Device/HardwareFailure/PowerSupplyFailure", _FAILED, {"Failed": "xs:boolean"}),
        Topic("tns1:Device/HardwareFailure/StorageFailure", _FAILED, {"Failed": "xs:boolean"}),
        Topic(
            "tns1:Device/HardwareFailure/TemperatureCritical",
            {"Sensor": "tt:ReferenceToken"},
            {"Critical": "xs:boolean"},
        ),
        Topic(
            "tns1:Device/SecurityPolicy/AuthFailed",
            {},
            {"Address": "xs:string"},
            is_property=False,
        ),
        Topic("tns1:Monitoring/OperatingTime/LastReboot", {}, {"Status": "xs:dateTime"}),
        Topic("tns1:Monitoring/OperatingTime/LastReset", {}, {"Status": "xs:dateTime"}),
        Topic(
            "tns1:Monitoring/OperatingTime/LastClockSynchronization", {}, {"Status": "xs:dateTime"}
        ),
        Topic("tns1:Monitoring/ProcessorUsage", _FAILED, {"Value": "xs:float"}),
        Topic(
            "tns1:RecordingConfig/JobState",
            {"RecordingJobToken": "tt:RecordingJobReference"},
            {"State": "xs:string"},
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Event:
    """One message before it is written. ``operation`` is ``None`` for what only happens."""

    topic: str
    source: Mapping[str, str]
    data: Mapping[str, str]
    operation: Operation | None
    utc_ms: int

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same property."""
        return (self.topic, *sorted(self.source.items()))


def written(event: Event, *, topic_end: str = "", producer: str = "") -> str:
    """The event as a notification message."""
    attributes = {"UtcTime": moment(event.utc_ms)}
    if event.operation is not None:
        attributes["PropertyOperation"] = event.operation.value
    named = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return (
        "<wsnt:NotificationMessage>"
        + tag("wsnt:Topic", event.topic + topic_end, Dialect=CONCRETE)
        + f"<wsnt:ProducerReference>{tag('wsa:Address', producer)}</wsnt:ProducerReference>"
        + f"<wsnt:Message><tt:Message {named}>"
        + f"<tt:Source>{_items(event.source)}</tt:Source><tt:Data>{_items(event.data)}</tt:Data>"
        + "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )


def _items(items: Mapping[str, str]) -> str:
    return "".join(tag("tt:SimpleItem", "", Name=key, Value=value) for key, value in items.items())


def topic_set(topics: Iterable[Topic]) -> str:
    """The tree of topics, as GetEventProperties tells it."""
    tree: dict[str, object] = {}
    for topic in topics:
        branch = tree
        *path, leaf = topic.name.split("/")
        for part in path:
            branch = branch.setdefault(part, {})  # type: ignore[assignment]
        branch[leaf] = topic
    return f"<wstop:TopicSet>{_branches(tree)}</wstop:TopicSet>"


def _branches(tree: Mapping[str, object]) -> str:
    made = []
    for name, below in tree.items():
        if isinstance(below, Topic):
            made.append(f'<{name} wstop:topic="true">{_description(below)}</{name}>')
        else:
            assert isinstance(below, dict)
            made.append(f"<{name}>{_branches(below)}</{name}>")
    return "".join(made)


def _description(topic: Topic) -> str:
    def items(named: Mapping[str, str]) -> str:
        return "".join(
            tag("tt:SimpleItemDescription", "", Name=key, Type=kind) for key, kind in named.items()
        )

    state = "true" if topic.is_property else "false"
    return (
        f'<tt:MessageDescription IsProperty="{state}"><tt:Source>{items(topic.source)}</tt:Source>'
        f"<tt:Data>{items(topic.data)}</tt:Data></tt:MessageDescription>"
    )


def matches(expression: str, topic: str) -> bool:
    """Whether a topic is meant by a filter: names, ``//.`` for all below, ``|`` between."""
    for each in expression.split("|"):
        wanted = each.strip()
        if wanted.endswith("//."):
            stem = wanted[:-3].rstrip("/")
            if topic == stem or topic.startswith(stem + "/"):
                return True
        elif wanted == topic:
            return True
    return False
