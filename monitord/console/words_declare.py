"""The words with which people raise an alarm by hand."""

from collections.abc import Mapping
from typing import Final

from monitord.vocabulary import Category

#: In the order of the page: what costs minutes first. A hold-up has buttons and a PIN of its own.
DECLARE: Final[Mapping[Category, tuple[str, str]]] = {
    Category.FIRE: ("Fire or smoke", "Ring the fire service too"),
    Category.MEDICAL: ("Somebody is hurt or ill", "Ring an ambulance too"),
    Category.INTRUSION: ("Somebody is where nobody should be", "Do not go alone"),
    Category.THEFT: ("Something was taken", "Close the exits"),
    Category.DAMAGE: ("A work is damaged, or in danger", "Touch nothing"),
    Category.FLOOD: ("Water", "Move what is low"),
    Category.EARLY_WARNING: ("A suspicious person or vehicle", "Look, and keep away"),
    Category.BOMB_CALL: ("A bomb call", "Keep the caller talking; write down what is said"),
}

WORDS: Final[Mapping[str, str]] = {
    "page": "Report",
    "title": "What has happened?",
    "where": "Where?",
    "choose": "Choose the place",
    "note": "What you see, in a few words (kept apart as personal text)",
    "tell": "People are called at once. It can be closed afterwards, with its cause.",
    "caller": "The caller",
    "send": "Report the bomb call",
}

#: What is asked of whoever took a bomb call: field and question, in the order of the talk.
CALLER: Final[tuple[tuple[str, str], ...]] = (
    ("said", "The very words"),
    ("where_is_it", "Where is it?"),
    ("when", "When will it go off?"),
    ("looks_like", "What does it look like?"),
    ("why", "Why?"),
    ("who", "Who are you?"),
    ("voice", "Voice: man, woman, child; accent; calm or excited"),
    ("behind", "Sounds behind the voice"),
    ("number", "Number on the display, and the time"),
)
