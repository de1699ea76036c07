"""What a person may write about a camera in the site file. Every message is for that person."""

import re
from typing import Annotated, Any, Final, Literal, Self

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

from monitord.driver import Secret
from monitord_drivers.onvif.meaning import SENSES, Meaning, of_topic, parse_read, parse_topic
from monitord_drivers.onvif.place import Place, parse_place

_TIME: Final = re.compile(r"([0-9]{1,6})(s|min|h)")
_UNITS: Final = {"s": 1, "min": 60, "h": 3_600}
TOPICS_MAX: Final = 100
OUTPUTS_MAX: Final = 16
_RELAY: Final = re.compile(r"relay/[^/\s]{1,64}")


def _place(value: object) -> object:
    if isinstance(value, Place):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    return parse_place(value)


def _seconds(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("this is no time: write 60s, 5min or 1h")
    return int(found[1]) * _UNITS[found[2]]


PlaceText = Annotated[
    Place,
    BeforeValidator(_place),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^https?://", "examples": ["http://10.0.30.21"]}),
]
Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    PlainSerializer(lambda seconds: f"{seconds}s", return_type=str),
    WithJsonSchema({"type": "string", "examples": ["60s", "10min"]}),
]


class OnvifOutputConfig(BaseModel):
    """One output: the relay that it switches."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    write: str = Field(
        description="The relay that is switched, by its token, as in relay/1.",
        # For editors: what another driver calls `write` is no relay of a camera.
        json_schema_extra={"pattern": "^relay/.+$"},
    )
    pulse: Seconds | None = Field(
        default=None, description="The relay is monostable and falls back by itself after so long."
    )

    @field_validator("write")
    @classmethod
    def _relay(cls, text: str) -> str:
        if not _RELAY.fullmatch(text) or not text.isprintable():
            raise ValueError(f"'{text[:40]}' is no relay of a camera: write relay/1, by its token")
        return text

    @property
    def token(self) -> str:
        """The relay's own name in the camera."""
        return self.write.partition("/")[2]


class OnvifConfig(BaseModel):
    """One camera: where it is, who we are there, and what is expected of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: PlaceText = Field(description="http://host[:port] of the camera.")
    user: str = Field(default="", max_length=64, description="The account made for monitord.")
    password: Secret | None = Field(default=None, description="{credential: NAME}.")
    identity: str = Field(
        default="",
        max_length=100,
        description="Its serial number; another one at this address is a swapped camera.",
    )
    firmware: str = Field(
        default="",
        max_length=100,
        description="The firmware that it should have; else a changed one is told for a day.",
    )
    profile: str = Field(
        default="", max_length=64, description="Token of the media profile; else its first one."
    )
    motion_max: Seconds = Field(
        default=60, description="Motion of which it has said nothing for so long is doubted."
    )
    lease: Seconds = Field(default=600, description="How long a subscription is asked for.")
    recording: Literal["none", "camera"] = Field(
        default="none", description="`camera`: it records by itself (Profile G), which is watched."
    )
    outputs: dict[str, OnvifOutputConfig] = Field(
        default_factory=dict,
        max_length=OUTPUTS_MAX,
        description="Its relays by id; nothing else of a camera is ever switched.",
    )
    footage: Seconds = Field(
        default=86_400,
        description="With `recording: camera`: its oldest footage must be at least so old.",
    )
    topics: dict[str, str] = Field(
        default_factory=dict,
        max_length=TOPICS_MAX,
        description="Topics of its make: the topic, and the data item that holds the state.",
    )

    @field_validator("user")
    @classmethod
    def _user(cls, user: str) -> str:
        if ":" in user or not user.isprintable():
            raise ValueError("a user's name has no colon in it: HTTP cannot carry it")
        return user

    @field_validator("motion_max", "lease")
    @classmethod
    def _sane(cls, seconds: int) -> int:
        if not 10 <= seconds <= 86_400:
            raise ValueError("write a time from 10s to 24h")
        return seconds

    @field_validator("footage")
    @classmethod
    def _kept(cls, seconds: int) -> int:
        if not 3_600 <= seconds <= 366 * 86_400:
            raise ValueError("write a time from 1h to 8784h, a year")
        return seconds

    @field_validator("topics")
    @classmethod
    def _topics(cls, topics: dict[str, str]) -> dict[str, str]:
        for topic, item in topics.items():
            parse_topic(topic)
            if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", item):
                raise ValueError(f"'{item[:40]}' is no name of a data item, such as State")
        return topics

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.password is not None and not self.user:
            raise ValueError("there is a password and no `user`: name the account it is of")
        return self


class OnvifPointConfig(BaseModel):
    """One point: what it reads of the camera's events."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    read: str | None = Field(
        default=None,
        description="motion, line/RULE, field/RULE, loitering/RULE, object/human, tamper, input/1.",
        # For editors: what another driver calls `read` is none of these.
        json_schema_extra={"pattern": f"^({'|'.join([*SENSES, 'object'])})(/.+)?$"},
    )
    topic: str | None = Field(
        default=None, description="A topic of its make, as in tns1:RuleEngine/MyRule/People."
    )

    @field_validator("read")
    @classmethod
    def _read(cls, text: str | None) -> str | None:
        if text is not None:
            parse_read(text)
        return text

    @field_validator("topic")
    @classmethod
    def _topic(cls, text: str | None) -> str | None:
        return None if text is None else parse_topic(text)

    @model_validator(mode="before")
    @classmethod
    def _one_of_them(cls, section: Any) -> Any:
        if isinstance(section, dict) and ("read" in section) == ("topic" in section):
            raise ValueError("write either `read`, as in motion, or `topic`, and not both")
        return section

    def meaning(self, config: OnvifConfig) -> Meaning:
        """What is asked; the data item of a topic stands in the camera's table."""
        if self.topic is not None:
            return of_topic(self.topic, config.topics.get(self.topic, ""))
        assert self.read is not None
        return parse_read(self.read)
