"""Who looks at a page, and what of the state exists for them."""

from typing import Final

import msgspec

from monitord.core.state import State
from monitord.runtime.control import hiding
from monitord.vocabulary import Role


class Viewer(msgspec.Struct, frozen=True):
    """Somebody signed on, or a station (``person`` empty). ``area`` is where the station stands.

    ``seats`` is how the daemon names this page: its station, its session.
    """

    person: str
    name: str
    role: str
    station: str = ""
    area: str = ""
    seats: tuple[str, ...] = ()

    def hidden(self, state: State) -> frozenset[int]:
        """The incidents that do not exist here."""
        return hiding.hidden(state, self.area, {self.person, *self.seats} - {""})

    def sees(self, state: State) -> State:
        """The state without what must not be seen here: somebody may be threatened (G9)."""
        seen = hiding.without(state, self.hidden(state))
        return hiding.without_points(seen, hiding.beside(state, self.area))

    @property
    def knows_coverage(self) -> bool:
        """Whether they need to know where the detectors are, which of them are blind, and more."""
        return self.role not in _OUTSIDE


#: They answer our calls, and have no business with where the house is not watched.
_OUTSIDE: Final = frozenset({Role.POLICE})

NOBODY: Final = Viewer("", "", "")
