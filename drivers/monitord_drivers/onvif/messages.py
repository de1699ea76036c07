"""What a camera tells in one notification: its topic, where, what, when; and whether it is news.

Pure: made of an answer's elements.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitord_drivers.onvif.answers import Node
from monitord_drivers.onvif.clock import moment_ms
from monitord_drivers.onvif.meaning import plain


@dataclass(frozen=True, slots=True)
class Message:
    """One notification. ``operation`` is Initialized, Changed or Deleted, empty for what only
    happens; ``topic`` is without prefixes; ``device_ms`` the camera's own time."""

    topic: str
    operation: str
    source: Mapping[str, str]
    data: Mapping[str, str]
    device_ms: int | None

    @property
    def subject(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What makes two of them say something about the same thing."""
        return self.topic, tuple(sorted(self.source.items()))

    @property
    def text(self) -> str:
        """As much of it as a reading keeps."""
        items = " ".join(f"{key}={value}" for key, value in {**self.source, **self.data}.items())
        return f"{self.topic} {self.operation} {items}".replace("  ", " ")[:200]


def messages(answer: Node) -> Iterator[Message]:
    """Those in an answer to PullMessages; one that cannot be read is passed over."""
    for notification in answer.all("NotificationMessage"):
        topic = plain(notification.at("Topic"))
        outer = next(notification.all("Message"), None)
        if topic and outer is not None:
            inner = next(outer.all("Message"), outer)  # the standard has one inside the other
            yield Message(
                topic,
                inner.attributes.get("PropertyOperation", ""),
                {**_items(inner, "Source"), **_items(inner, "Key")},
                _items(inner, "Data"),
                moment_ms(inner.attributes.get("UtcTime", "")),
            )


def _items(message: Node, part: str) -> dict[str, str]:
    found = {}
    for each in message.all(part, "SimpleItem"):
        name = each.attributes.get("Name", "")
        if name:
            found[name] = each.attributes.get("Value", each.text)
    return found
