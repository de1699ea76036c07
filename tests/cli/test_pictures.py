"""``monitord pictures``: a recording is looked at as the daemon would look at its camera."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitord.cli import main
from monitord.cli.errors import Exit
from monitord.pictures.checking import Settings
from monitord.site.camera_models import PictureLimits
from monitord_simulators.camera.spoil import PictureFault, Spoil
from tests.pictures.films import film, folder
from tests.pictures.scenes import Act
from tests.support import ROOT


def spoiled(fault: PictureFault, strength: float | None = None) -> Act:
    spoil = Spoil(fault) if strength is None else Spoil(fault, strength)
    return lambda scene, at_ms: scene.spoil(spoil, at_ms)


def over(scene: Any, _at_ms: int) -> None:
    scene.clear()


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("fault", [PictureFault.COVER, PictureFault.FREEZE, PictureFault.BLACK])
def test_each_finding_of_a_film_is_a_line(
    fault: PictureFault, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = film(tmp_path / "night.avi", 60, {20: spoiled(fault), 45: over})
    assert main(["pictures", str(path), "--json"]) == Exit.DONE
    lines = told(capsys)
    finding = {"cover": "covered", "freeze": "frozen", "black": "black"}[fault.value]
    assert [(line["finding"], line["state"]) for line in lines] == [
        (finding, "raised"),
        (finding, "cleared"),
    ]
    begun, ended = (line["t"] for line in lines)
    assert 20 < begun <= 35
    assert 45 <= ended <= 50
    assert lines[0]["measures"]["mean"] > 0


def test_people_read_when_and_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path / "night", 30, {15: spoiled(PictureFault.TURN, 120)})
    assert main(["pictures", str(path)]) == Exit.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("0:02:50  turned: ")
    assert lines[-1] == "30 pictures up to 0:04:50: 1 finding, the last one to the end."
    assert len(lines) == 2


def test_a_quiet_recording_has_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = film(tmp_path / "quiet.avi", 60, {})
    assert main(["pictures", str(path), "--json"]) == Exit.DONE
    assert told(capsys) == []


def test_a_short_recording_says_that_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = film(tmp_path / "short.avi", 20, {})
    assert main(["pictures", str(path), "--every", "10s"]) == Exit.DONE
    said = capsys.readouterr()
    assert "Only 2 pictures" in said.err
    assert "0 findings" in said.out


def test_the_limits_of_a_camera_are_those_of_the_site_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.yaml").write_text((ROOT / "config" / "minimal.yaml").read_text("utf-8"))
    (site / "cameras.yaml").write_text(
        "devices:\n  cam-still:\n    driver: snapshot\n    address: http://10.0.30.24/picture.jpg\n"
        "    area: gallery\n    name: Camera on the model\n"
        "    pictures: {every: 10s, limits: {frozen: no, sharp: 0.05, kept: 0.02}}\n"
    )
    path = film(tmp_path / "model.avi", 60, {20: spoiled(PictureFault.FREEZE)})
    assert main(["pictures", str(path), "--json"]) == Exit.DONE
    assert [line["finding"] for line in told(capsys)] == ["frozen"]
    asked = ["pictures", str(path), "--json", "--config", str(site), "--camera"]
    assert main([*asked, "cam-still"]) == Exit.DONE
    assert told(capsys) == []
    assert main([*asked, "cam-stil"]) == Exit.REFUSED
    assert "cam-still" in capsys.readouterr().err
    assert main(["pictures", str(path), "--camera", "cam-still"]) == Exit.USAGE


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.write_bytes(b"no film"), "no film that can be read"),
        (lambda path: path.mkdir(), "no file in it ends with .jpg"),
        (lambda path: (path.mkdir(), (path / "a.jpg").write_bytes(b"x")), "No picture"),
    ],
    ids=["missing", "no film", "empty", "no picture"],
)
def test_what_cannot_be_looked_at_is_told(
    make: Any, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "recording"
    make(path)
    assert main(["pictures", str(path)]) == Exit.UNREADABLE
    assert says in capsys.readouterr().err


def test_the_limits_that_may_be_written_are_those_of_the_checks() -> None:
    """Their names, and the defaults that their descriptions tell."""
    defaults = Settings()
    for name, field in PictureLimits.model_fields.items():
        if name == "frozen":
            assert defaults.frozen
            continue
        own = getattr(defaults, "persist_ms" if name == "persist" else name)
        shown = f"{own // 1_000}s" if name == "persist" else f"{own:g}"
        assert (field.description or "").endswith(f"({shown}).")
