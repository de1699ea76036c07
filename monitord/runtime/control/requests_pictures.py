"""The request for a picture: see :mod:`monitord.runtime.control.pictures`."""

from monitord.runtime.control.request import Request


class ShowPicture(Request, frozen=True, tag="picture"):
    """A picture of the evidence store, by its number."""

    picture: int
