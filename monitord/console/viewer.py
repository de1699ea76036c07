"""Who looks at a page, and what of the state they may see."""

from typing import Final

import msgspec

from monitord.core.records import IncidentRecord


class Viewer(msgspec.Struct, frozen=True):
    """Somebody signed on, or a station (``person`` empty). ``area`` is where the station stands."""

    person: str
    name: str
    role: str
    station: str = ""
    area: str = ""

    def may_see(self, incident: IncidentRecord) -> bool:
        """A silent alarm is never shown where it was raised: somebody threatens there (G9)."""
        return not (incident.silent and self.area and self.area in incident.areas)


NOBODY: Final = Viewer("", "", "")
