"""The words of floor plans."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "title": "Floors",
    "floors": "Floors of the house",
    "drawing": "Plan of {floor}",
    "list": "On this floor",
    "empty": "Nothing is placed on this floor yet: write `at:` in the site file.",
    "unplaced_one": "One point of the site stands on no floor: see Points.",
    "unplaced": "{points} points of the site stand on no floor: see Points.",
    "first": "The first alarm has a ring around it.",
    "none": "No floor plan is in the site file.",
    "no_such": "There is no floor {floor}",
    "lost": "The drawing is not there: {why}",
    "hidden_place": "Hold-up buttons of this place are not drawn on this screen.",
    "pin": "Where it is",
    "gate": "Come in by",
}
