"""The requests about maintenance: see :mod:`monitord.runtime.control.maintaining`."""

from monitord.runtime.control.request import Command, Request


class ShowMaintenance(Request, frozen=True, tag="maintenance"):
    """What runs and what is over, and what is not normal there now."""


class GrantMaintenance(Command, frozen=True, tag="maintenance-grant"):
    """``who`` may hold back in ``areas`` ``until`` (RFC 3339 with its zone). Needs the PIN."""

    who: str
    areas: list[str]
    until: str
    reason: str


class EndMaintenance(Command, frozen=True, tag="maintenance-end"):
    """End it before its time: all that is held back under it is given back."""

    number: int


AnyMaintenanceRequest = ShowMaintenance | GrantMaintenance | EndMaintenance
