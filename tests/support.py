"""What tests of every part share: where the repository lies, and what a missing part means."""

import os
import shutil
from pathlib import Path
from typing import Final, NoReturn

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent


def require(program: str, how: str) -> str:
    """The path of a program. Where it is missing, see ``missing``.

    ``how`` is what to do about it ("apt-get install mbpoll").
    """
    found = shutil.which(program)
    if found is None:
        missing(program, how)
    return found


def missing(part: str, how: str) -> NoReturn:
    """Skip the test, for it needs a real part that is not there; under ``CI=true`` fail instead.

    A part that is quietly left out proves nothing.
    """
    words = f"{part} is missing: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{words} (CI=true: nothing is skipped)", pytrace=False)
    pytest.skip(words)
