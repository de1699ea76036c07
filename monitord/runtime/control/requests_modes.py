"""The requests about how the site is run: see :mod:`monitord.runtime.control.modes`."""

from monitord.runtime.control.request import Command, Request


class ShowMode(Request, frozen=True, tag="mode"):
    """How the site is run, since when and by whom; with ``to`` what another mode would weaken."""

    to: str = ""


class ChangeMode(Command, frozen=True, tag="mode-change"):
    """Run the site in this mode, ``until`` (RFC 3339 with its zone). Needs the PIN if it weakens.

    A looser mode always has an end.
    """

    mode: str
    reason: str
    until: str = ""


AnyModeRequest = ShowMode | ChangeMode
