"""Until when a post is to be handed over: the next window that nobody has signed for. Pure."""

from typing import Final

from monitord.core.site_records import HandoverRecord
from monitord.core.state import State

#: Who comes early may take over so long before the window begins.
EARLY_MS: Final = 60 * 60_000


def realign(state: State) -> None:
    """The next end of a window of each post: it follows UTC through every step of the clock."""
    now_ms = state.utc_ms(state.at_ms)
    for key in [key for key in state.deadlines if key.startswith("handover:")]:
        del state.deadlines[key]
    for post, spans in state.calendar.handovers.items():
        taken_ms = state.handovers.get(post, HandoverRecord()).taken_utc_ms
        for span in spans:
            if span.until_ms > now_ms and taken_ms < span.from_ms - EARLY_MS:
                state.deadlines[f"handover:{post}"] = span.until_ms - state.offset_ms
                break
