"""How the command line begins and ends: quick, in words, without a traceback."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit, Mistake
from monitord.cli.where import of_daemon, of_journal, to_be_asked_in, to_run_in
from monitord.core.causes import CAUSES
from tests.support import ROOT

COMMANDS = {
    *("run", "demo", "simulate", "check", "show", "chain", "driver"),
    *("status", "points", "reload", "incidents"),
    *("watch", "acknowledge", "close", "confirm", "declare", "explain", "journal", "user"),
    *("probe", "areas", "suppressions", "isolate", "shelve", "restore", "token", "credential"),
    *("set", "unset", "inhibit", "walk", "attend", "report", "police", "exception", "mode"),
    *("console", "station", "outputs", "output", "maintenance", "log", "handover", "step"),
    *("relief", "agree", "evidence", "pictures", "discover"),
}


def test_help_names_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert set(re.findall(r"^    ([a-z]+)\b", text, re.MULTILINE)) == COMMANDS
    assert "3    no daemon" in text


def test_help_loads_nothing_heavy() -> None:
    """It is quick because of what it leaves out; a clock would only measure the machine."""
    code = (
        "import sys\nfrom monitord.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'asyncio', 'rich', 'pydantic', 'msgspec', 'aiohttp', 'pymodbus', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["stauts"], "there is no stauts: did you mean status?"),
        (["acknowledge", "one"], "one is not a number"),
        (["journal", "verfy"], "did you mean verify?"),
        (["close"], "missing: N, --cause"),
        (["close", "1"], f"missing: --cause ({', '.join(CAUSES[:-1])} or {CAUSES[-1]})"),
        (["status", "--jsn"], "status does not take --jsn: did you mean --json?"),
        (["journal", "tail", "--folow"], "journal tail does not take --folow"),
        ([], "raise an alarm by hand"),
    ],
)
def test_a_mistyped_command_gets_the_nearest(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == Exit.USAGE
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["status"], ["points"], ["incidents"], ["watch", "x"], ["declare", "theft", "--area=a"]],
)
def test_no_daemon_is_exit_3_and_says_what_to_do(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--json", "--state", str(tmp_path)]) == Exit.NO_DAEMON
    told = capsys.readouterr()
    assert "monitord run --config" in told.err
    assert "Traceback" not in told.err
    answer = json.loads(told.out)
    assert (answer["ok"], answer["code"], answer["exit_code"]) == (False, "no-daemon", 3)


def test_a_dead_socket_is_no_daemon(tmp_path: Path) -> None:
    """A daemon that was killed leaves its socket behind."""
    import socket

    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "monitord.sock"))
    left.close()
    assert main(["status", "--state", str(tmp_path)]) == Exit.NO_DAEMON


def test_a_state_folder_too_deep_for_a_socket_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--state", str(tmp_path / ("deep" * 30))]) == Exit.REFUSED
    assert "shorter path" in capsys.readouterr().err


def test_where_the_daemon_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--state, else $STATE_DIRECTORY, else ./state if it has a socket, else /run/monitord."""
    monkeypatch.chdir(tmp_path)
    systemd = {"STATE_DIRECTORY": "/var/lib/monitord:/var/lib/other"}
    assert of_daemon(Path("given"), systemd) == Path("given")
    assert of_daemon(None, systemd) == Path("/var/lib/monitord")
    both = {**systemd, "RUNTIME_DIRECTORY": "/run/monitord"}
    assert of_daemon(None, both) == to_be_asked_in(None, both) == Path("/run/monitord")
    assert to_be_asked_in(Path("given"), both) is to_be_asked_in(None, systemd) is None
    assert of_daemon(None, {}) == Path("/run/monitord")
    (tmp_path / "state").mkdir()
    assert of_daemon(None, {}) == Path("/run/monitord")
    (tmp_path / "state" / "monitord.sock").touch()
    assert of_daemon(None, {}) == Path("state")
    assert to_run_in(None, {}) == Path("state")
    assert to_run_in(None, systemd) == Path("/var/lib/monitord")


def test_no_journal_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="--state"):
        of_journal(tmp_path, {})


def test_run_without_a_site_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--config", str(tmp_path / "none.yaml")]) == Exit.UNREADABLE
    assert "none.yaml" in capsys.readouterr().err


def test_the_guide_names_every_command_and_exit_code() -> None:
    """docs/cli.md and ``--help`` say the same."""
    guide = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert {name for name in COMMANDS if f"`monitord {name}" not in guide} == set()
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", guide, re.MULTILINE)}
    assert codes == {int(code) for code in Exit}
