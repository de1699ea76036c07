"""README's picture is what a command printed, and asks nothing of anybody."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support import ROOT
from tools import picture

SVG = "{http://www.w3.org/2000/svg}"
SAYS = r"import sys; assert sys.stdout.isatty(); print('plain  \033[1;37;41m<red>\033[0m')"


def texts(svg: str) -> list[str | None]:
    """The pieces of text in a picture."""
    return [each.text for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_picture_holds_what_a_terminal_showed() -> None:
    """Words, columns and colours; the command believed that a person was looking."""
    drawn = picture.picture(picture.printed([sys.executable, "-c", SAYS]))
    assert texts(drawn) == ["plain", "<red>"]
    offset = picture.COLUMN_PX * len("plain  ")
    plain, red = ElementTree.fromstring(drawn).iter(f"{SVG}text")
    assert float(red.attrib["x"]) - float(plain.attrib["x"]) == pytest.approx(offset, abs=0.2)
    assert f'fill="{picture.COLOURS[1]}"' in drawn
    assert red.attrib["font-weight"] == "bold"


def test_the_picture_is_written(tmp_path: Path) -> None:
    """As its module says it is called."""
    file = tmp_path / "picture.svg"
    program = ROOT / "tools/picture.py"
    subprocess.run([sys.executable, program, file, sys.executable, "-c", SAYS], check=True)
    assert texts(file.read_text("utf-8")) == ["plain", "<red>"]
    refused = subprocess.run([sys.executable, program], stderr=subprocess.PIPE, check=False)
    assert refused.returncode == 64


def test_the_picture_calls_nobody() -> None:
    """It is drawn without fonts, scripts or addresses of elsewhere, and it is small."""
    text = (ROOT / "docs/picture.svg").read_text("utf-8")
    assert re.findall(r"[a-z]+://[^\s\"]+", text) == ["http://www.w3.org/2000/svg"]
    tags = {each.tag.partition("}")[2] for each in ElementTree.fromstring(text).iter()}
    assert tags == {"svg", "title", "rect", "g", "text"}
    assert len(text) < 20_000
