"""Rules that hold in every test: a test that leaves an asyncio task running has failed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import structlog
from hypothesis import settings

# A busy machine must not fail a property, and a failure must be repeatable from its report.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

# As in production: a traceback names places and never the values that stood there.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ],
)

#: Turns of the loop that tasks told to stop are given to do so.
TURNS_TO_STOP = 10


@pytest.fixture(autouse=True)
def _tasks_end_with_their_test(request: pytest.FixtureRequest) -> None:
    """Set the check up before every other fixture, so that it looks after all of them closed."""
    if pytest_asyncio.is_async_test(request.node):
        request.getfixturevalue("no_leftover_tasks")


@pytest.fixture
async def no_leftover_tasks() -> AsyncIterator[None]:
    """Fail the test when tasks that it started outlive it and its fixtures."""
    before = asyncio.all_tasks()
    yield
    expected = {asyncio.current_task(), *before}
    for _ in range(TURNS_TO_STOP):
        if expected.issuperset(asyncio.all_tasks()):
            return
        await asyncio.sleep(0)
    leftover = asyncio.all_tasks() - expected
    names = ", ".join(sorted(f"{task.get_name()}: {task.get_coro()!r}" for task in leftover))
    for task in leftover:
        task.cancel()
    pytest.fail(f"left running: {names}; cancel and await what a test starts", pytrace=False)
