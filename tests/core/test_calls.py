"""Single calls: people and channels in parallel, tries, ``or``, outcomes, restarts (law 7)."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.chain import RETRY_MS
from monitord.core.site import Chain, ChainStep
from monitord.vocabulary import Outcome
from tests.core.night import Night, only
from tests.core.sites import MIN, S, museum

LAST = ChainStep(("chloe",), ("voice",), MIN)


def _night(*call: str, by: tuple[str, ...] = ("voice",), otherwise: str | None = None,
           tries: int = 1) -> Night:  # fmt: skip
    step = ChainStep(call, by, MIN, otherwise=otherwise, tries=tries)
    night = Night(museum(Chain("default", (step, LAST))))
    night.opens("west.pir")
    return night


def _called(night: Night) -> list[tuple[str, str]]:
    return [(who, channel) for _, who, channel, _ in night.called()]


def _fails(night: Night, who: str, channel: str) -> ev.AnyEvent | None:
    """The last call of this person on this channel fails; what was placed because of it."""
    call = [c for _, w, ch, c in night.called() if (w, ch) == (who, channel)][-1]
    placed = only(night.call_ends(call, Outcome.FAILED), ev.CallPlaced)
    return placed[0] if placed else None


def test_all_people_on_all_channels_at_the_same_time() -> None:
    night = _night("anna", "boris", by=("voice", "sms"))
    assert _called(night) == [
        ("anna", "voice"), ("anna", "sms"), ("boris", "voice"), ("boris", "sms"),
    ]  # fmt: skip


def test_a_call_id_is_site_epoch_incident_and_number() -> None:
    night = _night("anna", "boris")
    assert [call for *_, call in night.called()] == ["museum-1-1-1", "museum-1-1-2"]
    assert [e.rev for e in night.all(ev.CallPlaced)] == [1, 1]


def test_a_person_meant_twice_is_called_once() -> None:
    """By role and by name: one telephone rings once."""
    assert _called(_night("duty-manager", "anna")) == [("anna", "voice")]


def test_somebody_without_an_address_on_a_channel_is_told_of_and_not_called_there() -> None:
    night = _night("anna", "gus")
    assert _called(night) == [("anna", "voice")]
    assert night.all(ev.CallSkipped)[0].why == "gus has no address on voice"


def test_somebody_with_an_address_on_the_or_channel_alone_is_called_there() -> None:
    night = _night("gus", by=("voice",), otherwise="sms")
    assert _called(night) == [("gus", "sms")]


def test_a_failed_attempt_is_tried_again_as_often_as_the_step_says() -> None:
    night = _night("anna", tries=3)
    for attempt in (1, 2):
        assert _fails(night, "anna", "voice") is None
        night.after(RETRY_MS - 1)
        assert len(night.called()) == attempt
        night.after(1)
        assert night.all(ev.CallPlaced)[-1].attempt == attempt + 1
    assert night.all(ev.CallPlaced)[-1].retry_of == "museum-1-1-2"
    _fails(night, "anna", "voice")
    assert _called(night)[-1] == ("chloe", "voice"), "none left: the next step at once"


def test_the_or_channel_comes_when_none_was_handed_over() -> None:
    night = _night("boris", by=("voice", "sms"), otherwise="mail")
    assert _fails(night, "boris", "voice") is None
    placed = _fails(night, "boris", "sms")
    assert isinstance(placed, ev.CallPlaced)
    assert (placed.person, placed.channel, placed.step) == ("boris", "mail", 0)
    _fails(night, "boris", "mail")
    assert _called(night)[-1] == ("chloe", "voice")


def test_the_or_channel_is_left_alone_when_one_was_handed_over() -> None:
    night = _night("boris", by=("voice", "sms"), otherwise="mail")
    night.call_ends("museum-1-1-2", Outcome.HANDED_OVER)
    assert _fails(night, "boris", "voice") is None
    assert len(night.called()) == 2


def test_one_person_who_fails_does_not_end_the_step_for_another() -> None:
    night = _night("anna", "boris")
    _fails(night, "anna", "voice")
    assert ("chloe", "voice") not in _called(night)
    _fails(night, "boris", "voice")
    assert ("chloe", "voice") in _called(night)


def test_an_unknown_outcome_waits_for_the_end_of_the_step() -> None:
    night = _night("anna")
    night.call_ends("museum-1-1-1", Outcome.UNKNOWN)
    night.at(MIN - 1)
    assert len(night.called()) == 1
    night.at(MIN)
    assert len(night.called()) == 2


def test_an_attempt_that_got_through_after_all_is_not_tried_again() -> None:
    night = _night("anna", tries=2)
    _fails(night, "anna", "voice")
    night.call_ends("museum-1-1-1", Outcome.DELIVERED)
    night.after(RETRY_MS)
    assert len(night.called()) == 1


def test_what_a_channel_says_of_an_older_attempt_makes_no_new_one() -> None:
    night = _night("anna", tries=2)
    _fails(night, "anna", "voice")
    night.after(RETRY_MS)
    night.call_ends("museum-1-1-1", Outcome.DELIVERED)
    night.call_ends("museum-1-1-1", Outcome.FAILED)
    night.after(RETRY_MS)
    assert len(night.called()) == 2


def test_a_late_outcome_of_an_older_step_is_recorded_and_moves_nothing() -> None:
    night = _night("anna")
    night.at(MIN)
    before = night.deadline_in("chain:1")
    events = night.call_ends("museum-1-1-1", Outcome.FAILED)
    assert [type(e) for e in events] == [ev.CallResulted]
    assert night.deadline_in("chain:1") == before


def test_an_outcome_after_the_acknowledgement_calls_nobody() -> None:
    night = _night("anna", tries=2)
    night.acknowledges("boris")
    assert [type(e) for e in night.call_ends("museum-1-1-1", Outcome.FAILED)] == [ev.CallResulted]
    night.after(MIN)
    assert len(night.called()) == 1


@pytest.mark.parametrize("call", ["", "x", "a-b-c", "museum-1-\u00b2-1", "museum-1-9-1", "1-1-\n"])
def test_an_outcome_of_a_call_that_never_was_changes_nothing(call: str) -> None:
    night = _night("anna")
    assert not night.call_ends(call, Outcome.FAILED)
    assert not night.feed(f.CallStarted(call))


def test_the_same_outcome_twice_is_once() -> None:
    night = _night("anna")
    assert night.call_ends("museum-1-1-1", Outcome.HANDED_OVER)
    assert not night.call_ends("museum-1-1-1", Outcome.HANDED_OVER)


def test_a_restart_repeats_the_calls_without_an_outcome_with_the_same_id_and_no_other() -> None:
    """Law 7: at least once for people, and no confirmed call again."""
    night = _night("anna", "boris")
    night.feed(f.CallStarted("museum-1-1-1"))
    night.call_ends("museum-1-1-2", Outcome.HANDED_OVER)
    night.sleeps_until(10 * S)
    repeated = only(night.restarts(), ev.CallRepeated)
    assert [e.call for e in repeated] == ["museum-1-1-1"]
    assert not night.incident().calls["museum-1-1-1"].began
    assert len(night.called()) == 2


def test_a_restart_after_the_acknowledgement_repeats_nothing() -> None:
    night = _night("anna")
    night.acknowledges("boris")
    night.sleeps_until(10 * S)
    assert not only(night.restarts(), ev.CallRepeated)


def test_calls_of_the_next_epoch_have_ids_of_their_own() -> None:
    night = _night("anna")
    night.sleeps_until(10 * S).restarts()
    night.at(MIN)
    assert night.called()[-1][3] == "museum-2-1-2"


def test_a_person_who_left_the_site_while_being_called_costs_nothing() -> None:
    night = _night("boris", by=("voice",), otherwise="mail")
    site = night.state.site
    people = {name: person for name, person in site.people.items() if name != "boris"}
    night.after(S).offer(msgspec.structs.replace(site, people=people))
    _fails(night, "boris", "voice")
    assert _called(night)[-1] == ("chloe", "voice")
