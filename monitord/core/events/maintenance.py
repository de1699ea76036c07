"""Events of maintenance."""

from monitord.core.events.base import Event


class MaintenanceGranted(Event, frozen=True):
    """Until ``until_utc_ms``, a date that a person wrote, ``person`` may hold back there."""

    number: int
    person: str
    areas: tuple[str, ...]
    until_utc_ms: int
    by: str
    reason: str


class MaintenanceEnded(Event, frozen=True):
    """Nothing is held back under it any more. ``not_normal``: the points of its areas that do not
    guard as they should at this moment, or are still held back by others."""

    number: int
    why: str
    given_back: tuple[str, ...]
    not_normal: tuple[str, ...]
    by: str = ""


AnyMaintenanceEvent = MaintenanceGranted | MaintenanceEnded
