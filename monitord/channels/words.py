"""What people are told: the words that are spoken, sent or shown for an incident (C7).

Place and gate come first, because a tired person hears the first words best and help must find
the door; then what was detected and how sure that is, then what to do next. The site's own name
follows the gate: it is the same in every message, and two rooms must differ at once. Pure
functions of the site and the incident. This module must never name a register or an address,
and never says more than the state knows.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

import msgspec

from monitord.core.attendance import PREFIX as SOMEBODY_INSIDE
from monitord.core.blackout import PREFIX as BLACKOUT
from monitord.core.false_calls import PREFIX as POLICE
from monitord.core.handover import PREFIX as HANDOVER
from monitord.core.holds import PREFIX as HOLD
from monitord.core.outputs import PREFIX as OUTPUT
from monitord.core.paths import PREFIX as PATH
from monitord.core.police_calls import PREFIX as POLICE_CALL
from monitord.core.site import Site
from monitord.vocabulary import Category, Condition, Confirmed, Limit, Unproven

_NAME_CHARS_MAX: Final = 120
_CAMERAS_MAX: Final = 2

_ACTION: Final[dict[Category, str]] = {
    Category.FIRE: "Clear the area, call the fire service, keep the gate open for them",
    Category.HOLD_UP: "Do not go in alone: call the police",
    Category.BOMB_CALL: "Clear the area, touch nothing, call the police",
    Category.MEDICAL: "Send first aid, call an ambulance",
    Category.THEFT: "Close the exits, call the police",
    Category.OBJECT: "Look at the object now, do not go alone",
    Category.INTRUSION: "Look at the cameras, then check on site, do not go alone",
    Category.TAMPER: "Look at the detector and its surroundings now, do not go alone",
    Category.FLOOD: "Close the water, move what is low",
    Category.DAMAGE: "Look at the damage and secure the place",
    Category.EARLY_WARNING: "Look at the cameras",
    Category.POWER: "Check the supply and how long the battery lasts",
    Category.CAMERA: "Check the camera, watch the place until it is back",
    Category.TECHNICAL: "Check the device, watch the place until it is back",
    Category.PROCEDURE: "Do what was missed, or say why not",
    Category.WEATHER: "Close windows and hatches, check what stands outside",
    Category.CLIMATE: "Check the climate of the room",
    Category.NONE: "Have a look",
}


#: monitord's own alarms (`monitord.core.own.OWN_SOURCES`), for somebody who runs no servers.
_OWN: Final = {
    "monitord.journal": "The record of alarms is damaged or cannot be written",
    "monitord.disk": "The disk of the record of alarms is nearly full",
    "monitord.reserve": "The disk of the record of alarms is full: only what matters is recorded",
    "monitord.memory": "What cannot be recorded fills the memory: plain readings are passed over",
    "monitord.history": "A part of the record is missing: it could not be stored in time",
    "monitord.replica": "A look at the record failed, or led to something else than is guarded",
    "monitord.evidence": "The store of pictures is full of what must stay: new ones are not kept",
    "monitord.site": "The new site file has errors and was not taken; the one before is guarded",
    "monitord.site-change": "The site file guards less than before, or waits for a second person",
    "monitord.doors": "Links in messages or the command line do not work; calls still go out",
    "monitord.mqtt": "MQTT does not work: what its screens show is old; calls still go out",
    "monitord.calendar": "Opening hours or rotas of the next days are missing: taken as closed",
    "monitord.paths": "Nothing gets out of the house any more: every outward path is lost",
    "monitord.mode": "The mode of the house was to end and was not ended: end it or say until when",
    "monitord.step": "monitord met a fault of its own and went on",
}


#: Whoever threatens somebody there must not learn that help was called.
_SILENT: Final = "Silent alarm: do not call that place back"


#: E3: a caution, and never a reason to stay away.
_WINDY: Final = "Strong wind now: it may be the wind, look all the same"


_PAST: Final = {
    Limit.HIGH_HIGH: "past its second limit",
    Limit.LOW_LOW: "below its second limit",
    Limit.HIGH: "past its limit",
    Limit.LOW: "below its limit",
    Limit.RISE: "rising fast",
    Limit.FALL: "falling fast",
}


#: What somebody should have seen to, by its condition.
_NOT_DONE: Final = {
    Condition.NOT_RESTORED: "Nothing shows that it watches again",
    Condition.FAILED_TO_SET: "It stood open when the time to leave was over, all else is set",
}


#: Of a police reference (``monitord.core.false_calls``): a warning, and its end.
_POLICE: Final = {
    Condition.ACTIVE: "Too many false calls to the police on their reference",
    Condition.FAULT: "The police are called no more after too many false calls on their reference",
}
_POLICE_ACTION: Final = {
    Condition.ACTIVE: "Find out what causes them and mend it",
    Condition.FAULT: "See that somebody of ours can go; tell monitord when the police answer again",
}


#: Of the handover of a post (``monitord.core.handover``).
_HANDOVER: Final = {
    Condition.ACTIVE: "Something was not taken over at the handover of",
    Condition.FAULT: "Nobody has signed for the handover of",
}
_HANDOVER_ACTION: Final = {
    Condition.ACTIVE: "Ring whoever leaves: what was refused stays with them until you decide",
    Condition.FAULT: "Find out who sits there, and have both sign",
}


_CONFIRMED: Final = {
    Confirmed.SOURCES: "Confirmed, more than one detector",
    Confirmed.SEEN: "Confirmed, seen on a picture",
    Confirmed.ON_SCENE: "Confirmed by a person on the spot",
    Confirmed.DECLARED: "Declared by a person",
}


#: Nobody has to confirm what these say.
_SURE: Final = (PATH, SOMEBODY_INSIDE, POLICE, OUTPUT, HANDOVER, HOLD, POLICE_CALL)


#: Of an area and its hours (``monitord.core.schedule``): the place stands before it.
SCHEDULE: Final = {
    Condition.UNSET_EARLY: "Unset outside its hours",
    Condition.UNSET_UNLISTED: "Unset by somebody who is not on its list",
    Condition.UNSET_IN_ALARM: "Unset while its alarm is open, and no arrival plan is agreed",
    Condition.LATE_TO_SET: "Not set, and late: its hours are over",
    Condition.LATE_TO_OPEN: "Not opened, and late: its hours have begun",
}
SCHEDULE_ACTION: Final = {
    Condition.LATE_TO_SET: "See that it is empty, then set it",
    Condition.LATE_TO_OPEN: "Find out who was to open it, and whether they are well",
}


class Situation(msgspec.Struct, frozen=True):
    """What is known of an incident at one revision.

    ``source`` is the point or device id whose alarm came first, empty when a person declared
    the incident. ``further`` counts the alarms that have joined since. ``crossed`` are the limits
    that its value is past now; ``windy``: what shakes may be the wind's doing. ``threatened`` is
    the id of the person who gave the duress PIN, ``left`` how long a supply still lasts.
    ``unproven`` is why a detector is not restored.
    ``unset`` is how its area was unset since, where that is an alarm;
    """

    category: Category
    area: str
    confirmed: bool = False
    how: Confirmed | None = None
    source: str = ""
    condition: Condition = Condition.ACTIVE
    further: int = 0
    test: bool = False
    silent: bool = False
    cancelled_by: str = ""
    crossed: tuple[Limit, ...] = ()
    windy: bool = False
    threatened: str = ""
    unproven: Unproven | None = None
    unset: Condition | None = None
    left: str = ""


def plain(text: str) -> str:
    """``text`` on one line, without anything that steers a terminal, a page or a gateway.

    Control characters, line ends, direction marks and lone surrogates become spaces; runs of
    spaces become one. What joins letters in some scripts (U+200C, U+200D) stays.
    """
    return " ".join("".join(c if _is_plain(c) else " " for c in text).split())


def spoken(site: Site, situation: Situation, others: Sequence[Situation] = ()) -> str:
    """The whole message as sentences: place, gate, site, what, how sure, next action.

    In a flood ``others`` are told of besides, as a count and the first of them, the most urgent.
    """
    sentences = [*_where(site, situation), _called_back(situation)]
    sentences += [_what(site, situation), _cameras(site, situation)]
    sentences += [situation.left, _how_sure(situation)]
    if situation.further:
        sentences.append(_further(situation.further))
    if situation.unset is not None and situation.unset is not situation.condition:
        sentences.append(SCHEDULE[situation.unset])
    if situation.windy:
        sentences.append(_WINDY)
    if situation.silent:
        sentences.append(_SILENT)
    sentences.append(next_action(site, situation))
    if others:
        sentences.append(_besides(site, others))
    text = " ".join(_sentence(part) for part in sentences if part)
    return f"TEST. {text}" if situation.test else text


def _where(site: Site, situation: Situation) -> tuple[str, ...]:
    """Place, gate and site; the site alone where it is about monitord itself."""
    if situation.source in _OWN or situation.source.startswith((PATH, POLICE, HANDOVER, HOLD)):
        return (_site_name(site),)
    if situation.source.startswith(OUTPUT) and not situation.area:
        return (_site_name(site),)
    area = site.areas.get(situation.area)
    place = _name(area.name if area else "") or _name(situation.area) or "Place not known"
    gate = _name(area.gate if area else "") or "Gate not known"
    return place, gate, _site_name(site)


def _called_back(situation: Situation) -> str:
    """Unset with a PIN after the alarm had gone out: whoever was called hears that first."""
    by = plain(situation.cancelled_by)
    return f"Cancelled: {by} unset the area with the PIN" if by else ""


def _is_plain(char: str) -> bool:
    return char in "\u200c\u200d" or not unicodedata.category(char).startswith(("C", "Zl", "Zp"))


def _name(text: str) -> str:
    return plain(text)[:_NAME_CHARS_MAX].rstrip()


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _site_name(site: Site) -> str:
    declared = site.setup.get("name")
    return (_name(declared) if isinstance(declared, str) else "") or site.id


def _what(site: Site, situation: Situation) -> str:
    """What was detected, by the detector's name; never its address."""
    if situation.threatened:
        return f"{situation.threatened} is forced: the duress PIN was given"
    if not situation.source:
        return f"{_title(situation.category)} reported"
    if situation.source in _OWN:
        return _OWN[situation.source]
    if situation.source.startswith(PATH):
        return f"An outward path is lost: {situation.source.removeprefix(PATH)}"
    if situation.source.startswith(OUTPUT):
        return f"It does not switch: {output(site, situation.source)}"
    if situation.source.startswith(POLICE):
        return f"{_POLICE[situation.condition]} {situation.source.removeprefix(POLICE)}"
    if situation.source.startswith(POLICE_CALL):
        number = situation.source.removeprefix(POLICE_CALL)
        return f"Confirmed, and nobody has said that the police know of incident {number}"
    if situation.source.startswith(HANDOVER):
        return f"{_HANDOVER[situation.condition]} {situation.source.removeprefix(HANDOVER)}"
    if situation.source.startswith(HOLD):
        number = situation.source.removeprefix(HOLD)
        return f"The date to look again at what is held of incident {number} is over"
    if situation.source.startswith(BLACKOUT):
        return f"Possible attack: {dark(situation.source)}"
    if situation.source.startswith(SOMEBODY_INSIDE):
        return missing(situation.source)
    if situation.condition in SCHEDULE:
        return SCHEDULE[situation.condition]
    device = site.devices.get(situation.source)
    if device is not None:
        return f"No answer: {_name(device.name) or device.id}"
    point = site.points.get(situation.source)
    if point is None:
        return f"{_title(situation.category)} alarm"
    active = situation.condition is Condition.ACTIVE
    what = (_name(point.what) if active else "") or _title(
        point.kind if active else situation.condition
    )
    what = " ".join([what, *_past(situation.crossed)]) if active else what
    name = _name(point.name)
    return f"{what}: {name}" if name else what


def _cameras(site: Site, situation: Situation) -> str:
    """By which cameras the place of the detector is seen, two at the most."""
    point = site.points.get(situation.source)
    named = point.setup.get("cameras", ()) if point else ()
    names = [_name(site.devices[c].name) or c for c in named[:_CAMERAS_MAX] if c in site.devices]
    return f"Camera: {', '.join(names)}" if names else ""


def _past(crossed: tuple[Limit, ...]) -> list[str]:
    """The gravest of the limits that a value has crossed, in words."""
    return [_PAST[limit] for limit in Limit if limit in crossed][:1]


def dark(source: str) -> str:
    """What the alarm of a sector means (``monitord.core.blackout``)."""
    return f"power, light and cameras fail together in {source.removeprefix(BLACKOUT)}"


def output(site: Site, source: str) -> str:
    """The name of the output whose fault this is (``monitord.core.outputs``)."""
    declared = site.outputs.get(source.removeprefix(OUTPUT))
    return source.removeprefix(OUTPUT) if declared is None else _name(declared.name)


def missing(source: str) -> str:
    """Of whom nothing is heard inside (``monitord.core.attendance``): ids, no names."""
    incident, _, person = source.removeprefix(SOMEBODY_INSIDE).partition(".")
    return f"Nothing heard from {person}, who went in for incident {incident}"


def _how_sure(situation: Situation) -> str:
    if situation.threatened:
        return "Do not ring them"
    if not situation.source:
        return "Declared by a person"
    if situation.source in _OWN or situation.source.startswith(_SURE):
        return ""
    if situation.condition in SCHEDULE and not situation.confirmed:
        return ""
    if situation.condition in _NOT_DONE:
        why = f": {situation.unproven}" if situation.unproven else ""
        return _NOT_DONE[situation.condition] + why
    if situation.confirmed:
        return _CONFIRMED[situation.how or Confirmed.SOURCES]
    if situation.source.startswith(BLACKOUT):
        return "Not confirmed"
    return "Not confirmed, one detector so far"


def _further(count: int) -> str:
    return "One more alarm since" if count == 1 else f"{count} more alarms since"


def _besides(site: Site, others: Sequence[Situation]) -> str:
    """Each has a number of its own: whoever takes this one has not taken them."""
    *where, _ = _where(site, others[0])
    worst = ", ".join([*where, _what(site, others[0])])
    if len(others) == 1:
        return f"Also open, 1 more: {worst}"
    return f"Also open, {len(others)} more, the worst: {worst}"


def next_action(site: Site, situation: Situation) -> str:
    """What to do first, as the message says it."""
    if situation.source.startswith(SOMEBODY_INSIDE):
        return "Call them; no answer: send help, nobody goes in alone"
    if situation.source.startswith(POLICE):
        return _POLICE_ACTION[situation.condition]
    if situation.source.startswith(POLICE_CALL):
        return "Find out whether the police are called; say so on its page, or call them"
    if situation.source.startswith(HANDOVER):
        return _HANDOVER_ACTION[situation.condition]
    if situation.source.startswith(HOLD):
        return "Decide whether its pictures are needed still: renew the hold, or release it"
    if situation.condition in SCHEDULE_ACTION:
        return SCHEDULE_ACTION[situation.condition]
    point = site.points.get(situation.source)
    own = _name(point.action) if point and point.category is situation.category else ""
    return own or _ACTION[situation.category]


def _title(word: str) -> str:
    return word.replace("-", " ").capitalize()
