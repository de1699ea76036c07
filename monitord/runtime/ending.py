"""The end of a process: whether all that was begun ends, within a bound.

It only looks and tells; to end the process without what holds on is the application's.
"""

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

#: What still runs after a stop has this long to end before the process does without it.
LEFTOVERS_S: Final = 0.5
LOOKS: Final = 50
#: Threads for PINs, notes, snapshots and readers of the journal.
WORKERS_MAX: Final = 8
WORKER: Final = "worker"

_log = structlog.get_logger(__name__)


def take_workers() -> ThreadPoolExecutor:
    """The threads of the running loop, known by name."""
    workers = ThreadPoolExecutor(WORKERS_MAX, WORKER)
    asyncio.get_running_loop().set_default_executor(workers)
    return workers


async def all_ended(workers: ThreadPoolExecutor) -> bool:
    """Whether all tasks and ``workers`` end; a driver, or a disk that hangs, may hold on."""
    workers.shutdown(wait=False, cancel_futures=True)
    leftovers = asyncio.all_tasks() - {asyncio.current_task()}
    for task in leftovers:
        task.cancel()
    if leftovers:
        _, stubborn = await asyncio.wait(leftovers, timeout=LEFTOVERS_S)
        if stubborn:
            _log.error("tasks_do_not_end", tasks=sorted(task.get_name() for task in stubborn))
            return False
    for _ in range(LOOKS):
        if not any(thread.name.startswith(WORKER) for thread in threading.enumerate()):
            return True
        await asyncio.sleep(LEFTOVERS_S / LOOKS)
    _log.error("threads_do_not_end", threads="they wait for a disk that does not answer")
    return False


def let_go_of_output() -> None:
    """What a full disk or a closed terminal will not take must not turn a clean end into a failure.

    The interpreter flushes both at its end and ends with a code of its own when it cannot.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
