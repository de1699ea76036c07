"""The stream of a camera: RTSP 1.0 over TCP, its packets inside the same connection.

One connection is one client. Nothing is kept for a slow reader: its own sending waits.
"""

import asyncio
import base64
import contextlib
import itertools
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from monitord_simulators.camera.device import Device
from monitord_simulators.camera.faults import CameraFault
from monitord_simulators.camera.h264 import GROUP_MAX, Encoder, planes
from monitord_simulators.camera.media_service import PROFILES
from monitord_simulators.camera.rtp import CLOCK_HZ, TYPE, Packets, interleaved
from monitord_simulators.camera.signon import Scheme

RATE: Final = 5
GROUP: Final = 10  # pictures from one key picture to the next
CLIENTS_MAX: Final = 32
_HEAD_BYTES_MAX: Final = 8_192
_BODY_BYTES_MAX: Final = 65_536
_SESSION_S: Final = 60
_TRACK: Final = "trackID=1"
_METHODS: Final = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Stream Not Found",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    uri: str
    headers: dict[str, str]


@dataclass(slots=True)
class Told:
    """One answer."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    def written(self, number: str) -> bytes:
        """As it goes over the wire; ``number`` is the request's CSeq."""
        lines = [f"RTSP/1.0 {self.status} {_REASONS[self.status]}", f"CSeq: {number}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


class StreamSide:
    """Serves the stream of ``device``; ``group`` is the number of pictures between key pictures."""

    def __init__(self, device: Device, rate: int = RATE, group: int = GROUP) -> None:
        if not 1 <= group <= GROUP_MAX or not 1 <= rate <= 60:
            raise ValueError(f"{rate} pictures a second in groups of {group}: 1 to 60, 1 to 256")
        self.device = device
        self.rate = rate
        self.group = group
        self.encoder = Encoder(device.stream_size, rate)
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    @property
    def client_count(self) -> int:
        """How many connections there are."""
        return len(self._clients)

    async def start(self, host: str, port: int) -> int:
        """Listen; the port. Raises ``OSError`` when it is taken."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_HEAD_BYTES_MAX)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Drop every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        clients = list(self._clients)
        for task in clients:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._clients) >= CLIENTS_MAX:
            writer.transport.abort()
            return
        self._clients.add(task)
        # Cancelled when the camera goes away: its client sees the connection end.
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await _Client(self, reader, writer).converse()
        self._clients.discard(task)
        writer.transport.abort()


class _Client:
    """One connection."""

    def __init__(
        self, side: StreamSide, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._side = side
        self._device = side.device
        self._reader = reader
        self._writer = writer
        self._session: str | None = None
        self._channel = 0
        self._playing: asyncio.Task[None] | None = None

    async def converse(self) -> None:
        """Answer requests until the client or the camera is gone."""
        try:
            while (asked := await self._next()) is not None:
                faults = self._device.faults
                if faults.take(CameraFault.STREAM_SILENT) or faults.take(CameraFault.HANG):
                    await asyncio.Event().wait()
                told = self._answer(asked)
                self._writer.write(told.written(asked.headers.get("cseq", "0")))
                await self._writer.drain()
                if asked.method == "TEARDOWN":
                    return
        finally:
            if self._playing is not None:
                self._playing.cancel()
                await asyncio.gather(self._playing, return_exceptions=True)

    async def _next(self) -> Asked | None:
        """The next request; what a client sends between them (receiver reports) is let go by."""
        try:
            while (first := await self._reader.readexactly(1)) == b"$":
                size = int.from_bytes((await self._reader.readexactly(3))[1:], "big")
                await self._reader.readexactly(size)
            head = (first + await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.strip().split("\r\n")
            method, uri, _ = request.split(" ")
            pairs = (line.partition(":") for line in lines)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            length = int(headers.get("content-length", "0"))
            if not 0 <= length <= _BODY_BYTES_MAX:
                return None
            await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            return None
        return Asked(method, uri, headers)

    def _answer(self, asked: Asked) -> Told:
        faults = self._device.faults
        if asked.method == "OPTIONS":
            return Told(200, [("Public", _METHODS)])
        header = asked.headers.get("authorization", "")
        sign_on = self._device.sign_on
        right = sign_on.accepts_header(Scheme.DIGEST, header, asked.method, asked.uri)
        if not right or faults.take(CameraFault.REFUSE_LOGIN):
            stale = sign_on.is_stale(header)
            schemes = sign_on.challenges(Scheme.DIGEST, stale=stale, quality=False)
            return Told(401, [("WWW-Authenticate", scheme) for scheme in schemes])
        match asked.method:
            case "DESCRIBE":
                return self._describe(asked)
            case "SETUP":
                return self._set_up(asked)
            case "PLAY" | "PAUSE" | "TEARDOWN" | "GET_PARAMETER" | "SET_PARAMETER":
                return self._within_session(asked)
            case _:
                return Told(501)

    def _describe(self, asked: Asked) -> Told:
        if self._device.faults.take(CameraFault.STREAM_REFUSED):
            return Told(503)
        if urlsplit(asked.uri).path.strip("/") not in PROFILES:
            return Told(404)
        encoder = self._side.encoder
        packed = [base64.b64encode(unit).decode() for unit in (encoder.sequence, encoder.picture)]
        sets = f"sprop-parameter-sets={','.join(packed)}"
        profile = encoder.sequence[1:4].hex().upper()
        lines = (
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            f"s={self._device.name}",
            "t=0 0",
            "a=control:*",
            f"m=video 0 RTP/AVP {TYPE}",
            "c=IN IP4 0.0.0.0",
            f"a=rtpmap:{TYPE} H264/{CLOCK_HZ}",
            f"a=fmtp:{TYPE} packetization-mode=1;profile-level-id={profile};{sets}",
            f"a=framerate:{self._side.rate}",
            f"a=control:{_TRACK}",
        )
        base = asked.uri.rstrip("/") + "/"
        described = [("Content-Base", base), ("Content-Type", "application/sdp")]
        return Told(200, described, "\r\n".join(lines) + "\r\n")

    def _set_up(self, asked: Asked) -> Told:
        wanted = asked.headers.get("transport", "")
        if "RTP/AVP/TCP" not in wanted or "interleaved=" not in wanted:
            return Told(461)
        channel = wanted.partition("interleaved=")[2].partition("-")[0]
        if not channel.isdigit() or not 0 <= int(channel) < 255:
            return Told(400)
        self._channel = int(channel)
        self._session = secrets.token_hex(8)
        transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{self._channel + 1}"
        session = f"{self._session};timeout={_SESSION_S}"
        return Told(200, [("Transport", transport), ("Session", session)])

    def _within_session(self, asked: Asked) -> Told:
        if asked.method.endswith("_PARAMETER") and self._session is None:
            return Told(200)
        named = asked.headers.get("session", "").partition(";")[0]
        if self._session is None:
            return Told(455)
        if named != self._session or self._device.faults.take(CameraFault.STREAM_SESSION):
            return Told(454)
        if asked.method == "PLAY" and self._playing is None:
            self._playing = asyncio.get_running_loop().create_task(self._play())
        if asked.method == "PAUSE" and self._playing is not None:
            self._playing.cancel()
            self._playing = None
        return Told(200, [("Session", self._session), ("Range", "npt=now-")])

    async def _play(self) -> None:
        """Pictures at their rate, a key picture first and then one in each group."""
        side, faults = self._side, self._device.faults
        packets = Packets(secrets.randbits(32))
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        with contextlib.suppress(OSError):
            for number in itertools.count():
                if number and faults.has(CameraFault.STREAM_DROP):
                    self._writer.transport.abort()
                    return
                if not faults.has(CameraFault.STREAM_STALL):
                    at = number * CLOCK_HZ // side.rate
                    made = packets.of(self._units(number), at)
                    if self._writer.transport.is_closing():
                        return
                    # All of a picture at once: each write after the other side has gone is told.
                    self._writer.write(b"".join(interleaved(one, self._channel) for one in made))
                    await self._writer.drain()
                due_s = began_s + (number + 1) / side.rate
                await asyncio.sleep(max(0.0, due_s - loop.time()))

    def _units(self, number: int) -> list[bytes]:
        encoder, place = self._side.encoder, number % self._side.group
        if place:
            return [encoder.repeat(place)]
        self._device.is_turning()
        image = self._device.scene.image(self._device.clock.now_ms())
        key = encoder.key(planes(image, encoder.size), number // self._side.group)
        return [encoder.sequence, encoder.picture, key]
