"""Where a camera is, as the site file says it, and what may be done with addresses it tells.

A camera names the addresses of its services itself, and may name any: one behind a gateway tells
those of its own network, a hostile one somebody else's. Ours are never left: each address that it
tells is taken for its path alone. Pure: no input, no output.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_FORM: Final = "write http://HOST:PORT, for example http://10.0.30.21"
_PORTS: Final = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """A camera's web server. ``host`` is a name or an address, IPv6 without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def device_service(self) -> str:
        """Where ONVIF begins."""
        return f"{self.scheme}://{self.authority}/onvif/device_service"

    def service(self, told: str) -> str:
        """A service's address: the told path, here. Raises ``ValueError`` for what is none."""
        return f"{self.scheme}://{self.authority}{_path(_web(told))}"

    def besides(self, told: str) -> str:
        """The same for what a camera serves on another of its ports: a subscription, a picture.

        The port is kept only where the camera names itself as we do; behind a gateway it would be
        a port of the wrong network. Raises ``ValueError``.
        """
        parts = _web(told)
        port = _port(parts.netloc, parts.scheme)
        same = _host(parts.netloc).lower() == self.host.lower()
        authority = f"{_bracketed(self.host)}:{port}" if same else self.authority
        scheme = parts.scheme if same else self.scheme
        return f"{scheme}://{authority}{_path(parts)}"

    def stream(self, told: str) -> tuple[str, int, str]:
        """Host, port and address of a stream; its port is its own. Raises ``ValueError``."""
        parts = _Parts.of(told)
        if parts.scheme != "rtsp":
            raise ValueError(f"its stream's address is {_shown(told)}")
        port = _port(parts.netloc, "rtsp")
        return self.host, port, f"rtsp://{_bracketed(self.host)}:{port}{_path(parts)}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    netloc: str
    path: str
    query: str

    @classmethod
    def of(cls, told: str) -> "_Parts":
        try:
            split = urlsplit(told.strip())
        except ValueError:
            split = urlsplit("")
        bad = len(told) > _LONGEST or re.search(r"[\x00-\x20\x7f]", told.strip())
        if bad or not split.netloc:
            raise ValueError(f"its address is {_shown(told)}")
        return cls(split.scheme.lower(), split.netloc.rpartition("@")[2], split.path, split.query)


def parse_place(text: str) -> Place:
    """``http://host[:port]``. Raises ``ValueError`` that says what to write."""
    found = re.fullmatch(
        r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]{1,253})(?::([0-9]{1,5}))?/?", text.strip()
    )
    if found is None:
        more = "there is more in it than a host and a port" if "://" in text else "it lacks http://"
        raise ValueError(f"this is not a camera's address ({more}): {_FORM}")
    scheme, host, port = found.groups()
    number = _PORTS[scheme] if port is None else int(port)
    if not 1 <= number <= 65_535:
        raise ValueError(f"'{port}' is not a port: a number from 1 to 65535, mostly 80")
    return Place(scheme, host.strip("[]"), number)


def told_place(told: str) -> Place:
    """The web server that an address names. Raises ``ValueError`` for what is none."""
    parts = _web(told)
    return Place(parts.scheme, _host(parts.netloc), _port(parts.netloc, parts.scheme))


def _web(told: str) -> _Parts:
    parts = _Parts.of(told)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"its address is {_shown(told)}")
    return parts


def _host(netloc: str) -> str:
    return netloc[1:].partition("]")[0] if netloc.startswith("[") else netloc.partition(":")[0]


def _port(netloc: str, scheme: str) -> int:
    """The first port of those that are told; some cameras tell theirs twice."""
    after = netloc.partition("]")[2] if netloc.startswith("[") else netloc
    text = after.partition(":")[2].partition(":")[0]
    if not text:
        return _PORTS[scheme]
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65_535:
        raise ValueError(f"its address names port '{text[:10]}'")
    return int(text)


def _path(parts: _Parts) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _shown(told: str) -> str:
    """A told address for people: without a sign-on that may stand in it."""
    text = re.sub(r"//[^/@]*@", "//", told)
    return "'" + "".join(c if c.isprintable() else " " for c in text[:60]) + "'"
