"""What each line costs, on paper: the longest time from a contact to its event, and what to do.

A line is a connection: of one device, or of several with one address where their driver shares
connections. What a poll takes, the driver says (``Driver.cost``); one that cannot say is left out
of the sum.
"""

from typing import Any, Final, NamedTuple

from monitord.core.lines import worst_ms
from monitord.driver import ConfigFault, Driver, Point, PollCost
from monitord.site.draft import DeviceDraft, Draft, Line
from monitord.site.findings import Findings, quoted
from monitord.site.lint_devices import POLL_MS_GOOD, PULSES
from monitord.site.lint_silence import speaks_first
from monitord.site.types import shares_lines
from monitord.vocabulary import CATEGORY_OF_KIND

#: A pulse of this length must be seen (EN 50131-3); where the figure is not above the second one
#: it is, at whatever phase it comes.
PULSE_MS: Final = 400
CERTAIN_MS: Final = 350


class _Member(NamedTuple):
    """A device of a line. ``cost`` is None where the driver cannot say."""

    device: str
    draft: DeviceDraft
    poll_ms: int
    timeout_ms: int
    cost: PollCost | None


def lint_lines(draft: Draft, found: Findings) -> tuple[Line, ...]:
    """Every line of the site, in the order of the file; what is wrong with them is found."""
    lines = []
    for (driver, address), ids in _shared(draft).items():
        members = [_member(draft, device, found, shared=len(ids) > 1) for device in ids]
        lines.append(_line(draft, driver, address, members, found))
    return tuple(lines)


def _shared(draft: Draft) -> dict[tuple[str, str], list[str]]:
    """The polled devices by driver and address; those that share nothing by their own name."""
    lines: dict[tuple[str, str], list[str]] = {}
    for device_id, device in draft.devices.items():
        driver = device.driver
        if driver is None or speaks_first(driver):
            continue
        shares = shares_lines(driver)
        place = device.model.address if shares and device.model.address else device_id
        lines.setdefault((device.model.driver, place), []).append(device_id)
    return lines


def _member(draft: Draft, device_id: str, found: Findings, *, shared: bool) -> _Member:
    device = draft.devices[device_id]
    driver: type[Driver[Any]] | None = device.driver
    assert driver is not None
    return _Member(
        device_id,
        device,
        device.model.poll or driver.poll_ms,
        device.model.timeout or driver.timeout_ms,
        _cost(draft, device_id, device, driver, found, shared=shared),
    )


def _cost(
    draft: Draft,
    device_id: str,
    device: DeviceDraft,
    driver: type[Driver[Any]],
    found: Findings,
    *,
    shared: bool,
) -> PollCost | None:
    """What the driver says; each point that it refuses is an error at that point's line."""
    points = [Point(name, point.typed) for name, point in device.points.items()]
    if device.typed is None or not (points or device.outputs):
        return None
    try:
        return driver.cost(device.typed, points, shared=shared)
    except ConfigFault as fault:
        told = False
        for point in points:
            try:
                driver.cost(device.typed, [point], shared=shared)
            except ConfigFault as own:
                told = True
                at = draft.mark("devices", device_id, "points", point.id)
                found.error(at, f"{device_id}.{point.id}: {own.detail}", "see the panel's manual")
        if not told:
            found.error(draft.mark("devices", device_id), fault.detail, "see the panel's manual")
    except Exception as error:  # noqa: BLE001 - the boundary to foreign code
        found.warning(
            draft.mark("devices", device_id, "driver"),
            f"the driver {quoted(device.model.driver)} raised {type(error).__name__} when asked "
            "what a poll takes",
            "mend its `cost`, or leave it out",
        )
    return None


def _line(draft: Draft, driver: str, address: str, members: list[_Member], found: Findings) -> Line:
    costs = [member.cost for member in members if member.cost is not None]
    ids = tuple(member.device for member in members)
    poll_ms = min(member.poll_ms for member in members)
    if len(costs) < len(members):
        return Line(driver, address, ids, poll_ms, None, None, False, "")
    busy_ms = sum(cost.busy_ms for cost in costs)
    longest_ms = worst_ms(
        [member.poll_ms for member in members],
        [cost.busy_ms for cost in costs],
        max(member.timeout_ms for member in members),
    )
    line = Line(
        driver,
        address,
        ids,
        poll_ms,
        round(busy_ms),
        longest_ms,
        longest_ms <= CERTAIN_MS,
        "; ".join(dict.fromkeys(cost.words for cost in costs)),
    )
    _judge(draft, line, members, found)
    return line


def _judge(draft: Draft, line: Line, members: list[_Member], found: Findings) -> None:
    """Warn where polls do not fit their period, or a detector's pulse may be missed."""
    assert line.busy_ms is not None
    at = draft.mark("devices", line.devices[0], "address")
    many = len(members) > 1
    who = f"the {len(members)} devices of {quoted(line.address)}" if many else line.devices[0]
    if line.busy_ms > line.poll_ms:
        found.warning(
            at,
            f"the polls of {who} take {line.busy_ms} ms, more than their period of "
            f"{line.poll_ms} ms: polls will be missed",
            f"write `poll: {-(-line.busy_ms // 50) * 50}ms` or more, raise the baud rate, or "
            "spread the devices over two lines",
        )
    elif _too_slow(line, members):
        found.warning(
            at,
            f"from a contact to its event it may take {line.worst_ms} ms at {who}: "
            "a detector's pulse of 400 ms may be missed",
            "raise the baud rate, spread the devices over two lines, or have pulses counted "
            "(`counter`)",
        )


def _too_slow(line: Line, members: list[_Member]) -> bool:
    """A long period of one's own choice is told at `poll`, not here again."""
    pulses = any(
        CATEGORY_OF_KIND[point.model.kind] in PULSES
        for member in members
        for point in member.draft.points.values()
    )
    good = all(member.poll_ms <= POLL_MS_GOOD for member in members)
    return pulses and good and line.worst_ms is not None and line.worst_ms > PULSE_MS
