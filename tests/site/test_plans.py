"""``plans:`` of a site file: for what each is, who is named, and what a change of it means."""

import pytest

from monitord.site.difference import difference
from tests.site.conftest import CheckText, LoadText

PLANS = """
plans:
  intrusion:
    version: 3
    owner: security-manager
    review: 2027-05-01
    steps:
      - {do: Look at the pictures, who: guard, within: 1min}
      - {do: Ring the conservator, phone: "+44 1632 960000", must: yes}
  default:
    owner: security-manager
    review: 2027-05-01
    steps: [{do: Have a look}]
"""


def test_e1_a_plan_is_what_was_written(river: str, load_text: LoadText) -> None:
    plan = load_text(river + PLANS).site.plans["intrusion"]
    assert (plan.version, plan.owner, plan.review) == (3, "security-manager", "2027-05-01")
    look, ring = plan.steps
    assert (look.who, look.within_ms, look.must) == ("guard", 60_000, False)
    assert (ring.phone, ring.must, ring.within_ms) == ("+44 1632 960000", True, None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  intrusion:", "  intrusoin:", "is not a category: did you mean `intrusion`?"),
        ("  intrusion:", "  intrusion/lockdwn:", "is not a mode: did you mean `lockdown`?"),
        ("owner: security-manager", "owner: nobody", "is no person, post or role"),
        ("who: guard", "who: gaurd", "did you mean `guard`?"),
        ("review: 2027-05-01", "review: soon", "review"),
        ("    steps: [{do: Have a look}]", "    steps: []", "steps"),
        ("must: yes", "must: perhaps", "must"),
    ],
)
def test_e1_what_is_wrong_is_told_with_its_cure(
    river: str, check_text: CheckText, old: str, new: str, says: str
) -> None:
    told = [str(each) for each in check_text(river + PLANS.replace(old, new, 1))]
    assert any(says in each for each in told), told


def test_e1_a_category_that_has_no_plan_is_a_warning(river: str, check_text: CheckText) -> None:
    without = PLANS[: PLANS.index("  default:")]
    told = [str(each) for each in check_text(river + without)]
    assert any("no plan says what to do for:" in each for each in told), told
    assert not any("no plan says" in str(each) for each in check_text(river + PLANS))
    assert not any("no plan says" in str(each) for each in check_text(river))


@pytest.mark.parametrize(
    ("old", "new", "weakens"),
    [
        (", must: yes", "", True),
        ("Ring the conservator", "Ring somebody", True),
        ("Look at the pictures", "Look at all pictures", False),
        ("version: 3", "version: 4", False),
    ],
)
def test_e1_a_mandatory_step_that_is_gone_weakens(
    river: str, load_text: LoadText, old: str, new: str, weakens: bool
) -> None:
    was = load_text(river + PLANS).site
    now = load_text(river + PLANS.replace(old, new)).site
    (change,) = difference(was, now, {}, {})
    assert "plan intrusion: version 3" in change.words
    assert change.weakens is weakens
