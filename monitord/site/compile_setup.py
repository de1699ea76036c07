"""``Site.setup``: what the runtime and the pages read of a site, as plain JSON.

``name``, ``address``, ``country``, ``areas`` (id: ``open``, ``late_to_set_ms``,
``exceptions`` (a list of ``first``, ``last``, ``open``, ``why``),
each only where written), ``posts`` (id: ``rota``, ``handover`` only where written), ``kinds``
(kind: ``cause``, ``consequence``, ``verify``, ``time_to_respond_ms``, as shipped or as the site
says),
``acknowledge`` (``listen``, ``public_url``), ``mqtt`` (``host``, ``port``, ``user``,
``password`` and each user's ``token`` as ``{"credential": NAME}``, ``tls``, ``ca``,
``keepalive_ms``, ``lost_after_ms``, ``journal``, ``users``), ``second_person``
(True where it is asked for), ``journal`` (``keep_ms``), ``openings`` (area: a list of ``name``
and ``point``, which is None where nothing watches), ``floors`` and ``places``
(:func:`monitord.site.floors.compile_floors`).
"""

from typing import Any

from monitord.core.history import KEEP_MS
from monitord.site import models
from monitord.site.draft import Draft
from monitord.site.floors import compile_floors
from monitord.site.kind_models import KindWords
from monitord.site.mqtt_models import Mqtt
from monitord.site.openings import compile_openings
from monitord.site.site_models import SiteInfo
from monitord.vocabulary import Kind


def words_of(words: KindWords | models.Point) -> dict[str, Any]:
    """What is said of a kind, where it is said."""
    said = {
        "cause": words.cause,
        "consequence": words.consequence,
        "verify": words.verify,
        "time_to_respond_ms": words.time_to_respond,
    }
    return {key: value for key, value in said.items() if value is not None}


def site_setup(draft: Draft, info: SiteInfo) -> dict[str, Any]:
    """All of it. The draft must be free of errors."""
    setup: dict[str, Any] = {
        "name": info.name,
        "address": info.address,
        "country": info.country,
        "areas": {area_id: _hours(area) for area_id, area in draft.areas.items()},
        "posts": {
            post_id: {"rota": post.rota, **({"handover": post.handover} if post.handover else {})}
            for post_id, post in draft.posts.items()
        },
        "kinds": {kind.value: _kind(draft, kind) for kind in _kinds_used(draft)},
    }
    setup["journal"] = {"keep_ms": KEEP_MS if draft.journal is None else draft.journal.keep}
    if openings := compile_openings(draft):
        setup["openings"] = openings
    if info.second_person:
        setup["second_person"] = True
    if draft.acknowledge is not None:
        setup["acknowledge"] = draft.acknowledge.model_dump()
    if draft.mqtt is not None:
        setup["mqtt"] = _mqtt(draft.mqtt)
    return setup | compile_floors(draft)


def _mqtt(mqtt: Mqtt) -> dict[str, Any]:
    return {
        "host": mqtt.host,
        "port": mqtt.port or (8883 if mqtt.tls else 1883),
        "user": mqtt.user,
        "password": None if mqtt.password is None else {"credential": mqtt.password},
        "tls": mqtt.tls,
        "ca": mqtt.ca,
        "keepalive_ms": mqtt.keepalive,
        "lost_after_ms": mqtt.lost_after,
        "journal": mqtt.journal,
        "users": {
            name: {"person": user.person, "token": {"credential": user.token}}
            for name, user in mqtt.users.items()
        },
    }


def _kinds_used(draft: Draft) -> list[Kind]:
    used = {point.model.kind for _, _, _, point in draft.points()}
    return [kind for kind in Kind if kind in used]


def _kind(draft: Draft, kind: Kind) -> dict[str, Any]:
    words = words_of(draft.shipped_kinds.words[kind])
    own = draft.kinds.get(kind)
    return words | (words_of(own) if own is not None else {})


def _hours(area: models.Area) -> dict[str, Any]:
    said = {
        "open": area.open,
        "late_to_set_ms": area.late_to_set,
        "exceptions": _exceptions(area) or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _exceptions(area: models.Area) -> list[dict[str, str]]:
    return [
        {"first": days[0], "last": days[1], "open": other.open, "why": other.why}
        for other in area.exceptions
        if (days := other.days) is not None
    ]
