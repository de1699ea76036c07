"""The hash chain: each entry's hash covers its bytes, its number and all entries before it.

``hash = sha256(prev ‖ seq ‖ sha256(payload))`` with ``seq`` as 8 bytes, most significant first.
It shows that something was changed, dropped or put in between; it cannot show who did it, nor
that the end was cut off: for that a second party keeps a hash (hub, standby, printed report).
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

#: What stands before the first entry.
GENESIS: Final = bytes(32)


def link(prev: bytes, seq: int, payload: bytes) -> bytes:
    """The hash of the entry ``seq`` that follows the entry with the hash ``prev``."""
    return sha256(prev + seq.to_bytes(8, "big") + sha256(payload).digest()).digest()


def link_all(prev: bytes, entries: Iterable[tuple[int, bytes]]) -> list[bytes]:
    """The hashes of consecutive ``(seq, payload)``, each following the one before it."""
    hashes = []
    for seq, payload in entries:
        prev = link(prev, seq, payload)
        hashes.append(prev)
    return hashes
