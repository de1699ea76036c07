"""The simulated site: the museum's own, and nowhere a way out of this machine."""

from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from monitord.cli.errors import Exit, Mistake
from monitord.cli.rehearsal.plan import at_ports, plan
from monitord.cli.rehearsal.sitefile import load
from monitord.core.site import Channel, Site
from monitord.runtime.rehearsal import begin, is_rehearsed, look, site_file
from monitord.runtime.state_folder import FolderRefused
from monitord.site import Compiled
from monitord_simulators.panel import build_panels

SITE = """
site: {id: riverside, name: Riverside Museum, timezone: Europe/London}
areas:
  hall: {name: Hall, gate: "Gate A", set_by: {point: east.set}}
devices:
  east:
    driver: modbus
    address: tcp://10.0.20.11:502
    unit: 1
    area: hall
    points:
      set: {read: discrete/8, kind: area-set}
      pir: {read: discrete/0, kind: motion}
  gateway-3: {driver: modbus, address: "tcp://10.0.20.11:502", unit: 3, area: hall, points: {
    pir: {read: discrete/0, kind: motion}, level: {read: input/4, kind: water-level}}}
  bus-7: {driver: modbus, address: "rtu:///dev/ttyUSB0?baud=9600&parity=N", unit: 7, area: hall,
    points: {door: {read: discrete/2, wiring: normally-closed, kind: door}}}
people:
  anna: {name: Anna Okafor, role: duty-manager, reach: [{sms: "+441632960001"}]}
channels:
  sms: {driver: webhook, url: "https://sms.example.org/send", secret: {credential: sms-key},
    may_acknowledge: true}
acknowledge: {listen: "10.0.0.5:8081", public_url: "https://alarm.example.org"}
mqtt: {host: broker.example.org, user: monitord, password: {credential: broker}}
chains:
  default: [{call: anna, by: [terminal, sms], wait: 60s}]
"""


@pytest.fixture
def museum(tmp_path: Path) -> Compiled:
    path = tmp_path / "site.yaml"
    path.write_text(SITE, "utf-8")
    return load(path)


def simulated(compiled: Compiled) -> Site:
    """On loopback, with ports that count up from 40001."""
    planned = plan(compiled)
    ports = {line: 40_001 + n for n, line in enumerate(dict.fromkeys(planned.lines.values()))}
    return at_ports(planned, ports, {}, telephone=40_100, links=40_200).site


def test_no_way_out_is_left(museum: Compiled) -> None:
    """Design 5.1: every device on loopback, every channel simulated, with no key to call out."""
    site = simulated(museum)
    text = msgspec.json.encode(site).decode()
    for real in ("10.0.20.11", "ttyUSB0", "example.org", "10.0.0.5", "broker", "sms-key"):
        assert real not in text
    assert is_rehearsed(site)
    assert not is_rehearsed(museum.site)


def test_what_is_decided_stays_as_it_is(museum: Compiled) -> None:
    site = simulated(museum)
    assert (site.areas, site.people, site.chains) == (
        museum.site.areas,
        museum.site.people,
        museum.site.chains,
    )
    assert site.points == museum.site.points


def test_units_of_one_line_share_a_panel_and_others_do_not(museum: Compiled) -> None:
    """A gateway with two units, and a serial bus: each line is one simulated panel."""
    devices = simulated(museum).devices
    addresses = {name: device.setup["config"]["address"] for name, device in devices.items()}
    assert addresses["east"] == addresses["gateway-3"] != addresses["bus-7"]
    built = build_panels(plan(museum).sections)
    assert [sorted(panel.panel.core.units) for panel in built] == [[1, 3], [7]]


def test_every_channel_and_the_terminal_are_the_telephone(museum: Compiled) -> None:
    channels = simulated(museum).channels
    assert channels == {
        "sms": Channel("sms", "webhook", setup={"url": "http://127.0.0.1:40100/sms"}),
        "terminal": Channel(
            "terminal", "webhook", setup={"url": "http://127.0.0.1:40100/terminal"}
        ),
    }


def test_a_device_without_a_simulator_is_stood_in_for_and_said_so(museum: Compiled) -> None:
    """Its points are contacts, whatever its driver would have read."""
    east = museum.site.devices["east"]
    foreign = structs.replace(east, driver="bells", silence_ms=60_000, setup={
        **east.setup, "address": "udp://10.0.20.11", "config": {"key": "10.0.20.11"}})  # fmt: skip
    site = structs.replace(museum.site, devices={**museum.site.devices, "east": foreign})
    planned = plan(structs.replace(museum, site=site))
    assert planned.stood_in == {"east": "bells"}
    moved = simulated(structs.replace(museum, site=site))
    assert "10.0.20.11" not in msgspec.json.encode(moved.devices["east"]).decode()
    assert (moved.devices["east"].driver, moved.devices["east"].silence_ms) == ("modbus", 0)
    reads = [moved.points[p].setup["config"]["read"] for p in moved.devices["east"].points]
    assert reads == ["discrete/0", "discrete/1"]


def test_a_site_with_errors_is_not_rehearsed(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("site: {id: x}\n", "utf-8")
    with pytest.raises(Mistake, match=r"site\.yaml:1: error") as refused:
        load(path)
    assert refused.value.exit_code is Exit.UNREADABLE


def test_a_folder_is_one_or_the_other(tmp_path: Path, museum: Compiled) -> None:
    """A real state folder is never rehearsed in, and a rehearsal's is never guarded in."""
    rehearsed, real = tmp_path / "rehearsed", tmp_path / "real"
    begin(rehearsed, museum)
    look(rehearsed, rehearsing=True)
    with pytest.raises(FolderRefused, match="state folder of a rehearsal"):
        look(rehearsed, rehearsing=False)
    with pytest.raises(FolderRefused, match="earlier rehearsal"):
        begin(rehearsed, museum)
    real.mkdir(mode=0o700)
    (real / "journal").mkdir()
    with pytest.raises(FolderRefused, match="not empty"):
        begin(real, museum)
    assert not site_file(real).exists()
    look(real, rehearsing=False)
    with pytest.raises(FolderRefused, match="not the state folder of a rehearsal"):
        look(real, rehearsing=True)
