"""SOAP 1.2 as cameras speak it: a request read with care, an answer written as text.

A request with a document type is refused: a camera has no use for entities, ours or anybody's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.sax.saxutils import escape, quoteattr

#: What the prefixes in our answers mean.
NAMESPACES: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "wstop": "http://docs.oasis-open.org/wsn/t-1",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "ter": "http://www.onvif.org/ver10/error",
    "tt": "http://www.onvif.org/ver10/schema",
    "tns1": "http://www.onvif.org/ver10/topics",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "tmd": "http://www.onvif.org/ver10/deviceIO/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "trc": "http://www.onvif.org/ver10/recording/wsdl",
    "tse": "http://www.onvif.org/ver10/search/wsdl",
}
_WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST: Final = "#PasswordDigest"
_DEPTH_MAX: Final = 40


class SoapFault(Exception):
    """The camera refuses: ``code`` is Sender or Receiver, ``subcodes`` go from wide to narrow."""

    def __init__(self, code: str, *subcodes: str, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.code = code
        self.subcodes = subcodes
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Token:
    """A WS-UsernameToken as it came, nothing checked. ``created`` is text; see ``signon``."""

    user: str
    password: str
    is_digest: bool
    nonce: str
    created: str


@dataclass(frozen=True, slots=True)
class Request:
    """One call: which operation of which service, at which path, signed by whom."""

    namespace: str
    operation: str
    body: Element
    token: Token | None
    message_id: str | None
    path: str

    def text(self, name: str, default: str = "") -> str:
        """The text of the first element of that name, wherever it stands and whosever it is."""
        found = self.find(name)
        return default if found is None or found.text is None else found.text.strip()

    def texts(self, name: str) -> set[str]:
        """The texts of all elements of that local name."""
        return {(each.text or "").strip() for each in self.body.iter() if local(each.tag) == name}

    def find(self, name: str) -> Element | None:
        """The first element of that local name."""
        return next((each for each in self.body.iter() if local(each.tag) == name), None)


def parse(data: bytes, path: str) -> Request:
    """Read one envelope. Raises ``SoapFault`` for what is none."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise SoapFault("Sender", "ter:WellFormed", reason="a document type has no place here")
    parser = XMLParser()  # noqa: S314 - no document type comes this far
    try:
        parser.feed(data)
        root: Element = parser.close()
    except ParseError as error:
        raise SoapFault("Sender", "ter:WellFormed", reason=str(error)) from error
    if depth(root) > _DEPTH_MAX:
        raise SoapFault("Sender", "ter:WellFormed", reason="nested too deeply")
    body = root.find(f"{{{NAMESPACES['s']}}}Body")
    if local(root.tag) != "Envelope" or body is None or len(body) == 0:
        raise SoapFault("Sender", "ter:WellFormed", reason="no SOAP 1.2 envelope with a body")
    asked = body[0]
    header = root.find(f"{{{NAMESPACES['s']}}}Header")
    return Request(
        namespace=asked.tag.partition("}")[0].lstrip("{"),
        operation=local(asked.tag),
        body=asked,
        token=_token(header),
        message_id=_header_text(header, f"{{{NAMESPACES['wsa']}}}MessageID"),
        path=path,
    )


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def depth(element: Element) -> int:
    """How deep the tree under ``element`` is; looks no deeper than it must."""
    level, here = 0, [element]
    while here and level <= _DEPTH_MAX:
        level, here = level + 1, [child for each in here for child in each]
    return level


def _token(header: Element | None) -> Token | None:
    token = None if header is None else header.find(f".//{{{_WSSE}}}UsernameToken")
    if token is None:
        return None
    password = token.find(f"{{{_WSSE}}}Password")
    return Token(
        user=token.findtext(f"{{{_WSSE}}}Username", "").strip(),
        password="" if password is None else (password.text or "").strip(),
        is_digest=password is not None and password.get("Type", "").endswith(_DIGEST),
        nonce=token.findtext(f"{{{_WSSE}}}Nonce", "").strip(),
        created=token.findtext(f"{{{_WSU}}}Created", "").strip(),
    )


def _header_text(header: Element | None, name: str) -> str | None:
    return None if header is None else header.findtext(name)


def envelope(
    body: str, *, relates_to: str | None = None, action: str = "", odd: bool = False
) -> bytes:
    """An answer. ``odd`` writes it with every namespace under two prefixes, unusual ones used."""
    header = ""
    if action:
        related = "" if relates_to is None else tag("wsa:RelatesTo", relates_to)
        header = f"<s:Header>{tag('wsa:Action', action)}{related}</s:Header>"
    names = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in NAMESPACES.items())
    text = f"<s:Envelope{names}>{header}<s:Body>{body}</s:Body></s:Envelope>"
    return ("<?xml version='1.0' encoding='UTF-8'?>\n" + (_odd(text) if odd else text)).encode()


def _odd(text: str) -> str:
    """The same document with other prefixes; the usual ones stay declared beside them."""
    others = {prefix: f"ns{number}" for number, prefix in enumerate(NAMESPACES)}
    others["s"] = "SOAP-ENV"
    names = "".join(f" xmlns:{others[each]}={quoteattr(NAMESPACES[each])}" for each in others)
    text = re.sub(r"(</?)(\w+):", lambda found: f"{found[1]}{others[found[2]]}:", text)
    return text.replace("<SOAP-ENV:Envelope", f"<SOAP-ENV:Envelope{names}", 1)


def without(body: str, names: Iterable[str]) -> str:
    """The same answer with these elements left out."""
    for name in names:
        body = re.sub(rf"<{name}\b[^>]*>.*?</{name}>", "", body, flags=re.DOTALL)
    return body


def fault(error: SoapFault, *, odd: bool = False) -> bytes:
    """The answer that says no."""
    inner = ""
    for subcode in reversed(error.subcodes):
        inner = f"<s:Subcode><s:Value>{escape(subcode)}</s:Value>{inner}</s:Subcode>"
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:{error.code}</s:Value>{inner}</s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{escape(error.reason)}</s:Text></s:Reason></s:Fault>',
        odd=odd,
    )


def tag(name: str, content: object, **attributes: str) -> str:
    """An element with text in it, both escaped."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{escape(str(content))}</{name}>"


def flag(state: bool) -> str:
    """A state as XML writes it."""
    return "true" if state else "false"
