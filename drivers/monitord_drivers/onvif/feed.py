"""The subscription to a camera's events: taken, kept, taken anew, given back.

Each answer to a pull is a sign of life. What a camera refuses about a subscription is no end of
the camera: it stands in ``trouble``, in words, and is tried again. Only silence, an ended
connection and a refused sign-on are raised.
"""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any, Final

from monitord.driver import ConfigFault, DeviceFault
from monitord_drivers.onvif import clock
from monitord_drivers.onvif.answers import Node, Told
from monitord_drivers.onvif.messages import Message, messages
from monitord_drivers.onvif.session import Session

#: A pull waits so long for news; its answer is a sign of life, news or not.
PULL_S: Final = 5
#: So much longer, and the camera is silent.
_GRACE_S: Final = 2.0
#: Pulls bring so many at most.
_LIMIT: Final = 100
#: After a refused subscription, or one that was lost at once.
RETRY_S: Final = 20.0
#: While there is no subscription the camera is asked for its time so often.
ALIVE_S: Final = 3.0
#: An empty answer so soon, although it was to wait.
EARLY_S: Final = 0.5
_SOON_S: Final = 10.0
#: The runtime gives a driver half a second to close.
_END_S: Final = 0.3
_RENEW_AT: Final = 0.8
_WSA: Final = "{http://www.w3.org/2005/08/addressing}"


class Feed:
    """The events of one camera. ``step`` is called for ever; it takes at most 7 s."""

    def __init__(self, session: Session, lease_s: int) -> None:
        self._session, self._lease_s = session, lease_s
        self._now_s = asyncio.get_running_loop().time
        self._url = ""
        self._headers: list[Any] = []
        self._since_s = self._renew_s = self._retry_s = 0.0
        self._absolute = False
        #: Why there are no events, or soon will be none.
        self.trouble = ""
        #: Whether everything is to be learnt anew from the next messages on.
        self.is_new = False

    @property
    def subscribed(self) -> bool:
        """Whether the camera keeps events for us."""
        return bool(self._url)

    async def step(self) -> list[Message] | None:
        """What came; None when there is no subscription. Raises ``DeviceFault``."""
        if not self._url and self._now_s() >= self._retry_s:
            await self._subscribe()
        if self._url and self._now_s() >= self._renew_s:
            await self._renew()
        if not self._url:
            await self._session.measure()
            await asyncio.sleep(ALIVE_S)
            return None
        try:
            return await self._pull()
        except Told as told:
            self._lost(told)
            return None

    async def end(self) -> None:
        """Give the subscription back: there are few, and they would stay taken for minutes."""
        url, self._url = self._url, ""
        if url:
            with contextlib.suppress(DeviceFault):
                await self._ask("subscription", "Unsubscribe", {}, url, within_s=_END_S)

    # --- taking and keeping -------------------------------------------------------------------

    async def _subscribe(self) -> None:
        self._retry_s = self._now_s() + RETRY_S
        params = {"InitialTerminationTime": self._until()}
        try:
            told = await self._session.call("events", "CreatePullPointSubscription", params)
            reference = told.find("SubscriptionReference") or told
            self._url = self._session.besides(reference.at("Address"))
            self._headers = _parameters(reference)
        except (ConfigFault, Told) as fault:
            full = isinstance(fault, Told) and fault.names("MaxPullPoints")
            more = "its table of subscribers is full" if full else fault.detail
            self.trouble = f"no events: {more}"
            return
        self._since_s, self.is_new = self._now_s(), True
        self._granted(told)
        with contextlib.suppress(Told):
            await self._ask("pullpoint", "SetSynchronizationPoint", {}, self._url)

    async def _renew(self) -> None:
        """Longer; a camera that refuses is subscribed to anew, the old place given back first."""
        try:
            params = {"TerminationTime": self._until()}
            told = await self._ask("subscription", "Renew", params, self._url)
        except Told:
            await self.end()
            await self._subscribe()
            return
        self._granted(told)

    async def _pull(self) -> list[Message]:
        params = {"Timeout": timedelta(seconds=PULL_S), "MessageLimit": _LIMIT}
        asked_s = self._now_s()
        told = await self._ask("pullpoint", "PullMessages", params, self._url, PULL_S + _GRACE_S)
        self.trouble = ""
        brought = list(messages(told))
        if not brought and self._now_s() - asked_s < EARLY_S:
            await asyncio.sleep(EARLY_S)  # one that does not wait for news would be asked for ever
        return brought

    async def _ask(
        self, name: str, operation: str, params: dict[str, Any], url: str, within_s: float = 5.0
    ) -> Node:
        return await self._session.call(
            name, operation, params, url=url, within_s=within_s, headers=self._headers
        )

    def _lost(self, told: Told) -> None:
        """It is gone: taken anew at once, or after a while when it did not last."""
        now_s = self._now_s()
        self._url = ""
        brief = now_s - self._since_s < _SOON_S
        self._retry_s = now_s + RETRY_S if brief else now_s
        self.trouble = f"no events: the camera has dropped our subscription ({told.reason})"

    # --- leases -------------------------------------------------------------------------------

    def _until(self) -> str:
        """When the lease is to end: so many seconds from now, never minutes, which some misread."""
        if self._absolute and self._session.device_ms is not None:
            return clock.moment(self._session.device_ms + self._lease_s * 1_000)
        return f"PT{self._lease_s}S"

    def _granted(self, told: Node) -> None:
        """How long it really is; a camera that misread the time is given it as a date, at once."""
        now = clock.moment_ms(_text(told, "CurrentTime"))
        until = clock.moment_ms(_text(told, "TerminationTime"))
        lease_s = float(self._lease_s)
        if now is not None and until is not None:
            lease_s = (until - now) / 1_000
        short = lease_s < self._lease_s / 2
        if short and not self._absolute:
            self._absolute = True
            self._renew_s = self._now_s()  # before it ends
            return
        self._renew_s = self._now_s() + max(1.0, lease_s * _RENEW_AT)


def _text(told: Node, name: str) -> str:
    found = told.find(name)
    return "" if found is None else found.text


def _parameters(reference: Node) -> list[Any]:
    """What some makes want to see again in each question about their subscription."""
    found = reference.find("ReferenceParameters")
    if found is None:
        return []
    elements = [child.element for child in found.children]
    for element in elements:
        element.set(f"{_WSA}IsReferenceParameter", "true")
    return elements
