"""The battery of monitord as tests: one for each check."""

from pathlib import Path

from monitord.testing.conformance import Conformance, load_bench


class TestTextPanel(Conformance):
    """The driver keeps its word when its device misbehaves."""

    bench = load_bench(Path(__file__).parent)
    not_tried = frozenset({"outputs", "secrets", "shared-line"})  # the driver has none of these
