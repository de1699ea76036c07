"""``monitord driver new``: the files of the template, under a name of the author's."""

import re
from pathlib import Path
from typing import Final

TEMPLATE: Final = Path(__file__).with_name("template")
LISTEN_TEMPLATE: Final = Path(__file__).with_name("template_listen")
FILES: Final = ("driver.py", "bench.py", "test_driver.py", "README.md")
#: The class and the name in each template, which the author's take the place of.
_NAMES: Final = {
    TEMPLATE: ("TextPanel", "text-panel"),
    LISTEN_TEMPLATE: ("CallPanel", "call-panel"),
}
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class NameRefused(Exception):
    """No folder can be made under this name; says why and what to do."""


def begin(name: str, parent: Path, *, listen: bool = False) -> Path:
    """Make the folder ``name`` in ``parent``, with a polled driver or one that listens.

    Raises ``NameRefused``, or ``OSError``.
    """
    if not _NAME.fullmatch(name):
        raise NameRefused(
            f"'{name}' is no name for a driver: small letters, digits and hyphens, a letter first"
        )
    folder = parent / name
    if folder.exists():
        raise NameRefused(f"{folder} is there already: take another name or remove it")
    folder.mkdir(mode=0o755)
    template = LISTEN_TEMPLATE if listen else TEMPLATE
    class_name, plain_name = _NAMES[template]
    own_class = "".join(part.capitalize() for part in name.split("-"))
    for file in FILES:
        text = (template / file).read_text("utf-8")
        text = text.replace(class_name, own_class).replace(plain_name, name)
        (folder / file).write_text(text, "utf-8")
    return folder
