"""The accepted site while running: who may change it, and what an open night keeps of it."""

from msgspec.structs import replace

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Site
from monitord.vocabulary import Condition, PointState, Proof, SetState, Suppression
from tests.core.night import Events, Night, only, refused
from tests.core.sites import museum, without

CAREFUL = replace(museum(), setup={"second_person": True})
LESS = without(museum(), "west.glass")


def reloads(
    night: Night,
    site: Site,
    *,
    by: str = "boris",
    proof: Proof = Proof.PIN,
    weakens: bool = True,
    confirms: int = 0,
    file_hash: str = "new",
) -> Events:
    return night.feed(
        f.ReloadSite(
            by=by,
            proof=proof,
            file_hash=file_hash,
            site=site,
            changes=("point west.glass is gone",),
            weakens=weakens,
            confirms=confirms,
        )
    )


def renamed(site: Site, was: str, now: str) -> Site:
    """The same site after the point's id was changed in the file, with ``was:``."""
    point = replace(site.points[was], id=now, setup={"was": was})
    device = site.devices[point.device]
    points = {now if k == was else k: point if k == was else v for k, v in site.points.items()}
    names = tuple(now if name == was else name for name in device.points)
    area = site.areas[point.area]
    return replace(
        site,
        points=points,
        devices={**site.devices, device.id: replace(device, points=names)},
        areas={**site.areas, area.id: replace(area, points=names)},
    )


def test_what_weakens_needs_the_pin() -> None:
    """Law 11."""
    night = Night()
    for proof in (Proof.LOGIN, Proof.TOKEN, Proof.LINK):
        assert refused(reloads(night, LESS, proof=proof)) == "needs-pin"
    assert refused(reloads(night, LESS, by="gus")) == "forbidden"
    assert "west.glass" in night.state.points
    assert only(reloads(night, LESS), ev.SiteAccepted)[0].by == "boris"
    assert "west.glass" not in night.state.points


def test_what_weakens_is_told_to_people_and_to_the_record() -> None:
    night = Night()
    events = reloads(night, LESS)
    assert only(events, ev.SiteAccepted)[0].changes == ("point west.glass is gone",)
    assert [a.source for a in only(events, ev.AlarmOccurred)] == ["monitord.site-change"]
    assert only(events, ev.IncidentOpened)
    again = reloads(night, museum(), weakens=False, proof=Proof.LOGIN, file_hash="strong")
    assert only(again, ev.SiteAccepted)
    assert not only(again, ev.AlarmOccurred), "more guard is no alarm"


def test_a_careful_site_waits_for_a_second_person() -> None:
    night = Night(CAREFUL)
    held = reloads(night, LESS)
    assert [event.number for event in only(held, ev.SiteHeld)] == [1]
    assert [a.source for a in only(held, ev.AlarmOccurred)] == ["monitord.site-change"]
    assert "west.glass" in night.state.points, "until then nothing changes"
    assert refused(reloads(night, LESS, confirms=1)) == "second-person"
    assert refused(reloads(night, LESS, by="chloe", confirms=2)) == "unknown"
    assert refused(reloads(night, LESS, by="chloe", confirms=1, proof=Proof.LOGIN)) == "needs-pin"
    other = reloads(night, LESS, by="chloe", confirms=1, file_hash="other")
    assert refused(other) == "worsened", "not the file that the first one saw"
    [accepted] = only(reloads(night, LESS, by="chloe", confirms=1), ev.SiteAccepted)
    assert (accepted.by, accepted.confirmed_by) == ("boris", "chloe")
    assert night.state.site_held is None


def test_the_new_site_cannot_do_away_with_the_second_person_by_itself() -> None:
    night = Night(CAREFUL)
    assert only(reloads(night, museum()), ev.SiteHeld)
    assert night.state.site.setup["second_person"]


def test_a_start_weakens_nothing_that_a_reload_may_not() -> None:
    """The same wait, and no new alarm for each further start."""
    night = Night(CAREFUL)
    offered = f.SiteOffered(file_hash="new", site=LESS, changes=("less",), weakens=True)
    assert only(night.feed(offered), ev.SiteHeld)
    assert "west.glass" in night.state.points
    night.restarts()
    assert not only(night.feed(offered), ev.SiteHeld)
    assert "west.glass" in night.state.points
    assert only(reloads(night, LESS, by="anna", confirms=1), ev.SiteAccepted)


def test_a_start_of_a_site_without_a_second_person_takes_it_and_tells() -> None:
    night = Night()
    events = night.feed(f.SiteOffered(file_hash="new", site=LESS, changes=("x",), weakens=True))
    assert only(events, ev.SiteAccepted)[0].weakens
    assert [a.source for a in only(events, ev.AlarmOccurred)] == ["monitord.site-change"]


def test_an_open_incident_keeps_its_points_its_chain_and_its_deadline() -> None:
    night = Night()
    night.opens("west.glass")
    before, due_ms = night.incident(), night.state.deadlines["chain:1"]
    steps = before.chain.steps
    reloads(night, replace(LESS, chains={}))
    kept = night.incident()
    assert kept.alarms == ["west.glass/active"]
    assert (kept.chain.steps, night.state.deadlines["chain:1"]) == (steps, due_ms)
    assert night.closes_incident(), "a person may close what has left the file"
    assert "west.glass/active" not in night.state.alarms


def test_a_point_that_leaves_with_its_alarm_open_is_retired_until_a_person_closes_it() -> None:
    """Design section 3: unknown, shown, not polled."""
    night = Night()
    night.opens("west.glass")
    assert [e.point for e in only(reloads(night, LESS), ev.PointRetired)] == ["west.glass"]
    kept = night.state.retired["west.glass"]
    assert (kept.point.name, kept.known) == ("glass", PointState.ACTIVE)
    assert "west.glass" not in night.state.points
    assert not night.says("west.glass", PointState.NORMAL), "nobody polls it"
    assert night.closes_incident()
    assert not night.state.retired
    night.replayed()


def test_a_point_that_leaves_quietly_is_gone_and_one_that_comes_back_is_an_ordinary_one() -> None:
    quiet = Night()
    assert not only(reloads(quiet, LESS), ev.PointRetired)
    assert not quiet.state.retired
    night = Night()
    night.opens("west.glass")
    reloads(night, LESS)
    reloads(night, museum(), file_hash="back")
    assert not night.state.retired
    assert night.state.points["west.glass"].state is PointState.UNKNOWN
    night.replayed()


def test_a_point_that_is_held_back_stays_retired_until_that_ends_too() -> None:
    """Law 8: what is held back does not leave the ledger by a change of the file."""
    night = Night()
    night.opens("west.glass")
    night.holds("west.glass", ms=3_600_000)
    reloads(night, LESS)
    night.closes_incident()
    assert "west.glass" in night.state.retired
    night.after(3_600_001)
    assert not night.state.retired
    night.replayed()


def test_a_point_with_another_name_is_not_retired() -> None:
    night = Night()
    night.opens("west.glass")
    reloads(night, renamed(museum(), "west.glass", "west.window"))
    assert not night.state.retired


def test_no_area_becomes_unset_by_a_reload() -> None:
    night = Night()
    freed = museum()
    freed = replace(
        freed, areas={**freed.areas, "gallery": replace(freed.areas["gallery"], set_by=None)}
    )
    unset = Night(gallery="unset")
    for one in (night, unset):
        reloads(one, freed)
        assert one.state.areas["gallery"].state is not SetState.UNSET


def test_what_is_active_when_its_kind_begins_to_alarm_is_an_alarm() -> None:
    """The state does not change, its meaning does."""
    night = Night(gallery="unset")
    night.opens("east.pir")
    assert not night.state.incidents
    site = night.state.site
    moved = replace(site.points["east.pir"], area="store")
    reloads(night, replace(site, points={**site.points, "east.pir": moved}), weakens=False)
    assert night.incident().first_out == "east.pir/active"


def test_was_carries_history_alarm_and_suppression_to_the_new_id() -> None:
    night = Night()
    night.opens("west.glass")
    night.holds("west.pir")
    reloads(night, renamed(museum(), "west.glass", "west.window"))
    assert night.incident().alarms == ["west.window/active"]
    assert night.incident().first_out == "west.window/active"
    assert night.state.points["west.window"].known is PointState.ACTIVE
    reloads(night, renamed(night.state.site, "west.pir", "west.eye"), file_hash="newer")
    assert night.state.suppressed("west.eye", Condition.ACTIVE)
    assert f"west.eye:{Suppression.SHELVED}" in night.state.suppressions
    night.returns("west", window=PointState.ACTIVE)
    assert night.state.points["west.window"].state is PointState.ACTIVE
    night.replayed()
