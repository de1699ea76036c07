"""What a channel is: one file, one class, one way to reach somebody.

A channel is given a message and says how far it came. It bounds itself in time, retries within
that bound, and never raises for what the world does: a refusal is an answer.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from monitord.vocabulary import Category, Outcome, Priority


class IncidentView(msgspec.Struct, frozen=True):
    """What a message says of its incident (design contract of the webhook body)."""

    id: str
    number: int
    rev: int
    category: Category
    priority: Priority
    confirmed: bool
    area: str
    point: str
    opened_at: str
    text: str


class Message(msgspec.Struct, frozen=True):
    """One attempt to reach one person (or post) on one channel. ``to`` is the address."""

    call_id: str
    site: str
    incident: IncidentView
    person: str
    to: str
    step: int
    attempt: int
    test: bool
    acknowledge_url: str | None = None


class Said(msgspec.Struct, frozen=True):
    """An acknowledgement that came back in the channel's own answer."""

    call_id: str
    person: str
    rev: int


class Delivery(msgspec.Struct, frozen=True):
    """How far it came. ``detail`` is shown to people and journaled: no personal text, no secret.

    ``reached``: whether anything at the other end answered at all, whatever it said; None where
    the channel cannot tell. By this a lost outward path is known from a person who is out.
    """

    outcome: Outcome
    detail: str = ""
    said: Said | None = None
    reached: bool | None = None


class Channel(Protocol):
    """One way to reach somebody.

    A class may also have a static ``address_problem(address) -> str | None``: what is wrong with
    an address under ``reach:`` in words that go on from "this address is", without quoting it.
    """

    def __init__(self, name: str, setup: Mapping[str, Any], secret: str | None) -> None:
        """``setup`` is the channel's section of the site file, ``secret`` its credential."""

    async def open(self) -> None:
        """Get ready; raises nothing that the first ``deliver`` would not also tell."""

    async def deliver(self, message: Message) -> Delivery:
        """Try to reach; returns within the channel's stated bound. Cancelled when not needed."""

    async def close(self) -> None:
        """Let go of everything."""
