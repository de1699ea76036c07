"""Whatever the bytes are: findings, quickly, in bounded memory, and never another exception."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitord.site import SiteRefused, load
from monitord.site.files import BYTES_MAX
from monitord.site.parse import NODES_MAX
from tests.site.conftest import LoadText


def laughs(kind: str) -> str:
    """Ten levels, each ten times the one before."""
    lines = ["templates:", "  l0: {x: lol}"]
    for level in range(1, 10):
        if kind == "anchors":
            inner = ", ".join([f"*a{level - 1}"] * 10)
            lines.append(f"  l{level}: &a{level} [{inner}]")
        else:
            inner = ", ".join(f"k{i}: {{use: l{level - 1}}}" for i in range(10))
            lines.append(f"  l{level}: {{{inner}}}")
    lines[1] = "  l0: &a0 {x: lol}"
    return "\n".join(lines)


def unreadable(findings: list) -> list:
    """Those that stop the reading."""
    return [finding for finding in findings if finding.unreadable]


def test_a_billion_laughs_by_anchors(check_text) -> None:
    """Counted while they expand, never built."""
    tracemalloc.start()
    findings = check_text(laughs("anchors"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert f"{NODES_MAX:,} nodes" in unreadable(findings)[0].text
    assert unreadable(findings)[0].line == 7
    assert peak < 2 * BYTES_MAX


def test_a_billion_laughs_by_templates(check_text) -> None:
    """Templates count as what they expand to."""
    text = laughs("templates") + "\ndevices: {bomb: {use: l9}}\n"
    tracemalloc.start()
    findings = check_text(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert f"{NODES_MAX:,} nodes" in unreadable(findings)[0].text
    assert peak < 200_000_000


def test_a_billion_laughs_by_merge_keys(check_text) -> None:
    """A merge key counts as all that it brings."""
    big = "x: &big {" + ", ".join(f"k{i}: v" for i in range(20_000)) + "}\n"
    text = big + "y: [" + ", ".join("{<<: *big}" for _ in range(20)) + "]\n"
    assert f"{NODES_MAX:,} nodes" in unreadable(check_text(text))[0].text


@pytest.mark.parametrize(
    "text",
    ["[" * 10_000, "{a: " * 10_000, "- " * 10_000, "[" * 10_000 + "]" * 10_000],
    ids=["lists", "mappings", "dashes", "closed"],
)
def test_deep_nesting(check_text, text: str) -> None:
    """Refused at the first line, without a stack overflow."""
    assert "nested deeper" in unreadable(check_text(text))[0].text


def test_deep_nesting_through_anchors(check_text) -> None:
    """Each anchor holds the one before: flat on paper, deep when walked."""
    lines = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200))]
    found = unreadable(check_text("\n".join(lines)))[0]
    assert "nested deeper" in found.text
    assert found.line < 70


def test_a_huge_text(check_text) -> None:
    """One text of a megabyte is no name."""
    assert "characters" in unreadable(check_text("site: " + "x" * 1_000_000))[0].text


def test_a_huge_file(check_text) -> None:
    """Refused after 16 MB and one byte, whatever is in it."""
    assert "16 MB" in unreadable(check_text(b"#" * (BYTES_MAX + 1)))[0].text


def test_many_nodes(check_text) -> None:
    """One more than allowed, without any anchor."""
    assert "200,000 nodes" in unreadable(check_text("a: [" + "1," * NODES_MAX + "]"))[0].text


@pytest.mark.parametrize(
    ("data", "text", "line"),
    [
        (b"site:\n  id: caf\xe9\n", "not UTF-8 (0xE9)", 2),
        (b"\x7fELF\x02\x01\x01\x00", "control character", 1),
        ("site: {}\n".encode("utf-16"), "not UTF-8", 1),
        (b"site:\n\tid: x\n", "cannot start any token", 2),
        (b"site: [1, 2\n", "flow", 2),
        (b"just words\n", "not a site file", 1),
        (b"- a\n- b\n", "not a site file", 1),
    ],
    ids=["latin-1", "binary", "utf-16", "tab", "open", "words", "list"],
)
def test_not_a_site_file(check_text, data: bytes, text: str, line: int) -> None:
    """Each with its line."""
    found = unreadable(check_text(data))[0]
    assert text in found.text
    assert found.line == line


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only a comment\n", b"\xef\xbb\xbf", b"---\n"])
def test_an_empty_file_says_what_to_write(check_text, data: bytes) -> None:
    """Nothing is not a site."""
    findings = check_text(data)
    assert "`site` is missing" in [finding.text for finding in findings]


def test_no_file_and_no_permission(tmp_path: Path, drivers, channels) -> None:
    """A path that is not there is told, not raised."""
    with pytest.raises(SiteRefused) as refused:
        load(tmp_path / "none.yaml", drivers, channels)
    assert refused.value.unreadable
    with pytest.raises(SiteRefused) as refused:
        load("\0", drivers, channels)
    assert refused.value.unreadable
    with pytest.raises(SiteRefused) as refused:
        load(tmp_path, drivers, channels)
    assert "without a .yaml file" in refused.value.findings[0].text


def test_many_findings_are_cut_and_errors_go_first(check_text, river: str) -> None:
    """A thousand mistakes give five hundred findings, the last of which counts the rest."""
    points = "".join(f"      p{i}: {{kind: nonsense, read: discrete/{i}}}\n" for i in range(1_000))
    findings = check_text(river.replace("      set: {read", points + "      set: {read"))
    assert len(findings) == 500
    assert {finding.severity for finding in findings} == {"error"}
    assert any("more findings are not shown" in finding.text for finding in findings)


KEYS = st.sampled_from(
    [
        "site",
        "areas",
        "devices",
        "people",
        "posts",
        "channels",
        "chains",
        "kinds",
        "templates",
        "acknowledge",
        "journal",
        "keep",
        "id",
        "name",
        "gate",
        "set_by",
        "point",
        "points",
        "driver",
        "address",
        "unit",
        "poll",
        "read",
        "kind",
        "area",
        "wiring",
        "limits",
        "rise",
        "valid",
        "use",
        "<<",
        "call",
        "by",
        "or",
        "wait",
        "tries",
        "steps",
        "default",
        "intrusion",
        "confirmed",
        "start-at",
        "decide",
        "role",
        "reach",
        "sms",
        "secret",
        "credential",
        "outputs",
        "open",
        "country",
        "timezone",
        "east",
        "pir",
        "modbus",
        "webhook",
    ]
)
LEAVES = st.one_of(
    KEYS,
    st.text(max_size=12),
    st.sampled_from(
        [
            "200ms",
            "1e999",
            ".nan",
            "discrete/0",
            "tcp://h:1",
            "east.pir",
            "010",
            "12:30",
            "no",
            "[",
            "~",
            "-1",
        ]
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=40,
)
PROPERTY = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def flow(tree: object) -> str:
    """A tree as YAML in one line."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return '"' + str(tree).replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(data=st.binary(max_size=200))
@PROPERTY
def test_any_bytes(data: bytes, tmp_path: Path, drivers, channels) -> None:
    """Only SiteRefused ever leaves the loader."""
    refused(tmp_path, data, drivers, channels)


@given(text=st.text(alphabet="{}[]:,-*&!|>'\"#%@ \n\tabc.<?~0", max_size=80))
@PROPERTY
def test_any_punctuation(text: str, tmp_path: Path, drivers, channels) -> None:
    """YAML's own signs, in any order."""
    refused(tmp_path, text.encode(), drivers, channels)


@given(tree=st.dictionaries(KEYS, TREES, max_size=8))
@PROPERTY
def test_any_shape(tree: dict, tmp_path: Path, drivers, channels) -> None:
    """The right words in the wrong places."""
    refused(tmp_path, flow(tree).encode("utf-8", "replace"), drivers, channels)


@given(
    at=st.integers(0, 3_000), length=st.integers(1, 60), put=st.sampled_from(["", " ", "x", "["])
)
@PROPERTY
def test_any_cut(at: int, length: int, put: str, river: str, tmp_path, load_text: LoadText) -> None:
    """A good site with a piece gone."""
    text = river[:at] + put + river[at + length :]
    with suppress(SiteRefused):
        load_text(text)


def refused(folder: Path, data: bytes, drivers: object, channels: object) -> None:
    """No such input is a site."""
    file = folder / "site.yaml"
    file.write_bytes(data)
    with pytest.raises(SiteRefused) as error:
        load(file, drivers, channels)  # type: ignore[arg-type]
    assert error.value.findings
    lines = data.count(b"\n") + data.count(b"\r") + 2
    assert all(1 <= finding.line <= lines + 200 for finding in error.value.findings)
