"""A camera of which only its picture is known: fetched, bounded, and each failure with words."""

import asyncio
import subprocess
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitord.driver import AuthFault, Cause, ConfigFault, DeviceFault, Reading
from monitord_drivers.snapshot import (
    SnapshotConfig,
    SnapshotDriver,
    SnapshotPointConfig,
    driver,
)
from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera
from tests.channels.mailserver import certificate

JPEG = b"\xff\xd8\xff\xe0" + bytes(400) + b"\xff\xd9"
WITHIN_S = 0.6
PIECE = bytes(1 << 16)
#: What a picture of the longest kind, in pieces and joined, may hold of memory.
HELD_MAX = 3 * driver.PICTURE_MAX

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Camera = Callable[[Serve], Awaitable[SnapshotDriver]]


@pytest.fixture
async def camera(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Camera]:
    """``await camera(serve)``: an open driver of a camera whose connections ``serve`` handles."""
    monkeypatch.setattr(driver, "PICTURE_S", WITHIN_S)
    servers: list[asyncio.Server] = []
    serving: set[asyncio.Task[None]] = set()
    drivers: list[SnapshotDriver] = []

    async def start(serve: Serve) -> SnapshotDriver:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            serving.add(task)
            try:
                await reader.readuntil(b"\r\n\r\n")
                await serve(reader, writer)
            except (OSError, EOFError, asyncio.CancelledError):
                pass
            finally:
                writer.transport.abort()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        servers.append(server)
        made = driver_at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/shot.jpg")
        drivers.append(made)
        await made.open()
        return made

    yield start
    for each in drivers:
        await each.close()
    for server in servers:
        server.close()
    for task in serving:
        task.cancel()
    await asyncio.gather(*serving, return_exceptions=True)


def driver_at(address: str, **more: Any) -> SnapshotDriver:
    """A driver that is not open yet."""
    return SnapshotDriver(SnapshotConfig.model_validate({"address": address, **more}), ())


def answering(status: str, body: bytes = b"", *headers: str) -> Serve:
    """A camera that answers this and hangs up."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers]

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return serve


def endless(*headers: str) -> Serve:
    """A camera that never stops sending."""
    head = "\r\n".join(["HTTP/1.1 200 OK", *headers]) + "\r\n\r\n"

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + JPEG)
        while True:
            writer.write(PIECE)
            await writer.drain()

    return serve


def dripping() -> Serve:
    """A camera that sends a byte now and then, for ever."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + JPEG[:4])
        while True:
            writer.write(b"\0")
            await writer.drain()
            await asyncio.sleep(0.02)

    return serve


async def test_the_picture_is_handed_on_as_it_came(camera: Camera) -> None:
    seen = await (await camera(answering("200 OK", JPEG, "Content-Type: image/jpeg"))).frame()
    assert seen.jpeg == JPEG


@pytest.mark.parametrize("profile", ["plain", "snapshot-basic"])
async def test_it_signs_as_the_camera_asks(profile: str) -> None:
    """Against the simulated camera, which checks what is signed."""
    simulated = SimulatedCamera("yard", profile=profile)
    await simulated.start()
    signed = driver_at(
        simulated.snapshot_url, user=USER, password={"credential": "c", "text": PASSWORD}
    )
    wrong = driver_at(simulated.snapshot_url, user=USER, password={"credential": "c", "text": "x"})
    try:
        for each in (signed, wrong):
            await each.open()
        assert (await signed.frame()).jpeg.startswith(b"\xff\xd8\xff")
        with pytest.raises(AuthFault, match="refuses our user or password"):
            await wrong.frame()
    finally:
        for each in (signed, wrong):
            await each.close()
        await simulated.stop()


@pytest.mark.parametrize(
    ("serve", "kind", "cause", "words"),
    [
        (answering("401 No"), AuthFault, Cause.AUTHENTICATION, "refuses our user"),
        (answering("403 No"), AuthFault, Cause.AUTHENTICATION, "refuses our user"),
        (answering("404 No"), ConfigFault, Cause.CONFIGURATION, "no picture at this address"),
        (answering("503 No"), DeviceFault, Cause.DEVICE, "answers 503"),
        (
            answering("302 Found", b"", "Location: http://127.0.0.1:1/other"),
            DeviceFault,
            Cause.PROTOCOL,
            "sends us to another address",
        ),
        (answering("200 OK", b"<html>Sign on"), DeviceFault, Cause.PROTOCOL, "no JPEG"),
        (answering("200 OK"), DeviceFault, Cause.PROTOCOL, "no JPEG"),
        (
            answering("200 OK", JPEG, "Content-Length: 5000"),
            DeviceFault,
            Cause.SILENT,
            "the connection ended",
        ),
        (
            answering("200 OK", JPEG, "Content-Length: -5"),
            DeviceFault,
            Cause.PROTOCOL,
            "no HTTP",
        ),
        (
            answering("200 OK", JPEG + PIECE, "Content-Length: 400"),
            DeviceFault,
            Cause.PROTOCOL,
            "no HTTP",
        ),
        (
            answering("200 OK", JPEG, "Content-Encoding: gzip"),
            DeviceFault,
            Cause.PROTOCOL,
            "packed form",
        ),
        (endless(), DeviceFault, Cause.PROTOCOL, "longer than"),
        (endless("Content-Length: 100000000"), DeviceFault, Cause.PROTOCOL, "longer than"),
        (
            endless("Content-Type: multipart/x-mixed-replace; boundary=x"),
            DeviceFault,
            Cause.CONFIGURATION,
            "a film",
        ),
        (dripping(), DeviceFault, Cause.SILENT, "no answer within"),
    ],
)
async def test_what_is_no_picture_ends_soon_and_has_words(
    camera: Camera, serve: Serve, kind: type[DeviceFault], cause: Cause, words: str
) -> None:
    made = await camera(serve)
    tracemalloc.start()
    try:
        began = time.monotonic()
        with pytest.raises(DeviceFault, match=words) as told:
            await made.frame()
        assert time.monotonic() - began < WITHIN_S + 1
        assert tracemalloc.get_traced_memory()[1] < HELD_MAX
    finally:
        tracemalloc.stop()
    assert type(told.value) is kind
    assert told.value.cause is cause


async def test_it_is_alive_while_its_port_opens(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "EVERY_S", 0.01)
    signs: list[Sequence[Reading]] = []

    async def emit(readings: Sequence[Reading]) -> bool:
        signs.append(readings)
        if len(signs) == 3:
            raise EOFError  # this is enough
        return True

    made = await camera(answering("200 OK", JPEG))
    with pytest.raises(EOFError):
        await made.listen(emit)
    assert signs == [[], [], []]


async def test_a_camera_that_was_unplugged_is_lost() -> None:
    gone = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    made = driver_at(f"http://127.0.0.1:{gone.sockets[0].getsockname()[1]}/")
    gone.close()
    await gone.wait_closed()

    async def emit(_: Sequence[Reading]) -> bool:
        raise AssertionError("no sign of life came")

    await made.open()
    try:
        with pytest.raises(DeviceFault, match="nobody listens") as told:
            await made.listen(emit)
        assert told.value.cause is Cause.REFUSED
        with pytest.raises(DeviceFault) as told:
            await made.frame()
        assert told.value.cause is Cause.REFUSED
    finally:
        await made.close()


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"address": "10.0.30.22/a.jpg"}, "write http://HOST/PATH"),
        ({"address": "rtsp://10.0.30.22/a"}, "not the address of a picture"),
        ({"address": "http://me:secret@10.0.30.22/a.jpg"}, "read by many"),
        ({"address": "http://10.0.30.22:99999/a.jpg"}, "not an address"),
        ({"address": "http://10.0.30.22/a b.jpg"}, "a space"),
        ({"user": "a:b"}, "no colon"),
        ({"password": {"credential": "x"}}, "no `user`"),
    ],
)
def test_a_mistake_is_refused_with_words(section: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SnapshotConfig.model_validate({"address": "http://10.0.30.22/a.jpg", **section})


def test_it_has_no_points_to_write() -> None:
    with pytest.raises(ValidationError, match="no points but `picture`"):
        SnapshotPointConfig.model_validate({})


def test_the_daemon_reads_a_site_without_the_libraries() -> None:
    """Checking a site file imports the driver's module, and nothing that fetches."""
    code = "import sys, monitord_drivers.snapshot; print('aiohttp' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


async def test_a_certificate_that_nobody_vouches_for_is_a_choice_of_the_site_file(
    tmp_path: Path,
) -> None:
    server = await asyncio.start_server(
        answering("200 OK", JPEG), "127.0.0.1", 0, ssl=certificate(tmp_path)[0]
    )
    address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/shot.jpg"
    careful, trusting = driver_at(address), driver_at(address, verify=False)
    async with server:
        try:
            for each in (careful, trusting):
                await each.open()
            with pytest.raises(ConfigFault, match="nobody vouches"):
                await careful.frame()
            assert (await trusting.frame()).jpeg == JPEG
        finally:
            for each in (careful, trusting):
                await each.close()
