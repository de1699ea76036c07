"""How many devices are asked at once who they are, for how long, and what a bad driver can do."""

import asyncio
from typing import Any

import pytest

from monitord.driver import About, AuthFault, DeviceFault, Driver, Found, Search, Sought
from monitord.runtime import discovering
from monitord.runtime.discovering import AT_ONCE, DEVICES_MAX, can_seek, meet, seek
from monitord.vocabulary import Cause

SEARCH = Search(0.0)


class Finds(Driver[Any]):
    """A driver whose devices answer as the test has it."""

    now = 0
    most = 0

    @classmethod
    async def seek(cls, search: Search) -> Sought:
        return Sought(tuple(Found(f"d{n}") for n in range(DEVICES_MAX + 4)), ("quiet here",))

    @classmethod
    async def introduce(cls, found: Found, user: str, password: str) -> About:
        cls.now += 1
        cls.most = max(cls.most, cls.now)
        for _ in range(5):
            await asyncio.sleep(0)
        cls.now -= 1
        return About(serial=f"{found.address} {user} {password}")


class Odd(Finds):
    """Each of its devices goes wrong in another way."""

    @classmethod
    async def introduce(cls, found: Found, user: str, password: str) -> About:
        match found.address:
            case "raises":
                raise ValueError(f"the password {password} is wrong")
            case "refuses":
                raise AuthFault("it refuses us")
            case "hangs":
                await asyncio.Event().wait()
            case "cancels":
                raise asyncio.CancelledError
        return About(serial="1")


async def test_eight_are_asked_at_once() -> None:
    sought = await seek(Finds, "finds", SEARCH)
    met = await meet(Finds, "finds", sought.found, "ada", "secret")
    assert Finds.most == AT_ONCE
    assert [one.about and one.about.serial for one in met[:2]] == ["d0 ada secret", "d1 ada secret"]


async def test_no_more_are_asked_than_can_be_looked_through() -> None:
    sought = await seek(Finds, "finds", SEARCH)
    assert len(sought.found) == DEVICES_MAX
    assert sought.remarks == ("quiet here", "only the first 256 of 260 devices are asked")


async def test_one_device_that_goes_wrong_spoils_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its words are told, and never the password."""
    monkeypatch.setattr(discovering, "EACH_MS", 50)
    names = ("raises", "refuses", "hangs", "cancels", "well")
    met = await meet(Odd, "odd", [Found(name, heard=False) for name in names], "ada", "secret")
    faults = [one.fault for one in met]
    assert [one.is_there for one in met] == [one.read for one in met] == [False] * 4 + [True]
    assert faults[0] is not None
    assert "driver odd raised ValueError in introduce" in faults[0].detail
    assert faults[1] == discovering.Fault(Cause.AUTHENTICATION, "it refuses us")
    assert faults[2] is not None
    assert "it says nothing within" in faults[2].detail
    assert faults[4] is None
    assert "secret" not in repr(met)


async def test_one_serial_number_at_two_addresses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Alike(Finds):
        @classmethod
        async def introduce(cls, found: Found, user: str, password: str) -> About:
            return About(serial="" if found.address.startswith("n") else found.address[0])

    met = await meet(
        Alike, "alike", [Found(name) for name in ("a1", "a2", "b1", "n1", "n2")], "", ""
    )
    told = [one.about.remarks for one in met if one.about is not None]
    assert "a2 has the same serial number" in told[0][0]
    assert "a1 has the same serial number" in told[1][0]
    assert told[2:] == [(), (), ()]


async def test_a_search_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(Finds):
        @classmethod
        async def seek(cls, search: Search) -> Sought:
            await asyncio.Event().wait()
            return Sought()

    monkeypatch.setattr(discovering, "_MORE_MS", 20)
    with pytest.raises(DeviceFault, match="no answer to seek"):
        await seek(Endless, "endless", SEARCH)


def test_a_driver_says_whether_its_devices_can_be_sought() -> None:
    class Plain(Driver[Any]):
        pass

    assert can_seek(Finds)
    assert not can_seek(Plain)
