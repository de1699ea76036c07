"""The parts of a simulated camera that no client can be made to show."""

import asyncio
import hashlib

import pytest

from monitord_simulators.camera.moments import DeviceClock, duration_s, moment, moment_ms
from monitord_simulators.camera.pullpoints import QUEUE_MAX, PullPoints
from monitord_simulators.camera.signon import REALM, Scheme, SignOn
from monitord_simulators.camera.topics import Event, Operation, matches

EVENT = Event("tns1:VideoSource/MotionAlarm", {}, {"State": "true"}, Operation.CHANGED, 0)
OTHER = Event("tns1:Device/Trigger/Relay", {}, {}, Operation.CHANGED, 0)


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def made(points: PullPoints, lease_s: float = 60, topics: str = "") -> int:
    point = points.create(lease_s, [], keeps_itself=False, topics=topics)
    assert point is not None
    return point.number


async def test_a_lease_ends_and_makes_room() -> None:
    clock = Clock()
    points = PullPoints(1, clock)
    first = made(points, 10)
    assert points.create(60, [], keeps_itself=False, topics="") is None
    clock.now_s = 9.9
    assert points.get(first) is not None
    clock.now_s = 10.0
    assert points.get(first) is None
    assert made(points) != first


async def test_who_waits_is_told_when_the_subscription_ends() -> None:
    points = PullPoints(1, Clock())
    point = points.get(made(points))
    assert point is not None
    waiting = asyncio.create_task(point.pull(10, 60))
    await asyncio.sleep(0)
    points.end_all()
    async with asyncio.timeout(5):
        assert await waiting == []
    assert point.is_over


async def test_a_queue_keeps_the_newest_and_gives_so_many_at_once() -> None:
    points = PullPoints(1, Clock())
    point = points.get(made(points))
    assert point is not None
    for _ in range(QUEUE_MAX + 5):
        points.put(EVENT)
    assert len(await point.pull(100, 0)) == 100
    assert len(await point.pull(QUEUE_MAX, 0)) == QUEUE_MAX - 100


async def test_only_topics_that_were_asked_for_come() -> None:
    points = PullPoints(1, Clock())
    point = points.get(made(points, topics="tns1:VideoSource//."))
    assert point is not None
    for event in (OTHER, EVENT):
        points.put(event)
    assert await point.pull(10, 0) == [EVENT]


def test_filters_name_a_topic_or_all_below() -> None:
    assert matches("tns1:A/B", "tns1:A/B")
    assert not matches("tns1:A", "tns1:A/B")
    assert matches("tns1:A//.", "tns1:A/B/C")
    assert not matches("tns1:A//.", "tns1:AB/C")
    assert matches("tns1:X | tns1:A//.", "tns1:A")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT600S", 600),
        ("PT10M", 600),
        ("PT1H30M", 5_400),
        ("P1DT1S", 86_401),
        ("PT0.5S", 0),
        ("P", None),
        ("600", None),
        ("PT", None),
        ("", None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert duration_s(text) == seconds


def test_minutes_may_be_misread() -> None:
    assert duration_s("PT10M", minutes_as_seconds=True) == 10
    assert duration_s("PT600S", minutes_as_seconds=True) == 600


def test_moments_go_there_and_back() -> None:
    assert moment(1_764_000_000_999) == "2025-11-24T16:00:00Z"
    assert moment_ms("2025-11-24T16:00:00Z") == 1_764_000_000_000
    assert moment_ms("2025-11-24T17:00:00+01:00") == 1_764_000_000_000
    assert moment_ms("2025-11-24T16:00:00") == 1_764_000_000_000
    assert moment_ms("soon") is None


def answered(challenge: str, uri: str, *, count: str = "00000001", quality: bool = True) -> str:
    """A digest answer by hand, for GET and the password 'secret'."""
    nonce = challenge.partition('nonce="')[2].partition('"')[0]

    def hashed(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    account, asked = hashed(f"anna:{REALM}:secret"), hashed(f"GET:{uri}")
    middle = f"{nonce}:{count}:0a:auth" if quality else nonce
    more = f', qop=auth, nc={count}, cnonce="0a"' if quality else ""
    return (
        f'Digest username="anna", realm="{REALM}", nonce="{nonce}", uri="{uri}", algorithm=MD5, '
        f'response="{hashed(f"{account}:{middle}:{asked}")}"{more}'
    )


def test_a_digest_answer_is_for_one_place_one_nonce_and_one_count() -> None:
    sign_on = SignOn("anna", "secret", DeviceClock(), 5)
    challenge = sign_on.challenges(Scheme.DIGEST)[0]

    def accepts(header: str, uri: str = "/a") -> bool:
        return sign_on.accepts_header(Scheme.DIGEST, header, "GET", uri)

    assert not accepts(answered(challenge, "/a"), "/b")
    assert accepts(answered(challenge, "/a"))
    assert not accepts(answered(challenge, "/a")), "used before"
    assert accepts(answered(challenge, "/a", count="00000002"))
    assert not accepts(answered(challenge, "/a", quality=False)), "the older form was not asked for"
    made_up = answered('nonce="made-up"', "/a")
    assert not accepts(made_up)
    assert sign_on.is_stale(made_up)
    sign_on.forget()
    assert not accepts(answered(challenge, "/a", count="00000003"))
    older = sign_on.challenges(Scheme.DIGEST, quality=False)[0]
    assert accepts(answered(older, "/a", quality=False))
