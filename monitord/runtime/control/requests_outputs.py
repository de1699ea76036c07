"""Requests about outputs: sirens, strobes, relays."""

from typing import Annotated

import msgspec

from monitord.runtime.control.request import Command, Request


class Outputs(Request, frozen=True, tag="outputs"):
    """Every output: whether it is to be on, for what, and whether its device says so."""


class SwitchOutput(Command, frozen=True, kw_only=True, tag="output"):
    """Switch one off; or on, for a test of ``for_s`` seconds. Needs the PIN."""

    output: str
    on: bool
    for_s: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0


AnyOutputRequest = Outputs | SwitchOutput
