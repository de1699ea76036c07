"""Facts of outputs: what their devices say, and what people switch by hand."""

from monitord.core.facts.base import Fact
from monitord.core.facts.people import Command


class OutputAnswered(Fact, frozen=True):
    """What came of switching an output; ``error`` is empty when its device has done it."""

    output: str
    on: bool
    error: str = ""


class SwitchOutput(Command, frozen=True):
    """Off; or on for a test of ``for_ms``."""

    output: str
    on: bool
    for_ms: int = 0
