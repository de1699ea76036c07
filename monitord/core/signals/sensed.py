"""What is made of one item of an answer."""

from typing import NamedTuple

from monitord.vocabulary import Limit, PointState

SignalValue = float | str | None


class Sensed(NamedTuple):
    """``slow``: to be believed when it has held, as a contact may pass through it on its way."""

    state: PointState
    value: SignalValue = None
    crossed: tuple[Limit, ...] = ()
    slow: bool = False
