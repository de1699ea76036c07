"""Turning cameras: what was committed is asked of the camera, and what came of it is told.

The last wish for a camera counts. It decides nothing: who may have a camera, and what a head that
did not arrive means, is the core's. Nothing waits for it.
"""

import asyncio
from typing import Final, Protocol

import structlog

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.driver import DeviceFault
from monitord.runtime.ledger import Published
from monitord.runtime.workers.frames import Proof
from monitord.vocabulary.aiming import AimProof

#: One turn, from the wish to the proof: what its worker takes at most, and a little more.
TURN_S: Final = 20.0
WHY_MAX: Final = 200

_PROOF: Final = {Proof.POSITION: AimProof.POSITION, Proof.PICTURE: AimProof.PICTURE}

_log = structlog.get_logger(__name__)


class Aim(Protocol):
    """Has a camera turn; see :meth:`monitord.runtime.supervisor.Supervisor.aim`."""

    async def __call__(self, device: str, preset: str, *, home: bool) -> Proof:
        """What proves that it is there. Raises ``DeviceFault``."""


class Offer(Protocol):
    """Gives a fact to the engine."""

    def __call__(self, fact: f.AnyFact, /) -> None:
        """Never waits."""


class Aiming:
    """Subscribe :meth:`on_published`."""

    def __init__(self, aim: Aim, offer: Offer) -> None:
        self._aim, self._offer = aim, offer
        self._turning: dict[str, asyncio.Task[None]] = {}

    def on_published(self, published: Published) -> None:
        """Never waits and never raises: it is called by the engine."""
        for event in published.entry.events:
            match event:
                case ev.CameraTurned():
                    self._turn(event.camera, event.preset, home=event.home)
                case ev.CameraForgotten():
                    self._leave(event.camera)
                case _:
                    pass

    def begin(self, state: State) -> None:
        """A start: whoever was turned is turned again, for its worker knows nothing of it."""
        for aim in state.aims.values():
            self._turn(aim.camera, aim.preset, home=aim.home)

    async def close(self) -> None:
        """No further turn. A camera stays where it looks, and the next start knows it."""
        tasks = list(self._turning.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _leave(self, camera: str) -> None:
        if (task := self._turning.pop(camera, None)) is not None:
            task.cancel()

    def _turn(self, camera: str, preset: str, *, home: bool) -> None:
        self._leave(camera)
        work = self._ask(camera, preset, home=home)
        self._turning[camera] = asyncio.create_task(work, name="aiming")

    async def _ask(self, camera: str, preset: str, *, home: bool) -> None:
        proof, why = None, ""
        try:
            async with asyncio.timeout(TURN_S):
                proof = _PROOF.get(await self._aim(camera, preset, home=home))
        except DeviceFault as fault:
            why = fault.detail or "it does not say why"
        except TimeoutError:
            why = f"no answer to the turn within {TURN_S:g} s"
        if why:
            _log.warning("camera_not_turned", camera=camera, preset=preset, why=why)
        self._offer(
            f.CameraAimed(camera=camera, preset=preset, home=home, proof=proof, why=why[:WHY_MAX])
        )
