"""H1 on the socket: what happened by itself and what people wrote, of one span of time."""

import os
import pwd
from collections.abc import Sequence
from typing import Any

import pytest

from monitord.core import facts as f
from monitord.core.facts import TextRef
from monitord.journal.export import rfc3339
from monitord.journal.records import Stored
from monitord.runtime.control import occurrences
from monitord.vocabulary import PointState, Proof
from tests.runtime.control.house import UTC_MS, Client, House, site_with_button

HOUR = 3_600_000
WINDOW = {"since": rfc3339(UTC_MS - HOUR), "until": rfc3339(UTC_MS + HOUR)}


@pytest.fixture
def written(house: House) -> House:
    """Notes can be read again, and this account is anna's."""
    house.logins = {"anna": pwd.getpwuid(os.geteuid()).pw_name}

    async def texts(refs: Sequence[TextRef]) -> list[str]:
        return [house.notes[int(ref.id.rpartition("/")[2]) - 1] for ref in refs]

    object.__setattr__(house.desk, "texts", texts)
    return house


def told(reply: dict[str, Any]) -> list[tuple[str, str]]:
    assert reply["ok"], reply
    return [(line["kind"], line["text"]) for line in reply["lines"]]


async def test_h1_entries_by_hand_stand_among_what_happened_by_itself(
    written: House, client: Client
) -> None:
    written.trip()
    at = rfc3339(UTC_MS - HOUR // 2)
    reply = await client.ask("log-write", kind="visit", note="Ms Weber, key 4", at=at)
    assert (reply["ok"], reply["number"]) == (True, 1)
    await client.ask("log-write", amends=1, note="it was key 5")
    reply = await client.ask("log", **WINDOW)
    assert told(reply)[-4:] == [
        ("alarm", "alarm: intrusion, east.pir active"),
        ("incident", "incident 1 opened: intrusion, east.pir/active"),
        ("visit", "Ms Weber, key 4"),
        ("correction", "it was key 5"),
    ]
    entry, addendum = reply["lines"][-2:]
    assert (entry["occurred"], entry["by"], entry["role"]) == (at, "anna", "duty-manager")
    assert entry["written"] != at
    assert addendum["amends"] == entry["number"] == 1
    assert reply["whole"]


async def test_law_3_the_text_is_in_no_entry_of_the_journal(written: House, client: Client) -> None:
    await client.ask("log-write", kind="visit", note="Ms Weber")
    assert not [row for row in written.engine.rows if b"Weber" in row.payload]


async def test_nothing_ahead_and_no_empty_text(written: House, client: Client) -> None:
    later = rfc3339(UTC_MS + 2 * HOUR)
    reply = await client.ask("log-write", kind="visit", note="x", at=later)
    assert (reply["ok"], reply["code"]) == (False, "bad-input")
    assert not (await client.ask("log-write", kind="visit", note=" "))["ok"]
    assert not (await client.ask("log", since="yesterday", until=later))["ok"]


async def test_of_a_million_entries_only_the_window_is_read(
    written: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, real = written.engine, written.engine.rows
    last = engine.state.seq
    first = real[-1]
    engine.state.seq = 1_000_000
    engine.state.at_ms = engine.at_ms = first.at_ms + 100 * 24 * HOUR
    step_ms = 100 * 24 * HOUR / (1_000_000 - last)
    asked: list[int] = []

    async def read(after_seq: int, limit: int) -> list[Stored]:
        asked.append(limit)
        return [
            real[seq - 1]
            if seq <= last
            else Stored(seq, 1, first.at_ms + round((seq - last) * step_ms), b"{}", b"")
            for seq in range(after_seq + 1, min(after_seq + limit, 1_000_000) + 1)
        ]

    monkeypatch.setattr(type(written.desk.history), "read", lambda _, a, n: read(a, n))
    reply = await client.ask("log", **WINDOW)
    assert ("monitord", "monitord was started") in told(reply)
    assert len(asked) < 60
    assert sum(asked) < 2_000


async def test_what_is_left_out_is_said(
    written: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(occurrences, "LINES_MAX", 3)
    for name in "abcd":
        await client.ask("log-write", kind="visit", note=name)
    reply = await client.ask("log", **WINDOW)
    assert (told(reply), reply["whole"]) == ([("visit", n) for n in "bcd"], False)


def test_g9_a_button_is_named_as_the_source_by_which_it_is_hidden() -> None:
    house = House(site_with_button())
    house.engine.take(f.PointChanged(point="east.button", state=PointState.ACTIVE))
    rows = house.engine.rows
    found = [line for row in rows for line in occurrences.lines(house.engine.state, row)]
    pressed = [line for line in found if "hold-up" in line.text]
    assert {(line.source, line.incident) for line in pressed} == {("east.button", 0), ("", 1)}


def test_h1_that_a_siren_was_switched_and_that_it_failed_stand_in_the_log() -> None:
    house = House()
    switch = f.SwitchOutput(output="east.siren", on=True, for_ms=5_000, by="anna", proof=Proof.PIN)
    house.engine.take(switch)
    failed = f.OutputAnswered(output="east.siren", on=True, error="no answer")
    house.engine.take(failed)
    rows = house.engine.rows
    found = [line for row in rows for line in occurrences.lines(house.engine.state, row)]
    told = {line.text: line.by for line in found if line.kind == "output"}
    assert any(text.startswith("east.siren on") for text in told), told
    assert told[next(text for text in told if text.startswith("east.siren on"))] == "anna"
    assert "east.siren did not go on: no answer" in told
