"""Why something is an alarm: every kind says it, and the priority follows from what it says."""

import itertools
from pathlib import Path

import pytest

from monitord.site import Severity, show
from monitord.site.kinds import shipped_kinds
from monitord.site.rationale import MATRIX, Loss, priority_of
from monitord.vocabulary import CATEGORY_OF_KIND, PRIORITY_OF_CATEGORY, Category, Kind
from tests.site.conftest import CheckText, Installed, LoadText

MIN = 60_000
OWN = """  own-laser:
    like: beam
    what: Laser curtain broken
    cause: Somebody is at the wall.
    consequence: The pictures are in reach.
    loss: collection
    action: Close the room.
    time-to-respond: 2min
"""
#: Independent of the table: what a guard would order, loss by loss, at each side of each border.
EXPECTED = {
    "life": "1111112",
    "collection": "2222223",
    "protection": "2333333",
    "advice": "3444444",
}
TIMES = (3 * MIN - 1, 3 * MIN, 10 * MIN - 1, 10 * MIN, 30 * MIN - 1, 29 * MIN, 30 * MIN)


def test_the_priority_follows_from_loss_and_time_at_every_border() -> None:
    """Standards 1.3: priority = f(consequence, time to respond), never typed by hand."""
    for loss, (place, time_ms) in itertools.product(Loss, enumerate(TIMES)):
        assert priority_of(loss, time_ms) == int(EXPECTED[loss][place]), (loss, time_ms)
    for row in MATRIX.values():
        assert list(row) == sorted(row)


def test_every_shipped_kind_says_all_of_it() -> None:
    """100 % of the alarms that ship have cause, consequence, action and time; and by the matrix
    each has the priority of its family."""
    for kind, words in shipped_kinds().words.items():
        if CATEGORY_OF_KIND[kind] is Category.NONE:
            continue
        for key in ("what", "cause", "consequence", "loss", "verify", "action", "time_to_respond"):
            assert getattr(words, key), (kind, key)
        assert words.loss is not None
        assert words.time_to_respond is not None
        by_matrix = priority_of(words.loss, words.time_to_respond)
        assert by_matrix is PRIORITY_OF_CATEGORY[CATEGORY_OF_KIND[kind]], kind


def _shown(tmp_path: Path, text: str, drivers: Installed, channels: Installed) -> dict[str, str]:
    file = tmp_path / "site.yaml"
    file.write_text(text)
    rows = show(file, "east.pir", drivers, channels).rows
    return {row.key: f"{row.value} ({row.origin})" for row in rows}


def test_show_says_where_each_value_comes_from(
    tmp_path: Path, river: str, drivers: Installed, channels: Installed
) -> None:
    """A point's priority changes with its area's time to respond, and `show` names the reason."""
    before = _shown(tmp_path, river, drivers, channels)
    assert before["priority"] == "2 (from loss and time-to-respond, by the table in kinds.yaml)"
    slow = river.replace(
        "    confirm: 30min", "    confirm: 30min\n    kinds: {motion: {time-to-respond: 40min}}"
    )
    after = _shown(tmp_path, slow, drivers, channels)
    assert after["priority"].startswith("3 (from loss")
    assert "site.yaml:" in after["time-to-respond"]
    fixed = slow.replace("name: East door}", "name: East door, priority: 1}")
    assert _shown(tmp_path, fixed, drivers, channels)["priority"].endswith("site.yaml:37)")


def test_a_kind_of_ones_own(river: str, load_text: LoadText) -> None:
    """It has the place in the table of the one it is like, and words of its own."""
    point = load_text(river.replace("kind: motion", "kind: own-laser") + OWN).site.points[
        "east.pir"
    ]
    assert (point.kind, point.category, point.what) == (
        Kind.BEAM,
        Category.INTRUSION,
        "Laser curtain broken",
    )
    assert point.setup["cause"] == "Somebody is at the wall."


@pytest.mark.parametrize(
    "key", ["like", "what", "cause", "consequence", "loss", "action", "time-to-respond"]
)
def test_a_kind_of_ones_own_that_says_too_little_is_refused(
    check_text: CheckText, river: str, key: str
) -> None:
    """Standards 1.3: the loader refuses an alarm that lacks a starred field."""
    lines = [line for line in OWN.splitlines() if not line.strip().startswith(f"{key}:")]
    found = check_text(river + "\n".join(lines) + "\n")
    assert [f for f in found if f.severity is Severity.ERROR and f"does not say {key}" in f.text]
    assert not [f for f in check_text(river + OWN) if f.severity is Severity.ERROR]


def test_where_nobody_has_anything_to_do_it_is_an_event(
    check_text: CheckText, river: str, load_text: LoadText
) -> None:
    """ISA: no operator action, no alarm; `check` says so. A fire is never for the record alone."""
    text = river.replace("name: East door}", "name: East door, action: none}")
    found = [f for f in check_text(text) if "asks nobody to do anything" in f.text]
    assert [f.severity for f in found] == [Severity.WARNING]
    point = load_text(text).site.points["east.pir"]
    assert (point.kind, point.category) == (Kind.EVENT, Category.NONE)
    fire = text.replace("kind: motion", "kind: smoke")
    found = [f for f in check_text(fire) if "never for the record" in f.cure]
    assert [f.severity for f in found] == [Severity.ERROR]
