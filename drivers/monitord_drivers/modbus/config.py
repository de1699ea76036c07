"""What a person may write about a Modbus device in the site file.

Every message is for that person: what is wrong and what to write. Values go back to the text
they came from, wire address and all, so that a dumped model can be read again.
"""

import re
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any, Final, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from monitord_drivers.modbus.address import Gap, Spot, Table, parse_gap, parse_spot

PORT_DEFAULT: Final = 502
UNIT_MAX: Final = 255
_EXAMPLE: Final = "write tcp://HOST:PORT, for example tcp://10.0.20.11:502"
_SERIAL_EXAMPLE: Final = (
    "write rtu:///dev/serial/by-id/PORT?baud=19200&parity=E&stopbits=1 (E, O or N)"
)
_SERIAL_KEYS: Final = {
    "baud": ("1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200"),
    "parity": ("E", "O", "N"),
    "stopbits": ("1", "2"),
}
_BUS_UNITS: Final = range(1, 248)
_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A host (name, IPv4 or IPv6 without brackets) and a port."""

    host: str
    port: int
    rtu: bool = False

    @property
    def words(self) -> str:
        """For people."""
        return f"{self.host} port {self.port}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'rtu+tcp' if self.rtu else 'tcp'}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial port and how it is set: 8 data bits, as Modbus RTU has it."""

    path: str
    baud: int = 19_200
    parity: str = "E"
    stopbits: int = 1
    rtu: bool = True

    @property
    def words(self) -> str:
        """For people."""
        return self.path

    def __str__(self) -> str:
        return f"rtu://{self.path}?baud={self.baud}&parity={self.parity}&stopbits={self.stopbits}"


Address = TcpAddress | SerialAddress


def parse_address(text: str) -> Address:
    """``tcp://``, ``rtu+tcp://`` or ``rtu://``. Raises ``ValueError`` that says what to write."""
    scheme, _, rest = text.strip().partition("://")
    match scheme:
        case "rtu":
            return _serial(text, rest)
        case "rtu+tcp":
            return replace(parse_tcp(f"tcp://{rest}"), rtu=True)
        case _:
            return parse_tcp(text)


def _serial(text: str, rest: str) -> SerialAddress:
    path, _, query = rest.partition("?")
    if not re.fullmatch(r"/[^\s?#]+", path):
        raise ValueError(f"'{text}' names no serial port: {_SERIAL_EXAMPLE}")
    given: dict[str, str] = {}
    for pair in query.split("&") if query else []:
        key, equals, value = pair.partition("=")
        known = _SERIAL_KEYS.get(key)
        if known is None or not equals or key in given:
            raise ValueError(f"'{pair}' does not set the port: {_SERIAL_EXAMPLE}")
        if value not in known:
            raise ValueError(f"'{pair}': {key} is one of {', '.join(known)}")
        given[key] = value
    return SerialAddress(
        path,
        int(given.get("baud", "19200")),
        given.get("parity", "E"),
        int(given.get("stopbits", "1")),
    )


def parse_tcp(text: str) -> TcpAddress:
    """``tcp://host[:port]``. Raises ``ValueError`` that says what to write."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        raise ValueError(f"'{text}' does not say how to connect: {_EXAMPLE}")
    if scheme != "tcp":
        raise ValueError(f"'{scheme}://' is not spoken by this driver: {_EXAMPLE}")
    found = re.fullmatch(r"(\[[^\]]*\]|[^:/@?#\s\[\]]+)(?::([^:/@?#\s]*))?", rest)
    if found is None:
        raise ValueError(f"'{text}' has more or less in it than a host and a port: {_EXAMPLE}")
    return TcpAddress(_host(found[1]), _port(found[2]))


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except ValueError:
            raise ValueError(f"'{text}' is not an IPv6 address") from None
    if re.fullmatch(r"[0-9.]+", text):
        try:
            return str(ip_address(text))
        except ValueError:
            raise ValueError(
                f"'{text}' is not an IPv4 address: four numbers from 0 to 255"
            ) from None
    if len(text) > 253 or not all(_LABEL.fullmatch(part) for part in text.split(".")):
        raise ValueError(f"'{text}' is neither an IP address nor a host name")
    return text


def _port(text: str | None) -> int:
    if text is None:
        return PORT_DEFAULT
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65_535:
        raise ValueError(f"'{text}' is not a port: a number from 1 to 65535, mostly 502")
    return int(text)


def _from_text(parse: Any, made: type | tuple[type, ...]) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, made):
            return value
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not text")
        return parse(value)

    return BeforeValidator(read)


_AS_TEXT: Final = PlainSerializer(str, return_type=str)

AddressText = Annotated[
    TcpAddress | SerialAddress,
    _from_text(parse_address, (TcpAddress, SerialAddress)),
    _AS_TEXT,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(tcp|rtu\\+tcp|rtu)://",
            "examples": ["tcp://10.0.20.11:502", "rtu:///dev/ttyUSB0?baud=19200&parity=E"],
        }
    ),
]
SpotText = Annotated[
    Spot,
    _from_text(parse_spot, Spot),
    _AS_TEXT,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(coil|discrete|input|holding|manual)/[0-9]{1,6}$",
            "examples": ["discrete/8", "manual/10009"],
        }
    ),
]
GapText = Annotated[
    Gap,
    _from_text(parse_gap, Gap),
    _AS_TEXT,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(coil|discrete|input|holding|manual)/[0-9]{1,6}(-[0-9]{1,6})?$",
            "examples": ["discrete/20-23"],
        }
    ),
]


class ModbusOutputConfig(BaseModel):
    """One output: the coil that it switches."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    write: SpotText = Field(description="The coil that is switched, as in coil/0 or manual/1.")

    @field_validator("write")
    @classmethod
    def _only_coils(cls, spot: Spot) -> Spot:
        if spot.table is not Table.COIL:
            raise ValueError(f"{spot} cannot be switched: outputs are coils, as in coil/0")
        return spot


class ModbusConfig(BaseModel):
    """One device: where it listens and which unit answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: AddressText = Field(
        description="tcp://host:port, rtu+tcp://host:port or rtu:///dev/PORT?baud=19200&parity=E."
    )
    unit: int = Field(
        default=1,
        description="Unit id. Devices with a network socket of their own want 1, 0 or 255.",
    )
    gaps: tuple[GapText, ...] = Field(
        default=(), description="Addresses that must not be read, as in discrete/20-23."
    )
    outputs: dict[str, ModbusOutputConfig] = Field(
        default_factory=dict, description="Outputs by id; nothing else is ever written."
    )

    @field_validator("unit")
    @classmethod
    def _unit_in_range(cls, unit: int) -> int:
        if not 0 <= unit <= UNIT_MAX:
            raise ValueError(f"{unit} is no unit id: they go from 0 to {UNIT_MAX}, mostly 1")
        return unit

    @model_validator(mode="after")
    def _unit_on_a_bus(self) -> Self:
        if self.address.rtu and self.unit not in _BUS_UNITS:
            raise ValueError(f"unit {self.unit} cannot be asked on a serial bus: 1 to 247")
        return self
