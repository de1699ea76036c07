"""A piece of a site file for devices that were found: all that is known, the rest left to fill in.

What is to be filled in is a key without a value, which ``monitord check`` does not let pass. What
devices say of themselves is one line of plain text, in quotes or behind a ``#``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from monitord.channels.words import plain
from monitord.cli.say_discover import facts, remarks
from monitord.driver import Driver
from monitord.runtime.discovering import Met

#: The name under which the one password of all is put away.
CREDENTIAL: Final = "cameras"
_TEMPLATE: Final = "found-camera"


def ids(met: Sequence[Met]) -> dict[str, str]:
    """An id by address for each that goes into the piece: what nobody has heard of does not."""
    there = [one.found.address for one in met if one.is_there]
    return {address: f"cam-{number}" for number, address in enumerate(there, 1)}


def fragment(driver: str, cls: type[Driver[Any]], user: str, met: Sequence[Met]) -> str:
    """The piece, ready to be put beside a site file. ``met`` in the order of their places."""
    known = ids(met)
    lines = [
        f"# Found by `monitord discover`: {len(known)}. Fill in what has no value yet, put the",
        f"# password away with `monitord credential set {CREDENTIAL}`, and run `monitord check`.",
        "templates:",
        f"  {_TEMPLATE}:",
        f"    driver: {driver}",
        *_sign_on(cls, user),
        "",
        "devices:",
    ]
    for one in met:
        if one.is_there:
            lines += _device(cls, known[one.found.address], one)
    lines += [
        f"  # {_comment(one.found.address)}: {_comment('; '.join(remarks(one)))}"
        for one in met
        if not one.is_there
    ]
    return "\n".join(lines) + "\n"


def _sign_on(cls: type[Driver[Any]], user: str) -> Iterator[str]:
    if "user" in cls.Config.model_fields:
        yield f"    user: {_quoted(user)}" if user else "    user:              # their account"
    if "password" in cls.Config.model_fields:
        yield "    # One password for all: whoever learns it from one of them has them all."
        yield f"    password: {{credential: {CREDENTIAL}}}"


def _device(cls: type[Driver[Any]], name: str, one: Met) -> Iterator[str]:
    told = facts(one)
    if told:
        yield f"  # {_comment(told)}"
    for remark in remarks(one):
        yield f"  # Look: {_comment(remark)}"
    yield f"  {name}:"
    yield f"    use: {_TEMPLATE}"
    yield "    name:              # what people call it"
    yield "    area:              # where it hangs, by its id under `areas:`"
    yield f"    address: {_quoted(one.found.address)}"
    for key, value in _own(cls, one).items():
        yield f"    {key}: {_quoted(value)}"
    if one.about is not None and one.about.snapshot:
        yield "    pictures: {every: 10s}"


def _own(cls: type[Driver[Any]], one: Met) -> Mapping[str, Any]:
    """Its own keys; none where the driver itself would refuse them."""
    section = {} if one.about is None else dict(one.about.section)
    section = {key: value for key, value in section.items() if isinstance(value, str)}
    try:
        cls.Config.model_validate({"address": one.found.address, **section})
    except ValidationError:
        return {}
    return section


def _quoted(text: str) -> str:
    """A text as YAML has it in double quotes."""
    return json.dumps(plain(text), ensure_ascii=False)


def _comment(text: str) -> str:
    """Words behind a ``#``: on one line, whatever a device put into them."""
    return plain(text)
