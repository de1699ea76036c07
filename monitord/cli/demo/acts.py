"""The play: what happens when, and whether it really happened.

The world is played (a door, a window, a person who does not answer, a kill -9); everything that
is told of the daemon comes out of its own journal, over its own socket.
"""

import queue
from typing import Final

import msgspec

from monitord.cli import say_incident
from monitord.cli.demo.hands import AWAY_MS, Hands
from monitord.cli.demo.panel import PlayPanel
from monitord.cli.demo.screen import Screen
from monitord.cli.errors import Mistake
from monitord.cli.rehearsal.house import House, HouseError, Notice
from monitord.cli.when import When
from monitord.core import events as ev
from monitord.journal.codec import decode
from monitord.journal.errors import StoreError
from monitord.journal.reader import JournalReader
from monitord.journal.verify import verify
from monitord.runtime.clock import SystemClock
from monitord.runtime.story import in_words
from monitord.vocabulary import Outcome

DETECTOR: Final = "east-panel.g1-pir"
WINDOW: Final = "east-panel.g1-win"
#: Its picture is looked at every few seconds; somebody hangs a cloth over it.
CAMERA: Final = "cam-g3"
#: Who is called first stays silent; this one is called after, and answers.
SECOND: Final = "boris"
#: Who sits at this keyboard.
GUARD: Final = "dev"

ALARM_S: Final = 10.0
WINDOW_S: Final = 13.0
COVER_S: Final = 15.0
KILL_S: Final = 38.0
#: How long the second person takes to answer: longer where somebody at a keyboard may.
THINKS_S: Final = 1.5
LEAVES_TIME_S: Final = 8.0
CLOSING_S: Final = 2.0
READY_S: Final = 20.0
TURN_S: Final = 0.25


class Play:
    """One performance. ``seconds`` is how long the story may take at most."""

    def __init__(self, house: House, shown: Screen, *, headless: bool, seconds: int) -> None:
        self._house, self._shown = house, shown
        self._headless, self._seconds = headless, seconds
        self._clock = SystemClock()
        self._began_ms: int | None = None
        self._done: set[str] = set()
        self._answers_at: float | None = None
        self._ends_at: float | None = None
        self._looked_at = 0.0
        self._standing = "nothing is open"
        self._second_life = False
        self._stays = shown.has_keys and not headless
        self.hands = Hands(house, self._say)

    def perform(self) -> bool:
        """From the first page to the last word; whether everything happened."""
        self._wait_until_watching()
        panel = PlayPanel(self.hands)
        panel.start()
        try:
            self._say("play", f"Play it at {panel.url}")
            self._wait_for_page()
            self._began_ms = self._clock.boot_ms()
            self._say("story", "It is night. The museum is closed, every area is set.")
            while not self._over():
                self._act()
                self._hear()
                self._look()
        except KeyboardInterrupt:
            if self._headless:
                raise
        finally:
            panel.stop()
        return self._epilogue()

    # --- the clock -------------------------------------------------------------------------

    def _at(self) -> float:
        return 0.0 if self._began_ms is None else (self._clock.boot_ms() - self._began_ms) / 1000

    def _over(self) -> bool:
        at = self._at()
        late = at > self._seconds and not self._stays
        return late or (self._ends_at is not None and at > self._ends_at)

    def _say(self, who: str, what: str) -> None:
        at = int(self._at())
        self._shown.tell(f"{at // 60}:{at % 60:02}", who, what)

    # --- what happens ----------------------------------------------------------------------

    def _act(self) -> None:
        at = self._at()
        if at >= ALARM_S and self._once("tripped"):
            self._trip(DETECTOR, "Somebody walks past the detector by the east door.")
        if at >= WINDOW_S and self._once("window"):
            self._trip(WINDOW, "The balcony window opens: a second detector.")
        if at >= COVER_S and self._once("covered"):
            self._say("story", "Somebody hangs a cloth over the camera of the boats.")
            self.hands.spoil(f"{CAMERA} cover")
        acknowledged = "acknowledged" in self._done
        if (at >= KILL_S or (acknowledged and at >= WINDOW_S)) and self._once("killed"):
            self.hands.kill(0 if self._headless else AWAY_MS)
        self.hands.turn()
        if self._answers_at is not None and at >= self._answers_at and not acknowledged:
            self._answers_at = None
            self._say("story", f"{SECOND} reads the message and presses its button.")
            self._press()
        told = {"acknowledged", "back"} <= self._done
        match self._shown.key():
            case "a" if "acknowledged" not in self._done:
                self._acknowledge()
            case "q":
                self._ends_at = at
            case _:
                pass
        if told and self._once("ending"):
            self._end_or_stay(at)
        if not self.hands.is_away and self._house.daemon_ended():
            raise HouseError(f"the daemon ended: {self._house.log_end()}")

    def _end_or_stay(self, at: float) -> None:
        """All has happened: whoever has a page open may go on."""
        if self._headless:
            self._ends_at = at + CLOSING_S
            return
        ends = "until you press q" if self._stays else f"for {self._seconds} s in all"
        self._say("story", f"That was all of it. The museum is yours {ends}: play it, look around.")

    def _press(self) -> None:
        """The button behind the link that came with the call."""
        try:
            status = self._house.press(SECOND)
        except (LookupError, OSError) as error:
            self._say("phone", f"the link does not work: {error}")
        else:
            if status != 200:
                self._say("phone", f"the link answered {status}")

    def _once(self, what: str) -> bool:
        new = what not in self._done
        self._done.add(what)
        return new

    def _trip(self, point: str, words: str) -> None:
        self._say("story", words)
        self.hands.trip(point)

    def _acknowledge(self) -> None:
        """The person at this keyboard takes it, with their PIN."""
        try:
            listed = self._house.ask("incidents").get("incidents", [])
            if not listed:
                self._say("you", "There is nothing to take yet.")
            for incident in listed[:1]:
                reply = self._house.ask_as(
                    GUARD, "acknowledge", number=incident["number"], seen=incident["rev"]
                )
                if not reply.get("ok"):
                    self._say("you", str(reply.get("text")))
        except Mistake:
            self._say("you", "The daemon is not back yet: press a again.")

    # --- what is heard ---------------------------------------------------------------------

    def _hear(self) -> None:
        try:
            notice = self._house.notices.get(timeout=TURN_S)
        except queue.Empty:
            return
        self._take(notice)
        while not self._house.notices.empty():
            self._take(self._house.notices.get())

    def _take(self, notice: Notice) -> None:
        match notice:
            case Notice("entry", body):
                self._entry(decode(msgspec.json.encode(body)).entry)
            case Notice("phone", {"event": "call", "person": person, "channel": channel}):
                self._say("phone", f"{channel} to {person} arrives: it rings, nobody has answered.")
                self.hands.rang(notice.body)
                if person == SECOND and self._answers_at is None:
                    thinks_s = THINKS_S if self._headless else LEAVES_TIME_S
                    self._answers_at = self._at() + thinks_s
            case Notice("page", _) if self._once("page"):
                self._say("console", "the link is open in a browser: you are signed on.")
            case Notice("up", _) if self._second_life:
                self._done.add("back")
                self._say("daemon", "watching again; the chain goes on where it stood.")
            case _:
                pass

    def _entry(self, entry: ev.Entry) -> None:
        for event in entry.events:
            words = in_words(event, entry)
            if words and self._began_ms is not None:
                self._say("daemon", words)
            match event:
                case ev.PictureKept():
                    self._done.add("pictured")
                case ev.IncidentOpened() if event.first_out.startswith(f"{CAMERA}.picture"):
                    self._done.add("found out")
                case ev.EpochOpened() if entry.epoch > 1:
                    self._second_life = True
                    self._done.add("back")
                case ev.CallResulted(outcome=Outcome.HANDED_OVER):
                    self._done.add("called")
                case ev.IncidentAcknowledged():
                    self._done.add("acknowledged")
                case ev.StepStarted():
                    self._done.discard("acknowledged")  # it got worse: it has to be taken again
                case ev.CallPlaced() if "killed" in self._done:
                    self._done.add("went on")
                case _:
                    pass

    def _look(self) -> None:
        """What is true now, twice a second at most."""
        if self._at() - self._looked_at >= 0.5:
            self._looked_at = self._at()
            try:
                view = self._house.ask("incidents")
                self._standing = _standing(view)
            except Mistake:
                self._standing = "no daemon: nobody is looking"
        contacts = "   ".join(
            f"{'OPEN' if self.hands.is_active(p) else 'quiet'}: {self._house.site.points[p].name}"
            for p in (DETECTOR, WINDOW)
        )
        hint = "a: take the alarm    q: end"
        self._shown.stand(contacts, self._standing, "" if self._headless else hint)

    # --- the frame of it -------------------------------------------------------------------

    def _wait_until_watching(self) -> None:
        self._house.lock_up()
        self._house.start_daemon()
        url = self._house.start_console()  # while the daemon starts: each waits for the other
        self._house.wait_until_watching(READY_S)
        pin = self._house.pin_of(GUARD)
        self._say("console", f"Open {url}{self._house.link_for(GUARD)}")
        self._say("", f"It signs you on once; later sign on as {GUARD} with the PIN {pin}.")
        self._hear()

    def _wait_for_page(self) -> None:
        """The story is told to somebody who looks: to the page, or to this terminal."""
        if self._headless:
            return
        self._say(
            "story", f"It begins when you open the page; the first alarm {ALARM_S:.0f} s later."
        )
        hint = "open the link to begin, or press any key"
        self._shown.stand("everything is quiet", "nothing is open", hint)
        while "page" not in self._done and not self._shown.key():
            if not self.hands.is_away and self._house.daemon_ended():
                raise HouseError(f"the daemon ended: {self._house.log_end()}")
            self._hear()
            self.hands.turn()

    def _missing(self) -> list[str]:
        wanted = {
            "called": "somebody was called",
            "killed": "the daemon was killed",
            "back": "and came back",
            "acknowledged": "somebody took the alarm",
        }
        if self._headless:
            wanted["pictured"] = "a picture came with the alarm"
            wanted["found out"] = "the covered camera was found out"
            wanted["went on"] = "the chain went on after that"
        return [words for name, words in wanted.items() if name not in self._done]

    def _epilogue(self) -> bool:
        """Stop, verify, and say what was seen."""
        self._hear()
        self._shown.stand("the panels are quiet again", self._standing, "")
        self._house.stop_daemon()
        try:
            with JournalReader(self._house.state) as reader:
                report = verify(reader, decoding=True)
        except StoreError as error:
            self._say("story", f"The journal cannot be read: {error}")
            return False
        whole = "whole" if not report.damaged else f"damaged: {report.first}"
        self._say("journal", f"{report.entries} entries, verified: the chain is {whole}.")
        missing = self._missing()
        if missing and self._headless:
            self._say("story", f"It did not happen as it should: not seen: {', '.join(missing)}.")
            return False
        saw = "not all of the story: you left before its end." if missing else _WHAT_YOU_SAW
        self._say("you saw", saw)
        self._say("next", _WHAT_NEXT)
        return not report.damaged


def _standing(view: dict[str, object]) -> str:
    listed = view.get("incidents")
    if not isinstance(listed, list) or not listed:
        return "nothing is open"
    lines = say_incident.short(listed[0], When.of(view))
    return "\n".join("".join(cell.text for cell in line.cells) for line in lines)


_WHAT_YOU_SAW: Final = (
    "a contact on a panel became an alarm and came with its picture, a second one confirmed it, a "
    "camera that was covered was found out, people were called in order, and a kill -9 in between "
    "lost nothing."
)
_WHAT_NEXT: Final = (
    "guard: docs/guard.md; manager: `monitord simulate config/museum.yaml`; integrator: "
    "`monitord check config/minimal.yaml`; tester: `monitord-panel --count 2`."
)
