"""Every word that the pages say by themselves, in one place, ready for another language.

What an incident says comes from :mod:`monitord.channels.words`, the same on every way to people.
"""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "not_a_centre": "monitord stands beside your certified alarm panel and its receiving centre. "
    "It replaces neither.",
    "linked": "linked",
    "link_lost": "link lost",
    "lost_title": "This screen is not true any more",
    "lost_text": "The link to monitord is lost. What you see was last true at",
    "lost_never": "The link to monitord is lost, and nothing was heard yet.",
    "lost_do": "Until it is back: walk, look, ring. Panels, sirens and calls may still work: "
    "answer your phone.",
    "lost_ring": "Ring",
    "degraded": "What happens now is shown and called, but cannot be written down: tell who looks "
    "after monitord.",
    "take": "I take it",
    "taken": "Taken by",
    "nobody": "Nobody has taken it",
    "calling": "Being called",
    "next": "Next",
    "no_call": "Nobody is being called",
    "more": "more open",
    "since_taken": "since it was taken",
    "sign_on": "Sign on",
    "sign_off": "Sign off",
    "who": "Who are you?",
    "pin": "Your PIN",
    "cancel": "Back",
    "again": "To the first page",
    "link_used": "This link signs on once, and was opened already. Choose your name.",
    "quiet": "Quiet",
    "unconfirmed": "Not confirmed",
    "confirmed": "Confirmed",
    "close": "Close it",
    "cause": "What was the cause?",
    "choose": "Choose one",
    "found_by": "Who found it?",
    "nobody_found": "Nobody",
    "looked": "How was it looked at?",
    "finding": "What was found?",
    "note": "Anything else (kept apart as personal text)",
    "pin_again": "Your PIN, once more",
    "second_code": "Code of your second factor",
    "reported": "What was reported",
    "taken_title": "Taken",
    "story": "What happened",
    "loading": "Reading the record",
    "not_all": "Older lines are in the record: `monitord explain` shows them.",
    "enrol": "Make this screen a station",
    "enrol_how": "On the server: `monitord station enrol NAME`. It shows a code that holds for "
    "ten minutes.",
    "code": "The code",
    "hearing": "Can you hear this screen?",
    "hearing_why": "An alarm that nobody hears is no alarm. Until the beeps are counted this "
    "screen counts as silent, and calls go on to the next person.",
    "play_beeps": "Sound the beeps",
    "how_many": "How many did you hear?",
    "done": "Done",
    "there": "Is anybody there?",
    "there_why": "Without an answer this screen counts as unattended, and calls go on to the "
    "next person.",
    "here": "I am here",
    "failed": "This page failed, and the log of the console says why. Alarms and calls go on.",
    "not_yours": "Your role does not need to know how the house is watched.",
    "pages": "Pages",
    "more_pages": "More",
    "silent": "Silent alarm: do not call that place back",
}

#: One word and one shape each, so that no state is told by colour alone.
PRIORITY: Final[Mapping[int, str]] = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}
CATEGORY: Final[Mapping[str, str]] = {
    "intrusion": "Intrusion",
    "object": "Object",
    "hold-up": "Hold-up",
    "fire": "Fire",
    "tamper": "Tamper",
    "flood": "Water",
    "weather": "Weather",
    "climate": "Climate",
    "power": "Power",
    "early-warning": "Early warning",
    "camera": "Camera",
    "technical": "Technical",
    "procedure": "Procedure",
    "theft": "Theft",
    "damage": "Damage",
    "bomb-call": "Bomb call",
    "medical": "Medical",
}

ROLE: Final[Mapping[str, str]] = {
    "guard": "Guard",
    "duty-manager": "Duty manager",
    "security-manager": "Security manager",
    "director": "Director",
    "integrator": "Integrator",
    "tester": "Tester",
    "auditor": "Auditor",
    "police": "Police",
}

CAUSE: Final[Mapping[str, str]] = {
    "attack": "An attack",
    "false-alarm": "A false alarm: somebody looked",
    "assumed-false": "Assumed false: nobody looked",
    "fault": "A fault of a device",
    "test": "A test",
    "mistake": "A mistake of our own",
    "weather": "Weather",
    "other": "Something else",
}

FINDER: Final[Mapping[str, str]] = {
    "police": "The police",
    "keyholder": "A keyholder",
    "fire-service": "The fire service",
    "neighbour": "A neighbour",
    "visitor": "A visitor",
}

LOOKED: Final[Mapping[str, str]] = {
    "inside": "Somebody looked inside",
    "picture": "Somebody looked at a picture",
    "outside": "Somebody looked from outside only",
    "nobody": "Nobody looked",
}

#: The pages above each page, and those that fold away behind one button.
PAGES: Final[tuple[tuple[str, str], ...]] = (
    ("/", "Alarms"),
    ("/areas", "Areas"),
    ("/floors", "Floors"),
    ("/cameras", "Cameras"),
    ("/points", "Points"),
    ("/devices", "Devices"),
    ("/log", "Log"),
    ("/declare", "Report"),
)
MORE: Final[tuple[tuple[str, str], ...]] = (
    ("/held", "Held back"),
    ("/mode", "Mode"),
    ("/works", "Works"),
    ("/handover", "Handover"),
    ("/relief", "Relief"),
    ("/times", "Answer times"),
)
#: Those of them that tell where the house is watched, and where it is not.
OF_COVERAGE: Final = frozenset(
    {"/floors", "/cameras", "/points", "/devices", "/held", "/mode", "/works", "/handover", "/log"}
)
