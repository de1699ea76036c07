"""What a search for devices asks of a driver, and what the driver answers; see ``Driver.seek``.

Driver authors import these from ``monitord.driver``.
"""

from collections.abc import Mapping
from typing import Any

import msgspec


class Search(msgspec.Struct, frozen=True):
    """Where devices are sought: at ``hosts`` alone, or else around us.

    ``interface`` is one of our own addresses; empty: all of them. ``seconds``: how long answers
    are waited for.
    """

    seconds: float
    interface: str = ""
    hosts: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """A device that was found. ``address`` as it stands in the site file, ``name`` its own.

    ``heard``: it said itself that it is there; else somebody named its host. ``remarks`` are
    sentences for the person who seeks.
    """

    address: str
    name: str = ""
    heard: bool = True
    remarks: tuple[str, ...] = ()


class Sought(msgspec.Struct, frozen=True):
    """What a search found, and sentences on the search itself for the person who seeks."""

    found: tuple[Found, ...] = ()
    remarks: tuple[str, ...] = ()


class Profile(msgspec.Struct, frozen=True):
    """One way in which a device gives its picture; 0 and empty: not told."""

    token: str
    name: str = ""
    width: int = 0
    height: int = 0
    codec: str = ""


class About(msgspec.Struct, frozen=True):
    """What a device says of itself to somebody who signs on.

    ``read``: all that was asked was told; else ``remarks`` say why not. ``open_to_all``: it says
    who it is to anybody. ``clock_s``: how far its clock is ahead; None: not told. ``section``: keys
    for its section of the site file, without a sign-on.
    """

    read: bool = True
    open_to_all: bool = False
    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    clock_s: float | None = None
    profiles: tuple[Profile, ...] = ()
    snapshot: str = ""
    section: Mapping[str, Any] = {}
    remarks: tuple[str, ...] = ()
