"""The secrets that a device's section names, put in on the way to its driver and nowhere else.

The accepted site, the journal and every replica hold ``{credential: NAME}``. What stands for it is
read anew each time a driver is made: a password that was changed holds from the next try on.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import structs

from monitord.driver import ConfigFault
from monitord.runtime.building import Order
from monitord.runtime.credentials import CredentialError

#: Gives the secret of a name. Raises ``CredentialError``.
ReadSecret = Callable[[str], str]

_NAME: Final = "credential"


def nothing_stored(name: str) -> str:
    """For who has no secrets at all: a rehearsal, a test."""
    raise CredentialError(f"credential {name} cannot be read here")


def with_secrets(order: Order, read: ReadSecret) -> Order:
    """The order as its driver needs it. Raises ``ConfigFault`` for a secret that is not there."""
    try:
        section = _filled(order.section, read)
    except CredentialError as error:
        raise ConfigFault(str(error)) from None
    return order if section is order.section else structs.replace(order, section=section)


def _filled(value: Any, read: ReadSecret) -> Any:
    """The same object where nothing in it is a secret."""
    if isinstance(value, dict):
        if list(value) == [_NAME] and isinstance(value[_NAME], str):
            return {**value, "text": read(value[_NAME])}
        made = {key: _filled(entry, read) for key, entry in value.items()}
        return value if all(made[key] is value[key] for key in made) else made
    if isinstance(value, list | tuple):
        entries = [_filled(entry, read) for entry in value]
        same = all(new is old for new, old in zip(entries, value, strict=True))
        return value if same else entries
    return value
