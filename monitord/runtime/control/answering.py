"""Which verb is carried out where: one request in, one answer out."""

from monitord.runtime.control import cameras, evidence, occurrences
from monitord.runtime.control import protocol as p
from monitord.runtime.control import requests_handover as rh
from monitord.runtime.control import requests_log as rl
from monitord.runtime.control import requests_maintenance as rt
from monitord.runtime.control import requests_modes as rm
from monitord.runtime.control import requests_outputs as ro
from monitord.runtime.control import requests_people as rp
from monitord.runtime.control import requests_pictures as rpic
from monitord.runtime.control import requests_relief as rr
from monitord.runtime.control import requests_stations as q
from monitord.runtime.control.attending import attend
from monitord.runtime.control.commands import add_user, carry_out
from monitord.runtime.control.desk import Desk
from monitord.runtime.control.erasing import erase
from monitord.runtime.control.factors import set_up
from monitord.runtime.control.findings import findings
from monitord.runtime.control.floors import drawing
from monitord.runtime.control.gauges import gauges
from monitord.runtime.control.handing import hand_over
from monitord.runtime.control.holding import suppress, unsuppress
from monitord.runtime.control.maintaining import maintain
from monitord.runtime.control.modes import change_mode
from monitord.runtime.control.outputs import switch
from monitord.runtime.control.pictures import picture
from monitord.runtime.control.planning import do
from monitord.runtime.control.policing import reinstate
from monitord.runtime.control.protocol import Reply
from monitord.runtime.control.queries import AnyQuery, look
from monitord.runtime.control.relieving import relieve
from monitord.runtime.control.reloading import reload
from monitord.runtime.control.requests_floors import ShowDrawing
from monitord.runtime.control.requests_gauges import Gauges
from monitord.runtime.control.requests_plans import DoStep, TellPolice
from monitord.runtime.control.requests_times import AnswerTimes
from monitord.runtime.control.ringing import ring_list
from monitord.runtime.control.setting import set_or_unset
from monitord.runtime.control.signing import sign
from monitord.runtime.control.stationing import at_stations
from monitord.runtime.control.times import times
from monitord.runtime.control.tokens import keep_tokens, which
from monitord.runtime.control.walking import walk_test
from monitord.runtime.control.who import Caller


async def answer_of(desk: Desk, caller: Caller, request: p.AnyRequest) -> Reply:
    """The answer to anything that is not a stream: to incidents and to the site here."""
    assert not isinstance(request, p.Watch | p.Feed)
    match request:
        case p.Acknowledge() | p.Close() | p.Agree() | p.Confirm() | p.Declare():
            return await carry_out(desk, caller, request)
        case p.Attend():
            return await attend(desk, caller, request)
        case ShowDrawing():
            return await drawing(desk, request)
        case rpic.ShowPicture():
            return await picture(desk, request)
        case rpic.ShowCamera():
            return await cameras.camera(desk, request)
        case rpic.CamerasTaken():
            return await cameras.taken(desk, request)
        case rpic.ShowEvidence():
            return await evidence.look(desk)
        case rpic.HoldEvidence() | rpic.ReleaseEvidence():
            return await evidence.hold_or_release(desk, caller, request)
        case DoStep() | TellPolice():
            return await do(desk, caller, request)
        case rl.WriteLog():
            return await occurrences.write(desk, caller, request)
        case rl.ShowFindings():
            return await findings(desk, request)
        case rl.ReadLog():
            return await occurrences.read(desk, request)
        case rh.OfferHandover() | rh.TakeHandover():
            return await hand_over(desk, caller, request)
        case p.Suppress():
            return await suppress(desk, caller, request)
        case p.Unsuppress():
            return await unsuppress(desk, caller, request)
        case p.SetArea() | p.UnsetArea() | p.ExceptArea():
            return await set_or_unset(desk, caller, request)
        case rm.ChangeMode():
            return await change_mode(desk, caller, request)
        case rt.GrantMaintenance() | rt.EndMaintenance():
            return await maintain(desk, caller, request)
        case p.WalkStart() | p.WalkEnd():
            return await walk_test(desk, caller, request)
        case p.PoliceReinstate():
            return await reinstate(desk, caller, request)
        case ro.SwitchOutput():
            return await switch(desk, caller, request)
        case p.Reload():
            return await reload(desk, caller, request)
        case p.Erase():
            return await erase(desk, caller, request)
        case _:
            return await _of_people(desk, caller, request)


async def _of_people(
    desk: Desk,
    caller: Caller,
    request: rp.AnyPeopleRequest
    | rr.GiveRelief
    | rr.EndRelief
    | Gauges
    | AnswerTimes
    | q.AnyStationRequest
    | AnyQuery,
) -> Reply:
    """Accounts, tokens, sign-ons, stations; and whatever only looks."""
    match request:
        case rr.GiveRelief() | rr.EndRelief():
            return await relieve(desk, caller, request)
        case rp.UserTotp():
            return await set_up(desk, caller, request)
        case rp.UserAdd():
            return await add_user(desk, caller, request)
        case Gauges():
            return gauges(desk)
        case AnswerTimes():
            return times(desk, request)
        case rp.WhichToken():
            return await which(desk, request)
        case rp.TokenAdd() | rp.TokenRevoke() | rp.Tokens():
            return await keep_tokens(desk, caller, request)
        case q.SignOn() | q.SignOff() | q.Session():
            return await sign(desk, request)
        case q.RingList():
            return await ring_list(desk, request)
        case q.StationCode() | q.StationEnrol() | q.WhichStation():
            return await at_stations(desk, caller, request)
        case q.StationsSaid() | q.Heard():
            return await at_stations(desk, caller, request)
        case _:
            return await look(desk, request)
