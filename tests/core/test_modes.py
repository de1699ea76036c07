"""D7, law 11: which change of mode is free, what asks for a PIN, and what happens at its end."""

from typing import Final

import pytest
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.modes import LOOSE_MS_MAX, TIGHT_MS_MAX, weakens
from monitord.core.site import MayUnset, Site
from monitord.core.state import State
from monitord.core.step import apply
from monitord.vocabulary import Category, Mode, Proof
from tests.core.night import Events, Night, only, refused
from tests.core.sites import HOUR, S, museum

#: How tight each mode is, once more: those in one row are alike.
TIGHTER: Final = (
    {Mode.OPEN, Mode.WORKS, Mode.EVENT, Mode.REOPENING},
    {Mode.CLOSED},
    {Mode.NIGHT},
    {Mode.HEIGHTENED},
    {Mode.LOCKDOWN},
)
DAY: Final = 24 * HOUR


def changes(
    night: Night,
    mode: Mode,
    lasts_ms: int = 0,
    *,
    proof: Proof = Proof.PIN,
    reason: str = "r",
    by: str = "boris",
) -> Events:
    until = night.state.utc_ms(night.now_ms) + lasts_ms if lasts_ms else 0
    return night.feed(
        f.ChangeMode(mode=mode, reason=reason, until_utc_ms=until, by=by, proof=proof)
    )


def run_in(mode: Mode, site: Site | None = None, lasts_ms: int = 0) -> Night:
    night = Night(site)
    loose = mode in TIGHTER[0]
    assert refused(changes(night, mode, lasts_ms or (HOUR if loose else 0))) == ""
    assert night.state.mode is mode
    return night


def stands(night: Night) -> bool:
    alarm = night.state.alarms.get("monitord.mode/fault")
    return alarm is not None and alarm.active


@pytest.mark.parametrize("before", Mode)
@pytest.mark.parametrize("after", Mode)
def test_d7_only_a_tighter_mode_is_free(before: Mode, after: Mode) -> None:
    """D7, law 11: every pair of modes; with the PIN all may be, without it the tighter alone."""
    rank = {mode: place for place, row in enumerate(TIGHTER) for mode in row}
    free = rank[after] > rank[before]
    for proof in (Proof.LOGIN, Proof.SESSION, Proof.LINK, Proof.PIN):
        night = run_in(before)
        code = refused(changes(night, after, 2 * HOUR, proof=proof))
        assert code == ("" if free or proof is Proof.PIN else "needs-pin")
        assert night.state.mode is (before if code else after)


def test_d7_a_stranger_changes_no_mode() -> None:
    assert refused(changes(Night(), Mode.LOCKDOWN, by="x")) == "forbidden"


def test_law_11_a_tighter_mode_that_ends_a_freeze_needs_the_pin() -> None:
    """D5: a site may freeze its objects during works and not in lockdown."""
    site = museum()
    gallery = replace(site.areas["gallery"], frozen_in=(Mode.WORKS,))
    night = run_in(Mode.WORKS, replace(site, areas=site.areas | {"gallery": gallery}))
    heard = changes(night, Mode.LOCKDOWN, proof=Proof.LOGIN)
    assert refused(heard) == "needs-pin"
    assert "objects may be moved again in gallery" in only(heard, ev.CommandRefused)[0].text
    assert refused(changes(night, Mode.LOCKDOWN)) == ""


def test_d1_a_tighter_mode_in_which_more_may_unset_needs_the_pin() -> None:
    """D1: the list of a mode is part of what it guards."""
    site = museum()
    listed = (MayUnset("anna"), MayUnset("gus", modes=(Mode.NIGHT,)))
    gallery = replace(site.areas["gallery"], unset_by=listed)
    night = Night(replace(site, areas=site.areas | {"gallery": gallery}))
    assert weakens(night.state, Mode.NIGHT) == ("gus may unset gallery",)
    assert weakens(night.state, Mode.HEIGHTENED) == ()
    assert refused(changes(night, Mode.NIGHT, proof=Proof.LOGIN)) == "needs-pin"
    assert refused(changes(night, Mode.HEIGHTENED, proof=Proof.LOGIN)) == ""


@pytest.mark.parametrize("mode", Mode)
def test_d7_each_change_has_a_reason_and_a_looser_one_an_end(mode: Mode) -> None:
    loose = mode in TIGHTER[0]
    most_ms = LOOSE_MS_MAX if loose else TIGHT_MS_MAX
    for lasts_ms, reason, code in (
        (HOUR, " ", "bad-input"),
        (0, "r", "bad-input" if loose else ""),
        (-1, "r", "bad-input"),
        (most_ms + 1, "r", "bad-input"),
        (most_ms, "r", ""),
    ):
        night = Night()
        if mode is Mode.CLOSED:
            night = run_in(Mode.NIGHT)
        assert refused(changes(night, mode, lasts_ms, reason=reason)) == code, lasts_ms


@pytest.mark.parametrize("before", [Mode.CLOSED, Mode.LOCKDOWN])
def test_d7_a_looser_mode_ends_by_itself_and_the_tight_one_before_it_is_back(before: Mode) -> None:
    """Law 8: to the millisecond; two loose ones after each other lead to the same one."""
    night = Night()
    changes(night, before)
    changes(night, Mode.WORKS, HOUR)
    changes(night, Mode.EVENT, 2 * HOUR)
    end_ms = night.now_ms - night.begin_ms + 2 * HOUR
    assert night.at(end_ms - 1).state.mode is Mode.EVENT
    assert night.at(end_ms).state.mode is before
    assert (night.state.mode_record.by, night.state.mode_record.since_ms) == ("", night.now_ms)
    assert not stands(night)
    assert night.replayed() == night.state


@pytest.mark.parametrize("step_ms", [-HOUR, HOUR])
def test_d7_the_end_is_a_date_that_people_wrote(step_ms: int) -> None:
    """It follows each step of the wall clock."""
    night = run_in(Mode.WORKS, lasts_ms=3 * HOUR)
    night.feed(f.WallClockRead(utc_ms=night.state.utc_ms(night.now_ms) + step_ms))
    night.after(3 * HOUR - step_ms - 1)
    assert night.state.mode is Mode.WORKS
    assert night.after(1).state.mode is Mode.CLOSED


def test_d7_an_end_that_came_while_nobody_ran_is_acted_on_at_the_start() -> None:
    night = run_in(Mode.WORKS, lasts_ms=HOUR)
    night.sleeps_until(2 * HOUR).restarts()
    assert night.after(0).state.mode is Mode.CLOSED


def test_d7_a_forgotten_end_of_a_tighter_mode_calls_people_and_loosens_nothing() -> None:
    """D7: it stands until somebody ends the mode or says how long it goes on."""
    night = run_in(Mode.LOCKDOWN, lasts_ms=HOUR)
    night.after(HOUR - 1)
    assert not stands(night)
    night.after(1)
    assert (night.state.mode, stands(night)) == (Mode.LOCKDOWN, True)
    assert night.state.alarms["monitord.mode/fault"].category is Category.PROCEDURE
    assert night.incident().calling
    night.restarts()
    night.after(DAY)
    assert (night.state.mode, stands(night)) == (Mode.LOCKDOWN, True)
    assert len(night.all(ev.ModeOverstayed)) == 1
    changes(night, Mode.LOCKDOWN, HOUR)
    assert not stands(night)
    night.after(HOUR)
    assert stands(night)
    changes(night, Mode.CLOSED)
    assert not stands(night)


def test_d7_a_loose_mode_whose_end_would_end_a_freeze_stays_and_is_told() -> None:
    site = museum()
    gallery = replace(site.areas["gallery"], frozen_in=(Mode.REOPENING,))
    night = run_in(Mode.REOPENING, replace(site, areas=site.areas | {"gallery": gallery}))
    night.after(HOUR)
    assert (night.state.mode, stands(night)) == (Mode.REOPENING, True)


def test_d7_the_tight_mode_that_comes_back_keeps_its_own_end() -> None:
    night = run_in(Mode.LOCKDOWN, lasts_ms=HOUR)
    changes(night, Mode.WORKS, 2 * HOUR)
    night.after(2 * HOUR)
    night.after(S)
    assert (night.state.mode, stands(night)) == (Mode.LOCKDOWN, True)


def test_the_same_mode_to_the_same_end_changes_nothing() -> None:
    night = run_in(Mode.NIGHT)
    assert changes(night, Mode.NIGHT) == ()


def test_a_journal_from_before_modes_had_ends_is_read() -> None:
    """Law 2: fields are only added, with a default."""
    state = State()
    old = ev.ModeChanged(mode=Mode.WORKS, by="boris")
    apply(state, ev.Entry(1, 1, 1, 5, 5, "old", f.TimePassed(), (old,)))
    assert (state.mode, state.mode_record.until_utc_ms) == (Mode.WORKS, 0)
    assert "mode:end" not in state.deadlines
