"""What checkers look at: the world's script, what was seen at the seams, the journal's bytes.

Questions that several checkers ask stand here. Nothing of it asks the core: what should have
happened follows from the script and from the answers that people were given.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Final

from monitord.core import events as ev
from monitord.core.site import Point, Site
from monitord.journal.codec import decode
from monitord.journal.records import Stored
from monitord.testing.history import Answered, Asked, Dial, History, Life, Seen
from monitord.testing.script import NEVER_MS, Script, Span, disk_troubled, troubled
from monitord.vocabulary import Category, PointState

#: Watching resumes this long after a start at the latest (the figure of design.md 7).
RESUME_MS: Final = 3_000
#: A panel counts as healthy once its last fault is so long over: the longest back-off, and a bit.
RECOVERY_MS: Final = 7_000
#: What a hanging or failing disk may add to anything (law 1: it goes on in memory after 1 s).
STALL_MS: Final = 1_200
#: How long a step of the wall clock may go unnoticed.
CLOCK_UNSEEN_MS: Final = 5_100
#: What asking, answering and stepping may take.
SLACK_MS: Final = 60

#: Families as the requirements have them (written down here once more, on purpose).
_ATTACK: Final = frozenset({Category.INTRUSION, Category.OBJECT, Category.TAMPER})
ALONE: Final = frozenset({Category.HOLD_UP, Category.FIRE})


def family(category: Category) -> str:
    """Alarms of one family in one area are one incident."""
    return "attack" if category in _ATTACK else str(category)


class Evidence:
    """Everything a run left, indexed. ``entries``: the rows, where somebody has decoded them."""

    def __init__(
        self,
        script: Script,
        site: Site,
        history: History,
        rows: list[Stored],
        entries: list[ev.Entry] | None = None,
    ) -> None:
        self.script, self.site, self.history, self.rows = script, site, history, rows
        self._states: dict[str, list[tuple[int, PointState]]] = {}
        self._opened: dict[int, list[int]] = {}
        for seen in history.seen:
            for event in seen.entry.events:
                if isinstance(event, ev.PointStateChanged):
                    self._states.setdefault(event.point, []).append((seen.at_ms, event.state))
                elif isinstance(event, ev.IncidentOpened):
                    self._opened.setdefault(event.incident, []).append(seen.at_ms)
        self._dials: dict[int, list[Dial]] = {}
        for dial in history.dials:
            self._dials.setdefault(dial.incident, []).append(dial)
        self._accepted = {
            asked: [a for a in history.answers if a.asked is asked and not a.code]
            for asked in Asked
        }
        decoded = entries if entries is not None and len(entries) == len(rows) else None
        self.entries = decoded or [decode(row.payload).entry for row in rows]
        self.positions = {
            entry.position: row for entry, row in zip(self.entries, rows, strict=True)
        }
        self._closed: dict[int, list[Span]] = {}
        for answer in self.accepted(Asked.CLOSE):
            span = Span(answer.at_ms, self.holds_until_ms(answer))
            self._closed.setdefault(answer.incident, []).append(span)

    # --- lives and health ----------------------------------------------------------------------

    def watching(self, at_ms: int) -> Life | None:
        """The life that must be looking at this moment."""
        for life in self.history.lives:
            begun = life.watched_ms is not None and life.watched_ms + RESUME_MS <= at_ms
            if begun and (life.ended_ms is None or at_ms < life.ended_ms):
                return life
        return None

    def next_watch_ms(self, after_ms: int) -> int | None:
        """When the next life must be looking."""
        for life in self.history.lives:
            if life.watched_ms is not None and life.watched_ms >= after_ms:
                return life.watched_ms + RESUME_MS
        return None

    def healthy(self, device: str, from_ms: int, until_ms: int) -> bool:
        """Whether the panel answers as it should all the while."""
        return not troubled(self.script, device, from_ms - RECOVERY_MS, until_ms)

    def stall_ms(self, from_ms: int, until_ms: int) -> int:
        """What the disk may add between."""
        return STALL_MS if disk_troubled(self.script, from_ms - STALL_MS, until_ms) else 0

    def poll_ms(self, device: str) -> int:
        """The device's period."""
        return int(self.site.devices[device].setup["poll_ms"])

    def seen_within_ms(self, point: Point, at_ms: int) -> int:
        """How long after an opening it must be on its way out of the engine."""
        poll_ms = self.poll_ms(point.device)
        return 2 * poll_ms + SLACK_MS + self.script.commit_ms + self.stall_ms(at_ms, at_ms + 500)

    # --- what was seen -------------------------------------------------------------------------

    def told_active(self, point: str, from_ms: int, until_ms: int) -> bool:
        """Whether the point was told as active in this life, by ``until_ms`` at the latest."""
        states = self._states.get(point, [])
        first = bisect_right(states, (from_ms,))
        life = self.watching(from_ms)
        began_ms = from_ms if life is None else life.began_ms
        if first and states[first - 1] >= (began_ms,) and states[first - 1][1] is PointState.ACTIVE:
            return True
        return any(
            state is PointState.ACTIVE for at_ms, state in states[first:] if at_ms <= until_ms
        )

    def seen_between(self, from_ms: int, until_ms: int) -> list[Seen]:
        """The entries that were published then."""
        seen = self.history.seen
        first = bisect_left(seen, from_ms, key=lambda s: s.at_ms)
        return seen[first : bisect_right(seen, until_ms, key=lambda s: s.at_ms)]

    def accepted(self, asked: Asked) -> list[Answered]:
        """What people were told yes to."""
        return self._accepted[asked]

    def dials(self, incident: int) -> list[Dial]:
        """The calls made under this number, in order."""
        return self._dials.get(incident, [])

    def open_for(self, point: Point, at_ms: int) -> bool:
        """Whether people have been called, before, for an incident that this alarm may join."""
        return any(
            dial.at_ms <= at_ms
            and not any(
                dial.at_ms <= span.from_ms <= at_ms < span.until_ms
                for span in self._closed.get(dial.incident, ())
            )
            for dial in self.history.dials
            if self.same_matter(dial, point)
        )

    def number_given_ms(self, incident: int, before_ms: int) -> int:
        """Since when the number means this incident: a crash on a bad disk may give it anew."""
        opened = self._opened.get(incident, ())
        return max((at_ms - 1 for at_ms in opened if at_ms <= before_ms), default=0)

    def holds_until_ms(self, answer: Answered) -> int:
        """How long an answer binds: one that is neither stored nor spilled ends with its life."""
        ends_ms = min(
            (
                life.ended_ms
                for life in self.history.lives
                if life.ended_ms is not None and life.ended_ms >= answer.at_ms
            ),
            default=NEVER_MS,
        )
        stored_ms = self.history.stored_ms.get(answer.position, NEVER_MS)
        kept = answer.stored or self.script.spill or stored_ms <= ends_ms
        return NEVER_MS if kept else ends_ms

    def time_leapt_ms(self, after_ms: int) -> int:
        """The next start that found the wall clock stepped: its engine time may have leapt too."""
        for before, life in pairwise(self.history.lives):
            if before.ended_ms is None or life.began_ms < after_ms:
                continue
            unseen_ms = before.ended_ms - CLOCK_UNSEEN_MS
            if any(unseen_ms <= s.at_ms <= life.began_ms for s in self.script.wall_steps):
                return life.began_ms
        return NEVER_MS

    def lasted(self, dial: Dial, until_ms: int) -> bool:
        """Whether what a call said was still known then: a crash on a bad disk forgets it."""
        ended_ms = self.history.lives[dial.life - 1].ended_ms or NEVER_MS
        return (
            self.script.spill
            or until_ms <= ended_ms
            or not disk_troubled(self.script, dial.at_ms - STALL_MS, ended_ms)
        )

    def same_matter(self, dial: Dial, point: Point) -> bool:
        """Whether a call may be about this point's alarm."""
        if point.category in ALONE:
            return dial.point == point.id
        return dial.area == point.area and family(dial.category) == family(point.category)
