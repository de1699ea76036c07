"""Finds the files that ship with monitord: in the wheel, or in an editable checkout.

It only finds them; whoever asks reads them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def config_folder() -> Path:
    """The ``config`` folder. Raises ``FileNotFoundError`` where the installation is broken."""
    for folder in (_PACKAGE / "config", _PACKAGE.parent / "config"):
        if (folder / "kinds.yaml").is_file():
            return folder
    raise FileNotFoundError("monitord's config folder is missing: install monitord again")


def config_file(name: str) -> Path:
    """One file of the ``config`` folder, such as ``museum.yaml``."""
    return config_folder() / name
