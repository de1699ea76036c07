"""What whoever watches the demo may do to the museum: trip, cut, answer a telephone, kill -9.

Orders come from the play panel, from another thread; they are carried out by the play, in turn. No
order reaches the daemon but by a contact, a cable, a link, or a signal.
"""

import contextlib
import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from monitord.cli.rehearsal.house import House
from monitord.core.site import Point
from monitord.resources import config_file
from monitord.runtime.clock import SystemClock

ORDERS_MAX: Final = 100
PHONES_MAX: Final = 30
LATER_MAX: Final = 1_000
#: So long nobody is there: a page that is open locks within 3 s, and is seen to.
AWAY_MS: Final = 6_000

#: The scenarios that play in the demo's museum, and their words.
SCENARIOS: Final = {
    "burglary": "Somebody breaks in by a window, and the first one called does not answer",
    "crash": "The daemon is killed in the middle of an alarm",
    "panel-cut": "A panel falls silent, and then somebody walks in where it looked",
}

#: What may be done to a camera, by the name of its fault, and how it is then.
SPOILS: Final = {
    "cover": "covered",
    "black": "black",
    "freeze": "frozen",
    "turn": "turned away",
    "blur": "out of focus",
}

#: What became of a call, in words that are true of a message nobody has answered.
DECLINED: Final = "declined: nobody has taken it, and the chain goes on"
VOICEMAIL: Final = "on voicemail: nobody has heard it, and the chain goes on"
RINGS: Final = "rings"


@dataclass
class Phone:
    """One call on the telephone of somebody who is played here."""

    call: str
    person: str
    channel: str
    text: str
    has_link: bool
    state: str = RINGS


class Hands:
    """``say`` tells the story who did what."""

    def __init__(self, house: House, say: Callable[[str, str], None]) -> None:
        self.orders: queue.Queue[tuple[str, str]] = queue.Queue(ORDERS_MAX)
        self.is_away = False
        self._house, self._say = house, say
        self._clock = SystemClock()
        self._phones: deque[Phone] = deque(maxlen=PHONES_MAX)
        self._active: set[str] = set()
        self._cut: set[str] = set()
        self._spoiled: dict[str, str] = {}
        self._later: list[tuple[int, Callable[[], object]]] = []
        self._do: dict[str, Callable[[str], object]] = {
            "trip": self.trip,
            "restore": self._restore,
            "cut": self._cut_off,
            "mend": self._mend,
            "spoil": self._spoil,
            "take": self._take,
            "decline": lambda call: self._put_down(call, DECLINED),
            "voicemail": lambda call: self._put_down(call, VOICEMAIL),
            "kill": lambda _: self.kill(AWAY_MS),
            "scenario": self._scenario,
        }

    def order(self, what: str, to: str) -> bool:
        """From any thread; False for what is no order, or when too many wait."""
        if what not in self._do:
            return False
        with contextlib.suppress(queue.Full):
            self.orders.put_nowait((what, to))
            return True
        return False

    def turn(self) -> None:
        """Carry out what was ordered, and what is due."""
        now_ms = self._clock.boot_ms()
        due = [what for at_ms, what in self._later if at_ms <= now_ms]
        self._later = [(at_ms, what) for at_ms, what in self._later if at_ms > now_ms]
        with contextlib.suppress(queue.Empty):
            while True:
                what, to = self.orders.get_nowait()
                due.append(_bound(self._do[what], to))
        for do in due:
            try:
                do()
            except (KeyError, ValueError, OSError, LookupError) as error:
                self._say("you", f"That does not work: {error}")

    def rang(self, call: dict[str, Any]) -> None:
        """A call has come to a telephone."""
        text = str((call.get("incident") or {}).get("text", ""))
        name, person = str(call.get("call_id", "")), str(call.get("person", ""))
        channel, link = str(call.get("channel", "")), bool(call.get("acknowledge_url"))
        self._phones.appendleft(Phone(name, person, channel, text, link))

    def trip(self, point: str) -> None:
        """A contact is made to see something."""
        self._house.trip(point)
        self._active.add(point)

    def is_active(self, point: str) -> bool:
        """Whether it was tripped, and is not at rest again."""
        return point in self._active

    def spoil(self, what: str) -> None:
        """``CAMERA FAULT``: something is done to what a camera sees."""
        camera, _, fault = what.partition(" ")
        self._house.spoil(camera, fault)
        self._spoiled[camera] = SPOILS.get(fault, fault)

    def kill(self, away_ms: int) -> int:
        """``kill -9``; it is started again after so long. Its process id."""
        pid = self._house.kill_daemon()
        self.is_away = True
        self._say("story", f"kill -9 {pid}: the daemon is gone in the middle of it.")
        self._after(away_ms, self._start)
        return pid

    def view(self) -> dict[str, Any]:
        """What the panel draws."""
        site = self._house.site
        return {
            "name": site.setup.get("name", site.id),
            "areas": [
                {
                    "name": area.name,
                    "points": [
                        {"id": p, "name": site.points[p].name, "active": p in self._active}
                        for p in area.points
                        if _is_contact(site.points[p])
                    ],
                }
                for area in site.areas.values()
            ],
            "devices": [
                {"id": d.id, "name": d.name, "cut": d.id in self._cut}
                for d in site.devices.values()
            ],
            "cameras": [
                {"id": d.id, "name": d.name, "spoiled": self._spoiled.get(d.id, "")}
                for d in site.devices.values()
                if d.setup.get("pictures")
            ],
            "spoils": SPOILS,
            "phones": list(self._phones),
            "scenarios": SCENARIOS,
            "away": self.is_away,
            "rings": RINGS,
        }

    # --- one order each --------------------------------------------------------------------

    def _restore(self, point: str) -> None:
        self._house.trip(point, active=False)
        self._active.discard(point)

    def _cut_off(self, device: str) -> None:
        self._house.fail(device)
        self._cut.add(device)
        self._say("you", f"The cable of {device} is cut.")

    def _spoil(self, what: str) -> None:
        self.spoil(what)
        camera = what.partition(" ")[0]
        self._say("you", f"The camera {camera} is {self._spoiled[camera]}.")

    def _mend(self, device: str) -> None:
        self._house.mend(device)
        self._cut.discard(device)
        self._spoiled.pop(device, None)

    def _take(self, call: str) -> None:
        phone = self._phone(call)
        status = self._house.press(phone.person, pin=self._house.pin_of(phone.person))
        phone.state = "taken" if status == 200 else f"not taken: the link answered {status}"

    def _put_down(self, call: str, state: str) -> None:
        self._phone(call).state = state

    def _phone(self, call: str) -> Phone:
        return next(phone for phone in self._phones if phone.call == call)

    def _scenario(self, name: str) -> None:
        from monitord.testing.scenario import read

        if name not in SCENARIOS:
            raise KeyError(name)
        path = config_file(f"scenarios/{name}.yaml")
        acts = read(path, Path(), self._house.compiled).acts
        self._say("you", f"The scenario {name} begins: {SCENARIOS[name]}.")
        do = {
            "trip": self.trip,
            "restore": self._restore_any,
            "fail": self._cut_off,
            "crash": lambda _: self.kill(AWAY_MS),
        }
        for act in acts[:LATER_MAX]:
            if act.what in do:
                self._after(act.at_ms, _bound(do[act.what], act.to))
                if act.for_ms and act.what in ("trip", "fail"):
                    self._after(act.at_ms + act.for_ms, _bound(self._restore_any, act.to))

    def _restore_any(self, what: str) -> None:
        (self._mend if what in self._house.site.devices else self._restore)(what)

    def _start(self) -> None:
        self._house.start_daemon()
        self.is_away = False

    def _after(self, ms: int, what: Callable[[], object]) -> None:
        if len(self._later) < LATER_MAX:
            self._later.append((self._clock.boot_ms() + ms, what))


def _bound(do: Callable[[str], object], to: str) -> Callable[[], object]:
    return lambda: do(to)


def _is_contact(point: Point) -> bool:
    read = str((point.setup.get("config") or {}).get("read", ""))
    return read.startswith(("discrete", "coil")) or read == "motion"
