"""From a draft without errors to ``monitord.core.site.Site``, and the personal text beside it.

What the runtime reads, as plain JSON (documented here because the core does not look inside):

``Site.setup``: see :mod:`monitord.site.compile_setup`.

``Device.setup``
    ``address``: str, ``poll_ms``: int, ``timeout_ms``: int, ``isolate``: bool or None,
    ``config``: the driver's own keys as written, which its ``Config`` accepts (among them keys
    of ours that it declares too, such as ``address``), ``outputs`` (id: ``name``, ``area``,
    ``max_on_ms``), ``pictures`` (``every_ms``, ``home``, ``limits``).
``Point.setup``
    ``wiring``: normally-open, normally-closed or eol1 to eol3, ``debounce_ms``: int, ``scale``:
    float or None, ``unit``: str, ``config``: the driver's own keys as written, which its
    ``PointConfig`` accepts, or None for a point that its driver has by itself; only where written:
    ``limits`` (with ``need`` as its ``low``), ``need``, ``short_pulse`` (glitch), ``deadband``
    (float, in the point's unit), ``loop`` (resistors in ohm), ``mean_ms``, ``stuck_ms``,
    ``cameras``, ``presets`` (by camera), ``was``, and ``cause``, ``consequence``, ``verify``,
    ``time_to_respond_ms`` where area, point or a kind of the site's own say so.
``Channel.setup``
    The channel's own keys as written; ``secret`` as ``{"credential": NAME}`` where one is.

Personal text is keyed ``person/ID`` and is JSON: ``name``, ``login`` (or null), ``verified``
(or null), ``reach`` (a list of ``{"channel", "address"}`` in order).
"""

import json
from typing import Any

from monitord.core import site as core
from monitord.site import models
from monitord.site.attendance import compile_attendance
from monitord.site.camera_models import PictureLimits
from monitord.site.chain_models import Chain
from monitord.site.compile_setup import site_setup, words_of
from monitord.site.draft import DeviceDraft, Draft, PointDraft
from monitord.site.fire import with_fire
from monitord.site.kinds import Level, choose
from monitord.site.outputs import compile_outputs, outputs_setup
from monitord.site.permits import compile_permits, frozen_in
from monitord.site.plans import compile_plans
from monitord.site.police import compile_police
from monitord.site.power import with_need
from monitord.site.rationale import asks_for_something
from monitord.site.schedule import compile_listed
from monitord.site.signal_setup import signal_setup
from monitord.site.site_models import SiteInfo
from monitord.site.stations import compile_stations
from monitord.vocabulary import (
    ARMING_OF_CATEGORY,
    CATEGORY_OF_KIND,
    NEVER_HELD_BY_DESIGN,
    Category,
    Kind,
    Priority,
)


def compile_site(draft: Draft) -> core.Site:
    """The site that the core knows. The draft must be free of errors."""
    info = draft.site
    if info is None:
        raise ValueError("a draft with errors cannot be compiled")
    in_area: dict[str, list[str]] = {area: [] for area in draft.areas}
    points = {}
    for device_id, point_id, device, point in draft.points():
        made = _point(draft, device_id, point_id, device, point)
        points[made.id] = made
        if made.area:
            in_area[made.area].append(made.id)
    return core.Site(
        id=info.id,
        timezone=info.timezone,
        hold_up_ms=info.confirm_hold_up,
        restore_ms=info.restored_within,
        join_ms=info.join,
        blackout_ms=info.blackout,
        pictures_kept_ms=info.pictures_kept,
        pictures_bytes=info.pictures_room,
        path_lost_ms=info.path_lost_after,
        calls_in_flood_ms=info.calls_in_flood,
        areas={
            area_id: _area(draft, info, area_id, tuple(in_area[area_id])) for area_id in draft.areas
        },
        devices={
            device_id: _device(draft, device_id, device)
            for device_id, device in draft.devices.items()
        },
        points=points,
        people={
            person_id: core.Person(
                id=person_id,
                role=person.role,
                channels=tuple(dict.fromkeys(key for way in person.reach for key in way)),
                panel_users=person.panel_user,
            )
            for person_id, person in draft.people.items()
        },
        posts={
            post_id: core.Post(id=post_id, minimum=post.minimum)
            for post_id, post in draft.posts.items()
        },
        channels=_channels(draft),
        chains={name: _chain(name, chain) for name, chain in draft.chains.items()},
        permits=compile_permits(draft, info.timezone),
        outputs=compile_outputs(draft),
        setup=site_setup(draft, info),
        attendance=compile_attendance(draft),
        police=compile_police(draft),
        stations=compile_stations(draft),
        plans=compile_plans(draft),
        second_factor=tuple(dict.fromkeys(info.second_factor)),
        close_by_two=tuple(dict.fromkeys(info.close_by_two)),
    )


def personal_texts(draft: Draft) -> dict[str, str]:
    """What the side store keeps of each person."""
    return {
        f"person/{person_id}": json.dumps(
            {
                "name": person.name,
                "login": person.login,
                "verified": person.verified,
                "reach": [
                    {"channel": channel, "address": address}
                    for way in person.reach
                    for channel, address in way.items()
                ],
            },
            ensure_ascii=False,
        )
        for person_id, person in draft.people.items()
    }


def _area(draft: Draft, info: SiteInfo, area_id: str, points: tuple[str, ...]) -> core.Area:
    area = draft.areas[area_id]
    return core.Area(
        id=area_id,
        name=area.name,
        gate=area.gate,
        set_by=area.set_by.point if area.set_by != "monitord" else None,
        confirm_ms=area.confirm,
        points=points,
        join_ms=info.join if area.join is None else area.join,
        next_to=neighbours(draft, area_id),
        frozen_in=frozen_in(draft, area_id),
        entry_ms=_ours(area, area.entry),
        exit_ms=_ours(area, area.exit),
        abort_ms=_ours(area, area.abort),
        part_by=area.set_by.part if area.set_by != "monitord" else None,
        user_by=area.set_by.user if area.set_by != "monitord" else None,
        unset_by=compile_listed(area, info.timezone),
        late_to_open_ms=area.late_to_open,
    )


def _point(
    draft: Draft, device_id: str, point_id: str, device: DeviceDraft, point: PointDraft
) -> core.Point:
    model = point.model
    full = f"{device_id}.{point_id}"
    area = draft.area_of(device, point) or ""
    levels = kind_levels(draft, area, point)
    kind = effective_kind(draft, area, point)
    category = CATEGORY_OF_KIND[kind]
    made = core.Point(
        id=full,
        device=device_id,
        name=model.name or point_id,
        kind=kind,
        category=category,
        area=area,
        priority=Priority(int(choose("priority", model.kind, levels).value or 0)),
        arming=ARMING_OF_CATEGORY[category],
        latching=bool(choose("latching", model.kind, levels).value),
        what=str(choose("what", model.kind, levels).value or ""),
        action=str(choose("action", model.kind, levels).value or ""),
        group=next(iter(model.group), ""),
        outside=model.outside,
        sector=model.sector or sector_of(draft, area),
        role=model.role,
        sets=draft.sets().get(full, ()),
        isolated=model.isolated or "",
        isolates=draft.isolates().get(full, ()),
        setup=_point_setup(draft, area, point),
        part_off=not model.part_set,
        route=model.route and draft.areas[area].set_by == "monitord" if area else False,
    )
    return with_need(with_fire(draft, made, model), model)


def effective_kind(draft: Draft, area: str, point: PointDraft) -> Kind:
    """The point's kind; an event where it would be an alarm that asks nobody to do anything."""
    kind = point.model.kind
    action = choose("action", kind, kind_levels(draft, area, point)).value
    if CATEGORY_OF_KIND[kind] in NEVER_HELD_BY_DESIGN or asks_for_something(action):
        return kind
    return kind if CATEGORY_OF_KIND[kind] is Category.NONE else Kind.EVENT


def kind_levels(draft: Draft, area: str, point: PointDraft) -> dict[Level, object]:
    """Who may say something about a point's kind, nearest first."""
    kind = point.model.kind
    in_area = draft.areas[area].kinds if area in draft.areas else {}
    return {
        "point": point.model,
        "area": in_area.get(kind),
        "own": draft.own_kinds.get(point.own_kind),
        "site": draft.kinds.get(kind),
        "shipped": draft.shipped_kinds.words[kind],
    }


def _point_setup(draft: Draft, area: str, point: PointDraft) -> dict[str, Any]:
    model = point.model
    setup = {**signal_setup(model), "config": None if point.is_own else point.config}
    if model.cameras:
        setup["cameras"] = [view.camera for view in model.cameras]
        if presets := {view.camera: view.preset for view in model.cameras if view.preset}:
            setup["presets"] = presets
    if model.was is not None:
        setup["was"] = model.was
    in_area = draft.areas[area].kinds.get(model.kind) if area in draft.areas else None
    for words in (draft.own_kinds.get(point.own_kind), in_area, model):
        if words is not None:
            setup |= words_of(words)
    return setup


def _picture_limits(limits: PictureLimits) -> dict[str, Any]:
    """What is written of them, by the names that the checks have."""
    written = limits.model_dump(exclude_none=True)
    if (persist_ms := written.pop("persist", None)) is not None:
        written["persist_ms"] = persist_ms
    return written


def _device(draft: Draft, device_id: str, device: DeviceDraft) -> core.Device:
    model, driver = device.model, device.driver
    if driver is None:
        raise ValueError("a draft with errors cannot be compiled")
    setup: dict[str, Any] = {
        "address": model.address,
        "poll_ms": driver.poll_ms if model.poll is None else model.poll,
        "timeout_ms": driver.timeout_ms if model.timeout is None else model.timeout,
        "isolate": model.isolate,
        "config": device.config,
    }
    if device.outputs:
        setup["outputs"] = outputs_setup(device)
    if model.pictures is not None:
        setup["pictures"] = {"every_ms": model.pictures.every}
        if model.pictures.home:
            setup["pictures"]["home"] = model.pictures.home
        if model.pictures.limits is not None:
            setup["pictures"]["limits"] = _picture_limits(model.pictures.limits)
    areas = [area for point in device.points.values() if (area := draft.area_of(device, point))]
    if not areas and model.area is not None:
        areas = [model.area]
    return core.Device(
        id=device_id,
        name=model.name or device_id,
        driver=model.driver,
        areas=tuple(dict.fromkeys(areas)),
        points=tuple(f"{device_id}.{point_id}" for point_id in device.points),
        alarm_after_ms=model.alarm_after,
        silence_ms=driver.silence_ms if model.silence is None else model.silence,
        behind=model.behind or "",
        cold_start=model.cold_start or "",
        hold_off_ms=model.hold_off,
        sector=model.sector or sector_of(draft, (*areas, "")[0]),
        camera=device_id in draft.cameras(),
        setup=setup,
    )


def neighbours(draft: Draft, area: str) -> tuple[str, ...]:
    """Those that either side names: who can walk there can walk back."""
    return tuple(
        other
        for other, model in draft.areas.items()
        if other in draft.areas[area].next_to or area in model.next_to
    )


def sector_of(draft: Draft, area: str) -> str:
    """The sector of an area; empty where it has none."""
    return (draft.areas[area].sector or "") if area in draft.areas else ""


def _channels(draft: Draft) -> dict[str, core.Channel]:
    made = {}
    for name, channel in draft.channels.items():
        setup = dict(draft.channel_configs[name])
        if channel.secret is not None:
            setup["secret"] = {"credential": channel.secret}
        made[name] = core.Channel(
            name,
            channel.driver,
            channel.may_acknowledge,
            channel.outside,
            setup,
            channel.police or "",
        )
    return made


def _chain(name: str, chain: Chain) -> core.Chain:
    return core.Chain(
        id=name,
        steps=tuple(
            core.ChainStep(
                call=step.call,
                by=step.by,
                wait_ms=step.wait,
                otherwise=step.otherwise,
                tries=step.tries,
            )
            for step in chain.steps
        ),
        decide_ms=chain.decide,
        confirmed_start_at=chain.confirmed.start_at - 1,
    )


def _ours(area: models.Area, ms: int | None) -> int:
    """A panel counts the times of its areas itself: nothing waits here for it."""
    return ms or 0 if area.set_by == "monitord" else 0
