"""The difference of two sites in words: one row per thing that can change (design 5.2, law 11)."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from monitord.core.site import (
    Chain,
    Channel,
    MayUnset,
    Person,
    Site,
)
from monitord.site import difference_rows
from monitord.site.difference import Change, difference
from monitord.vocabulary import Category, Kind, Mode, PoliceType, Priority, Role, SecondFactor
from tests.site.whole import DOOR, SITE

ANNA = {"name": "Anna", "login": "anna", "reach": [{"voice": "+44"}], "verified": "2026-11-01"}
TEXTS = {"person/anna": json.dumps(ANNA)}


def told(new: Site, texts: dict[str, str] | None = None) -> list[Change]:
    return difference(SITE, new, TEXTS, TEXTS if texts is None else texts)


def put(thing: Any, path: tuple[str, ...], value: Any) -> Any:
    """``thing`` with ``value`` at ``path``; None takes a key of a mapping away."""
    key, *rest = path
    if isinstance(thing, dict):
        kept = {k: v for k, v in thing.items() if k != key}
        new = put(thing[key], tuple(rest), value) if rest else value
        return kept if new is None else {**kept, key: new}
    return replace(thing, **{key: put(getattr(thing, key), tuple(rest), value) if rest else value})


LOAN = ("permits", "loan-7")
EAST, HALL = ("devices", "east"), ("areas", "hall")
GB = ("police", "gb-1")
HOURS, P = ("setup", "areas", "hall"), ("points", "east.door")
STEP = (
    replace(SITE.chains["default"].steps[0], call=("anna",)),
    replace(SITE.chains["default"].steps[0], by=("voice",)),
    replace(SITE.chains["default"].steps[0], wait_ms=120_000),
    replace(SITE.chains["default"].steps[0], otherwise=None),
    replace(SITE.chains["default"].steps[0], tries=1),
)

#: Where, the new value, whether that weakens. Both ways where both ways exist.
ROWS: list[tuple[tuple[str, ...], Any, bool]] = [
    (("timezone",), "UTC", True),
    (("setup", "name"), "Home", False),
    (("setup", "address"), "Elsewhere", True),
    (("setup", "country"), "FR", True),
    (("setup", "second_person"), None, True),
    (("second_factor",), (), True),
    (("second_factor",), (SecondFactor.UNSET, SecondFactor.MODE), False),
    (("close_by_two",), (), True),
    (("close_by_two",), (Category.INTRUSION, Category.FIRE), False),
    (("setup", "acknowledge"), {"listen": "0.0.0.0:80"}, True),
    (("setup", "mqtt"), {"host": "a"}, True),
    (("setup", "kinds"), {}, False),
    (("setup", "journal", "keep_ms"), 60_000, True),
    (("setup", "journal", "keep_ms"), 180_000, False),
    ((*HALL, "name"), "Great hall", False),
    ((*HALL, "gate"), "Gate B", True),
    ((*HALL, "set_by"), "east.door", True),
    ((*HALL, "confirm_ms"), 60_000, True),
    ((*HALL, "confirm_ms"), 3_600_000, False),
    (("join_ms",), 60_000, False),
    (("join_ms",), 3_600_000, True),
    (("blackout_ms",), 60_000, True),
    (("pictures_kept_ms",), 3_600_000, True),
    (("pictures_kept_ms",), 31 * 86_400_000, False),
    (("pictures_bytes",), 10**9, True),
    (("pictures_bytes",), 3 * 10**9, False),
    (("path_lost_ms",), 60_000, True),
    (("path_lost_ms",), 1_000, False),
    (("calls_in_flood_ms",), 60_000, True),
    (("calls_in_flood_ms",), 0, False),
    (("channels", "voice", "outside"), True, True),
    (("channels", "voice", "police"), "gb-1", True),
    ((*GB, "number"), "2", True),
    ((*GB, "type"), PoliceType.HOLD_UP, True),
    ((*GB, "areas"), (), True),
    ((*GB, "confirmed"), True, True),
    ((*GB, "warn_at"), 1, False),
    ((*GB, "warn_at"), 3, True),
    ((*GB, "withdrawn_at"), 4, True),
    ((*GB, "instead"), (), True),
    ((*GB, "call_within_ms"), 60_000, False),
    ((*GB, "phone"), "1", False),
    ((*GB, "contact"), "the desk", False),
    (("blackout_ms",), 3_600_000, False),
    ((*HALL, "join_ms"), 60_000, False),
    ((*HALL, "join_ms"), 3_600_000, True),
    ((*HALL, "next_to"), ("yard",), True),
    ((*EAST, "behind"), "switch", True),
    ((*EAST, "cold_start"), "east.cold", True),
    ((*EAST, "hold_off_ms"), 90_000, True),
    ((*EAST, "hold_off_ms"), 0, False),
    ((*EAST, "sector"), "north", True),
    ((*EAST, "camera"), True, False),
    ((*P, "sector"), "north", True),
    ((*P, "role"), "lighting", True),
    (("hold_up_ms",), 3_600_000, True),
    (("hold_up_ms",), 90_000_000, False),
    ((*P, "group"), "door", True),
    ((*P, "releases"), ("east.gate",), False),
    ((*P, "ends_after_ms"), 3_600_000, True),
    ((*P, "outside"), True, True),
    ((*P, "isolated"), "east.omit", False),
    (("attendance", "keyholders"), ("anna",), False),
    (("attendance", "target_ms"), 600_000, False),
    (("attendance", "target_ms"), 7_200_000, True),
    (("attendance", "check_ms"), 60_000, False),
    (("attendance", "check_ms"), 600_000, True),
    (("restore_ms",), 60_000, False),
    (("restore_ms",), 3_600_000, True),
    ((*P, "setup", "verify"), "a look", False),
    ((*HALL, "frozen_in"), (), True),
    ((*HALL, "frozen_in"), (Mode.LOCKDOWN, Mode.NIGHT), False),
    ((*LOAN, "points"), ("east.door", "east.case"), True),
    ((*LOAN, "points"), (), False),
    ((*LOAN, "approver"), "anna", True),
    ((*LOAN, "from_ms"), 500, True),
    ((*LOAN, "from_ms"), 1_500, False),
    ((*LOAN, "until_ms"), 3_000, True),
    ((*LOAN, "until_ms"), 1_500, False),
    ((*LOAN, "why"), "works", False),
    ((*LOAN, "what"), "another", False),
    ((*LOAN, "people"), ("anna", "boris"), True),
    ((*LOAN, "people"), (), False),
    ((*HOURS, "open"), "Mo 06:00-22:00", True),
    ((*HOURS, "open"), None, False),
    ((*HOURS, "late_to_set_ms"), None, True),
    ((*HOURS, "late_to_set_ms"), 90_000, True),
    ((*HOURS, "late_to_set_ms"), 30_000, False),
    ((*HALL, "entry_ms"), 40_000, True),
    ((*HALL, "entry_ms"), 0, False),
    ((*HALL, "exit_ms"), 60_000, True),
    ((*HALL, "abort_ms"), 30_000, True),
    ((*P, "route"), True, True),
    ((*P, "part_off"), True, True),
    ((*HALL, "part_by"), "east.part", True),
    ((*HALL, "user_by"), "east.user", True),
    ((*HALL, "unset_by"), (MayUnset("anna"),), False),
    ((*HALL, "late_to_open_ms"), 60_000, False),
    ((*EAST, "name"), "E", False),
    ((*EAST, "driver"), "other", True),
    ((*EAST, "alarm_after_ms"), 60_000, True),
    ((*EAST, "alarm_after_ms"), 1_000, False),
    ((*EAST, "silence_ms"), 60_000, True),
    ((*EAST, "setup", "address"), "tcp://10.0.0.2", True),
    ((*EAST, "setup", "poll_ms"), 1_000, True),
    ((*EAST, "setup", "poll_ms"), 100, False),
    ((*EAST, "setup", "timeout_ms"), 900, True),
    ((*EAST, "setup", "isolate"), False, True),
    ((*EAST, "setup", "config"), {"unit": 2}, True),
    ((*EAST, "setup", "pictures"), None, True),
    ((*EAST, "setup", "pictures", "every_ms"), 5_000, False),
    ((*EAST, "setup", "pictures", "home"), "street", True),
    ((*EAST, "setup", "pictures", "limits"), {"kept": 0.2}, True),
    ((*EAST, "setup", "outputs"), None, False),
    ((*EAST, "setup", "outputs", "bell"), {"name": "Bell"}, True),
    ((*EAST, "setup", "outputs", "siren", "max_on_ms"), 1_800_000, True),
    ((*EAST, "setup", "outputs", "siren", "max_on_ms"), 60_000, False),
    ((*EAST, "setup", "outputs", "siren", "name"), "Horn", False),
    ((*EAST, "setup", "outputs", "siren", "area"), "other", True),
    ((*EAST, "setup", "outputs", "siren", "kind"), "relay", True),
    ((*EAST, "setup", "outputs", "siren", "on"), ["fire", "intrusion"], True),
    ((*EAST, "setup", "outputs", "siren", "confirmed"), True, True),
    ((*EAST, "setup", "outputs", "siren", "outside"), True, True),
    ((*EAST, "setup", "outputs", "siren", "off"), "closed", True),
    ((*EAST, "setup", "outputs", "siren", "timed"), False, True),
    ((*P, "name"), "Gate", False),
    ((*P, "what"), "Gate", False),
    ((*P, "action"), "Run", False),
    ((*P, "kind"), Kind.MOTION, True),
    ((*P, "area"), "other", True),
    ((*P, "priority"), Priority.LOW, True),
    ((*P, "priority"), Priority.CRITICAL, False),
    ((*P, "latching"), False, True),
    ((*P, "setup", "wiring"), "normally-closed", True),
    ((*P, "setup", "debounce_ms"), 5_000, True),
    ((*P, "setup", "debounce_ms"), 50, False),
    ((*P, "setup", "short_pulse"), "glitch", True),
    ((*P, "setup", "scale"), 2.0, True),
    ((*P, "setup", "unit"), "cm", True),
    ((*P, "setup", "deadband"), 0.5, True),
    ((*P, "setup", "limits"), None, True),
    ((*P, "setup", "limits", "high"), 3.0, True),
    ((*P, "setup", "limits", "high"), 1.5, False),
    ((*P, "setup", "limits", "low"), 0.5, True),
    ((*P, "setup", "limits", "low"), 1.2, False),
    ((*P, "setup", "limits", "valid"), [0, 9], True),
    ((*P, "setup", "limits", "high_high"), 9.0, False),
    ((*P, "setup", "limits", "on_delay_ms"), 60_000, True),
    ((*P, "setup", "limits", "off_delay_ms"), 60_000, False),
    ((*P, "setup", "loop"), {"end": 4700.0, "full": 4095.0}, True),
    ((*P, "setup", "mean_ms"), 60_000, True),
    ((*P, "setup", "stuck_ms"), 7_200_000, True),
    ((*P, "setup", "stuck_ms"), 60_000, False),
    ((*P, "setup", "cameras"), [], True),
    ((*P, "setup", "cameras"), ["cam", "cam-2"], False),
    ((*P, "setup", "presets"), {"cam": "window"}, True),
    ((*P, "setup", "cause"), "x", False),
    ((*P, "setup", "consequence"), "x", False),
    ((*P, "setup", "time_to_respond_ms"), 120_000, True),
    ((*P, "setup", "config"), {"read": "discrete/1"}, True),
    (("people", "anna", "role"), Role.GUARD, True),
    (("people", "anna", "channels"), ("voice",), True),
    (("people", "anna", "panel_users"), ("7",), True),
    (("people", "eve"), Person("eve", Role.DIRECTOR), True),
    (("people", "anna"), None, True),
    (("posts", "control-room"), None, True),
    (("posts", "control-room", "minimum"), 1, True),
    (("posts", "control-room", "minimum"), 3, False),
    (("setup", "posts", "control-room", "rota"), "Mo 08:00-09:00", True),
    (("stations", "desk"), None, True),
    (("stations", "desk", "name"), "Front desk", False),
    (("stations", "desk", "area"), "", True),
    (("stations", "desk", "post"), "", True),
    (("stations", "desk", "hearing_ms"), 90_000, True),
    (("stations", "desk", "hearing_ms"), 30_000, False),
    (("stations", "desk", "idle_ms"), 90_000, True),
    (("stations", "desk", "prompt_ms"), 90_000, True),
    (("channels", "voice"), None, True),
    (("channels", "voice", "driver"), "smtp", True),
    (("channels", "voice", "may_acknowledge"), True, True),
    (("channels", "voice", "setup"), {"url": "https://b.example"}, True),
    (("channels", "sms"), Channel("sms", "webhook"), False),
    (("channels", "sms"), Channel("sms", "webhook", may_acknowledge=True), True),
    (("chains", "default"), None, True),
    (("chains", "fire"), Chain("fire", ()), True),
    (("chains", "default", "decide_ms"), 900_000, True),
    (("chains", "default", "decide_ms"), 60_000, False),
    (("chains", "default", "confirmed_start_at"), 1, True),
    (("chains", "default", "steps"), SITE.chains["default"].steps[:1], True),
    (("chains", "default", "steps"), SITE.chains["default"].steps * 2, False),
    *(
        (("chains", "default", "steps"), (step, SITE.chains["default"].steps[1]), True)
        for step in STEP
    ),
    (P, None, True),
    (EAST, None, True),
    (HALL, None, True),
    (("id",), "other", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "weakens"), ROWS, ids=[".".join(path) for path, _, _ in ROWS]
)
def test_a_change_is_told_and_weighed(path: tuple[str, ...], value: Any, weakens: bool) -> None:
    """Law 11: whatever takes something away from the guard says so."""
    changes = told(put(SITE, path, value))
    assert changes
    assert any(change.weakens for change in changes) is weakens


@pytest.mark.parametrize("key", ["name", "login", "reach"])
def test_what_changes_of_a_person_is_told_without_saying_it(key: str) -> None:
    """Personal text is never journaled."""
    texts = {"person/anna": json.dumps({**ANNA, key: "secret-value"})}
    [change] = told(SITE, texts)
    assert change.weakens
    assert change.words.startswith("person anna: ")
    assert "secret-value" not in change.words


def test_addresses_and_drivers_settings_are_not_told() -> None:
    for path, value in (
        ((*EAST, "setup", "address"), "tcp://user:key@10.0.0.2"),
        ((*P, "setup", "config"), {"read": "user:key"}),
        (("channels", "voice", "setup"), {"url": "https://user:key@b.example"}),
    ):
        assert "key" not in " ".join(change.words for change in told(put(SITE, path, value)))


def test_the_words_say_what_was_and_what_is() -> None:
    site = put(put(SITE, (*P, "setup", "debounce_ms"), 5_000), (*P, "latching"), False)
    assert [change.words for change in told(site)] == [
        "point east.door: latching yes → no",
        "point east.door: debounce 100ms → 5s",
    ]


def test_days_with_other_hours_are_told_one_by_one() -> None:
    """One that shuts weakens nothing; one that is gone may leave more open."""
    shut = {"first": "2026-12-24", "last": "2026-12-24", "open": "off", "why": ""}
    late = {"first": "2026-12-27", "last": "2026-12-28", "open": "20:00-02:00", "why": ""}
    other = put(SITE, (*HOURS, "exceptions"), [shut, late])
    assert told(other) == [
        Change("area hall: the exception on 2026-12-24, open off, is new", weakens=False),
        Change(
            "area hall: the exception from 2026-12-27 until 2026-12-28, open 20:00-02:00, is new",
            weakens=True,
        ),
    ]
    [gone] = difference(put(SITE, (*HOURS, "exceptions"), [shut]), SITE, TEXTS, TEXTS)
    assert gone == Change("area hall: the exception on 2026-12-24, open off, is gone", weakens=True)


def test_a_point_that_was_another_one_is_not_gone() -> None:
    moved = replace(DOOR, id="east.gate", setup={**DOOR.setup, "was": "east.door"})
    site = replace(SITE, points={"east.gate": moved})
    assert told(site) == [Change("point east.door is now east.gate", weakens=False)]


def test_the_same_site_differs_in_nothing() -> None:
    assert told(SITE) == []


def test_every_row_has_its_test() -> None:
    """A row that nobody tries could be wrong both ways."""
    tables = (
        "SITE",
        "AREA",
        "HOURS",
        "DEVICE",
        "OUTPUT",
        "POINT",
        "PERSON",
        "POST",
        "CHANNEL",
        "PERMIT",
        "POLICE",
    )
    rows = [row for table in tables for row in getattr(difference_rows, table)]
    tried = {path[-len(row.path) :] for path, _, _ in ROWS for row in rows}
    assert [row.path for row in rows if row.path not in tried] == []
