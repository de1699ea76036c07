"""Commands that start a daemon: run, demo, simulate."""

from pathlib import Path

from monitord.cli.arguments.parser import Commands, add, asks_daemon, number, site


def starting(commands: Commands) -> None:
    """Run, demo, simulate."""
    run = add(commands, "run", "daemon:run", "guard a site until a signal comes", json=False)
    site(run)
    run.add_argument(
        "--state", type=Path, metavar="DIR", help="(else $STATE_DIRECTORY, else ./state)"
    )
    demo = add(commands, "demo", "daemon:demo", "a burglary on simulated panels, on the "
                "console and in the terminal", json=False)  # fmt: skip
    demo.add_argument("--headless", action="store_true", help="begin at once and ask nothing")
    demo.add_argument(
        "--seconds", type=int, default=90, metavar="N", help="end after N seconds at the latest"
    )
    simulate = add(commands, "simulate", "simulate:run", "rehearse a site: all its devices and "
                    "calls simulated, nobody is called")  # fmt: skip
    simulate.add_argument("site", type=Path, metavar="SITE.yaml")
    simulate.add_argument("--scenario", type=Path, metavar="FILE", help="play it in real time; 1 "
                          "when an expectation is not met (else a person types)")  # fmt: skip
    simulate.add_argument("--state", type=Path, metavar="DIR", help="keep record and log there: "
                          "a new folder (else gone afterwards)")  # fmt: skip
    console = add(
        commands, "console", "console:run", "the guards' pages, beside a daemon", json=False
    )
    console.add_argument("--host", default="127.0.0.1", metavar="H", help="(else 127.0.0.1)")
    console.add_argument("--port", type=number, default=8080, metavar="N", help="(else 8080)")
    console.add_argument(
        "--tls", type=Path, metavar="DIR", help="where certificates are kept (else STATE/tls)"
    )
    console.add_argument(
        "--name", action="append", default=[], metavar="NAME", help="this machine is called so, too"
    )
    console.add_argument("--certificate", type=Path, metavar="FILE", help="one of your own, and")
    console.add_argument("--key", type=Path, metavar="FILE", help="its key")
    asks_daemon(console)
