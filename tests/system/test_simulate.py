"""A rehearsal of a museum's own site, as processes: it works, and nothing leaves this machine."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from monitord.testing.rehearsal import play
from monitord.testing.scenario import read
from tests.support import ROOT, missing, require
from tests.system.daemon import MONITORD, until
from tests.system.parts import part, parts_of

PATIENCE_S: Final = 60.0
#: Loopback too, and yet nothing of a rehearsal's own: whoever connects there would have called.
TRAP: Final = "127.9.9.9"
SECRET: Final = "the-key-of-the-real-gateway"

SITE: Final = """
site: {{id: riverside, name: Riverside Museum, timezone: Europe/London}}
areas:
  hall: {{name: Entrance hall, gate: "Gate A", set_by: {{point: east.set}}}}
devices:
  east: {{driver: modbus, address: "tcp://{host}:{panel}", area: hall, points: {{
    set: {{read: discrete/8, kind: area-set}},
    pir: {{read: discrete/0, kind: motion, name: Detector by the door}}}}}}
  gateway-3: {{driver: modbus, address: "tcp://{host}:{panel}", unit: 3, area: hall, points: {{
    glass: {{read: discrete/1, wiring: normally-closed, kind: glass}}}}}}
  bus-7: {{driver: modbus, address: "rtu:///dev/ttyS63?baud=9600", unit: 7, area: hall, points: {{
    door: {{read: discrete/2, kind: door}}}}}}
  bells: {{driver: bells, address: "udp://{host}:{panel}", area: hall, points: {{
    till: {{kind: panic, name: Button under the till}}}}}}
people:
  anna: {{name: Anna Okafor, role: duty-manager, reach: [{{sms: "+441632960001"}},
    {{mail: anna@example.org}}]}}
channels:
  sms: {{driver: webhook, url: "http://{host}:{call}/send", secret: {{credential: sms-key}}}}
  mail: {{driver: smtp, host: "{host}", port: {call}, from: alarm@example.org}}
acknowledge: {{public_url: "https://alarm.example.org"}}
mqtt: {{host: "{host}", port: {call}, tls: false}}
chains:
  default: [{{call: anna, by: [terminal, sms, mail], wait: 60s}}]
"""

SCENARIO: Final = """
scenario: QUIET MONDAY
site: site.yaml
start: 2026-11-23T10:00
do:
  - {at: 0s, trip: east.set}
  - {at: 500ms, trip: pir, for: 500ms}
  - {at: 2s, person: anna, acknowledges: last}
  - {at: 2500ms, person: anna, closes: last, cause: test}
  - {at: 3s, trip: till, for: 300ms}
expect:
  - {within: 3s, of: 500ms, called: anna, says: ["Gate A", "TEST."]}
  - {within: 3s, of: 2s, acknowledged: anna}
  - {within: 3s, of: 3s, alarm: hold-up, point: bells.till}
"""

DRIVER: Final = """
from pydantic import BaseModel
from monitord.driver import Driver

class Config(BaseModel):
    address: str

class PointConfig(BaseModel):
    pass

class Bells(Driver[Config]):
    Config = Config
    PointConfig = PointConfig
    async def poll(self): raise AssertionError("a rehearsal speaks to no device")

DRIVER = Bells
"""


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A listener that must see nobody."""
    with socket.create_server((TRAP, 0)) as trap:
        trap.setblocking(False)
        yield trap


@pytest.fixture
def museum(tmp_path: Path) -> Path:
    """A site full of real-looking addresses, with a driver of its own and a scenario."""
    drivers = tmp_path / "drivers"
    drivers.mkdir(mode=0o700)
    (drivers / "bells.py").write_text(DRIVER)
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "sms-key").write_text(SECRET)
    (keys / "sms-key").chmod(0o600)
    return write(tmp_path, "10.99.20.11", 502, 443)


def write(folder: Path, host: str, panel: int, call: int) -> Path:
    path = folder / "site.yaml"
    path.write_text(SITE.format(host=host, panel=panel, call=call))
    return path


def simulate(
    museum: Path, *words: str | Path, wrap: tuple[str, ...] = (), typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*wrap, MONITORD, "simulate", museum, *words],
        input=typed,
        env={**os.environ, "CREDENTIALS_DIRECTORY": str(museum.parent / "keys")},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_in_a_network_without_routes_everything_works(museum: Path) -> None:
    """Design 5.1: nothing is needed outside of this machine."""
    unshare = require("unshare", "apt-get install util-linux")
    inside = (unshare, "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
    if os.geteuid() != 0 or subprocess.run([unshare, "-n", "true"], check=False).returncode:
        missing("a network namespace", "run the tests as root where namespaces are allowed")
    done = simulate(museum, "--scenario", museum.with_name("scenario.yaml"), "--json", wrap=inside)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert {call["channel"] for call in told["calls"]} == {"terminal", "sms", "mail"}
    assert {call["to"] for call in told["calls"]} == {"", "+441632960001", "anna@example.org"}
    assert all(call["test"] and call["text"].startswith("TEST.") for call in told["calls"])


def test_nobody_is_connected_to_and_no_key_is_read(museum: Path, tmp_path: Path) -> None:
    """Listeners at the site's own addresses see nobody; the real key is nowhere afterwards."""
    with listening() as panel, listening() as call:
        write(tmp_path, TRAP, panel.getsockname()[1], call.getsockname()[1])
        state = tmp_path / "state"
        scenario = museum.with_name("scenario.yaml")
        done = simulate(museum, "--scenario", scenario, "--state", state)
        assert done.returncode == 0, done.stdout + done.stderr
        for trap in (panel, call):
            with pytest.raises(BlockingIOError):
                trap.accept()
    assert "3 of 3 expectations met" in done.stdout
    assert "bells (bells)" in done.stdout
    kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept
    refused = subprocess.run(
        [MONITORD, "run", "--config", museum, "--state", state],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert refused.returncode == 1
    assert "state folder of a rehearsal" in refused.stderr


def test_a_person_types_and_sees_what_comes_of_it(museum: Path) -> None:
    """Wrong words are answered with the nearest; the rehearsal goes on."""
    typed = "trip pri\ntrip pir for 1s\nack annna\nfail bus-8\nset attic\nnonsense\npeople\nquit\n"
    done = simulate(museum, typed=typed)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    for words in (
        "there is no point pri: did you mean pir?",
        "east.pir (Detector by the door) trips",
        "there is no person annna: did you mean anna?",
        "there is no device bus-8: did you mean bus-7?",
        "there is no area attic",
        "there is no command nonsense",
        "anna             duty-manager",
        "Nobody was called.",
    ):
        assert words in said


BOTH: Final = """
scenario: BOTH CLOCKS
site: config/museum.yaml
start: 2026-11-23T10:00
do:
  - {at: 0s, trip: west-panel.till, for: 1s}
  - {at: 500ms, crash: daemon, for: 500ms}
  - {at: 600ms, person: chloe, acknowledges: last}
expect:
  - {within: 5s, of: 0s, called: anna, says: ["Gate A"]}
  - {within: 5s, of: 0s, called: grace}
  - {within: 5s, of: 600ms, acknowledged: chloe}
  - {never: called, person: anna}
  - {never: closed}
  - {handover: 3s, lists: west-panel.till}
  - {handover: 3s, lists: west-panel}
"""


def test_both_clocks_come_to_the_same(museum: Path, tmp_path: Path) -> None:
    """K3: one scenario on virtual time and in real time, with the same lines met and missed."""
    path = tmp_path / "both.yaml"
    path.write_text(BOTH)
    done = simulate(ROOT / "config/museum.yaml", "--scenario", path, "--json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)["expectations"]
    missed = [one["expected"] for one in told if not one["met"]]
    assert len(missed) == 3
    assert play(read(path, ROOT)).missed == missed


def test_what_cannot_be_rehearsed_is_said_with_its_line(museum: Path, tmp_path: Path) -> None:
    scenario = museum.with_name("scenario.yaml")
    scenario.write_text(SCENARIO.replace("trip: pir", "trip: nobody"))
    done = simulate(museum, "--scenario", scenario)
    assert done.returncode == 2
    assert f"{scenario}:7: " in done.stderr
    assert "no point is called `nobody`" in done.stderr
    real = tmp_path / "real"
    (real / "journal").mkdir(parents=True)
    real.chmod(0o700)
    done = simulate(museum, "--state", real)
    assert done.returncode == 2
    assert "not empty and may be the state of a real guard" in done.stderr


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: the path of a socket has 107 bytes at most."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("words", "parts"),
    [(["simulate"], {"daemon"}), (["demo", "--headless"], {"daemon", "console"})],
    ids=["simulate", "demo"],
)
def test_kill_9_leaves_nothing_behind(
    museum: Path, short: Path, words: list[str], parts: set[str]
) -> None:
    """Whoever watched is gone: a daemon that nobody sees calls nobody and polls nothing, and no
    console shows what was."""
    command = [str(MONITORD), *words, *([str(museum)] if words == ["simulate"] else [])]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(short)},
    )
    try:
        until(lambda: set(parts_of(process.pid).values()) >= parts, f"{parts} run")
        started = parts_of(process.pid)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
    until(lambda: not any(part(pid) for pid in started), "all have ended")


def test_the_prompt_opens_the_console_and_gives_each_person_a_pin(museum: Path) -> None:
    done = simulate(museum, typed="console\nconsole\nquit\n")
    assert done.returncode == 0, done.stderr
    addresses = re.findall(r"Open (http://127\.0\.0\.1:\d+/) and sign on", done.stdout)
    assert len(addresses) == 2
    assert len(set(addresses)) == 1, "it is started once"
    assert re.search(r"anna +PIN \d{6}", done.stdout)
