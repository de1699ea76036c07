"""The stations that this console serves: what their pages say, told to the daemon.

A page says every few seconds whether it is seen, whether it may sound and for how long nobody has
touched it. From that follows what the station is; the daemon, not the page, decides for how long a
proof of hearing holds. A station whose page is not heard of is absent.
"""

import asyncio
import secrets
from contextlib import suppress
from typing import Final

import msgspec

from monitord.console.link import DaemonGone, DaemonLink, Reply
from monitord.core.site import Station
from monitord.vocabulary import Attention

SAY_S: Final = 2.0
#: A page says it every two seconds; two may be lost.
HEARD_OF_S: Final = 6.0
BEEPS: Final = (3, 4, 5, 6)
#: How long the beeps may be counted.
COUNT_S: Final = 60.0
STATION_KEPT_S: Final = 5.0


class Presence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page says of itself. ``idle_s``: since anybody touched it."""

    visible: bool
    sound: bool
    idle_s: float


class _Screen(msgspec.Struct):
    presence: Presence
    session: str
    at_s: float


class Screens:
    """One for a console process; keyed by the station's secret."""

    def __init__(self, link: DaemonLink) -> None:
        self._link = link
        self._screens: dict[str, _Screen] = {}
        self._known: dict[str, tuple[float, str]] = {}
        self._count: dict[str, tuple[int, float]] = {}
        self._stations: dict[str, Station] = {}
        self._changed = asyncio.Event()

    def site(self, stations: dict[str, Station]) -> None:
        """The stations of the site file, as the replica has them."""
        self._stations = stations

    async def name(self, secret: str) -> str:
        """The station that a secret proves; empty for none. Raises ``DaemonGone``."""
        if not secret or len(secret) > 200:
            return ""
        now = asyncio.get_running_loop().time()
        asked, name = self._known.get(secret, (float("-inf"), ""))
        if now - asked <= STATION_KEPT_S:
            return name
        try:
            reply = await self._link.ask("which-station", secret=secret)
        except DaemonGone:
            if name:
                return name
            raise
        name = str(reply.get("station", "")) if reply.get("ok") else ""
        self._known[secret] = now, name
        return name

    def said(self, secret: str, presence: Presence, session: str) -> None:
        """A page is heard of; ``secret`` was found to be a station's."""
        before = self._screens.get(secret)
        now = asyncio.get_running_loop().time()
        self._screens[secret] = _Screen(presence, session, now)
        if before is None or (before.presence.visible, before.presence.sound, before.session) != (
            presence.visible,
            presence.sound,
            session,
        ):
            self._changed.set()

    def beeps(self, secret: str) -> int:
        """How many beeps to sound now, to be counted by whoever sits there."""
        number = secrets.choice(BEEPS)
        self._count[secret] = number, asyncio.get_running_loop().time() + COUNT_S
        return number

    async def counted(self, secret: str, number: int, session: str) -> Reply:
        """Somebody has typed a number. One try for each time the beeps sounded."""
        expected, until_s = self._count.pop(secret, (0, 0.0))
        if number != expected or asyncio.get_running_loop().time() > until_s:
            return {"ok": False, "text": "That was not the number of beeps: listen again"}
        return await self._link.ask("heard", secret=secret, beeps=number, session=session)

    async def run(self) -> None:
        """Tell the daemon until cancelled."""
        while True:
            self._changed.clear()
            if self._screens:
                with suppress(DaemonGone):  # the daemon then counts every station as absent
                    await self._say()
            with suppress(TimeoutError):
                async with asyncio.timeout(SAY_S):
                    await self._changed.wait()

    async def _say(self) -> None:
        now = asyncio.get_running_loop().time()
        self._screens = {s: x for s, x in self._screens.items() if now - x.at_s <= HEARD_OF_S}
        reports = [
            {
                "secret": secret,
                "attention": self._attention(secret, screen).value,
                "session": screen.session,
            }
            for secret, screen in self._screens.items()
        ]
        if reports:
            await self._link.ask("stations-said", stations=reports)

    def _attention(self, secret: str, screen: _Screen) -> Attention:
        station = self._stations.get(self._known.get(secret, (0.0, ""))[1])
        said = screen.presence
        if station is None or not said.visible:
            return Attention.ABSENT
        if said.idle_s * 1000 > station.idle_ms + station.prompt_ms:
            return Attention.UNATTENDED
        return Attention.ATTENDED if said.sound else Attention.SILENT
