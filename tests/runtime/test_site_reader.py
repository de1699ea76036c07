"""A site file read by a child process: the same site, the same findings, and never no start."""

import asyncio
import sys
from pathlib import Path

import pytest

from monitord.runtime import site_reader
from monitord.runtime.site_reader import read_here, read_site
from monitord.site.findings import SiteRefused
from tests.system.daemon import write_site

NOBODY = "/nowhere/python"


def site_file(folder: Path) -> Path:
    """A site that may start."""
    return write_site(folder / "site.yaml", (15_020, 15_021), "http://127.0.0.1:9/call")


def bad_file(folder: Path) -> Path:
    """A site file with a misspelt key."""
    path = folder / "bad.yaml"
    path.write_text("site: {id: bad, nam: Bad, timezone: Europe/London}\n")
    return path


async def test_the_child_hands_over_what_was_compiled(tmp_path: Path) -> None:
    """Site, personal texts and hash, as if it had been read here."""
    config = site_file(tmp_path)
    assert await read_site(config) == read_here(config).compiled


async def test_the_child_hands_over_every_finding(tmp_path: Path) -> None:
    """With its line, so that the start can say what is wrong."""
    config = bad_file(tmp_path)
    with pytest.raises(SiteRefused) as refused:
        await read_site(config)
    assert refused.value.findings == read_here(config).findings
    assert any("nam" in finding.text for finding in refused.value.findings)


async def test_without_a_child_the_site_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that is out of processes still starts to guard."""
    monkeypatch.setattr(sys, "executable", NOBODY)
    config = site_file(tmp_path)
    assert await read_site(config) == read_here(config).compiled


async def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is bounded, nobody is left behind, and the site is read all the same."""
    ended: list[int] = []
    hanging = tmp_path / "hang"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    make = asyncio.create_subprocess_exec

    async def made(*words: str, **pipes: int) -> asyncio.subprocess.Process:
        child = await make(*words, **pipes)
        ended.append(child.pid)
        return child

    monkeypatch.setattr(asyncio, "create_subprocess_exec", made)
    monkeypatch.setattr(sys, "executable", str(hanging))
    monkeypatch.setattr(site_reader, "READ_S", 0.05)
    config = site_file(tmp_path)
    assert await read_site(config) == read_here(config).compiled
    assert not Path(f"/proc/{ended[0]}").exists()
