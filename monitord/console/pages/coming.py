"""What is told of people who come to an alarm (G8), and that it is real (G3)."""

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from monitord.console.desk import Desk
from monitord.console.link import Reply
from monitord.console.pages import incident
from monitord.console.pages.frame import (
    AnyRequest,
    Form,
    Html,
    Tools,
    after,
    speaks,
    viewer_of,
    whole_number,
)
from monitord.console.viewer import Viewer
from monitord.vocabulary import Attending


@post("/incidents/{number:int}/attend", status_code=200)
async def attend(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """On the way, there, inside, well, done."""
    viewer = await viewer_of(request, desk)
    says = data.get("says", "")[:20]
    reply = await desk.link.ask(
        "attend",
        number=number,
        says=says,
        holder=data.get("holder", "")[:100],
        eta_s=60 * whole_number(data, "eta") if says == Attending.ON_THE_WAY else None,
        companion=data.get("companion", "")[:100] if says == Attending.ENTERED else "",
        result=data.get("result", "")[:40] if says == Attending.RESULT else "",
        **speaks(request, viewer, data),
    )
    return await _after(desk, viewer, number, reply, data)


@post("/incidents/{number:int}/confirm", status_code=200)
async def confirm(
    request: AnyRequest, desk: Tools, number: FromPath[int], data: Form
) -> Html | Redirect:
    """Somebody sees it."""
    viewer = await viewer_of(request, desk)
    reply = await desk.link.ask(
        "confirm",
        number=number,
        how="on-scene" if data.get("how") == "on-scene" else "seen",
        opened=data.get("opened", "")[:60],
        **speaks(request, viewer, data),
    )
    return await _after(desk, viewer, number, reply, data)


async def _after(
    desk: Desk, viewer: Viewer, number: int, reply: Reply, data: dict[str, str]
) -> Html | Redirect:
    """The page of the incident again."""

    def again(message: str) -> str:
        record = incident.record_of(desk, viewer, number)
        return incident.page_of(desk, viewer, record, message, data)

    return await after(desk, reply, lambda: f"/incidents/{number}", again)


ROUTES = (attend, confirm)
