"""Taking pictures: what the core asked of a camera is fetched, kept, and told as a fact.

Told of an entry after its commit; it never decides who looks or what a missing picture means. No
call and no poll waits for a picture. Pictures of what is more urgent are fetched first.
"""

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from enum import Enum, auto
from itertools import count
from typing import Final, NamedTuple, Protocol

import structlog

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.picture_records import FootageRecord
from monitord.core.state import State
from monitord.driver import DeviceFault
from monitord.runtime.ledger import Published
from monitord.runtime.workers.frames import Seen, Want
from monitord.vocabulary import PictureMoment

#: Looks at the same time; each camera has one pair of eyes, whoever asks.
AT_ONCE: Final = 8
#: Asks that may wait; beyond that the least urgent one is told to have come too late.
WAITING_MAX: Final = 256
#: One look, from the question to the bytes: the camera's own bound and a little more.
LOOK_S: Final = 7.0
#: Pictures of the time before an alarm: the last looks.
BEFORE: Final = 2
WHY_MAX: Final = 200
#: A search of what a camera recorded, whole; so many at the same time, and waiting.
FOOTAGE_S: Final = 20.0
SEARCHES: Final = 4
SEARCHES_MAX: Final = 64
TOO_MANY: Final = "too many alarms at once"

_WANT: Final = {
    PictureMoment.ALARM: Want.NOW,
    PictureMoment.AFTER: Want.NOW,
    PictureMoment.ARRIVED: Want.NOW,
    PictureMoment.USUAL: Want.REFERENCE,
}
#: What is only in memory, and older with each look, is fetched first; what is told first is last.
_FIRST: Final = (PictureMoment.BEFORE, *_WANT)

_log = structlog.get_logger(__name__)

#: Device, which picture, how many looks back.
Look = Callable[[str, Want, int], Awaitable[Seen]]
#: Device, from when, until when (UTC, milliseconds): the spans that were not recorded.
Search = Callable[[str, int, int], Awaitable[Sequence[tuple[int, int]]]]


class Store(Protocol):
    """Where pictures lie: see :mod:`monitord.pictures.store`."""

    def keep(self, jpeg: bytes) -> str:
        """Write it; its sha256. Raises ``OSError`` and ``ValueError``."""

    def settle(self, name: str) -> None:
        """It is on record. Raises ``OSError``."""

    def remove(self, name: str) -> bool:
        """Take it away; whether it is gone."""

    def sweep(self, on_record: Collection[str]) -> None:
        """Take away what a crash left behind that is not on record; never raises."""


class _Then(Enum):
    """What became of a picture, and so of its file."""

    KEPT = auto()
    REFUSED = auto()
    EXPIRED = auto()


class _File(NamedTuple):
    """A file to be seen to. ``picture`` is its number where it has, or had one."""

    then: _Then
    sha256: str
    picture: int = 0


class _Shown(NamedTuple):
    """A picture in memory. ``at_s`` is when it was handed over, by the loop's clock."""

    seen: Seen
    at_s: float


class Picturing:
    """Subscribe :meth:`on_published`. What ``store`` does blocks, and is done in threads."""

    def __init__(
        self,
        state: Callable[[], State],
        look: Look,
        store: Store,
        offer: Callable[[f.AnyFact], None],
        search: Search,
    ) -> None:
        self._state, self._look, self._store, self._offer = state, look, store, offer
        self._search, self._searches = search, asyncio.Semaphore(SEARCHES)
        self._searching: set[asyncio.Task[None]] = set()
        self._files: deque[_File] = deque()
        self._tidying: asyncio.Task[None] | None = None
        self._swept = asyncio.Event()
        self._swept.set()
        #: Names of files that were kept and are on no record yet, and how often.
        self._fresh: Counter[str] = Counter()
        self._waiting: list[tuple[tuple[bool, int], int, ev.PicturesAsked]] = []
        self._numbers = count()
        self._at_work: set[asyncio.Task[None]] = set()

    def on_published(self, published: Published) -> None:
        """Never waits and never raises: it is called by the engine."""
        for event in published.entry.events:
            match event:
                case ev.PicturesAsked():
                    self._ask(event)
                case ev.PictureExpired():
                    self._tidy(_File(_Then.EXPIRED, event.sha256, event.picture))
                case _:
                    pass
        if isinstance(published.entry.fact, f.PicturesCame):
            self._came(published.entry.fact, published)

    def begin(self, state: State) -> None:
        """A start: what was asked for and never came, late as it is; what a crash left behind."""
        self._swept.clear()
        on_record = frozenset(record.sha256 for record in state.pictures.values())
        self._tidying = asyncio.create_task(self._work_files(on_record), name="evidence")
        for incident in state.open_incidents():
            for look in incident.looks.values():
                if look.waiting:
                    footage = look.footage or FootageRecord(0, 0)
                    self._ask(
                        ev.PicturesAsked(
                            incident=incident.number,
                            camera=look.camera,
                            moments=tuple(look.waiting),
                            from_utc_ms=footage.from_utc_ms,
                            until_utc_ms=footage.until_utc_ms,
                        )
                    )

        for record in state.pictures.values():
            if record.expired:
                self._tidy(_File(_Then.EXPIRED, record.sha256, record.number))

    async def close(self) -> None:
        """Fetch nothing more. What never came is asked for again at the next start."""
        self._waiting.clear()
        self._files.clear()
        tasks = {*self._at_work, *self._searching, *filter(None, (self._tidying,))}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    @property
    def waiting(self) -> int:
        """Asks that nobody has begun."""
        return len(self._waiting)

    @property
    def busy(self) -> bool:
        """Something is being fetched, or a file seen to."""
        tidying = self._tidying is not None and not self._tidying.done()
        return bool(self._waiting or self._at_work or self._searching or self._files or tidying)

    def _ask(self, event: ev.PicturesAsked) -> None:
        incident = self._state().incidents.get(event.incident)
        urgency = (True, 9) if incident is None else (incident.urgency[0], int(incident.priority))
        heapq.heappush(self._waiting, (urgency, next(self._numbers), event))
        if len(self._waiting) > WAITING_MAX:
            last = max(self._waiting)
            self._waiting.remove(last)
            heapq.heapify(self._waiting)
            for moment in last[2].moments:
                self._tell(last[2], moment, why=TOO_MANY)
        if len(self._at_work) < AT_ONCE:
            task = asyncio.create_task(self._work(), name="pictures")
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    def _came(self, fact: f.PicturesCame, published: Published) -> None:
        """What was told is on record now, or was refused and is nobody's file."""
        kept = {e.sha256 for e in published.entry.events if isinstance(e, ev.PictureKept)}
        for shot in fact.shots:
            self._fresh[shot.sha256] -= 1
            self._fresh += Counter()  # without those that are none any more
            if shot.sha256 not in kept:
                self._tidy(_File(_Then.REFUSED, shot.sha256))
            elif published.stored:
                self._tidy(_File(_Then.KEPT, shot.sha256))

    def _tidy(self, file: _File) -> None:
        self._files.append(file)
        if self._tidying is None or self._tidying.done():
            self._tidying = asyncio.create_task(self._work_files(), name="evidence")

    async def _work_files(self, on_record: Collection[str] | None = None) -> None:
        """One file after the other: nobody waits for that. At a start those first that no record
        tells of; until then nothing new is kept, it might be one of them."""
        if on_record is not None:
            await asyncio.to_thread(self._store.sweep, on_record)
            self._swept.set()
        while self._files:
            file = self._files.popleft()
            if file.then is _Then.KEPT:
                await self._settle(file.sha256)
                continue
            error = await self._take(file)
            if file.then is _Then.EXPIRED:
                self._offer(f.PictureRemoved(picture=file.picture, error=error))

    async def _settle(self, sha256: str) -> None:
        try:
            await asyncio.to_thread(self._store.settle, sha256)
        except OSError as error:  # it is found where it is, and the next start settles it
            _log.error("picture_not_settled", error=error.strerror)

    async def _take(self, file: _File) -> str:
        """Take it away; why it is still there, empty where it is not its own any more."""
        if self._fresh[file.sha256]:
            return "another picture that is the same is just being kept"
        if self._is_shared(file):
            return ""
        gone = await asyncio.to_thread(self._store.remove, file.sha256)
        return "" if gone else "its file could not be taken away"

    def _is_shared(self, file: _File) -> bool:
        """Whether another picture that stays is the same to the byte."""
        return any(
            one.sha256 == file.sha256 and one.number != file.picture and not one.expired
            for one in self._state().pictures.values()
        )

    async def _work(self) -> None:
        while self._waiting:
            _, _, event = heapq.heappop(self._waiting)
            try:
                await self._fetch(event)
            except Exception as error:  # noqa: BLE001 - a bug of ours costs one picture
                _log.error("picture_failed", camera=event.camera, error=type(error).__name__)
                for moment in event.moments:
                    self._tell(event, moment, why="monitord itself failed to fetch it")

    async def _fetch(self, event: ev.PicturesAsked) -> None:
        """All moments of one ask: into memory in the order of ``_FIRST``, then kept, last first."""
        if PictureMoment.FOOTAGE in event.moments:
            self._begin_search(event)
        shown: dict[PictureMoment, list[_Shown] | str] = {}
        for moment in _FIRST:
            if moment in event.moments:
                shown[moment] = await self._shown(event.camera, moment)
        for moment in reversed(shown):
            what = shown[moment]
            if isinstance(what, str):
                self._tell(event, moment, why=what)
                continue
            try:
                shots = [await self._kept(one) for one in what]
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                _log.error("picture_not_kept", camera=event.camera, error=reason)
                self._tell(event, moment, why=f"the picture could not be kept: {reason}")
            else:
                self._tell(event, moment, *shots)

    def _begin_search(self, event: ev.PicturesAsked) -> None:
        """Beside the pictures: a search takes long, and no picture waits for it."""
        if len(self._searching) >= SEARCHES_MAX:
            self._tell(event, PictureMoment.FOOTAGE, why=TOO_MANY)
            return
        task = asyncio.create_task(self._footage(event), name="footage")
        self._searching.add(task)
        task.add_done_callback(self._searching.discard)

    async def _footage(self, event: ev.PicturesAsked) -> None:
        """What its recording lacks, or why that is not known."""
        missing: Sequence[tuple[int, int]] = ()
        why = ""
        async with self._searches:
            try:
                async with asyncio.timeout(FOOTAGE_S):
                    span = event.from_utc_ms, event.until_utc_ms
                    missing = await self._search(event.camera, *span)
            except DeviceFault as fault:
                why = fault.detail
            except TimeoutError:
                why = f"no answer within {FOOTAGE_S:g} s"
        self._offer(
            f.PicturesCame(
                incident=event.incident,
                camera=event.camera,
                moment=PictureMoment.FOOTAGE,
                why=why[:WHY_MAX],
                missing=tuple(missing),
            )
        )

    async def _shown(self, camera: str, moment: PictureMoment) -> list[_Shown] | str:
        """The pictures of a moment, or why there are none."""
        if moment in _WANT:
            one = await self._one(camera, _WANT[moment], 0)
            return one if isinstance(one, str) else [one]
        found: list[_Shown] = []
        for back in range(1, BEFORE + 1):
            one = await self._one(camera, Want.BEFORE, back)
            if isinstance(one, str):
                return found or one
            found.append(one)
        return found

    async def _one(self, camera: str, want: Want, back: int) -> _Shown | str:
        try:
            async with asyncio.timeout(LOOK_S):
                seen = await self._look(camera, want, back)
        except DeviceFault as fault:
            return fault.detail
        except TimeoutError:
            return f"no picture within {LOOK_S:g} s"
        return _Shown(seen, asyncio.get_running_loop().time())

    async def _kept(self, shown: _Shown) -> f.Shot:
        seen = shown.seen
        await self._swept.wait()
        sha256 = await asyncio.to_thread(self._store.keep, seen.jpeg)
        self._fresh[sha256] += 1
        since_ms = round((asyncio.get_running_loop().time() - shown.at_s) * 1000)
        return f.Shot(
            sha256=sha256,
            size=len(seen.jpeg),
            age_ms=seen.age_ms + since_ms,
            device_ms=seen.device_ms,
            preset=seen.preset,
            smaller=seen.smaller,
        )

    def _tell(
        self, event: ev.PicturesAsked, moment: PictureMoment, *shots: f.Shot, why: str = ""
    ) -> None:
        self._offer(
            f.PicturesCame(
                incident=event.incident,
                camera=event.camera,
                moment=moment,
                shots=shots,
                why=why[:WHY_MAX],
            )
        )
