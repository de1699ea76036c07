"""A peer that is missing is never left out in silence."""

import pytest

from .build import need


def test_a_missing_part_fails_under_ci_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt install no-such-package"):
        need("no-such-program", "no-such-package")


def test_a_missing_part_skips_elsewhere_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="'no-such-program' is not installed"):
        need("no-such-program", "no-such-package")
