"""From the answers of a poll's requests to one item per point; worked out once, for any number.

Most devices give bits in the order in which they are read, and then nothing is touched at all.
Pure.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from monitord.driver import Counted, Item, Paired
from monitord_drivers.modbus.address import Spot
from monitord_drivers.modbus.numbers import number
from monitord_drivers.modbus.planner import Request
from monitord_drivers.modbus.point import Format, ModbusPointConfig, Order

Answer = Sequence[bool] | Sequence[int]
Extract = Callable[[list[Answer]], Sequence[Item]]

#: Makes the item of the point at an index out of all that was picked.
_Make = Callable[[list[Any]], Item]


def extraction(configs: Sequence[ModbusPointConfig], requests: Sequence[Request]) -> Extract:
    """How to get from the answers of ``requests``, in order, to one item per point."""
    places = _places(requests)
    wanted = [places[config.read] for config in configs]
    makes: list[tuple[int, _Make]] = []
    for index, config in enumerate(configs):
        extra = len(wanted)
        if config.format is not None:
            if config.is_wide:
                wanted.append(wanted[index] + 1)
            makes.append((index, _number(config.format, config.order, index, extra)))
        elif config.counter is not None:
            first = places[config.counter]
            wanted += [first, first + 1] if config.counter_bits == 32 else [first]
            makes.append((index, _counted(config, index, extra)))
        elif config.opposite is not None:
            wanted.append(places[config.opposite])
            makes.append((index, _paired(index, extra)))
    plain = _plain(wanted, requests)
    return _made(plain, len(configs), makes) if makes else plain


def nothing(answers: list[Answer]) -> Sequence[Item]:
    """For a device without points."""
    return ()


def _places(requests: Sequence[Request]) -> dict[Spot, int]:
    """Where each address comes, all answers in a row."""
    places: dict[Spot, int] = {}
    begin = 0
    for request in requests:  # requests may overlap: a point belongs to the last that begins at it
        for offset in range(request.count):
            places[Spot(request.table, request.address + offset)] = begin + offset
        begin += request.count
    return places


def _plain(wanted: list[int], requests: Sequence[Request]) -> Extract:
    if not wanted:
        return nothing
    if len(requests) == 1 and wanted == list(range(requests[0].count)):
        return itemgetter(0)
    if len(wanted) == 1:
        return lambda answers: (answers[0][wanted[0]],)
    pick: Callable[[Any], Sequence[Item]] = itemgetter(*wanted)
    if len(requests) == 1:
        return lambda answers: pick(answers[0])
    return lambda answers: pick(list(chain.from_iterable(answers)))


def _made(plain: Extract, count: int, makes: Sequence[tuple[int, _Make]]) -> Extract:
    """``plain`` gives what is read first of each point, then whatever else some of them need."""

    def extract(answers: list[Answer]) -> Sequence[Item]:
        picked: list[Any] = list(plain(answers))
        items = picked[:count]
        for index, make in makes:
            items[index] = make(picked)
        return items

    return extract


def _number(form: Format, order: Order | None, first: int, second: int) -> _Make:
    if form.is_wide:
        return lambda picked: number(form, order, picked[first], picked[second])
    return lambda picked: number(form, None, picked[first])


def _paired(contact: int, opposite: int) -> _Make:
    return lambda picked: Paired(picked[contact], picked[opposite])


def _counted(config: ModbusPointConfig, contact: int, first: int) -> _Make:
    if config.counter_bits == 16:
        return lambda picked: Counted(picked[contact], picked[first])
    high, low = (first + 1, first) if config.order is Order.LITTLE else (first, first + 1)
    return lambda picked: Counted(picked[contact], picked[high] << 16 | picked[low], 32)
