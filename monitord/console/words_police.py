"""The words of the card for the police."""

from collections.abc import Mapping
from typing import Final

#: Who rang.
RANG: Final[Mapping[str, str]] = {
    "self": "I have rung them",
    "receiving-centre": "The receiving centre has rung them",
}
#: The same of somebody else, in a line.
SAID: Final[Mapping[str, str]] = {
    "self": "{who} has rung them",
    "receiving-centre": "the receiving centre has rung them, says {who}",
}

WORDS: Final[Mapping[str, str]] = {
    "title": "Police",
    "reference": "Reference {number}",
    "contact": "Ask for",
    "ring": "Ring {number}",
    "withdrawn": "They come no more on this reference: too many false calls.",
    "proof": "They come to confirmed alarms alone, and this one is not confirmed yet.",
    "by_centre": "The receiving centre calls them. Ring yourself only from the spot, where a crime "
    "is to be seen.",
    "script": "Say",
    "words": "Alarm at {site}, {address}. Reference {number}. {what}. {sure}. Come to {gate}.",
    "called": "monitord has called them",
    "nobody": "Nobody has said yet that they know.",
    "left": "{span} left to say so",
    "late": "Nobody has said in time that they know.",
}
