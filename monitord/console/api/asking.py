"""Who asks: by the bearer of the header, never by a cookie, never by anything in an address.

A program bears its token, a person's own program the session they signed on for. The daemon
checks both; what it said holds here for two seconds, so a revoked token is worth nothing after.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

import msgspec
from litestar import Request

from monitord.console.api import seeing
from monitord.console.api.bounds import Bounds
from monitord.console.api.refusing import Problem, Refused, of_daemon
from monitord.console.link import DaemonGone, DaemonLink, Reply
from monitord.console.people import People
from monitord.console.viewer import Viewer
from monitord.core.state import State
from monitord.people.tokens import PREFIX, TokenRole
from monitord.vocabulary import PROGRAM, Role

KEPT_S: Final = 2.0
KEPT_MAX: Final = 200
BEARER_CHARS_MAX: Final = 200
#: Of one asker: at once, and a second.
AT_ONCE: Final = 100
A_SECOND: Final = 50.0
#: Bearers that are new here, from one address: nothing can be guessed, the daemon is spared.
WRONG_AT_ONCE: Final = 20
WRONG_A_SECOND: Final = 2.0


class Asker(msgspec.Struct, frozen=True):
    """A program or a person. ``bears`` is what the daemon is shown with a command."""

    name: str
    role: str
    viewer: Viewer
    bears: dict[str, str]
    is_program: bool

    @property
    def is_hub(self) -> bool:
        """A replica elsewhere."""
        return self.is_program and self.role == TokenRole.HUB

    @property
    def may_read_the_journal(self) -> bool:
        """Auditors and hubs: the journal shows more than any page."""
        return self.is_hub or (not self.is_program and self.role == Role.AUDITOR)

    def hidden(self, state: State) -> frozenset[int]:
        """The incidents that do not exist for them."""
        return frozenset() if self.is_hub else self.viewer.hidden(state)

    def sees(self, state: State) -> State:
        """The state as it exists for them."""
        if self.is_hub:
            return state
        seen = self.viewer.sees(state)
        return seeing.without_buttons(seen) if self.is_program else seen


class Askers:
    """One for a console process."""

    def __init__(self, link: DaemonLink, people: People) -> None:
        self._link, self._people = link, people
        self._known: dict[str, tuple[float, Asker]] = {}
        self._asks = Bounds(AT_ONCE, A_SECOND)
        self._wrong = Bounds(WRONG_AT_ONCE, WRONG_A_SECOND)

    async def of(self, request: Request[Any, Any, Any]) -> Asker:
        """Who it is, within their bounds. Raises ``Refused``, ``DaemonGone``."""
        asker = await self.known(bearer_of(request), _address(request))
        _within(self._asks.take(asker.name), "You ask too often")
        return asker

    async def still(self, bearer: str) -> None:
        """Return while ``bearer`` proves somebody. Raises ``Refused``."""
        with suppress(DaemonGone):  # the stream says so by itself
            await self.known(bearer, "")

    async def known(self, bearer: str, address: str) -> Asker:
        """Whom ``bearer`` proves. Raises ``Refused``, ``DaemonGone``."""
        now = asyncio.get_running_loop().time()
        asked, asker = self._known.get(bearer, (float("-inf"), None))
        if asker is not None and now - asked <= KEPT_S:
            return asker
        if asker is None:
            _within(self._wrong.take(address), "Too much from there proved nothing")
        try:
            asker = await self._asked(bearer)
        except Refused:
            self._known.pop(bearer, None)
            raise
        except DaemonGone:
            if asker is None:
                raise
            return asker  # what they get then says by itself that the link is lost
        if len(self._known) >= KEPT_MAX:
            self._known.clear()
        self._known[bearer] = now, asker
        return asker

    def forget(self, bearer: str) -> None:
        """It has ended here."""
        self._known.pop(bearer, None)

    async def _asked(self, bearer: str) -> Asker:
        if bearer.startswith(PREFIX):
            said = await self._link.ask("which-token", token=bearer)
            return _program(bearer, said)
        viewer = await self._people.viewer(bearer)
        if viewer is None:
            raise of_daemon({"code": "signed-off", "text": "You are not signed on: sign on again"})
        return Asker(viewer.person, viewer.role, viewer, {"session": bearer}, is_program=False)


def bearer_of(request: Request[Any, Any, Any]) -> str:
    """What the header bears. Raises ``Refused`` where it bears nothing."""
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    text = text.strip()
    if kind.lower() != "bearer" or not text or len(text) > BEARER_CHARS_MAX or not text.isascii():
        said = "Send a token: `Authorization: Bearer TOKEN`; `monitord token NAME` makes one"
        raise Refused(401, Problem(code="no-token", text=said))
    return text


def _program(bearer: str, said: Reply) -> Asker:
    if not said.get("ok"):
        raise of_daemon(said)
    name, role = f"{PROGRAM}{said['name']}", str(said["role"])
    viewer = Viewer("", str(said["name"]), role, seats=(name,))
    return Asker(name, role, viewer, {"token": bearer}, is_program=True)


def _within(wait_s: float, text: str) -> None:
    if wait_s > 0:
        whole = max(1, round(wait_s + 0.5))
        raise Refused(429, Problem(code="too-often", text=f"{text}: wait {whole} s", wait_s=whole))


def _address(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else ""
