"""``run`` and ``demo``: the commands that start something."""

from argparse import Namespace

from monitord.cli.errors import Exit, Mistake
from monitord.cli.where import to_be_asked_in, to_run_in


def run(args: Namespace) -> int:
    """Guard a site until a signal comes."""
    if not args.config.exists():
        raise Mistake(
            f"There is no {args.config}: name the site file, as in "
            "`monitord run --config SITE.yaml`",
            exit_code=Exit.UNREADABLE,
        )
    from monitord import app

    return app.run(args.config, to_run_in(args.state), to_be_asked_in(args.state))


def demo(args: Namespace) -> int:
    """A burglary on simulated panels."""
    from monitord.cli import demo as play

    return play.run(args)
