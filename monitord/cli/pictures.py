"""``pictures``: what the checks of a camera would have said of a recording.

On paper, without a daemon: to try what they find in your own rooms, and with which thresholds.
"""

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from monitord import site
from monitord.cli.errors import Exit, Mistake
from monitord.cli.output import print_json_line
from monitord.cli.sitefile import refused, types_at
from monitord.cli.until import seconds
from monitord.runtime.control.protocol import nearest_text
from monitord.site.findings import SiteRefused

if TYPE_CHECKING:
    from monitord.pictures.checking import Report, Settings

#: How far apart the pictures of a film are looked at; those of a folder are taken to be as far
#: apart as a camera is looked at by default.
FILM_S: Final = 1
FOLDER_S: Final = 10
#: Less than this, and the place is hardly known before the recording ends.
FEW: Final = 12


def pictures(args: Namespace) -> int:
    """One line for each finding that begins or ends."""
    try:
        from monitord.pictures.checking import Checker
        from monitord.pictures.decoding import BadPicture
    except ImportError as error:
        said = f"Pictures cannot be checked without {error.name}"
        raise Mistake(f"{said}: pip install 'monitord[camera]'", code="missing") from None
    checker = Checker(_settings(args))
    told = _Told(args.json)
    try:
        for at_ms, report in _reports(args, checker, told):
            told.tell(at_ms, report)
    except OSError as error:
        words = f"{args.recording} cannot be read: {error.strerror}"
        raise Mistake(words, exit_code=Exit.UNREADABLE) from None
    except BadPicture as bad:
        words = f"{args.recording} cannot be looked at: {bad}"
        raise Mistake(words, exit_code=Exit.UNREADABLE) from None
    if not told.looks:
        words = f"No picture of {args.recording} can be looked at"
        raise Mistake(words, exit_code=Exit.UNREADABLE)
    told.end()
    return Exit.DONE


def _reports(args: Namespace, checker: Any, told: "_Told") -> Iterator[tuple[int, "Report"]]:
    from monitord.pictures.recording import looks

    every_s = FOLDER_S if args.recording.is_dir() else FILM_S
    if args.every is not None:
        every_s = seconds(args.every)
    for look in looks(args.recording, every_s * 1_000, told.skip):
        told.looks, told.last_ms = told.looks + 1, look.at_ms
        yield from ((look.at_ms, report) for report in checker.look(look.grey, look.at_ms))


class _Told:
    """Says what is found as it is found: a long recording takes minutes."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._open = 0
        self._found = 0
        self.looks = 0
        self.last_ms = 0

    def tell(self, at_ms: int, report: "Report") -> None:
        self._open += 1 if report.raised else -1
        self._found += report.raised
        if self._json:
            print_json_line(
                {
                    "t": round(at_ms / 1_000, 3),
                    "finding": report.finding.value,
                    "state": "raised" if report.raised else "cleared",
                    "measures": dict(report.measures),
                }
            )
            return
        words = report.words if report.raised else f"{report.finding.value}: over"
        sys.stdout.write(f"{_clock(at_ms)}  {words}\n")
        sys.stdout.flush()

    def skip(self, words: str) -> None:
        sys.stderr.write(f"Passed over {words}.\n")

    def end(self) -> None:
        """What the whole came to, for people."""
        if self.looks < FEW:
            few = f"Only {self.looks} pictures were looked at, and the first teach what is usual"
            sys.stderr.write(f"{few}. Give --every 1s, or a longer recording.\n")
        if self._json:
            return
        found = f"{self._found} finding{'' if self._found == 1 else 's'}"
        still = ", the last one to the end" if self._open else ""
        seen = f"{self.looks} pictures up to {_clock(self.last_ms)}"
        sys.stdout.write(f"{seen}: {found}{still}.\n")


def _settings(args: Namespace) -> "Settings":
    """Those of ``--camera`` in the site file, else as for any camera."""
    from monitord.pictures.checking import settings_of

    if (args.camera is None) != (args.config is None):
        raise Mistake("Give --camera and --config together", exit_code=Exit.USAGE)
    if args.camera is None:
        return settings_of({})
    try:
        devices = site.load(args.config, *types_at(args.config)).site.devices
    except SiteRefused as error:
        raise refused(args.config, error) from None
    cameras = {name: d.setup["pictures"] for name, d in devices.items() if d.setup.get("pictures")}
    if args.camera not in cameras:
        raise Mistake(nearest_text("camera", args.camera, cameras), code="unknown")
    return settings_of(cameras[args.camera].get("limits", {}))


def _clock(at_ms: int) -> str:
    """``0:01:40``, from the beginning of the recording."""
    seconds = at_ms // 1_000
    return f"{seconds // 3_600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
