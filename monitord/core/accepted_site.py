"""The accepted site: what is guarded, how it changes while running, and who must say yes.

Theory of operation. A site arrives checked and compiled, with what it changes in words. At a
start it is offered; while running a person reloads it. One that weakens the guard needs that
person's PIN and, where the accepted site asks for it, is *held* until a second person agrees:
until then nothing changes. Records keep their state by id, ``was:`` carries them to another id;
a changed device is unknown until it is read, and no area becomes unset by any of this. What the
change means was compared outside; the core holds people to it.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Final

from monitord.core import calendar, entering, permits, restoring, retired, walking
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.daemon import begin_anew
from monitord.core.records import (
    AlarmRecord,
    AreaRecord,
    DeviceRecord,
    PointRecord,
    SuppressionRecord,
)
from monitord.core.rights import refusal
from monitord.core.site import Area, Site
from monitord.core.site_records import HeldSite
from monitord.core.state import State
from monitord.vocabulary import Condition, Proof, SetState, Suppression

#: The key of ``Site.setup`` by which a site asks for a second person.
SECOND_PERSON: Final = "second_person"


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Take the site, hold it, or refuse it."""
    match fact:
        case f.SiteOffered() if _is_new(state, fact):
            if fact.weakens and _asks_second(state):
                if state.site_held is None or state.site_held.file_hash != fact.file_hash:
                    yield _held(state, fact, by="")
            else:
                yield from _accept(state, fact)
        case f.ReloadSite():
            refused = refusal(state, fact) or _refused(state, fact)
            if refused is not None:
                yield refused
            elif not _is_new(state, fact):
                return
            elif fact.weakens and _asks_second(state) and not fact.confirms:
                yield _held(state, fact, by=fact.by)
            else:
                yield from _accept(state, fact)
        case _:
            pass


def _is_new(state: State, fact: f.SiteOffered | f.ReloadSite) -> bool:
    """Another file, or the same one with texts that had to be stored again."""
    texts_anew = bool(fact.texts) and fact.texts != state.texts
    return fact.file_hash != state.site_hash or texts_anew


def _asks_second(state: State) -> bool:
    """The accepted site says so, not the new one: else the new one could leave it out."""
    return bool(state.site.setup.get(SECOND_PERSON))


def _refused(state: State, fact: f.ReloadSite) -> ev.CommandRefused | None:
    code = text = ""
    held = state.site_held
    if (fact.weakens or fact.confirms) and fact.proof is not Proof.PIN:
        code, text = "needs-pin", "The new site file weakens the guard: that needs your PIN"
    elif not fact.confirms:
        return None
    elif held is None or held.number != fact.confirms:
        code, text = "unknown", f"No site file number {fact.confirms} waits for a second person"
    elif held.file_hash != fact.file_hash:
        code, text = "worsened", "The site file was changed since: monitord reload, from the start"
    elif held.by == fact.by:
        code, text = "second-person", f"{fact.by} asked for this: another person must say yes"
    return ev.CommandRefused(code=code, text=text) if code else None


def _held(state: State, fact: f.SiteOffered | f.ReloadSite, by: str) -> ev.SiteHeld:
    return ev.SiteHeld(
        number=state.sites_held + 1, file_hash=fact.file_hash, by=by, changes=fact.changes
    )


def _accept(state: State, fact: f.SiteOffered | f.ReloadSite) -> Iterator[ev.AnyEvent]:
    renamed = renames(state.site, fact.site)
    for was, point in renamed.items():
        yield ev.PointRenamed(point=point, was=was)
    yield from retired.retiring(state, fact.site, set(renamed))
    by = confirmed_by = ""
    if isinstance(fact, f.ReloadSite):
        by = fact.by
        if fact.confirms and state.site_held is not None:
            by, confirmed_by = state.site_held.by, fact.by
    yield ev.SiteAccepted(
        file_hash=fact.file_hash,
        site=fact.site,
        texts=fact.texts,
        changes=fact.changes,
        weakens=fact.weakens,
        by=by,
        confirmed_by=confirmed_by,
    )


def renames(old: Site, new: Site) -> Mapping[str, str]:
    """Old id to new id of the points that say ``was:`` and whose old id has left the file."""
    found: dict[str, str] = {}
    for name, point in new.points.items():
        was = point.setup.get("was")
        if was in old.points and was not in new.points and name not in old.points:
            found.setdefault(was, name)
    return found


def _site_held(state: State, event: ev.SiteHeld) -> None:
    state.sites_held = event.number
    state.site_held = HeldSite(
        number=event.number, file_hash=event.file_hash, by=event.by, since_ms=state.at_ms
    )


def _point_renamed(state: State, event: ev.PointRenamed) -> None:
    was, now = event.was, event.point
    state.points[now] = state.points.pop(was)
    _move_deadline(state, f"point:{was}", f"point:{now}")
    restoring.renamed(state, was, now)
    entering.renamed(state, was, now)
    walking.renamed(state, was, now)
    for condition in Condition:
        alarm = state.alarms.pop(f"{was}/{condition}", None)
        if alarm is not None:
            _move_alarm(state, alarm, was, now)
    for how in Suppression:
        held = state.suppressions.pop(f"{was}:{how}", None)
        if held is not None:
            _move_suppression(state, held, was, now)
    for area in state.areas.values():
        if area.first_source == was:
            area.first_source = now
        area.excluded = [now if source == was else source for source in area.excluded]


def _move_alarm(state: State, alarm: AlarmRecord, was: str, now: str) -> None:
    old, new = f"{was}/{alarm.condition}", f"{now}/{alarm.condition}"
    alarm.source = now
    state.alarms[new] = alarm
    for incident in state.incidents.values():
        incident.alarms = [new if name == old else name for name in incident.alarms]
        if incident.first_out == old:
            incident.first_out = new


def _move_suppression(state: State, held: SuppressionRecord, was: str, now: str) -> None:
    held.source = now
    state.suppressions[f"{now}:{held.how}"] = held
    _move_deadline(state, f"suppression:{was}:{held.how}", f"suppression:{now}:{held.how}")


def _move_deadline(state: State, old: str, new: str) -> None:
    due_ms = state.deadlines.pop(old, None)
    if due_ms is not None:
        state.deadlines[new] = due_ms


def _site_accepted(state: State, event: ev.SiteAccepted) -> None:
    new, old = event.site, state.site
    state.site, state.site_hash, state.texts = new, event.file_hash, event.texts
    state.site_held = None
    state.points = {
        point_id: state.points.get(point_id, PointRecord(since_ms=state.at_ms))
        for point_id in new.points
    }
    areas: dict[str, AreaRecord] = {}
    for area in new.areas.values():
        record = state.areas.get(area.id)
        if record is None:
            first = SetState.SET if area.set_by is None else SetState.UNKNOWN
            record = AreaRecord(state=first, since_ms=state.at_ms, known=first)
        elif _followed(area) != _followed(old.areas[area.id]) and not record.state.counts_as_set:
            # Whoever unset it speaks for it no longer.
            record.state, record.since_ms = SetState.UNKNOWN, state.at_ms
        areas[area.id] = record
    state.areas = areas
    devices, state.devices = state.devices, {}
    for device in new.devices.values():
        kept = devices.get(device.id)
        state.devices[device.id] = record_ = kept or DeviceRecord(blind_from_ms=state.at_ms)
        if kept is None or old.devices[device.id] != device:
            begin_anew(state, device, record_, state.at_ms)
    for key in [k for k in state.deadlines if _of_nothing(state, k)]:
        del state.deadlines[key]
    calendar.site_changed(state, old)
    permits.site_changed(state, old)
    retired.site_changed(state)


def _followed(area: Area) -> tuple[str | None, str | None]:
    return area.set_by, area.part_by


def _of_nothing(state: State, key: str) -> bool:
    concern, _, name = key.partition(":")
    known: dict[str, Container[str]] = {
        "device": state.devices,
        "point": state.points,
        "area": state.areas,
        "confirm": state.areas,
        "entering": state.areas,
        "schedule": state.areas,
        "warm": state.devices,
    }
    return concern in known and name not in known[concern]


EVOLVE: Evolve = {
    ev.SiteAccepted: _site_accepted,
    ev.SiteHeld: _site_held,
    ev.PointRenamed: _point_renamed,
}
