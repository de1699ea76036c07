"""Reading a site file costs as much for a point of a large site as for one of a small site."""

import sys
from pathlib import Path
from types import FrameType

from monitord.site import load
from tests.bench.bench_site import large_site

#: A look at all points for each of them would make it four times as many.
TIMES_MAX = 2.3


def _calls(file: Path, drivers, channels) -> int:
    """How many calls of functions, and turns of generators, loading the file takes."""
    count = 0

    def counted(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        load(file, drivers, channels)
    finally:
        sys.setprofile(None)
    return count


def test_twice_the_site_costs_twice(tmp_path: Path, drivers, channels) -> None:
    """So that 12,800 points are read within seconds; counted, because time is not repeatable."""
    small, large = tmp_path / "small.yaml", tmp_path / "large.yaml"
    small.write_text(large_site(8))
    large.write_text(large_site(16))
    _calls(small, drivers, channels)  # what is only made once
    assert _calls(large, drivers, channels) <= TIMES_MAX * _calls(small, drivers, channels)
