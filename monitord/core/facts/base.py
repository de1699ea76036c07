"""What all facts have in common."""

import msgspec


class TextRef(msgspec.Struct, frozen=True):
    """Personal text by reference: ``id`` in the side store and a salted sha256 of the text."""

    id: str
    hash: str


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type"):
    """The root of all facts."""

    key: str = ""
