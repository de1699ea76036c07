"""Which requests fetch the points of a device: as few as can be, and none that can hurt.

Devices fail a whole range with exception 02 when it touches one address that they do not have.
So a request ends at the highest point it serves, never enters a declared gap, and runs over
addresses that nobody listed only for ``SLACK`` of them in a row. Pure: no input, no output.

Going from the lowest address up and closing a request only when it must be closed gives the
fewest requests: each begins at a point that no earlier one could have reached.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from monitord_drivers.modbus.address import Gap, Spot, Table

BITS_MAX: Final = 2_000
REGISTERS_MAX: Final = 125

#: Unlisted addresses in a row that a request may run over: two bytes of bits, eight registers.
BITS_SLACK: Final = 16
REGISTERS_SLACK: Final = 8


class PlanError(ValueError):
    """A point stands where the site file says that nothing must be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """Read ``count`` addresses of ``table`` from ``address`` on."""

    table: Table
    address: int
    count: int

    @property
    def last(self) -> int:
        """The highest address that is read."""
        return self.address + self.count - 1

    def __str__(self) -> str:
        first, last = Spot(self.table, self.address), Spot(self.table, self.last)
        if self.count == 1:
            return first.words
        return f"{first}-{last.address} (manual {first.manual}-{last.manual})"


def plan(
    spots: Iterable[Spot], gaps: Sequence[Gap] = (), wide: Iterable[Spot] = ()
) -> tuple[Request, ...]:
    """The requests that fetch every spot, by table and address. Raises ``PlanError``.

    Those of ``wide`` are fetched together with the address after them, in one request: two halves
    of a number that were read at different moments would be a number that never was.
    """
    pairs = frozenset(wide)
    wanted = sorted(pairs.union(spots))
    requests: list[Request] = []
    for table in Table:
        ends = {s.address: s.address + (s in pairs) for s in wanted if s.table is table}
        if ends:
            shut = [gap for gap in gaps if gap.table is table]
            requests += _plan_table(table, ends, shut)
    return tuple(requests)


def _plan_table(table: Table, ends: dict[int, int], gaps: list[Gap]) -> list[Request]:
    """``ends``: by first address, ascending, the last one that belongs to it."""
    _refuse_points_in_gaps(table, sorted({*ends, *ends.values()}), gaps)
    limit = BITS_MAX if table.is_bits else REGISTERS_MAX
    slack = BITS_SLACK if table.is_bits else REGISTERS_SLACK
    requests: list[Request] = []
    first = min(ends)
    last = ends[first]
    for address, end in ends.items():
        reachable = end - first < limit and address - last - 1 <= slack
        if not reachable or any(last < gap.first < address for gap in gaps):
            requests.append(Request(table, first, last - first + 1))
            first = last = address
        last = max(last, end)
    requests.append(Request(table, first, last - first + 1))
    return requests


def _refuse_points_in_gaps(table: Table, addresses: list[int], gaps: list[Gap]) -> None:
    for gap in gaps:
        for address in addresses:
            if gap.first <= address <= gap.last:
                raise PlanError(
                    f"{Spot(table, address).words} is to be read but stands in the declared "
                    f"gap {gap}: correct the point or the gap"
                )
