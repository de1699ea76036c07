"""What ``read:`` asks of a camera's events, as people write it: ``motion``, ``line/east``, …

The table is that of the ONVIF topics which cameras tell, with those of some makes; what is not in
it is named by its whole topic. Pure.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Names of the data items that carry a state, in the order in which they are looked for.
STATES: Final = (
    "State", "IsMotion", "IsInside", "IsLoitering", "IsTamper", "LogicalState", "Failed",
    "Critical", "Value", "Motion", "Alarm",
)  # fmt: skip
_TRUE: Final = frozenset({"true", "1", "active", "on", "yes"})
_FALSE: Final = frozenset({"false", "0", "inactive", "off", "no"})
_TOPIC: Final = re.compile(r"[A-Za-z0-9_.-]+:[A-Za-z0-9_.:/-]{1,180}")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word stands for: ``topics``, and which source item names the part after the slash.

    ``once`` has no end. ``lasting`` may be true for days; what is not is doubted when it is.
    ``holds``: the state is whether that word stands in the item ``ClassTypes``.
    """

    topics: tuple[str, ...]
    source: tuple[str, ...] = ()
    once: bool = False
    lasting: bool = False
    holds: str = ""


_RULE: Final = ("Rule", "RuleName")
_ANY_SOURCE: Final = (
    "Source", "VideoSourceToken", "VideoSourceConfigurationToken", "VideoSource",
)  # fmt: skip
_ENGINE: Final = "RuleEngine/"
_OBJECT: Final = (f"{_ENGINE}ObjectDetection/Object", f"{_ENGINE}ObjectDetector/Object")

SENSES: Final[Mapping[str, Sense]] = {
    "motion": Sense(
        (
            "VideoSource/MotionAlarm",
            f"{_ENGINE}CellMotionDetector/Motion",
            f"{_ENGINE}MotionRegionDetector/Motion",
        ),
        _ANY_SOURCE,
    ),
    "line": Sense((f"{_ENGINE}LineDetector/Crossed",), _RULE, once=True),
    "field": Sense((f"{_ENGINE}FieldDetector/ObjectsInside",), _RULE),
    "loitering": Sense((f"{_ENGINE}LoiteringDetector/ObjectIsLoitering",), _RULE),
    "tamper": Sense(
        (
            "VideoSource/GlobalSceneChange",
            f"{_ENGINE}TamperDetector/Tamper",
            f"{_ENGINE}CellMotionDetector/Tamper",
        ),
        _ANY_SOURCE,
        lasting=True,
    ),
    "signal-loss": Sense(("VideoSource/SignalLoss",), _ANY_SOURCE, lasting=True),
    "dark": Sense(("VideoSource/ImageTooDark",), _ANY_SOURCE, lasting=True),
    "bright": Sense(("VideoSource/ImageTooBright",), _ANY_SOURCE, lasting=True),
    "blurry": Sense(("VideoSource/ImageTooBlurry",), _ANY_SOURCE, lasting=True),
    "input": Sense(("Device/Trigger/DigitalInput",), ("InputToken", "Token"), lasting=True),
}
_OBJECTS: Final[Mapping[str, Sense]] = {
    "human": Sense(
        (*_OBJECT, f"{_ENGINE}MyRuleDetector/PeopleDetect", "UserAlarm/IVA/HumanShapeDetect"),
        holds="human",
    ),
    "vehicle": Sense((*_OBJECT, f"{_ENGINE}MyRuleDetector/VehicleDetect"), holds="vehicle"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One point's question: a sense, the part of it where one is named, and a data item."""

    sense: Sense
    part: str = ""
    item: str = ""

    def fits(self, topic: str, source: Mapping[str, str]) -> bool:
        """Whether a message is about this; ``topic`` as :func:`plain` has it."""
        if not any(topic == own or topic.startswith(own + "/") for own in self.sense.topics):
            return False
        # A crossing whose rule is not told may be of this one: an alarm too many, and none too few.
        if not self.part or (self.sense.once and not source):
            return True
        named = [source[name] for name in self.sense.source if name in source]
        return self.part in (named or source.values())

    def state(self, data: Mapping[str, str]) -> bool | None:
        """What a message says; None where it says nothing that can be read."""
        if self.sense.holds and "ClassTypes" in data:
            return self.sense.holds in re.split(r"[\s,;]+", data["ClassTypes"].lower())
        names = (self.item,) if self.item else STATES
        for name in names:
            if name in data:
                return truth(data[name])
        return truth(next(iter(data.values()))) if len(data) == 1 and not self.item else None


def truth(text: str) -> bool | None:
    """A state as cameras write it."""
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def plain(topic: str) -> str:
    """A topic without its prefixes and without the ends that some makes add."""
    path = re.sub(r"(/?/\.|/)+$", "", topic.strip())
    return "/".join(part.rpartition(":")[2] for part in path.split("/") if part)


def parse_read(text: str) -> Meaning:
    """``motion``, ``line/RULE``, ``object/human``. Raises ``ValueError`` with what to write."""
    word, slash, part = text.strip().partition("/")
    if slash and not part:
        raise ValueError(f"'{text}' ends with a slash: name what comes after it, or leave it out")
    if word == "object":
        if part not in _OBJECTS:
            raise ValueError(f"'{text}': write object/human or object/vehicle")
        return Meaning(_OBJECTS[part])
    sense = SENSES.get(word)
    if sense is None:
        near = difflib.get_close_matches(word, [*SENSES, "object"], n=1)
        hint = f", did you mean {near[0]}?" if near else "."
        raise ValueError(
            f"'{word}' is nothing that a camera tells{hint} There are {', '.join(SENSES)}, "
            "object/human and object/vehicle; any other is named by its `topic:`"
        )
    if word == "input" and not part:
        raise ValueError("name the input by its token, as in input/1")
    return Meaning(sense, part)


def parse_topic(text: str) -> str:
    """A whole topic. Raises ``ValueError`` that says what to write."""
    if not _TOPIC.fullmatch(text.strip()):
        raise ValueError(f"'{text[:40]}' is no topic: write it as in tns1:VideoSource/MotionAlarm")
    return text.strip()


def of_topic(topic: str, item: str) -> Meaning:
    """The question after a topic that was named; ``item`` is empty where any may be read."""
    return Meaning(Sense((plain(topic),), lasting=False), item=item)
