"""The words of how the house is run: its mode, who works in it, walk tests, sirens and relays."""

from collections.abc import Mapping
from typing import Final

from monitord.vocabulary import Mode

#: What each mode is for, in one line.
MODE: Final[Mapping[Mode, tuple[str, str]]] = {
    Mode.OPEN: ("Open", "visitors are in the house"),
    Mode.CLOSED: ("Closed", "staff only"),
    Mode.NIGHT: ("Night", "nobody but the guards"),
    Mode.LOCKDOWN: ("Lockdown", "nobody in, nobody out, nothing is moved"),
    Mode.HEIGHTENED: ("Heightened", "a threat is known: more eyes, faster calls"),
    Mode.WORKS: ("Works", "builders or fitters are in the house"),
    Mode.EVENT: ("Event", "an evening with guests"),
    Mode.REOPENING: ("Reopening", "after a long closure, until all is proven"),
}

#: A word and a shape each; unknown is like none of the others (law 4).
OUTPUT: Final[Mapping[str, tuple[str, str]]] = {
    "on": ("On", "●"),
    "off": ("Off", "○"),
    "unknown": ("Not known", "?"),
}

WORDS: Final[Mapping[str, str]] = {
    "mode": "Mode",
    "since": "since",
    "by": "by {who}",
    "by_itself": "by itself",
    "until": "until",
    "then": "then {mode}",
    "then_nobody": "then somebody must end it",
    "overstayed": "It was to end {when}: end it, or say until when.",
    "chains": "Call chains of this mode",
    "frozen": "Nothing may be moved in",
    "may_unset": "May unset {place}",
    "nobody": "nobody",
    "unset": "Unset now",
    "change": "Run it in another mode",
    "to": "Run it as: {mode}",
    "weakens": "This guards less",
    "tightens": "This guards more: no PIN is asked of whoever is signed on.",
    "needs_end": "It has to have an end.",
    "no_end": "no end",
    "for": "For how long?",
    "or_until": "Or until (time of the house)",
    "reason": "Why? (stands on the screens while it lasts; no names in it)",
    "works": "Works",
    "grants": "Let in to work",
    "grants_none": "Nobody is let in to hold anything back for their work.",
    "grant": "Let somebody in",
    "grant_why": "They may isolate, inhibit and shelve in these areas, until the end and no "
    "longer. Everything held back under it is then given back.",
    "granted_by": "granted by {who}",
    "whom": "Whom?",
    "where": "Where?",
    "held_under": "Held back under it",
    "not_normal": "Not normal there",
    "all_normal": "Everything there is normal.",
    "end": "End it",
    "end_grant": "End maintenance {number}",
    "ended": "over since",
    "walk_tests": "Walk tests",
    "walk_none": "No area has been walked yet.",
    "walk_start": "Walk an area",
    "walk_why": "Its detectors are recorded and call nobody. Hold-up, fire, tamper and supplies "
    "stay live. 8 hours at most; setting the area ends it.",
    "walk_runs": "being walked",
    "walk_over": "walked",
    "walk_seen": "{seen} of {all} detectors seen",
    "walk_missing": "Not seen",
    "walk_end": "End the walk test",
    "outputs": "Sirens and relays",
    "outputs_none": "No output is declared: monitord switches nothing here.",
    "to_be": "is to be {what}, and its device has not said that it is",
    "left": "{span} more at most",
    "failed": "Its device does not do it: {why}",
    "untimed": "Stays on if the server dies: nothing in the device ends it.",
    "output_off": "Switch it off",
    "output_test": "Test it for 5 s",
    "no_mode": "There is no mode {mode}",
}
