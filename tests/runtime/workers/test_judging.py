"""The judge of a camera's pictures: with the limits of its section, through the site file."""

from pathlib import Path
from typing import Any

import pytest

from monitord import site
from monitord.cli.sitefile import types_at
from monitord.driver import ConfigFault, Frame, PointState
from monitord.runtime.building import NO_SECTION, Order, order_of
from monitord.runtime.plugins import driver_registry
from monitord.runtime.workers.eyes import Verdict
from monitord.runtime.workers.judging import judge_of
from monitord_simulators.camera.scene import Light, Scene
from monitord_simulators.camera.spoil import PictureFault, Spoil
from tests.support import ROOT

EVERY_MS = 10_000


def written(tmp_path: Path, limits: str) -> Order:
    """What a worker is given for a camera with those limits in the site file."""
    (tmp_path / "site.yaml").write_text((ROOT / "config" / "minimal.yaml").read_text("utf-8"))
    (tmp_path / "cameras.yaml").write_text(
        "devices:\n  cam:\n    driver: snapshot\n    address: http://10.0.30.24/picture.jpg\n"
        f"    area: gallery\n    name: Yard\n    pictures: {{every: 10s{limits}}}\n"
    )
    compiled = site.load(tmp_path, *types_at(tmp_path)).site
    driver = driver_registry(tmp_path / "drivers").get("snapshot").cls
    return order_of(compiled, compiled.devices["cam"], driver)


def verdicts(order: Order, spoil: Spoil, looks: int = 20, at: int = 10) -> list[Verdict]:
    judge = judge_of(order, b"")
    scene = Scene("cam", 4, noise=2.0)
    scene.light = Light.ON
    found = []
    for number in range(looks):
        at_ms = 1_790_000_000_000 + number * EVERY_MS
        if number == at:
            scene.spoil(spoil, at_ms)
        found.append(judge.judge(Frame(jpeg=scene.jpeg(at_ms)), at_ms))
    return found


@pytest.mark.parametrize(
    ("limits", "fault", "amount", "word"),
    [
        (", limits: {shift: 100, kept: 0.1}", PictureFault.TURN, 40, "turned"),
        (", limits: {frozen: no}", PictureFault.FREEZE, 1, "frozen"),
        (", limits: {sharp: 0.1}", PictureFault.BLUR, 2, "out of focus"),
        (", limits: {persist: 5min}", PictureFault.COVER, 1, "covered"),
    ],
    ids=["shift", "frozen", "sharp", "persist"],
)
def test_a_limit_of_the_site_file_decides(
    limits: str, fault: PictureFault, amount: float, word: str, tmp_path: Path
) -> None:
    """The same pictures are a fault without it."""
    spoil = Spoil(fault, amount)
    assert word in verdicts(written(tmp_path, ""), spoil)[-1].words
    last = verdicts(written(tmp_path, limits), spoil)[-1]
    assert (last.state, last.words) == (PointState.NORMAL, "")


def test_limits_that_are_none_fail_the_device_in_words() -> None:
    """Of an accepted site of another version, say: never another camera's checks."""
    limits: dict[str, Any] = {"keept": 0.3}
    order = Order("cam", "snapshot", None, NO_SECTION, (), 100, 1_000, look_ms=1, limits=limits)
    with pytest.raises(ConfigFault, match="limits of its pictures"):
        judge_of(order, b"")
