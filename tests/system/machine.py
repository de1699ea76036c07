"""A machine of its own: the host's systemd as process 1 of a container, on the host's /usr.

Everything else is empty and in memory. The unit under test is the shipped one; what monitord is
installed as, /opt/monitord, is put together from the environment that the tests run in.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

from tests.support import ROOT, missing, require
from tests.system.daemon import until

SYSTEMD: Final = ROOT / "systemd"
BOOT_S: Final = 20.0
COMMAND_S: Final = 20.0
OWN_CODE: Final = (
    "monitord",
    "drivers/monitord_drivers",
    "simulators/monitord_simulators",
    "config",
)

_TARGET: Final = """[Unit]
Requires=basic.target monitord.service
After=basic.target
AllowIsolate=yes
"""


class Machine:
    """One container. ``units`` are further files for its /etc/systemd/system, by name."""

    def __init__(self, folder: Path, binds: dict[str, Path], accounts: str) -> None:
        self._folder = folder
        self._console = folder / "console"
        self._name = f"monitord-test-{os.getpid()}"
        self._binds = {**self._install(), **binds, **self._units(accounts)}
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def boot(self) -> None:
        """Start it; return when its systemd answers."""
        nspawn = require("systemd-nspawn", "apt-get install systemd-container")
        if os.geteuid() != 0:
            missing("root", "systemd-nspawn boots a container only for root")
        command = [nspawn, "--quiet", "--directory=/", "--volatile=yes", "--boot"]
        command += ["--register=no", "--keep-unit", f"--machine={self._name}"]
        command += [f"--bind-ro={source}:{place}" for place, source in self._binds.items()]
        command += ["systemd.unit=guarded.target", "systemd.firstboot=no"]
        with self._console.open("wb") as console:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        until(self._answers, f"the machine boots; its console: {self._console}", BOOT_S)

    def shut_down(self) -> None:
        """Switch it off, and wait until it is gone."""
        if self._process is None:
            return
        if self._leader:
            self.run("systemctl", "--no-block", "--force", "--force", "poweroff")
        try:
            self._process.wait(BOOT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(BOOT_S)

    def run(self, *words: str, account: str = "") -> "subprocess.CompletedProcess[str]":
        """A command inside, as root or as ``account``."""
        change = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"]
        enter = ["nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--pid"]
        environment = {"PATH": "/usr/bin:/usr/sbin", "LANG": "C.UTF-8"}
        return subprocess.run(
            [*enter, *(change if account else []), *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )

    def say(self, *words: str) -> str:
        """What a command inside prints."""
        return self.run(*words).stdout.strip()

    def property(self, name: str, unit: str = "monitord.service") -> str:
        """A property of a unit, as systemd has it."""
        return self.say("systemctl", "show", "--value", f"--property={name}", unit)

    def console(self) -> str:
        """The end of what the machine printed."""
        return self._console.read_text(errors="replace")[-3_000:]

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"systemd-nspawn ended:\n{self.console()}")
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        pids = children.read_text().split()
        self._leader = int(pids[0]) if pids else 0
        state = self.run("systemctl", "is-system-running").stdout if self._leader else ""
        return state.strip() in ("starting", "running", "degraded")

    def _units(self, accounts: str) -> dict[str, Path]:
        """The target to boot, and who there is beside root."""
        target = self._folder / "guarded.target"
        target.write_text(_TARGET)
        people = self._folder / "people.conf"
        people.write_text(accounts)
        return {
            "/etc/systemd/system/guarded.target": target,
            "/etc/systemd/system/monitord.service": SYSTEMD / "monitord.service",
            "/etc/sysusers.d/monitord.conf": SYSTEMD / "monitord.sysusers",
            "/etc/sysusers.d/people.conf": people,
        }

    def _install(self) -> dict[str, Path]:
        """/opt/monitord as ``pip install`` would leave it, of the parts that the tests run on.

        By the machine's own interpreter where it has one of this version: another may lie in a
        home folder, which the unit hides, and is bound.
        """
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        home, binds = Path("/usr/bin"), {}
        if not (home / version).exists():
            home, binds = Path("/opt/python/bin"), {"/opt/python": Path(sys.base_prefix)}
        made = self._folder / "opt"
        packages = made / "lib" / version / "site-packages"
        (made / "bin").mkdir(parents=True)
        packages.mkdir(parents=True)
        for name in ("packages", "code"):
            (made / name).mkdir()
        (made / "bin" / "python").symlink_to(home / version)
        (made / "pyvenv.cfg").write_text(f"home = {home}\ninclude-system-site-packages = false\n")
        (packages / "installed.pth").write_text("/opt/monitord/packages\n/opt/monitord/code\n")
        program = made / "bin" / "monitord"
        shutil.copy(Path(sys.executable).with_name("monitord"), program)
        lines = program.read_text().split("\n")
        program.write_text("\n".join(["#!/opt/monitord/bin/python", *lines[1:]]))
        program.chmod(0o755)
        for source in OWN_CODE:
            (made / "code" / Path(source).name).mkdir()
            binds[f"/opt/monitord/code/{Path(source).name}"] = ROOT / source
        binds["/opt/monitord/packages"] = Path(sysconfig.get_path("purelib"))
        return {"/opt/monitord": made, **binds}
