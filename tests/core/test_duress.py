"""G9: the duress PIN does what the true one does, and opens a hidden hold-up outside."""

from typing import Final

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import invariants
from monitord.core.site import Chain, ChainStep
from monitord.core.state import HIDDEN_FROM
from monitord.runtime import views
from monitord.runtime.mqtt.topics import incident_changes
from monitord.vocabulary import Category, Kind, Looked, Mode, Priority, Proof, SetState
from tests.core.night import Events, Night, refused
from tests.core.sites import MIN, museum
from tests.core.test_rights import COMMANDS

HIDDEN: Final = HIDDEN_FROM + 1
SESSION: Final = "socket:1000"
DOORS: Final = {f"door-{n}": Kind.DOOR for n in range(12)}
FLOODED: Final = museum(east=DOORS)


def forced(night: Night, fact: f.Command) -> Events:
    return night.feed(msgspec.structs.replace(fact, duress=True, session=SESSION))


def unset_under_duress(*chains: Chain) -> Night:
    """anna is made to unset the store, which she had set."""
    night = Night(museum(*chains))
    night.feed(f.SetArea(area="store", by="anna", proof=Proof.LOGIN))
    forced(night, f.UnsetArea(area="store", by="anna", proof=Proof.PIN))
    return night


@pytest.mark.parametrize("name", COMMANDS)
def test_g9_every_command_is_answered_alike_and_opens_a_hidden_hold_up(name: str) -> None:
    """G9: the table of all commands; what each says and changes is the same but for the hold-up."""
    command = msgspec.structs.replace(COMMANDS[name], by="boris", proof=Proof.PIN)
    true, under = Night(), Night()
    for night in (true, under):
        night.opens("east.door", "west.glass")
    said = true.feed(command)
    heard = forced(under, command)
    extra = [e for e in heard if getattr(e, "incident", 0) == HIDDEN]
    assert tuple(e for e in heard if e not in extra) == said
    opened = under.incident(HIDDEN)
    assert (opened.category, opened.priority) == (Category.HOLD_UP, Priority.CRITICAL)
    assert (opened.silent, opened.confirmed, opened.calling) == (True, True, True)
    assert true.state.incidents_opened == under.state.incidents_opened
    assert {n: i for n, i in under.state.incidents.items() if n != HIDDEN} == true.state.incidents
    under.replayed()


def test_g9_without_duress_nothing_is_opened() -> None:
    night = Night()
    night.feed(f.SetArea(area="store", by="anna", proof=Proof.LOGIN))
    night.feed(f.UnsetArea(area="store", by="anna", proof=Proof.PIN, session=SESSION))
    assert not night.state.incidents


def test_g9_it_is_told_outside_and_never_to_who_is_forced() -> None:
    """Console and terminal may stand beside the robber; so does the telephone of the forced."""
    chain = Chain(
        "hold-up",
        (
            ChainStep(("control-room",), ("console", "terminal"), MIN),
            ChainStep(("anna", "boris"), ("terminal", "voice"), MIN),
        ),
    )
    night = unset_under_duress(chain)
    assert night.state.areas["store"].state is SetState.UNSET
    told = {(person, channel) for _, person, channel, _ in night.called()}
    assert told == {("boris", "voice")}
    text = views.view(night.state, night.incident(HIDDEN)).text
    assert text.startswith("Store. Gate C. museum. anna is forced: the duress PIN was given.")
    assert "do not call that place back" in text


def test_g9_no_broker_has_it_until_it_is_released() -> None:
    night = unset_under_duress()
    assert not incident_changes(night.state, night.journal[-1], stored=True)
    assert refused(night.closes_incident("boris", incident=HIDDEN, cause="attack")) == ""
    assert incident_changes(night.state, night.journal[-1], stored=True)


def test_g9_a_security_manager_releases_and_nobody_who_may_be_forced() -> None:
    """Not the one threatened, not from the session, not a guard; then it is closed as any other."""
    night = unset_under_duress()

    def closes(by: str, session: str = "socket:2", proof: Proof = Proof.PIN) -> str:
        fact = f.Close(
            incident=HIDDEN,
            seen=night.incident(HIDDEN).rev,
            cause="attack",
            by=by,
            proof=proof,
            session=session,
            finding=f.TextRef("note/boris/1-1", "00"),
            found_by="boris",
            looked=Looked.INSIDE,
        )
        return refused(night.feed(fact))

    missing = refused(night.closes_incident("gus", incident=HIDDEN + 5, seen=1))
    assert closes("anna") == closes("boris", SESSION) == missing == "unknown"
    assert closes("gus") == "forbidden"
    assert closes("boris", proof=Proof.LOGIN) == "needs-pin"
    assert night.incident(HIDDEN).open
    assert closes("boris") == ""
    assert not night.incident(HIDDEN).open


def test_g9_who_is_forced_can_neither_take_nor_attend_it() -> None:
    night = unset_under_duress()
    assert refused(night.acknowledges("anna", incident=HIDDEN)) == "unknown"
    assert night.incident(HIDDEN).calling
    assert refused(night.acknowledges("boris", incident=HIDDEN)) == ""


def test_g9_once_more_elsewhere_hides_it_there_too_and_after_a_release_it_is_a_new_one() -> None:
    night = unset_under_duress()
    again = f.ChangeMode(
        mode=Mode.NIGHT, reason="r", by="anna", proof=Proof.PIN, duress=True, session="link:9"
    )
    night.feed(again)
    assert night.incident(HIDDEN).hidden_from == ("anna", SESSION, "link:9")
    assert len(night.all(ev.IncidentOpened)) == 1
    night.closes_incident("boris", incident=HIDDEN, cause="attack")
    night.after(MIN)
    night.feed(msgspec.structs.replace(again, mode=Mode.LOCKDOWN))
    assert night.incident(HIDDEN + 1).open
    night.restarts()
    assert night.incident(HIDDEN + 1).hidden_from == ("anna", "link:9")


def test_g9_in_a_flood_it_is_no_reason_to_hold_the_calls_of_others() -> None:
    """Who was called for it was not called for anything that others may read."""
    true, under = Night(FLOODED), Night(FLOODED)
    command = f.ChangeMode(mode=Mode.LOCKDOWN, reason="r", by="anna", proof=Proof.PIN)
    for night in (true, under):
        night.opens(*(f"east.door-{n}" for n in range(12)))
    true.feed(command)
    forced(under, command)
    for night in (true, under):
        night.opens("west.glass")
        night.after(MIN)
    assert true.state.flood.since_ms is not None
    assert true.state.called == under.state.called
    others = {n: i for n, i in under.state.incidents.items() if n != HIDDEN}
    assert others == true.state.incidents


def test_g9_a_call_that_reaches_who_is_forced_is_noticed() -> None:
    night = unset_under_duress()
    call = next(iter(night.incident(HIDDEN).calls.values()))
    call.person = "anna"
    assert invariants.check(night.state) == ["incident 900001 is hidden and told to anna there"]


def test_g9_the_numbers_of_the_others_have_no_gap() -> None:
    night = unset_under_duress()
    night.declares(Category.THEFT)
    assert sorted(night.state.incidents) == [1, HIDDEN]
