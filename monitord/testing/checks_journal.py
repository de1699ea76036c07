"""Checks of the record: replay, chain, nothing lost, and a healed world at rest."""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core.state import State
from monitord.core.step import apply
from monitord.journal.chain import GENESIS, link
from monitord.journal.codec import encode
from monitord.testing.evidence import Evidence
from monitord.testing.history import Asked
from monitord.vocabulary import DeviceStatus, PointState


def replay_equals_live(evidence: Evidence) -> Iterator[str]:
    """S6: compared while it ran, at every start, crash and stop; any broken loop is told too."""
    for found in evidence.history.found:
        yield found.removeprefix("S6 ")


def nothing_accepted_is_lost(evidence: Evidence) -> Iterator[str]:
    """S9: what was published as stored, and what people were told yes to, is in the journal.

    With a spill file all that was published is, stored at that time or not.
    """
    spilled = evidence.script.spill
    for seen in evidence.history.seen:
        row = evidence.positions.get(seen.entry.position)
        if (seen.stored or spilled) and (row is None or row.payload != encode(seen.entry)):
            yield f"{seen.at_ms}: entry {seen.entry.position} was told and is gone"
    taken = {
        (event.incident, event.by)
        for entry in evidence.entries
        for event in entry.events
        if isinstance(event, ev.IncidentAcknowledged)
    }
    for answer in evidence.accepted(Asked.ACKNOWLEDGE):
        if (answer.stored or spilled) and (answer.incident, answer.by) not in taken:
            yield f"{answer.at_ms}: the acknowledgement of {answer.incident} by {answer.by} is gone"


def answered_to_a_panel_is_stored(evidence: Evidence) -> Iterator[str]:
    """S12: what a panel was told is stored, is: the event itself, or the state that it is of."""
    stored_ms = evidence.history.stored_ms
    keys: dict[str, int] = {}
    states: dict[str, list[tuple[int, bool]]] = {}
    for entry in evidence.entries:
        at_ms = stored_ms.get(entry.position, 0)
        keys.setdefault(entry.fact.key, at_ms)
        for event in entry.events:
            if isinstance(event, ev.PointStateChanged):
                active = event.state is PointState.ACTIVE
                states.setdefault(event.point, []).append((at_ms, active))
    for receipt in evidence.history.receipts:
        if receipt.key in keys and keys[receipt.key] <= receipt.at_ms:
            continue
        before = [active for at_ms, active in states.get(receipt.point, ())
                  if at_ms <= receipt.at_ms]  # fmt: skip
        if not before or before[-1] is not receipt.active:
            yield f"{receipt.at_ms}: a panel was answered {receipt.key}, and it is gone"


def chain_verifies(evidence: Evidence) -> Iterator[str]:
    """S10: every hash follows from the one before, and numbers have no gap."""
    last = GENESIS
    for number, row in enumerate(evidence.rows, 1):
        if row.seq != number or link(last, row.seq, row.payload) != row.hash:
            yield f"the entry at {row.position} does not follow the one before it"
            return
        last = row.hash


def comes_to_rest(evidence: Evidence) -> Iterator[str]:
    """L1: once the world is healed every device is up, and everything was taken and closed."""
    if evidence.history.healed_ms is None:
        yield "the world was never healed"
        return
    state = State()
    for entry in evidence.entries:
        apply(state, entry)
    for name, device in state.devices.items():
        if device.status is not DeviceStatus.OK:
            yield f"{name} is still {device.status}"
    for incident in state.open_incidents():
        yield f"incident {incident.number} is still open"
    if state.deadlines:
        yield f"deadlines still stand: {', '.join(sorted(state.deadlines))}"
    if state.degraded:
        yield f"the store is still degraded: {state.degraded}"
