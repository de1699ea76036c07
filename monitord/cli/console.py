"""``monitord console``: the guards' pages, beside a daemon."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from monitord.cli.errors import Exit, Mistake
from monitord.cli.where import of_daemon

if TYPE_CHECKING:
    from monitord.console.desk import Desk


def run(args: Namespace) -> int:
    """Serve until a signal comes: over TLS, or in the clear for this computer alone."""
    from monitord.console.desk import Desk
    from monitord.console.server import is_loopback, serve

    if (args.certificate is None) is not (args.key is None):
        raise Mistake("A certificate and its key go together: --certificate FILE --key FILE")
    folder = of_daemon(args.state)
    wants_own = args.tls is not None or bool(args.name) or not is_loopback(args.host)
    if args.certificate is not None:
        desk = _with_given(args, folder)
    elif wants_own:
        desk = _with_own(args, folder)
    else:
        desk = Desk(folder)
    scheme = "https" if desk.secure else "http"
    sys.stdout.write(f"The console is at {scheme}://{args.host}:{args.port}/\n")
    sys.stdout.flush()
    try:
        serve(desk, args.host, args.port)
    except OSError as error:
        raise Mistake(f"{args.host}:{args.port} cannot be served: {error.strerror}") from None
    return Exit.DONE


def _with_given(args: Namespace, folder: Path) -> "Desk":
    from monitord.console.desk import Desk
    from monitord.console.tls.keeping import GivenTls, TlsRefused

    try:
        return Desk(folder, tls=GivenTls(args.certificate, args.key))
    except TlsRefused as error:
        raise Mistake(str(error)) from None


def _with_own(args: Namespace, folder: Path) -> "Desk":
    from monitord.console.desk import Desk
    from monitord.console.tls import names
    from monitord.console.tls.keeping import OwnTls, TlsRefused
    from monitord.console.tls.serving import Authority, utc_now

    try:
        tls = OwnTls(args.tls or folder / "tls", names.of_this_machine(), args.name, utc_now())
        shown = Authority(tls.file.read_bytes(), tls.fingerprint)
    except (TlsRefused, OSError) as error:
        raise Mistake(str(error)) from None
    made = "was made and is" if tls.was_made else "is"
    sys.stdout.write(
        f"The authority of this site {made} in {tls.file}\nSHA-256 {tls.fingerprint}\n"
        "Put it on the guards' phones: the page /authority says how.\n"
    )
    return Desk(folder, tls=tls, authority=shown)
