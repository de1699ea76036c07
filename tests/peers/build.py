"""Builds the C peers and runs them: Modbus servers that we did not write the protocol of.

A missing compiler or library skips the test with words; under ``CI=true`` it fails, because a
peer that is quietly left out proves nothing.
"""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
BUILD_S_MAX = 60


def need(program: str, package: str) -> str:
    """The path of ``program``; without it skip, or fail under CI."""
    path = shutil.which(program)
    if path is None:
        missing(f"'{program}' is not installed: apt install {package}")
    return path


def missing(words: str) -> NoReturn:
    """A part is missing: a failure under CI, a skip with words elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def build_peer(name: str, folder: Path) -> Path:
    """Compile the peer of that name into ``folder`` and return the program."""
    compiler, pkg_config = need("gcc", "gcc"), need("pkg-config", "pkg-config")
    flags = subprocess.run(
        [pkg_config, "--cflags", "--libs", "libmodbus"], capture_output=True, text=True, check=False
    )
    if flags.returncode:
        missing("libmodbus is not installed: apt install libmodbus-dev")
    program = folder / name
    command = [compiler, "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror"]
    command += [str(HERE / f"{name}.c"), "-o", str(program), *shlex.split(flags.stdout)]
    built = subprocess.run(
        command, capture_output=True, text=True, timeout=BUILD_S_MAX, check=False
    )
    if built.returncode:
        pytest.fail(f"the C peer does not build:\n{built.stderr}", pytrace=False)
    return program


class Peer:
    """A running peer, driven by lines."""

    def __init__(self, program: Path, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [str(program), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.announced = self._line().split()[1:]

    def stop(self) -> None:
        """End it: it stops when its input ends."""
        self._process.communicate(timeout=10)

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._process.communicate(timeout=10)

    def ask(self, line: str) -> str:
        """What it answers to a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class ModbusServer(Peer):
    """Panels over TCP: ``ports`` they listen on, and lines to change what they hold."""

    def __init__(self, program: Path, ports: int, inputs: int) -> None:
        super().__init__(program, ports, inputs)
        self.ports = [int(word) for word in self.announced]

    def set_input(self, port: int, address: int, value: bool) -> None:
        """Set a discrete input; it is set when this returns."""
        assert self.ask(f"set {port} {address} {int(value)}") == "ok"

    def set_register(self, port: int, address: int, value: int) -> None:
        """Set an input register."""
        assert self.ask(f"register {port} {address} {value}") == "ok"

    def coil(self, port: int, address: int) -> bool:
        """What a coil has been switched to."""
        return self.ask(f"coil {port} {address}") == "ok 1"

    def writes(self, port: int) -> int:
        """How many requests to write anything have come."""
        return int(self.ask(f"writes {port}").removeprefix("ok "))

    def pulse(self, port: int, ms: int) -> None:
        """From now on its coils fall off by themselves, so long after the last writing."""
        assert self.ask(f"pulse {port} {ms}") == "ok"


class ModbusBus(Peer):
    """Units on a serial port. ``peer.tell("set 3 5 1")``: input 5 of unit 3 on."""

    def __init__(self, program: Path, port: Path, units: int, inputs: int) -> None:
        super().__init__(program, port, units, inputs)

    def tell(self, line: str) -> str:
        """One line (see the source); it is done when this returns."""
        words = self.ask(line)
        assert words.startswith("ok"), f"{line}: {words}"
        return words.removeprefix("ok").strip()
