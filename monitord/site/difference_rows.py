"""What a changed value of the site means: one row for each value that can change.

A row says where the value stands, how people call it, and when a change of it *weakens* the
guard. Data only: :mod:`monitord.site.difference` walks two sites along these rows. Where a change
can go either way and only a person could tell which, it counts as weakening.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

#: Whether going from the first value to the second weakens.
Weakens = Callable[[Any, Any], bool]


class Row(NamedTuple):
    """``path`` is an attribute and, behind it, keys of its mapping. ``shown``: say the values."""

    path: tuple[str, ...]
    words: str
    weakens: Weakens
    shown: bool = True


def larger(old: Any, new: Any) -> bool:
    """More of it weakens: longer, later, slower. None is none at all."""
    return float(new or 0) > float(old or 0)


def smaller(old: Any, new: Any) -> bool:
    """Less of it weakens."""
    return float(new or 0) < float(old or 0)


def always(old: Any, new: Any) -> bool:
    """Any change may weaken."""
    return True


def never(old: Any, new: Any) -> bool:
    """Words for people: told, and no less is guarded."""
    return False


def fewer(old: Any, new: Any) -> bool:
    """Something that was in the list is in it no longer."""
    return bool(set(old or ()) - set(new or ()))


def wider_list(old: Any, new: Any) -> bool:
    """Somebody may who could not, or everybody: an empty list keeps nobody out."""
    return bool(old) and (not new or bool(set(new) - set(old)))


def gone_or_larger(old: Any, new: Any) -> bool:
    """Left out altogether, or more of it."""
    return old is not None and (new is None or new > old)


def gained(old: Any, new: Any) -> bool:
    """A permission that was not there."""
    return bool(new) and not old


def dropped(old: Any, new: Any) -> bool:
    """A safeguard that was there."""
    return bool(old) and not new


def looser_limits(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """A limit gone or further out. What cannot be compared counts as looser."""
    was, now = old or {}, new or {}
    if "on_delay_ms" in now and "on_delay_ms" not in was:
        return True
    for key, limit in was.items():
        if key not in now:
            if key in ("on_delay_ms", "deadband"):
                continue
            return True
        if key in ("low", "low_low"):
            looser = now[key] < limit
        elif key in ("high", "high_high", "deadband", "on_delay_ms"):
            looser = now[key] > limit
        elif key == "off_delay_ms":
            looser = now[key] < limit
        else:
            looser = now[key] != limit
        if looser:
            return True
    return False


SITE: Final = (
    Row(("timezone",), "time zone", always),
    Row(("setup", "name"), "name", never),
    Row(("setup", "address"), "address", always),
    Row(("setup", "country"), "country, whose holidays count", always),
    Row(("setup", "second_person"), "second person for a weaker site file", dropped),
    Row(("second_factor",), "what takes a second factor", fewer),
    Row(("close_by_two",), "what is closed by two people", fewer),
    Row(("hold_up_ms",), "window in which a second hold-up device confirms", smaller),
    Row(("restore_ms",), "time to show that a detector is live again", larger),
    Row(("join_ms",), "time for which an incident takes further alarms", larger),
    Row(("path_lost_ms",), "time after which an outward path is lost", larger),
    Row(("calls_in_flood_ms",), "time for which a flood holds further calls", larger),
    Row(("blackout_ms",), "window in which what goes dark is one blackout", smaller),
    Row(("pictures_kept_ms",), "time for which pictures are kept", smaller),
    Row(("pictures_bytes",), "room for pictures", smaller),
    Row(("attendance", "keyholders"), "who comes to an alarm", fewer),
    Row(("attendance", "target_ms"), "time in which they arrive", larger),
    Row(("attendance", "check_ms"), "time between check calls inside", larger),
    Row(("setup", "journal", "keep_ms"), "time for which the journal is kept", smaller),
)

AREA: Final = (
    Row(("name",), "name", never),
    Row(("gate",), "gate, where help is sent", always),
    Row(("set_by",), "what sets it", always),
    Row(("part_by",), "what sets it in part", always),
    Row(("confirm_ms",), "window in which a second detector confirms", smaller),
    Row(("join_ms",), "time for which an incident takes further alarms", larger),
    Row(("next_to",), "areas next to it, whose alarms join", always),
    Row(("frozen_in",), "modes in which no object may be moved", fewer),
    Row(("entry_ms",), "entry time", larger),
    Row(("exit_ms",), "exit time", larger),
    Row(("user_by",), "what names the user who sets it", always),
    Row(("unset_by",), "who may unset it", wider_list),
    Row(("late_to_open_ms",), "time before it is late to open", gone_or_larger),
    Row(("abort_ms",), "time in which an entry that is unset late calls nobody outside", larger),
)

#: Of ``Site.setup["areas"]``.
HOURS: Final = (
    Row(("open",), "hours in which it may be unset", lambda _, new: bool(new)),
    Row(("late_to_set_ms",), "time before it is late to set", gone_or_larger),
)

DEVICE: Final = (
    Row(("name",), "name", never),
    Row(("driver",), "driver", always),
    Row(("alarm_after_ms",), "silence before the alarm", larger),
    Row(("silence_ms",), "how long it may say nothing", larger),
    Row(("cold_start",), "signal after which its detectors settle", lambda _, new: bool(new)),
    Row(("hold_off_ms",), "time for its detectors to settle", larger),
    Row(("behind",), "what it stands behind", lambda _, new: bool(new)),
    Row(("sector",), "sector", always),
    Row(("camera",), "camera whose loss is a sign of a blackout", dropped),
    Row(("setup", "address"), "address", always, shown=False),
    Row(("setup", "poll_ms"), "poll", larger),
    Row(("setup", "timeout_ms"), "timeout", larger),
    Row(("setup", "isolate"), "process of its own", lambda _, new: new is False),
    Row(("setup", "config"), "how its driver speaks to it", always, shown=False),
    Row(("setup", "pictures", "every_ms"), "time between pictures", gone_or_larger),
    Row(("setup", "pictures", "home"), "preset where it always looks", always),
    Row(("setup", "pictures", "limits"), "what a picture of it must be", always),
)

OUTPUT: Final = (
    Row(("name",), "name", never),
    Row(("area",), "area", always),
    Row(("kind",), "kind", always),
    Row(("on",), "what switches it on", always),
    Row(("confirmed",), "whether it waits for confirmation", always),
    Row(("outside",), "whether it is heard outside", always),
    Row(("off",), "what ends it", always),
    Row(("timed",), "time of its own in the device", dropped),
    Row(("max_on_ms",), "longest time on", lambda old, new: new is None or (old or new) < new),
)

POINT: Final = (
    Row(("name",), "name", never),
    Row(("what",), "what it is called in a message", never),
    Row(("action",), "what to do", never),
    Row(("kind",), "kind", always),
    Row(("area",), "area", always),
    Row(("priority",), "priority (1 is the highest)", larger),
    Row(("latching",), "latching", dropped),
    Row(("group",), "group of those that do not confirm each other", lambda _, new: bool(new)),
    Row(("sector",), "sector", always),
    Row(("role",), "what it tells of its sector", always),
    Row(("releases",), "doors that are guarded while it is active", fewer),
    Row(("ends_after_ms",), "time after which a disablement is an alarm", larger),
    Row(("outside",), "outside the premises, confirms nothing", gained),
    Row(("part_off",), "off while its area is part set", gained),
    Row(("route",), "on the way in, where people have time", gained),
    Row(("isolated",), "signal with which its panel leaves it out", lambda old, _: bool(old)),
    Row(("setup", "wiring"), "wiring", always),
    Row(("setup", "debounce_ms"), "debounce", larger),
    Row(("setup", "short_pulse"), "pulse that only a counter saw", gained),
    Row(("setup", "scale"), "scale", always),
    Row(("setup", "unit"), "unit", always),
    Row(("setup", "deadband"), "deadband", larger),
    Row(("setup", "loop"), "resistors of its loop", always, shown=False),
    Row(("setup", "mean_ms"), "time over which it is averaged", always),
    Row(("setup", "stuck_ms"), "time after which the same value is a fault", gone_or_larger),
    Row(("setup", "limits"), "limits", looser_limits, shown=False),
    Row(("setup", "config"), "where its device is read", always, shown=False),
    Row(("setup", "cameras"), "cameras", fewer),
    Row(("setup", "presets"), "presets of its cameras", always),
    Row(("setup", "cause"), "cause", never),
    Row(("setup", "consequence"), "consequence", never),
    Row(("setup", "verify"), "how to make sure", never),
    Row(("setup", "time_to_respond_ms"), "time to respond", gone_or_larger),
)

PERSON: Final = (
    Row(("role",), "role", always),
    Row(("channels",), "ways to be reached", always),
    Row(("panel_users",), "users of panels", always),
)

#: Of a person's text; never shown, it is personal.
PERSON_TEXT: Final = (
    Row(("name",), "name", always, shown=False),
    Row(("login",), "login", always, shown=False),
    Row(("reach",), "numbers or addresses", always, shown=False),
    Row(("verified",), "date on which the numbers were tried", never, shown=False),
)

POST: Final = (Row(("minimum",), "how many must man it", smaller),)

STATION: Final = (
    Row(("name",), "name", never),
    Row(("area",), "area where it stands", always),
    Row(("post",), "post that sits there", always),
    Row(("hearing_ms",), "time for which a proof of hearing holds", larger),
    Row(("idle_ms",), "time after which it asks whether somebody is there", larger),
    Row(("prompt_ms",), "time to answer that", larger),
)

CHANNEL: Final = (
    Row(("driver",), "driver", always),
    Row(("outside",), "whether it is an outward path", always),
    Row(("police",), "on which reference the police answer it", always),
    Row(("may_acknowledge",), "whether its answer acknowledges", gained),
    Row(("setup",), "how it sends", always, shown=False),
)

PERMIT: Final = (
    Row(("points",), "what it holds back", lambda old, new: fewer(new, old)),
    Row(("approver",), "who approved it", always),
    Row(("from_ms",), "beginning", smaller, shown=False),
    Row(("until_ms",), "end", larger, shown=False),
    Row(("why",), "why", never),
    Row(("what",), "what it is for", never),
    Row(("people",), "who may", lambda old, new: fewer(new, old)),
)

POLICE: Final = (
    Row(("number",), "number", always),
    Row(("type",), "type", always),
    Row(("areas",), "areas", always),
    Row(("confirmed",), "for confirmed alarms alone", gained),
    Row(("warn_at",), "false calls that warn", larger),
    Row(("withdrawn_at",), "false calls that end it", always),
    Row(("instead",), "who is called in place of the police", fewer),
    Row(("call_within_ms",), "time in which the police are to know", gone_or_larger),
    Row(("phone",), "number of the police", never),
    Row(("contact",), "contact at the police", never),
)

CHAIN: Final = (
    Row(("decide_ms",), "time to decide before calls go on", larger),
    Row(("confirmed_start_at",), "step at which a confirmed alarm starts", always),
)

STEP: Final = (
    Row(("call",), "who is called", fewer),
    Row(("by",), "how they are called", fewer),
    Row(("otherwise",), "other way when that fails", lambda old, _: old is not None),
    Row(("tries",), "tries", smaller),
    Row(("wait_ms",), "wait", larger),
)
