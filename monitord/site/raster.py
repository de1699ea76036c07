"""A drawing as PNG or JPEG: known by its first bytes, its size read and bounded, never decoded.

Whatever follows the header is the browser's to judge, which decodes pictures of strangers all day.
"""

import struct
from typing import Final

from monitord.site.svg import BYTES_MAX, BadDrawing, Drawing

SIDE_MAX: Final = 8_000
#: Each costs a browser four bytes, however few the file has: 80 MB on a guard's old PC.
PIXELS_MAX: Final = 20_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CURE: Final = "save it as PNG or JPEG again, or as SVG"


def measured(data: bytes) -> Drawing:
    """The picture with its media type and size. Raises :class:`BadDrawing`."""
    if len(data) > BYTES_MAX:
        raise BadDrawing("it has more than 2 MB", "save it smaller: 2,000 pixels wide is plenty")
    if data.startswith(_PNG):
        media, size = "image/png", _png(data)
    elif data.startswith(b"\xff\xd8\xff"):
        media, size = "image/jpeg", _jpeg(data)
    else:
        raise BadDrawing("it is neither SVG, PNG nor JPEG", _CURE)
    width, height = size
    if not (1 <= width <= SIDE_MAX and 1 <= height <= SIDE_MAX):
        raise BadDrawing(
            f"it says that it is {width} by {height} pixels",
            f"save it with {SIDE_MAX} pixels a side at most",
        )
    if width * height > PIXELS_MAX:
        raise BadDrawing(
            f"it has {width} by {height} pixels, more than {PIXELS_MAX // 1_000_000} million",
            "save it smaller: 2,000 pixels wide is plenty",
        )
    return Drawing(media, width, height, data)


def _png(data: bytes) -> tuple[int, int]:
    if len(data) < 24 or data[12:16] != b"IHDR":
        raise BadDrawing("it is cut off, or no PNG inside", _CURE)
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    """From the first frame header; each segment says how long it is."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + max(length, 2)
    raise BadDrawing("it is cut off, or no JPEG inside", _CURE)
