"""Cross checks of people, posts, channels and chains: does every call reach somebody?

It speaks of people by their id, never by name, number or address.
"""

from collections import Counter
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from monitord.site import references
from monitord.site.chain_models import Chain, Step
from monitord.site.draft import Draft
from monitord.site.findings import Findings, Mark, listed, quoted
from monitord.site.references import LOCAL_CHANNELS
from monitord.vocabulary import Role

PEOPLE_GOOD: Final = 2
WAIT_MS_GOOD: Final = 30 * 60_000
DECIDE_MS_GOOD: Final = 60 * 60_000


def lint_calls(draft: Draft, found: Findings) -> None:
    """Check who is called, over what, and that nobody is called in vain."""
    _one_name_space(draft, found)
    _logins(draft, found)
    _reach(draft, found)
    _channels(draft, found)
    if "default" not in draft.ids.get("chains", ()):
        found.error(
            draft.mark("chains"),
            "there is no `default` chain: some alarms would call nobody",
            "write `default:` under `chains:`",
        )
    for name, chain in draft.chains.items():
        _chain(draft, name, chain, found)
    _ways_out(draft, found)
    _acknowledge(draft, found)


def targets(draft: Draft, name: str) -> tuple[str, ...]:
    """The people that a person's or a role's name means, in the order of the file."""
    if name in draft.people:
        return (name,)
    return tuple(person for person, model in draft.people.items() if model.role.value == name)


def _one_name_space(draft: Draft, found: Findings) -> None:
    roles = {role.value for role in Role}
    for name in draft.ids.get("posts", ()):
        if draft.has("people", name):
            found.error(
                draft.mark("posts", name), f"{quoted(name)} is a person and a post", "rename one"
            )
    for section in ("people", "posts"):
        for name in draft.ids.get(section, ()):
            if name in roles:
                found.error(
                    draft.mark(section, name),
                    f"{quoted(name)} is the name of a role",
                    "choose another id: persons, roles and posts share one name space",
                )


def _logins(draft: Draft, found: Findings) -> None:
    first: dict[str, str] = {}
    for person_id, person in draft.people.items():
        if person.login is None:
            continue
        before = first.setdefault(person.login, person_id)
        if before != person_id:
            found.error(
                draft.mark("people", person_id, "login"),
                f"{person_id} and {before} have the same login",
                "one account is one person: take one out",
            )


def _reach(draft: Draft, found: Findings) -> None:
    for person_id, person in draft.people.items():
        for index, way in enumerate(person.reach):
            ((channel, address),) = way.items()
            at = draft.mark("people", person_id, "reach", index)
            if channel in LOCAL_CHANNELS:
                found.warning(at, f"{channel} needs no address", "take it out")
            elif references.way(draft, channel, at, found):
                _address(draft, channel, address, at, found)


def _address(draft: Draft, channel: str, address: str, at: Mark, found: Findings) -> None:
    """What the channel itself says of an address; never quoted, because it is somebody's."""
    says = getattr(draft.channel_types.get(channel), "address_problem", None)
    problem = None if says is None else says(address)
    if problem is not None:
        found.error(at, f"this address is {problem}", f"correct what stands after `{channel}:`")


def _channels(draft: Draft, found: Findings) -> None:
    for name, channel in draft.channels.items():
        if name in LOCAL_CHANNELS and channel.driver != name:
            found.error(
                draft.mark("channels", name),
                f"{name} exists without being declared",
                "choose another name for this channel",
            )


def _chain(draft: Draft, name: str, chain: Chain, found: Findings) -> None:
    path = ("chains", name)
    if chain.confirmed.start_at > len(chain.steps):
        found.error(
            draft.mark(*path, "confirmed", "start-at"),
            f"start-at is {chain.confirmed.start_at}, and the chain has {len(chain.steps)} steps",
            f"write a number from 1 to {len(chain.steps)}",
        )
    if chain.decide == 0:
        found.error(
            draft.mark(*path, "decide"), "nobody can decide in no time", "write 60s or more"
        )
    elif chain.decide > DECIDE_MS_GOOD:
        found.warning(
            draft.mark(*path, "decide"),
            "an acknowledged alarm may stand for more than an hour before anybody asks",
            "write a shorter `decide`",
        )
    for index, step in enumerate(chain.steps):
        _step(draft, (*path, "steps", index), step, found)
    _enough_people(draft, name, chain, found)


def _enough_people(draft: Draft, name: str, chain: Chain, found: Findings) -> None:
    if all(draft.has("posts", target) for step in chain.steps for target in step.call):
        found.error(
            draft.mark("chains", name),
            f"the chain {name} calls posts and no person: where nobody sits, nobody is called",
            "add a step that calls a person or a role, as in `call: [duty-manager]`",
        )
        return
    people: Counter[str] = Counter()
    for step in chain.steps:
        for target in step.call:
            if draft.has("posts", target) or draft.has("people", target):
                people[target] += 1
            else:
                people.update(targets(draft, target))
    if len(people) < PEOPLE_GOOD:
        found.warning(
            draft.mark("chains", name),
            f"the chain {name} calls fewer than {PEOPLE_GOOD} people",
            "add a step that calls somebody else: one person can be ill, asleep or in the lift",
        )


def _step(draft: Draft, path: tuple[str | int, ...], step: Step, found: Findings) -> None:
    at = draft.mark(*path)
    channels = [*step.by, *([step.otherwise] if step.otherwise else [])]
    for channel in channels:
        key = "or" if channel == step.otherwise else "by"
        references.channel_of_step(draft, channel, draft.mark(*path, key), found)
    if step.wait == 0:
        found.error(
            draft.mark(*path, "wait"), "a wait of nothing: nobody could answer", "write 30s or more"
        )
    elif step.wait > WAIT_MS_GOOD:
        found.warning(
            draft.mark(*path, "wait"),
            "this step waits for more than half an hour before anybody else is called",
            "write a shorter `wait`",
        )
    if step.otherwise in step.by:
        found.warning(
            draft.mark(*path, "or"), "`or` names a channel that `by` already uses", "take it out"
        )
    reached = [_target(draft, path, target, channels, found) for target in step.call]
    if all(known for known, _ in reached) and not any(reaches for _, reaches in reached):
        found.error(
            at,
            f"this step reaches nobody: {listed(step.call)} over {listed(channels)}",
            "give somebody a `reach` on that channel, or call over another",
        )


def _target(
    draft: Draft,
    path: tuple[str | int, ...],
    target: str,
    channels: list[str],
    found: Findings,
) -> tuple[bool, bool]:
    """Whether the target is known (and was valid), and whether the step reaches it."""
    at = draft.mark(*path, "call")
    if draft.has("posts", target):
        return target in draft.posts, any(channel in LOCAL_CHANNELS for channel in channels)
    if not references.target(draft, target, at, found):
        return False, False
    people = targets(draft, target)
    broken = len(people) == 0 and set(draft.ids.get("people", ())) != set(draft.people)
    if not people and not broken:
        found.error(
            at, f"nobody has the role {quoted(target)}", "give somebody that role, or call another"
        )
        return False, False
    reached = [person for person in people if _reaches(draft, person, channels)]
    for person in people:
        if person not in reached:
            found.warning(
                draft.mark("people", person),
                f"{person} is called over {listed(channels)} and has no `reach` on any of them",
                "write the address under `reach:`",
            )
    return not broken, bool(reached)


def _reaches(draft: Draft, person: str, channels: list[str]) -> bool:
    ways = {channel for way in draft.people[person].reach for channel in way}
    return any(channel in ways or channel in LOCAL_CHANNELS for channel in channels)


def _ways_out(draft: Draft, found: Findings) -> None:
    """A way out is a driver and the host it speaks to: two names for one gateway are one way."""
    used = {
        channel
        for chain in draft.chains.values()
        for step in chain.steps
        for channel in (*step.by, *([step.otherwise] if step.otherwise else []))
        if channel in draft.ids.get("channels", ()) and channel not in LOCAL_CHANNELS
    }
    if not draft.chains or not used <= set(draft.channels):
        return
    at = draft.mark("channels")
    if not used:
        found.warning(
            at,
            "no chain calls anybody outside the building",
            "declare a channel and call somebody over it",
        )
        return
    hosts = {(draft.channels[name].driver, _host(draft, name)) for name in used}
    if len(hosts) == 1:
        found.warning(
            at,
            "every call goes out by one way: if that fails, nobody is reached",
            "add a channel over another gateway or another network",
        )


def _host(draft: Draft, channel: str) -> str:
    config = draft.channel_configs.get(channel, {})
    address = config.get("url") or config.get("host") or channel
    try:
        return urlsplit(str(address)).netloc or str(address)
    except ValueError:
        return str(address)


def _acknowledge(draft: Draft, found: Findings) -> None:
    model = draft.acknowledge
    if model is None:
        return
    if model.listen is not None:
        host, _, port = model.listen.rpartition(":")
        if not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65_536 or not host:
            found.error(
                draft.mark("acknowledge", "listen"), "not an address to listen on",
                "write host:port, as in 127.0.0.1:8099",
            )  # fmt: skip
        elif not _loopback(host) and not (model.public_url or "").startswith("https://"):
            found.warning(
                draft.mark("acknowledge", "listen"),
                "links that acknowledge are served in the clear beyond this computer",
                "listen on 127.0.0.1 behind a proxy, and write its https:// as public_url",
            )
    if model.public_url is not None and not model.public_url.startswith(("https://", "http://")):
        found.error(
            draft.mark("acknowledge", "public_url"), "not a web address", "write https://host/path"
        )


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
