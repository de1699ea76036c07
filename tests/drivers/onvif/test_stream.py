"""The small RTSP client, against a server that says what it is told to."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator

import pytest

from monitord.driver import DeviceFault
from monitord_drivers.onvif import stream

RTP = b"\x80\x60" + bytes(20)
SDP = "v=0\r\nm=audio 0 RTP/AVP 0\r\na=control:track0\r\nm=video 0 RTP/AVP 96\r\na=control:{}\r\n"


class Server:
    """Answers each method; ``packets`` follow the answer to PLAY."""

    def __init__(self) -> None:
        self.packets: list[tuple[int, bytes]] = [(0, RTP)]
        self.control = "track1"
        self.challenge = ""
        self.reply = b""
        self.asked: list[str] = []
        self.counts: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/main"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.asked.append(head.partition("\r\n")[0])
                writer.write(self.reply or self._answer(head).encode())
                if head.startswith("PLAY") and "200 OK" in self._last:
                    for channel, data in self.packets:
                        writer.write(b"$" + bytes([channel]) + len(data).to_bytes(2, "big") + data)
        except (asyncio.IncompleteReadError, OSError):
            writer.transport.abort()

    def _answer(self, head: str) -> str:
        lines = ["RTSP/1.0 200 OK"]
        body = SDP.format(self.control) if head.startswith("DESCRIBE") else ""
        if self.challenge and not self._is_signed(head):
            lines, body = ["RTSP/1.0 401 No", f"WWW-Authenticate: {self.challenge}"], ""
        lines += ["Session: 7;timeout=60", f"Content-Length: {len(body)}"]
        self._last = lines[0]
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def _is_signed(self, head: str) -> bool:
        told = dict(re.findall(r'(\w+)="?([^",\r]+)', head.partition("Authorization:")[2]))
        if "nc" not in told or told["nc"] in self.counts:
            return False
        self.counts.append(told["nc"])

        def hashed(text: str) -> str:
            return hashlib.sha256(text.encode()).hexdigest()

        middle = f"n1:{told['nc']}:{told['cnonce']}:auth"
        method = head.partition(" ")[0]
        asked = hashed(f"{method}:{told['uri']}")
        right = hashed(f"{hashed('u:r:p')}:{middle}:{asked}")
        return told["response"] == right


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield made


async def look(server: Server, within_s: float = 2.0) -> None:
    await stream.look("127.0.0.1", server.port, server.url, "u", "p", within_s)


async def test_the_video_among_other_tracks_is_played(server: Server) -> None:
    await look(server)
    assert server.asked[1].startswith(f"SETUP {server.url}/track1 ")


async def test_a_track_that_names_another_host_is_asked_for_here(server: Server) -> None:
    server.control = "rtsp://192.168.1.9:554/main/track1"
    await look(server)
    assert server.asked[1].startswith(f"SETUP rtsp://127.0.0.1:{server.port}/main/track1 ")


async def test_each_request_is_signed_and_counted(server: Server) -> None:
    server.challenge = 'Digest realm="r", nonce="n1", algorithm=SHA-256, qop="auth-int, auth"'
    await look(server)
    assert server.counts[:3] == ["00000001", "00000002", "00000003"]


@pytest.mark.parametrize(
    ("packets", "words"),
    [
        ([(1, RTP)], "no picture comes"),  # reports of the sender alone
        ([(0, bytes(40))], "no picture comes"),  # no packet of a stream
        ([], "no picture comes"),
    ],
)
async def test_what_is_no_picture_is_none(
    server: Server, packets: list[tuple[int, bytes]], words: str
) -> None:
    server.packets = packets
    with pytest.raises(DeviceFault, match=words):
        await look(server, 0.1)


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"x" * 100_000,
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: many\r\n\r\n",
    ],
)
async def test_what_is_no_rtsp_is_bounded(server: Server, reply: bytes) -> None:
    server.reply = reply
    with pytest.raises(DeviceFault, match="no RTSP"):
        await look(server)


async def test_a_stream_without_video_is_said(server: Server) -> None:
    server.reply = b"RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nv=0\r\n"
    with pytest.raises(DeviceFault, match="no video"):
        await look(server)
