"""The rungs of a camera's health: what each is called, what is wrong with it, in words.

A rung is normal or a fault, each with its own words for the guard; the first ones, that it can be
reached and signed on to, are faults of the whole device. Imported only in the worker.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from monitord.driver import AuthFault, DeviceFault
from monitord_drivers.onvif import clock, stream
from monitord_drivers.onvif.messages import Message
from monitord_drivers.onvif.session import Session

STREAM_S: Final = 6.0
#: Footage that ends so long before now: it records no more.
NEWEST_S: Final = 120.0
#: Somebody who could not sign on is spoken of for so long.
_INTRUDER_S: Final = 600.0
_FAILURES: Final[Mapping[str, str]] = {
    "FanFailure": "its fan",
    "PowerSupplyFailure": "its power supply",
    "StorageFailure": "its storage",
    "TemperatureCritical": "its temperature",
}
_HARDWARE: Final = "Device/HardwareFailure/"
_INTRUDER: Final = "Device/SecurityPolicy/AuthFailed"
_JOB: Final = "RecordingConfig/JobState"


def clock_words(session: Session) -> str:
    """Of its clock, as it was measured last."""
    return clock.words(session.ahead_s)


async def stream_words(session: Session, user: str, password: str) -> str:
    """Of its stream. Never raises for what is wrong with it."""
    try:
        host, port, url = session.stream_place()
        await stream.look(host, port, url, user, password, STREAM_S)
    except DeviceFault as fault:
        return fault.detail
    return ""


def about(session: Session) -> str:
    """What it says that it is."""
    who = session.identity
    told = (
        (f"{who.maker} {who.model}".strip(), ""),
        (who.firmware, "firmware "),
        (who.number, "serial number "),
    )
    return ", ".join(f"{before}{text}" for text, before in told if text)[:200]


class Recorded(NamedTuple):
    """What it records by itself: what is wrong with that, and since when there is footage."""

    words: str = ""
    oldest: str = ""


async def recording_words(session: Session, footage_s: float) -> Recorded:
    """Of what it records by itself; ``footage_s``: so far back it must reach.

    Raises ``AuthFault`` alone.
    """
    try:
        return await _recording(session, footage_s)
    except AuthFault:
        raise
    except DeviceFault as fault:
        return Recorded(f"it cannot be told whether it records: {fault.detail}")


async def _recording(session: Session, footage_s: float) -> Recorded:
    if not session.has("recording"):
        return Recorded("it has no recording service, and the site file says that it records")
    jobs = await session.call("recording", "GetRecordingJobs")
    tokens = [each.at("JobToken") for each in jobs.all("JobItem")]
    states = []
    for token in filter(None, tokens[:8]):
        told = await session.call("recording", "GetRecordingJobState", {"JobToken": token})
        states.append(told.at("State", "State"))
    if not states:
        return Recorded("it does not record: it has no recording job")
    idle = "" if "Active" in states else f"it does not record: its job is {states[0].lower()}"
    if not session.has("search"):
        return Recorded(idle)
    summary = await session.call("search", "GetRecordingSummary")
    oldest, newest = (
        clock.moment_ms(getattr(summary.find(name), "text", ""))
        for name in ("DataFrom", "DataUntil")
    )
    words, since = _footage(session, oldest, newest, footage_s)
    return Recorded(idle or words, since)


def _footage(
    session: Session, oldest: int | None, newest: int | None, footage_s: float
) -> tuple[str, str]:
    """By the camera's own clock: it is that which dates what it records."""
    if oldest is None or newest is None:
        return "it records, and tells no footage", ""
    since = clock.moment(oldest)[:10]
    now = session.device_ms
    if now is None:
        return "", since
    if now - newest > NEWEST_S * 1_000:
        return f"its newest footage is of {clock.moment(newest)}: it records nothing", since
    if now - oldest < footage_s * 1_000:
        kept, asked = (clock.span(span_s) for span_s in ((now - oldest) / 1_000, footage_s))
        short = f"its oldest footage is {kept} old, and the site asks for {asked}"
        return f"{short}: its store is too small, was emptied, or is new", since
    return "", since


class Hardware:
    """What a camera tells about itself among its events: what has failed, who failed to sign on."""

    def __init__(self) -> None:
        self._failed: dict[object, str] = {}
        self._intruder = ""
        self._until_s = 0.0

    def take(self, told: Iterable[Message], now_s: float) -> None:
        """Look through what came."""
        for message in told:
            if message.topic.startswith(_HARDWARE):
                self._part(message)
            elif message.topic.startswith(_INTRUDER) and message.operation != "Initialized":
                address = message.data.get("Address") or message.data.get("IPAddress", "")
                self._intruder = f"somebody failed to sign on to it{_from(address)}"
                self._until_s = now_s + _INTRUDER_S

    def words(self, now_s: float) -> str:
        """What is wrong."""
        words = [f"{part} has failed" for part in dict.fromkeys(self._failed.values())]
        if self._intruder and now_s < self._until_s:
            words.append(self._intruder)
        return "; ".join(words)

    def _part(self, message: Message) -> None:
        name = message.topic.removeprefix(_HARDWARE).partition("/")[0]
        value = next(iter(message.data.values()), "").lower()
        if value in ("true", "1") and message.operation != "Deleted":
            if len(self._failed) < 32:
                self._failed[message.subject] = _FAILURES.get(name, "a part of it")
        else:
            self._failed.pop(message.subject, None)


def _from(address: str) -> str:
    return f" from {address[:45]}" if address.replace(".", "").replace(":", "").isalnum() else ""
