"""The request of who measures the daemon."""

from monitord.runtime.control.request import Request


class Gauges(Request, frozen=True, tag="gauges"):
    """How the devices are polled, and how long each queue is."""
