"""The ONVIF client that the field uses, on a simulated camera; every call bounded."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

from monitord_simulators.camera import PASSWORD, USER, SimulatedCamera

CALL_S = 10
T = TypeVar("T")


async def bounded(call: Awaitable[T]) -> T:
    """A call that ends."""
    async with asyncio.timeout(CALL_S):
        return await call


@asynccontextmanager
async def client(
    camera: SimulatedCamera, password: str = PASSWORD, *, nat: bool = True, adjust: bool = True
) -> AsyncIterator[Any]:
    """A connected client."""
    handlers = list(logging.getLogger().handlers)
    from onvif import ONVIFCamera  # here, for it changes the root log when it is imported

    for added in set(logging.getLogger().handlers) - set(handlers):
        logging.getLogger().removeHandler(added)
    peer = ONVIFCamera(
        camera.address,
        camera.port,
        USER,
        password,
        adjust_time=adjust,
        nat_override=nat,
        no_cache=True,
    )
    try:
        await bounded(peer.update_xaddrs())
        yield peer
    finally:
        await peer.close()


async def subscribed(peer: Any, lease: timedelta = timedelta(minutes=10)) -> Any:
    """A pull-point manager whose lease has been asked for."""
    return await bounded(peer.create_pullpoint_manager(lease, lambda: None))


async def pulled(manager: Any, timeout: str = "PT1S", limit: int = 100) -> list[Any]:
    """The messages of one pull."""
    service = manager.get_service()
    answer = await bounded(service.PullMessages({"Timeout": timeout, "MessageLimit": limit}))
    return list(answer.NotificationMessage or [])


def told(message: Any) -> tuple[str, str, dict[str, str]]:
    """Topic, operation and data of a message."""
    inner = message.Message._value_1
    data = {item.Name: item.Value for item in inner.Data.SimpleItem}
    return message.Topic._value_1, inner.PropertyOperation, data
