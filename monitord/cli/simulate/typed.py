"""The prompt of a rehearsal: a person trips, fails, takes and closes, by short lines.

A line that is wrong is answered with what to type instead; it never ends the rehearsal.
"""

import difflib
import os
import queue
import threading
from collections.abc import Callable, Collection
from typing import Final

from pydantic_core import PydanticCustomError

from monitord.cli.errors import Exit, Mistake
from monitord.cli.rehearsal.house import HouseError
from monitord.cli.simulate.desk import Desk
from monitord.cli.simulate.say import Teller
from monitord.core.causes import CAUSES
from monitord.site.words import duration_ms
from monitord.testing.closing import Closing

HELP: Final = """\
What you can type:
  trip POINT [for 5s]       a detector sees something          restore POINT   nothing any more
  short | cut POINT         its cable, for 5s if you like  ramp POINT 1.6 over 2min   a value
  fail DEVICE [for 1min]    a device answers no more           restore DEVICE  it answers again
  set AREA | unset AREA     its panel says that it is set, or not
  ack PERSON [N]            that person takes the newest incident, or number N
  close PERSON [N] [CAUSE]  and closes it (cause: test)
  points | people | status  what there is, who there is, how things stand
  console                   the guards' pages: their address, and a PIN for each person
  crash                     kill -9 the daemon, and start it again
  help | quit"""
TURN_S: Final = 0.1
LINE_BYTES_MAX: Final = 4_096
LINES_MAX: Final = 100
#: Of those that a short name may mean.
CHOICES_MAX: Final = 6


class _Said(Exception):
    """Something that cannot be done; the text says what to type instead."""


class Typed:
    """Lines from standard input until ``quit``, its end, or Ctrl-C."""

    def __init__(self, desk: Desk, tell: Teller) -> None:
        self._desk, self._tell, self._site = desk, tell, desk.house.site
        self._url = ""
        self._lines: queue.Queue[str | None] = queue.Queue(LINES_MAX)
        self._verbs: dict[str, Callable[[list[str]], None]] = {
            "trip": self._trip,
            "restore": self._restore,
            "short": lambda words: self._put(words, "short"),
            "cut": lambda words: self._put(words, "cut"),
            "masked": lambda words: self._put(words, "masked"),
            "ramp": self._ramp,
            "fail": self._fail,
            "set": lambda words: self._set(words, active=True),
            "unset": lambda words: self._set(words, active=False),
            "ack": self._ack,
            "close": self._close,
            "points": lambda _: self._points(),
            "people": lambda _: self._people(),
            "status": lambda _: self._status(),
            "console": lambda _: self._console(),
            "crash": lambda _: self._desk.crash(),
            "help": lambda _: self._tell.print(HELP),
        }

    def until_the_end(self) -> int:
        """Do what is typed; the exit code."""
        self._tell.print(HELP)
        self._tell.print()
        self._desk.begin()
        threading.Thread(target=self._read, name="typed", daemon=True).start()
        while True:
            self._desk.turn(TURN_S)
            while not self._lines.empty():
                line = self._lines.get()
                if line is None or line.strip() in ("quit", "q", "exit"):
                    self._tell.print("The rehearsal is over. Nobody was called.")
                    return Exit.DONE
                self.run(line)

    def run(self, line: str) -> None:
        """Carry out one line."""
        words = line.split()
        if not words:
            return
        try:
            verb = self._verbs.get(words[0])
            if verb is None:
                raise _Said(_nearest("command", words[0], self._verbs))
            verb(words[1:])
        except (_Said, Mistake) as said:
            self._tell.print(f"  {said}")

    # --- the verbs -------------------------------------------------------------------------

    def _trip(self, words: list[str]) -> None:
        words, for_ms = _split_for(words)
        self._desk.trip(self._point(_one(words, "trip POINT")), for_ms)

    def _put(self, words: list[str], position: str) -> None:
        words, for_ms = _split_for(words)
        point = self._point(_one(words, f"{position} POINT"))
        self._building(lambda: self._desk.put(point, position, for_ms))

    def _ramp(self, words: list[str]) -> None:
        match words:
            case [name, value, "over", *time] if time:
                point, over_ms = self._point(name), _split_for(["for", *time])[1] or 0
            case _:
                raise _Said("write: ramp POINT 1.6 over 2min")
        try:
            to = float(value)
        except ValueError:
            raise _Said(f"{value} is not a value: write a number, as in 1.6") from None
        self._building(lambda: self._desk.ramp(point, to, over_ms))

    def _building(self, do: Callable[[], None]) -> None:
        try:
            do()
        except ValueError as error:
            raise _Said(str(error)) from None

    def _restore(self, words: list[str]) -> None:
        what = _one(words, "restore POINT")
        self._desk.restore(what if what in self._site.devices else self._point(what))

    def _fail(self, words: list[str]) -> None:
        words, for_ms = _split_for(words)
        device = _one(words, "fail DEVICE")
        self._desk.fail(_known("device", device, self._site.devices), for_ms)

    def _set(self, words: list[str], *, active: bool) -> None:
        area = _known("area", _one(words, "set AREA"), self._site.areas)
        point = self._site.areas[area].set_by
        if point is None:
            raise _Said(f"no panel sets {area}: it is taken as set, until a person unsets it")
        if active:
            self._desk.trip(point)
        else:
            self._desk.restore(point)

    def _ack(self, words: list[str]) -> None:
        person, number, _ = self._of_person(words, "ack PERSON [N]")
        self._desk.acknowledge(person, number)

    def _close(self, words: list[str]) -> None:
        person, number, rest = self._of_person(words, "close PERSON [N] [CAUSE]")
        cause = _known("cause", rest[0], CAUSES) if rest else "test"
        self._desk.close(person, number, Closing(cause=cause))

    def _points(self) -> None:
        for point in self._site.points.values():
            self._tell.print(f"  {point.id:<32} {point.kind:<12} {point.name}")

    def _console(self) -> None:
        """Once; each person gets a PIN of this rehearsal alone."""
        house = self._desk.house
        try:
            self._url = self._url or house.start_console()
        except HouseError as error:
            raise _Said(str(error)) from None
        self._tell.print(f"Open {self._url} and sign on as one of:")
        for person in self._site.people:
            self._tell.print(f"  {person:<24} PIN {house.pin_of(person)}")

    def _people(self) -> None:
        for person in self._site.people.values():
            self._tell.print(f"  {person.id:<16} {person.role:<18} {', '.join(person.channels)}")

    def _status(self) -> None:
        view = self._desk.house.ask("status")
        self._tell.print(f"  {view.get('in_words')}")
        for incident in self._desk.house.ask("incidents").get("incidents", []):
            owner = f"taken by {incident['owner']}" if incident["acknowledged"] else "NOT TAKEN"
            self._tell.print(f"  incident {incident['number']}, {incident['place']}: "
                             f"{incident['category']}, {owner}")  # fmt: skip

    # --- words -----------------------------------------------------------------------------

    def _point(self, name: str) -> str:
        """The full id; a short one serves where it is unique."""
        if name in self._site.points:
            return name
        short = [point for point in self._site.points if point.partition(".")[2] == name]
        if len(short) == 1:
            return short[0]
        if short:
            raise _Said(f"which {name}? {', '.join(short[:CHOICES_MAX])}")
        names = [*self._site.points, *(p.partition(".")[2] for p in self._site.points)]
        raise _Said(_nearest("point", name, names) + "; `points` lists them")

    def _of_person(self, words: list[str], usage: str) -> tuple[str, int | None, list[str]]:
        if not words:
            raise _Said(f"write: {usage}; `people` lists them")
        person = _known("person", words[0], self._site.people)
        if len(words) > 1 and words[1].isdecimal():
            return person, int(words[1][:9]), words[2:]
        return person, None, words[1:]

    def _read(self) -> None:
        """Unbuffered: a thread inside a buffered read would block the end of the program."""
        rest = b""
        while chunk := os.read(0, LINE_BYTES_MAX):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-LINE_BYTES_MAX:]
            for line in lines:
                self._lines.put(line.decode(errors="replace"))
        self._lines.put(None)


def _split_for(words: list[str]) -> tuple[list[str], int | None]:
    if "for" not in words:
        return words, None
    place = words.index("for")
    try:
        return words[:place], duration_ms(" ".join(words[place + 1 :]))
    except PydanticCustomError as error:
        raise _Said(error.message()) from None


def _one(words: list[str], usage: str) -> str:
    if len(words) != 1:
        raise _Said(f"write: {usage}")
    return words[0]


def _known(what: str, name: str, names: Collection[str]) -> str:
    if name not in names:
        raise _Said(_nearest(what, name, names))
    return name


def _nearest(what: str, name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(list(names)[:20])}"
    return f"there is no {what} {name}: {hint}"
