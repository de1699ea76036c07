"""Erasing personal text, decided: who may, when not, and that an order outlives everything."""

from typing import Any

import pytest

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.erasure import END_REACHED
from monitord.core.state import encode
from monitord.vocabulary import Proof
from tests.core.night import Night

OLD = f.TextRef("person/ex", "01")
NOTE = f.TextRef("note/ex/1-1", "02")
LATER = f.TextRef("note/ex/1-2", "03")


def order(**changed: Any) -> f.EraseTexts:
    given: dict[str, Any] = {
        "texts": (OLD, NOTE),
        "purposes": ("reach people", "occurrence log"),
        "reason": "left the house",
        "person": "ex",
        "by": "boris",
        "proof": Proof.PIN,
    }
    return f.EraseTexts(**{**given, **changed})


def test_an_order_stays_open_until_what_it_names_is_gone() -> None:
    """Law 3: a kill in between forgets nothing; an answer to it twice changes nothing."""
    night = Night()
    [ordered] = night.feed(order())
    assert ordered == ev.ErasureOrdered(
        order=1,
        texts=(OLD, NOTE),
        purposes=("reach people", "occurrence log"),
        person="ex",
        by="boris",
        reason="left the house",
    )
    night.restarts()
    assert night.state.erasures[1].texts == (OLD, NOTE)
    night.feed(f.TextsGone(order=1, then=(LATER,)))
    assert night.state.erasures[1].texts == (LATER,)
    night.feed(f.TextsGone(order=1))
    assert night.state.erasures == {}
    assert night.feed(f.TextsGone(order=1)) == ()
    night.replayed()
    assert b"left the house" not in encode(night.state)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"proof": Proof.LOGIN}, "needs-pin"),
        ({"by": "anna"}, "forbidden"),
        ({"by": "token/panel", "proof": Proof.TOKEN}, "forbidden"),
        ({"reason": "  "}, "bad-input"),
        ({"person": "gus"}, "in-site-file"),
        ({"person": "", "texts": ()}, "unknown"),
    ],
)
def test_what_is_refused(changed: dict[str, Any], code: str) -> None:
    """Law 11: a person who may, with a PIN and a reason; never a program."""
    [refused] = Night().feed(order(**changed))
    assert isinstance(refused, ev.CommandRefused)
    assert refused.code == code


def test_a_text_of_the_guarded_site_is_not_erased_under_any_name() -> None:
    night = Night()
    here = f.TextRef("person/gus", "04")
    site = night.state.site
    night.feed(f.SiteOffered(file_hash="with texts", site=site, texts=(here,)))
    [refused] = night.feed(order(person="", texts=(here,)))
    assert isinstance(refused, ev.CommandRefused)
    assert refused.code == "in-site-file"
    assert "gus is still in the site file" in refused.text


def test_a_pin_alone_is_something_to_erase() -> None:
    [ordered] = Night().feed(order(texts=(), purposes=(), account=True))
    assert isinstance(ordered, ev.ErasureOrdered)


def test_what_reached_its_end_is_ordered_by_nobody() -> None:
    night = Night()
    [ordered] = night.feed(f.TextsExpired(texts=(NOTE,), purposes=("occurrence log",)))
    assert isinstance(ordered, ev.ErasureOrdered)
    assert (ordered.by, ordered.person, ordered.reason) == ("", "", END_REACHED)
    assert night.feed(f.TextsExpired(texts=(), purposes=())) == ()
