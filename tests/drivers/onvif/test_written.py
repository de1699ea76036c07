"""What a person writes about a camera: taken as meant, or refused with what to write."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitord_drivers.onvif import OnvifConfig, OnvifDriver, OnvifPointConfig, pins
from monitord_drivers.onvif.meaning import parse_read, plain
from monitord_drivers.onvif.place import Place, parse_place

HERE = Place("http", "10.0.30.21", 80)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"address": "10.0.30.21"}, "it lacks http://"),
        ({"address": "http://10.0.30.21/onvif"}, "more in it than a host and a port"),
        ({"address": "http://10.0.30.21:99999"}, "not a port"),
        ({"address": "http://user@10.0.30.21"}, "more in it than a host and a port"),
        ({"user": "a:b"}, "no colon"),
        ({"motion_max": "5"}, "write 60s"),
        ({"motion_max": "5s"}, "from 10s to 24h"),
        ({"footage": "59min"}, "from 1h to 8784h"),
        ({"password": {"credential": "x"}}, "no `user`"),
        ({"topics": {"MyRule": "State"}}, "no topic"),
        ({"topics": {"tns1:MyRule": "a b"}}, "no name of a data item"),
        ({"recording": "recorder"}, "none"),
    ],
)
def test_a_mistake_is_refused_with_words(section: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        OnvifConfig.model_validate({"address": "http://10.0.30.21", **section})


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"read": "moton"}, "did you mean motion"),
        ({"read": "object/cat"}, "object/human or object/vehicle"),
        ({"read": "input"}, "name the input"),
        ({"read": "line/"}, "ends with a slash"),
        ({"topic": "people"}, "no topic"),
        ({}, "either `read`"),
        ({"read": "motion", "topic": "tns1:A/B"}, "either `read`"),
    ],
)
def test_a_mistake_of_a_point_is_refused_with_words(section: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        OnvifPointConfig.model_validate(section)


def test_times_are_written_as_people_write_them() -> None:
    config = OnvifConfig.model_validate(
        {"address": "http://10.0.30.21", "motion_max": "2min", "lease": "1h"}
    )
    assert (config.motion_max, config.lease) == (120, 3_600)
    assert OnvifConfig.model_validate(config.model_dump()) == config


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("http://192.0.2.9:8080/onvif/media", "http://10.0.30.21:80/onvif/media"),
        ("http://10.0.30.21:8106:8106/onvif/Sub?Idx=4", "http://10.0.30.21:80/onvif/Sub?Idx=4"),
        ("http://user:secret@evil.example/x?a=1", "http://10.0.30.21:80/x?a=1"),
        ("https://10.0.30.21", "http://10.0.30.21:80/"),
    ],
)
def test_a_service_is_asked_at_our_address(told: str, ours: str) -> None:
    assert HERE.service(told) == ours


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("http://10.0.30.21:8106:8106/onvif/Sub?Idx=4", "http://10.0.30.21:8106/onvif/Sub?Idx=4"),
        ("http://192.0.2.9:8080/snap", "http://10.0.30.21:80/snap"),
    ],
)
def test_a_port_is_kept_where_the_camera_names_itself_as_we_do(told: str, ours: str) -> None:
    assert HERE.besides(told) == ours


@pytest.mark.parametrize("told", ["(null)", "", "rtsp://10.0.30.21/snap", "http://", "http://a b/"])
def test_what_is_no_address_is_said(told: str) -> None:
    with pytest.raises(ValueError, match="address"):
        HERE.besides(told)


@given(st.text("abc.10:/@?#[]%\\ é", max_size=40).map(lambda text: f"http://{text}"))
def test_no_told_address_leads_elsewhere(told: str) -> None:
    for ask in (HERE.service, HERE.besides):
        try:
            url = ask(told)
        except ValueError:
            continue
        host = url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]
        assert host.partition(":")[0] == HERE.host


def test_ipv6_goes_back_to_what_was_written() -> None:
    place = parse_place("http://[2001:db8::7]:8080")
    assert str(place) == "http://[2001:db8::7]:8080"
    assert place.service("http://[2001:db8::9]/x") == "http://[2001:db8::7]:8080/x"


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("tns1:VideoSource/MotionAlarm//.", "VideoSource/MotionAlarm"),
        ("tns1:VideoSource/MotionAlarm/", "VideoSource/MotionAlarm"),
        ("tns1:RuleEngine/tnsaxis:LineDetector/Crossed", "RuleEngine/LineDetector/Crossed"),
        (" ns9:VideoSource/MotionAlarm", "VideoSource/MotionAlarm"),
    ],
)
def test_a_topic_is_known_whatever_is_added_to_it(topic: str, name: str) -> None:
    assert plain(topic) == name


@pytest.mark.parametrize(
    ("read", "data", "state"),
    [
        ("motion", {"State": "1"}, True),
        ("motion", {"IsMotion": "False"}, False),
        ("motion", {"Level": "loud"}, None),
        ("input/1", {"LogicalState": "inactive"}, False),
        ("object/human", {"ClassTypes": "Human Vehicle"}, True),
        ("object/human", {"ClassTypes": "Vehicle"}, False),
        ("object/vehicle", {"ClassTypes": ""}, False),
    ],
)
def test_a_state_is_read_as_cameras_write_it(
    read: str, data: dict[str, str], state: bool | None
) -> None:
    assert parse_read(read).state(data) is state


def test_a_part_is_another_than_its_neighbour() -> None:
    meaning = parse_read("input/1")
    assert meaning.fits("Device/Trigger/DigitalInput", {"InputToken": "1"})
    assert not meaning.fits("Device/Trigger/DigitalInput", {"InputToken": "10"})
    assert not meaning.fits("Device/Trigger/DigitalInputs", {"InputToken": "1"})


def test_a_known_password_is_a_fault_whatever_the_camera_says() -> None:
    assert pins.password_words("monitord", "long-and-of-its-own") == ""
    assert "everybody knows" in pins.password_words("monitord", "Admin")
    assert "everybody knows" in pins.password_words("monitord", "monitord")
    assert "without a user" in pins.password_words("", "")


def test_another_firmware_is_told_for_a_day() -> None:
    """Then it is the known one; the journal has it for good."""
    here = pins.Pins("http://10.0.30.21")
    pins.forget()
    assert pins.renewed(here, "1", 0) == ""
    assert "is 2 now, and it was 1" in pins.renewed(here, "2", 10)
    assert pins.renewed(here, "", 11) != "", "that it is not told now changes nothing"
    assert pins.renewed(here, "2", 10 + pins.FIRMWARE_S - 1) != ""
    assert pins.renewed(here, "2", 10 + pins.FIRMWARE_S) == ""
    assert pins.renewed(here._replace(address="http://10.0.30.22"), "3", 12) == ""


def test_recording_is_a_point_where_it_is_expected() -> None:
    section = {"address": "http://10.0.30.21"}
    none, camera = (
        [own.id for own in OnvifDriver.own_points(OnvifConfig.model_validate(one))]
        for one in (section, {**section, "recording": "camera"})
    )
    assert set(camera) - set(none) == {"recording", "footage"}


def test_checking_a_site_file_brings_in_no_library() -> None:
    """The daemon imports the driver to check a site file: 45 MB and a root log handler less."""
    code = (
        "import sys, logging; import monitord_drivers.onvif;"
        "heavy = {'onvif', 'zeep', 'lxml', 'aiohttp', 'cv2', 'av'} & set(sys.modules);"
        "print(sorted(heavy), logging.getLogger().handlers)"
    )
    assert told(code) == ["[]", "[]"]


def test_the_library_changes_nothing_else_when_it_comes() -> None:
    """By itself it sets up the root log of the process that imports it."""
    code = (
        "import logging; from monitord_drivers.onvif import library; library._imported();"
        "print(logging.getLogger().handlers, logging.getLogger().level)"
    )
    assert told(code) == ["[]", "30"]


def told(code: str) -> list[str]:
    """The words that a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()
