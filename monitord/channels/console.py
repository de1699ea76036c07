"""The console channel: the screens of the guards, who see and hear the alarm there by themselves.

There is nothing to send: every console is a replica and shows the incident as soon as it is
stored. A call over it is placed only while somebody attends a station (``core.stations``), so it
is handed over by being placed; whether they act, and whether they stay, the chain finds out.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from monitord.channels.contract import Delivery, Message
from monitord.vocabulary import Outcome


class ConsoleConfig(BaseModel):
    """Nothing to set; ``may_acknowledge`` is taken and has no effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    may_acknowledge: bool = False


class ConsoleChannel:
    """Hands over by being there."""

    Config: ClassVar[type[BaseModel]] = ConsoleConfig

    def __init__(self, name: str, setup: Mapping[str, Any], secret: str | None) -> None:
        del secret
        ConsoleConfig.model_validate(dict(setup))
        self.name = name

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def deliver(self, message: Message) -> Delivery:
        """At once."""
        del message
        return Delivery(Outcome.HANDED_OVER, "shown at an attended station")
