"""PUBLIC: the battery that shows whether a driver keeps its word when its device misbehaves.

An author writes a ``Bench``: how to make the driver, and how to make a simulated device
misbehave. Then ``monitord driver test PATH`` runs every check, and so does a test class that
extends ``Conformance``. What the device cannot do is reported as not tried, never as passed.
"""

from monitord.testing.conformance.battery import CHECKS, LISTEN_CHECKS, checks_of, run, run_check
from monitord.testing.conformance.bench import Bench, ListenBench, Trouble, load_bench, load_driver
from monitord.testing.conformance.suite import Conformance, ListenConformance
from monitord.testing.conformance.verdict import Outcome, Verdict

__all__ = [
    "CHECKS",
    "LISTEN_CHECKS",
    "Bench",
    "Conformance",
    "ListenBench",
    "ListenConformance",
    "Outcome",
    "Trouble",
    "Verdict",
    "checks_of",
    "load_bench",
    "load_driver",
    "run",
    "run_check",
]
