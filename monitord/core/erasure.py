"""Erasing personal text: who ordered what, why, and when it was gone (law 3).

The core never sees a text. It holds the order until the runtime tells that the bytes are gone, so
a kill in between forgets nothing: the next start finds the order open and carries it out. Entries
keep their references; what they refer to shows as ``erased``.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.rights import refusal
from monitord.core.site_records import ErasureRecord
from monitord.core.state import State

#: Why, where no person asked.
END_REACHED: Final = "their end was reached"


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Order, and note what was carried out."""
    match fact:
        case f.EraseTexts():
            yield refusal(state, fact) or _refused(state, fact) or _ordered(state, fact)
        case f.TextsExpired() if fact.texts:
            yield ev.ErasureOrdered(
                order=state.erasures_ordered + 1,
                texts=fact.texts,
                purposes=fact.purposes,
                reason=END_REACHED,
            )
        case f.TextsGone() if fact.order in state.erasures:
            yield ev.TextsErased(order=fact.order, then=fact.then)
        case _:
            pass


def _refused(state: State, fact: f.EraseTexts) -> ev.CommandRefused | None:
    code = text = ""
    guarded = {ref.id.removeprefix("person/") for ref in fact.texts if ref in state.texts}
    if fact.person in state.site.people:
        guarded.add(fact.person)
    if not fact.reason.strip():
        code, text = "bad-input", "Say why: the reason stands in the journal, without names"
    elif guarded:
        who = min(guarded)
        code = "in-site-file"
        text = (
            f"{who} is still in the site file and would come back with it: take them out there, "
            "then `monitord reload`, then erase"
        )
    elif not fact.texts and not fact.account:
        code, text = "unknown", "Nothing is kept under this name: look for it in the journal"
    return ev.CommandRefused(code=code, text=text) if code else None


def _ordered(state: State, fact: f.EraseTexts) -> ev.ErasureOrdered:
    return ev.ErasureOrdered(
        order=state.erasures_ordered + 1,
        texts=fact.texts,
        purposes=fact.purposes,
        person=fact.person,
        by=fact.by,
        reason=fact.reason,
    )


def _on_ordered(state: State, event: ev.ErasureOrdered) -> None:
    state.erasures_ordered = event.order
    state.erasures[event.order] = ErasureRecord(
        texts=event.texts, person=event.person, since_ms=state.at_ms
    )


def _on_erased(state: State, event: ev.TextsErased) -> None:
    if event.then:
        state.erasures[event.order].texts = event.then
    else:
        del state.erasures[event.order]


EVOLVE: Evolve = {ev.ErasureOrdered: _on_ordered, ev.TextsErased: _on_erased}
