"""The requests about a PIN for one shift: see :mod:`monitord.runtime.control.relieving`."""

from monitord.runtime.control.request import Command, Request


class ShowReliefs(Request, frozen=True, tag="reliefs"):
    """Who has one, from whom and until when; and to whom one may be given."""


class GiveRelief(Command, frozen=True, tag="relief-give"):
    """``who`` gets one ``until`` (RFC 3339 with its zone). Needs the PIN; the answer has theirs."""

    who: str
    until: str


class EndRelief(Command, frozen=True, tag="relief-end"):
    """It holds no more. Needs the PIN."""

    who: str


AnyReliefRequest = ShowReliefs | GiveRelief | EndRelief
