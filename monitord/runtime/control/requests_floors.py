"""The request for a floor plan: see :mod:`monitord.runtime.control.floors`."""

from monitord.runtime.control.request import Request


class ShowDrawing(Request, frozen=True, tag="drawing"):
    """The drawing of a floor, as a browser is given it."""

    floor: str
