"""A new site under a running supervisor: only what changed is begun anew (law 12)."""

import asyncio
import itertools

from msgspec.structs import replace

from monitord.core.site import Site
from tests.runtime.supervised import Watch, drivers_of, hang, healthy_world, site_of, watch


def with_devices(one: Site, other: Site) -> Site:
    return replace(
        one, devices={**one.devices, **other.devices}, points={**one.points, **other.points}
    )


def test_what_did_not_change_misses_no_poll_and_what_did_is_begun_anew() -> None:
    """``a`` stays, ``b`` gets another period, ``c`` leaves, ``d`` comes."""
    world = healthy_world("a", "b", "c", "d")
    old = site_of("a", "b", "c")
    new = with_devices(with_devices(site_of("a"), site_of("b", poll_ms=400)), site_of("d"))

    async def story(watching: Watch) -> None:
        await asyncio.sleep(1.1)
        await watching.supervisor.adopt(new)
        await asyncio.sleep(1.0)
        ids = [device.device for device in watching.supervisor.vitals().devices]
        assert ids == ["a", "b", "d"]

    watching = watch(old, world, story)
    polled = world.polled_ms["a"]
    assert [later - earlier for earlier, later in itertools.pairwise(polled)] == [200] * (
        len(polled) - 1
    )
    assert world.made == {"a": 1, "b": 2, "c": 1, "d": 1}
    assert world.closed == {"a": 1, "b": 2, "c": 1, "d": 1}
    assert max(world.polled_ms["c"]) <= 1_100
    assert [at_ms for at_ms, _ in watching.returned("a")] == [0]
    assert len(watching.returned("b")) == 2
    assert len(watching.returned("d")) == 1


def test_another_reading_of_its_points_begins_a_device_anew() -> None:
    """Wiring stands with the point, and the device's signals follow it."""
    world = healthy_world("a", "b")
    old = site_of("a", "b")
    inverted = replace(old.points["a.p0"], setup={"wiring": "normally-closed"})
    renamed = replace(old.points["b.p0"], name="Another name")
    new = replace(old, points={"a.p0": inverted, "b.p0": renamed})

    async def story(watching: Watch) -> None:
        await asyncio.sleep(0.5)
        await watching.supervisor.adopt(new)
        await asyncio.sleep(0.5)

    watching = watch(old, world, story)
    assert world.made == {"a": 2, "b": 1}
    assert [fact.samples[0].state for _, fact in watching.returned("a")] == ["normal", "active"]


def test_a_device_that_does_not_let_go_holds_the_others_up_for_a_second_at_most() -> None:
    world = healthy_world("a", "b", "c")
    world.close["b"] = hang

    async def story(watching: Watch) -> None:
        await asyncio.sleep(0.5)
        await watching.supervisor.adopt(site_of("a", "c"))
        await asyncio.sleep(0.5)

    watching = watch(site_of("a", "b"), world, story)
    [(at_ms, _)] = watching.returned("c")
    assert at_ms <= 2_000
    polled = world.polled_ms["a"]
    assert max(b - a for a, b in itertools.pairwise(polled)) == 200


def test_a_line_whose_units_change_is_laid_anew_with_all_of_them() -> None:
    """A bus is never spoken to by two at once: a unit that joins is no connection of its own."""
    world = healthy_world("a", "b", "c")
    old = site_of("a", "b", address="bus")
    new = site_of("a", "b", "c", address="bus")
    drivers = drivers_of(world)
    connected: list[object] = []

    async def connect(cls: object, address: object) -> object:
        connected.append(address)
        return Bus()

    class Bus:
        async def close(self) -> None:
            connected.remove("bus")

    drivers.get("scripted").cls.connect = classmethod(connect)  # type: ignore[assignment,arg-type]

    async def story(watching: Watch) -> None:
        await asyncio.sleep(0.5)
        assert connected == ["bus"]
        await watching.supervisor.adopt(new)
        await asyncio.sleep(0.5)
        assert connected == ["bus"]

    watch(old, world, story, drivers)
    assert world.made == {"a": 2, "b": 2, "c": 1}
