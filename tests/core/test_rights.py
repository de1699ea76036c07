"""Roles are checked where it is decided (law 11, A8): every command against every role."""

import msgspec
import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.rights import MAY, refusal
from monitord.core.site import Person
from monitord.core.state import State
from monitord.core.step import step
from monitord.vocabulary import Attending, Category, Confirmed, Mode, Proof, Role, Suppression
from tests.core.sites import museum

#: Written down apart from the code: who may do what.
EXPECTED = {
    "acknowledge": "guard duty-manager security-manager director integrator tester",
    "declare": "guard duty-manager security-manager director integrator tester",
    "confirm": "guard duty-manager security-manager director integrator tester",
    "attend": "guard duty-manager security-manager director integrator tester",
    "view-pictures": "guard duty-manager security-manager director integrator",
    "write-log": "guard duty-manager security-manager director integrator tester",
    "do-step": "guard duty-manager security-manager director integrator tester",
    "tell-police": "guard duty-manager security-manager director integrator tester",
    "give-duress-pin": " ".join(Role),
    "close": "guard duty-manager security-manager director",
    "suppress": "guard duty-manager security-manager director integrator tester",
    "unsuppress": "guard duty-manager security-manager director integrator tester",
    "grant-maintenance": "duty-manager security-manager director",
    "end-maintenance": "guard duty-manager security-manager director integrator tester",
    "set": "guard duty-manager security-manager director",
    "unset": "guard duty-manager security-manager director",
    "start-walk-test": "guard duty-manager security-manager director integrator tester",
    "end-walk-test": "guard duty-manager security-manager director integrator tester",
    "except": "duty-manager security-manager director",
    "change-mode": "guard duty-manager security-manager director",
    "offer-handover": "guard duty-manager security-manager director",
    "take-handover": "guard duty-manager security-manager director",
    "agree-close": "guard duty-manager security-manager director",
    "give-relief": "duty-manager security-manager director",
    "end-relief": "duty-manager security-manager director",
    "hold-evidence": "duty-manager security-manager director",
    "release-evidence": "security-manager director",
    "reload": "duty-manager security-manager director integrator",
    "erase": "security-manager director",
    "reinstate": "security-manager director",
    "switch-output": "guard duty-manager security-manager director integrator tester",
}

#: Law 11; a mode that is less tight has a test of its own.
NEEDS_PIN = {
    *("close", "suppress", "unset", "except", "erase", "reinstate", "start-walk-test"),
    *("switch-output", "grant-maintenance", "offer-handover", "take-handover"),
    *("give-relief", "end-relief", "agree-close", "hold-evidence", "release-evidence"),
}

COMMANDS: dict[str, f.Command] = {
    "acknowledge": f.Acknowledge(incident=1, seen=1, by="x"),
    "declare": f.Declare(category=Category.FIRE, area="store", by="x"),
    "confirm": f.ConfirmIncident(incident=1, how=Confirmed.SEEN, by="x"),
    "attend": f.Attend(incident=1, says=Attending.ARRIVED, by="x"),
    "view-pictures": f.ViewPictures(what="cameras", by="x"),
    "write-log": f.WriteLog(kind="visit", occurred_utc_ms=1, by="x"),
    "do-step": f.DoStep(incident=1, step=1, by="x"),
    "tell-police": f.TellPolice(incident=1, how="self", by="x"),
    "give-duress-pin": f.GiveDuressPin(by="x"),
    "close": f.Close(incident=1, seen=1, cause="test", by="x"),
    "suppress": f.Suppress(
        source="west.pir", how=Suppression.SHELVED, until_utc_ms=1, reason="r", by="x"
    ),
    "unsuppress": f.Unsuppress(source="west.pir", how=Suppression.SHELVED, by="x"),
    "grant-maintenance": f.GrantMaintenance(
        person="y", areas=("store",), until_utc_ms=1, reason="r", by="x"
    ),
    "end-maintenance": f.EndMaintenance(number=1, by="x"),
    "set": f.SetArea(area="store", by="x"),
    "unset": f.UnsetArea(area="store", by="x"),
    "start-walk-test": f.StartWalkTest(area="store", until_utc_ms=1, reason="r", by="x"),
    "end-walk-test": f.EndWalkTest(area="store", by="x"),
    "except": f.ExceptArea(area="store", until_utc_ms=1, reason="r", by="x"),
    "change-mode": f.ChangeMode(mode=Mode.LOCKDOWN, reason="r", by="x"),
    "offer-handover": f.OfferHandover(post="control-room", by="x"),
    "take-handover": f.TakeHandover(post="control-room", by="x"),
    "agree-close": f.AgreeClose(incident=1, seen=1, by="x"),
    "give-relief": f.GiveRelief(person="y", until_utc_ms=1, by="x"),
    "end-relief": f.EndRelief(person="y", by="x"),
    "hold-evidence": f.HoldEvidence(incident=1, until_utc_ms=1, by="x"),
    "release-evidence": f.ReleaseEvidence(incident=1, by="x"),
    "reload": f.ReloadSite(file_hash="h", site=museum(), by="x"),
    "reinstate": f.ReinstatePolice(reference="gb-1", reason="r", by="x"),
    "switch-output": f.SwitchOutput(output="east.siren", on=False, by="x"),
    "erase": f.EraseTexts(texts=(), purposes=(), reason="r", person="ex", by="x"),
}


def _state(role: Role) -> State:
    return State(site=museum(people=(Person("x", role, ("voice",)),)))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", COMMANDS)
def test_each_role_may_do_its_own_and_no_more(name: str, role: Role) -> None:
    command = msgspec.structs.replace(COMMANDS[name], proof=Proof.PIN)
    refused = refusal(_state(role), command)
    assert (refused is None) == (role in EXPECTED[name].split())
    assert refused is None or refused.code == "forbidden"


@pytest.mark.parametrize("proof", Proof)
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_without_a_proof_and_what_weakens_only_with_a_pin(name: str, proof: Proof) -> None:
    refused = refusal(
        _state(Role.SECURITY_MANAGER), msgspec.structs.replace(COMMANDS[name], proof=proof)
    )
    if name in NEEDS_PIN:
        assert (refused is None) == (proof is Proof.PIN)
    else:
        assert (refused is None) == (proof is not Proof.NONE)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("proof", Proof)
def test_a_program_takes_declares_and_tightens_and_no_more(name: str, proof: Proof) -> None:
    """Law 11: with the proof of its token, in a name that is no person's."""
    command = msgspec.structs.replace(COMMANDS[name], by="token/hub", proof=proof)
    refused = refusal(_state(Role.SECURITY_MANAGER), command)
    tightens = name in ("acknowledge", "declare", "unsuppress", "set", "change-mode")
    assert (refused is None) == (tightens and proof is Proof.TOKEN)


def test_a_program_does_not_loosen_the_mode() -> None:
    """Law 11: right past the table of rights, a mode that is not tighter asks for the PIN."""
    state = _state(Role.SECURITY_MANAGER)
    tighter = f.ChangeMode(mode=Mode.LOCKDOWN, reason="r", by="token/hub", proof=Proof.TOKEN)
    step(state, 1, tighter)
    assert state.mode is Mode.LOCKDOWN
    looser = f.ChangeMode(mode=Mode.OPEN, reason="r", by="token/hub", proof=Proof.TOKEN)
    (refused,) = step(state, 2, looser)
    assert isinstance(refused, ev.CommandRefused)
    assert (refused.code, state.mode) == ("needs-pin", Mode.LOCKDOWN)


def test_a_stranger_may_nothing() -> None:
    state = _state(Role.GUARD)
    for command in COMMANDS.values():
        stranger = msgspec.structs.replace(command, by="y", proof=Proof.PIN)
        refused = refusal(state, stranger)
        assert refused is not None
        assert refused.code == "forbidden"


def test_every_command_has_its_row() -> None:
    assert set(MAY) == {type(command) for command in COMMANDS.values()}
