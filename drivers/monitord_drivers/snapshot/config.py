"""What a person may write about such a camera in the site file. Messages are for that person."""

import re
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from monitord.driver import Secret

_FORM: Final = "write http://HOST/PATH, for example http://10.0.30.22/snapshot.jpg"
_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 1_000


def _address(text: str) -> str:
    text = text.strip()
    if len(text) > _LONGEST or re.search(r"[\x00-\x20\x7f#]", text):
        raise ValueError(f"there is a space, a '#' or too much in this address: {_FORM}")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"this is not an address: {_FORM}") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise ValueError(f"this is not the address of a picture: {_FORM}")
    if "@" in parts.netloc:
        raise ValueError("a user or password in the address is read by many: write `user`")
    return text


PictureAddress = Annotated[
    str,
    AfterValidator(_address),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^https?://[^@#]+$",
            "examples": ["http://10.0.30.22/snapshot.jpg"],
        }
    ),
]


class SnapshotConfig(BaseModel):
    """One camera: where its picture is, and who we are there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: PictureAddress = Field(description="http(s)://host[:port]/path of its picture, JPEG.")
    user: str = Field(default="", max_length=64, description="The account made for monitord.")
    password: Secret | None = Field(default=None, description="{credential: NAME}.")
    verify: bool = Field(
        default=True, description="no: an https address is taken whatever certificate it shows."
    )

    @field_validator("user")
    @classmethod
    def _user(cls, user: str) -> str:
        if ":" in user or not user.isprintable():
            raise ValueError("a user's name has no colon in it: HTTP cannot carry it")
        return user

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.password is not None and not self.user:
            raise ValueError("there is a password and no `user`: name the account it is of")
        return self

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.address)
        assert parts.hostname is not None  # the validator saw to it
        return parts.hostname, parts.port or _PORTS[parts.scheme]


class SnapshotPointConfig(BaseModel):
    """Such a camera tells nothing but its picture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _none(cls, section: Any) -> Any:
        raise ValueError("a camera of this driver has no points but `picture`: leave this one out")
