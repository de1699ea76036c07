"""The stream of a simulated camera: a real decoder plays it, and each of its faults bites."""

import asyncio
import contextlib
from typing import Any

import av
import numpy as np
import pytest

from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera
from monitord_simulators.camera.h264 import planes
from monitord_simulators.camera.rtsp import CLIENTS_MAX

from .conftest import Start

OPTIONS = {"rtsp_transport": "tcp", "probesize": "200000", "analyzeduration": "200000"}


def first_pictures(url: str, count: int) -> list[np.ndarray]:
    """Runs in a thread: PyAV opens the stream and decodes so many pictures."""
    with av.open(url, options=OPTIONS, timeout=(5, 5)) as container:
        pictures = []
        for frame in container.decode(video=0):
            pictures.append(frame.to_ndarray().reshape(-1))
            if len(pictures) == count:
                break
        return pictures


def with_password(camera: SimulatedCamera, password: str = PASSWORD) -> str:
    return camera.stream_url.replace("//", f"//{USER}:{password}@")


async def played(camera: SimulatedCamera, count: int = 2, password: str = PASSWORD) -> Any:
    async with asyncio.timeout(20):
        return await asyncio.to_thread(first_pictures, with_password(camera, password), count)


class Raw:
    """RTSP by hand, for what a player would hide."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, method: str, url: str, *more: str) -> str:
        """The answer, its body left out."""
        lines = [f"{method} {url} RTSP/1.0", "CSeq: 1", *more, "", ""]
        self.writer.write("\r\n".join(lines).encode())
        async with asyncio.timeout(5):
            return (await self.reader.readuntil(b"\r\n\r\n")).decode()

    async def is_silent(self, for_s: float = 0.05) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self.reader.read(1)
                return False
        return True


@contextlib.asynccontextmanager
async def raw(camera: SimulatedCamera) -> Any:
    reader, writer = await asyncio.open_connection(camera.address, camera.stream_port)
    try:
        yield Raw(reader, writer)
    finally:
        writer.close()


@pytest.fixture
def open_camera(camera: SimulatedCamera) -> SimulatedCamera:
    """A camera whose sign-on stands out of the way of requests by hand."""
    camera.device.sign_on.accepts_header = lambda *_: True  # type: ignore[method-assign]
    return camera


async def playing(player: Raw, url: str) -> str:
    """Set up and play; the session."""
    described = await player.ask("DESCRIBE", url)
    assert described.startswith("RTSP/1.0 200")
    length = int(described.partition("Content-Length: ")[2].partition("\r")[0])
    await player.reader.readexactly(length)
    transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
    answer = await player.ask("SETUP", f"{url}/trackID=1", transport)
    session = answer.partition("Session: ")[2].partition(";")[0]
    assert (await player.ask("PLAY", url, f"Session: {session}")).startswith("RTSP/1.0 200")
    return session


async def test_a_real_decoder_shows_what_the_camera_sees(start: Start) -> None:
    camera = await start()
    camera.fault("freeze")
    seen = camera.scene.image(camera.device.clock.now_ms())
    expected = np.concatenate([plane.reshape(-1) for plane in planes(seen, (320, 180))])
    pictures = await played(camera)
    assert all(np.array_equal(picture, expected) for picture in pictures)


async def test_a_wrong_password_gets_no_stream(camera: SimulatedCamera) -> None:
    with pytest.raises(av.error.FFmpegError):
        await played(camera, password="wrong")


async def test_a_refused_stream_is_not_found_by_a_player(camera: SimulatedCamera) -> None:
    camera.fault("stream-refused")
    with pytest.raises(av.error.FFmpegError):
        await played(camera)


async def test_requests_that_do_not_fit(open_camera: SimulatedCamera) -> None:
    url = open_camera.stream_url
    async with raw(open_camera) as player:
        assert "PLAY" in await player.ask("OPTIONS", url)
        assert " 404 " in await player.ask("DESCRIBE", url + "-nonsense")
        assert " 455 " in await player.ask("PLAY", url)
        assert " 461 " in await player.ask("SETUP", url, "Transport: RTP/AVP;client_port=5000-5001")
        assert " 501 " in await player.ask("RECORD", url)
        assert " 200 " in await player.ask("GET_PARAMETER", url)
        session = await playing(player, url)
    async with raw(open_camera) as other:
        assert " 455 " in await other.ask("TEARDOWN", url, f"Session: {session}")
        other.writer.write(b"x" * 20_000)
        assert await asyncio.wait_for(other.reader.read(), 5) == b""


async def test_a_stalled_stream_stays_open_and_sends_nothing(open_camera: SimulatedCamera) -> None:
    open_camera.stream.rate = 60
    open_camera.fault("stream-stall")
    async with raw(open_camera) as player:
        await playing(player, open_camera.stream_url)
        assert await player.is_silent()
        open_camera.clear("stream-stall")
        assert not await player.is_silent(5)


async def test_a_silent_stream_takes_connections_and_never_answers(camera: SimulatedCamera) -> None:
    camera.fault("stream-silent")
    async with raw(camera) as player:
        player.writer.write(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
        assert await player.is_silent()


async def test_a_dropped_stream_ends_in_the_middle(open_camera: SimulatedCamera) -> None:
    open_camera.stream.rate = 60
    async with raw(open_camera) as player:
        await playing(player, open_camera.stream_url)
        open_camera.fault("stream-drop")
        with contextlib.suppress(ConnectionResetError):
            async with asyncio.timeout(5):
                await player.reader.read(-1)


async def test_a_session_is_of_its_connection_and_may_be_forgotten(
    open_camera: SimulatedCamera,
) -> None:
    url, transport = open_camera.stream_url, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
    async with raw(open_camera) as player, raw(open_camera) as other:
        session = await playing(player, url)
        answer = await other.ask("SETUP", url, transport)
        own = answer.partition("Session: ")[2].partition(";")[0]
        assert " 454 " in await other.ask("PLAY", url, f"Session: {session}")
        open_camera.fault("stream-session")
        assert " 454 " in await other.ask("PLAY", url, f"Session: {own}")
        open_camera.clear()
        assert " 200 " in await other.ask("PLAY", url, f"Session: {own}")


async def test_clients_are_counted_and_bounded(camera: SimulatedCamera) -> None:
    async with contextlib.AsyncExitStack() as stack:
        players = [await stack.enter_async_context(raw(camera)) for _ in range(CLIENTS_MAX)]
        assert "200" in await players[-1].ask("OPTIONS", "*")
        refused = await stack.enter_async_context(raw(camera))
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(refused.reader.read(), 5) == b""
        assert camera.stream.client_count == CLIENTS_MAX


async def test_a_reboot_ends_every_stream_and_the_port_comes_back(camera: SimulatedCamera) -> None:
    async with raw(camera) as player:
        await player.ask("OPTIONS", "*")
        await camera.unplug()
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(player.reader.read(), 5) == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(camera.address, camera.stream_port)
        await camera.reboot(0.01)
        await asyncio.wait_for(camera.until_back(), 5)
        async with raw(camera) as again:
            assert "200" in await again.ask("OPTIONS", "*")
