"""A camera for a test, and one of any make."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from monitord_simulators.camera import SimulatedCamera

Start = Callable[..., Awaitable[SimulatedCamera]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts cameras, and stops them at the end."""
    started: list[SimulatedCamera] = []

    async def begin(name: str = "vault", **how: Any) -> SimulatedCamera:
        camera = SimulatedCamera(name, **how)
        await camera.start()
        started.append(camera)
        return camera

    yield begin
    for camera in started:
        await camera.stop()


@pytest.fixture
async def camera(start: Start) -> SimulatedCamera:
    """A good camera."""
    return await start()
