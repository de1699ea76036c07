"""Words of pictures: which moment they show, what stands in the place of one, and the wall."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "title": "Pictures",
    "none": "No camera looks at this place",
    "by_hand": "There is no picture. Look there by hand:",
    "awaited": "A picture is on its way",
    "dead": "has not answered since",
    "missed": "gave no picture: {why}",
    "of": "{name}, {moment}",
    "away": "turned to {preset} since {at} for incident {number}; its usual place is not watched",
    "returning": "turned away at {at}, and on its way back to {preset}",
    "lost": "turned away at {at}, and not back: {why}",
    "alt": "Picture of {name}, taken {at}",
    "clock_off": "its own clock was {seconds} s off",
    "smaller": "made smaller: the camera's own file was too large",
    "larger": "Open the picture",
    "gone": "The picture is not there: {why}",
    "footage": "Recording",
    "footage_asked": "{name}: its recording is being asked for the alarm",
    "footage_there": "{name} has recorded it, from {begin} to {end}",
    "footage_missing": "{name} has no footage from {begin} to {end}",
    "footage_unknown": "{name}: whether it has recorded the alarm is not known: {why}",
    "compare": "What it sees now, beside what it usually sees",
}

#: By moment, in the order in which they are laid out.
MOMENT: Final[Mapping[str, str]] = {
    "before": "before the alarm",
    "alarm": "at the alarm",
    "arrived": "turned to where the alarm is",
    "after": "after it",
    "usual": "as it usually looks",
}

#: A camera's clock this far off is said beside its picture.
CLOCK_OFF_MS: Final = 2_000
