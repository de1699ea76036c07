"""Whom to ring by hand: the list that a screen keeps for the time when it knows nothing any more.

In the order in which the chain of an intrusion would call them, then everybody else who answers
for the house. Telephone numbers alone: nobody rings a mail address.
"""

import re
from collections.abc import Iterator
from typing import Final

from monitord.core.calls import persons
from monitord.core.site import Site, chain_for
from monitord.core.state import State
from monitord.runtime.control import requests_stations as q
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply
from monitord.runtime.control.who import session_of, station_of
from monitord.vocabulary import Category, Role

#: People with more than a screenful of numbers ring the first.
PEOPLE_MAX: Final = 12
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ()/-]{2,24}")
_ANSWER: Final = (Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR)


async def ring_list(desk: Desk, request: q.RingList) -> Reply:
    """Names and numbers are personal text: for who is signed on, or at a station."""
    if request.session:
        await session_of(desk, request.session)
    elif request.station:
        await station_of(desk, request.station)
    else:
        raise Refused("forbidden", "Sign on, or ask from a station")
    state, names = desk.engine.state, desk.names()
    listed = []
    for person in dict.fromkeys(_in_order(state)):
        numbers = [way for way in desk.reach(person).values() if _NUMBER.fullmatch(way)]
        if numbers:
            role = state.site.people[person].role.value
            name = names.get(person, "") or person
            listed.append({"name": name, "role": role, "numbers": list(dict.fromkeys(numbers))})
    return {"ok": True, "people": listed[:PEOPLE_MAX]}


def _in_order(state: State) -> Iterator[str]:
    site: Site = state.site
    chain = chain_for(site, Category.INTRUSION, state.mode)
    for step in chain.steps if chain is not None else ():
        for target in step.call:
            yield from (person for person in persons(state, target) if person in site.people)
    yield from (p.id for role in _ANSWER for p in site.people.values() if p.role is role)
