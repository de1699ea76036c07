"""Floor plans in a site file: read as if an enemy had drawn them, and placed with a cure."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Final

import pytest

from monitord.site.findings import Severity
from monitord.site.floors import clean, sources_now, with_drawings
from monitord.site.loader import check, load
from monitord.site.svg import BYTES_MAX, DEPTH_MAX, ELEMENTS_MAX, BadDrawing
from tests.site.conftest import Installed

SVG: Final = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40">%s</svg>'


def drawn(inside: str) -> str:
    return clean((SVG % inside).encode()).data.decode()


def refused(data: bytes) -> str:
    with pytest.raises(BadDrawing) as bad:
        clean(data)
    assert bad.value.cure
    return bad.value.text


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
    )


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes(3)
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"JF" + b"\xff\xc0" + frame


def test_lines_shapes_and_words_stay() -> None:
    inside = (
        '<g transform="translate(3,4)"><path d="M0 0 L9 9z" fill="#eee"/>'
        '<text x="1">A&amp;B</text></g>'
    )
    out = drawn(inside)
    for said in ('d="M0 0 L9 9z"', 'transform="translate(3,4)"', "A&amp;B", 'fill="#eee"'):
        assert said in out, said


def test_what_drawing_programs_write_into_style_is_kept_as_attributes() -> None:
    out = drawn('<rect style="fill:#ffffff;stroke-width:2;-inkscape-x:1" width="5" height="5"/>')
    assert 'fill="#ffffff"' in out
    assert 'stroke-width="2"' in out
    assert "style" not in out
    assert "inkscape" not in out


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>",
    '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    '<rect onload="alert(1)" width="1" height="1"/>',
    '<a href="javascript:alert(1)"><rect width="1" height="1"/></a>',
    '<image href="http://elsewhere.example/x.png"/>',
    '<use xlink:href="#x" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
    "<style>@import url(http://elsewhere.example/x.css);</style>",
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">alert(1)</body></foreignObject>',
    '<rect fill="url(http://elsewhere.example/#a)" width="1" height="1"/>',
    '<rect style="fill:url(http://elsewhere.example/#a)" width="1" height="1"/>',
    '<rect transform="url(http://elsewhere.example)" width="1" height="1"/>',
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<set attributeName="onload" to="alert(1)"/>',
    '<text fill="expression(alert(1))">x</text>',
])  # fmt: skip
def test_nothing_that_could_act_or_call_outside_is_left(hostile: str) -> None:
    """G9, rule 8: hostile XML. What was taken away is told."""
    result = clean((SVG % hostile).encode())
    out = result.data.decode()
    for word in ("script", "alert", "elsewhere", "url(", "javascript", "onload", "import", "href"):
        assert word not in out.replace("http://www.w3.org", ""), out
    assert result.left_out


def test_entities_are_refused_before_one_is_expanded() -> None:
    bomb = (
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        + SVG % "<text>&b;</text>"
    )
    assert "document type" in refused(bomb.encode())
    outside = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG % "<text>&x;</text>"
    assert "document type" in refused(outside.encode())


def test_a_long_transform_that_ends_wrong_costs_no_more_than_its_length(tmp_path: Path) -> None:
    """Each group must be readable in one way alone, or the last sign is tried 2^2,000 times. In a
    process of its own: nothing can end that from within."""
    wrong = "scale(1) " * 2_000 + "!"
    (tmp_path / "drawing.svg").write_text(SVG % f'<g transform="{wrong}"/>')
    code = (
        "import pathlib, sys; from monitord.site.floors import clean;"
        "print(clean(pathlib.Path(sys.argv[1]).read_bytes()).left_out)"
    )
    asked = [sys.executable, "-c", code, str(tmp_path / "drawing.svg")]
    told = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout
    assert "transform 'scale(1)" in told


@pytest.mark.parametrize(("data", "says"), [
    (b"<svg", "not XML"),
    (b"<html></html>", "first element is not svg"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "size is not known"),
    (b'<svg viewBox="0 0 1e99 1e99"></svg>', "size is not known"),
    (b'<svg viewBox="0 0 nan 5"></svg>', "size is not known"),
    (b"no drawing at all", "neither SVG, PNG nor JPEG"),
    (b"", "neither SVG, PNG nor JPEG"),
    ((SVG % ("<g>" * (DEPTH_MAX + 1) + "</g>" * (DEPTH_MAX + 1))).encode(), "too intricate"),
    ((SVG % ("<g/>" * (ELEMENTS_MAX + 1))).encode(), "too intricate"),
    (b"<" + b" " * BYTES_MAX, "more than 2 MB"),
    (png(100_000, 100_000), "100000 by 100000 pixels"),
    (png(0, 5), "0 by 5 pixels"),
    (jpeg(9_000, 5), "9000 by 5 pixels"),
    (b"\x89PNG\r\n\x1a\n", "cut off"),
    (b"\xff\xd8\xff", "cut off"),
    (b"\xff\xd8\xff\xe0\x00\x00" + b"\xff" * 40, "cut off"),
    (png(5, 5) + bytes(BYTES_MAX), "more than 2 MB"),
    (png(8_000, 8_000), "more than 20 million"),
    ((SVG % f"<text>{'>' * 1_900_000}</text>").encode(), "more than 4 MB"),
])  # fmt: skip
def test_a_drawing_that_cannot_be_shown_says_what_is_wrong(data: bytes, says: str) -> None:
    assert says in refused(data)


@pytest.mark.parametrize(("data", "size"), [
    (png(640, 480), (640, 480)),
    (jpeg(640, 480), (640, 480)),
    (b'\xef\xbb\xbf<svg width="200mm" height="100mm"></svg>', (200, 100)),
    (b'<svg viewBox="0,0,80,40"></svg>', (80, 40)),
])  # fmt: skip
def test_its_size_is_read_from_its_head(data: bytes, size: tuple[int, int]) -> None:
    found = clean(data)
    assert (found.width, found.height) == size


SITE: Final = """
site: {id: h, name: House, country: GB}
floors:
  ground: {name: Ground floor, drawing: ground.svg}
areas:
  hall: {name: Hall, gate: Gate A, at: ground 30 40}
devices:
  panel:
    driver: modbus
    address: tcp://127.0.0.1:1502
    area: hall
    at: ground 5 5
    points:
      door: {read: discrete/0, kind: door, at: ground 50 60.5}
people:
  anna: {name: Anna, role: duty-manager, reach: [{sms: "1"}]}
channels:
  sms: {driver: webhook, url: "http://127.0.0.1:9/x"}
chains:
  default: [{call: anna, by: sms, wait: 30s}]
"""


def written(folder: Path, text: str = SITE, drawing: str = SVG % "<path d='M0 0'/>") -> Path:
    (folder / "ground.svg").write_text(drawing)
    config = folder / "site.yaml"
    config.write_text(text)
    return config


def findings(config: Path, drivers: Installed, channels: Installed) -> str:
    return "\n".join(map(str, check(config, drivers, channels)))


def test_a_site_with_floors_knows_who_stands_where(
    tmp_path: Path, drivers: Installed, channels: Installed
) -> None:
    compiled = load(written(tmp_path), drivers, channels)
    floor, places = compiled.site.setup["floors"]["ground"], compiled.site.setup["places"]
    assert (floor["name"], floor["media"]) == ("Ground floor", "image/svg+xml")
    assert (floor["width"], floor["height"]) == (80.0, 40.0)
    assert places == {
        "areas": {"hall": ("ground", 30.0, 40.0)},
        "devices": {"panel": ("ground", 5.0, 5.0)},
        "points": {"panel.door": ("ground", 50.0, 60.5)},
    }
    assert b"M0 0" in compiled.drawings[floor["sha256"]]


def test_another_drawing_is_another_site_file(
    tmp_path: Path, drivers: Installed, channels: Installed
) -> None:
    config = written(tmp_path)
    before = load(config, drivers, channels)
    assert sources_now(config, before.site.setup) == {
        "ground": before.site.setup["floors"]["ground"]["source"]
    }
    written(tmp_path, drawing=SVG % "<path d='M9 9'/>")
    assert load(config, drivers, channels).file_hash != before.file_hash
    (tmp_path / "ground.svg").unlink()
    assert sources_now(config, before.site.setup) == {"ground": ""}
    assert with_drawings("x", {}) == "x"


@pytest.mark.parametrize(("old", "new", "says"), [
    ("ground.svg", "../ground.svg", "outside the folder"),
    ("ground.svg", "/etc/hostname", "outside the folder"),
    ("ground.svg", "gone.svg", "cannot be read: No such file"),
    ("at: ground 30 40", "at: first 30 40", "there is no floor first"),
    ("at: ground 30 40", "at: ground 130 40", "write ground 30 45"),
    ("at: ground 30 40", "at: ground", "write ground 30 45"),
    ("drawing: ground.svg", "drwaing: ground.svg", "`drawing` is missing in floors.ground"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_cure(
    tmp_path: Path, drivers: Installed, channels: Installed, old: str, new: str, says: str
) -> None:
    told = findings(written(tmp_path, SITE.replace(old, new)), drivers, channels)
    assert says in told
    assert "site.yaml:" in told


def test_a_site_is_guarded_without_its_drawing(
    tmp_path: Path, drivers: Installed, channels: Installed
) -> None:
    """Law 1: a picture is no reason to guard nothing."""
    config = written(tmp_path)
    (tmp_path / "ground.svg").write_text("no drawing")
    compiled = load(config, drivers, channels)
    floor = compiled.site.setup["floors"]["ground"]
    assert (floor["sha256"], compiled.drawings) == ("", {})
    assert [finding.severity for finding in compiled.findings if "drawing" in finding.text] == [
        Severity.WARNING
    ]
    (tmp_path / "ground.svg").unlink()
    assert load(config, drivers, channels).file_hash != compiled.file_hash


def test_what_was_taken_out_of_a_drawing_is_a_warning(
    tmp_path: Path, drivers: Installed, channels: Installed
) -> None:
    told = findings(written(tmp_path, drawing=SVG % "<script>1</script>"), drivers, channels)
    assert "is shown without: <script>" in told
    assert "error" not in told
