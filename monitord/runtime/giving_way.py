"""What gives way when the memory for facts or entries is full (law 1).

Pure. Alarms, losses, people and set states are never dropped here.
"""

from monitord.core import facts as f
from monitord.core.state import State
from monitord.vocabulary import Arming, PointState


def gives_way(state: State, fact: f.AnyFact) -> bool:
    """Plain status gives way first.

    A return to normal that is dropped leaves the point active until its next report: the
    safe side. A panel that says *set* is never dropped, or its area would be less armed.
    """
    if not isinstance(fact, f.PointChanged):
        return False
    if fact.state is PointState.NORMAL:
        return True
    point = state.site.points.get(fact.point)
    if point is None:
        return True
    plain = point.arming is Arming.NEVER and not point.sets
    return plain and fact.state is PointState.ACTIVE
