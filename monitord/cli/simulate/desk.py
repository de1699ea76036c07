"""The desk of a rehearsal: what may be done in it, and what is seen of it.

A person at the prompt and a scenario do the same things here; what the daemon says of them comes
out of its own journal, and what would have gone out from the simulated telephone.
"""

import contextlib
import queue
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec

from monitord.cli.errors import Exit, Mistake
from monitord.cli.handover import sheet_at
from monitord.cli.rehearsal.house import House, HouseError, Notice
from monitord.cli.simulate.say import Teller, call_lines
from monitord.core import events as ev
from monitord.journal.codec import decode
from monitord.journal.export import rfc3339
from monitord.runtime.clock import SystemClock
from monitord.runtime.control.view_handover import names
from monitord.runtime.story import in_words
from monitord.testing.closing import Closing
from monitord.testing.judge import Happened

#: Of calls and events that are kept to be judged.
KEPT_MAX: Final = 100_000
#: How soon somebody tries again whom no daemon heard.
AGAIN_MS: Final = 500


class Rang(NamedTuple):
    """A call that would have gone out."""

    at_ms: int
    person: str
    channel: str
    to: str
    text: str
    test: bool


class Desk:
    """One rehearsal. ``dials`` and ``events`` are all that was seen, with the time."""

    def __init__(self, house: House, tell: Teller) -> None:
        self.house, self.tell = house, tell
        self.dials: list[Rang] = []
        self.events: list[Happened] = []
        self._later: list[tuple[int, Callable[[], None]]] = []
        self._handovers: dict[int, Collection[str]] = {}

    def begin(self) -> None:
        """Time counts from now, and what came before is forgotten."""
        self.tell.begin()
        self._hear(0.0)
        self.dials.clear()
        self.events.clear()

    @property
    def at_rest(self) -> bool:
        """Nothing waits for its time."""
        return not self._later

    # --- what may be done ------------------------------------------------------------------

    def trip(self, point: str, for_ms: int | None = None) -> None:
        """Make a detector see something, for a while or until it is restored."""
        self._contact(point, active=True)
        if for_ms is not None:
            self.later(for_ms, lambda: self._contact(point, active=False))

    def restore(self, what: str) -> None:
        """A detector sees nothing any more, or a device answers again."""
        if what in self.house.site.devices:
            self.house.mend(what)
            self.tell.line("building", f"{what} answers again")
        else:
            self._contact(what, active=False)

    def put(self, point: str, position: str, for_ms: int | None = None) -> None:
        """Short, cut or mask the line of a detector. Raises ``ValueError``."""
        self.house.put(point, position)
        self.tell.line("building", f"{point} ({self._name(point)}) is {position}")
        if for_ms is not None:
            self.later(for_ms, lambda: self._contact(point, active=False))

    def ramp(self, point: str, to: float, over_ms: int) -> None:
        """Move what a sensor measures evenly to another value. Raises ``ValueError``."""
        self.house.ramp(point, to, over_ms)
        self.tell.line("building", f"{point} ({self._name(point)}) moves to {to:g}")

    def fail(self, device: str, for_ms: int | None = None) -> None:
        """A device answers no more."""
        self.house.fail(device)
        self.tell.line("building", f"{device} answers no more")
        if for_ms is not None:
            self.later(for_ms, lambda: self.restore(device))

    def crash(self, for_ms: int = 0) -> None:
        """``kill -9`` the daemon, and start it again."""
        if self.house.daemon_ended():
            self.tell.line("building", "the daemon is gone already")
            return
        pid = self.house.kill_daemon()
        self.tell.line("building", f"kill -9 {pid}: the daemon is gone")
        self.later(for_ms, self.house.start_daemon)

    def acknowledge(self, person: str, number: int | None = None) -> None:
        """``person`` takes an incident, else the newest that is open."""
        self._ask(person, "acknowledge", number)

    def close(self, person: str, number: int | None = None, closing: Closing | None = None) -> None:
        """``person`` closes an incident, else the newest that is open."""
        said = closing or Closing(cause="test")
        self._ask(
            person,
            "close",
            number,
            cause=said.cause,
            finding=said.finding,
            found_by=said.finder(person),
            looked=said.how.value,
        )

    def hold(self, person: str, source: str, how: str, for_ms: int, reason: str) -> None:
        """``person`` holds a point or device back, with an end and a reason."""
        until = rfc3339(SystemClock().wall_ms() + for_ms)
        try:
            reply = self.house.ask_as(
                person, "suppress", source=source, how=how, until=until, reason=reason
            )
        except Mistake as mistake:
            self.tell.line(person, mistake.text)
            return
        self.tell.line(person, f"{source} is {how}" if reply.get("ok") else str(reply.get("text")))

    def later(self, ms: int, what: Callable[[], None]) -> None:
        """Do something when its time comes."""
        self._later.append((self.tell.elapsed_ms() + ms, what))

    def stood_on_handover(self, at_ms: int) -> Collection[str]:
        """What the handover sheet of that moment lists, read from the journal on the disk."""
        if at_ms not in self._handovers:
            ago_ms = self.tell.elapsed_ms() - at_ms
            found = sheet_at(self.house.state, SystemClock().wall_ms() - ago_ms)
            self._handovers[at_ms] = names(found)
        return self._handovers[at_ms]

    def _contact(self, point: str, *, active: bool) -> None:
        try:
            self.house.trip(point, active=active)
        except ValueError:  # a register: 1 is the alarm position of a value that is a contact
            self.house.turn_to(point, int(active))
        words = "trips" if active else "is quiet"
        self.tell.line("building", f"{point} ({self._name(point)}) {words}")

    def _name(self, point: str) -> str:
        return self.house.site.points[point].name

    def _ask(self, person: str, do: str, number: int | None, **more: Any) -> None:
        said = {"acknowledge": "takes", "close": "closes"}[do]
        try:
            listed = self.house.ask("incidents").get("incidents", [])
            found = [i for i in listed if number is None or i["number"] == number]
            if not found:
                self.tell.line(person, "there is no such incident open")
                return
            newest = max(found, key=lambda incident: int(incident["number"]))
            reply = self.house.ask_as(
                person, do, number=newest["number"], seen=newest["rev"], **more
            )
        except Mistake as mistake:
            if mistake.exit_code is not Exit.NO_DAEMON:
                self.tell.line(person, mistake.text)
                return
            # As people do: they try again, and the same when it is back.
            self.later(AGAIN_MS, partial(self._ask, person, do, number, **more))
            return
        words = f"{said} incident {newest['number']}"
        self.tell.line(person, words if reply.get("ok") else f"{words}: {reply.get('text')}")

    # --- what is seen ----------------------------------------------------------------------

    def turn(self, wait_s: float) -> None:
        """Hear for a moment, and do what has become due. Raises ``HouseError``."""
        self._hear(wait_s)
        now_ms = self.tell.elapsed_ms()
        due = [what for at_ms, what in self._later if at_ms <= now_ms]
        self._later = [(at_ms, what) for at_ms, what in self._later if at_ms > now_ms]
        for what in due:
            what()
        if not self._later and self.house.daemon_ended():
            raise HouseError(f"the daemon ended: {self.house.log_end()}")

    def _hear(self, wait_s: float) -> None:
        with contextlib.suppress(queue.Empty):
            self._take(self.house.notices.get(timeout=wait_s))
            while True:
                self._take(self.house.notices.get_nowait())

    def _take(self, notice: Notice) -> None:
        at_ms = self.tell.elapsed_ms()
        match notice:
            case Notice("phone", {"event": "call", "person": person} as call):
                who, words = call_lines(call)
                to, test = call.get("to", ""), bool(call.get("test"))
                rang = Rang(at_ms, person, call["channel"], to, words, test)
                if len(self.dials) < KEPT_MAX:
                    self.dials.append(rang)
                self.tell.line("CALL", who, strong=True)
                self.tell.line("", words)
            case Notice("entry", body):
                self._entry(decode(msgspec.json.encode(body)).entry, at_ms)
            case _:
                pass

    def _entry(self, entry: ev.Entry, at_ms: int) -> None:
        for event in entry.events:
            if len(self.events) < KEPT_MAX:
                self.events.append(Happened(at_ms, event))
            words = "" if isinstance(event, _TOLD_OTHERWISE) else in_words(event, entry)
            if words:
                self.tell.line("daemon", words)


#: What the telephone and the building tell already.
_TOLD_OTHERWISE: Final = (ev.CallPlaced, ev.CallBegan, ev.CallResulted)
