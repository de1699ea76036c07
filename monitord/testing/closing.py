"""What a person of a scenario or a simulation says when they close an incident."""

from typing import NamedTuple

from monitord.core.causes import ASSUMED
from monitord.vocabulary import Looked


class Closing(NamedTuple):
    """By default that they looked inside and found nothing; who closes is who found it."""

    cause: str = "false-alarm"
    finding: str = "nothing found"
    found_by: str = ""
    looked: str = ""

    @property
    def how(self) -> Looked:
        """From where somebody looked; nobody, where it was only assumed."""
        usual = Looked.NOBODY if self.cause == ASSUMED else Looked.INSIDE
        return Looked(self.looked or usual)

    def finder(self, closer: str) -> str:
        """Who found it; nobody, where it was only assumed."""
        return self.found_by or ("" if self.cause == ASSUMED else closer)
