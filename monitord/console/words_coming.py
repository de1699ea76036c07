"""The words of people who come to an alarm, and of saying that it is real."""

from collections.abc import Mapping
from typing import Final

from monitord.vocabulary import Attending

WORDS: Final[Mapping[str, str]] = {
    "title": "Who comes",
    "nobody": "Nobody is on the way",
    "tell": "Tell of somebody who comes",
    "who": "Who?",
    "eta": "There in how many minutes?",
    "with": "Goes in with",
    "alone": "ALONE",
    "result": "What they found",
    "awaited": "awaited in",
    "late": "did not arrive in time, the next one is called",
    "arrived": "there",
    "plan": "the plan is agreed",
    "no_plan": "the plan is not agreed: unset nothing before",
    "inside": "inside",
    "safe_by": "says that they are well within",
    "missed": "not heard of: {count} calls missed",
    "left": "left: {result}",
    "real": "It is real",
    "real_why": "Say it only when you see it. People are called further at once.",
    "seen": "I see it on a picture",
    "on_scene": "Somebody on the spot sees it",
}

#: One button each, in the order of an attendance.
SAYS: Final[Mapping[Attending, str]] = {
    Attending.ON_THE_WAY: "On the way",
    Attending.PLAN: "The plan is agreed",
    Attending.ARRIVED: "At the house",
    Attending.ENTERED: "Went in",
    Attending.SAFE: "Inside, and well",
    Attending.RESULT: "Done, with this result",
}

RESULT: Final[Mapping[str, str]] = {
    "nothing-found": "Nothing found",
    "intruder": "An intruder",
    "damage": "Damage",
    "stood-down": "Stood down",
}
