"""What the pages know of their certificate: it is renewed beside them, and shown to phones."""

import asyncio
import ssl
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

import structlog

from monitord.runtime.clock import SystemClock

#: How often a certificate is looked at.
LOOK_S: Final = 12 * 3600

_log = structlog.get_logger(__name__)


class Tls(Protocol):
    """A certificate that is served; see :mod:`monitord.console.tls.keeping`."""

    context: ssl.SSLContext

    def renew(self, now: datetime) -> None:
        """Serve a newer one where there is one, or where it is due. Raises ``ValueError``."""


class Authority(NamedTuple):
    """What is put on a phone, and by what one knows that it is the right one."""

    pem: bytes
    fingerprint: str


def utc_now() -> datetime:
    """The wall clock of this machine."""
    return datetime.fromtimestamp(SystemClock().wall_ms() / 1000, UTC)


async def renewing(tls: Tls, every_s: float = LOOK_S) -> None:
    """Look at the certificate for as long as pages are served."""
    while True:
        await asyncio.sleep(every_s)
        try:
            await asyncio.to_thread(tls.renew, utc_now())
        except ValueError as error:
            _log.error("certificate_not_renewed", why=str(error))
