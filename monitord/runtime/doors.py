"""The doors that the site file opens: links that acknowledge, and the broker.

At a start, one that cannot be opened stops nothing and is told. A reload opens a changed one
*before* the site is accepted, beside the old one: when it cannot be opened the reload is refused
and nothing has changed. Only a listener on another host and the same port must first let go of the
old one; if it then fails, the old one is opened again and people are told.
"""

from pathlib import Path
from typing import Final, Protocol

import msgspec
import structlog

from monitord.core.alarms import alarm_id
from monitord.core.events import SiteAccepted
from monitord.core.facts import BrokerLost, DoorFailed
from monitord.core.own import MQTT
from monitord.core.site import Site
from monitord.people.private import PrivateFileError
from monitord.runtime.acknowledge import AcknowledgeListener, Desk
from monitord.runtime.credentials import CredentialError, Credentials
from monitord.runtime.engine import Engine, Published
from monitord.runtime.links import Links, signing_key
from monitord.runtime.mqtt.door import MqttDoor
from monitord.runtime.mqtt.settings import Settings, settings_of
from monitord.runtime.seams import Clock, Io
from monitord.vocabulary import Condition

#: Where the acknowledge listener is when the site file says nothing: this machine alone.
ACKNOWLEDGE_HOST: Final = "127.0.0.1"
ACKNOWLEDGE_PORT: Final = 8081

_log = structlog.get_logger(__name__)


class DoorRefused(Exception):
    """A door of a changed site file that cannot be opened, in words."""


class MakeCredentials(Protocol):
    """Where secrets are read from."""

    def __call__(self) -> Credentials: ...


class Prepared(msgspec.Struct):
    """What a changed site asks for, as far as it could be opened beside what is there.

    ``base`` is where links lead then, None where that does not change.
    """

    base: str | None = None
    old_base: str = ""
    broker_changes: bool = False
    listener: AcknowledgeListener | None = None
    settings: Settings | None = None


class Doors:
    """``open_links`` and ``open_broker`` at a start, ``close`` at the end.

    On a reload: ``prepare``, and then either ``take`` or ``drop``.
    """

    def __init__(
        self,
        engine: Engine,
        desk: Desk,
        state: Path,
        credentials: MakeCredentials,
        clock: Clock,
        io: Io,
    ) -> None:
        self._engine, self._desk, self._state = engine, desk, state
        self._credentials, self._clock, self._io = credentials, clock, io
        self._listener: AcknowledgeListener | None = None
        self._broker: MqttDoor | None = None
        self._links: Links | None = None
        self._ready: Prepared | None = None
        engine.subscribe(self._heard)

    async def open_links(self) -> Links | None:
        """The acknowledge listener; without it calls go out all the same, without links.

        What links are made with; None where the key of the state folder cannot be used.
        """
        site = self._engine.state.site
        try:
            self._links = Links(signing_key(self._state), "")
            listener = self._made(site)
            await listener.open()
        except (OSError, PrivateFileError) as error:
            self.failed("acknowledge links", f"{_where(site)}: {error}")
            return self._links
        self._listener, self._links.base = listener, _base(site, listener)
        return self._links

    async def open_broker(self) -> None:
        """The door to the broker, where the site has one."""
        try:
            settings = settings_of(self._engine.state.site, self._credentials())
        except (CredentialError, OSError) as error:
            _log.error("door_not_opened", door="MQTT", reason=str(error))
            self._engine.offer(BrokerLost(reason=str(error)))
            return
        await self._speak(settings)

    async def prepare(self, site: Site) -> Prepared:
        """Open beside the old what this site changes. Raises ``DoorRefused``; nothing is open then.

        Secrets are read again where their section changes.
        """
        old = self._engine.state.site
        ready = Prepared(
            broker_changes=(old.id, old.setup.get("mqtt")) != (site.id, site.setup.get("mqtt"))
        )
        links_change = old.setup.get("acknowledge") != site.setup.get("acknowledge")
        try:
            if ready.broker_changes:
                ready.settings = settings_of(site, self._credentials())
            moves = self._listener is None or _address(site) != _address(old)
            if links_change and moves and self._links is not None:
                ready.listener = self._made(site)
                if self._listener is None or _address(site)[1] != _address(old)[1]:
                    await ready.listener.open()
        except (CredentialError, OSError) as error:
            what = "MQTT" if ready.listener is None else f"acknowledge links on {_where(site)}"
            raise DoorRefused(f"{what}: {error}") from error
        serving = ready.listener or self._listener
        ready.base = _base(site, serving) if links_change and serving is not None else None
        ready.old_base = "" if self._links is None else self._links.base
        self._ready = ready
        return ready

    def _heard(self, published: Published) -> None:
        """What is sent about an accepted site already leads to its own door."""
        ready = self._ready
        accepted = any(isinstance(event, SiteAccepted) for event in published.entry.events)
        if accepted and ready is not None and ready.base is not None and self._links is not None:
            self._links.base = ready.base

    async def drop(self, ready: Prepared) -> None:
        """The site was not accepted: what was opened for it is closed."""
        self._ready = None
        if ready.listener is not None:
            await ready.listener.close()

    async def take(self, ready: Prepared) -> None:
        """The site is accepted: its doors are the doors from now on."""
        self._ready = None
        if ready.listener is not None:
            await self._replace(ready.listener, ready.old_base)
        if ready.broker_changes:
            if self._broker is not None:
                await self._broker.close()
                self._broker = None
            await self._speak(ready.settings)

    async def _replace(self, new: AcknowledgeListener, old_base: str) -> None:
        old, self._listener = self._listener, new
        if old is not None:
            await old.close()
        if new.listening:
            return
        try:
            await new.open()
        except OSError as error:
            self.failed("acknowledge links", f"{_where(self._engine.state.site)}: {error}")
            assert self._links is not None
            self._listener, self._links.base = old, old_base
            if old is not None:
                await old.open()  # where it was a moment ago

    def _made(self, site: Site) -> AcknowledgeListener:
        assert self._links is not None
        return AcknowledgeListener(self._desk, self._links, *_address(site))

    async def _speak(self, settings: Settings | None) -> None:
        if settings is None:
            return
        lost = self._engine.state.alarms.get(alarm_id(MQTT, Condition.FAULT))
        told = lost is not None and lost.active
        self._broker = MqttDoor(self._engine, settings, self._clock, self._io, alarmed=told)
        await self._broker.open()

    def failed(self, door: str, reason: str) -> None:
        """Calls go out all the same, and people are told what does not work."""
        _log.error("door_not_opened", door=door, reason=reason)
        self._engine.offer(DoorFailed(door=door, reason=reason))

    async def close(self) -> None:
        """All of them; each bounds itself."""
        if self._broker is not None:
            await self._broker.close()
        if self._listener is not None:
            await self._listener.close()


def _address(site: Site) -> tuple[str, int]:
    """``HOST:PORT`` as the site file has it, already checked there."""
    listen = (site.setup.get("acknowledge") or {}).get("listen")
    if not listen:
        return ACKNOWLEDGE_HOST, ACKNOWLEDGE_PORT
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def _where(site: Site) -> str:
    host, port = _address(site)
    return f"{host} port {port}"


def _base(site: Site, listener: AcknowledgeListener) -> str:
    public = (site.setup.get("acknowledge") or {}).get("public_url")
    return (public or f"http://{_address(site)[0]}:{listener.port}").rstrip("/")
