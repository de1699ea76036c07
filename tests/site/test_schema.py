"""The JSON Schema that editors use agrees with the loader, and sees what it can see."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitord.resources import config_file
from monitord.site import json_schema

RIVER = Path(__file__).parent / "good" / "river.yaml"
UNDERSTOOD = {
    *("$defs", "$ref", "$schema", "title", "description", "default", "examples", "format"),
    *("type", "properties", "required", "additionalProperties", "propertyNames", "enum"),
    "patternProperties",
    *("const", "anyOf", "items", "prefixItems", "minItems", "maxItems", "pattern"),
    *("minLength", "maxLength", "minimum", "maximum", "maxProperties"),
}


def wrong(schema: Any, value: Any, root: dict[str, Any], at: str = "") -> list[str]:
    """Where ``value`` (of texts, lists and dicts) does not fit: the part of JSON Schema in use.

    Every scalar is a text here, so numbers and booleans accept texts.
    """
    if "$ref" in schema:
        return wrong(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, root, at)
    assert set(schema) <= UNDERSTOOD, set(schema) - UNDERSTOOD
    found: list[str] = []
    choices = schema.get("anyOf")
    if choices and all(wrong(choice, value, root, at) for choice in choices):
        found.append(at)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    shape = {dict: "object", list: "array"}.get(type(value))
    if kinds and (shape not in kinds if shape else set(kinds) <= {"object", "array", "null"}):
        found.append(at)
    if ("enum" in schema and value not in schema["enum"]) or (
        "const" in schema and value != schema["const"]
    ):
        found.append(at)
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(at)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += wrong(schema["items"], item, root, f"{at}/{index}")
    if isinstance(value, dict):
        found += _wrong_keys(schema, value, root, at)
    return found


def _wrong_keys(
    schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any], at: str
) -> list[str]:
    found = [f"{at}/{key}" for key in schema.get("required", ()) if key not in value]
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    by_pattern = schema.get("patternProperties", {})
    for key, item in value.items():
        patterns = [pattern for pattern in by_pattern if re.search(pattern, key)]
        if key in known:
            found += wrong(known[key], item, root, f"{at}/{key}")
        elif patterns:
            found += wrong(by_pattern[patterns[0]], item, root, f"{at}/{key}")
        elif rest is False:
            found.append(f"{at}/{key}")
        elif isinstance(rest, dict):
            found += wrong(rest, item, root, f"{at}/{key}")
            found += wrong(schema.get("propertyNames", {}), key, root, f"{at}/{key}")
    return found


def judge(text: str, drivers: Any) -> list[str]:
    """Where an editor would draw a red line."""
    schema = json_schema(drivers)
    return wrong(schema, yaml.load(text, Loader=yaml.BaseLoader), schema)


@pytest.mark.parametrize(
    "file",
    [RIVER, config_file("minimal.yaml"), config_file("museum.yaml")],
    ids=lambda path: path.name,
)
def test_accepts_what_the_loader_accepts(file: Path, drivers) -> None:
    """No red line in a good file."""
    assert judge(file.read_text(), drivers) == []


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("late-to-set", "late_to_set", "/areas/gallery/late_to_set"),
        ("kind: motion", "kind: motoin", "/devices/east/points/pir/kind"),
        ("timeout: 1s", "timeout: 1", "/devices/east/timeout"),
        ("role: duty-manager", "role: boss", "/people/anna/role"),
        ("read: discrete/0", "read: discreet/0", "/devices/east/points/pir/read"),
        ("posts:", "post:", "/post"),
        ("  west:", "  West:", "/devices/West"),
    ],
)
def test_sees_mistakes(old: str, new: str, at: str, drivers) -> None:
    """A red line at the place."""
    assert at in judge(RIVER.read_text().replace(old, new, 1), drivers)


def test_without_drivers(drivers) -> None:
    """The bare schema knows no driver's keys and names no driver."""
    bare, full = json_schema(), json_schema(drivers)
    assert "read" not in bare["$defs"]["Point"]["properties"]
    assert "read" in full["$defs"]["Point"]["properties"]
    named = full["$defs"]["Device"]["properties"]["driver"]["enum"]
    assert named == ["foreign", "modbus", "onvif", "seeing", "snapshot", "speaking"]
