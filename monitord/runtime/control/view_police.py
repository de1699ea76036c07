"""The card to read out to the police (C8): reference, words, entrance, and whether they know.

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view.
"""

from typing import Final

from monitord.core.attendance import running
from monitord.core.police_calls import serving
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.control.view import View, moment, place, site_name
from monitord.vocabulary import Confirmed

#: Where the receiving centre calls the police, and a keyholder only on the spot with evidence.
BY_THE_CENTRE: Final = frozenset({"GB"})


def card(state: State, record: IncidentRecord, now_ms: int) -> View | None:
    """None where the police come to nothing of it. ``may_ring``: our people may, here and now."""
    reference = serving(state, record)
    if reference is None:
        return None
    account = state.police.get(reference.id)
    withdrawn = account is not None and account.withdrawn_ms is not None
    due_ms = state.deadlines.get(f"police-call:{record.number}")
    there = any(each.arrived_ms is not None for each in running(state, record.number))
    by_centre = state.site.setup.get("country") in BY_THE_CENTRE
    return {
        "reference": reference.id,
        "number": reference.number,
        "type": reference.type.value,
        "contact": reference.contact,
        "phone": reference.phone,
        "withdrawn": withdrawn,
        "waits_for_proof": reference.confirmed and not record.confirmed,
        "by_centre": by_centre,
        "may_ring": not by_centre or there or record.confirmed_how is Confirmed.ON_SCENE,
        "site": site_name(state),
        "address": str(state.site.setup.get("address") or ""),
        **place(state, record.area),
        "told": [
            {"by": told.by, "at": moment(state, told.at_ms), "how": told.how}
            for told in record.police_told
        ],
        "called": len(record.police),
        "due": None if due_ms is None else moment(state, due_ms),
        "left_s": None if due_ms is None else max(0, -(-(due_ms - now_ms) // 1000)),
    }
