"""The JSON Schema of a site file, for editors.

Editors read YAML their own way (``010`` is a number to them), so the schema is a little wider
than the loader. Keys of drivers are taken from their own models.
"""

from typing import Any

from monitord.site.models import SiteFile
from monitord.site.types import DriverTypes


def json_schema(drivers: DriverTypes | None = None) -> dict[str, Any]:
    """The schema of the whole file; with ``drivers``, their keys and names are in it too."""
    schema = SiteFile.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "monitord site file"
    if drivers is not None:
        _add_drivers(schema, drivers)
    _close_ids(schema)
    _let_short_forms_in(schema)
    _let_templates_in(schema)
    return schema


def _add_drivers(schema: dict[str, Any], drivers: DriverTypes) -> None:
    definitions = schema["$defs"]
    definitions["Device"]["properties"]["driver"]["enum"] = list(drivers.names())
    said: dict[str, dict[str, list[Any]]] = {"Device": {}, "Point": {}}
    for name in drivers.names():
        driver = drivers.find(name)
        if driver is None:
            continue
        for target, model in (("Device", driver.Config), ("Point", driver.PointConfig)):
            own = model.model_json_schema(by_alias=True)
            definitions |= {f"{name}-{key}": value for key, value in own.get("$defs", {}).items()}
            for key, value in _renamed(own.get("properties", {}), name).items():
                if value not in said[target].setdefault(key, []):
                    said[target][key].append(value)
    for target, keys in said.items():
        # What several drivers call by one name may be what any of them takes.
        properties = {k: v[0] if len(v) == 1 else {"anyOf": v} for k, v in keys.items()}
        definitions[target]["properties"] = properties | definitions[target]["properties"]


def _renamed(node: Any, driver: str) -> Any:
    """References to a driver's own definitions, under the names they have here."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/$defs/", f"#/$defs/{driver}-")
            if key == "$ref"
            else _renamed(value, driver)
            for key, value in node.items()
        }
    return [_renamed(item, driver) for item in node] if isinstance(node, list) else node


def _close_ids(node: Any) -> None:
    """Where keys are ids, nothing else may be a key."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node["additionalProperties"] = False
        for value in node.values():
            _close_ids(value)


def _let_short_forms_in(schema: dict[str, Any]) -> None:
    """A bare list of steps is a chain."""
    steps = {"type": "array", "items": {"$ref": "#/$defs/Step"}, "minItems": 1}
    chains = schema["properties"]["chains"]
    chains["additionalProperties"] = {"anyOf": [chains["additionalProperties"], steps]}


def _let_templates_in(schema: dict[str, Any]) -> None:
    """With ``use:`` anything may come from a template, so nothing is required there."""
    use = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    for name in ("Area", "Device", "Point", "Output", "Channel"):
        model = schema["$defs"][name]
        model["properties"]["use"] = use
        required = model.pop("required", [])
        if required:
            model["anyOf"] = [{"required": required}, {"required": ["use"]}]
