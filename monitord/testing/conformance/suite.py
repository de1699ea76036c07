"""The battery as a test class: extend it, name the bench, and pytest runs every check.

pytest is the author's; this module imports nothing of it, and pytest finds the methods by name.
"""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from monitord.testing.conformance.battery import CHECKS, LISTEN_CHECKS, Check, run_check
from monitord.testing.conformance.bench import Bench
from monitord.testing.conformance.verdict import Outcome


class Conformance:
    """``class TestMyDriver(Conformance): bench = MyBench``: one test method for each check.

    A check that is not tried passes as a test only when its id stands in ``not_tried``: what is
    left out is left out on purpose.
    """

    bench: ClassVar[type[Bench]]
    not_tried: ClassVar[frozenset[str]] = frozenset()

    def judge(self, check_id: str) -> None:
        """Run one check. Raises ``AssertionError`` with the verdict's words."""
        verdict = asyncio.run(run_check(check_id, self.bench))
        untried = verdict.outcome is Outcome.NOT_TRIED and check_id in self.not_tried
        if verdict.outcome is not Outcome.PASSED and not untried:
            raise AssertionError(f"{check_id}: {verdict.outcome}: {verdict.words}")


def _test_of(check: Check) -> Callable[[Conformance], None]:
    def test(self: Conformance) -> None:
        self.judge(check.id)

    test.__doc__ = check.asks
    return test


class ListenConformance(Conformance):
    """The same for a driver that listens, with a ``ListenBench``."""


def _give(suite: type[Conformance], checks: tuple[Check, ...]) -> None:
    for check in checks:
        setattr(suite, f"test_{check.id.replace('-', '_')}", _test_of(check))


_give(Conformance, CHECKS)
_give(ListenConformance, LISTEN_CHECKS)
for _id in {check.id for check in CHECKS} - {check.id for check in LISTEN_CHECKS}:
    setattr(ListenConformance, f"test_{_id.replace('-', '_')}", None)
