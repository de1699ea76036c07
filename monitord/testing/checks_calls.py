"""Checks of calls and acknowledgements: nobody is called who need not be, nobody twice."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.testing.evidence import STALL_MS, Evidence, family
from monitord.testing.history import Answered, Asked, Dial
from monitord.testing.script import NEVER_MS, openings
from monitord.vocabulary import Outcome

#: An opening this long before an acknowledgement may be what worsened it just then.
JUST_NOW_MS: Final = 10_000
#: Facts that may wait in a site of this size; many more means that nobody takes them.
WAITING_MAX: Final = 1_000
#: Calls for one incident in a minute: two rounds of the standard chain, with tries and repeats.
CALLS_A_MINUTE_MAX: Final = 40


def no_call_after_acknowledgement(evidence: Evidence) -> Iterator[str]:
    """S2: from the answer "accepted" on nobody is called, until it worsens or nobody decides."""
    for answer in evidence.accepted(Asked.ACKNOWLEDGE):
        decide_ms = min(chain.decide_ms for chain in evidence.site.chains.values())
        first_ms = min(
            a.asked_ms
            for a in evidence.accepted(Asked.ACKNOWLEDGE)
            if a.incident == answer.incident and a.at_ms > answer.asked_ms - decide_ms
        )
        for dial in evidence.dials(answer.incident):
            ends_ms = min(
                first_ms + decide_ms - STALL_MS,
                evidence.holds_until_ms(answer),
                evidence.time_leapt_ms(answer.at_ms),
            )
            if not answer.at_ms < dial.at_ms < ends_ms:
                continue
            if not _may_have_worsened(evidence, answer, dial):
                yield (
                    f"{dial.at_ms}: incident {dial.incident} was called for after"
                    f" {answer.by} had it at {answer.at_ms}"
                )


def _may_have_worsened(evidence: Evidence, answer: Answered, dial: Dial) -> bool:
    """Whether the script has anything in the incident's area that can have made it worse."""
    if not dial.area:  # monitord's own alarms: nothing makes them worse
        return False
    from_ms = answer.asked_ms - JUST_NOW_MS
    area = evidence.site.areas[dial.area]
    opened = any(
        from_ms <= span.from_ms <= dial.at_ms
        and point in area.points
        and family(evidence.site.points[point].category) == family(dial.category)
        for point, span in openings(evidence.script)
    )
    unset = any(
        point == area.set_by and from_ms <= span.until_ms <= dial.at_ms
        for point, span in openings(evidence.script)
    )
    devices = {evidence.site.points[p].device for p in area.points}
    lost = any(
        trouble.from_ms <= dial.at_ms and from_ms <= trouble.until_ms + JUST_NOW_MS
        for device in devices
        for trouble in evidence.script.troubles.get(device, ())
    )
    return opened or unset or lost


def stale_acknowledgement_refused(evidence: Evidence) -> Iterator[str]:
    """S3: who saw an incident unconfirmed cannot take it after others were told "confirmed"."""
    for answer in evidence.accepted(Asked.ACKNOWLEDGE):
        began_ms = evidence.number_given_ms(answer.incident, answer.at_ms)
        told = [
            d
            for d in evidence.dials(answer.incident)
            if began_ms < d.at_ms < answer.at_ms and evidence.lasted(d, answer.at_ms)
        ]
        before = max((d.rev for d in told if not d.confirmed), default=0)
        after = min((d.rev for d in told if d.confirmed), default=0)
        if after and answer.seen <= before < after:
            yield (
                f"{answer.at_ms}: {answer.by} took incident {answer.incident} at revision"
                f" {answer.seen}, confirmed since revision {after} or before"
            )


def repeated_only_after_unknown(evidence: Evidence) -> Iterator[str]:
    """S7: the same call rings twice only in another life, with no outcome on record."""
    results: dict[str, int] = {}
    for entry in evidence.entries:
        for event in entry.events:
            if isinstance(event, ev.CallResulted) and event.outcome is not Outcome.UNKNOWN:
                known_ms = evidence.history.stored_ms.get(entry.position, NEVER_MS)
                results.setdefault(event.call, known_ms)
    rung: dict[str, Dial] = {}
    for dial in evidence.history.dials:
        last = rung.get(dial.call)
        if last is not None and last.life == dial.life:
            yield f"{dial.at_ms}: {dial.call} rang twice in one life"
        elif last is not None and results.get(dial.call, NEVER_MS) < dial.at_ms:
            yield f"{dial.at_ms}: {dial.call} rang again, its outcome was on record"
        rung[dial.call] = dial


def bounded(evidence: Evidence) -> Iterator[str]:
    """S8: neither facts nor calls pile up."""
    history = evidence.history
    if history.waiting_max > WAITING_MAX:
        yield f"{history.waiting_max} facts waited at once"
    minutes = Counter((d.incident, d.at_ms // 60_000) for d in history.dials)
    for (incident, minute), count in minutes.items():
        if count > CALLS_A_MINUTE_MAX:
            yield f"{minute * 60_000}: {count} calls in a minute for incident {incident}"
