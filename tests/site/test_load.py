"""A good site file becomes what the core, the runtime and the side store need."""

import json
from pathlib import Path

import msgspec
import pytest

from monitord.core.site import ChainStep, Site
from monitord.site import Severity, SiteRefused, check, load
from monitord.site.files import hash_of
from monitord.vocabulary import Arming, Category, Kind, Priority, Role

GOOD = Path(__file__).parent / "good"


@pytest.fixture
def compiled(drivers, channels):
    """The river site."""
    return load(GOOD / "river.yaml", drivers, channels)


def test_points_get_what_follows_from_their_kind(compiled) -> None:
    """Category, priority, arming, latching and words come from the tables."""
    point = compiled.site.points["east.pir"]
    assert (point.kind, point.category) == (Kind.MOTION, Category.INTRUSION)
    assert (point.priority, point.arming, point.latching) == (
        Priority.HIGH,
        Arming.WHILE_SET,
        True,
    )
    assert (point.name, point.area, point.device) == ("East door", "gallery", "east")
    assert point.what == "Motion"
    assert point.action


def test_the_nearest_override_wins(compiled) -> None:
    """Point over area over site over what ships."""
    points = compiled.site.points
    assert points["east.case"].priority == Priority.CRITICAL
    assert points["east.case"].action == "Close the room."
    assert points["west.wet"].action == "Shut the valve under the stairs."
    assert points["west.door"].setup["time_to_respond_ms"] == 240_000


def test_what_the_runtime_reads(compiled) -> None:
    """The keys that compile.py documents; the driver's own as they were written."""
    devices, points = compiled.site.devices, compiled.site.points
    assert devices["east"].setup == {
        "address": "tcp://127.0.0.1:15020",
        "poll_ms": 200,
        "timeout_ms": 1_000,
        "isolate": None,
        "config": {
            "address": "tcp://127.0.0.1:15020",
            "unit": "1",
            "outputs": {"siren": {"write": "coil/0"}},
        },
        "outputs": {
            "siren": {
                "name": "",
                "kind": "relay",
                "area": None,
                "on": [],
                "confirmed": False,
                "outside": False,
                "off": "taken",
                "max_on_ms": 900_000,
                "timed": False,
            }
        },
    }
    assert points["west.wet"].setup == {
        "wiring": "normally-open",
        "debounce_ms": 800,
        "scale": None,
        "unit": "",
        "config": {"read": "discrete/0"},
    }
    assert points["east.river"].setup["limits"] == {
        "high": 1.2,
        "high_high": 1.5,
        "rise": {"by": 0.2, "unit": "m", "within_ms": 600_000},
        "valid": [0.0, 4.0],
    }
    assert (points["east.river"].setup["scale"], points["east.river"].setup["unit"]) == (0.01, "m")


def test_the_driver_takes_what_is_handed_on(compiled, drivers) -> None:
    """`config` read again by the driver's own models, as the runtime does at start."""
    driver = drivers.find("modbus")
    for device in compiled.site.devices.values():
        driver.Config.model_validate(device.setup["config"])
        for point in device.points:
            driver.PointConfig.model_validate(compiled.site.points[point].setup["config"])


def test_areas_follow_points(compiled) -> None:
    """`set_by` in both directions; monitord's own area follows none."""
    site: Site = compiled.site
    assert site.areas["gallery"].set_by == "east.set"
    assert site.points["east.set"].sets == ("gallery",)
    assert site.areas["basement"].set_by is None
    assert site.areas["gallery"].points == ("east.set", "east.pir", "east.case")
    assert site.devices["east"].areas == ("gallery", "basement")
    assert site.devices["west"].areas == ("basement",)


def test_chains(compiled) -> None:
    """The short form, the long form, and steps that count from 1 on paper and from 0 inside."""
    chains = compiled.site.chains
    assert chains["default"].steps[1] == ChainStep(("duty-manager",), ("voice", "sms"), 60_000)
    intrusion = chains["intrusion"]
    assert (intrusion.decide_ms, intrusion.confirmed_start_at) == (60_000, 1)
    assert intrusion.steps[1] == ChainStep(("duty-manager",), ("voice",), 61_000, "sms", 2)
    assert chains["intrusion/lockdown"].steps[0].call == ("boris", "anna")


def test_personal_text_stays_beside_the_site(compiled) -> None:
    """Law 3: the site that is journaled holds ids; names, logins and numbers stand apart."""
    whole = msgspec.json.encode(compiled.site).decode()
    for personal in ("Okafor", "960001", '"login"', "2026-11-01"):
        assert personal not in whole
    anna = json.loads(compiled.texts["person/anna"])
    assert anna["name"] == "Anna Okafor"
    assert anna["login"] == "anna"
    assert anna["reach"][0] == {"channel": "sms", "address": "+441632960001"}
    assert compiled.site.people["anna"].channels == ("sms", "voice")
    assert compiled.site.people["anna"].role is Role.DUTY_MANAGER


def test_channels_name_their_secret(compiled) -> None:
    """By the credential's name alone; `console` and `terminal` need no entry."""
    channels = compiled.site.channels
    assert channels["sms"].setup == {
        "url": "https://one.example/sms",
        "secret": {"credential": "sms-key"},
    }
    assert channels["voice"].may_acknowledge
    assert set(channels) == {"sms", "voice"}


def test_the_site_survives_the_journal(compiled) -> None:
    """It is stored as JSON and must come back equal."""
    stored = msgspec.json.encode(compiled.site)
    assert msgspec.json.decode(stored, type=Site) == compiled.site


def test_words_mean_what_is_written(drivers, channels) -> None:
    """`no`, `010` and `1h 30min`; merge keys, templates and files that add up."""
    site = load(GOOD / "folder", drivers, channels).site
    assert list(site.areas) == ["hall", "yard"]
    assert site.points["panel.010"].name == "no"
    assert site.points["panel.one"].name == "From a template"
    assert site.points["panel.one"].setup["debounce_ms"] == 100
    assert site.points["panel.two"].name == "No"
    assert site.points["panel.two"].setup["debounce_ms"] == 1_000
    assert (site.points["panel.one"].area, site.points["panel.010"].area) == ("hall", "yard")
    assert site.chains["default"].steps[0].wait_ms == 5_400_000


def test_the_same_key_in_two_files(tmp_path: Path, drivers, channels) -> None:
    """Both places are named."""
    for file in (GOOD / "folder").iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    with (tmp_path / "people.yml").open("a") as people:
        people.write("areas:\n  hall: {name: Another hall, gate: Gate Z}\n")
    found = [finding for finding in check(tmp_path, drivers, channels) if "twice" in finding.text]
    assert [(Path(finding.file).name, finding.line) for finding in found] == [("people.yml", 6)]
    assert "areas.yaml:3" in found[0].text


def test_every_unreadable_file_of_a_folder_is_told(tmp_path: Path, drivers, channels) -> None:
    """Not only the first."""
    (tmp_path / "a.yaml").write_text("a: [")
    (tmp_path / "b.yaml").write_text("b: {")
    findings = check(tmp_path, drivers, channels)
    assert [Path(finding.file).name for finding in findings] == ["a.yaml", "b.yaml"]
    assert all(finding.unreadable for finding in findings)


def test_the_hash_is_that_of_names_and_bytes(tmp_path: Path, drivers, channels) -> None:
    """A comment changes it, another folder does not."""
    text = (GOOD / "river.yaml").read_text()
    hashes = []
    for folder, content in (("one", text), ("two", text), ("three", text + "# a note\n")):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "river.yaml"
        file.write_text(content)
        hashes.append(load(file, drivers, channels).file_hash)
        assert hash_of(file) == hashes[-1]
    assert hashes[0] == hashes[1] != hashes[2]


def test_errors_refuse_and_warnings_do_not(compiled, tmp_path: Path, drivers, channels) -> None:
    """`load` hands warnings on and raises on the first error, with all findings."""
    assert compiled.findings
    assert {finding.severity for finding in compiled.findings} == {Severity.WARNING}
    file = tmp_path / "site.yaml"
    file.write_text((GOOD / "river.yaml").read_text().replace("kind: motion", "kind: noise"))
    with pytest.raises(SiteRefused) as refused:
        load(file, drivers, channels)
    assert not refused.value.unreadable
    assert "1 error" in str(refused.value)
    first = next(f for f in refused.value.findings if f.severity is Severity.ERROR)
    assert str(first).startswith(f"{file}:36: error: ")


def test_a_plain_contact_is_told_once_per_device(compiled) -> None:
    """T5.2: a cut or a short of it cannot be seen; one warning a device, not one a point."""
    told = [finding for finding in compiled.findings if "undetectable" in finding.text]
    assert [finding.text.split(":")[0] for finding in told] == ["east", "west"]
    assert "cable short undetectable on 1 normally-closed contact, cable cut" in told[0].text


def test_keys_without_effect_are_told(compiled) -> None:
    """A clean check must not let anybody believe that something is watched."""
    kept = {finding.text.split("`")[1] for finding in compiled.findings if "kept" in finding.text}
    assert kept == {"rota"}


def test_a_foreign_driver_in_the_daemon_is_a_choice_that_somebody_hears_of(
    check_text, river: str
) -> None:
    """In a worker it is nothing to tell of; with `isolate: false` it is. `true` is always right."""
    foreign = river.replace("    use: panel\n    address: tcp://127.0.0.1:15021",
                            "    driver: foreign\n    address: x://y")  # fmt: skip
    for choice, told in (("", []), ("isolate: true", []), ("isolate: false", ["warning"])):
        text = foreign.replace("driver: foreign", f"driver: foreign\n    {choice}")
        findings = [finding for finding in check_text(text) if "does not ship" in finding.text]
        assert [str(finding.severity) for finding in findings] == told
    own = river.replace("timeout: 1s", "timeout: 1s\n    isolate: true")
    assert not [finding for finding in check_text(own) if "isolate" in finding.text]


def test_one_person_without_reach_is_a_warning_nobody_is_an_error(check_text, river: str) -> None:
    """A role of two, one of whom has no number: the step still reaches the other."""
    second = "  carol: {name: Carol, role: duty-manager}\nposts:\n"
    findings = check_text(river.replace("posts:\n", second))
    assert [f.severity for f in findings if "carol" in f.text] == [Severity.WARNING]
    alone = river.replace('      - {sms: "+441632960001"}\n      - {voice: "+441632960001"}\n',
                          "      []\n")  # fmt: skip
    errors = [f for f in check_text(alone) if "reaches nobody" in f.text]
    assert [f.line for f in errors] == [76, 82]
