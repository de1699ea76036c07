"""The unit, under the service manager that will run it (A2, T8.1 to T8.4)."""

import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.peers.build import ModbusServer
from tests.support import require
from tests.system.daemon import until
from tests.system.machine import SYSTEMD
from tests.system.service import PAGES, SECRET, House, SignedGateway, signed

UNIT = SYSTEMD / "monitord.service"
WITH_SYSTEMD = "apt-get install systemd"


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    program = require("systemd-analyze", WITH_SYSTEMD)
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)


def verified(unit: Path) -> str:
    """Everything that systemd has to say against a unit; it exits with 0 all the same."""
    done = analyze("verify", "--man=no", str(unit))
    return done.stdout + done.stderr


def here(folder: Path, text: str, name: str = "monitord.service") -> Path:
    """The unit as if monitord were installed where the tests run."""
    unit = folder / name
    program = Path(sys.executable).with_name("monitord")
    unit.write_text(text.replace("/opt/monitord/bin/monitord", str(program)))
    return unit


def test_the_unit_has_no_mistake(tmp_path: Path) -> None:
    """T8.1: any word of systemd's is a failure."""
    assert verified(here(tmp_path, UNIT.read_text())) == ""
    assert verified(here(tmp_path, PAGES.read_text(), PAGES.name)) == ""


def test_a_mistake_in_a_unit_would_be_seen(tmp_path: Path) -> None:
    """The check above can fail: systemd names an unknown key and still exits with 0."""
    text = UNIT.read_text().replace("WatchdogSec=", "WatchdogSecs=")
    assert "WatchdogSecs" in verified(here(tmp_path, text))


@pytest.mark.parametrize("drop_in", [None, "serial-line.conf"])
def test_the_unit_is_hardened(tmp_path: Path, drop_in: str | None) -> None:
    """T8.1: exposure of at most 1.5, with the drop-in for serial lines too."""
    text = UNIT.read_text()
    if drop_in is not None:
        text += "\n" + (SYSTEMD / "monitord.service.d" / drop_in).read_text()
    unit = here(tmp_path, text)
    assert verified(unit) == ""
    done = analyze("security", "--offline=true", "--no-pager", "--threshold=15", str(unit))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_of_the_pages_is_hardened(tmp_path: Path) -> None:
    """T8.1: no more exposed than the daemon, although others reach it."""
    unit = here(tmp_path, PAGES.read_text(), PAGES.name)
    done = analyze("security", "--offline=true", "--no-pager", "--threshold=15", str(unit))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path, modbus_program: Path) -> Iterator[House]:
    """Booted, and watching."""
    panel = ModbusServer(modbus_program, 1, 8)
    gateway = SignedGateway()
    made = House(tmp_path, panel, gateway)
    try:
        made.machine.boot()
        made.wait_until_watching()
        yield made
    finally:
        made.machine.shut_down()
        gateway.close()
        panel.stop()


def main_pid(house: House) -> int:
    return int(house.machine.property("MainPID"))


def ready_is_said_when_it_watches(house: House) -> None:
    """A2: systemd has the state in words, and a guard's account reads the panel's door."""
    assert house.machine.property("StatusText") == "watching"
    assert house.machine.property("NRestarts") == "0"
    house.panel.set_input(house.panel.ports[0], 0, True)
    found = until(house.incidents, "the door is an incident")
    assert [i["number"] for i in found] == [1]


def a_worker_runs_in_the_same_sandbox(house: House) -> None:
    """A foreign driver answers from a process of its own, under the unit's bounds."""

    def answers() -> bool:
        words = ("/opt/monitord/bin/monitord", "points", "--json")
        points = json.loads(house.machine.run(*words, account="anna").stdout)["points"]
        return "normal" in [point["state"] for point in points if point["id"] == "apart.lamp"]

    until(answers, "the device of the worker answers")
    assert '"worker": "calm-1"' in house.journal()


def a_credential_signs_the_call(house: House) -> None:
    """T8.4: the secret comes from LoadCredential= and signs what is sent."""
    until(lambda: house.gateway.calls, "the call")
    header, body = house.gateway.calls[0]
    assert signed(header, body, SECRET)
    assert not signed(header, body, "another")


def only_the_group_may_ask(house: House) -> None:
    """An account outside the group does not reach the socket; the state folder nobody does."""
    ask = ("/opt/monitord/bin/monitord", "status", "--json")
    assert house.machine.run(*ask, account="bob").returncode == 3
    assert house.machine.run(*ask, account="anna").returncode == 1, "an alarm is open"
    for account in ("anna", "bob"):
        assert house.machine.run("ls", "/var/lib/monitord/", account=account).returncode != 0


def a_guard_is_known_by_the_account(house: House) -> None:
    """The kernel names the account through the unit's walls, and the site file the person."""
    ask = ("/opt/monitord/bin/monitord", "acknowledge", "1", "--seen", "1", "--json")
    done = house.machine.run(*ask, account="anna")
    assert done.returncode == 0, done.stdout + done.stderr
    assert house.incidents()[0]["owner"] == "anna"


def the_pages_are_served_over_tls_by_an_account_of_their_own(house: House) -> None:
    """C3: beside the daemon, of which the account may ask and whose journal it cannot read."""
    machine = house.machine
    assert machine.run("systemctl", "start", "monitord-console").returncode == 0
    authority = "/var/lib/monitord-console/authority.pem"
    found = until(lambda: machine.say("cat", authority), "the authority is made")
    believes = ssl.create_default_context(cadata=found)

    def signs_on() -> bool:
        with httpx.Client(verify=believes, trust_env=False) as phone, suppress(httpx.HTTPError):
            page = phone.get(f"https://127.0.0.1:{house.pages_port}/sign-on")
            return page.status_code == 200 and "Test House" in page.text
        return False

    until(signs_on, "the page to sign on, which names the site, over TLS")
    assert machine.property("User", PAGES.name) == "monitord-console"
    for hidden in ("/var/lib/monitord", "/var/lib/monitord/journal"):
        assert machine.run("ls", hidden, account="monitord-console").returncode != 0
    for account in ("anna", "monitord"):
        assert machine.run("cat", authority, account=account).returncode != 0


def a_restart_keeps_everything(house: House) -> None:
    """A2: a clean stop in time, a start, and the incident is as it was."""
    before, pid = house.incidents(), main_pid(house)
    assert house.machine.run("systemctl", "restart", "monitord").returncode == 0
    house.wait_until_watching()
    after = house.incidents()
    assert main_pid(house) != pid
    assert [(i["number"], i["owner"]) for i in after] == [(i["number"], i["owner"]) for i in before]
    assert "Killing process" not in house.journal(), "it stops by itself when asked"


def a_reload_takes_what_weakens_nothing(house: House) -> None:
    """A2: systemctl reload, in the same process; a weaker file is refused."""
    pid, site = main_pid(house), house.site / "site.yaml"
    good = site.read_text().replace("name: Lamp", "name: Lamp by the door")
    site.write_text(good)
    assert house.machine.run("systemctl", "reload", "monitord").returncode == 0
    assert "The new site is guarded." in house.journal()
    site.write_text(good.replace("kind: door", "kind: event"))
    assert house.machine.run("systemctl", "reload", "monitord").returncode != 0
    assert "a person takes it with: monitord reload" in house.journal()
    site.write_text(good)
    assert house.machine.run("systemctl", "reload", "monitord").returncode == 0
    assert (main_pid(house), house.machine.property("ActiveState")) == (pid, "active")
    assert [i["owner"] for i in house.incidents()] == ["anna"]


def a_blocked_loop_is_killed_and_started_again(house: House) -> None:
    """T8.2, T8.3: a driver that blocks everything; the watchdog ends it and the guard goes on."""
    pid = main_pid(house)
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(10)
        hang = house.site / "hang-on-port"
        hang.write_text(str(trap.getsockname()[1]))
        held, _ = trap.accept()
        hang.unlink()
        with held:
            until(lambda: house.machine.property("NRestarts") == "1", "a restart by the watchdog")
    house.wait_until_watching()
    assert main_pid(house) != pid
    assert "Watchdog timeout" in house.journal()
    assert [i["owner"] for i in house.incidents()] == ["anna"]


def the_secret_stands_nowhere(house: House) -> None:
    """T8.4: not in arguments, environments, the log or what is stored, over all of the above."""
    script = house.site / "search.sh"
    script.write_text(
        'secret="$(cat /etc/monitord-credentials/sms-key)"\n'
        'grep -l -a -r -e "$secret" /var/lib/monitord /run /etc/monitord /var/log\n'
        'grep -l -a -e "$secret" /proc/[0-9]*/environ\n'
        "cat /proc/[0-9]*/cmdline\n"
    )
    found = house.machine.run("sh", "/etc/monitord/search.sh").stdout
    script.unlink()
    assert "monitord\0run" in found, "the daemon's own arguments were looked at"
    assert SECRET not in found
    files = [line for line in found.split("\n") if line.startswith("/")]
    assert "/run/credentials/monitord.service/sms-key" in files, "the search finds what is there"
    assert [f for f in files if f.startswith(("/var", "/run", "/etc", "/proc"))] == files[:1]
    assert SECRET not in house.journal()


def it_stops_when_asked(house: House) -> None:
    """A2: SIGTERM, a clean end, and nothing starts it again."""
    assert house.machine.run("systemctl", "stop", "monitord").returncode == 0
    assert house.machine.property("ActiveState") == "inactive"
    assert house.machine.property("Result") == "success"
    assert house.machine.property("ExecMainStatus") == "0"


def test_a_night_under_systemd(house: House) -> None:
    """A2, T8.2 to T8.4: one boot, one story; each part goes on from the one before."""
    ready_is_said_when_it_watches(house)
    a_worker_runs_in_the_same_sandbox(house)
    a_credential_signs_the_call(house)
    only_the_group_may_ask(house)
    a_guard_is_known_by_the_account(house)
    the_pages_are_served_over_tls_by_an_account_of_their_own(house)
    a_restart_keeps_everything(house)
    a_reload_takes_what_weakens_nothing(house)
    a_blocked_loop_is_killed_and_started_again(house)
    the_secret_stands_nowhere(house)
    it_stops_when_asked(house)
