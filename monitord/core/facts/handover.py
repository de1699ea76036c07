"""The facts of a handover: who leaves a post and who takes it over."""

from monitord.core.facts.people import Command


class OfferHandover(Command, frozen=True):
    """Whoever leaves signs the sheet of a post as it is now."""

    post: str


class TakeHandover(Command, frozen=True):
    """Whoever comes signs for all of it but ``refuses``, lines of the sheet, for this reason."""

    post: str
    refuses: tuple[str, ...] = ()
    reason: str = ""
