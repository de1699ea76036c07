"""What may stand under ``mqtt:``. Like every model here these know their own keys only."""

from typing import Annotated, Final

from pydantic import Field

from monitord.site.closed import Closed
from monitord.site.words import Duration, Flag, Id, SecretName, Text, Whole

KEEPALIVE_MS: Final = 10_000
LOST_AFTER_MS: Final = 60_000


class MqttUser(Closed):
    """A program that may command over MQTT: in whose name, and the proof that it sends."""

    person: Id
    token: SecretName


class Mqtt(Closed):
    """The broker that states and incidents are published to."""

    host: Text = Field(min_length=1)
    port: Annotated[Whole, Field(ge=1, le=65_535)] | None = None
    user: Text | None = None
    password: SecretName | None = None
    tls: Flag = False
    ca: Text | None = Field(None, description="A file of certificates; the system's by default.")
    keepalive: Annotated[Duration, Field(ge=1_000, le=60_000)] = KEEPALIVE_MS
    lost_after: Annotated[Duration, Field(ge=1_000)] = Field(LOST_AFTER_MS, alias="lost-after")
    journal: Flag = False
    users: dict[Id, MqttUser] = Field({}, max_length=50)
