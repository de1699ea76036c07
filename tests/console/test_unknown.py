"""Law 4 on every page: what is not known looks like nothing else, and is counted with nothing.

Every page is drawn here by its own route. A new one that is neither listed as showing states nor as
showing none fails; so does one on which unknown shares its word, its shape or its class.
"""

import pkgutil
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.handlers import HTTPRouteHandler

from monitord.console import pages
from monitord.console.seen import Vitals
from monitord.console.viewer import Viewer
from monitord.console.words_standing import QUIET
from monitord.core import facts as f
from monitord.runtime.control import view
from monitord.runtime.control.view_status import status
from monitord.runtime.mqtt.topics import Topics
from monitord.vocabulary import Category, DeviceStatus, PointState, SetState, Suppression
from tests.console.floor_sites import with_all_on_a_floor
from tests.console.known_pages import SHOWS_NONE, SHOWS_STATES
from tests.core.night import Night
from tests.core.sites import museum

HANDLERS: Final[dict[str, HTTPRouteHandler]] = {
    path: handler
    for handler in pages.ROUTES
    if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    for path in handler.paths
}
_MARK: Final = re.compile(
    r'<span class="state ([\w-]+)"><span class="shape" aria-hidden="true">(.)</span> ([^<]+)</span>'
)
#: On a floor plan: class, word and shape, as of the others.
_PIN: Final = re.compile(
    r'class="pin ([\w-]+)(?: area)?"[^>]*><title>[^<]*: ([^<:]+)</title>.*?<text[^>]*>(.)</text>'
)
UNKNOWN: Final = "unknown"
SITE: Final = with_all_on_a_floor(museum())

POINTS: Final = sorted(museum().points)
points_say = st.dictionaries(st.sampled_from(POINTS), st.sampled_from(list(PointState)))
devices_are = st.dictionaries(
    st.sampled_from(["east", "west"]), st.sampled_from(["lost", "late", "not heard of"])
)
held = st.sets(st.sampled_from(["east.pir", "east.door", "west"]))


@pytest.fixture(scope="module", autouse=True)
def somebody_looks() -> Iterator[None]:
    """A director, away from every hold-up button."""
    viewer = Viewer("chloe", "Chloe", "director")

    async def viewer_of(*_: object) -> Viewer:
        return viewer

    with pytest.MonkeyPatch.context() as patch:
        for found in pkgutil.iter_modules(pages.__path__):
            module = import_module(f"monitord.console.pages.{found.name}")
            if hasattr(module, "viewer_of"):
                patch.setattr(module, "viewer_of", viewer_of)
        yield


def vitals_of(devices: Mapping[str, str]) -> dict[str, Vitals]:
    ages = {"late": 60_000, "lost": 60_000}
    return {
        name: Vitals(name, True, ages.get(devices.get(name, ""), 100), 300, 40, 0, 0)
        for name in ("east", "west")
        if devices.get(name) != "not heard of"
    }


def draw(path: str, night: Night, devices: Mapping[str, str], **asked: str) -> str:
    """The page as its route answers it."""
    vitals = vitals_of(devices)

    async def look() -> dict[str, Vitals]:
        return vitals

    people = SimpleNamespace(known=[], to_ring=[], name=str)
    replica = SimpleNamespace(
        state=night.state,
        degraded=False,
        now_ms=lambda: night.now_ms,
        whole=lambda seen: status(seen, night.now_ms, None, degraded=False),
    )
    desk = SimpleNamespace(replica=replica, people=people, seen=SimpleNamespace(look=look))
    request = SimpleNamespace(url=SimpleNamespace(path=path))
    answering = HANDLERS[path].fn(request=request, desk=desk, **asked)
    with pytest.raises(StopIteration) as answered:  # nothing of it waits
        answering.send(None)
    content: Any = answered.value.value.content
    return str(content)


def a_night(said: Mapping[str, PointState], devices: Mapping[str, str], held: set[str]) -> Night:
    night = Night(SITE)
    for source in sorted(held):
        night.holds(source, Suppression.OUT_OF_SERVICE)
    for point, state in said.items():
        night.says(point, state)
    for device, how in devices.items():
        if how == "lost":
            night.loses(device)
    return night


def test_every_page_shows_states_or_says_why_not() -> None:
    assert set(HANDLERS) == {*SHOWS_STATES, *SHOWS_NONE}


@given(points_say, devices_are, held, st.booleans())
def test_law_4_unknown_has_a_word_a_shape_and_a_class_of_its_own_on_every_page(
    said: dict[str, PointState], devices: dict[str, str], held: set[str], ready: bool
) -> None:
    """Over all pages at once: nothing that is not unknown looks like it, in any of the three."""
    night = a_night(said, devices, held) if ready else Night(SITE, ready=False)
    drawn = [draw(path, night, devices, **asked) for path, asked in SHOWS_STATES.items()]
    marks = {mark for page in drawn for mark in _MARK.findall(page)}
    pins = [(kind, shape, word) for page in drawn for kind, word, shape in _PIN.findall(page)]
    assert len(pins) == 2 * (len(POINTS) + 2), "a floor is drawn twice: whole, and its part"
    marks.update(pins)
    unknown = [mark for mark in marks if mark[0] == UNKNOWN]
    others = [mark for mark in marks if mark[0] != UNKNOWN]
    for of_it, of_others in zip(
        zip(*unknown, strict=True), zip(*others, strict=True), strict=False
    ):
        assert not set(of_it) & set(of_others)


def unknown_points(night: Night) -> set[str]:
    """Those that nobody can vouch for: unknown themselves, or behind a device that is silent."""
    devices = night.state.devices
    return {
        name
        for name, record in night.state.points.items()
        if record.state is PointState.UNKNOWN
        or devices[night.state.site.points[name].device].status is not DeviceStatus.OK
    }


@given(points_say, devices_are, held)
def test_law_4_no_count_of_normal_has_an_unknown_point_in_it(
    said: dict[str, PointState], devices: dict[str, str], held: set[str]
) -> None:
    """Nor one that is held back, nor one that was not heard of within its limit."""
    night = a_night(said, devices, held)
    page = draw("/points", night, devices, show="all")
    rows = dict(re.findall(r'<li class="item [\w-]+" id="p-([^"]+)">\s*<span class="mark">'
                           r'<span class="state ([\w-]+)">', page))  # fmt: skip
    assert set(rows) == set(POINTS)
    assert {name for name, kind in rows.items() if kind == UNKNOWN} == unknown_points(night)
    expected = {
        name
        for name, record in night.state.points.items()
        if record.state is PointState.NORMAL
        and name not in unknown_points(night)
        and devices.get(name.partition(".")[0]) not in ("late", "lost")
        and not {name, name.partition(".")[0]} & held
        and night.state.site.points[name].category is not Category.NONE
    }
    assert {name for name, kind in rows.items() if kind == "normal"} == expected
    counts = {k: int(n) for k, n in re.findall(r'data-count="([\w-]+)">(\d+)<', page)}
    assert counts.get("normal", 0) == len(expected)
    assert counts.get(UNKNOWN, 0) == len(unknown_points(night))
    assert sum(counts.values()) == len(POINTS)
    areas = re.findall(r"<small>(\d+) of (\d+) normal</small>", page)
    assert sum(int(normal) for normal, _ in areas) == len(expected)


@given(devices_are, st.booleans())
def test_law_4_a_device_that_does_not_answer_is_counted_with_none_that_does(
    devices: dict[str, str], ready: bool
) -> None:
    night = a_night({}, devices, set()) if ready else Night(ready=False)
    page = draw("/devices", night, devices, show="all")
    answers = {
        name
        for name, record in night.state.devices.items()
        if record.status is DeviceStatus.OK and devices.get(name) != "late"
    }
    rows = re.findall(r'<li class="item ([\w-]+)" id="d-(\w+)"', page)
    assert {name for kind, name in rows if kind == "online"} == answers
    counts = {k: int(n) for k, n in re.findall(r'data-count="([\w-]+)">(\d+)<', page)}
    assert (counts.get("online", 0), sum(counts.values())) == (len(answers), 2)


@given(points_say, devices_are)
def test_law_4_the_api_counts_unknown_with_nothing(
    said: dict[str, PointState], devices: dict[str, str]
) -> None:
    night = a_night(said, devices, set())
    state = night.state
    listed = [view.point(state, point) for point in state.site.points.values()]
    told = view.points(state, night.now_ms, listed)
    assert {p["id"] for p in listed if p["state"] == UNKNOWN} == unknown_points(night)
    assert told["counts"][UNKNOWN] == len(unknown_points(night))
    assert told["counts"]["normal"] == sum(p["state"] == "normal" for p in listed)


@given(points_say, devices_are)
def test_law_4_a_message_about_what_is_not_known_says_so_and_carries_no_value(
    said: dict[str, PointState], devices: dict[str, str]
) -> None:
    """What is published of each point and device, and what people are told in words."""
    night = a_night(said, devices, set())
    topics, state = Topics(night.state.site.id), night.state
    told = {
        topic.rpartition("/")[2]: msgspec.json.decode(topics.payload(state, topic))
        for topic in topics.all_states(state)
        if topic.rpartition("/")[0] in topics.states
    }
    unknown = unknown_points(night)
    assert {name for name in POINTS if told[name]["state"] == UNKNOWN} == unknown
    assert not {name for name in unknown if told[name]["value"] is not None}
    for name, device in state.devices.items():
        assert (told[name]["status"] == "ok") is (device.status is DeviceStatus.OK)
        assert bool(told[name]["cause_words"]) is (device.status is not DeviceStatus.OK)
    shown = status(state, night.now_ms, None, degraded=False)
    assert shown["watched"]["points_known"] == len(POINTS) - len(unknown)
    blind = {each.get("device") or each["point"] for each in shown["blind"]}
    assert {name if name in blind else name.partition(".")[0] for name in unknown} <= blind
    assert (shown["verdict"] == "blind") is bool(unknown)


@given(
    st.dictionaries(
        st.sampled_from(POINTS), st.sampled_from([PointState.NORMAL, PointState.UNKNOWN])
    ),
    devices_are,
)
def test_law_4_the_first_page_never_says_that_all_are_read_when_one_is_not(
    said: dict[str, PointState], devices: dict[str, str]
) -> None:
    """Before anything has become an alarm: then the queue stands there."""
    night = a_night(said, devices, set())
    assert not list(night.state.open_incidents())
    page = draw("/", night, devices)
    known = len(POINTS) - len(unknown_points(night))
    words = "some" if known < len(POINTS) else "all"
    assert QUIET[words].format(known=known, points=len(POINTS)) in page
    assert ('class="quiet amiss"' in page) or known == len(POINTS)


def test_law_4_an_area_that_nobody_knows_of_is_not_shown_as_set() -> None:
    page = draw("/areas", Night(ready=False), {})
    gallery = page[page.index("<article") : page.index("</article>")]
    assert [mark[0] for mark in _MARK.findall(gallery)][:1] == [SetState.UNKNOWN]


def test_after_a_start_everything_is_unknown_until_it_was_read() -> None:
    night = Night()
    night.feed(f.Started(epoch=2, version="test", utc_ms=night.state.utc_ms(night.now_ms) + 1_000))
    page = draw("/points", night, {}, show="all")
    assert 'data-count="normal"' not in page
    assert f'data-count="{UNKNOWN}">{len(POINTS)}<' in page
