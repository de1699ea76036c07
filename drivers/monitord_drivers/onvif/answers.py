"""A camera's answers, read as if each were an attack: bounded, without entities, by plain names.

Prefixes and namespaces are what cameras get wrong most, so elements are found by their plain
names. Imported only where a camera is spoken to: it brings in a parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from monitord.driver import Cause, ConfigFault, DeviceFault
from monitord_drivers.http import refused

#: An answer longer than this is none: the longest that are known stay below a quarter of it.
ANSWER_MAX: Final = 1 << 20
_REASON_MAX: Final = 100
_NO: Final = re.compile(
    r"not ?authori[sz]ed|unauthori[sz]ed|authority failure|authenticat|wrong password|"
    r"check failed|security token|access denied",
    re.IGNORECASE,
)
_UNKNOWN: Final = ("ActionNotSupported", "NotSupported", "ActionNotImplemented", "UnknownAction")


class Told(DeviceFault):
    """The camera answers that it will not: ``codes`` are its own, the narrowest last."""

    def __init__(self, reason: str, codes: tuple[str, ...]) -> None:
        words = reason or (codes[-1] if codes else "it does not say why")
        super().__init__(f"the camera refuses: {words}", Cause.DEVICE)
        self.codes = codes
        self.reason = reason

    def names(self, *codes: str) -> bool:
        """Whether one of these stands in its codes."""
        return any(code in own for own in self.codes for code in codes)

    @property
    def is_unknown_to_it(self) -> bool:
        """Whether it has no such function."""
        return self.names(*_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Node:
    """An element by its plain name; ``element`` is the parser's own, to be sent back as it is."""

    name: str
    text: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: tuple["Node", ...] = ()
    element: Any = field(default=None, compare=False, repr=False)

    def all(self, *path: str) -> Iterator["Node"]:
        """Every element at that path of plain names."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def at(self, *path: str) -> str:
        """The text of the first element at that path; empty where there is none."""
        found = next(self.all(*path), None)
        return "" if found is None else found.text

    def find(self, name: str) -> "Node | None":
        """The first element of that name, however deep."""
        if self.name == name:
            return self
        return next((found for each in self.children if (found := each.find(name))), None)


def whole(body: bytes) -> Node | None:
    """A message with its header; None for what is no XML. Raises ``DeviceFault`` for an attack."""
    root = _tree(body)
    return None if root is None else _envelope(root)


def parse(body: bytes, status: int = 200) -> Node:
    """What stands in an answer's body. Raises ``DeviceFault`` for a refusal or for garbage."""
    if status == 401:
        raise refused()
    envelope = whole(body)
    inner = envelope.find("Body") if envelope is not None and envelope.name == "Envelope" else None
    if inner is None:
        if status >= 400:
            raise DeviceFault(f"the camera's web server answers with error {status}", Cause.DEVICE)
        raise DeviceFault("what the camera answers is no SOAP", Cause.PROTOCOL)
    fault = next(inner.all("Fault"), None)
    if fault is not None:
        raise _fault(fault, status)
    if status >= 400:
        raise DeviceFault(f"the camera's web server answers with error {status}", Cause.DEVICE)
    return inner.children[0] if inner.children else inner


def printable(text: str, longest: int = _REASON_MAX) -> str:
    """A camera's text for people: one line, of so many characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:longest]


def _tree(body: bytes) -> Any:
    # A document type is refused before anything of it is read; in UTF-16 it is found below.
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise DeviceFault("the camera's answer brings entities: it is not read", Cause.PROTOCOL)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is not None and root.getroottree().docinfo.doctype:
        raise DeviceFault("the camera's answer brings entities: it is not read", Cause.PROTOCOL)
    return root


_DEPTH_MAX: Final = 60
#: Of one answer: a hundred messages are fifteen hundred.
_ELEMENTS_MAX: Final = 30_000


def _envelope(root: Any) -> Node:
    if int(root.xpath("count(//*)")) > _ELEMENTS_MAX:
        raise DeviceFault("the camera's answer is more than anybody asked for", Cause.PROTOCOL)
    return _node(root, 0)


def _node(element: Any, depth: int) -> Node:
    if depth > _DEPTH_MAX:
        raise DeviceFault("the camera's answer is nested too deep", Cause.PROTOCOL)
    children = tuple(_node(each, depth + 1) for each in element if isinstance(each.tag, str))
    attributes = {_plain(str(key)): str(value) for key, value in element.attrib.items()}
    return Node(_plain(element.tag), (element.text or "").strip(), attributes, children, element)


def _plain(tag: str) -> str:
    """The name without its namespace; one whose prefix nobody declared has it in the name."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _fault(fault: Node, status: int) -> DeviceFault:
    codes = tuple(_codes(fault))
    reason = printable(fault.at("Reason", "Text") or fault.at("faultstring"))
    if status == 403 or "NotAuthorized" in codes or "FailedAuthentication" in codes:
        return refused()
    told = Told(reason, codes)
    if _NO.search(reason) and not told.is_unknown_to_it:
        return refused()
    return told


def _codes(fault: Node) -> Iterator[str]:
    for name in ("Code", "faultcode"):
        for each in fault.all(name):
            yield from _values(each)


def _values(code: Node) -> Iterator[str]:
    """Wide first: the value of a code, then that of the code below it."""
    texts = [code.text] if code.text else [each.text for each in code.all("Value")]
    yield from (text.rpartition(":")[2] for text in texts if text)
    for below in code.all("Subcode"):
        yield from _values(below)


def missing(what: str) -> ConfigFault:
    """The words for a service or a thing that the camera does not have."""
    return ConfigFault(f"the camera has no {what}")
