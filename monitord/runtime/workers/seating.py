"""Who sits in which worker: a plan that changes as little as it can. It knows no process.

Devices of one driver share workers, so many each; devices on one line always sit together, for a
bus is spoken to by one process only. What stays stays where it is. Who brings a worker down twice
is seated apart, and where nobody knows who it was, the worker is parted in two until it shows: so
a bad device costs its neighbours two restarts, and one that cannot be told from them a few more.
The workers that this takes beyond the usual ones are bounded.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import structlog

from monitord.runtime.workers.limits import Limits

log = structlog.get_logger(__name__)

#: A worker that dies so often for one reason is not left as it is.
STRIKES: Final = 2


class Party(NamedTuple):
    """Devices that sit together: those of one line, or a device by itself.

    ``place`` is what they have in common and is known by over a reload.
    """

    driver: str
    place: str
    devices: tuple[str, ...]


class Table:
    """One worker's place: its name, its driver, and who sits there.

    ``apart``: nobody else is seated there. ``extra``: it is one more than the devices need.
    """

    def __init__(self, name: str, driver: str) -> None:
        self.name, self.driver = name, driver
        self.parties: list[Party] = []
        self.apart = self.extra = False
        self.strikes: dict[str, int] = {}

    @property
    def devices(self) -> list[str]:
        """The devices of all parties."""
        return [device for party in self.parties for device in party.devices]


class Seating:
    """The tables of all drivers."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tables: list[Table] = []
        self._made: dict[str, int] = {}

    @property
    def tables(self) -> tuple[Table, ...]:
        """All that somebody sits at."""
        return tuple(self._tables)

    def seat(self, parties: Iterable[Party]) -> None:
        """Let these be all there are. Nobody who was there before changes the table."""
        wanted = {party[:2]: party for party in parties}
        for table in self._tables:
            known = [party[:2] for party in table.parties]
            table.parties = [wanted.pop(place) for place in known if place in wanted]
        for party in wanted.values():
            self._room_for(party).parties.append(party)
        self._tables = [table for table in self._tables if table.parties]

    def died(self, name: str, culprit: str | None) -> bool:
        """A worker died, in the code of ``culprit`` if that is known: part who must be parted.

        True when somebody sits elsewhere now.
        """
        table = next((table for table in self._tables if table.name == name), None)
        if table is None:
            return False
        key = culprit or ""
        table.strikes[key] = table.strikes.get(key, 0) + 1
        if len(table.parties) < 2 or table.strikes[key] < STRIKES:
            return False
        table.strikes.clear()
        guilty = [party for party in table.parties if culprit in party.devices]
        moving = guilty or table.parties[len(table.parties) // 2 :]
        if sum(table.extra for table in self._tables) >= self._limits.extra:
            log.error("worker_not_parted", worker=name, why="too many workers are apart already")
            return False
        apart = self._new(table.driver)
        apart.apart, apart.extra = bool(guilty), True
        table.parties = [party for party in table.parties if party not in moving]
        apart.parties = moving
        log.warning("devices_seated_apart", worker=apart.name, devices=apart.devices, of=name)
        return True

    def _room_for(self, party: Party) -> Table:
        room = self._limits.devices - len(party.devices)
        for table in self._tables:
            if table.driver == party.driver and not table.apart and len(table.devices) <= room:
                return table
        return self._new(party.driver)

    def _new(self, driver: str) -> Table:
        number = self._made[driver] = self._made.get(driver, 0) + 1
        table = Table(f"{driver}-{number}", driver)
        self._tables.append(table)
        return table
