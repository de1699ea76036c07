"""Facts of the walk test: somebody walks past every detector of an area."""

from monitord.core.facts.people import Command


class StartWalkTest(Command, frozen=True):
    """Until ``until_utc_ms`` the detectors of the area are recorded and call nobody."""

    area: str
    until_utc_ms: int
    reason: str


class EndWalkTest(Command, frozen=True):
    """Everybody has been past; what was not seen is named."""

    area: str
