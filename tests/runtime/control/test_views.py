"""What the views say: unknown is never normal, and the worst decides the exit code."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from monitord.core import facts as f
from monitord.core.site import Post, Span
from monitord.journal.export import rfc3339
from monitord.runtime.control import queries
from monitord.runtime.control.protocol import Points
from monitord.runtime.control.view_areas import areas
from monitord.runtime.control.view_incidents import incidents
from monitord.runtime.control.view_status import Verdict, status
from monitord.vocabulary import Cause, PointState, Proof, Suppression
from tests.runtime.control.house import Client, House


def verdict(house: House) -> int:
    """The exit code of ``status``."""
    engine = house.engine
    view = status(engine.state, engine.now_ms(), house.desk.frame(), degraded=engine.degraded)
    return int(view["exit_code"])


def test_guarded_alarm_blind(house: House) -> None:
    """0 guarded, 1 alarm open, 2 blind; who cannot see cannot know of alarms."""
    assert verdict(house) == Verdict.GUARDED
    house.trip()
    assert verdict(house) == Verdict.ALARM
    house.engine.take(f.DeviceLost(device="west", cause=Cause.SILENT, silent_ms=700))
    assert verdict(house) == Verdict.BLIND


def test_held_back_is_as_bad_as_blind(house: House) -> None:
    until = house.engine.state.utc_ms(house.engine.at_ms) + 3_600_000
    house.engine.take(
        f.Suppress(by="anna", proof=Proof.PIN, source="east.pir", how=Suppression.SHELVED,
                   until_utc_ms=until, reason="cleaning")
    )  # fmt: skip
    assert verdict(house) == Verdict.BLIND


def test_a_point_nobody_can_read_is_blind_although_its_device_answers(house: House) -> None:
    """Law 4."""
    house.engine.take(f.PointChanged(point="east.pir", state=PointState.UNKNOWN))
    view = status(house.engine.state, house.engine.at_ms, None, degraded=False)
    assert [b["point"] for b in view["blind"]] == ["east.pir"]
    assert view["exit_code"] == Verdict.BLIND


def test_blind_says_who_since_when_and_why(house: House) -> None:
    house.engine.at_ms += 10_000
    house.engine.take(f.DeviceLost(device="west", cause=Cause.REFUSED, silent_ms=700))
    view = status(house.engine.state, house.engine.at_ms, None, degraded=False)
    (blind,) = view["blind"]
    assert blind["device"] == "west"
    assert blind["since"] == "2026-11-18T11:06:49.300Z"
    assert blind["cause_words"] == "nobody listens at its address"
    assert blind["areas"] == ["gallery"]


def test_areas_say_when_they_may_be_unset_and_never_guess(house: House) -> None:
    """Law 4: hours that nobody has worked out are unknown, not open."""
    site = house.engine.state.site
    setup = {
        "areas": {"gallery": {"open": "08:00-19:00"}},
        "posts": {"desk": {"rota": "24/7"}, "door": {"rota": None}},
    }
    site = replace(site, posts={name: Post(name) for name in ("desk", "door")})
    house.engine.take(f.SiteOffered(file_hash="hours", site=replace(site, setup=setup)))

    def hours() -> dict[str, Any]:
        [area] = areas(house.engine.state, house.engine.at_ms)["areas"]
        return {key: area["hours"][key] for key in ("may_be_unset", "until", "next")}

    def posts() -> list[tuple[str, bool | None]]:
        listed = areas(house.engine.state, house.engine.at_ms)["posts"]
        return [(post["post"], post["manned"]) for post in listed]

    assert hours() == {"may_be_unset": "unknown", "until": None, "next": None}
    assert posts() == [("desk", None)]
    now_ms, hour_ms = house.engine.state.utc_ms(house.engine.at_ms), 3_600_000
    spans = (Span(now_ms - hour_ms, now_ms + hour_ms), Span(now_ms + 5 * hour_ms, now_ms + 10**9))
    house.engine.take(
        f.CalendarRead(site_hash="hours", from_ms=now_ms - 2 * hour_ms, until_ms=now_ms + 10**9,
                       areas={"gallery": spans}, posts={"desk": spans})
    )  # fmt: skip
    assert posts() == [("desk", True)]
    assert hours() == {"may_be_unset": "open", "until": rfc3339(now_ms + hour_ms), "next": None}
    house.engine.at_ms += hour_ms
    assert hours() == {
        "may_be_unset": "closed", "until": None, "next": rfc3339(now_ms + 5 * hour_ms),
    }  # fmt: skip
    house.engine.at_ms += 4 * hour_ms
    assert hours() == {"may_be_unset": "open", "until": None, "next": None}
    house.engine.at_ms += 10**9
    assert hours()["may_be_unset"] == "unknown"


def test_the_interval_in_which_nobody_looked_is_told(house: House) -> None:
    """A1: from when to when, device by device."""
    house.engine.at_ms += 10_000
    house.engine.take(f.DeviceLost(device="west", cause=Cause.SILENT, silent_ms=1_000))
    house.engine.at_ms += 30_000
    house.engine.take(f.DeviceReturned(device="west"))
    view = status(house.engine.state, house.engine.at_ms, None, degraded=False)
    (was,) = [b for b in view["was_blind"] if b["device"] == "west"]
    assert (was["from"], was["until"]) == ("2026-11-18T11:06:49.000Z", "2026-11-18T11:07:20.000Z")


def test_late_and_stale_come_from_the_vitals(house: House) -> None:
    view = status(house.engine.state, house.engine.at_ms, house.desk.frame(), degraded=True)
    assert [late["device"] for late in view["late"]] == ["west"]
    assert [stale["device"] for stale in view["stale"]] == ["west"]
    assert view["store"]["degraded"]


async def test_unknown_points_are_counted_as_unknown(house: House, client: Client) -> None:
    house.engine.take(f.DeviceLost(device="west", cause=Cause.SILENT))
    counts = (await client.ask("points"))["counts"]
    assert (counts["normal"], counts["unknown"]) == (1, 1)


async def test_a_long_list_lets_others_have_their_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 12: listing every point of a large site holds up no poll."""
    monkeypatch.setattr(queries, "POINTS_AT_A_TIME", 1)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.get_running_loop().create_task(others())
    reply = await queries.look(house.desk, Points())
    task.cancel()
    await asyncio.wait({task})
    assert [p["id"] for p in reply["points"]] == ["east.pir", "west.pir"]
    assert turns >= 2


def test_an_incident_says_who_is_called_now_and_who_next(house: House) -> None:
    house.trip()
    house.engine.at_ms += 18_000
    (incident,) = incidents(house.engine.state, house.engine.at_ms)["incidents"]
    assert (incident["place"], incident["gate"]) == ("Gallery 1", "Gate B")
    assert [(c["person"], c["outcome"]) for c in incident["calls"]] == [("anna", "about to start")]
    following = incident["next_call"]
    assert (following["people"], following["in_s"], following["step"]) == (["boris"], 42, 2)
    assert incident["active"] == ["east.pir"]


def test_the_end_of_a_chain_is_followed_by_its_start(house: House) -> None:
    house.trip()
    house.engine.at_ms += 60_000
    house.engine.take(f.TimePassed())
    (incident,) = incidents(house.engine.state, house.engine.at_ms)["incidents"]
    assert incident["next_call"]["again_from_the_start"]
    assert incident["next_call"]["people"] == ["anna"]


def test_alarms_since_an_acknowledgement_are_counted(house: House) -> None:
    """Law 10: "+1 since you acknowledged"."""
    house.trip()
    house.engine.take(f.Acknowledge(by="anna", proof=Proof.LINK, incident=1, seen=1))
    before = incidents(house.engine.state, house.engine.at_ms)["incidents"][0]
    house.engine.take(f.PointChanged(point="east.pir", state=PointState.NORMAL))
    house.trip()
    after = incidents(house.engine.state, house.engine.at_ms)["incidents"][0]
    assert (before["since_acknowledged"], after["since_acknowledged"]) == (0, 1)
    assert before["acknowledged"]
    assert before["decide_in_s"] == 300


async def test_what_is_shown_has_been_stored(house: House, client: Client) -> None:
    """Law 1: a question waits for the commit of all that it shows."""
    await client.ask("status")
    assert isinstance(house.engine.submitted[-1], f.WallClockRead)
    assert house.engine.state.seq == len(house.engine.rows)


async def test_every_question_has_an_answer(house: House, client: Client) -> None:
    house.trip()
    for verb in ("status", "site", "points", "devices", "incidents", "snapshot"):
        assert (await client.ask(verb))["ok"]
    assert (await client.ask("incident", number=1))["incident"]["number"] == 1
    assert "open are: 1" in (await client.ask("incident", number=9))["text"]


def test_an_area_names_what_cannot_confirm(house: House) -> None:
    """T2.5: what was active when its window ended."""
    house.engine.state.areas["gallery"].excluded = ["east.pir"]
    [gallery] = [
        area
        for area in areas(house.engine.state, house.engine.now_ms())["areas"]
        if area["area"] == "gallery"
    ]
    assert gallery["cannot_confirm"] == ["east.pir"]
