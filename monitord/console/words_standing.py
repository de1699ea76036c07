"""The words of what is not as it should be, and of a night on which all is."""

from collections.abc import Mapping
from typing import Final

from monitord.vocabulary import Attention

STANDING: Final[Mapping[str, str]] = {
    "title": "Not as it should be",
    "store": "The record",
    "store_why": "what happens now cannot be written down",
    "plan": "The plan {plan}",
    "plan_why": "was to be looked at again by {day}, by {owner}",
    "disk": "The disk",
    "disk_why": "nearly full: tell who looks after monitord",
    "nobody_knows": "incident {number}, nobody has taken it",
    "knows": "{who} knows, incident {number}",
    "path": "Way out: {channel}",
    "path_why": "nothing gets through to people on it",
    "held": "{how} by {who}: {why}",
    "unproven": "held back until a moment ago, and nothing shows yet that it watches: {why}",
    "failed": "not restored: {why}",
    "chattering": "alarms again and again, {count} times: have it mended",
    "standing": "has been in alarm for more than a day",
    "site": "A changed site file",
    "site_by": "{who} offered it: a second person must agree",
    "site_start": "found at the start: a person must agree",
    "nobody_looked": "incident {number} was closed, and nobody had looked",
    "more": "+{count} more",
}

COVER: Final[Mapping[str, str]] = {
    "nothing": "nothing else watches there: have somebody stand there",
    "some": "{live} of {all} others watch there",
}

ATTENTION: Final[Mapping[Attention, str]] = {
    Attention.ABSENT: "this station is not open, or not looked at: it is not called",
    Attention.UNATTENDED: "nobody is at this station: it is not called",
    Attention.SILENT: "nobody has proven to hear this station: it is not called",
}

#: A count of things, one and many.
QUIET: Final[Mapping[str, str]] = {
    "all": "All {points} points are read",
    "some": "{known} of {points} points are read",
    "none": "No point is watched: no site has been accepted",
    "areas": "{set} of {all} areas set",
    "part": "{count} set in part",
    "unset": "{count} unset",
    "unknown": "{count} unknown, guarded as set",
    "devices": "{ok} of {all} devices answer",
    "held": "{count} held back",
    "paths": "{ok} of {all} ways out to people work",
    "last": "Last incident: number {number}, {place}, closed by {who}",
    "no_last": "No incident is on record",
    "mode": "The house is in {mode}",
    "next_open": "Next: {place} may be unset from {at}",
    "next_set": "Next: {place} is to be set by {at}",
    "next_handover": "Next: {place} is to be handed over by {at}",
    "next_hearing": "Next: the sound of {place} is to be proven by {at}",
}
