"""What a panel leaves out itself: `isolated:` at a point, and the time to be live again (B5)."""

import pytest

from monitord.site import Finding
from tests.site.conftest import LoadText

PIR = "kind: motion, area: gallery, name: East door}"


def test_the_signal_and_the_time_reach_the_core(river: str, load_text: LoadText) -> None:
    text = river.replace(
        PIR, PIR[:-1] + ", isolated: east.pir-out}\n      pir-out: {read: discrete/12, kind: event}"
    )
    text = text.replace("  country: GB", "  country: GB\n  restored-within: 1min")
    site = load_text(text).site
    assert site.points["east.pir"].isolated == "east.pir-out"
    assert site.points["east.pir-out"].isolates == ("east.pir",)
    assert site.restore_ms == 60_000


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        (PIR, PIR[:-1] + ", isolated: east.nothing}", "there is no point"),
        (PIR, PIR[:-1] + ", isolated: east.case}", "cannot say that a panel leaves pir out"),
        ("country: GB", "country: GB\n  restored-within: 2h", "restored-within"),
        ("country: GB", "country: GB\n  restored-within: 1s", "restored-within"),
    ],
)
def test_what_cannot_be_meant_is_told(
    was: str, now: str, words: str, check_text, river: str
) -> None:
    found: list[Finding] = check_text(river.replace(was, now))
    assert any(words in finding.text or words in str(finding) for finding in found)
