"""Plugins from one folder: files that an integrator puts beside the site file.

A file ``my-panel.py`` is the plugin ``my-panel`` and says in one line which class it is:
``DRIVER = MyPanel``. File and folder must belong to root or to the user that monitord runs as,
and nobody else may write to them: whoever can change a driver can make an alarm disappear.
"""

import importlib.util
import os
import re
import stat
import sys
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[a-z0-9-]+")
_SAID_MAX: Final = 200


class PluginRefused(Exception):
    """A plugin that cannot be used: what is wrong and what to do, in words."""


class PluginFolder:
    """The files of one folder, by plugin name. A folder that is not there has none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def files(self) -> dict[str, Path]:
        """Every file that could be a plugin; nothing is imported."""
        if not self._path.is_dir():
            return {}
        found = {path.stem.replace("_", "-"): path for path in sorted(self._path.glob("*.py"))}
        return {name: path for name, path in found.items() if _NAME.fullmatch(name)}

    def load(self, path: Path, attribute: str) -> object:
        """What the file calls ``attribute``. Raises ``PluginRefused``."""
        for guarded in (path.parent, path):
            _refuse_unsafe(guarded)
        module_name = f"monitord_folder.{attribute.lower()}_{path.stem.replace('-', '_')}"
        spec = importlib.util.spec_from_file_location(module_name, path)
        if spec is None or spec.loader is None:
            raise PluginRefused(f"{path} is not a file that Python can load: remove it")
        module = importlib.util.module_from_spec(spec)
        sys.modules[module_name] = module  # models look their annotations up there
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary to foreign code
            del sys.modules[module_name]
            raise PluginRefused(f"{path} cannot be imported: {said(error)}. Mend it") from None
        if not hasattr(module, attribute):
            raise PluginRefused(
                f"{path} does not say which class it is: add the line '{attribute} = TheClass'"
            )
        found: object = getattr(module, attribute)
        return found


def said(error: BaseException) -> str:
    """An import's failure in one short line."""
    line = f" at line {error.lineno}" if isinstance(error, SyntaxError) else ""
    text = " ".join(str(error).split())[:_SAID_MAX]
    return f"{type(error).__name__}{line}: {text}"


def _refuse_unsafe(path: Path) -> None:
    try:
        status = path.stat()
    except OSError as error:
        raise PluginRefused(f"{path} cannot be read: {error.strerror}") from None
    if status.st_uid not in (0, os.geteuid()):
        raise PluginRefused(
            f"{path} belongs to user {status.st_uid}, who could change what monitord runs:"
            f" chown root {path}"
        )
    if status.st_mode & stat.S_IWOTH:
        raise PluginRefused(f"{path} can be written by everybody: chmod o-w {path}")
