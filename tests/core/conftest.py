"""Rules that hold in every test of the core."""

import pytest

from tests.heeded import ask_everybody


@pytest.fixture(autouse=True)
def _nobody_is_left_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has something to say to a fact or event is named in ``heeding``."""
    ask_everybody(monkeypatch)
