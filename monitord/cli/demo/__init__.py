"""``monitord demo``: a burglary in the demo museum, with real processes on this machine.

Everything it starts ends with it, by its own process id; everything it writes lies in a temporary
folder. It must never speak to anything but loopback.
"""

import signal
import tempfile
from argparse import Namespace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from monitord.cli.demo.acts import Play
from monitord.cli.demo.screen import screen
from monitord.cli.errors import Exit, Mistake
from monitord.cli.rehearsal.house import House, HouseError
from monitord.cli.rehearsal.sitefile import load
from monitord.resources import config_file


def run(args: Namespace) -> int:
    """Tell the story; 0 only when all of it really happened."""
    signal.signal(signal.SIGTERM, _end)
    try:
        compiled = load(config_file("museum.yaml"))
        with (
            tempfile.TemporaryDirectory(prefix="monitord-demo-") as folder,
            House(compiled, Path(folder) / "state") as house,
            screen(headless=args.headless) as shown,
        ):
            play = Play(house, shown, headless=args.headless, seconds=args.seconds)
            happened = play.perform()
    except (FileNotFoundError, HouseError) as error:
        raise Mistake(f"The demo could not go on: {error}", code="demo") from None
    return Exit.DONE if happened else Exit.REFUSED


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """SIGTERM ends the demo as Ctrl-C does: with everything that it started."""
    raise KeyboardInterrupt
