"""``credential set``: a secret goes in without being seen, and comes out where it is named."""

import io
import json
import os
import stat
from pathlib import Path

import pytest

from monitord.cli import main
from monitord.runtime.credentials import CREDENTIAL_BYTES_MAX, Credentials

SECRET = "s3cr3t wörd"


class Piped(io.TextIOWrapper):
    """Standard input that is no terminal."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def put(monkeypatch: pytest.MonkeyPatch, state: Path, raw: bytes, *words: str) -> int:
    """The exit code of setting ``raw`` through standard input."""
    monkeypatch.setattr("sys.stdin", Piped(raw))
    return main(["credential", "set", *(words or ("sms-key",)), "--state", str(state)])


def typed(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Somebody at a terminal who types ``answers``, and then Ctrl-D."""
    left = list(answers)

    def asked(_: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", asked)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_what_is_piped_in_is_what_a_channel_gets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: Path, end: str
) -> None:
    assert put(monkeypatch, state, (SECRET + end).encode()) == 0
    assert Credentials(state, None).read("sms-key") == SECRET
    said = "".join(capsys.readouterr())
    assert SECRET not in said
    assert "next start" in said


def test_nobody_else_can_read_it(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    """0600 in a folder 0700, whatever the umask, and nothing is left beside it."""
    before = os.umask(0)
    try:
        assert put(monkeypatch, state, SECRET.encode()) == 0
    finally:
        os.umask(before)
    folder = state / "credentials"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (state, folder, folder / "sms-key")]
    assert modes == [0o700, 0o700, 0o600]
    assert [path.name for path in folder.iterdir()] == ["sms-key"]


def test_a_second_one_replaces_the_first_whole(
    monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    assert put(monkeypatch, state, b"a much longer one") == 0
    assert put(monkeypatch, state, b"short") == 0
    assert Credentials(state, None).read("sms-key") == "short"


def test_typed_twice(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    typed(monkeypatch, SECRET, SECRET)
    assert main(["credential", "set", "sms-key", "--state", str(state)]) == 0
    assert Credentials(state, None).read("sms-key") == SECRET


@pytest.mark.parametrize("answers", [(SECRET, "other"), (SECRET,), ()])
def test_a_slip_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    state: Path,
    answers: tuple[str, ...],
) -> None:
    typed(monkeypatch, *answers)
    assert main(["credential", "set", "sms-key", "--state", str(state)]) == 1
    said = "".join(capsys.readouterr())
    assert "nothing was changed" in said
    assert SECRET not in said
    assert not (state / "credentials").exists()


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xff\xfe", b"x" * (CREDENTIAL_BYTES_MAX + 1)])
def test_what_is_no_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, state: Path, raw: bytes
) -> None:
    assert put(monkeypatch, state, raw) == 1
    assert not (state / "credentials").exists()


def test_the_longest_can_be_read_again(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    longest = "x" * (CREDENTIAL_BYTES_MAX - 1)
    assert put(monkeypatch, state, longest.encode()) == 0
    assert Credentials(state, None).read("sms-key") == longest


@pytest.mark.parametrize("name", ["../journal", "a/b", ".hidden", "", "x" * 65, "_x"])
def test_a_name_is_no_path(monkeypatch: pytest.MonkeyPatch, state: Path, name: str) -> None:
    assert put(monkeypatch, state, b"x", name) == 1
    assert not state.exists()


def test_a_secret_behind_the_name_is_not_taken(state: Path) -> None:
    """Never from the arguments, which everybody on the machine can see."""
    with pytest.raises(SystemExit) as ended:
        main(["credential", "set", "sms-key", SECRET, "--state", str(state)])
    assert ended.value.code == 64


def test_the_folder_of_another_account_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: Path
) -> None:
    """Not even root follows where that account may lead it."""
    state.mkdir()
    monkeypatch.setattr("os.geteuid", lambda: state.stat().st_uid + 1)
    assert put(monkeypatch, state, SECRET.encode()) == 2
    assert "run this as that account" in capsys.readouterr().err
    assert not (state / "credentials").exists()


def test_a_folder_that_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert put(monkeypatch, tmp_path / "not" / "there", b"x") == 2
    assert "--state" in capsys.readouterr().err


def test_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: Path
) -> None:
    assert put(monkeypatch, state, b"x", "sms-key", "--json") == 0
    file = str(state / "credentials" / "sms-key")
    assert json.loads(capsys.readouterr().out) == {"credential": "sms-key", "file": file}
