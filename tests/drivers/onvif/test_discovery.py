"""Cameras are found by who asks, whatever else answers."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, cast

import pytest

from monitord.driver import ConfigFault, Found, Search, Sought
from monitord_drivers.onvif import OnvifDriver, discovery, hearing, matches
from monitord_drivers.onvif.matches import DATAGRAM_MAX, KINDS, MATCHES_MAX
from monitord_simulators.camera import Discovery, SimulatedCamera
from monitord_simulators.camera.hostile import external_entity, xml_bomb

from .conftest import Start

#: Answers on loopback are there at once; what never comes is waited for so long.
SHORT_S = 0.3
LONG_S = 5.0

Answers = Callable[[bytes], Iterable[bytes]]


def matched(*told: tuple[str, str], relates: str = "") -> bytes:
    """An answer to a question, with these keys and addresses."""
    made = "".join(
        f"<d:ProbeMatch><a:EndpointReference><a:Address>{key}</a:Address></a:EndpointReference>"
        f"<d:Scopes>onvif://www.onvif.org/name/North%20door</d:Scopes>"
        f"<d:XAddrs>{address}</d:XAddrs></d:ProbeMatch>"
        for key, address in told
    )
    header = f"<a:RelatesTo>{relates}</a:RelatesTo>" if relates else ""
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
        f"<s:Header>{header}</s:Header><s:Body><d:ProbeMatches>{made}</d:ProbeMatches></s:Body>"
        "</s:Envelope>"
    ).encode()


def always(*told: tuple[str, str]) -> Answers:
    return lambda question: [matched(*told)]


def number_of(question: bytes) -> str:
    found = re.search(rb"<a:MessageID>([^<]+)<", question)
    assert found
    return found[1].decode()


class Voice(asyncio.DatagramProtocol):
    """Whoever answers to that port as the test has it. ``questions`` came so far."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.questions: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.questions.append(data)
        for answer in self._answers(data):
            self.transport.sendto(answer, addr)


@pytest.fixture
async def speak(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """Puts voices and cameras on the port that is asked, each on an address of loopback."""
    with socket.socket(type=socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    monkeypatch.setattr(discovery, "PORT", port)
    async with contextlib.AsyncExitStack() as stack:

        async def begin(host: str, answers: Answers, kind: type[Voice] = Voice) -> Voice:
            loop = asyncio.get_running_loop()
            transport, voice = await loop.create_datagram_endpoint(
                lambda: kind(answers), local_addr=(host, port)
            )
            stack.callback(transport.close)
            return voice

        async def cameras(*cameras: SimulatedCamera) -> Discovery:
            made = Discovery([camera.device for camera in cameras])
            await made.start(port)
            stack.push_async_callback(made.stop)
            return made

        begin.cameras = cameras  # type: ignore[attr-defined]
        yield begin


async def seek(*hosts: str, seconds: float = SHORT_S, interface: str = "") -> Sought:
    return await OnvifDriver.seek(Search(seconds, interface, hosts))


def addresses(sought: Sought) -> list[str]:
    return [found.address for found in sought.found]


# --- who is there ------------------------------------------------------------------------------


async def test_cameras_are_found_by_the_group_they_listen_to(camera: SimulatedCamera) -> None:
    """On a network that is named; others on this machine may answer, too."""
    made = Discovery([camera.device])
    await made.start(group=True)
    try:
        sought = await seek(interface="127.0.0.1", seconds=1.0)
    finally:
        await made.stop()
    own = f"http://127.0.0.1:{camera.port}"
    assert [found for found in sought.found if found.address == own] == [Found(own, "vault")]


async def test_without_a_name_every_network_is_asked(
    camera: SimulatedCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is down does not keep the others from being asked."""
    lo = socket.if_nametoindex("lo")
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(lo + 100_000, "gone"), (lo, "lo")])
    made = Discovery([camera.device])
    await made.start(group=True)
    try:
        sought = await seek(seconds=1.0)
    finally:
        await made.stop()
    assert f"http://127.0.0.1:{camera.port}" in addresses(sought)


async def test_each_camera_of_a_host_is_told_once(start: Start, speak: Any) -> None:
    """It is asked for two kinds, and answers to each."""
    first, second = await start("vault"), await start("foyer")
    made = await speak.cameras(first, second)
    sought = await seek("127.0.0.1", seconds=LONG_S)
    assert [(found.address, found.name) for found in sought.found] == [
        (f"http://127.0.0.1:{first.port}", "vault"),
        (f"http://127.0.0.1:{second.port}", "foyer"),
    ]
    assert made.probes == len(KINDS), "all hosts have answered: nothing is asked again"
    assert sought.remarks == ()


async def test_a_lost_question_is_asked_again(speak: Any) -> None:
    heard: list[bytes] = []

    def late(question: bytes) -> list[bytes]:
        heard.append(question)
        told = ("urn:uuid:1", "http://127.0.0.2:8080/onvif/device_service")
        return [matched(told)] if len(heard) > len(KINDS) else []

    await speak("127.0.0.2", late)
    assert addresses(await seek("127.0.0.2")) == ["http://127.0.0.2:8080"]


async def test_a_device_that_answers_from_two_addresses_is_told_once(speak: Any) -> None:
    for host in ("127.0.0.2", "127.0.0.3"):
        await speak(host, always(("urn:uuid:1", f"http://{host}/onvif")))
    sought = await seek("127.0.0.2", "127.0.0.3")
    (found,) = [found for found in sought.found if found.heard]
    assert "the same device: one with two addresses, or a copy" in found.remarks[0]


async def test_a_device_with_a_new_key_in_each_answer_is_told_once(speak: Any) -> None:
    keys = iter(range(1_000))
    await speak("127.0.0.2", lambda _: [matched((f"uuid:{next(keys)}", "http://127.0.0.2/onvif"))])
    assert addresses(await seek("127.0.0.2")) == ["http://127.0.0.2:80"]


async def test_it_is_asked_where_its_answer_came_from(speak: Any) -> None:
    """A device may tell any address; a password does not go there."""
    await speak("127.0.0.2", always(("urn:uuid:1", "http://192.0.2.10:8000/onvif")))
    (found,) = (await seek("127.0.0.2")).found
    assert found.address == "http://127.0.0.2:8000"
    assert "it says that it is at http://192.0.2.10:8000, and answers from" in found.remarks[0]


@pytest.mark.parametrize("told", ["", "(null)", "rtsp://127.0.0.2/", "http://127.0.0.2:99999/"])
async def test_where_it_serves_is_guessed_when_it_does_not_say(told: str, speak: Any) -> None:
    await speak("127.0.0.2", always(("urn:uuid:1", told)))
    (found,) = (await seek("127.0.0.2")).found
    assert (found.address, found.heard) == ("http://127.0.0.2:80", True)
    assert "80 is a guess" in found.remarks[0]


async def test_of_several_addresses_its_own_is_taken(speak: Any) -> None:
    """Cameras tell the one of a card that has no cable, too."""
    told = "http://169.254.7.7/onvif [] https://127.0.0.2/onvif http://127.0.0.2:81/onvif"
    await speak("127.0.0.2", always(("urn:uuid:1", told)))
    assert (await seek("127.0.0.2")).found == (Found("https://127.0.0.2:443", "North door"),)


async def test_a_host_that_says_nothing_is_told_all_the_same(speak: Any) -> None:
    """One with a port is not asked: where it serves is known."""
    voice = await speak("127.0.0.2", lambda _: [])
    sought = await seek("127.0.0.2", "127.0.0.2:8080", "https://127.0.0.3")
    assert [(found.address, found.heard) for found in sought.found] == [
        ("http://127.0.0.2:80", False),
        ("http://127.0.0.2:8080", False),
        ("https://127.0.0.3:443", False),
    ]
    assert len(voice.questions) == 3 * len(KINDS)


async def test_whoever_was_not_asked_is_not_heard(speak: Any) -> None:
    other = await speak("127.0.0.3", lambda _: [])

    class Betrayed(Voice):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            other.transport.sendto(matched(("urn:uuid:9", "http://127.0.0.3/onvif")), addr)

    await speak("127.0.0.2", lambda _: [], Betrayed)
    assert [found.heard for found in (await seek("127.0.0.2")).found] == [False]


# --- what else answers -------------------------------------------------------------------------


HOSTILE = {
    "bomb": (xml_bomb(), "brings entities"),
    "entity": (external_entity("http://127.0.0.1/leak"), "brings entities"),
    "bomb in UTF-16": (xml_bomb().decode().encode("utf-16"), ""),
    "huge": (matched(("urn:uuid:1", "http://127.0.0.2/")) + b" " * DATAGRAM_MAX, "bytes is not"),
    "no XML": (bytes(range(256)), "no answer to our question"),
    "another question's": (
        matched(("urn:uuid:1", "http://127.0.0.2/"), relates="urn:uuid:77"),
        "somebody else's question",
    ),
    "a greeting": (matched().replace(b"ProbeMatches", b"Hello"), "no answer to our question"),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_what_is_no_answer_is_told_and_hides_nobody(kind: str, speak: Any) -> None:
    datagram, words = HOSTILE[kind]
    await speak("127.0.0.2", lambda _: [datagram])
    await speak("127.0.0.3", always(("urn:uuid:2", "http://127.0.0.3:81/onvif")))
    sought = await seek("127.0.0.2", "127.0.0.3")
    assert [found.address for found in sought.found if found.heard] == ["http://127.0.0.3:81"]
    (remark,) = sought.remarks
    assert remark.startswith("from 127.0.0.2: ")
    assert words in remark


async def test_an_answer_to_our_question_is_taken_by_its_number(speak: Any) -> None:
    await speak(
        "127.0.0.2",
        lambda asked: [matched(("", "http://127.0.0.2/"), relates=number_of(asked).upper())],
    )
    (found,) = (await seek("127.0.0.2")).found
    assert (found.heard, found.name) == (True, "North door")


async def test_endless_answers_of_one_end_with_it(
    speak: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "DATAGRAMS_OF_ONE_MAX", 5)
    flood = [b"x"] * 8 + [matched(("urn:uuid:1", "http://127.0.0.2/"))]
    await speak("127.0.0.2", lambda _: flood)
    await speak("127.0.0.3", always(("urn:uuid:3", "http://127.0.0.3/")))
    sought = await seek("127.0.0.2", "127.0.0.3")
    assert [found.address for found in sought.found if found.heard] == ["http://127.0.0.3:80"]
    assert "127.0.0.2 sends without end" in sought.remarks[0]


async def test_endless_answers_of_many_end_the_search(
    speak: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: who waits for longer than that has an hour."""
    monkeypatch.setattr(hearing, "DATAGRAMS_MAX", 4)
    await speak("127.0.0.2", lambda _: [b"x"] * 6)
    async with asyncio.timeout(20):
        sought = await seek("127.0.0.2", seconds=3_600)
    assert "no more were read" in sought.remarks[0]


async def test_one_sender_cannot_crowd_out_the_others(
    speak: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "DEVICES_OF_ONE_MAX", 2)
    many = matched(*((f"urn:uuid:{n}", f"http://127.0.0.2:{n}/") for n in range(8_000, 8_009)))
    await speak("127.0.0.2", lambda _: [many])
    sought = await seek("127.0.0.2")
    assert addresses(sought) == ["http://127.0.0.2:8000", "http://127.0.0.2:8001"]
    assert "not all that answered are told" in sought.remarks[0]


async def test_no_more_devices_than_may_be_asked(
    speak: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "DEVICES_MAX", 1)
    for host in ("127.0.0.2", "127.0.0.3"):
        await speak(host, always((f"urn:{host}", f"http://{host}/")))
    sought = await seek("127.0.0.2", "127.0.0.3")
    assert sum(found.heard for found in sought.found) == 1
    assert "not all that answered are told" in sought.remarks[0]


async def test_one_answer_tells_so_much_and_no_more() -> None:
    """Of the longest that is read at all."""
    many = matched(*((f"{n}", "http://a/ " * 2) for n in range(90)))
    many = many.replace(b"<d:Scopes>onvif://www.onvif.org/name/North%20door</d:Scopes>", b"")
    assert len(many) < DATAGRAM_MAX
    assert len(matches.read(many, ())) == MATCHES_MAX
    (long,) = matches.read(matched(("k" * 900, "http://a/ " * 90)), ())
    assert (len(long.key), len(long.addresses)) == (200, 8)


# --- what cannot be asked ----------------------------------------------------------------------


async def test_a_network_that_this_machine_is_not_in_is_told() -> None:
    with pytest.raises(ConfigFault, match=r"192\.0\.2\.77 is no IPv4 address of this machine"):
        await seek(interface="192.0.2.77")
    with pytest.raises(ConfigFault, match="eth9 is no IPv4 address"):
        await seek(interface="eth9")


async def test_no_network_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "if_nameindex", list)
    with pytest.raises(ConfigFault, match="is the cable in"):
        await seek()


async def test_a_host_that_is_none_is_told() -> None:
    with pytest.raises(ConfigFault, match=r"'10\.0\.0\.5/24' is no host: write"):
        await seek("10.0.0.5/24")
    with pytest.raises(ConfigFault, match="hosts are too many"):
        await seek(*(f"10.0.0.{n}:80" for n in range(discovery.DEVICES_MAX + 1)))
