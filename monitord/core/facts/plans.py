"""The fact of a plan: a person has done a step of it, or says why not."""

from monitord.core.facts.people import Command


class DoStep(Command, frozen=True):
    """``step`` counts from 1; ``refused`` with the reason why it is not done.

    ``at_area``: in which area they stand while they say so; empty where that is not known.
    """

    incident: int
    step: int
    refused: bool = False
    reason: str = ""
    at_area: str = ""


class TellPolice(Command, frozen=True):
    """The police were rung about an incident: by who says so (``self``) or ``receiving-centre``.

    ``at_area``: in which area they stand while they say so; empty where that is not known.
    """

    incident: int
    how: str
    at_area: str = ""
