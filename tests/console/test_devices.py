"""The page of devices: the dead one stands first, says why, and what helps."""

import re

import httpx
import pytest
from msgspec.structs import replace

from monitord.console.seen import Vitals
from monitord.console.shown.devices import LOOKS_AFTER_DEVICES, Row, listing
from monitord.console.shown.finding import asked
from monitord.console.shown.standings import Health
from monitord.console.words_devices import CURE, HEALTH
from monitord.core import facts as f
from monitord.runtime.control.view import View
from monitord.vocabulary import Cause, Role
from tests.console.conftest import Console
from tests.core.night import Night
from tests.core.sites import museum
from tests.runtime.control.house import House

WELL = Vitals("", True, 100, 300, 40, 0, 0)


def test_there_is_a_word_for_each_health_and_something_to_do_for_each_cause() -> None:
    assert (set(HEALTH), set(CURE)) == (set(Health), {None, *Cause})
    assert len({word for word, _ in HEALTH.values()}) == len(Health)
    assert len({shape for _, shape in HEALTH.values()}) == len(Health)


def found(night: Night, vitals: dict[str, Vitals], show: str = "all", role: str = "") -> View:
    return listing(night.state, night.now_ms, vitals, asked(show, "", "", "1"), role)


def row(night: Night, device: str, vitals: Vitals | None = WELL, role: str = "") -> Row:
    of = {} if vitals is None else {device: vitals}
    return next(d for d in found(night, of, role=role)["listed"] if d.id == device)


@pytest.mark.parametrize(
    ("vitals", "health", "answered"),
    [
        (WELL, Health.ONLINE, "just_now"),
        (None, Health.ONLINE, "not_known"),
        (replace(WELL, age_ms=60_000), Health.LATE, ""),
        (replace(WELL, age_ms=None), Health.LATE, "never"),
        (replace(WELL, polls=900, missed=100), Health.LATE, "just_now"),
    ],
    ids=["well", "nobody said when", "too long ago", "not since the start", "polls missed"],
)
def test_a_device_that_answers_says_when_it_did_last(
    vitals: Vitals | None, health: Health, answered: str
) -> None:
    shown = row(Night(), "east", vitals)
    assert (shown.health, shown.answered.word) == (health, answered)
    assert bool(shown.answered.at) is not bool(answered)


def test_one_that_is_silent_stands_first_with_its_cause_and_all_its_points_not_known() -> None:
    """Whatever the last frame said: it may have been the last one."""
    night = Night()
    night.loses("west")
    view = found(night, {"east": WELL, "west": WELL})
    first = view["listed"][0]
    assert (first.id, first.health, first.unknown, first.points) == ("west", Health.OFFLINE, 2, 2)
    assert (first.cause, CURE[first.cause] != "") == (Cause.SILENT, True)
    assert view["amiss"] == 1
    assert [d.id for d in found(night, {"east": WELL}, show="amiss")["listed"]] == ["west"]


def test_after_a_start_a_device_is_not_known_until_it_answers() -> None:
    shown = row(Night(ready=False), "east")
    assert (shown.health, shown.unknown) == (Health.UNKNOWN, shown.points)


def test_what_hangs_on_what_is_said_by_name() -> None:
    site = museum()
    west = replace(site.devices["west"], behind="east")
    night = Night(replace(site, devices={**site.devices, "west": west}))
    assert (row(night, "west").behind, row(night, "east").before) == (["East panel"], 1)


@pytest.mark.parametrize("role", list(Role))
def test_addresses_are_for_those_who_look_after_devices(role: Role) -> None:
    site = museum()
    east = replace(site.devices["east"], setup={"address": "tcp://10.0.0.1:502"})
    night = Night(replace(site, devices={**site.devices, "east": east}))
    assert bool(row(night, "east", role=role).address) is (role in LOOKS_AFTER_DEVICES)


async def test_the_page_says_what_is_wrong_and_what_helps(
    house: House, console: Console, anna: httpx.AsyncClient
) -> None:
    detail = "<i>no</i> answer"
    house.engine.take(f.DeviceLost(device="east", cause=Cause.REFUSED, detail=detail, silent_ms=0))
    await console.desk.replica.reach(house.engine.state.position)
    page = (await anna.get("/devices")).text
    assert re.findall(r'class="item (\w+)" id="d-(\w+)"', page) == [
        ("offline", "east"),
        ("late", "west"),
    ]
    assert CURE[Cause.REFUSED] in page
    assert detail not in page
    now = (await anna.get("/devices/now?show=online")).text
    assert ('id="d-' in now, "<html" in now) == (False, False)
