"""Names of people and who is signed on, asked of the daemon and kept for seconds."""

import asyncio
from contextlib import suppress
from typing import Final

from monitord.console.link import DaemonGone, DaemonLink, Reply
from monitord.console.viewer import Viewer
from monitord.people.sessions import seat_name

#: A session that was ended is not honoured for longer than this.
SESSION_KEPT_S: Final = 2.0
NAMES_KEPT_S: Final = 30.0
KEPT_MAX: Final = 1_000


class People:
    """What a console process knows of people. Nothing of it is stored."""

    def __init__(self, link: DaemonLink) -> None:
        self._link = link
        self._listed: list[Reply] = []
        self._listed_at = float("-inf")
        self._viewers: dict[str, tuple[float, Viewer | None]] = {}
        #: Whom to ring when nothing works: kept, so that it outlives the link.
        self.to_ring: list[Reply] = []
        self._to_ring_at = float("-inf")

    def name(self, person: str) -> str:
        """Their name, or their id where it is not known."""
        return next((p["name"] for p in self._listed if p["id"] == person and p["name"]), person)

    @property
    def known(self) -> list[Reply]:
        """As they were listed last."""
        return self._listed

    async def listed(self) -> list[Reply]:
        """All of the site: id, name, role. Raises ``DaemonGone``."""
        now = asyncio.get_running_loop().time()
        if now - self._listed_at > NAMES_KEPT_S:
            reply = await self._link.ask("people")
            if reply.get("ok"):
                self._listed, self._listed_at = reply["people"], now
        return self._listed

    async def remember_whom_to_ring(self, session: str, station: str) -> None:
        """Ask for the list now and then, for somebody who may have it; the old one is kept."""
        now = asyncio.get_running_loop().time()
        if now - self._to_ring_at > NAMES_KEPT_S:
            with suppress(DaemonGone):
                reply = await self._link.ask("ring-list", session=session, station=station)
                if reply.get("ok"):
                    self.to_ring, self._to_ring_at = reply["people"], now

    async def viewer(self, session: str) -> Viewer | None:
        """Who is signed on with ``session``; None when nobody is. Raises ``DaemonGone``."""
        now = asyncio.get_running_loop().time()
        asked, viewer = self._viewers.get(session, (float("-inf"), None))
        if now - asked <= SESSION_KEPT_S:
            return viewer
        try:
            reply = await self._link.ask("session", session=session)
        except DaemonGone:
            if viewer is None:
                raise
            return viewer  # the page says that the link is lost; it must not also sign off
        viewer = None
        if reply.get("ok"):
            seats = (seat_name("", session),)
            viewer = Viewer(reply["person"], reply["name"], reply["role"], seats=seats)
        if len(self._viewers) >= KEPT_MAX:
            self._viewers.clear()
        self._viewers[session] = now, viewer
        await self.listed()
        return viewer

    def forget(self, session: str) -> None:
        """They have signed off here."""
        self._viewers.pop(session, None)
