"""One question to a process that lives for it alone: bounded in time, and killed when it is late.

What it runs is a module of ours as a program: arguments and standard input in, standard output out.
It never holds a device, and what it does to memory ends with it.
"""

import asyncio
import sys


async def ask_child(module: str, *arguments: str, within_s: float, told: bytes = b"") -> bytes:
    """What the child says. Raises ``OSError``, and ``TimeoutError`` when it is late."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(within_s):
            answer, _ = await child.communicate(told)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return answer
