"""How the house is run: its mode and what another one would weaken, who works in it, its outputs.

Pure, over the views that the command line shows.
"""

from typing import Final

from monitord.core.modes import is_loose, weakens
from monitord.core.state import State
from monitord.runtime.control import maintaining, modes, walking
from monitord.runtime.control.view import View
from monitord.runtime.control.view_outputs import outputs
from monitord.vocabulary import Mode, Role

#: Whom there is sense in letting in: everybody else works by what their own role may.
LET_IN: Final = frozenset({Role.INTEGRATOR, Role.TESTER})


def how(state: State, now_ms: int) -> View:
    """``mode`` as it is, and every output."""
    return {
        "running": modes.running(state, now_ms),
        "outputs": outputs(state, now_ms)["outputs"],
        "others": [mode for mode in Mode if mode is not state.mode],
    }


def change(state: State, mode: Mode) -> View:
    """What running the site in that mode would weaken, and whether it has to have an end."""
    return {"to": mode, "weakens": list(weakens(state, mode)), "needs_end": is_loose(mode)}


def works(state: State, now_ms: int) -> View:
    """``grants``: those that run and the last that are over; ``walks`` the same of walk tests."""
    walks = walking.walk_tests(state, now_ms)["walk_tests"]
    for walk in walks:
        walk["missing"] = [_named(state, point) for point in walk["not_seen"]]
    return {
        "grants": maintaining.maintenance(state, now_ms)["grants"],
        "walks": sorted(walks, key=lambda walk: walk["ended"] is not None),
        "walkable": [a for a in state.site.areas.values() if a.id not in state.walk_tests],
    }


def may_be_let_in(state: State) -> list[str]:
    """The people whom a grant is for."""
    return [who for who, person in state.site.people.items() if person.role in LET_IN]


def _named(state: State, point: str) -> str:
    known = state.site.points.get(point)
    return point if known is None or not known.name else f"{known.name} ({point})"
