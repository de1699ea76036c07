"""Prints docs/licences.md: the licence of every package that monitord runs on.

The names come from requirements/run.txt, the licences from the metadata of the installed packages.
A package that does not say its licence in a way known here is an error, never a guess.
"""

import re
import sys
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Names of licences as older metadata spells them, to their SPDX identifiers.
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "MIT License": "MIT",
}

#: What may stand in an SPDX expression here: nothing that asks for the source of a whole work.
#: MPL-2.0 binds the files of its own package alone, which we install as they are.
ACCEPTED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
    *("MPL-2.0", "PSF-2.0", "Zlib"),
}

HEAD = """\
# Licences

monitord is under the Apache License 2.0. This is what it runs on: every package of
`requirements/run.txt` with the licence that its metadata states. Nothing here is under the GPL.
Packages that only build, test or check monitord are not part of a release and not listed (axe-core,
which looks at the pages in the tests, is under the MPL 2.0). PyAV, which reads key frames out of
RTSP streams, carries parts under the GPL: it is the optional extra `stream`, which whoever wants it
installs, and never part of a release. The OpenCV wheel carries FFmpeg under the LGPL, as it is.

The table is made by `.venv/bin/python tools/licences.py > docs/licences.md`; a test fails when it
no longer says what is installed.

| package | licence | needed by |
|---|---|---|
"""


def packages(requirements: str) -> dict[str, list[str]]:
    """Each pinned package of a hashed requirement file, with the packages that need it."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in requirements.splitlines():
        if pinned := re.match(r"([a-z0-9][a-z0-9._-]*)==", line):
            name = pinned[1]
            found[name] = []
        elif needing := re.fullmatch(r" +#(?: +via)? +(?!via$)([a-z0-9._-]+)(?: \(.*\))?", line):
            found[name].append(needing[1])
    return found


def licence(package: str) -> str:
    """The SPDX expression of an installed package. Raises ``ValueError`` where none is known."""
    stated = metadata(package)
    words: list[str] = [
        *(stated.get_all("License-Expression") or []),
        *(stated.get_all("License") or []),
        *(each for each in stated.get_all("Classifier") or [] if each.startswith("License ::")),
    ]
    for word in words:
        first = word.partition("\n")[0]  # some state the whole text
        expression = SPDX.get(first, first)
        # Of licences to choose from (OR) one is enough; those that hold together (AND) must all be.
        choices = [c for c in expression.split(" OR ") if set(c.split(" AND ")) <= ACCEPTED]
        if choices:
            return " OR ".join(choices)
    raise ValueError(f"{package} states no accepted licence: {words or 'nothing'}")


def page() -> str:
    """The whole of docs/licences.md."""
    pinned = packages((ROOT / "requirements/run.txt").read_text("utf-8"))
    rows = [f"| {name} | {licence(name)} | {', '.join(by)} |\n" for name, by in pinned.items()]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(page())
