"""The rehearsal on paper: what it says is what the core does, since the core says it."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.cli.paper import NoSuchChain, rehearse
from monitord.core.chain import ROUND_MS_MIN
from monitord.core.site import Chain, ChainStep, Channel, Person, Site
from monitord.vocabulary import Role

PEOPLE = {
    "anna": Person("anna", Role.DUTY_MANAGER, ("voice", "sms")),
    "boris": Person("boris", Role.DIRECTOR, ("voice",)),
    "silent": Person("silent", Role.GUARD),
}
SITE = Site(
    id="house",
    people=PEOPLE,
    channels={c: Channel(c, "webhook") for c in ("voice", "sms")},
)


def with_chain(name: str, *steps: ChainStep, start_at: int = 0) -> Site:
    """The site with one chain."""
    chains = {name: Chain(name, tuple(steps), confirmed_start_at=start_at)}
    return msgspec.structs.replace(SITE, chains=chains)


def test_who_is_called_when() -> None:
    site = with_chain(
        "intrusion",
        ChainStep(call=("anna",), by=("voice", "sms"), wait_ms=30_000),
        ChainStep(call=("director", "silent"), by=("voice",), wait_ms=60_000),
        start_at=1,
    )
    view = rehearse(site, "intrusion")
    first, second, again = view["unconfirmed"][:3]
    assert [(c["person"], c["channel"]) for c in first["calls"]] == [
        ("anna", "voice"),
        ("anna", "sms"),
    ]
    assert (first["at_ms"], second["at_ms"], again["at_ms"]) == (0, 30_000, 90_000)
    assert second["not_called"] == [
        {"person": "silent", "channel": "voice", "why": "silent has no address on voice"}
    ]
    assert (again["step"], again["round"]) == (0, 2)
    assert view["unconfirmed"][3]["calls"][0]["loud"]
    assert view["confirmed"][0]["calls"][0]["person"] == "boris"
    assert view["confirmed"][0]["at_ms"] == 0


@pytest.mark.parametrize(
    ("name", "category", "mode"),
    [
        ("intrusion", "intrusion", "closed"),
        ("intrusion/lockdown", "intrusion", "lockdown"),
        ("fire", "fire", "closed"),
        ("default", "intrusion", "closed"),
    ],
)
def test_a_chain_is_run_for_what_it_serves(name: str, category: str, mode: str) -> None:
    view = rehearse(with_chain(name, ChainStep(("anna",), ("voice",), 30_000)), name)
    assert (view["category"], view["mode"]) == (category, mode)
    assert view["unconfirmed"][0]["calls"]
    assert view["confirmed"][0]["calls"]


def test_what_cannot_be_confirmed_is_not() -> None:
    site = with_chain("power", ChainStep(("anna",), ("voice",), 30_000))
    assert rehearse(site, "power")["confirmed"] is None


def test_without_anybody_who_may_declare_it_is_not_confirmed() -> None:
    step = ChainStep(("silent",), ("voice",), 30_000)
    site = msgspec.structs.replace(
        with_chain("fire", step), people={"paul": Person("paul", Role.AUDITOR)}
    )
    assert rehearse(site, "fire")["confirmed"] is None


def test_a_chain_that_reaches_nobody_ends() -> None:
    site = with_chain("fire", ChainStep(("silent",), ("voice",), 30_000))
    lines = rehearse(site, "fire")["unconfirmed"]
    assert not any(line["calls"] for line in lines)
    assert len(lines) < 20


def test_an_unknown_chain_is_told() -> None:
    with pytest.raises(NoSuchChain):
        rehearse(SITE, "fire")


steps = st.lists(
    st.builds(
        ChainStep,
        call=st.lists(st.sampled_from(["anna", "boris", "silent", "director"]), min_size=1,
                      max_size=3).map(tuple),
        by=st.lists(st.sampled_from(["voice", "sms"]), min_size=1, unique=True).map(tuple),
        wait_ms=st.integers(1_000, 600_000),
        tries=st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


@given(steps)
def test_time_goes_forward_and_steps_keep_their_order(written: list[ChainStep]) -> None:
    """Whatever the chain: it ends, in order, each step after exactly the wait of the one before."""
    lines = rehearse(with_chain("intrusion", *written), "intrusion")["unconfirmed"]
    times = [line["at_ms"] for line in lines]
    assert times == sorted(times)
    called = [line for line in lines if line["calls"] and line["round"] == 1]
    for before, after in pairwise(called):
        assert after["step"] > before["step"]
        assert after["at_ms"] - before["at_ms"] == written[before["step"] - 1].wait_ms
    rounds = [line for line in lines if line["step"] == 0]
    assert [line["round"] for line in rounds] == [2, 3]
    assert rounds[1]["at_ms"] - rounds[0]["at_ms"] >= ROUND_MS_MIN
