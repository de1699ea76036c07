"""Areas on the console: what each is, setting and unsetting; unknown is like nothing else."""

import re

import httpx
from hypothesis import given
from hypothesis import strategies as st

from monitord.console.render import render
from monitord.console.viewer import NOBODY
from monitord.console.words_areas import HOURS, STATE, WORDS
from monitord.console.words_points import POINT
from monitord.runtime.control.view_areas import areas
from monitord.vocabulary import PointState, SetState
from tests.core.night import Night
from tests.runtime.control.house import PIN, House


def test_every_state_has_a_word_a_shape_and_no_other_has_the_same() -> None:
    for table, known in ((STATE, SetState), (POINT, PointState)):
        assert set(table) == set(known)
        assert len({word for word, _ in table.values()}) == len(known)
        assert len({shape for _, shape in table.values()}) == len(known)


def drawn(night: Night) -> str:
    view = areas(night.state, night.now_ms)
    return render(
        "_areas.html", areas=view["areas"], site=view["site"], texts=WORDS, states=STATE,
        points=POINT, hours=HOURS, name=str, viewer=NOBODY,
    )  # fmt: skip


@given(st.sampled_from(list(PointState)), st.sampled_from(["east.pir", "west.glass"]))
def test_law_4_a_point_that_is_not_normal_is_shown_as_what_it_is(
    said: PointState, point: str
) -> None:
    """H3: text, shape and class of unknown are those of no other state."""
    night = Night()
    night.says(point, said)
    page = drawn(night)
    shown = re.findall(r'<li class="(\w+)"><span class="state (\w+)"><span class="shape" '
                       r'aria-hidden="true">(.)</span> ([^<]+)</span>', page)  # fmt: skip
    word, shape = POINT[said]
    expected = [] if said is PointState.NORMAL else [(said.value, said.value, shape, word)]
    assert shown == expected


async def test_g1_unsetting_asks_the_pin_and_setting_says_what_speaks_against_it(
    house: House, anna: httpx.AsyncClient
) -> None:
    answer = await anna.post("/areas/gallery/unset", data={"pin": ""})
    assert (answer.status_code, "PIN" in answer.text) == (403, True)
    answer = await anna.post("/areas/gallery/unset", data={"pin": PIN})
    assert answer.status_code == 303, answer.text
    house.trip()
    answer = await anna.post("/areas/gallery/set", data={"how": "whole"})
    assert answer.status_code == 400
    assert "east.pir" in answer.text
    force = {"how": "force", "reason": "a fitter is in there", "pin": PIN}
    assert (await anna.post("/areas/gallery/set", data=force)).status_code == 303
    assert house.engine.state.areas["gallery"].state is SetState.SET
