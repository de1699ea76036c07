"""The verbs of the handover of a post: see :mod:`monitord.runtime.control.handing`."""

from monitord.runtime.control.request import Command, Request


class ShowHandover(Request, frozen=True, tag="handover"):
    """Every post: who signed last, what waits to be taken over, what stands on a sheet now."""


class OfferHandover(Command, frozen=True, tag="handover-offer"):
    """Whoever leaves signs the sheet. Needs the PIN. ``post`` empty: the only one there is."""

    post: str = ""


class TakeHandover(Command, frozen=True, tag="handover-take"):
    """Whoever comes takes all of it but ``refuses``, for this reason. Needs the PIN."""

    post: str = ""
    refuses: tuple[str, ...] = ()
    reason: str = ""


AnyHandoverRequest = ShowHandover | OfferHandover | TakeHandover
