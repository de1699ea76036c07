"""``monitord-camera``: simulated ONVIF cameras on this machine, driven by lines of text.

Lines come from the terminal, from a script file, and from a Unix socket. A line that is wrong is
answered with what to type instead; it never stops the cameras.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from monitord_simulators.session import (
    Session,
    StartError,
    controlled,
    read_script,
    read_terminal,
    say,
    whole,
    why_no_port,
)

try:
    from monitord_simulators.camera.camera import PASSWORD, USER, SimulatedCamera
    from monitord_simulators.camera.commands import HELP, CameraDesk
    from monitord_simulators.camera.discovery import GROUP, Discovery
    from monitord_simulators.camera.quirks import PROFILES
except ImportError as missing:  # the extra with the picture libraries is not installed
    sys.exit(f"monitord-camera: {missing.name} is missing: pip install 'monitord[camera]'")

COUNT_MAX: Final = 256
_LOOPBACK: Final = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cameras until 'quit', Ctrl-C or SIGTERM. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_run(options))
    except StartError as error:
        print(f"monitord-camera: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    makes = "\n".join(f"  {name}: {quirks.words}" for name, quirks in PROFILES.items())
    parser = argparse.ArgumentParser(
        prog="monitord-camera",
        description="Simulated ONVIF cameras that misbehave on request. "
        f"Their user is '{USER}', the password '{PASSWORD}'.",
        epilog=f"What you can type while they run:\n\n{HELP}\n\nmakes for --profile:\n{makes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--count", type=whole(1, COUNT_MAX), default=1, help="how many cameras (default 1)")
    add(
        "--name",
        action="append",
        help="the name of a camera, shown in its picture; give it again for the next one",
    )
    add(
        "--port",
        type=whole(0, 65_535),
        default=18_080,
        help="web port of the first camera, the next ones follow (default 18080; 0: any free ones)",
    )
    add(
        "--stream-port",
        type=whole(0, 65_535),
        default=18_554,
        help="stream port of the first camera (default 18554; 0: any free ones)",
    )
    add("--profile", choices=sorted(PROFILES), default="plain", help="which make (default plain)")
    add("--large", action="store_true", help="pictures of 1280 x 720 in place of 640 x 360")
    add(
        "--discovery",
        action="store_true",
        help="answer WS-Discovery, to who asks on this machine",
    )
    add("--script", type=Path, metavar="FILE", help="lines to run at the start, as typed")
    add("--control", type=Path, metavar="SOCKET", help="Unix socket that takes lines, too")
    add("--json", action="store_true", help="one JSON object a line, for scripts and benches")
    return parser


async def _run(options: argparse.Namespace) -> None:
    script = read_script(options.script)
    cameras = await _started(options)
    session = Session(CameraDesk(cameras), say, as_json=options.json)
    async with contextlib.AsyncExitStack() as stack:
        for camera in cameras:
            stack.push_async_callback(camera.stop)
        stack.push_async_callback(session.stop)
        if options.discovery:
            await stack.enter_async_context(_found(cameras))
        await stack.enter_async_context(controlled(session, options.control))
        _announce(cameras, options)
        for line in script:
            session.tell(session.take(line))
        read_terminal(session)
        await session.until_told_to_stop()


async def _started(options: argparse.Namespace) -> list[SimulatedCamera]:
    names = list(options.name or [])
    count = max(options.count, len(names))
    for first in (options.port, options.stream_port):
        if first and first + count - 1 > 65_535:
            raise StartError(f"{count} cameras from port {first} on pass port 65535")
    names += [f"camera-{number}" for number in range(len(names) + 1, count + 1)]
    size = (1_280, 720) if options.large else (640, 360)
    cameras: list[SimulatedCamera] = []
    for index, name in enumerate(names):
        camera = SimulatedCamera(name, profile=options.profile, size=size)
        port = options.port + index if options.port else 0
        stream_port = options.stream_port + index if options.stream_port else 0
        try:
            await camera.start(port, stream_port)
        except OSError as error:
            for started in cameras:
                await started.stop()
            raise StartError(why_no_port(_LOOPBACK, port, error)) from error
        cameras.append(camera)
    return cameras


@contextlib.asynccontextmanager
async def _found(cameras: Sequence[SimulatedCamera]) -> AsyncIterator[None]:
    """The cameras answer probes to their group."""
    discovery = Discovery([camera.device for camera in cameras])
    try:
        await discovery.start(group=True)
    except OSError as error:
        raise StartError(f"cannot listen to {GROUP}: {error.strerror or error}") from error
    try:
        yield
    finally:
        await discovery.stop()


def _announce(cameras: Sequence[SimulatedCamera], options: argparse.Namespace) -> None:
    if options.json:
        listed = [
            {"name": camera.name, "port": camera.port, "stream_port": camera.stream_port}
            for camera in cameras
        ]
        say(json.dumps({"event": "listening", "host": _LOOPBACK, "cameras": listed}))
        return
    for camera in cameras:
        say(f"{camera.name}: {camera.url}, {camera.stream_url}")
    say(f"user '{USER}', password '{PASSWORD}'. 'help' for more.")


if __name__ == "__main__":
    sys.exit(main())
