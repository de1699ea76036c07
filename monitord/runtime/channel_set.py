"""The channels of a site, made from what the site file says and the classes that are installed.

A channel that cannot be made takes its own calls down at once, with the reason, and nothing
else: the next person or the next channel is called without delay. Reasons never hold a secret.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from pydantic import ValidationError

from monitord.channels.contract import Channel, Delivery, Message
from monitord.core.calls import CONSOLE, TERMINAL
from monitord.core.site import Channel as ChannelSetup
from monitord.runtime.credentials import CredentialError, Credentials
from monitord.runtime.plugins import PluginRefused
from monitord.vocabulary import Outcome

#: The class of a channel by the name of its driver (entry points ``monitord.channels``).
#: Raises ``PluginRefused`` or ``LookupError`` for one that is not there or cannot be used.
FindChannel = Callable[[str], type[Channel]]

_NOT_FOR_THE_CHANNEL: Final = frozenset({"driver", "secret"})

_log = structlog.get_logger(__name__)


class UnusableChannel:
    """Stands where a channel could not be made; every call fails for certain, with ``why``."""

    def __init__(self, why: str) -> None:
        self.why = why

    async def open(self) -> None:
        """Nothing to open."""

    async def deliver(self, message: Message) -> Delivery:
        """Fails at once."""
        return Delivery(Outcome.FAILED, self.why)

    async def close(self) -> None:
        """Nothing to close."""


def make_channels(
    channels: Mapping[str, ChannelSetup], find: FindChannel, credentials: Credentials
) -> dict[str, Channel | UnusableChannel]:
    """Every channel by its name in the site file, and the two that need no declaring."""
    built_in = {name: ChannelSetup(name, name) for name in (CONSOLE, TERMINAL)}
    all_declared = {**built_in, **channels}
    return {
        name: _make(name, declared, find, credentials) for name, declared in all_declared.items()
    }


def _make(
    name: str, declared: ChannelSetup, find: FindChannel, credentials: Credentials
) -> Channel | UnusableChannel:
    setup = {k: v for k, v in declared.setup.items() if k not in _NOT_FOR_THE_CHANNEL}
    setup["may_acknowledge"] = declared.may_acknowledge
    try:
        kind = find(declared.driver)
        secret = _secret(declared.setup.get("secret"), credentials)
    except (CredentialError, LookupError, PluginRefused) as error:
        return _unusable(name, str(error))
    try:
        return kind(name, setup, secret)
    except ValidationError as error:
        # Only where, never what: a URL may hold a key.
        keys = sorted({str(part) for found in error.errors() for part in found["loc"][:1]})
        return _unusable(name, f"its setup is wrong: {', '.join(keys) or 'see monitord check'}")
    except Exception as error:  # noqa: BLE001 - a foreign channel must not stop the others
        return _unusable(name, f"it could not be made ({type(error).__name__})")


def _unusable(name: str, why: str) -> UnusableChannel:
    _log.error("channel_unusable", channel=name, why=why)
    return UnusableChannel(why)


def _secret(declared: Any, credentials: Credentials) -> str | None:
    """``declared`` is None, a credential's name or ``{"credential": NAME}``."""
    if isinstance(declared, Mapping):
        declared = declared.get("credential")
    return None if declared is None else credentials.read(str(declared))
