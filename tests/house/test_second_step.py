"""README names one key for the wait of a chain's second step; changing that key changes the wait.

The key is changed where it stands in the text of the demo's site file, as a person would do it,
and nothing else changes in the compiled site.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitord.channels.contract import Channel
from monitord.core.site import Chain, Site
from monitord.driver import Driver
from monitord.runtime.plugins import Registry, channel_registry, driver_registry
from monitord.site import load
from tests.support import ROOT

MUSEUM = ROOT / "config/museum.yaml"
WAIT_MS = 47_000


class Types:
    """The installed plugins as the site file asks for them."""

    def __init__(self, registry: Registry[Any]) -> None:
        self._registry = registry

    def names(self) -> list[str]:
        """Every name."""
        return sorted(each.name for each in self._registry.available())

    def find(self, name: str) -> type[Any] | None:
        """The class of that name, or None."""
        return self._registry.get(name).cls if name in self.names() else None

    def shipped(self, name: str) -> bool:
        """Whether it ships with monitord."""
        return self._registry.get(name).shipped


def compiled(path: Path) -> Site:
    """The site of a file, with the drivers and channels that are installed."""
    drivers: Registry[type[Driver[Any]]] = driver_registry()
    channels: Registry[type[Channel]] = channel_registry()
    return load(path, Types(drivers), Types(channels)).site


def named_key() -> list[str]:
    """The key that README names, in parts."""
    readme = (ROOT / "README.md").read_text("utf-8")
    keys = re.findall(r"`(chains\.[a-z0-9-]+\.steps\.2\.wait)`", readme)
    assert len(set(keys)) == 1, keys
    return str(keys[0]).split(".")


def node_at(node: yaml.Node, key: list[str]) -> yaml.Node:
    """The node under a key; a number counts the items of a list from 1."""
    for part in key:
        match node:
            case yaml.MappingNode():
                [node] = [value for name, value in node.value if name.value == part]
            case yaml.SequenceNode():
                node = node.value[int(part) - 1]
            case _:
                pytest.fail(f"{'.'.join(key)} stops before {part}")
    return node


def with_wait(text: str, key: list[str], wait: str) -> str:
    """The text of a site file with another value at ``key``."""
    root = yaml.compose(text)
    assert root is not None
    found = node_at(root, key)
    return text[: found.start_mark.index] + wait + text[found.end_mark.index :]


def waits(chains: dict[str, Chain]) -> dict[tuple[str, int], int]:
    """The wait of every step, by chain and number of the step, counted from 1."""
    return {
        (name, number): step.wait_ms
        for name, chain in chains.items()
        for number, step in enumerate(chain.steps, 1)
    }


def test_the_key_that_readme_names_changes_the_wait_of_the_second_step(tmp_path: Path) -> None:
    """And of no other step of any chain."""
    key = named_key()
    changed = tmp_path / "museum.yaml"
    changed.write_text(with_wait(MUSEUM.read_text("utf-8"), key, "47s"), "utf-8")
    before, after = compiled(MUSEUM), compiled(changed)
    expected = waits(before.chains)
    assert expected[key[1], 2] != WAIT_MS
    expected[key[1], 2] = WAIT_MS
    assert waits(after.chains) == expected
