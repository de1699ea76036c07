"""Whether a ZIP of evidence is whole: read as if an enemy had made it.

Bounded in size and number before anything is unpacked; nothing is written to the disk but a
nameless copy, made anew from what was read and compared byte by byte. Its form is in
:mod:`monitord.runtime.evidence_pack`.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Final

import msgspec

from monitord.journal.chain import GENESIS, link
from monitord.pictures.store import PICTURE_BYTES_MAX, is_name
from monitord.runtime.evidence_pack import (
    ENTRIES_MAX,
    FORM,
    INDEX,
    JOURNAL,
    MANIFEST,
    PICTURES_MAX,
    SUM,
    TEXT_BYTES_MAX,
    Line,
    Manifest,
    encoded,
    index_of,
    pictures_of,
    write,
)

ZIP_BYTES_MAX: Final = 2 * 1024**3
#: The list at the end of the ZIP, which is read into memory whole.
LIST_BYTES_MAX: Final = 1024 * 1024
_END_BYTES: Final = 22
_UNREADABLE: Final = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError),
    *(msgspec.MsgspecError, OverflowError),
)
_CHUNK: Final = 1024 * 1024
_TEXTS: Final = (MANIFEST, SUM, INDEX, JOURNAL)


class Damaged(ValueError):
    """It is not whole; the text says where."""


def check(file: IO[bytes]) -> tuple[Manifest, str]:
    """The manifest and its sha256, of a ZIP that is whole. Raises :class:`Damaged`, ``OSError``."""
    _bounded(file)
    try:
        with zipfile.ZipFile(file) as pack:
            _members(pack)
            manifest, digest = _manifest(pack)
            _contents(pack, manifest)
            _same_bytes(file, pack)
    except Damaged:
        raise
    except _UNREADABLE as error:
        raise Damaged(f"it cannot be read: {error}") from None
    return manifest, digest


def _bounded(file: IO[bytes]) -> None:
    size = file.seek(0, os.SEEK_END)
    if not _END_BYTES <= size <= ZIP_BYTES_MAX:
        raise Damaged(f"a ZIP of evidence has {_END_BYTES} to {ZIP_BYTES_MAX} bytes, this {size}")
    file.seek(size - _END_BYTES)
    end = file.read(_END_BYTES)
    if not end.startswith(b"PK\x05\x06") or int.from_bytes(end[12:16], "little") > LIST_BYTES_MAX:
        raise Damaged("it does not end as a ZIP of evidence does: cut off, or something is added")


def _members(pack: zipfile.ZipFile) -> None:
    names = pack.namelist()
    if tuple(names[: len(_TEXTS)]) != _TEXTS or len(names) > len(_TEXTS) + PICTURES_MAX:
        raise Damaged("it does not hold what a ZIP of evidence holds")
    if len(set(names)) != len(names):
        raise Damaged("a file stands in it twice")
    for entry in pack.infolist():
        most = TEXT_BYTES_MAX if entry.filename in _TEXTS else PICTURE_BYTES_MAX
        stored = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits
        if not stored or not entry.file_size == entry.compress_size <= most:
            raise Damaged(f"{_shown(entry.filename)} is packed, hidden or too large")
        if entry.filename not in _TEXTS and not _is_picture(entry.filename):
            raise Damaged(f"{_shown(entry.filename)} is no file of such a ZIP")


def _is_picture(name: str) -> bool:
    folder, _, rest = name.partition("/")
    return folder == "pictures" and rest.endswith(".jpg") and is_name(rest.removesuffix(".jpg"))


def _shown(name: str) -> str:
    return repr(name[:80])


def _manifest(pack: zipfile.ZipFile) -> tuple[Manifest, str]:
    text = pack.read(MANIFEST)
    digest = hashlib.sha256(text).hexdigest()
    if pack.read(SUM) != digest.encode() + b"\n":
        raise Damaged(f"{MANIFEST} is not what {SUM} says")
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Damaged(f"{MANIFEST} cannot be read: {error}") from None
    if manifest.form != FORM:
        raise Damaged(f"{MANIFEST} is of form {manifest.form}, this version reads {FORM}")
    if encoded(manifest) != text or pack.read(INDEX) != index_of(manifest):
        raise Damaged(f"{MANIFEST} or {INDEX} is not as monitord writes it")
    return manifest, digest


def _contents(pack: zipfile.ZipFile, manifest: Manifest) -> None:
    names = [name for name in pack.namelist() if name not in (MANIFEST, SUM, INDEX)]
    if names != list(manifest.files):
        raise Damaged(f"it holds other files than {MANIFEST} says")
    for name in names:
        if hashlib.sha256(pack.read(name)).hexdigest() != manifest.files[name]:
            raise Damaged(f"{_shown(name)} was changed")
    lines = list(_lines(pack.read(JOURNAL)))
    _chain(lines, manifest)
    kept = pictures_of(
        lines, manifest.incident, lambda sha256: f"pictures/{sha256}.jpg" in manifest.files
    )
    if tuple(kept) != manifest.pictures:
        raise Damaged(f"the pictures of {MANIFEST} are not those of its journal")
    files = {each.file: each.sha256 for each in kept if each.file}
    if files != {name: sha for name, sha in manifest.files.items() if name != JOURNAL}:
        raise Damaged("its files are not the pictures that its journal tells of")


def _lines(journal: bytes) -> Iterator[Line]:
    decoder = msgspec.json.Decoder(Line)
    for number, text in enumerate(journal.splitlines(), 1):
        if number > ENTRIES_MAX:
            raise Damaged(f"{JOURNAL} has more than {ENTRIES_MAX:,} lines")
        try:
            yield decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Damaged(f"line {number} of {JOURNAL}: {error}") from None


def _chain(lines: list[Line], manifest: Manifest) -> None:
    """From the hash before the first entry to the one behind the last."""
    prev = bytes.fromhex(manifest.before)
    if not lines or len(prev) != len(GENESIS):
        raise Damaged(f"{JOURNAL} does not begin anywhere")
    for expected, each in enumerate(lines, lines[0].seq):
        if each.seq != expected or not 0 < each.seq < 2**63:
            raise Damaged(f"{JOURNAL} has entry {each.seq} where {expected} belongs")
        prev = _linked(prev, each)
    if prev.hex() != manifest.head:
        raise Damaged("the chain of its journal does not end in the hash that it names")


def _linked(prev: bytes, each: Line) -> bytes:
    whole = bytes(each.entry)
    if whole:
        return link(prev, each.seq, whole)
    digest = bytes.fromhex(each.digest)
    return hashlib.sha256(prev + each.seq.to_bytes(8, "big") + digest).digest()


def _same_bytes(file: IO[bytes], pack: zipfile.ZipFile) -> None:
    """Made anew it is the same file: nothing stands between or behind what was looked at."""
    with tempfile.TemporaryFile() as anew:
        with zipfile.ZipFile(anew, "w", zipfile.ZIP_STORED) as copy:
            for name in pack.namelist():
                write(copy, name, pack.read(name))
        anew.seek(0)
        file.seek(0)
        while True:
            ours, theirs = anew.read(_CHUNK), file.read(_CHUNK)
            if ours != theirs:
                raise Damaged("something in it stands outside of its files")
            if not ours:
                return
