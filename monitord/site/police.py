"""``police:`` of a site file: its cross checks (T2.7), and what the core gets of it."""

from collections.abc import Iterator

from monitord.core import site as core
from monitord.core.police import SERVED
from monitord.site import references
from monitord.site.draft import Draft
from monitord.site.findings import Findings, did_you_mean, quoted
from monitord.site.models import Channel
from monitord.site.police_models import PROFILES, Reference
from monitord.vocabulary import Category, Role


def lint_police(draft: Draft, found: Findings) -> None:
    """Check that each reference reaches the police for what it is registered for, and no more."""
    for name, reference in draft.police.items():
        _reference(draft, name, reference, found)
    for name, channel in draft.channels.items():
        if channel.police:
            _channel(draft, name, channel, found)
    for chain in draft.chains:
        for channel_name, reference_name, index in _police_steps(draft, chain):
            _step(draft, chain, index, channel_name, reference_name, found)


def _reference(draft: Draft, name: str, reference: Reference, found: Findings) -> None:
    at = ("police", name)
    for index, area in enumerate(reference.areas):
        references.area(draft, area, draft.mark(*at, "areas", index), found)
    for index, target in enumerate(reference.instead):
        references.target(draft, target, draft.mark(*at, "instead", index), found)
    warn_at, withdrawn_at = thresholds(draft, reference)
    if withdrawn_at is not None and warn_at >= withdrawn_at:
        found.error(
            draft.mark(*at),
            f"{quoted(name)} warns at {warn_at} false calls and is withdrawn at {withdrawn_at}",
            "warn before that: give `warn-at` a lower number",
        )
    if not _instead(draft, reference):
        found.error(
            draft.mark(*at),
            f"nobody is called in place of the police when {quoted(name)} does not serve",
            "name keyholders under `attendance:`, or write `instead: [duty-manager]` here",
        )
    if not any(channel.police == name for channel in draft.channels.values()):
        found.warning(
            draft.mark(*at),
            f"no channel calls the police on {quoted(name)}: nothing is counted on it",
            f"write `police: {name}` at the channel that reaches them",
        )


def _channel(draft: Draft, name: str, channel: Channel, found: Findings) -> None:
    reference, at = channel.police or "", draft.mark("channels", name, "police")
    if not draft.has("police", reference):
        cure = did_you_mean(reference, draft.ids.get("police", ()), "declare it under `police:`")
        found.error(at, f"{quoted(reference)} is no police reference", cure)
    if not channel.outside:
        found.error(at, f"{name} reaches the police, so it leaves the site", "add `outside: true`")
    if channel.may_acknowledge:
        found.error(
            at,
            "what the police answer is no acknowledgement: one of the house must take the alarm",
            "take `may_acknowledge` out",
        )
    for person, model in draft.people.items():
        reaches = any(name in way for way in model.reach)
        if reaches and model.role is not Role.POLICE:
            found.error(
                draft.mark("people", person, "reach"),
                f"{person} is reached over {name}, on which the police answer",
                "give the police a person of their own, with `role: police`",
            )


def _police_steps(draft: Draft, chain: str) -> Iterator[tuple[str, str, int]]:
    """Channel, reference and index of each step of a chain that calls the police."""
    for index, step in enumerate(draft.chains[chain].steps):
        for channel in (*step.by, *((step.otherwise,) if step.otherwise else ())):
            known = draft.channels.get(channel)
            if known is not None and known.police in draft.police:
                yield channel, known.police or "", index


def _step(draft: Draft, chain: str, index: int, channel: str, name: str, found: Findings) -> None:
    reference, model = draft.police[name], draft.chains[chain]
    at = draft.mark("chains", chain, "steps", index)
    category = chain.partition("/")[0]
    if model.steps[index].otherwise == channel:
        found.error(
            at, "the police are no second choice of a step", "give them a step of their own"
        )
    if category == "default":
        found.error(
            at,
            f"the default chain calls the police on {quoted(name)} for alarms of every kind",
            "name a chain for each category that they come to",
        )
    elif category not in SERVED[reference.type] and category in set(Category):
        served = ", ".join(sorted(SERVED[reference.type]))
        found.error(
            at,
            f"{quoted(name)} is registered for {reference.type} alarms, "
            f"this chain is for {category}",
            f"use it for {served}; a hold-up has a reference of its own",
        )
    if reference.confirmed and index < model.confirmed.start_at - 1:
        found.error(
            at,
            f"{quoted(name)} is registered for confirmed alarms, which skip this step",
            "put the police at or behind `confirmed: {start-at: …}`",
        )


def thresholds(draft: Draft, reference: Reference) -> tuple[int, int | None]:
    """Where it warns and where it ends: as written, else by the rules of the country."""
    country = "" if draft.site is None else draft.site.country
    profile = reference.profile or ("GB" if country == "GB" else "generic")
    warn_at, withdrawn_at = PROFILES[profile][reference.type]
    return reference.warn_at or warn_at, reference.withdrawn_at or withdrawn_at


def _instead(draft: Draft, reference: Reference) -> tuple[str, ...]:
    keyholders = () if draft.attendance is None else draft.attendance.keyholders
    return reference.instead or keyholders


def compile_police(draft: Draft) -> dict[str, core.PoliceReference]:
    """As written, with what the country's rules add."""
    made = {}
    for name, reference in draft.police.items():
        warn_at, withdrawn_at = thresholds(draft, reference)
        made[name] = core.PoliceReference(
            id=name,
            number=reference.number,
            type=reference.type,
            areas=reference.areas,
            confirmed=reference.confirmed,
            warn_at=warn_at,
            withdrawn_at=withdrawn_at,
            contact=reference.contact,
            phone=reference.phone,
            call_within_ms=reference.call_within,
            instead=_instead(draft, reference),
        )
    return made
