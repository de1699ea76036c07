"""Facts of maintenance: somebody who answers for the guard lets an integrator or tester in."""

from monitord.core.facts.people import Command


class GrantMaintenance(Command, frozen=True):
    """Until ``until_utc_ms`` ``person`` may hold back in these areas (law 11: needs a PIN)."""

    person: str
    areas: tuple[str, ...]
    until_utc_ms: int
    reason: str


class EndMaintenance(Command, frozen=True):
    """The work is done: what is held back under it is given back."""

    number: int
