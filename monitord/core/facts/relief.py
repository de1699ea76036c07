"""The facts of a PIN for one shift."""

from monitord.core.facts.people import Command


class GiveRelief(Command, frozen=True):
    """``person`` gets a PIN that holds until then (UTC), and no longer."""

    person: str
    until_utc_ms: int


class EndRelief(Command, frozen=True):
    """It holds no more."""

    person: str
