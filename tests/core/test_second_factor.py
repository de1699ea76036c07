"""Where the site asks for a second factor: what takes it, and that taking an alarm never does."""

import pytest
from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.rights import MAY, refusal
from monitord.vocabulary import Mode, Proof, Role, SecondFactor
from tests.core.night import Night
from tests.core.sites import HOUR, museum
from tests.core.test_rights import COMMANDS, EXPECTED, _state

ASKS = tuple(SecondFactor)
#: What takes the code where everything that may ask for it does; a mode asks by itself.
TAKES = {
    "unset": SecondFactor.UNSET,
    "except": SecondFactor.UNSET,
    "suppress": SecondFactor.ISOLATE,
    "grant-maintenance": SecondFactor.ISOLATE,
    "start-walk-test": SecondFactor.ISOLATE,
    "give-relief": SecondFactor.USERS,
    "erase": SecondFactor.USERS,
}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_takes_a_code_and_what_never_does(name: str) -> None:
    role = Role(EXPECTED[name].split()[-1])
    state = _state(role)
    command = replace(COMMANDS[name], proof=Proof.PIN)
    assert refusal(state, command) is None
    state.site = replace(state.site, second_factor=ASKS)
    refused = refusal(state, command)
    assert (None if refused is None else refused.code) == ("needs-code" if name in TAKES else None)
    assert refusal(state, replace(command, second=True)) is None
    if name in TAKES:
        others = tuple(what for what in ASKS if what is not TAKES[name])
        state.site = replace(state.site, second_factor=others)
        assert refusal(state, command) is None


def test_whoever_takes_declares_or_goes_in_is_never_asked() -> None:
    free = {f.Acknowledge, f.Declare, f.ConfirmIncident, f.Attend, f.DoStep, f.Close, f.SetArea}
    assert free <= {type(COMMANDS[name]) for name in COMMANDS if name not in TAKES}
    assert set(MAY) >= free


def test_a_mode_that_weakens_takes_it_and_one_that_tightens_does_not() -> None:
    night = Night(replace(museum(), second_factor=(SecondFactor.MODE,)))
    night.state.mode = Mode.NIGHT
    until = night.state.utc_ms(night.now_ms) + HOUR

    def changes(mode: Mode, second: bool) -> ev.AnyEvent:
        fact = f.ChangeMode(
            mode=mode, until_utc_ms=until, reason="paint", by="boris", proof=Proof.PIN,
            second=second,
        )  # fmt: skip
        return night.feed(fact)[0]

    refused = changes(Mode.WORKS, second=False)
    assert isinstance(refused, ev.CommandRefused)
    assert refused.code == "needs-code"
    assert isinstance(changes(Mode.LOCKDOWN, second=False), ev.ModeChanged)
    assert isinstance(changes(Mode.WORKS, second=True), ev.ModeChanged)
