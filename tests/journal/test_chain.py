"""The chain's bytes are a promise: a journal of today must verify in twenty years."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from monitord.journal.chain import GENESIS, link, link_all


def test_golden_bytes() -> None:
    """H1: ``sha256(prev ‖ seq ‖ sha256(payload))``, seq in 8 bytes, most significant first."""
    first = link(GENESIS, 1, b'{"v":1}')
    second = link(first, 2, b"")
    assert first.hex() == "26b233c81a493e23bb5ad3f5160e3a52156c4d3f320bb13241a76492496bd66e"
    assert second.hex() == "01dd34c7369ec7d890fba7a6296379f8f3fc0ba620ea993e954dda3ddf0562bd"
    by_hand = sha256(first + b"\0\0\0\0\0\0\0\2" + sha256(b"").digest())
    assert second == by_hand.digest()


@given(st.lists(st.binary(max_size=40), max_size=12), st.integers(1, 1 << 40))
def test_a_batch_is_linked_as_one_by_one(payloads: list[bytes], first: int) -> None:
    expected, prev = [], GENESIS
    for seq, payload in enumerate(payloads, first):
        prev = link(prev, seq, payload)
        expected.append(prev)
    assert link_all(GENESIS, list(enumerate(payloads, first))) == expected


def test_number_order_and_content_all_count() -> None:
    base = link_all(GENESIS, [(1, b"a"), (2, b"b")])[-1]
    others = [[(1, b"b"), (2, b"a")], [(1, b"a"), (3, b"b")], [(1, b"a"), (2, b"c")], [(2, b"b")]]
    assert all(link_all(GENESIS, other)[-1] != base for other in others)
