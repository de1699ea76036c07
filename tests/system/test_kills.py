"""kill -9 of the whole daemon at random moments, under alarms and people who take them.

30 kills in three runs, beside the hundreds at each storage step in tests/kills. What a telephone
rang for, what a person was told yes to, and every entry stays; a call is repeated at most once a
crash, under the same id.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from monitord.core import events as ev
from monitord.journal.reader import JournalReader
from monitord.journal.verify import verify
from tests.system.daemon import Daemon, Gateway, until, write_site
from tests.system.panel_row import PanelRow

KILLS: Final = 10
#: When it strikes, after the start: from before it has opened its journal to well under way.
EARLIEST_S: Final = 0.2
LATEST_S: Final = 1.6


class People:
    """Whoever is called takes the incident over the link, and remembers who said yes."""

    def __init__(self, gateway: Gateway) -> None:
        self.life = 0
        self.rang: list[tuple[int, str]] = []
        self.taken: set[tuple[int, str]] = set()
        gateway.behave = self._answer

    def _answer(self, call: dict[str, Any]) -> tuple[int, bytes]:
        self.rang.append((self.life, call["call_id"]))
        threading.Thread(target=self._take, args=(call,), daemon=True).start()
        return 202, b"{}"

    def _take(self, call: dict[str, Any]) -> None:
        request = urllib.request.Request(
            call["acknowledge_url"], b"{}", {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                if answer.status == 200:
                    self.taken.add((call["incident"]["number"], call["person"]))
        except (urllib.error.URLError, OSError):
            return  # killed, or somebody else's by now


class Load:
    """One detector after the other, for as long as the test runs."""

    def __init__(self, row: PanelRow, chance: Random) -> None:
        self._row, self._chance = row, chance
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for number in range(24):
            self._row.tell(f"set panel {number % 3 + 1} input {number // 3} on")
            if self._over.wait(self._chance.uniform(0.2, 0.8)):
                return
            if number % 4 == 0:
                self._row.tell(f"set panel {number % 3 + 1} input {number // 3} off")

    def end(self) -> None:
        self._over.set()
        self._thread.join(5)


@pytest.fixture
def guard(
    tmp_path: Path, row: PanelRow, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Daemon]:
    monkeypatch.setenv("RUNTIME_DIRECTORY", "")
    config = write_site(tmp_path / "site.yaml", row.ports, gateway.url, "2s")
    # Each fire stands alone, so that every life has calls to make and to be taken.
    text = config.read_text().replace("kind: door", "kind: smoke")
    config.write_text(text.replace("GB}", "GB, calls-in-flood: 0s}", 1))
    made = Daemon(config, tmp_path / "state")
    yield made
    if made.running:
        made.kill()


def _watched(guard: Daemon) -> bool:
    return "watching" in guard.said()


def _stored(guard: Daemon) -> dict[str, str]:
    """Every entry by its position; the journal is whole."""
    with JournalReader(guard.state) as reader:
        assert not verify(reader, decoding=True).damaged
    return {entry.position: json.dumps(str(entry)) for entry in guard.entries()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_any_moment_nothing_that_was_accepted_is_lost(
    seed: int, guard: Daemon, row: PanelRow, gateway: Gateway
) -> None:
    """A3: accepted alarms, acknowledgements and calls, over kills at random moments."""
    chance = Random(seed)
    people, load = People(gateway), Load(row, chance)
    before: dict[str, str] = {}
    for life in range(1, KILLS + 1):
        people.life = life
        guard.start()
        if life % 3:
            time.sleep(chance.uniform(EARLIEST_S, LATEST_S))
        else:  # three starts that never watched, and the next one puts the journal aside
            until(lambda: _watched(guard), "it watches")
            time.sleep(chance.uniform(0, LATEST_S - EARLIEST_S))
        guard.kill()
        if (guard.state / "journal").exists() and any(guard.state.glob("journal/*.db")):
            now = _stored(guard)
            assert before.items() <= now.items(), "no entry is lost, none is another one"
            before = now
    load.end()
    people.life += 1
    guard.start().wait_until_watching()
    until(lambda: guard.events(ev.EpochOpened), "a last start")
    assert guard.stop() == 0
    assert before.items() <= _stored(guard).items()
    assert len(people.rang) > KILLS
    placed = {event.call for event in guard.events(ev.CallPlaced)}
    assert {call for _, call in people.rang} <= placed, "the telephone rang for what is on record"
    twice = [rung for rung, times in Counter(people.rang).items() if times > 1]
    assert not twice, "at most once a life, so at most once more a crash"
    assert people.taken, "somebody took something"
    taken = {(event.incident, event.by) for event in guard.events(ev.IncidentAcknowledged)}
    assert people.taken <= taken
