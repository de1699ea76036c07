"""Answer times (H6): how fast alarms are taken and decided, by post and never by name.

The figures are counted beside the daemon; while they are, the page says so and looks again.
"""

from litestar import get
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.params import FromQuery

from monitord.console.link import DaemonGone
from monitord.console.pages.frame import (
    AnyRequest,
    Html,
    Tools,
    frame,
    html,
    is_part,
    state_of,
    viewer_of,
)
from monitord.console.render import render
from monitord.console.shown import times
from monitord.console.words_times import BAR, PERIOD, WORDS
from monitord.core.kpis import TEN_MINUTES_MAX


@get(["/times", "/times/now"])
async def drawn(request: AnyRequest, desk: Tools, period: FromQuery[str] = "7d") -> Html:
    """The charts of a period, or that they are being counted."""
    viewer = await viewer_of(request, desk)
    if not times.may_see(viewer.role):
        raise PermissionDeniedException(WORDS["not_yours"])
    if period not in PERIOD:
        raise ClientException(WORDS["no_period"])
    reply = await desk.link.ask("answer-times", period=period)
    if not reply.get("ok"):
        raise DaemonGone(str(reply.get("text", "")))
    figures = times.figures_of(reply)
    return html(
        render(
            "_times.html" if is_part(request) else "times.html",
            shown=None if figures is None else times.shown(figures, state_of(desk, viewer).site),
            counting=reply["counting"],
            problem=(reply["counted"] or {}).get("problem", ""),
            lost=(reply["counted"] or {}).get("lost", 0),
            period=period,
            periods=PERIOD,
            bar=BAR[period],
            limit=TEN_MINUTES_MAX,
            by_day=period != "24h",
            wide=times,
            texts=WORDS,
            **{**frame(desk, viewer), "here": "/times"},
        )
    )


ROUTES = (drawn,)
