"""Police references in the site file: whose rules count, and what is refused (T2.6, T2.7)."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from monitord.site import Severity, load
from monitord.site.difference import Change, difference
from tests.site.conftest import CheckText
from tests.site.test_difference import SITE, TEXTS, told

PERSON = '  desk: {name: Police desk, role: police, reach: [{police-line: "+441632960009"}]}\n'
LINE = (
    "  police-line: {driver: webhook, url: 'https://three.example/p', outside: true, "
    "police: intruders}\n"
)
STEP = "      - {call: duty-manager, by: voice, or: sms, tries: 2, wait: 61s}\n"
CALL = "      - {call: desk, by: police-line, wait: 60s}\n"
REFERENCE = "  intruders: {number: '81234', type: intruder, confirmed: true, instead: [boris]}\n"
FIRST = "    - {call: desk, by: police-line, wait: 9s}\n"
SECOND = "    - {call: duty-manager, by: [voice, sms], wait: 60s}\n"
HOLD_UP = (
    "  hold-up: [{call: desk, by: police-line, wait: 59s}, {call: boris, by: voice, wait: 1min}]\n"
)


def with_police(river: str, reference: str = REFERENCE, line: str = LINE, step: str = CALL) -> str:
    return (
        river.replace("posts:\n", f"{PERSON}posts:\n")
        .replace("  sms: {driver", f"{line}  sms: {{driver")
        .replace(STEP, step + STEP)
        .replace("chains:\n", f"police:\n{reference}chains:\n")
    )


def test_t2_6_the_rules_of_the_country_reach_the_core(
    river: str, tmp_path: Path, drivers, channels
) -> None:
    """G6: two warn and three end it in GB; two of a hold-up; elsewhere nothing is assumed."""

    def compiled(text: str) -> dict[str, tuple[int, int | None]]:
        file = tmp_path / "site.yaml"
        file.write_text(text)
        site = load(file, drivers, channels).site
        assert site.channels["police-line"].police == "intruders"
        assert site.police["intruders"].instead == ("boris",)
        assert site.police["intruders"].confirmed
        return {name: (ref.warn_at, ref.withdrawn_at) for name, ref in site.police.items()}

    threats = "  threats: {number: X9, type: hold-up, instead: [boris]}\n"
    text = with_police(river, REFERENCE + threats)
    assert compiled(text) == {"intruders": (2, 3), "threats": (1, 2)}
    assert compiled(text.replace("country: GB", "country: FR")) == {
        "intruders": (2, None),
        "threats": (1, None),
    }
    own = REFERENCE.replace("confirmed", "warn-at: 3, withdrawn-at: 5, confirmed")
    assert compiled(with_police(river, own)) == {"intruders": (3, 5)}
    own = REFERENCE.replace("confirmed", "profile: generic, confirmed")
    assert compiled(with_police(river, own)) == {"intruders": (2, None)}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("'81234'", "'812 34'", "without a space"),
        ("type: intruder", "type: hold-up", "is registered for hold-up alarms, this chain is for"),
        ("instead: [boris]", "areas: [gallery]", "nobody is called in place of the police"),
        ("instead: [boris]", "instead: [bors]", "is no person, role or post"),
        ("confirmed: true", "areas: [galery]", "galery"),
        ("confirmed: true", "warn-at: 3", "warns at 3 false calls and is withdrawn at 3"),
        ("police: intruders", "police: intruder", "is no police reference"),
        ("outside: true, ", "", "so it leaves the site"),
        ("outside: true", "outside: true, may_acknowledge: true", "no acknowledgement"),
        ("role: police", "role: director", "over police-line, on which the police answer"),
        ("start-at: 2", "start-at: 3", "which skip this step"),
        (", or: sms, tries: 2", ", or: police-line", "no second choice"),
        (SECOND, FIRST + SECOND, "alarms of every kind"),
        ("  intrusion/lockdown", HOLD_UP + "  intrusion/lockdown", "this chain is for hold-up"),
    ],
)  # fmt: skip
def test_t2_7_a_reference_that_the_police_would_reject_is_refused(
    old: str, new: str, says: str, river: str, check_text: CheckText
) -> None:
    """T2.7: no spaces, the type matches the class, and what is confirmed matches the chain."""
    text = with_police(river)
    assert old in text
    errors = [f for f in check_text(text.replace(old, new)) if f.severity is Severity.ERROR]
    assert any(says in finding.text for finding in errors), [f.text for f in errors]
    assert all(finding.cure for finding in errors)


def test_a_site_with_the_police_passes(river: str, check_text: CheckText) -> None:
    errors = [f for f in check_text(with_police(river)) if f.severity is Severity.ERROR]
    assert errors == []


def test_a_reference_that_no_channel_uses_is_told(river: str, check_text: CheckText) -> None:
    text = with_police(river, line=LINE.replace(", police: intruders", ""))
    told = [f.text for f in check_text(text) if f.severity is Severity.WARNING]
    assert any("nothing is counted on it" in words for words in told)


def test_a_police_reference_that_is_gone_weakens() -> None:
    gone = replace(SITE, police={})
    assert told(gone) == [Change("police reference gb-1 is gone", weakens=True)]
    back = difference(gone, SITE, TEXTS, TEXTS)
    assert back == [Change("police reference gb-1 is new", weakens=False)]
