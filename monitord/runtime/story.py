"""The story of one incident out of the journal: each call that was made or not, and why.

A journal has millions of entries and an incident touches a handful: the others are passed over by
their bytes, without being decoded.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from monitord.core import events as ev
from monitord.core.facts import TextRef
from monitord.journal.codec import NotAnEntry, decode
from monitord.journal.export import rfc3339
from monitord.journal.records import Stored
from monitord.vocabulary import Confirmed

View = dict[str, Any]

_SITE: Final = b'"type":"SiteAccepted"'
_OPENED: Final = re.compile(rb'"type":"IncidentOpened","incident":(\d+)')
_EPOCH: Final = b'"type":"EpochOpened"'


class Story:
    """Hand it every stored entry, in order; it keeps what belongs to incident ``number``."""

    def __init__(self, number: int, note: Callable[[TextRef], str]) -> None:
        """``note`` says how a reference to a note is shown."""
        self.number = number
        self._note = note
        self.incidents = 0
        self._mine = re.compile(
            rb'"incident":%d[,}]|"call":"[^"]*-%d-\d+"|"others":\[(?:\d+,)*%d[,\]]'
            % (number, number, number)
        )
        self._lines: list[View] = []
        self._site: View = {"id": "", "name": "", "timezone": "UTC"}
        self._open = False
        self._last = ""

    def take(self, item: Stored) -> None:
        """One entry; cheap when it has nothing to do with the incident."""
        payload = item.payload
        opened = _OPENED.search(payload)
        if opened:
            self.incidents = max(self.incidents, int(opened.group(1)))
        restarted = self._open and _EPOCH in payload
        if not (restarted or _SITE in payload or self._mine.search(payload)):
            return
        try:
            entry = decode(payload).entry
        except NotAnEntry:
            return
        self._entry(entry)

    def view(self) -> View:
        """The lines, in order; empty when there is no such incident."""
        return {
            "site": self._site,
            "now": self._last or rfc3339(0),
            "incident": self.number,
            "lines": self._lines,
        }

    def _entry(self, entry: ev.Entry) -> None:
        for event in entry.events:
            match event:
                case ev.SiteAccepted():
                    name = event.site.setup.get("name", event.site.id)
                    self._site = {
                        "id": event.site.id, "name": name, "timezone": event.site.timezone
                    }  # fmt: skip
                case _:
                    self._event(entry, event)

    def _event(self, entry: ev.Entry, event: ev.AnyEvent) -> None:
        words = in_words(event, entry)
        if not words or not (self._is_mine(event) or isinstance(event, ev.EpochOpened)):
            return
        if isinstance(event, ev.IncidentOpened):
            self._open = True
        if isinstance(event, ev.IncidentClosed):
            self._open = False
        if isinstance(event, ev.EpochOpened) and not self._open:
            return
        for what in ("finding", "note"):
            ref = getattr(event, what, None)
            if isinstance(ref, TextRef):
                words += f"; {what} {self._note(ref)}"
        self._last = rfc3339(entry.utc_ms)
        self._lines.append(
            {
                "at": self._last,
                "position": entry.position,
                "event": type(event).__name__,
                "call_id": getattr(event, "call", None),
                "text": words,
            }
        )

    def _is_mine(self, event: ev.AnyEvent) -> bool:
        number = getattr(event, "incident", None)
        if number is not None:
            return self.number in (number, *getattr(event, "others", ()))
        call = getattr(event, "call", "").rsplit("-", 2)
        return len(call) == 3 and call[1] == str(self.number)


def in_words(event: ev.AnyEvent, entry: ev.Entry) -> str:
    """What happened, as one sentence; empty for what explains no call."""
    match event:
        case ev.EpochOpened() if event.epoch > 1:
            return "monitord was started again; calls without an outcome are repeated"
        case ev.IncidentOpened():
            how = f"declared by {event.declared_by}" if event.declared_by else event.first_out
            return f"opened in {event.area or 'no area'}: {event.category}, {how}"
        case ev.IncidentJoined():
            worse = f"; it is worse: {', '.join(event.worse)}" if event.worse else ""
            return f"joined by {event.alarm}{worse}"
        case ev.IncidentConfirmed():
            how = "" if event.how is Confirmed.SOURCES else f" ({event.how})"
            return f"confirmed by {' and '.join(event.by)}{how}"
        case ev.IncidentAcknowledged():
            via = f" over {event.via}" if event.via else ""
            return f"acknowledged by {event.by}{via}, having seen revision {event.seen}"
        case ev.IncidentClosed():
            too = f" and {event.agreed_by}" if event.agreed_by else ""
            how = found(event.found_by, event.looked or "")
            return f"closed by {event.by}{too}: {event.cause}{how}"
        case ev.CloseAsked():
            how = found(event.found_by, event.looked or "")
            return f"{event.by} would close it: {event.cause}{how}; a second person must agree"
        case ev.PlanTaken() | ev.StepDone():
            return _of_plan(event)
        case ev.PicturesAsked() | ev.PictureKept() | ev.PictureMissed() | ev.FootageChecked():
            return _of_pictures(event)
        case ev.PoliceWereTold():
            return f"the police were rung ({event.how}), says {event.by}"
        case ev.PoliceOverdue():
            return "nobody has said in time that the police know"
        case _:
            return _of_chain(event, entry)


def _of_plan(event: ev.PlanTaken | ev.StepDone) -> str:
    if isinstance(event, ev.PlanTaken):
        steps = len(event.plan.steps)
        return f"plan {event.plan.id}, version {event.plan.version}, with {steps} steps"
    if event.refused:
        return f"what is to be done, {event.step}: not done, says {event.by}: {event.reason}"
    return f"what is to be done, {event.step}: done by {event.by}"


def _of_pictures(
    event: ev.PicturesAsked | ev.PictureKept | ev.PictureMissed | ev.FootageChecked,
) -> str:
    if isinstance(event, ev.FootageChecked):
        if event.why:
            return f"whether {event.camera} has recorded it is not known: {event.why}"
        spans = ", ".join(f"{rfc3339(a)} to {rfc3339(b)}" for a, b in event.missing)
        if spans:
            return f"{event.camera} has no footage of it from {spans}"
        return f"{event.camera} has recorded it"
    if isinstance(event, ev.PicturesAsked):
        instead = f", {event.instead} gives none" if event.instead else ""
        return f"a picture of {event.camera} is asked for ({', '.join(event.moments)}){instead}"
    if isinstance(event, ev.PictureMissed):
        return f"no picture of {event.camera} ({event.moment}): {event.why}"
    return f"picture {event.picture} of {event.camera} ({event.moment}) is kept"


def _of_chain(event: ev.AnyEvent, entry: ev.Entry) -> str:
    match event:
        case ev.ChainStarted():
            return f"chain {event.chain.id} begins: {event.why}"
        case ev.StepStarted():
            wait_s = (event.until_ms - entry.at_ms) // 1000
            again = f" of round {event.round}" if event.round > 1 else ""
            return f"step {event.step + 1}{again} begins and has {wait_s} s: {event.why}"
        case ev.StepSkipped():
            return f"step {event.step + 1} was passed over: {event.why}"
        case ev.ChainLooped():
            wait_s = (event.begins_ms - entry.at_ms) // 1000
            return f"the chain is at its end: round {event.round} begins in {wait_s} s, loudly"
        case ev.CallsStopped():
            return f"the calling stops: {event.why}"
        case ev.DecideExpired():
            return "it was taken, but no outcome came in time: it climbs again"
        case _:
            return _of_calls(event, entry)


def _of_calls(event: ev.AnyEvent, entry: ev.Entry) -> str:
    match event:
        case ev.CallPlaced():
            again = f", try {event.attempt}" if event.attempt > 1 else ""
            loud = ", loudly" if event.loud else ""
            loud += ", to cancel it" if event.cancel else ""
            role = f" ({event.target})" if event.person not in ("", event.target) else ""
            return f"call {event.person or event.target}{role} by {event.channel}{again}{loud}"
        case ev.CallSkipped():
            by = f" by {event.channel}" if event.channel else ""
            return f"not called: {event.person or event.target}{by}: {event.why}"
        case ev.CallHeld():
            wait_s = -(-(event.until_ms - entry.at_ms) // 1000)
            return (
                f"a flood: {event.person or event.target} was just called for incident "
                f"{event.behind} and is told of this one with the next call, in {wait_s} s at most"
            )
        case ev.CallsTold() if event.others:
            others = ", ".join(map(str, event.others))
            who = event.person or event.target
            return f"{who} is told of incident {others} with the call for incident {event.incident}"
        case ev.CallBegan():
            return f"the channel took it up ({event.call})"
        case ev.CallResulted():
            detail = f": {event.detail}" if event.detail else ""
            return f"came to: {event.outcome} ({event.call}){detail}"
        case ev.CallRetryDue():
            wait_s = (event.at_ms - entry.at_ms) // 1000
            return f"it failed ({event.call}); tried again in {wait_s} s"
        case ev.CallRepeated():
            return f"its outcome was lost in the restart: the same call again ({event.call})"
        case _:
            return _of_outside(event, entry)


def _of_outside(event: ev.AnyEvent, entry: ev.Entry) -> str:
    """What channels that leave the site waited for, and who called it back."""
    match event:
        case ev.OutsideHeld():
            wait_s = -(-(event.until_ms - entry.at_ms) // 1000)
            return f"told inside only, for {wait_s} s: {event.why}"
        case ev.OutsideReleased():
            return f"told outside from now on: {event.why}"
        case ev.OutsideAborted():
            return f"aborted: {event.by} unset the area in time, nothing of it goes out"
        case ev.OutsideCancelled():
            return f"cancelled: {event.by} unset the area, and whoever was told outside hears of it"
        case _:
            return ""


def found(by: str, looked: str) -> str:
    """Behind the cause: who found it and how; or that nobody did."""
    return (f", found by {by}" if by else "") + _LOOKED.get(looked, "")


_LOOKED: Final = {
    "inside": ", looked inside",
    "picture": ", seen on a picture",
    "outside": ", seen from outside only",
    "nobody": ", nobody looked",
}
