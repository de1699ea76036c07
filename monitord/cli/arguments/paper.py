"""Commands that need no daemon: check, show, probe, chain, driver, pictures."""

import argparse
from pathlib import Path

from monitord.cli.arguments.parser import Commands, add, asks_daemon, number, site


def on_paper(commands: Commands) -> None:
    """Check, show, probe, chain, driver, pictures."""
    check = add(commands, "check", "sitefile:check", "everything that is wrong in a site file")
    check.add_argument("site", nargs="?", type=Path, metavar="SITE.yaml")
    check.add_argument("--schema", action="store_true", help="print the JSON Schema for editors")
    show = add(commands, "show", "sitefile:show", "each effective value and where it comes from")
    show.add_argument("what", metavar="POINT", help="a point, device, area or chain")
    site(show)
    probe = add(commands, "probe", "probe:probe", "one read of a device, by no daemon; writes "
                 "nothing")  # fmt: skip
    probe.add_argument("what", metavar="DEVICE|ADDRESS", help="of a site file, or tcp://…, rtu://…")
    probe.add_argument(
        "--config", type=Path, metavar="SITE.yaml", help="the site file or folder of a DEVICE"
    )
    probe.add_argument(
        "--read", metavar="LIST", help="at an ADDRESS: discrete/0-15,input/3 (else what is there)"
    )
    probe.add_argument("--unit", type=number, metavar="N", help="at an ADDRESS: the unit id")
    probe.add_argument(
        "--driver", default="modbus", metavar="NAME", help="at an ADDRESS (else modbus)"
    )
    probe.add_argument(
        "--force", action="store_true", help="look at a serial line that a daemon may be using"
    )
    asks_daemon(probe)
    _discover(commands)
    chain = commands.add_parser("chain", help="call chains, on paper")
    chains = chain.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    test = add(chains, "test", "sitefile:chain_test", "who would be called when, on paper")
    test.add_argument("chain", metavar="CHAIN")
    test.add_argument("--at", metavar="TIME", help="22:30 or 2026-11-24T22:30, local to the site")
    site(test)
    driver = commands.add_parser("driver", help="the drivers of this installation")
    drivers = driver.add_subparsers(metavar="COMMAND", dest="subcommand", required=True)
    listing = add(drivers, "list", "sitefile:drivers", "the drivers that a site file may name")
    listing.add_argument(
        "--folder", type=Path, metavar="DIR", help="also those in this folder of drivers"
    )
    new = add(drivers, "new", "driver:new", "a folder with a driver that works, to begin with")
    new.add_argument("name", metavar="NAME", help="the name that site files will say")
    new.add_argument("--listen", action="store_true", help="for a device that speaks first")
    kit = add(drivers, "test", "driver:test", "whether a driver keeps its word when its device "
               "misbehaves")  # fmt: skip
    kit.add_argument("path", type=Path, metavar="PATH", help="its folder, or the file of its bench")
    _pictures(commands)


def _pictures(commands: Commands) -> None:
    pictures = add(commands, "pictures", "pictures:pictures", "what the checks of a camera say of "
                   "a recording: a line for each finding")  # fmt: skip
    pictures.add_argument("recording", type=Path, metavar="CLIP|FOLDER", help="a film, or a folder "
                          "of JPEG files, taken in the order of their names")  # fmt: skip
    pictures.add_argument("--every", metavar="SPAN", help="look so often at a film (1s); so far "
                          "apart are the files of a folder (10s)")  # fmt: skip
    pictures.add_argument("--camera", metavar="ID", help="with the limits of this camera")
    pictures.add_argument("--config", type=Path, metavar="SITE.yaml", help="which stand in this "
                          "site file")  # fmt: skip


def _discover(commands: Commands) -> None:
    discover = add(commands, "discover", "discover:discover", "find cameras, and print a piece of "
                    "a site file for them")  # fmt: skip
    discover.add_argument(
        "hosts", nargs="*", metavar="HOST", help="ask these alone: an address, a name, with a port"
    )
    discover.add_argument(
        "--interface", default="", metavar="ADDRESS", help="this machine's address in the network "
        "that is asked (else every network)",
    )  # fmt: skip
    discover.add_argument(
        "--seconds", type=number, default=5, metavar="N", help="wait so long for answers (else 5)"
    )
    discover.add_argument("--user", default="", metavar="NAME", help="sign on as this user")
    discover.add_argument(
        "--password-file", metavar="FILE", help="their password, in a file closed to others, or - "
        "for standard input (else it is asked for)",
    )  # fmt: skip
    discover.add_argument("--password", help=argparse.SUPPRESS)  # to be refused in words
    discover.add_argument(
        "--driver", default="onvif", metavar="NAME", help="whose devices are sought (else onvif)"
    )
