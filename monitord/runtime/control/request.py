"""What all requests of the control socket have in common."""

import msgspec


class Request(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"
):
    """The root of all requests; the tag is the verb."""


class Command(Request, frozen=True, kw_only=True):
    """What changes something. ``person`` and ``pin`` where the login is not the person's own.

    A program gives its ``token`` instead; a console the ``session`` of who is signed on, or its
    ``station`` secret with the person and PIN of this one command. ``code`` is that of a second
    factor. ``key`` makes a repeat harmless for 24 h.
    """

    person: str = ""
    pin: str = ""
    code: str = ""
    token: str = ""
    session: str = ""
    station: str = ""
    key: str = ""
