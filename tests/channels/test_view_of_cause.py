"""What a message and a screen show of an incident with one cause: it first, and all the others."""

from monitord.cli import say_incident
from monitord.runtime.control.view_incidents import incident
from monitord.runtime.views import view
from tests.core.night import Night
from tests.core.sites import GRACE, S
from tests.core.test_blackout import dark_site, goes_dark
from tests.core.test_joining import plant


def test_the_cause_is_told_first_and_what_stands_behind_it_is_listed() -> None:
    """design.md 7: whichever was found first; never hidden."""
    night = Night(plant())
    for device in ("cam-b", "cam-a", "switch"):
        night.after(S).loses(device)
    night.after(GRACE)
    shown = incident(night.state, night.incident(), night.now_ms)
    assert [a["source"] for a in shown["alarms"]] == ["switch", "cam-b", "cam-a"]
    assert [a["behind"] for a in shown["alarms"]] == ["east.mains", "switch", "switch"]
    assert say_incident.what(shown).startswith("No answer: Switch")
    message = view(night.state, night.incident())
    assert message.point == "switch"
    assert "No answer: Switch. " in message.text
    assert "2 more alarms since" in message.text


def test_a_blackout_stands_for_its_incident() -> None:
    """E5."""
    night = Night(dark_site(), gallery="unset")
    goes_dark(night, "east.mains", "cam-a", "cam-b")
    shown = incident(night.state, night.incident(), night.now_ms)
    assert say_incident.what(shown).startswith(
        "Possible attack: power, light and cameras fail together in north and 3 more"
    )
    assert "Possible attack" in view(night.state, night.incident()).text
