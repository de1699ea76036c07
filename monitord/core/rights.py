"""Who may do what: the roles checked where it is decided, whatever page or program asked.

Acknowledging is taking responsibility, so everybody who may be called may do it. What weakens
the guard is for those who answer for it (law 11), and always with a PIN besides.
"""

from collections.abc import Mapping
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.vocabulary import PROGRAM, Proof, Role, SecondFactor

_WORKS_THE_ALARMS: Final = frozenset(
    {Role.GUARD, Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR}
)
_ANSWERS_FOR_IT: Final = frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR})
_ANYBODY_CALLED: Final = _WORKS_THE_ALARMS | {Role.INTEGRATOR, Role.TESTER}

MAY: Final[Mapping[type[f.Command], frozenset[Role]]] = {
    f.Acknowledge: _ANYBODY_CALLED,
    f.Declare: _ANYBODY_CALLED,
    f.ConfirmIncident: _ANYBODY_CALLED,
    f.Attend: _ANYBODY_CALLED,
    f.ViewPictures: _WORKS_THE_ALARMS | {Role.INTEGRATOR},
    f.HoldEvidence: _ANSWERS_FOR_IT,
    f.ReleaseEvidence: frozenset({Role.SECURITY_MANAGER, Role.DIRECTOR}),
    f.WriteLog: _ANYBODY_CALLED,
    f.DoStep: _ANYBODY_CALLED,
    f.TellPolice: _ANYBODY_CALLED,
    f.OfferHandover: _WORKS_THE_ALARMS,
    f.TakeHandover: _WORKS_THE_ALARMS,
    f.GiveDuressPin: frozenset(Role),
    f.Close: _WORKS_THE_ALARMS,
    f.AgreeClose: _WORKS_THE_ALARMS,
    f.Suppress: _ANYBODY_CALLED,
    f.Unsuppress: _ANYBODY_CALLED,
    f.GrantMaintenance: frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR}),
    f.EndMaintenance: _ANYBODY_CALLED,
    f.SetArea: _WORKS_THE_ALARMS,
    f.GiveRelief: frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR}),
    f.EndRelief: frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR}),
    f.UnsetArea: _WORKS_THE_ALARMS,
    f.StartWalkTest: _WORKS_THE_ALARMS | {Role.INTEGRATOR, Role.TESTER},
    f.EndWalkTest: _WORKS_THE_ALARMS | {Role.INTEGRATOR, Role.TESTER},
    f.ChangeMode: _WORKS_THE_ALARMS,
    f.ExceptArea: frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR}),
    f.SwitchOutput: _WORKS_THE_ALARMS | {Role.INTEGRATOR, Role.TESTER},
    f.ReloadSite: frozenset(
        {Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR, Role.INTEGRATOR}
    ),
    f.ReinstatePolice: frozenset({Role.SECURITY_MANAGER, Role.DIRECTOR}),
    f.EraseTexts: frozenset({Role.SECURITY_MANAGER, Role.DIRECTOR}),
}

#: What a program may do, in its own name: take, declare, tighten (law 11). Whether a mode is
#: tighter is decided in `modes`.
PROGRAMS_MAY: Final = frozenset({f.Acknowledge, f.Declare, f.Unsuppress, f.SetArea, f.ChangeMode})

#: What only a person may do, with the PIN typed again (law 11).
_NEEDS_PIN: Final[Mapping[type[f.Command], str]] = {
    f.Close: "Closing an incident needs your PIN",
    f.AgreeClose: "Agreeing to close an incident needs your PIN",
    f.Suppress: "Holding an alarm back needs your PIN",
    f.GrantMaintenance: "Granting maintenance needs your PIN",
    f.OfferHandover: "Signing the sheet of a handover needs your PIN",
    f.TakeHandover: "Taking over needs your PIN",
    f.GiveRelief: "Giving a PIN for one shift needs your PIN",
    f.EndRelief: "Ending a PIN for one shift needs your PIN",
    f.UnsetArea: "Unsetting an area needs your PIN",
    f.ExceptArea: "Letting an area be unset outside its hours needs your PIN",
    f.StartWalkTest: "A walk test needs your PIN",
    f.ReinstatePolice: "That the police answer again needs your PIN",
    f.EraseTexts: "Erasing needs your PIN",
    f.HoldEvidence: "Holding evidence needs your PIN",
    f.ReleaseEvidence: "Releasing evidence needs your PIN",
    f.SwitchOutput: "Switching an output needs your PIN",
}

#: What a site may ask a second factor for. A mode that weakens asks for it by itself.
_SECOND: Final[Mapping[type[f.Command], SecondFactor]] = {
    f.UnsetArea: SecondFactor.UNSET,
    f.ExceptArea: SecondFactor.UNSET,
    f.Suppress: SecondFactor.ISOLATE,
    f.GrantMaintenance: SecondFactor.ISOLATE,
    f.StartWalkTest: SecondFactor.ISOLATE,
    f.GiveRelief: SecondFactor.USERS,
    f.EraseTexts: SecondFactor.USERS,
}

#: Who may hold back a hold-up, fire or tamper alarm (T1.6).
MAY_HOLD_HIGHLY_MANAGED: Final = frozenset({Role.SECURITY_MANAGER, Role.INTEGRATOR})

#: Who may set an area over what speaks against it (G1).
MAY_FORCE_SETTING: Final = frozenset({Role.DUTY_MANAGER, Role.SECURITY_MANAGER, Role.DIRECTOR})


def refusal(state: State, command: f.Command) -> ev.CommandRefused | None:
    """Why this person or program may not give this command; None when they may."""
    if command.by.startswith(PROGRAM):
        return _program_refusal(command)
    person = state.site.people.get(command.by)
    code, text = "forbidden", ""
    if person is None:
        text = f"{command.by} is not in the site file"
    elif type(command) in _NEEDS_PIN and command.proof is not Proof.PIN:
        code, text = "needs-pin", _NEEDS_PIN[type(command)]
    elif command.proof is Proof.NONE:
        text = f"Nothing proves that this is {command.by}"
    elif person.role not in MAY[type(command)]:
        may = " or ".join(role for role in Role if role in MAY[type(command)])
        text = f"{command.by} is {person.role}, who may not do this; it takes a {may}"
    elif type(command) in _SECOND:
        return lacks_second(state, command, _SECOND[type(command)])
    return ev.CommandRefused(code=code, text=text) if text else None


def lacks_second(state: State, command: f.Command, asked: SecondFactor) -> ev.CommandRefused | None:
    """The refusal where the site asks for the code of a second factor and none was given."""
    if command.second or asked not in state.site.second_factor:
        return None
    text = f"This takes the code of a second factor, too ({asked}): give it with your PIN"
    return ev.CommandRefused(code="needs-code", text=text)


def _program_refusal(command: f.Command) -> ev.CommandRefused | None:
    code, text = "forbidden", ""
    if command.proof is not Proof.TOKEN:
        text = f"Nothing proves that this is {command.by}"
    elif type(command) not in PROGRAMS_MAY:
        text = "A program may not do this: it needs a person and their PIN"
    return ev.CommandRefused(code=code, text=text) if text else None
