"""Who sits in which worker: up to 32 each, lines together, nobody moved, the guilty apart."""

from monitord.runtime.workers.limits import Limits
from monitord.runtime.workers.seating import Party, Seating


def parties(*names: str, driver: str = "odd") -> list[Party]:
    return [Party(driver, f"device {name}", (name,)) for name in names]


def seats(seating: Seating) -> dict[str, list[str]]:
    return {table.name: table.devices for table in seating.tables}


def of(limits: Limits, *seated: Party) -> Seating:
    seating = Seating(limits)
    seating.seat(seated)
    return seating


def test_a_worker_has_32_devices_of_one_driver_at_most() -> None:
    names = [f"d{number}" for number in range(70)]
    seating = of(Limits(), *parties(*names), *parties("cam", driver="eye"))
    assert [len(devices) for devices in seats(seating).values()] == [32, 32, 6, 1]
    assert seats(seating)["eye-1"] == ["cam"]


def test_a_line_is_never_parted_even_where_it_is_longer_than_a_worker() -> None:
    """A bus is spoken to by one process only."""
    line = Party("odd", "bus", ("u1", "u2", "u3"))
    seating = of(Limits(devices=2), *parties("a"), line, *parties("b"))
    assert seats(seating) == {"odd-1": ["a", "b"], "odd-2": ["u1", "u2", "u3"]}


def test_a_reload_moves_nobody_and_fills_the_gaps() -> None:
    seating = of(Limits(devices=2), *parties("a", "b", "c", "d"))
    seating.seat(parties("d", "b", "new"))
    assert seats(seating) == {"odd-1": ["b", "new"], "odd-2": ["d"]}
    seating.seat(parties("d"))
    assert seats(seating) == {"odd-2": ["d"]}


def test_a_line_that_grows_stays_where_it_is() -> None:
    seating = of(Limits(devices=2), Party("odd", "bus", ("u1", "u2")), *parties("a"))
    seating.seat([*parties("a"), Party("odd", "bus", ("u1", "u2", "u3"))])
    assert seats(seating) == {"odd-1": ["u1", "u2", "u3"], "odd-2": ["a"]}


def test_a_device_that_brings_its_worker_down_twice_is_seated_apart_for_good() -> None:
    seating = of(Limits(), *parties("a", "bad", "c"))
    assert not seating.died("odd-1", "bad")
    assert not seating.died("odd-1", "c"), "one strike of another is not its second"
    assert seating.died("odd-1", "bad")
    assert seats(seating) == {"odd-1": ["a", "c"], "odd-2": ["bad"]}
    assert not seating.died("odd-2", "bad")
    assert not seating.died("odd-2", "bad"), "alone is as far apart as can be"
    seating.seat(parties("a", "bad", "c", "new"))
    assert seats(seating) == {"odd-1": ["a", "c", "new"], "odd-2": ["bad"]}, "nobody beside it"


def test_a_device_of_a_line_takes_its_line_with_it() -> None:
    seating = of(Limits(), Party("odd", "bus", ("u1", "u2")), *parties("a"))
    seating.died("odd-1", "u2")
    seating.died("odd-1", "u2")
    assert seats(seating) == {"odd-1": ["a"], "odd-2": ["u1", "u2"]}


def test_where_nobody_knows_who_it_was_the_worker_is_halved_until_it_shows() -> None:
    """One of 32 leaks: after ten deaths it is alone, and 31 have been left in peace."""
    names = [f"d{number}" for number in range(32)]
    seating = of(Limits(), *parties(*names))
    deaths = 0
    while True:
        table = next(table for table in seating.tables if "d21" in table.devices)
        if len(table.devices) == 1:
            break
        seating.died(table.name, None)
        deaths += 1
    assert deaths == 10
    assert sorted(len(devices) for devices in seats(seating).values()) == [1, 1, 2, 4, 8, 16]
    assert sorted(device for devices in seats(seating).values() for device in devices) == sorted(
        names
    )


def test_workers_beyond_the_usual_are_bounded() -> None:
    """Devices that all misbehave do not fill the machine's memory with processes."""
    names = [f"d{number}" for number in range(20)]
    seating = of(Limits(extra=3), *parties(*names))
    for name in names:
        table = next(table for table in seating.tables if name in table.devices)
        seating.died(table.name, name)
        seating.died(table.name, name)
    assert len(seating.tables) == 4
