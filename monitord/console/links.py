"""Links that sign somebody on, once: a rehearsal gives them, and nothing else ever does."""

import hmac
from typing import Final

#: More than that nobody has been given and not opened; the oldest is void then.
LINKS_MAX: Final = 20


class Links:
    """What was given and not opened yet. Safe to give from another thread."""

    def __init__(self) -> None:
        self._sessions: dict[str, str] = {}

    def give(self, ticket: str, session: str) -> None:
        """From now on ``ticket`` opens ``session``, which somebody has proven with a PIN."""
        while len(self._sessions) >= LINKS_MAX:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[ticket] = session

    def take(self, ticket: str) -> str:
        """The session, the first time; empty for any other ticket."""
        given = ticket.encode()
        for known in tuple(self._sessions):
            if hmac.compare_digest(known.encode(), given):
                return self._sessions.pop(known, "")
        return ""
