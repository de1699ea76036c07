"""A gateway on loopback that answers as badly as a test asks it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Handler = Callable[[bytes, dict[str, str], asyncio.StreamWriter], Awaitable[None]]


class Gateway:
    """Reads one request per connection, keeps it, and lets ``answer`` write what it likes."""

    def __init__(self, answer: Handler) -> None:
        self.answer = answer
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/call"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = head.split("\r\n")
            pairs = (line.partition(":") for line in lines[1:] if line)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            headers[":request"] = lines[0]
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.requests.append((headers, body))
            await self.answer(body, headers, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def gateway(answer: Handler) -> AsyncIterator[Gateway]:
    """A gateway for the length of a ``with``; every connection ends with it."""
    made = Gateway(answer)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(made.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answering(status: int, body: bytes = b"", headers: str = "") -> Handler:
    """Always this answer."""

    async def answer(_: bytes, __: dict[str, str], writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} Whatever\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return answer


def raw(answer_bytes: bytes) -> Handler:
    """These bytes and the end of the connection."""

    async def answer(_: bytes, __: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(answer_bytes)
        await writer.drain()

    return answer


async def hanging(_: bytes, __: dict[str, str], writer: asyncio.StreamWriter) -> None:
    """Never an answer."""
    await asyncio.Event().wait()


def in_turn(*answers: Handler) -> Handler:
    """The first answer first; the last one for good."""
    left = list(answers)

    async def answer(body: bytes, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(body, headers, writer)

    return answer
