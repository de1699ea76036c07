"""What tests of every part share: where the repository lies, and what a missing part means."""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent


def require(part: str | None, how: str) -> str:
    """Give the path of a program, or skip the test; under ``CI=true`` fail instead.

    ``part`` is a program's name, or ``None`` where the caller has looked for something else and
    not found it. ``how`` is what to do about it ("apt-get install mbpoll").
    """
    found = shutil.which(part) if part else None
    if found:
        return found
    missing = f"{part or 'a part'} is missing: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{missing} (CI=true: nothing is skipped)", pytrace=False)
    pytest.skip(missing)
