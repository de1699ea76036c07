"""Builds the C peer and runs it: a Modbus server that we did not write the protocol of.

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

SOURCE = Path(__file__).with_name("modbus_server.c")
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


def build_modbus_server(folder: Path) -> Path:
    """Compile the server into ``folder`` and return the program."""
    compiler, pkg_config = need("gcc", "gcc"), need("pkg-config", "pkg-config")
    flags = subprocess.run(
        [pkg_config, "--cflags", "--libs", "libmodbus"], capture_output=True, text=True, check=False
    )
    if flags.returncode:
        missing("libmodbus is not installed: apt install libmodbus-dev")
    program = folder / "modbus_server"
    command = [compiler, "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror"]
    command += [str(SOURCE), "-o", str(program), *shlex.split(flags.stdout)]
    built = subprocess.run(
        command, capture_output=True, text=True, timeout=BUILD_S_MAX, check=False
    )
    if built.returncode:
        pytest.fail(f"the C peer does not build:\n{built.stderr}", pytrace=False)
    return program


class ModbusServer:
    """The running server: ``ports`` it listens on, and lines to change what it holds."""

    def __init__(self, program: Path, ports: int, inputs: int) -> None:
        self._process = subprocess.Popen(
            [str(program), str(ports), str(inputs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports = [int(word) for word in self._line().split()[1:]]

    def set_input(self, port: int, address: int, value: bool) -> None:
        """Set a discrete input; it is set when this returns."""
        assert self._ask(f"set {port} {address} {int(value)}") == "ok"

    def set_register(self, port: int, address: int, value: int) -> None:
        """Set an input register."""
        assert self._ask(f"register {port} {address} {value}") == "ok"

    def coil(self, port: int, address: int) -> bool:
        """What a coil has been switched to."""
        return self._ask(f"coil {port} {address}") == "ok 1"

    def stop(self) -> None:
        """End the server: it stops when its input ends."""
        self._process.communicate(timeout=10)

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
