"""What every page needs: the link, the replica, the people, the live parts. One for a process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from monitord.console.api.asking import Askers
from monitord.console.api.following import Places
from monitord.console.link import DaemonLink
from monitord.console.links import Links
from monitord.console.live import Live
from monitord.console.people import People
from monitord.console.replica import Replica
from monitord.console.screens import Screens
from monitord.console.seen import Seen
from monitord.console.shown import queue
from monitord.console.timeline import Timelines
from monitord.console.tls.serving import Authority, Tls, renewing
from monitord.core import events as ev


class Desk:
    """Everything together. ``tls``: what pages are served with, None in the clear.

    ``authority``: the one of this site, which is put on phones.
    """

    def __init__(
        self, state_folder: Path, *, tls: Tls | None = None, authority: Authority | None = None
    ) -> None:
        self.tls, self.authority = tls, authority
        self.link = DaemonLink(state_folder)
        self.replica = Replica(self.link, self._changed)
        self.people = People(self.link)
        self.timelines = Timelines(self.link)
        self.screens = Screens(self.link)
        self.seen = Seen(self.link)
        self.places = Places()
        self.links = Links()
        self.askers = Askers(self.link, self.people)
        self.live = Live(
            self.replica,
            {
                "queue": partial(queue.draw, self.replica, self.people.name),
                "alarm": partial(queue.strip, self.replica),
            },
        )

    @property
    def secure(self) -> bool:
        """Whether pages are served over TLS."""
        return self.tls is not None

    def _changed(self, entry: ev.Entry | None) -> None:
        if self.replica.state is not None:
            self.screens.site(self.replica.state.site.stations)
        self.live.changed(entry)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Follow the daemon while the pages are served."""
        tasks = [
            asyncio.create_task(self.replica.run(), name="replica"),
            asyncio.create_task(self.screens.run(), name="screens"),
            asyncio.create_task(self.seen.run(), name="seen"),
        ]
        if self.tls is not None:
            tasks.append(asyncio.create_task(renewing(self.tls), name="certificate"))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
