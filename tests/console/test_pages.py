"""The pages over real HTTP: who comes in, what is shown, what is refused."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from monitord.console.guarding import COOKIE
from monitord.console.links import LINKS_MAX, Links
from monitord.console.shown.queue import ranked
from monitord.console.words import CATEGORY, CAUSE, FINDER, LOOKED, PRIORITY, ROLE, WORDS
from monitord.console.words_standing import ATTENTION
from monitord.core import facts as f
from monitord.core.causes import CAUSES, FINDERS
from monitord.runtime.control.server import ControlServer
from monitord.vocabulary import Attention, Category, Looked, PointState, Priority, Proof, Role
from tests.console.conftest import Console
from tests.runtime.control.house import PIN, Client, House


async def test_nobody_sees_anything_before_signing_on(
    house: House, visitor: httpx.AsyncClient
) -> None:
    house.trip()
    for path in ("/", "/incidents/1", "/live"):
        answer = await visitor.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-on"), path
        assert "Gallery" not in answer.text


async def test_a_wrong_pin_is_told_at_the_form_and_signs_nobody_on(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.post("/sign-on", data={"person": "anna", "pin": "111222"})
    assert answer.status_code == 403
    assert "This is not the PIN of anna" in answer.text
    assert COOKIE not in answer.cookies


async def test_too_many_tries_say_how_long_to_wait(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/sign-on", data={"person": "anna", "pin": "000001"})
    assert (answer.status_code, "wait 30 s" in answer.text) == (429, True)


async def test_h3_place_comes_first_then_what_how_sure_and_who_is_called(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.trip()
    words = (await anna.get("/")).text
    order = ["Gallery 1", "Gate B", "Motion: Detector east", "I take it", "Anna Okafor"]
    words = words[words.index("<main") :]
    places = [words.index(f">{word}") for word in order]
    assert places == sorted(places)
    assert "Not confirmed" in words


async def test_acknowledging_sends_what_was_seen_in_the_name_of_who_is_signed_on(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.trip()
    seen = house.engine.state.incidents[1].rev
    answer = await anna.post("/incidents/1/acknowledge", data={"seen": str(seen)})
    assert answer.status_code == 303
    given = [x for x in house.engine.submitted if isinstance(x, f.Acknowledge)]
    assert [(x.by, x.proof, x.seen, x.via) for x in given] == [
        ("anna", Proof.SESSION, seen, "console")
    ]
    assert "Taken by <b>Anna Okafor</b>" in (await anna.get("/")).text


async def test_an_acknowledgement_of_less_than_there_is_by_now_says_why_it_is_refused(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.trip()
    house.trip("west")  # a second detector: confirmed, which is worse than what was seen
    answer = await anna.post("/incidents/1/acknowledge", data={"seen": "1"})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert house.engine.state.incidents[1].owner == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "cross-site"},
    ],
    ids=["another site", "a page without origin", "what the browser marks as from elsewhere"],
)
async def test_a_form_that_another_site_sends_changes_nothing(
    house: House, anna: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    house.trip()
    answer = await anna.post("/incidents/1/acknowledge", data={"seen": "1"}, headers=headers)
    assert answer.status_code == 403
    assert house.engine.state.incidents[1].owner == ""


async def test_script_in_a_name_is_words_and_nothing_else(
    house: House, anna: httpx.AsyncClient
) -> None:
    house.names["anna"] = "<script>alert(1)</script>"
    house.trip()
    words = (await anna.get("/sign-on")).text
    assert "<script>alert" not in words


async def test_every_answer_forbids_scripts_and_frames_from_elsewhere(
    anna: httpx.AsyncClient,
) -> None:
    for path in ("/", "/sign-on", "/nothing-here", "/static/console.css", "/healthz"):
        policy = (await anna.get(path)).headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


async def test_signing_off_ends_the_session_at_the_daemon_too(
    house: House, console: Console, anna: httpx.AsyncClient
) -> None:
    session = anna.cookies[COOKIE]
    assert (await anna.post("/sign-off")).status_code == 303
    anna.cookies.set(COOKIE, session)
    assert (await anna.get("/")).headers["location"] == "/sign-on"
    reply = await console.desk.link.ask("session", session=session)
    assert (reply["ok"], reply["code"]) == (False, "signed-off")


async def test_closing_asks_the_pin_again(house: House, anna: httpx.AsyncClient) -> None:
    """Law 11: a session alone closes nothing."""
    house.trip()
    house.engine.take(f.PointChanged(point="east.pir", state=PointState.NORMAL))
    rev = str(house.engine.state.incidents[1].rev)
    form = {"seen": rev, "cause": "false-alarm", "finding": "a balloon", "pin": "",
            "found_by": "anna", "looked": "inside"}  # fmt: skip
    assert (await anna.post("/incidents/1/close", data=form)).status_code == 403
    assert house.engine.state.incidents[1].closed_ms is None
    answer = await anna.post("/incidents/1/close", data={**form, "pin": PIN})
    assert answer.status_code == 303, answer.text
    assert house.engine.state.incidents[1].closed_ms is not None


async def test_the_newest_of_the_highest_priority_is_first_and_what_is_taken_below(
    house: House,
) -> None:
    house.trip()
    take = house.engine.take
    for category in (Category.THEFT, Category.MEDICAL, Category.FIRE):
        take(f.Declare(by="anna", proof=Proof.PIN, category=category, area="gallery"))
    seen = ranked(house.engine.state)
    assert seen[0].category == "fire"
    ranks = [i.priority for i in seen[1:]]
    assert ranks == sorted(ranks)
    same = [i.number for i in seen[1:] if i.priority == seen[1].priority]
    assert same == sorted(same, reverse=True)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (ROLE, set(Role)),
        (CATEGORY, set(Category) - {Category.NONE}),
        (PRIORITY, set(Priority)),
        (CAUSE, set(CAUSES)),
        (FINDER, set(FINDERS)),
        (LOOKED, set(Looked)),
        (ATTENTION, set(Attention) - {Attention.ATTENDED}),
    ],
)
def test_there_is_a_word_for_everything_that_a_page_may_have_to_say(
    words: Mapping[Any, str], known: set[Any]
) -> None:
    assert set(words) == known


async def test_a_page_that_fails_says_so_and_the_log_says_why(
    anna: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The guard reads what goes on; nothing of the bug, and nothing of what was sent."""

    def fails(*_: object, **__: object) -> str:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("monitord.console.pages.queue.render", fails)
    answer = await anna.get("/")
    assert (answer.status_code, WORDS["failed"] in answer.text) == (500, True)
    assert "a bug" not in answer.text
    assert "ZeroDivisionError" in capsys.readouterr().out


async def test_a_page_keeps_whom_to_ring_for_the_time_without_a_link(
    anna: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    """In the order of the chain, telephones alone, and for nobody who has not signed on."""
    page = (await anna.get("/")).text
    assert page.index("+44 1632 960001") < page.index("+44 1632 960002")
    assert "anna@house.example" not in page
    assert "960001" not in (await visitor.get("/sign-on")).text


async def test_the_list_of_whom_to_ring_is_given_to_who_proves_themselves(
    daemon: ControlServer,
) -> None:
    async with Client(daemon.path) as client:
        assert (await client.ask("ring-list"))["code"] == "forbidden"
        assert (await client.ask("ring-list", session="made up"))["code"] == "signed-off"
        assert (await client.ask("ring-list", station="made up"))["code"] == "not-enrolled"


async def test_a_new_pin_ends_what_was_signed_on_with_the_old_one(
    console: Console, anna: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody knew the old one: whoever that was is out. A duress PIN changes nothing."""
    monkeypatch.setattr("monitord.console.people.SESSION_KEPT_S", -1)
    await console.desk.link.ask("user-add", person="anna", pin="730164", duress=True)
    assert (await anna.get("/")).status_code == 200
    reply = await console.desk.link.ask("user-add", person="anna", pin="264937")
    assert reply["ok"]
    answer = await anna.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-on")


async def test_a_link_of_a_rehearsal_signs_on_once(
    console: Console, visitor: httpx.AsyncClient
) -> None:
    """Whoever opens it first; what nobody gave opens nothing, and a second time neither."""
    reply = await console.desk.link.ask("sign-on", person="anna", pin=PIN, station="")
    console.desk.links.give("a-ticket", reply["session"])
    assert (await visitor.get("/once/another")).status_code == 404
    answer = await visitor.get("/once/a-ticket")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Anna" in (await visitor.get("/areas")).text
    visitor.cookies.clear()
    again = await visitor.get("/once/a-ticket")
    assert again.status_code == 404
    assert "was opened already" in again.text


def test_links_that_nobody_opens_are_bounded() -> None:
    links = Links()
    for number in range(LINKS_MAX + 1):
        links.give(f"ticket-{number}", f"session-{number}")
    assert links.take("ticket-0") == ""
    assert links.take("ticket-1") == "session-1"
    assert links.take("ticket-1") == ""
