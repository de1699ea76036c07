"""What is known about the guards of the core: which tests speak for them, and which are left out.

Lists kept by hand. A guard is named ``module:function:test``, the test as ``ast.unparse`` has it.
"""

from collections.abc import Mapping
from typing import Final

#: By module of the core: the tests that speak for it first. What they let pass, all others judge.
KILLERS: Final[Mapping[str, tuple[str, ...]]] = {
    "accepted_site": ("reload",),
    "alarm_table": ("alarm_table",),
    "alarms": ("alarm_table", "processing", "acknowledgement", "silent"),
    "areas": ("areas", "part_set", "schedule", "entering", "restoring"),
    "bare": ("bare",),
    "blackout": ("blackout",),
    "bounds": ("bounds",),
    "calendar": ("calendar",),
    "calls": ("calls",),
    "causes": ("causes",),
    "chain": ("chain", "calls"),
    "attendance": ("attendance",),
    "closing": ("causes", "restoring", "incidents", "attendance"),
    "confirmation": ("confirmation", "paths"),
    "counters": ("counters",),
    "daemon": ("starts", "broker"),
    "duress": ("duress",),
    "entering": ("entering",),
    "erasure": ("erasure",),
    "false_calls": ("false_calls",),
    "fire": ("fire",),
    "floods": ("floods",),
    "guarding": ("part_set", "setting", "entering"),
    "held_calls": ("held_calls",),
    "history": ("history",),
    "incidents": ("incidents", "joining", "acknowledgement", "confirmation", "bounds"),
    "joining": ("joining", "incidents"),
    "invariants": ("invariants",),
    "keys": ("keys",),
    "kpis": ("kpis",),
    "lateness": ("schedule",),
    "listed": ("rights", "setting"),
    "maintenance": ("maintenance",),
    "modes": ("modes",),
    "outputs": ("outputs",),
    "outward": ("outward",),
    "paths": ("paths",),
    "permits": ("permits",),
    "police": ("false_calls",),
    "processing": ("processing",),
    "reattending": ("attendance",),
    "restoring": ("restoring",),
    "retired": ("reload",),
    "rights": ("rights",),
    "schedule": ("schedule",),
    "setting": ("setting",),
    "site": ("site",),
    "stations": ("stations",),
    "step": ("broker", "limits"),
    "storage": ("storage",),
    "supervision": ("supervision",),
    "suppression": ("suppression",),
    "walking": ("walking",),
    "warming": ("warming",),
}

#: Modules with guards that are not in the list, and why.
NOT_FLIPPED: Final[Mapping[str, str]] = {
    "lines": "bounds for the check of a site file; decides nothing while a museum runs",
}

#: Guards whose opposite means the same, or only costs time, and why.
EQUIVALENT: Final[Mapping[str, str]] = {}

#: Not noticed by the tests of their module, but by others of the core: a run of all judges them by
#: these too, the sample of a usual run leaves them out.
NOTICED_ELSEWHERE: Final = frozenset(
    {
        (
            "alarms:_area:now_is is SetState.UNKNOWN and state.points[point_id].state is "
            "PointState.UNKNOWN"
        ),
        "alarms:_area:now_is is not SetState.UNKNOWN",
        "alarms:_area:state.devices[device].overdue",
        "alarms:_device:set_areas",
        "alarms:_not_done:state.area_counts_as_set(area)",
        "alarms:_on_reset:record.state is AlarmState.LATCH_ACKED",
        "alarms:_passed:event.point in state.site.points",
        "alarms:_passed:isinstance(event, ev.ExitEnded)",
        "alarms:_passed:point.route",
        "alarms:_point:overdue",
        "alarms:_point:point.route and (now_is is PointState.NORMAL or not active.alarms)",
        "alarms:_released:device is None",
        "alarms:_released:not record.incident and record.state is not AlarmState.NORMAL",
        "alarms:_released:record is None or state.suppressed(name, condition)",
        "alarms:_released:record.active",
        "alarms:_restored:isinstance(event, ev.RestoreFailed)",
        "alarms:decide:'mqtt' not in state.site.setup",
        "alarms:decide:isinstance(event, ev.SiteHeld)",
        (
            "alarms:decide:isinstance(fact, _OFFERS) and (not any((isinstance(e, "
            "ev.CommandRefused) for e in so_far)))"
        ),
        "attendance:_told:record is None or not record.running",
        "bounds:broken:incident_ is None or not incident_.open",
        "calendar:is_outside_hours:lateness.said(state, area) is None",
        "closing:_on_closed:state.hold_up.first_source in sources and event.cause != 'attack'",
        "entering:stays:state.areas[area].phase is AreaPhase.ENTRY",
        (
            "joining:_same_blackout:any((state.alarms[name].source in dark for name in "
            "incident.alarms))"
        ),
        (
            "joining:_same_blackout:event.source not in record.signs and event.source != "
            "record.source"
        ),
        "joining:in_order:top in known",
        "keys:speaker:fact.device in state.devices",
        "outputs:_begun_anew:record.on",
        "outputs:_by_hand:fact.on",
        "outputs:_fault:known is None",
        "outputs:_on_switched:record.on is not event.on",
        "outputs:_sounds:area is None",
        "outputs:broken:record.on",
        "schedule:_alarm:condition is Condition.LATE_TO_OPEN",
        "site:ancestors:point is None",
        "site:chain_for:chain is not None",
    }
)

#: Modules whose guards were not all flipped so far: a run of all flips them, the sample does not.
UNJUDGED: Final = frozenset(
    {
        "accepted_site",
        "bare",
        "calls",
        "chain",
        "daemon",
        "guarding",
        "invariants",
        "kpis",
        "listed",
        "maintenance",
        "restoring",
        "retired",
        "schedule",
        "setting",
        "stations",
        "step",
        "supervision",
        "suppression",
        "walking",
        "warming",
    }
)
