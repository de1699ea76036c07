"""What ``check`` says of lines: the longest time from a contact to its event, and what to do."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from monitord.driver import Driver, PollCost
from monitord.site import Review, Severity, review

from .conftest import ForeignConfig, Installed

SERIAL = "rtu:///dev/ttyUSB0?baud={baud}&parity=E"


def site_of(*devices: str) -> str:
    return "\n".join(
        [
            "site: {id: river, name: River}",
            "areas: {hall: {name: Hall, gate: Gate A, set_by: monitord}}",
            "channels: {screen: {driver: terminal}}",
            "devices:",
            *devices,
        ]
    )


def unit(number: int, address: str, more: str = "", point: str = "", count: int = 8) -> str:
    points = "\n".join(
        f"      p{n}: {{read: discrete/{n}, kind: door, area: hall}}" for n in range(count)
    )
    return (
        f"  unit-{number}:\n    driver: modbus\n    address: '{address}'\n    unit: {number}\n"
        f"{more}    points:\n{points}\n{point}"
    )


@pytest.fixture
def say(tmp_path: Path, drivers: Installed, channels: Installed) -> Any:
    def run(text: str) -> Review:
        (tmp_path / "site.yaml").write_text(text)
        return review(tmp_path / "site.yaml", drivers, channels)

    return run


def warnings(said: Review, word: str) -> list[str]:
    return [f"{f.line}: {f.text}: {f.cure}" for f in said.findings if word in f.text]


def test_a_panel_of_its_own(say: Any) -> None:
    """A period and an answer."""
    [line] = say(site_of(unit(1, "tcp://10.0.0.1"))).lines
    assert (line.devices, line.poll_ms, line.worst_ms) == (("unit-1",), 200, 210)
    assert line.every_pulse_seen


def test_units_on_a_bus_wait_for_each_other_and_for_a_dead_one(say: Any) -> None:
    """8 bytes asked and 6 answered at 11 bits each, the silence around them, a module's pause."""
    said = say(site_of(*(unit(n, SERIAL.format(baud=19_200)) for n in range(1, 5))))
    [line] = said.lines
    each_ms = (8 + 6 + 7) * 11 / 19.2 + 10
    assert line.devices == ("unit-1", "unit-2", "unit-3", "unit-4")
    assert line.busy_ms == round(4 * each_ms)
    assert line.worst_ms == round(200 + 4 * each_ms + round(3 * each_ms))
    assert "at 19200 baud" in line.made_of
    assert not warnings(said, "from a contact")


def test_a_line_above_400_ms_is_told_with_a_cure(say: Any) -> None:
    said = say(site_of(*(unit(n, SERIAL.format(baud=9_600)) for n in range(1, 6))))
    [line] = said.lines
    assert line.worst_ms > 400
    [told] = warnings(said, "from a contact")
    assert told.startswith("7: ")
    assert f"may take {line.worst_ms} ms" in told
    assert "raise the baud rate" in told


def test_a_plan_that_does_not_fit_is_told_with_a_period_that_does(say: Any) -> None:
    said = say(site_of(*(unit(n, SERIAL.format(baud=9_600)) for n in range(1, 9))))
    [line] = said.lines
    [told] = warnings(said, "more than their period")
    period_ms = -(-line.busy_ms // 50) * 50
    assert f"`poll: {period_ms}ms`" in told
    slower = [unit(n, SERIAL.format(baud=9_600), f"    poll: {period_ms}ms\n") for n in range(1, 9)]
    assert not warnings(say(site_of(*slower)), "more than their period")


def test_a_gateway_has_a_bus_behind_it_and_that_is_said(say: Any) -> None:
    [line] = say(site_of(*(unit(n, "tcp://10.0.0.9") for n in (1, 2)))).lines
    assert "19200 baud assumed" in line.made_of


def test_a_point_in_a_gap_is_an_error_at_its_line(say: Any) -> None:
    """T6.1: told by check, not by a device that is never polled."""
    text = site_of(unit(1, "tcp://10.0.0.1", "    gaps: [discrete/3-4]\n"))
    said = say(text)
    errors = [f for f in said.findings if f.severity is Severity.ERROR and "gap" in f.text]
    lines = text.splitlines()
    assert [lines[f.line - 1].strip()[:3] for f in errors] == ["p3:", "p4:"]
    assert said.lines[0].worst_ms is None


class Costly(Driver[ForeignConfig]):
    """A driver whose sum is wrong in code."""

    Config: ClassVar[type[BaseModel]] = ForeignConfig
    PointConfig: ClassVar[type[BaseModel]] = ForeignConfig

    @classmethod
    def cost(cls, *_: object, **__: object) -> PollCost | None:
        raise ZeroDivisionError


def test_a_foreign_driver_need_not_say_and_cannot_break_the_check(
    tmp_path: Path, channels: Installed
) -> None:
    text = site_of(
        "  own: {driver: foreign, isolate: false, points: {p: {kind: door, area: hall}}}"
    )
    (tmp_path / "site.yaml").write_text(text)
    said = review(tmp_path / "site.yaml", Installed({"foreign": Costly}), channels)
    assert [line.worst_ms for line in said.lines] == [None]
    assert warnings(said, "raised ZeroDivisionError when asked what a poll takes")
