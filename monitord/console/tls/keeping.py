"""The folder of the authority and of the server's certificate, and the context that serves it.

``authority.pem`` is given to phones. ``authority.key`` is asked for at a start alone, to sign the
server's certificate anew; it may be kept somewhere else between, and its loss costs nothing until
then. A server certificate that ends is replaced while the pages are served.
"""

import os
import ssl
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from cryptography import x509

from monitord.console.tls.certificates import (
    Signed,
    fingerprint,
    is_good,
    issue,
    may_not_sign,
    new_authority,
    read,
)
from monitord.console.tls.names import is_name

AUTHORITY: Final = "authority"
SERVER: Final = "server"
#: A certificate or key is a few kilobytes.
FILE_BYTES_MAX: Final = 64 * 1024

_log = structlog.get_logger(__name__)


class TlsRefused(ValueError):
    """No certificate can be served; the text says what to do."""


class GivenTls:
    """A certificate that the site was given, with its key, in two files."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = certificate, key
        self.context = _context()
        self._load()

    def renew(self, _: datetime) -> None:
        """Read the files again: whoever looks after them replaces them. Raises ``TlsRefused``."""
        self._load()

    def _load(self) -> None:
        certificate, key = self._files
        try:
            self.context.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ValueError) as error:  # what OpenSSL says of a bad file is an OSError
            raise TlsRefused(f"{certificate} with {key} cannot be served: {error}") from None


class OwnTls:
    """The site's own authority, made when there is none yet, and what it has signed.

    ``names`` are those of this machine; what the authority may not speak for is left out. ``asked``
    are names that a person wants: one that is not possible is refused. Raises ``TlsRefused``.
    """

    def __init__(
        self, folder: Path, names: Sequence[str], asked: Sequence[str], now: datetime
    ) -> None:
        self._folder = folder
        for name in asked:
            if not is_name(name):
                raise TlsRefused(f"{name!r} is no name and no address of a machine")
        every = tuple(dict.fromkeys((*asked, *names)))
        self.was_made = not (folder / f"{AUTHORITY}.pem").exists()
        if self.was_made:
            self._keep(AUTHORITY, new_authority(every, now))
        self.authority = self._authority()
        strange = may_not_sign(self.authority, every)
        if refused := [name for name in asked if name in strange]:
            raise TlsRefused(
                f"The authority in {folder} may not speak for {', '.join(refused)}. Move the "
                "folder away, so that a new one is made, and put that on the phones"
            )
        self._names = tuple(name for name in every if name not in strange)
        self.context = _context()
        self.renew(now)

    @property
    def fingerprint(self) -> str:
        """Of the authority, SHA-256."""
        return fingerprint(self.authority)

    @property
    def file(self) -> Path:
        """What is put on the phones."""
        return self._folder / f"{AUTHORITY}.pem"

    def renew(self, now: datetime) -> None:
        """Sign the server's certificate anew where that is due. Raises ``TlsRefused``."""
        server = self._pair(SERVER)
        if server is None or not is_good(server, self.authority, self._names, now):
            authority = self._pair(AUTHORITY)
            if authority is not None:
                self._keep(SERVER, issue(authority, self._names, now))
            elif server is None or server.certificate.not_valid_after_utc <= now:
                raise TlsRefused(
                    f"A certificate must be signed, and {AUTHORITY}.key is not in {self._folder}: "
                    "put it back for this start"
                )
            else:
                _log.warning("certificate_not_renewed", folder=str(self._folder))
        self.context.load_cert_chain(
            self._folder / f"{SERVER}.pem", self._folder / f"{SERVER}.key", password=_no_password
        )

    def _authority(self) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate(self._bytes(f"{AUTHORITY}.pem"))
        except (OSError, ValueError) as error:
            raise TlsRefused(f"{self.file} cannot be read: {error}") from None

    def _pair(self, name: str) -> Signed | None:
        """None where a file is not there or is not what it must be."""
        try:
            return read(self._bytes(f"{name}.pem"), self._bytes(f"{name}.key"))
        except (OSError, ValueError):
            return None

    def _bytes(self, name: str) -> bytes:
        with (self._folder / name).open("rb") as file:
            return file.read(FILE_BYTES_MAX)

    def _keep(self, name: str, signed: Signed) -> None:
        """The key first: a certificate without its key would be of no use."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for ending, data in ((".key", signed.key_pem()), (".pem", signed.certificate_pem())):
                with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as draft:
                    draft.write(data)
                    draft.flush()
                    os.fsync(draft.fileno())
                Path(draft.name).replace(self._folder / (name + ending))
        except OSError as error:
            words = f"The certificates cannot be kept in {self._folder}: {error.strerror}"
            raise TlsRefused(f"{words}. Name a folder of the console's own with --tls") from None


def _context() -> ssl.SSLContext:
    """TLS 1.2 at least; Python's own choice of ciphers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _no_password() -> str:
    """OpenSSL would ask at the terminal of a service that has none."""
    raise ValueError("its key has a password: give one without")
