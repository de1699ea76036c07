"""A drawing in SVG, read as if an enemy had written it: what is left draws lines and words.

Only elements and attributes of two closed lists get through, with plain values: no script, no
style sheet, no reference to anything outside or inside, no picture within the picture. Sizes,
depth and counts are bounded. What was left out is told by name, so that the author can see why
the drawing looks different. Written anew: no byte of the file reaches a browser as it was.
"""

import re
from collections.abc import Iterable
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import msgspec

BYTES_MAX: Final = 2 * 1024 * 1024
#: What a browser is given: writing it plainly may add to it, but not more than this.
SHOWN_BYTES_MAX: Final = 2 * BYTES_MAX
ELEMENTS_MAX: Final = 50_000
DEPTH_MAX: Final = 64
VALUE_CHARS_MAX: Final = 200_000
SVG: Final = "http://www.w3.org/2000/svg"

_ELEMENTS: Final = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
    | {"text", "tspan", "title", "desc"}
)
#: What drawing programs write by themselves, and nobody misses.
_EVERYBODYS: Final = frozenset({"metadata", "defs", "namedview", "RDF", "Work", "format", "type"})
_SHAPE: Final = frozenset(
    {"d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy"}
    | {"width", "height", "points", "viewBox", "transform", "preserveAspectRatio"}
)
_LOOK: Final = frozenset(
    {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap"}
    | {"stroke-linejoin", "stroke-dasharray", "stroke-opacity", "opacity", "display"}
    | {"font-size", "font-family", "font-weight", "font-style", "text-anchor", "letter-spacing"}
    | {"dominant-baseline"}
)
#: Numbers, names and colours: nothing that refers, escapes or computes, except to transform.
_PLAIN: Final = re.compile(r"[\w\s.,;#%+\-\"']*", re.ASCII)
#: Nothing in it can be read in two ways: one that fails at its end fails in the time of its length.
_TRANSFORM: Final = re.compile(r"\s*(?:(?:translate|scale|rotate|skewX|skewY|matrix)"
                               r"\([\d\s.,eE+\-]*\)[\s,]*)*", re.ASCII)  # fmt: skip
_COLOUR: Final = re.compile(r"rgba?\([\d\s.,%]*\)", re.ASCII)
_SIZE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px|mm|cm|pt|in)?\s*", re.ASCII)


class BadDrawing(Exception):
    """It cannot be drawn: what is wrong, in words, and what helps."""

    def __init__(self, text: str, cure: str) -> None:
        super().__init__(text)
        self.text, self.cure = text, cure


class Drawing(msgspec.Struct, frozen=True):
    """What a browser is given. ``left_out`` names what was taken away, each once."""

    media: str
    width: float
    height: float
    data: bytes
    left_out: tuple[str, ...] = ()


def clean(data: bytes) -> Drawing:
    """The drawing without anything that could act. Raises :class:`BadDrawing`."""
    if len(data) > BYTES_MAX:
        raise BadDrawing("it has more than 2 MB", "take photographs and hidden layers out of it")
    cleaner = _Cleaner()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = cleaner.doctype
    parser.StartElementHandler = cleaner.begin
    parser.EndElementHandler = cleaner.end
    parser.CharacterDataHandler = cleaner.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        text = f"it is not XML: {expat.errors.messages[error.code]} in line {error.lineno}"
        raise BadDrawing(text, "save it as plain SVG again") from None
    return cleaner.drawing()


class _Cleaner:
    """Hears the parser, writes what may stay."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._left_out: dict[str, None] = {}
        self._depth = self._elements = self._dropping = 0
        self._size: tuple[float, float] | None = None

    def doctype(self, *_: object) -> None:
        """Entities begin here: none is ever expanded."""
        raise BadDrawing("it declares a document type", "save it as plain SVG without a DOCTYPE")

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """One element."""
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_MAX or self._elements > ELEMENTS_MAX:
            raise BadDrawing(
                f"it is too intricate: over {ELEMENTS_MAX} elements, or nested over {DEPTH_MAX}",
                "leave furniture and hatching out of it",
            )
        space, _, name = tag.rpartition(" ")
        if self._depth == 1 and (name != "svg" or space not in (SVG, "")):
            raise BadDrawing("its first element is not svg", "save it as plain SVG")
        if self._dropping or name not in _ELEMENTS or space not in (SVG, ""):
            self._dropping += 1
            if name not in _EVERYBODYS:
                self._left_out[f"<{name[:40]}>"] = None
            return
        kept = dict(self._kept(name, attributes))
        if self._depth == 1:
            kept = self._root(kept)
        written = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        self._out.append(f"<{name}{written}>")

    def end(self, tag: str) -> None:
        """The end of one."""
        self._depth -= 1
        if self._dropping:
            self._dropping -= 1
        else:
            self._out.append(f"</{tag.rpartition(' ')[2]}>")

    def text(self, text: str) -> None:
        """What stands between."""
        if not self._dropping:
            self._out.append(escape(text))

    def drawing(self) -> Drawing:
        """All of it, once the parser has come to the end."""
        assert self._size is not None, "expat refuses a document without a root"
        width, height = self._size
        data = "".join(self._out).encode()
        if len(data) > SHOWN_BYTES_MAX:
            raise BadDrawing("written plainly it has more than 4 MB", "take long texts out of it")
        return Drawing("image/svg+xml", width, height, data, tuple(self._left_out))

    def _kept(self, name: str, attributes: dict[str, str]) -> Iterable[tuple[str, str]]:
        for key, value in attributes.items():
            if key == "style":
                yield from self._styled(value)
            elif key in _SHAPE or key in _LOOK:
                yield from self._checked(key, value)
            elif " " not in key and key not in ("id", "class", "version"):
                self._left_out[f"{name} {key[:40]}"] = None

    def _styled(self, style: str) -> Iterable[tuple[str, str]]:
        """What drawing programs write into ``style``, as attributes."""
        for part in style[:VALUE_CHARS_MAX].split(";"):
            key, _, value = part.partition(":")
            if key.strip() in _LOOK:
                yield from self._checked(key.strip(), value.strip())

    def _checked(self, key: str, value: str) -> Iterable[tuple[str, str]]:
        plain = _TRANSFORM if key == "transform" else _PLAIN
        fits = len(value) <= VALUE_CHARS_MAX
        if fits and (plain.fullmatch(value) or (key in _LOOK and _COLOUR.fullmatch(value))):
            yield key, value
        else:
            self._left_out[f"{key} {value[:20]!r}"] = None

    def _root(self, kept: dict[str, str]) -> dict[str, str]:
        """The size comes from the view box, or from width and height."""
        box = re.split(r"[\s,]+", kept.get("viewBox", "").strip())
        try:
            numbers = [float(part) for part in box] if len(box) == 4 else []
        except ValueError:
            numbers = []
        if not numbers:
            sizes = [_SIZE.fullmatch(kept.get(key, "")) for key in ("width", "height")]
            numbers = [0.0, 0.0, *(float(found[1]) for found in sizes if found)]
        if len(numbers) != 4 or not all(1 <= side <= 1e6 for side in numbers[2:]):
            raise BadDrawing(
                "its size is not known", "give its svg element a viewBox, as viewBox='0 0 800 500'"
            )
        self._size = numbers[2], numbers[3]
        kept["viewBox"] = " ".join(f"{number:g}" for number in numbers)
        kept |= {"width": f"{numbers[2]:g}", "height": f"{numbers[3]:g}"}
        return {"xmlns": SVG, **kept}
