"""``monitord simulate SITE.yaml``: a rehearsal of a museum's own site, with nothing real in it.

The one module of the command line, beside ``driver``, that may bring ``monitord.testing`` in. It
never reads a credential and never connects to anything but loopback.
"""

import contextlib
import shutil
import signal
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from monitord.cli.errors import Exit, Mistake
from monitord.cli.rehearsal.house import House, HouseError
from monitord.cli.rehearsal.sitefile import load
from monitord.cli.simulate.desk import Desk
from monitord.cli.simulate.say import Teller, welcome
from monitord.cli.simulate.typed import Typed
from monitord.site import Compiled
from monitord.testing.rehearsal import script_of
from monitord.testing.scenario import Scenario, read
from monitord.testing.scenario_file import ScenarioError

#: How long the daemon and the devices may take until all is seen.
READY_S = 30.0


def run(args: Namespace) -> int:
    """Rehearse; 0 when every expectation was met, or a person has ended it."""
    if args.json and args.scenario is None:
        raise Mistake("--json goes with --scenario: name one", exit_code=Exit.USAGE)
    signal.signal(signal.SIGTERM, _end)
    compiled = load(args.site)
    scenario = None if args.scenario is None else _scenario(args.scenario, compiled)
    tell = Teller(quiet=args.json)
    try:
        with _folder(args.state) as state, House(compiled, state) as house:
            if scenario is None:
                house.lock_up()
            house.start_daemon()
            house.wait_until_watching(READY_S)
            desk = Desk(house, tell)
            welcome(tell, house, args.site, kept=args.state is not None)
            if scenario is None:
                return Typed(desk, tell).until_the_end()
            return _play(args, scenario, desk)
    except HouseError as error:
        raise Mistake(
            f"The rehearsal could not go on: {error}", code="rehearsal", exit_code=Exit.UNREADABLE
        ) from None


def _play(args: Namespace, scenario: Scenario, desk: Desk) -> int:
    from monitord.cli.output import print_json
    from monitord.cli.simulate.play import play, view_of

    verdicts = play(scenario, desk)
    met = all(verdict.met for verdict in verdicts)
    if args.json:
        print_json(view_of(scenario, verdicts, desk))
    return Exit.DONE if met else Exit.REFUSED


def _scenario(path: Path, compiled: Compiled) -> Scenario:
    try:
        scenario = read(path, Path(), compiled)
        script_of(scenario)  # what no world can do is refused before anything starts
    except ScenarioError as error:
        raise Mistake(str(error), code="bad-scenario", exit_code=Exit.UNREADABLE) from None
    return scenario


@contextlib.contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    """The state folder: the one that was named, which stays, or one that is gone afterwards."""
    if given is not None:
        yield given
        return
    made = Path(tempfile.mkdtemp(prefix="monitord-rehearsal-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """SIGTERM ends it as Ctrl-C does: with everything that it started."""
    raise KeyboardInterrupt
