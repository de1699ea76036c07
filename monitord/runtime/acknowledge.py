"""The acknowledge listener: the address that a person is sent, answered by the daemon itself.

GET and HEAD show a page and never change anything, however often a mail scanner or a preview
opens the link. POST takes the incident in that person's name at the revision they were told.
A link does this and nothing else (law 11). It listens on loopback unless the site file says
otherwise, and what it is sent is hostile until proven: few connections, each with an end, small
bodies, few tries. It never logs a token, a PIN or a note.
"""

import asyncio
from http import HTTPStatus
from typing import Final, Protocol

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from monitord.channels.contract import IncidentView
from monitord.core.facts import Acknowledge, TextRef
from monitord.journal.errors import StoreError
from monitord.people.accounts import PinAnswer, PinVerdict
from monitord.people.private import PrivateFileError
from monitord.runtime import acknowledge_answers as answers
from monitord.runtime import acknowledge_page as page
from monitord.runtime.acknowledge_answers import Answer, Said
from monitord.runtime.acknowledge_body import BadBody, Body, is_form, read_body
from monitord.runtime.connections import bounded
from monitord.runtime.links import Grant, Links
from monitord.runtime.rate import Rate
from monitord.vocabulary import Proof

VIA: Final = "link"
PIN_S: Final = 5.0
KEEP_S: Final = 1.0
SUBMIT_S: Final = 3.0
BACKLOG: Final = 32
PER_TOKEN: Final = 30
WRONG_PER_ADDRESS: Final = 30
WINDOW_S: Final = 60.0
KEYS_MAX: Final = 4_096

_log = structlog.get_logger(__name__)


class Shown(msgspec.Struct, frozen=True):
    """An incident as the page shows it. ``taken_by`` while an acknowledgement holds."""

    view: IncidentView
    opened_ms: int
    open: bool
    taken_by: tuple[str, ...] = ()


class Desk(Protocol):
    """What the listener needs of the daemon."""

    def now_ms(self) -> int:
        """Engine time."""

    def look(self, incident: int) -> Shown | None:
        """An incident; None when there is none of this number."""

    async def submit(self, fact: Acknowledge) -> Answer:
        """Hand the acknowledgement to the engine and wait for its commit."""

    async def check_pin(self, person: str, pin: str, via: str) -> PinAnswer:
        """Whether the PIN is this person's. Raises ``PrivateFileError``."""

    async def keep(self, by: str, note: str) -> TextRef:
        """Put a note by a person into the side store. Raises ``StoreError``."""


class AcknowledgeListener:
    """Serves the links of one daemon on ``host`` and ``port`` (0: any free port)."""

    def __init__(self, desk: Desk, links: Links, host: str, port: int) -> None:
        self._desk = desk
        self._links = links
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._tokens = Rate(PER_TOKEN, WINDOW_S, KEYS_MAX)
        self._strangers = Rate(WRONG_PER_ADDRESS, WINDOW_S, KEYS_MAX)

    @property
    def listening(self) -> bool:
        """Opened, and not closed."""
        return self._server is not None

    @property
    def port(self) -> int:
        """The port that it listens on, once opened."""
        return self._port

    async def open(self) -> None:
        """Begin to listen. Raises ``OSError`` when the address is taken or not ours."""
        app = web.Application(middlewares=[_answer_always])
        app.router.add_get("/a/{token}", self._show)  # and HEAD
        app.router.add_post("/a/{token}", self._take)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        handlers = self._runner.server
        assert handlers is not None
        try:
            self._server = await asyncio.get_running_loop().create_server(
                bounded(handlers), self._host, self._port, backlog=BACKLOG
            )
        except OSError:
            await self.close()
            raise
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop what is open."""
        server, self._server = self._server, None
        runner, self._runner = self._runner, None
        if server is not None:
            server.close()
        if runner is not None:
            await runner.cleanup()

    async def _show(self, request: web.Request) -> web.Response:
        found = self._find(request)
        if isinstance(found, Said):
            return _as_page(found)
        grant, shown = found
        changed = shown.view.rev > grant.rev
        return _html(page.ask(shown.view, grant.person, shown.taken_by, changed=changed))

    async def _take(self, request: web.Request) -> web.Response:
        answer = _as_page if is_form(request) else _as_json
        found = self._find(request)
        if isinstance(found, Said):
            return answer(found)
        try:
            body = await read_body(request)
        except BadBody as bad:
            return answer(Said("bad-input", str(bad)), bad.status)
        return answer(await self._acknowledge(found[0], body))

    def _find(self, request: web.Request) -> tuple[Grant, Shown] | Said:
        """What the link stands for, or why it does not (any more)."""
        token = request.match_info["token"]
        grant = self._links.read(token, self._opened_ms)
        shown = None if grant is None else self._desk.look(grant.incident)
        if grant is None or shown is None:
            # Only strangers are counted by address: behind a proxy all people share one, and a
            # stranger's noise must not lock out the person who was called.
            return (
                answers.STRANGE
                if self._strangers.allows(request.remote or "")
                else answers.TOO_OFTEN
            )
        if not self._tokens.allows(token):
            return answers.TOO_OFTEN
        if not shown.open:
            return answers.CLOSED
        return answers.EXPIRED if self._desk.now_ms() > grant.end_ms else (grant, shown)

    def _opened_ms(self, incident: int) -> int | None:
        shown = self._desk.look(incident)
        return None if shown is None else shown.opened_ms

    async def _acknowledge(self, grant: Grant, body: Body) -> Said:
        duress = False
        if body.pin:
            checked = await self._checked(grant.person, body.pin)
            if isinstance(checked, Said):
                return checked
            duress = checked.duress
        note = await self._keep(grant.person, body.note) if body.note else None
        fact = Acknowledge(
            by=grant.person,
            proof=Proof.PIN if body.pin else Proof.LINK,
            incident=grant.incident,
            seen=grant.rev,
            via=VIA,
            note=note,
            duress=duress,
        )
        try:
            async with asyncio.timeout(SUBMIT_S):
                answer = await self._desk.submit(fact)
        except TimeoutError:
            return answers.UNCERTAIN
        return answers.in_words(grant, answer, note_lost=bool(body.note) and note is None)

    async def _checked(self, person: str, pin: str) -> PinAnswer | Said:
        try:
            async with asyncio.timeout(PIN_S):
                checked = await self._desk.check_pin(person, pin, VIA)
        except (PrivateFileError, TimeoutError) as error:
            _log.error("pin_not_checked", error=type(error).__name__)
            return answers.NO_PIN_CHECK
        match checked.verdict:
            case PinVerdict.OK:
                return checked
            case PinVerdict.LOCKED:
                wait_s = -(-checked.wait_ms // 1000)
                return Said("wrong-pin", f"Too many wrong PINs: wait {wait_s} s or leave it empty.")
            case PinVerdict.WRONG | PinVerdict.NOT_SET:
                return Said("wrong-pin", "The PIN is wrong. Try again or leave it empty.")

    async def _keep(self, by: str, note: str) -> TextRef | None:
        """Store the note; an acknowledgement never fails for its note."""
        try:
            async with asyncio.timeout(KEEP_S):
                return await self._desk.keep(by, note)
        except (StoreError, OSError, TimeoutError) as error:
            _log.error("note_not_kept", error=type(error).__name__)
            return None


@web.middleware
async def _answer_always(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever presses the button gets words, even when monitord itself fails."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - a bug here must not leave a person without words
        _log.error("acknowledge_failed", error=type(error).__name__)
        return (_as_json if request.method == "POST" and not is_form(request) else _as_page)(
            answers.UNCERTAIN
        )


def _as_page(said: Said, status: int | None = None) -> web.Response:
    return _html(
        page.say(answers.TITLE.get(said.code, answers.NOT_TAKEN), said.text),
        status or answers.STATUS[said.code],
    )


def _as_json(said: Said, status: int | None = None) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(said),
        status=status or answers.STATUS[said.code],
        content_type="application/json",
        headers=page.HEADERS,
    )


def _html(text: str, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=page.HEADERS)
