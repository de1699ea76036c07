"""Whether a camera still sees its place: one checker per camera, one picture at a time.

It learns what the place looks like (per preset, in several lights), compares each picture with
that, and raises a finding only when it has persisted: people pass, lights go on, rain falls. What
it learned is not moved by what covers the lens slowly, for a reference is a picture of then and
stays it. Pure: time is handed in, and only moves forward.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from monitord.pictures import measuring as m
from monitord.pictures.decoding import Grey
from monitord.pictures.references import Place, Reference
from monitord.pictures.stillness import LIGHT_STEP, Stillness


class Finding(StrEnum):
    """What is wrong with a picture."""

    FROZEN = "frozen"
    BLACK = "black"
    WHITE = "white"
    NO_SIGNAL = "no-signal"
    COVERED = "covered"
    TURNED = "turned"
    DEFOCUSED = "defocused"
    NOISE = "noise"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of one camera; the defaults hold for fixed cameras of rooms and facades.

    Shares are of 1. ``kept``: less of the place's structure than this is covered or turned.
    ``sharp``: less than this of its usual sharpness is out of focus. ``dark`` and ``bright`` are
    grey values of 255, ``shift`` points of 640. ``looks`` in a row and ``persist_ms`` raise a
    finding, ``sudden_looks`` one that no passer-by can cause; ``clear_looks`` end it. ``frozen``
    off is for a camera whose live picture does not change at all.
    """

    kept: float = 0.45
    sharp: float = 0.7
    dark: float = 16.0
    bright: float = 238.0
    shift: float = 24.0
    noise: float = 4.0
    looks: int = 3
    sudden_looks: int = 2
    persist_ms: int = 15_000
    clear_looks: int = 2
    frozen: bool = True


def settings_of(limits: Mapping[str, float | bool]) -> Settings:
    """The defaults, but for these. Raises ``ValueError`` for one that is none."""
    return msgspec.convert(dict(limits), Settings)


class Report(msgspec.Struct, frozen=True):
    """A finding that begins or ends, with what was measured and the words for a guard."""

    finding: Finding
    raised: bool
    words: str
    measures: Mapping[str, float]


#: Noise that hides the place, in grey values.
NOISE_BAD: Final = 8.0
#: A picture without any spread shows nothing.
SPREAD_MIN: Final = 6.0
#: Drawn by a machine: flat tiles, and all the same something on it.
FLAT: Final = 0.85
CARD_SPREAD: Final = 12.0
CARD_KEPT: Final = 0.1
#: So much brighter or darker is another light; it is learned when it has lasted for so many looks.
LIT_BRIGHTER: Final = 12.0
LIT_LOOKS: Final = 6
#: How sure it is that the edges of the place are where they were, or that they moved by a shift.
IN_PLACE: Final = 0.5
CERTAIN: Final = 0.05
#: Out of focus so far that structure goes, too.
BLURRED: Final = 0.4
BLURRED_KEPT: Final = 0.3
#: Less contrast than this beside the brightness: a veil, whatever light is behind it.
VEILED: Final = 0.2
#: With half of the structure gone as well, half of the contrast is too little.
HALF_VEILED: Final = 0.45
HALF_KEPT: Final = 0.6
#: Where parts of a place repeat, some seem kept although the camera looks elsewhere.
STAYED: Final = 0.85
TEXTURED: Final = 0.4
#: A part that is covered is not sharp either: that is no lens out of focus.
WHOLE_KEPT: Final = 0.65
ELSEWHERE_KEPT: Final = 0.2

#: Of so many looks on which something stood out, the most frequent finding is told.
STREAK_MAX: Final = 8

_SUDDEN: Final = frozenset({Finding.BLACK, Finding.WHITE, Finding.NO_SIGNAL})


class Checker:
    """Hand it each picture of one camera, in order. ``places`` is what an earlier one learned."""

    def __init__(
        self, settings: Settings | None = None, places: Mapping[str, Place] | None = None
    ) -> None:
        self._settings = settings or Settings()
        self.places: dict[str, Place] = dict(places or {})
        # A cloth in the wind covers, blurs and turns by turns: the place is not seen all the while.
        self._unseen = _Watch(frozenset(Finding) - {Finding.FROZEN}, self._settings)
        self._frozen = _Watch(frozenset({Finding.FROZEN}), self._settings)
        self._before: Grey | None = None
        self._stillness = Stillness()
        self._changes: deque[float] = deque(maxlen=2)
        self._lit = 0
        self._light: Reference | None = None
        self.preset = ""

    @property
    def settled(self) -> bool:
        """Whether nothing stands out that has not lasted long enough to be a finding."""
        return self._unseen.settled and self._frozen.settled

    @property
    def open(self) -> Mapping[Finding, str]:
        """What is wrong now, with its words."""
        return {**self._unseen.open, **self._frozen.open}

    def look(self, grey: Grey, at_ms: int, preset: str = "") -> Sequence[Report]:
        """What begins or ends with this picture, the gravest first."""
        if preset != self.preset:
            self.preset, self._before, self._lit = preset, None, 0
            self._stillness = Stillness()
            self._changes.clear()
        seen = m.look(grey)
        moved = None if self._before is None else m.change(self._before, grey)
        self._before = grey
        measures: dict[str, float] = {"mean": seen.mean, "std": seen.std, "flat": seen.flat}
        if moved is not None:
            # One great change is something that came or went; noise is there every time.
            self._changes.append(moved.noise)
            known = len(self._changes) == self._changes.maxlen
            measures |= {"still": moved.still, "noise": min(self._changes) if known else 0.0}
        now = self._of_itself(seen) or self._beside_the_place(seen, moved, measures)
        rounded = {name: round(value, 3) for name, value in measures.items()}
        return [
            *self._unseen.told(now, at_ms, rounded),
            *self._frozen.told(now, at_ms, rounded),
        ]

    # --- one picture ---------------------------------------------------------------------------

    def _of_itself(self, seen: m.Look) -> Finding | None:
        """What can be said without knowing the place."""
        limits = self._settings
        if seen.mean < limits.dark and seen.std < 2 * SPREAD_MIN:
            return Finding.BLACK
        if seen.mean > limits.bright and seen.std < 5 * SPREAD_MIN:
            return Finding.WHITE
        card = seen.flat > FLAT and seen.std > CARD_SPREAD
        if card and not self.places.get(self.preset, Place()).references:
            return Finding.NO_SIGNAL
        return Finding.COVERED if seen.std < SPREAD_MIN else None

    def _beside_the_place(
        self, seen: m.Look, moved: m.Change | None, measures: dict[str, float]
    ) -> Finding | None:
        noise = measures.get("noise", 0.0)
        place = self.places.setdefault(self.preset, Place())
        if not place.references:
            # One picture may be of somebody who stands there, and one change is not its noise.
            if len(self._changes) == self._changes.maxlen:
                place.learn(Reference(seen, noise))
            return None
        known, like = self._nearest(place, seen)
        clear = m.definition(known.look, known.noise, seen, noise)
        shift = max(abs(like.shift[0]), abs(like.shift[1])) if like.certain > CERTAIN else 0.0
        measures |= {
            "kept": like.kept,
            "textured": like.textured,
            "shift": shift,
            "certain": like.certain,
            "sharp": clear.sharp,
            "contrast": clear.contrast,
        }
        if seen.flat > FLAT and seen.std > CARD_SPREAD and like.kept < CARD_KEPT:
            return Finding.NO_SIGNAL
        if clear.contrast < VEILED:
            return Finding.COVERED
        if shift >= self._settings.shift and like.kept < STAYED and like.textured > TEXTURED:
            return Finding.TURNED
        if noise > max(NOISE_BAD, self._settings.noise * known.noise):
            return Finding.NOISE
        blurred = clear.sharp < self._settings.sharp
        if blurred and self._is_whole(like, clear.sharp):
            return Finding.DEFOCUSED
        # The same edges at the same place in another light.
        lit = abs(like.brighter) > LIT_BRIGHTER and like.certain > IN_PLACE and not blurred
        if (gone := self._is_gone(like, clear, lit)) is not None:
            return gone
        if moved is not None and self._settings.frozen:
            like_ever = like.kept > STAYED and abs(like.brighter) < LIGHT_STEP
            if self._stillness.is_frozen(seen.mean, moved, known if like_ever else None):
                return Finding.FROZEN
        self._lit = self._lit + 1 if lit else 0
        if self._lit >= LIT_LOOKS:  # learned, once it has lasted
            place.learn(Reference(seen, noise))
        return None

    def _is_gone(self, like: m.Likeness, clear: m.Definition, lit: bool) -> Finding | None:
        """Whether too much of the place is not where it was."""
        if clear.contrast < HALF_VEILED and like.kept < HALF_KEPT:
            return Finding.COVERED
        if lit or like.kept >= self._settings.kept:
            return None
        elsewhere = like.kept < ELSEWHERE_KEPT and like.certain < IN_PLACE
        return Finding.TURNED if elsewhere and like.textured > TEXTURED else Finding.COVERED

    def _is_whole(self, like: m.Likeness, sharp: float) -> bool:
        """Whether all of the place is there, if blurred: what covers a part blurs its rim."""
        in_place = like.certain > IN_PLACE and like.kept >= self._settings.kept
        if like.kept > WHOLE_KEPT or in_place:
            return True
        return sharp < BLURRED and like.kept > BLURRED_KEPT

    def _nearest(self, place: Place, seen: m.Look) -> tuple[Reference, m.Likeness]:
        """The reference of the light of now; where none shows the place, the one most like it."""
        found: list[tuple[Reference, m.Likeness]] = []
        # Most often it is the light of the last look, and no other has to be compared.
        for one in sorted(place.references, key=lambda one: one is not self._light):
            like = m.likeness(one.look, seen)
            if like.kept > STAYED and abs(like.brighter) < LIGHT_STEP:
                self._light = one
                return one, like
            found.append((one, like))
        there = [pair for pair in found if pair[1].kept >= self._settings.kept]
        if there:
            return min(there, key=lambda pair: abs(pair[1].brighter))
        return max(found, key=lambda pair: pair[1].kept)


class _Watch:
    """Findings over time, of which one stands at most: it begins and ends when that has lasted.

    They are counted together, for they are one fault that looks different from look to look.
    """

    def __init__(self, findings: frozenset[Finding], settings: Settings) -> None:
        self._findings, self._settings = findings, settings
        self.open: dict[Finding, str] = {}
        self._streak: deque[tuple[Finding, Mapping[str, float]]] = deque(maxlen=STREAK_MAX)
        self._since_ms = 0
        self._well = 0

    @property
    def settled(self) -> bool:
        return bool(self.open) or not self._streak

    def told(
        self, now: Finding | None, at_ms: int, measures: Mapping[str, float]
    ) -> Iterator[Report]:
        """What begins or ends with this look."""
        if now not in self._findings:
            yield from self._ends(measures)
            return
        self._well = 0
        if not self._streak:
            self._since_ms = at_ms
        self._streak.append((now, measures))
        if (found := self._begins(at_ms)) is None or found in self.open:
            return
        were = dict(self._streak)
        words = in_words(found, were[found], at_ms - self._since_ms)
        before, self.open = self.open, {found: words}
        yield Report(found, True, words, were[found])
        yield from (Report(finding, False, "", measures) for finding in before)

    def _ends(self, measures: Mapping[str, float]) -> Iterator[Report]:
        self._well += 1
        if self.open and self._well < self._settings.clear_looks:
            return
        yield from (Report(finding, False, "", measures) for finding in self.open)
        self.open = {}
        self._streak.clear()

    def _begins(self, at_ms: int) -> Finding | None:
        """What has lasted by now. What stands gives way to another that came every time since."""
        kinds = [finding for finding, _ in self._streak]
        last, limits = kinds[-1], self._settings
        if last in _SUDDEN and kinds[-limits.sudden_looks :] == [last] * limits.sudden_looks:
            return last
        if last is Finding.FROZEN:  # found by the second of two that are the same
            return last if len(kinds) >= limits.looks - 1 else None
        if self.open:
            return last if kinds[-limits.looks :] == [last] * limits.looks else None
        lasted_ms = at_ms - self._since_ms
        if (
            len(kinds) < limits.looks
            or lasted_ms < limits.persist_ms * (limits.looks - 1) // limits.looks
        ):
            return None
        return max(reversed(kinds), key=kinds.count)


def in_words(finding: Finding, measures: Mapping[str, float], for_ms: int) -> str:
    """What a guard reads, with the numbers that matter."""
    kept = round(100 * measures.get("kept", 0.0))
    match finding:
        case Finding.FROZEN:
            return f"frozen: nothing has changed for {max(for_ms // 1000, 1)} s, not even its noise"
        case Finding.BLACK:
            return f"black: brightness {measures['mean']:.0f} of 255"
        case Finding.WHITE:
            return f"white, blinded: brightness {measures['mean']:.0f} of 255"
        case Finding.NO_SIGNAL:
            return "no signal: a drawn card in place of a picture"
        case Finding.COVERED:
            contrast = measures.get("contrast", 1.0)
            veil = f", with {100 * contrast:.0f} % of its contrast" if contrast < VEILED else ""
            return f"covered: {kept} % of the place is still seen{veil}"
        case Finding.TURNED:
            moved = measures.get("shift", 0.0)
            by = f"moved by {moved / 6.4:.0f} % of its width" if moved else "it shows another view"
            return f"turned: {by}, {kept} % of the place is where it was"
        case Finding.DEFOCUSED:
            return f"out of focus: {100 * measures.get('sharp', 0.0):.0f} % of its usual sharpness"
        case Finding.NOISE:
            return f"noise: {measures.get('noise', 0.0):.0f} grey values, it hides the place"
