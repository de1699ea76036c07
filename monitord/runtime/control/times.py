"""The verb of answer times (H6): what was counted of the journal, and as of when.

Counting takes a while and never takes the daemon's: who asks is answered at once.
"""

import msgspec

from monitord.runtime.answer_times import PERIODS
from monitord.runtime.control import view
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.protocol import Refused, Reply, nearest_text
from monitord.runtime.control.requests_times import AnswerTimes


def times(desk: Desk, request: AnswerTimes) -> Reply:
    """The newest figures there are; ``counting`` while newer ones are on their way."""
    if request.period not in PERIODS:
        raise Refused("bad-input", nearest_text("period", request.period, PERIODS))
    if desk.times is None:
        raise Refused("unavailable", "Answer times are not counted here")
    state, now_ms = desk.engine.state, desk.engine.now_ms()
    told = desk.times.told(request.period, now_ms, state.utc_ms(now_ms))
    return {"ok": True, **view.head(state, now_ms), **msgspec.to_builtins(told, str_keys=True)}
