"""Whether a camera still sees its place: one checker per camera, one picture at a time.

It learns what the place looks like (per preset, in several lights), compares each picture with
that, and raises a finding only when it has persisted: people pass, lights go on, rain falls. What
it learned is not moved by what covers the lens slowly, for a reference is a picture of then and
stays it. Pure: time is handed in, and only moves forward.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from monitord.pictures import measuring as m
from monitord.pictures.decoding import Grey
from monitord.pictures.references import Place, Reference


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


class Settings(msgspec.Struct, frozen=True):
    """Thresholds of one camera; the defaults hold for fixed cameras of rooms and facades.

    Shares are of 1. ``kept``: less of the place's structure than this is covered or turned.
    ``sharp``: less than this of its usual sharpness is out of focus. ``dark`` and ``bright`` are
    grey values of 255, ``shift`` points of 640. ``looks`` in a row and ``persist_ms`` raise a
    finding, ``sudden_looks`` one that no passer-by can cause; ``clear_looks`` end it. ``frozen``
    off is for a camera whose live picture does not change at all.
    """

    kept: float = 0.45
    sharp: float = 0.6
    dark: float = 16.0
    bright: float = 238.0
    shift: float = 24.0
    noise: float = 4.0
    looks: int = 3
    sudden_looks: int = 2
    persist_ms: int = 15_000
    clear_looks: int = 2
    frozen: bool = True


class Report(msgspec.Struct, frozen=True):
    """A finding that begins or ends, with what was measured and the words for a guard."""

    finding: Finding
    raised: bool
    words: str
    measures: Mapping[str, float]


#: Tiles that do not change at all: more than this, and no sensor was asked.
STILL: Final = 0.92
STILL_MAX: Final = 0.985
#: A frozen picture that is compressed anew each time changes a little: less than this share of the
#: camera's usual noise, by the middle one of so many looks.
STILL_NOISE: Final = 0.6
REENCODED_LOOKS: Final = 3
#: The least noise that can be told from none.
NOISE_MIN: Final = 0.4
#: Noise that hides the place, in grey values.
NOISE_BAD: Final = 8.0
#: Looks whose noise is remembered, and how many must be of the same light.
REMEMBERED: Final = 90
SAME_LIGHT: Final = 12
LIGHT_STEP: Final = 8.0
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
#: Below this gain noise is all there is, and sharpness says nothing.
DIM: Final = 0.35
#: Out of focus so far that structure goes, too.
BLURRED: Final = 0.4
BLURRED_KEPT: Final = 0.3
#: Where parts of a place repeat, some seem kept although the camera looks elsewhere.
STAYED: Final = 0.85
TEXTURED: Final = 0.4
#: A part that is covered is not sharp either: that is no lens out of focus.
WHOLE_KEPT: Final = 0.65
ELSEWHERE_KEPT: Final = 0.2

_SUDDEN: Final = frozenset({Finding.BLACK, Finding.WHITE, Finding.NO_SIGNAL})


class Checker:
    """Hand it each picture of one camera, in order. ``places`` is what an earlier one learned."""

    def __init__(
        self, settings: Settings | None = None, places: Mapping[str, Place] | None = None
    ) -> None:
        self._settings = settings or Settings()
        self.places: dict[str, Place] = dict(places or {})
        self.open: dict[Finding, str] = {}
        self._since: dict[Finding, tuple[int, int]] = {}
        self._well: dict[Finding, int] = {}
        self._before: Grey | None = None
        self._calm: deque[tuple[float, float, float]] = deque(maxlen=REMEMBERED)
        self._last: deque[float] = deque(maxlen=REENCODED_LOOKS)
        self._lit = 0
        self.preset = ""

    @property
    def settled(self) -> bool:
        """Whether nothing stands out that has not lasted long enough to be a finding."""
        return all(finding in self.open for finding in self._since)

    def look(self, grey: Grey, at_ms: int, preset: str = "") -> Sequence[Report]:
        """What begins or ends with this picture, the gravest first."""
        if preset != self.preset:
            self.preset, self._before, self._lit = preset, None, 0
            self._calm.clear()
            self._last.clear()
        seen = m.look(grey)
        moved = None if self._before is None else m.change(self._before, grey)
        self._before = grey
        measures: dict[str, float] = {"mean": seen.mean, "std": seen.std, "flat": seen.flat}
        if moved is not None:
            measures |= {"still": moved.still, "noise": moved.noise}
        now = self._of_itself(seen) or self._beside_the_place(seen, moved, measures)
        if now is None and self._settings.frozen and moved is not None:
            now = self._is_frozen(seen, moved, measures.get("kept", 1.0))
        if moved is not None and now is not Finding.FROZEN:
            self._calm.append((seen.mean, moved.noise, moved.still))
        return self._told(now, at_ms, {name: round(value, 3) for name, value in measures.items()})

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
        noise = 0.0 if moved is None else moved.noise
        place = self.places.setdefault(self.preset, Place())
        if not place.references:
            if moved is not None:  # one picture may be of somebody who stands there
                place.learn(Reference(seen, noise))
            return None
        known, like = self._nearest(place, seen)
        shift = max(abs(like.shift[0]), abs(like.shift[1])) if like.certain > CERTAIN else 0.0
        measures |= {
            "kept": like.kept,
            "textured": like.textured,
            "shift": shift,
            "certain": like.certain,
            "sharp": like.sharp,
        }
        if seen.flat > FLAT and seen.std > CARD_SPREAD and like.kept < CARD_KEPT:
            return Finding.NO_SIGNAL
        if shift >= self._settings.shift and like.kept < STAYED and like.textured > TEXTURED:
            return Finding.TURNED
        if noise > max(NOISE_BAD, self._settings.noise * known.noise):
            return Finding.NOISE
        if abs(like.brighter) > LIT_BRIGHTER and like.certain > IN_PLACE:
            # The same edges at the same place in another light: learned once it has lasted.
            self._lit += 1
            if self._lit >= LIT_LOOKS:
                place.learn(Reference(seen, noise))
            return None
        self._lit = 0
        blurred = like.gain > DIM and like.sharp < self._settings.sharp
        if like.kept >= self._settings.kept:
            whole = like.kept > WHOLE_KEPT or like.sharp < BLURRED
            return Finding.DEFOCUSED if blurred and whole else None
        if blurred and like.kept > BLURRED_KEPT and like.sharp < BLURRED:
            return Finding.DEFOCUSED
        elsewhere = like.kept < ELSEWHERE_KEPT and like.certain < IN_PLACE
        return Finding.TURNED if elsewhere and like.textured > TEXTURED else Finding.COVERED

    def _nearest(self, place: Place, seen: m.Look) -> tuple[Reference, m.Likeness]:
        """The reference of the light of now; where none shows the place, the one most like it."""
        found = [(one, m.likeness(one.look, seen)) for one in place.references]
        there = [pair for pair in found if pair[1].kept >= self._settings.kept]
        if there:
            return min(there, key=lambda pair: abs(pair[1].brighter))
        return max(found, key=lambda pair: pair[1].kept)

    def _is_frozen(self, seen: m.Look, moved: m.Change, kept: float) -> Finding | None:
        """Less changes than a live sensor lets be: not even its noise."""
        self._last.append(moved.noise)
        alike = [one for one in self._calm if abs(one[0] - seen.mean) < LIGHT_STEP]
        known = len(alike) >= SAME_LIGHT
        usual = sorted(one[2] for one in alike)[len(alike) // 2] if known else 0.0
        if moved.still >= min(max(STILL, (1 + usual) / 2), STILL_MAX):
            return Finding.FROZEN
        if not known or kept < STAYED or len(self._last) < REENCODED_LOOKS:
            return None
        noise = sorted(one[1] for one in alike)[len(alike) // 5]
        now = sorted(self._last)[len(self._last) // 2]
        return Finding.FROZEN if noise >= NOISE_MIN and now < STILL_NOISE * noise else None

    # --- over time -----------------------------------------------------------------------------

    def _told(
        self, now: Finding | None, at_ms: int, measures: Mapping[str, float]
    ) -> Sequence[Report]:
        reports: list[Report] = []
        for finding in Finding:
            if finding is now:
                self._well.pop(finding, None)
                count, since_ms = self._since.get(finding, (0, at_ms))
                self._since[finding] = count + 1, since_ms
                if finding not in self.open and self._persists(finding, at_ms):
                    words = in_words(finding, measures, at_ms - since_ms)
                    self.open[finding] = words
                    reports.append(Report(finding, True, words, measures))
                continue
            if finding not in self.open:
                self._since.pop(finding, None)
                continue
            self._well[finding] = self._well.get(finding, 0) + 1
            if self._well[finding] >= self._settings.clear_looks:
                del self.open[finding], self._well[finding]
                self._since.pop(finding, None)
                reports.append(Report(finding, False, "", measures))
        return reports

    def _persists(self, finding: Finding, at_ms: int) -> bool:
        count, since_ms = self._since[finding]
        if finding in _SUDDEN:
            return count >= self._settings.sudden_looks
        # A frozen picture is found by the second of two that are the same.
        looks = self._settings.looks - (finding is Finding.FROZEN)
        long_enough = at_ms - since_ms >= self._settings.persist_ms * (looks - 1) // looks
        return count >= looks and (long_enough or finding is Finding.FROZEN)


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
            return f"covered: {kept} % of the place is still seen"
        case Finding.TURNED:
            moved = measures.get("shift", 0.0)
            by = f"moved by {moved / 6.4:.0f} % of its width" if moved else "it shows another view"
            return f"turned: {by}, {kept} % of the place is where it was"
        case Finding.DEFOCUSED:
            return f"out of focus: {100 * measures.get('sharp', 0.0):.0f} % of its usual sharpness"
        case Finding.NOISE:
            return f"noise: {measures.get('noise', 0.0):.0f} grey values, it hides the place"
