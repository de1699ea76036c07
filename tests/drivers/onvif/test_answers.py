"""Answers in the forms that real cameras give, from a small server that says what it is told to."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from monitord.driver import AuthFault, DeviceFault, PointState
from monitord_drivers.onvif import feed
from tests.drivers.onvif.conftest import Heard, Make

Hear = Callable[..., Awaitable[Heard]]

ENVELOPE = (
    '<?xml version="1.0"?><SOAP-ENV:Envelope '
    'xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:SOAP-ENV2="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:tt="http://www.onvif.org/ver10/schema"><SOAP-ENV:Header/>'
    "<SOAP-ENV2:Body>{}</SOAP-ENV2:Body></SOAP-ENV:Envelope>"
)
DATE = (
    "<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Time><Hour>{}</Hour><Minute>{}"
    "</Minute><Second>{}</Second></Time><Date><Year>{}</Year><Month>{}</Month><Day>{}</Day></Date>"
    "</UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>"
)
#: Prefixes that nobody declared, a service without an address, a port told twice.
SERVICES = (
    "<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/schema"
    "</tds:Namespace></tds:Service><tds:Service><tds:Namespace>http://www.onvif.org/ver10/events/"
    "wsdl/</tds:Namespace><tds:XAddr> http://192.168.1.108:80:80/onvif/events </tds:XAddr>"
    "</tds:Service></tds:GetServicesResponse>"
)
SUBSCRIBED = (
    "<CreatePullPointSubscriptionResponse><SubscriptionReference>"
    "<wsa5:Address>http://127.0.0.1:{0}:"
    "{0}/onvif/Sub?Idx=43</wsa5:Address><wsa5:ReferenceParameters><dom0:SubscriptionId xmlns:dom0="
    '"http://vendor.example/event">77</dom0:SubscriptionId></wsa5:ReferenceParameters>'
    "</SubscriptionReference><CurrentTime>0000-00-00T00:00:00Z</CurrentTime><TerminationTime>soon"
    "</TerminationTime></CreatePullPointSubscriptionResponse>"
)
NOTICE = (
    "<PullMessagesResponse><wsnt:NotificationMessage><wsnt:Topic>tns1:VideoSource/MotionAlarm/"
    '</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2026-13-45T99:00:00Z"><tt:Data><tt:SimpleItem '
    'Name="State" Value="1"/><tt:ElementItem Name="Box"><tt:Shape/></tt:ElementItem></tt:Data>'
    "</tt:Message></wsnt:Message></wsnt:NotificationMessage><wsnt:NotificationMessage/>"
    "</PullMessagesResponse>"
)
FAULT_11 = (
    '<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>s:Client</faultcode>'
    "<faultstring>{}</faultstring></s:Fault>"
)


class Canned:
    """Answers each operation with what stands in ``bodies``: text for a body, or a response."""

    def __init__(self) -> None:
        self.bodies: dict[str, Any] = {
            "GetSystemDateAndTime": DATE.format(12, 0, 0, 2026, 11, 24),
            "GetServices": SERVICES,
            "GetDeviceInformation": "<GetDeviceInformationResponse/>",
            "SetSynchronizationPoint": "<SetSynchronizationPointResponse/>",
            "PullMessages": "<PullMessagesResponse/>",
            "Unsubscribe": "<UnsubscribeResponse/>",
        }
        self.asked: list[tuple[str, str, str]] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        text = (await request.read()).decode()
        operation = next((name for name in (*self.bodies, "Renew") if f":{name}" in text), "")
        self.asked.append((operation, request.path_qs, text))
        body = self.bodies.get(operation, FAULT_11.format("not implemented"))
        if callable(body):
            made: web.StreamResponse = body()
            return made
        return web.Response(text=ENVELOPE.format(body), content_type="application/soap+xml")

    def times(self, operation: str) -> int:
        return sum(name == operation for name, _, _ in self.asked)


@pytest.fixture
async def canned() -> AsyncIterator[Canned]:
    """A server on a port of its own."""
    made = Canned()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    made.bodies["CreatePullPointSubscription"] = SUBSCRIBED.format(made.port)
    yield made
    await runner.cleanup()


async def test_a_camera_that_gets_most_things_wrong_is_heard(
    canned: Canned, make: Make, hear: Hear
) -> None:
    """Undeclared prefixes, two for one namespace, ports told twice, dates that cannot be."""
    canned.bodies["PullMessages"] = NOTICE
    heard = await hear(make(canned.port, "motion"))
    await heard.until(lambda: heard.value("p0") is True)
    assert heard.last["p0"].device_ms is None
    _, path, text = next(each for each in canned.asked if each[0] == "PullMessages")
    assert path == "/onvif/Sub?Idx=43"
    assert 'IsReferenceParameter="true"' in text
    assert ">77</" in text, "what the camera wants to see again is not sent"
    created = next(text for name, _, text in canned.asked if name.startswith("Create"))
    assert ">PT600S<" in created
    assert created.count("Z</") >= 1, "the time of a token is in UTC, and says so"


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ((0, 0, 0, 0, 0, 0), "cannot be"),
        (("", "", "", "", "", ""), "cannot be"),
        ((25, 61, 61, 1970, 1, 1), "days behind"),
        ((12, 0, 0, 2099, 12, 31), "days ahead"),
        ((23, 59, 59, 9999, 12, 31), "cannot be"),
    ],
)
async def test_a_date_that_cannot_be(
    date: tuple[Any, ...], words: str, canned: Canned, make: Make, hear: Hear
) -> None:
    canned.bodies["GetSystemDateAndTime"] = DATE.format(*date)
    heard = await hear(make(canned.port))
    await heard.until(lambda: heard.value("clock") is PointState.FAULT)
    assert words in heard.words("clock")


@pytest.mark.parametrize(
    "reason",
    ["Sender not Authorized", "The action requested requires authorization: Not authorised",
     "Authority failure", "time check failed"],
)  # fmt: skip
async def test_a_refusal_by_any_name_is_a_refusal(reason: str, canned: Canned, make: Make) -> None:
    canned.bodies["GetServices"] = FAULT_11.format(reason)
    with pytest.raises(AuthFault):
        await make(canned.port).open()


def moved() -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "http://192.0.2.1/"})


def packed() -> web.StreamResponse:
    bomb = gzip.compress(b" " * 10_000_000)
    return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})


def wide_bomb() -> web.StreamResponse:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    return web.Response(body=text.encode("utf-16"))


def deep() -> web.StreamResponse:
    return web.Response(text="<a>" * 100_000 + "</a>" * 100_000)


def wide() -> web.StreamResponse:
    return web.Response(text=ENVELOPE.format("<a/>" * 200_000))


def bare_error() -> web.StreamResponse:
    return web.Response(status=400)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (moved, "sends us to another address"),
        (packed, "in a packed form"),
        (wide_bomb, "brings entities"),
        (deep, "no SOAP|nested too deep"),
        (wide, "more than anybody asked for"),
        (bare_error, "error 400"),
    ],
)
async def test_an_answer_that_is_not_one(
    answer: Callable[[], Any], words: str, canned: Canned, make: Make
) -> None:
    canned.bodies["GetDeviceInformation"] = answer
    with pytest.raises(DeviceFault, match=words):
        await make(canned.port).open()


async def test_a_camera_that_does_not_wait_is_not_asked_for_ever(
    canned: Canned, make: Make, hear: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    gone = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await gone.wait()

    monkeypatch.setattr(feed.asyncio, "sleep", sleep)
    heard = await hear(make(canned.port, "motion"))
    await heard.until(lambda: feed.EARLY_S in slept)
    assert canned.times("PullMessages") == 1
    gone.set()


async def test_a_service_that_it_lacks_is_told_and_the_rest_goes_on(
    canned: Canned, make: Make, hear: Hear
) -> None:
    canned.bodies["GetServices"] = FAULT_11.format("ActionNotSupported")
    canned.bodies["GetCapabilities"] = (
        "<GetCapabilitiesResponse><Capabilities/></GetCapabilitiesResponse>"
    )
    driver = make(canned.port, "motion")
    heard = await hear(driver)
    await heard.until(lambda: heard.value("events") is PointState.FAULT)
    assert "no event service" in heard.words("events")
    with pytest.raises(DeviceFault, match="no media service"):
        await driver.frame()
