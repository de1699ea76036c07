"""Opens the door to the broker where the site has one; it never stops a start."""

import socket

import structlog

from monitord.core.facts import BrokerLost
from monitord.runtime.credentials import CredentialError, Credentials
from monitord.runtime.engine import Engine
from monitord.runtime.mqtt.door import MqttDoor
from monitord.runtime.mqtt.settings import read_settings
from monitord.runtime.seams import Clock, Io

_log = structlog.get_logger(__name__)


async def open_mqtt(
    engine: Engine, clock: Clock, io: Io, credentials: Credentials
) -> MqttDoor | None:
    """The open door; None where the site has no broker or a secret of it cannot be read."""
    site = engine.state.site
    setup = site.setup.get("mqtt")
    if setup is None:
        return None
    try:
        settings = read_settings(setup, f"monitord-{site.id}-{socket.gethostname()}", credentials)
    except (CredentialError, OSError) as error:
        _log.error("door_not_opened", door="MQTT", reason=str(error))
        engine.offer(BrokerLost(reason=str(error)))
        return None
    door = MqttDoor(engine, settings, clock, io)
    await door.open()
    return door
