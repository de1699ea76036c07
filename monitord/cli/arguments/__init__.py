"""What may be written behind ``monitord``: commands, options, and where each is carried out.

Nothing heavy is imported here, so that ``--help`` is quick: a command names its function as
``module:function`` below ``monitord.cli``, and only that one is loaded.
"""

import argparse

from monitord import __version__
from monitord.cli.arguments.acting import acting
from monitord.cli.arguments.handing import handing
from monitord.cli.arguments.holding import holding
from monitord.cli.arguments.looking import looking
from monitord.cli.arguments.maintaining import maintaining
from monitord.cli.arguments.occurrences import occurrences
from monitord.cli.arguments.outputs import switching
from monitord.cli.arguments.paper import on_paper
from monitord.cli.arguments.parser import EPILOG, Parser
from monitord.cli.arguments.people import credentials, stations, users
from monitord.cli.arguments.police import policing
from monitord.cli.arguments.record import evidence, journal, report
from monitord.cli.arguments.relieving import relieving
from monitord.cli.arguments.starting import starting


def build() -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="monitord",
        description="Watches the detectors of a site and calls people, in order, until somebody "
        "has taken the alarm.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"monitord {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    starting(commands)
    on_paper(commands)
    looking(commands)
    acting(commands)
    occurrences(commands)
    handing(commands)
    relieving(commands)
    holding(commands)
    maintaining(commands)
    policing(commands)
    switching(commands)
    journal(commands)
    evidence(commands)
    report(commands)
    users(commands)
    stations(commands)
    credentials(commands)
    return parser
