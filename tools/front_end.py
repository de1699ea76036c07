"""Puts the console's two third-party scripts where they are served from, at each build.

They are never committed: they come out of the django-htmx wheel, a build requirement only, and
each must have the sum that stands here. A newer wheel is taken by changing the sums on purpose.
"""

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER: Final = Path("monitord/console/static/vendor")
#: Our name, the name in the wheel, sha256. htmx and its extension are under 0BSD.
FILES: Final = (
    (
        "htmx.min.js",
        "htmx-2.min.js",
        "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
    ),
    (
        "sse.min.js",
        "ext/hx-sse-2.min.js",
        "98a46496de0c3605fbffdce9167ba427bdd9553184f83f149c261891a92c0136",
    ),
)


class FrontEnd(BuildHookInterface[Any]):
    """Run by hatchling, for a wheel and for an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Copy, or stop the build with what is wrong."""
        del version
        spec = find_spec("django_htmx")
        if spec is None or spec.origin is None:
            raise RuntimeError("django-htmx is missing: install requirements/build.txt first")
        source = Path(spec.origin).parent / "static/django_htmx"
        target = Path(self.root) / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        for ours, theirs, wanted in FILES:
            content = (source / theirs).read_bytes()
            found = sha256(content).hexdigest()
            if found != wanted:
                raise RuntimeError(f"{theirs} is another file than expected: sha256 {found}")
            (target / ours).write_bytes(content)
        build_data["artifacts"].append(f"/{FOLDER}/*.js")
