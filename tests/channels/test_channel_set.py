"""Channels from the site file: secrets by name, and a bad one takes only itself down."""

import os
from pathlib import Path
from typing import Any

import pytest
import structlog

from monitord.channels.terminal import TerminalChannel
from monitord.channels.webhook import WebhookChannel
from monitord.core.site import Channel
from monitord.runtime.channel_set import UnusableChannel, make_channels
from monitord.runtime.credentials import CREDENTIAL_BYTES_MAX, CredentialError, Credentials
from monitord.runtime.plugins import PluginRefused
from monitord.vocabulary import Outcome
from tests.channels.samples import MESSAGE

SECRET = "k3y-of-the-gateway"


def store(folder: Path, name: str, content: bytes, mode: int = 0o600) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    (folder / name).chmod(mode)


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    store(tmp_path / "state" / "credentials", "sms-key", SECRET.encode() + b"\n")
    return Credentials(tmp_path / "state", tmp_path / "systemd")


def find(driver: str) -> type[Any]:
    if driver == "explodes":
        raise PluginRefused("there is no channel 'explodes'")
    if driver == "foreign":
        return Foreign
    return TerminalChannel if driver == "terminal" else WebhookChannel


class Foreign:
    def __init__(self, *_: object) -> None:
        raise RuntimeError(SECRET)


def test_a_secret_comes_from_the_state_folder(credentials: Credentials) -> None:
    assert credentials.read("sms-key") == SECRET


def test_systemd_goes_first(credentials: Credentials, tmp_path: Path) -> None:
    store(tmp_path / "systemd", "sms-key", b"other", 0o440)
    assert credentials.read("sms-key") == "other"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o666])
def test_a_secret_that_others_can_read_is_refused(
    credentials: Credentials, tmp_path: Path, mode: int
) -> None:
    store(tmp_path / "state" / "credentials", "sms-key", b"x", mode)
    with pytest.raises(CredentialError, match="chmod 600"):
        credentials.read("sms-key")


@pytest.mark.parametrize("name", ["", "..", "../accounts.json", "/etc/passwd", "a/b", "a\0b", "."])
def test_a_name_is_no_path(credentials: Credentials, name: str) -> None:
    with pytest.raises(CredentialError):
        credentials.read(name)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"a" * (CREDENTIAL_BYTES_MAX + 1)])
def test_a_secret_that_cannot_be_one_is_refused(
    credentials: Credentials, tmp_path: Path, content: bytes
) -> None:
    store(tmp_path / "state" / "credentials", "sms-key", content)
    with pytest.raises(CredentialError):
        credentials.read("sms-key")


def test_what_is_no_file_is_refused(credentials: Credentials, tmp_path: Path) -> None:
    folder = tmp_path / "state" / "credentials"
    os.mkfifo(folder / "pipe", 0o600)
    (folder / "link").symlink_to(folder / "sms-key")
    (folder / "folder").mkdir()
    for name in ("pipe", "link", "folder"):
        with pytest.raises(CredentialError):
            credentials.read(name)


def test_a_missing_secret_says_how_to_set_it(credentials: Credentials) -> None:
    with pytest.raises(CredentialError, match="monitord credential set voice-key"):
        credentials.read("voice-key")


@pytest.mark.parametrize("secret", ["sms-key", {"credential": "sms-key"}])
def test_a_channel_gets_its_secret(credentials: Credentials, secret: object) -> None:
    declared = Channel("sms", "webhook", setup={"url": "https://g.example/", "secret": secret})
    made = make_channels({"sms": declared}, find, credentials)
    assert isinstance(made["sms"], WebhookChannel)
    assert made["sms"]._secret == SECRET
    assert isinstance(made["terminal"], TerminalChannel)


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (Channel("x", "explodes"), "there is no channel 'explodes'"),
        (Channel("x", "foreign"), "it could not be made (RuntimeError)"),
        (Channel("x", "webhook"), "its setup is wrong: url"),
        (Channel("x", "webhook", setup={"url": f"ftp://{SECRET}/"}), "its setup is wrong: url"),
        (
            Channel("x", "webhook", setup={"url": "https://g.example/", "secret": "gone"}),
            "credential gone is missing",
        ),
    ],
)
async def test_a_channel_that_cannot_be_made_fails_its_own_calls_at_once(
    credentials: Credentials, declared: Channel, why: str
) -> None:
    good = Channel("sms", "webhook", setup={"url": "https://g.example/"})
    with structlog.testing.capture_logs() as logs:
        made = make_channels({"x": declared, "sms": good}, find, credentials)
    assert isinstance(made["sms"], WebhookChannel)
    assert isinstance(made["x"], UnusableChannel)
    delivery = await made["x"].deliver(MESSAGE)
    assert (delivery.outcome, delivery.detail[: len(why)]) == (Outcome.FAILED, why)
    assert SECRET not in str(logs)
    assert logs
