"""True is said to a panel when what it said is stored, and only then (laws 1 and 12; T8.2)."""

import asyncio
from collections import Counter

import pytest

from monitord.driver import Reading
from monitord.runtime.reading_queue import QUEUE_MAX
from monitord.vocabulary import PointState
from tests.runtime.spoken import SILENCE_MS, House, active, listen_to, normal

NORMAL, ACTIVE = PointState.NORMAL, PointState.ACTIVE


async def settled(house: House) -> None:
    """Both points are known."""
    assert await house.panel.says(normal("pir"), normal("glass"))


def in_journal(house: House, state: PointState = ACTIVE) -> bool:
    """Whether the rows on the disk hold such a change of the detector."""
    word = f'"point":"west.pir","state":"{state}"'.encode()
    return any(word in row.payload for row in house.bench.committer.rows)


def test_true_comes_with_the_commit_and_not_before() -> None:
    """A disk that takes its time."""

    async def story(house: House) -> None:
        await settled(house)
        house.bench.committer.hang = True
        said = house.panel.begins(active())
        await asyncio.sleep(0.5)
        assert not said.done()
        assert not in_journal(house)
        house.bench.committer.heal()
        assert await said
        assert in_journal(house)

    listen_to(story)


def test_false_where_it_is_in_memory_only_and_true_once_it_is_stored() -> None:
    """The alarm goes out all the same; the panel repeats, with a key or without."""

    async def story(house: House) -> None:
        await settled(house)
        house.bench.committer.hang = True
        assert not await house.panel.says(active(key="17"))
        assert house.state("pir") is ACTIVE
        assert not await house.panel.says(active(key="17"))
        assert not await house.panel.says(active())
        house.bench.committer.heal()
        await asyncio.sleep(0.1)
        assert in_journal(house)
        assert await house.panel.says(active(key="17"))
        assert await house.panel.says(active())

    told = listen_to(story).changed()
    assert [fact.state for fact in told] == [NORMAL, NORMAL, ACTIVE]


def test_a_repeat_of_what_is_on_its_way_waits_with_it() -> None:
    """Two receivers of one panel, or an impatient one."""

    async def story(house: House) -> None:
        await settled(house)
        house.bench.committer.hang = True
        first, again = house.panel.begins(active(key="17")), house.panel.begins(active(key="17"))
        plain = house.panel.begins(active())
        await asyncio.sleep(0.5)
        assert not any(task.done() for task in (first, again, plain))
        house.bench.committer.heal()
        assert await asyncio.gather(first, again, plain) == [True] * 3

    assert len(listen_to(story).changed()) == 3


def test_what_repeats_the_state_that_was_read_waits_until_that_is_stored() -> None:
    """The panel was asked, and says the same by itself before the disk has taken the answer."""

    async def story(house: House) -> None:
        house.bench.committer.hang = True
        house.panel.state = [True, False]
        house.panel.drops()
        await asyncio.sleep(0.6)
        said = house.panel.begins(active(key="17"))
        await asyncio.sleep(0.2)
        assert not said.done()
        house.bench.committer.heal()
        assert await said
        assert in_journal(house)

    listen_to(story, asked=True)


def test_a_key_makes_a_late_repeat_harmless() -> None:
    """The answer was lost, and the detector has long been quiet: no second alarm."""

    async def story(house: House) -> None:
        await settled(house)
        assert await house.panel.says(active(key="17"))
        assert await house.panel.says(normal(key="18"))
        entries = len(house.bench.published)
        assert await house.panel.says(active(key="17"))
        assert house.state("pir") is NORMAL
        assert len(house.bench.published) == entries
        assert await house.panel.says(active(key="19"))
        assert house.state("pir") is ACTIVE

    listen_to(story)


def test_a_repeat_of_what_changed_nothing_is_harmless_too() -> None:
    """The second report of a detector that was active already; nothing of it is stored."""

    async def story(house: House) -> None:
        await settled(house)
        assert await house.panel.says(active(key="17"))
        assert await house.panel.says(active(key="18"))
        assert await house.panel.says(normal(key="19"))
        assert await house.panel.says(active(key="18"))
        assert house.state("pir") is NORMAL

    listen_to(story)


def test_a_repeat_is_known_to_a_new_connection_and_far_later() -> None:
    """Not from memory alone: from what is stored."""

    async def story(house: House) -> None:
        await settled(house)
        assert await house.panel.says(active(key="17"), normal(key="18"))
        for number in range(QUEUE_MAX + 100):
            assert await house.panel.says(active("glass", key=f"a{number}"), normal("glass"))
        house.panel.drops()
        await asyncio.sleep(0.6)
        assert await house.panel.says(active(key="17"))
        assert house.state("pir") is PointState.UNKNOWN, "a repeat says nothing of now"

    listen_to(story)


def test_keys_of_other_devices_and_points_are_others() -> None:
    """One event of a panel may be about two points."""

    async def story(house: House) -> None:
        await settled(house)
        assert await house.panel.says(active("pir", key="17"), active("glass", key="17"))
        assert (house.state("pir"), house.state("glass")) == (ACTIVE, ACTIVE)

    listen_to(story)


def test_a_long_key_is_no_longer_than_others_and_still_itself() -> None:
    """Cut short, two of them could be one."""

    async def story(house: House) -> None:
        await settled(house)
        assert await house.panel.says(active(key="x" * 5000 + "1"))
        assert await house.panel.says(normal(key="x" * 5000 + "2"))
        assert house.state("pir") is NORMAL

    assert all(len(fact.key) < 100 for fact in listen_to(story).changed())


def test_what_gave_way_is_answered_false_and_is_news_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Law 1: plain status gives way when memory is full. It is not taken for told."""

    async def story(house: House) -> None:
        await settled(house)
        await house.panel.says(active())
        monkeypatch.setattr("monitord.runtime.giving_way.QUEUE_MAX", 0)
        assert not await house.panel.says(normal(key="18"))
        monkeypatch.undo()
        assert house.state("pir") is ACTIVE
        assert await house.panel.says(normal(key="18"))
        assert house.state("pir") is NORMAL

    listen_to(story)


def test_a_step_that_fails_is_answered_and_does_not_block_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Law 13: that it failed is stored, and the panel goes on to what comes behind it."""

    async def story(house: House) -> None:
        await settled(house)
        house.bench.engine._strict = False
        with monkeypatch.context() as patch:
            patch.setattr("monitord.core.supervision._changed", lambda *_: 1 / 0)
            assert await house.panel.says(active(key="17"))
        assert "FactFailed" in house.bench.events()

    listen_to(story)


def test_a_flood_is_slowed_and_nothing_of_it_is_lost() -> None:
    """Law 12: at most a thousand are under way and a thousand a second are taken."""

    async def story(house: House) -> None:
        await settled(house)
        began_ms = house.bench.clock.boot_ms()
        waiting_max = 0
        for number in range(200):
            batch = [active() if n % 2 else normal(key=f"{number}-{n}") for n in range(50)]
            assert await house.panel.says(*batch)
            waiting_max = max(waiting_max, house.bench.engine.waiting)
        assert house.bench.clock.boot_ms() - began_ms >= 8_900
        assert waiting_max <= QUEUE_MAX

    told = listen_to(story).changed()
    assert Counter(fact.state for fact in told)[ACTIVE] == 5_000


def test_one_that_is_kept_waiting_is_not_silent() -> None:
    """All in one go, for longer than it may be silent."""

    async def story(house: House) -> None:
        await settled(house)
        long = (SILENCE_MS + 2 * QUEUE_MAX) // 2
        assert await house.panel.says(*[active(), normal()] * long)
        assert not house.lost()
        assert house.panel.lives == 1

    listen_to(story)


def test_emit_waits_while_a_thousand_are_under_way() -> None:
    """And is no silence: it is the disk that is slow."""

    async def story(house: House) -> None:
        await settled(house)
        house.bench.committer.hang = True
        batch = [active() if n % 2 == 0 else normal() for n in range(3 * QUEUE_MAX)]
        said = house.panel.begins(*batch)
        await asyncio.sleep(0.5)
        assert house.bench.engine.waiting + house.bench.engine._ledger.ahead <= QUEUE_MAX + 5
        await asyncio.sleep(5)
        assert not said.result(), "a disk that hangs is told, not waited for"
        assert house.panel.lives == 1
        house.bench.committer.heal()

    assert len(listen_to(story).changed()) == 2 + 3 * QUEUE_MAX


def test_what_cannot_be_slowed_collapses_per_point_and_no_alarm_is_dropped() -> None:
    """UDP: the first is kept, the first alarm, the latest, and how many there were beside."""

    async def story(house: House) -> None:
        await settled(house)
        flood = [active() if n % 2 == 0 else normal() for n in range(QUEUE_MAX)]
        assert await house.panel.says(*flood[:-2])
        assert not await house.panel.says(*flood)
        assert not await house.panel.says(normal("glass"), active("glass"), normal("glass"))
        assert house.bench.clock.boot_ms() < 200
        await asyncio.sleep(1)
        assert await house.panel.says(active(key="later"))

    house = listen_to(story, waits=False)
    glass = [fact for fact in house.changed() if fact.point == "west.glass"]
    assert [fact.state for fact in glass] == [NORMAL, ACTIVE, NORMAL]
    assert sum(fact.collapsed for fact in house.changed()) == QUEUE_MAX - 3
    assert house.changed()[-1].key == "west.pir/later"


def test_a_flood_of_one_device_costs_another_nothing() -> None:
    """The polled panel beside it is read at every one of its turns."""

    async def story(house: House) -> None:
        await settled(house)
        flood = [house.panel.begins(active(), normal()) for _ in range(4_000)]
        await asyncio.sleep(5)
        east, _ = house.supervisor.vitals().devices
        assert (east.device, east.missed, east.errors) == ("east", 0, 0)
        for task in flood:
            task.cancel()

    listen_to(story)


@pytest.mark.parametrize("waits", [True, False])
def test_who_repeats_the_truth_for_ever_fills_nothing(waits: bool) -> None:
    """Not the journal, and not the memory."""

    async def story(house: House) -> None:
        await settled(house)
        entries = len(house.bench.published)
        for number in range(3_000):
            await house.panel.says(Reading("pir", PointState.NORMAL, key=str(number)))
        assert len(house.bench.published) == entries

    listen_to(story, waits=waits)
